//! The assets of signed URLs, with the rights that their users have now.

use crate::{Error, ThreadConnections, batch::Batches};
use domain::Clock;
use schema::media::{self, UsersAsset, UsersFile};
use std::sync::Arc;

/// Loads the assets of signed URLs, of many requests together.
pub struct MediaAssets(Batches<UsersFile, Option<UsersAsset>>);

impl MediaAssets {
    /// Loads them over the connections of threads.
    pub fn new(connections: Arc<ThreadConnections>, clock: Clock) -> Self {
        Self(Batches::new(move |files| {
            let (connections, clock) = (Arc::clone(&connections), clock.clone());
            Box::pin(async move {
                connections.run(|conn| Box::pin(async move { media::assets_of(conn, &files, clock.now()).await })).await
            })
        }))
    }

    /// The asset of a file, if the user may know it now.
    pub(super) async fn find(&self, file: UsersFile) -> Result<Option<UsersAsset>, Error> {
        self.0.load(file).await
    }
}
