//! The assets of signed URLs, with the rights that their users have now.

use crate::{Error, batch::Batch};
use domain::Clock;
use schema::{
    Pool,
    media::{self, UsersAsset, UsersFile},
};
use std::sync::Arc;
use thread_local::ThreadLocal;

/// Loads the assets of signed URLs, of many requests together.
///
/// Each thread has a connection of its own. For so small an answer, waking another thread, which drives the connection,
/// and being woken by it is much of the work.
pub struct MediaAssets(Batch<UsersFile, Option<UsersAsset>>);

impl MediaAssets {
    /// Loads them over pools that `pool` makes, one for each thread that loads.
    pub fn new(pool: impl Fn() -> Result<Pool, Error> + Send + Sync + 'static, clock: Clock) -> Self {
        let (pools, pool) = (Arc::new(ThreadLocal::new()), Arc::new(pool));
        Self(Batch::new(move |files| {
            let (pools, pool, clock) = (Arc::clone(&pools), Arc::clone(&pool), clock.clone());
            Box::pin(async move {
                let pool: &Pool = pools.get_or_try(|| pool())?;
                Ok(media::assets_of(&mut *pool.get().await?, &files, clock.now()).await?)
            })
        }))
    }

    /// The asset of a file, if the user may know it now.
    pub(super) async fn find(&self, file: UsersFile) -> Result<Option<UsersAsset>, Error> {
        self.0.load(file).await
    }
}
