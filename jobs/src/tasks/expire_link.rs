//! Cleans up after a link at the instant of its expiry.

use crate::Parts;
use schema::expiry;
use uuid::Uuid;

pub(super) async fn run(parts: &Parts, link: Uuid) -> anyhow::Result<()> {
    // Prolonged, or deleted, in the meantime: then nothing goes.
    let gone = expiry::sweep_collection_of(&mut *parts.pool.get().await?, link, parts.clock.now()).await?;
    if gone {
        tracing::info!(%link, "a link has expired, and its collection is gone");
    }
    Ok(())
}
