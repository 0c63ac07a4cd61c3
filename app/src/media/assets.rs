//! The assets of signed URLs, with the rights that their users have now.

use crate::{Error, batch::Batch};
use domain::Clock;
use schema::{
    Pool,
    media::{self, UsersAsset, UsersFile},
};

/// Loads the assets of signed URLs, of many requests together.
pub struct MediaAssets(Batch<UsersFile, Option<UsersAsset>>);

impl MediaAssets {
    /// Loads them from Postgres.
    pub fn new(pool: Pool, clock: Clock) -> Self {
        Self(Batch::new(move |files| {
            let (pool, clock) = (pool.clone(), clock.clone());
            Box::pin(async move { Ok(media::assets_of(&mut *pool.get().await?, &files, clock.now()).await?) })
        }))
    }

    /// The asset of a file, if the user may know it now.
    pub(super) async fn find(&self, file: UsersFile) -> Result<Option<UsersAsset>, Error> {
        self.0.load(file).await
    }
}
