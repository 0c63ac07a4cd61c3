//! The links that visitors open, with all that decides about their requests now.

use crate::{Error, ThreadConnections, batch::Batches};
use schema::links::{self, LinkRequest, OpenedLink};
use std::sync::Arc;

/// Loads the links of requests, of many together.
pub struct OpenedLinks(Batches<LinkRequest, Option<OpenedLink>>);

impl OpenedLinks {
    /// Loads them over the connections of threads.
    pub fn new(connections: Arc<ThreadConnections>) -> Self {
        Self(Batches::new(move |requests| {
            let connections = Arc::clone(&connections);
            Box::pin(async move {
                connections.run(|conn| Box::pin(async move { links::by_tokens(conn, &requests).await })).await
            })
        }))
    }

    /// The link of a request, if there is one with this token.
    pub(super) async fn find(&self, request: LinkRequest) -> Result<Option<OpenedLink>, Error> {
        self.0.load(request).await
    }
}
