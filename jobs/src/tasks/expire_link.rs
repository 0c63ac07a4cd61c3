//! Cleans up after a link at the instant of its expiry.

use crate::JobContext;
use domain::LinkId;
use schema::expiry;

pub(super) async fn run(context: &JobContext, link: LinkId) -> anyhow::Result<()> {
    // A link that was prolonged or deleted in the meantime keeps its collection.
    let gone = expiry::sweep_collection_of(&mut *context.pool.get().await?, link, context.clock.now()).await?;
    if gone {
        tracing::info!(%link, "a link has expired, and its collection is gone");
    }
    Ok(())
}
