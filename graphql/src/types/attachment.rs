//! `Attachment`.

use crate::types::byte_count::ByteCount;
use async_graphql::{ID, Object};
use domain::node_id::NodeId;

/// A further file of an asset.
pub(crate) struct Attachment(pub(crate) schema::attachments::Attachment);

#[Object]
impl Attachment {
    pub(crate) async fn id(&self) -> ID {
        self.0.id.node_id().into()
    }

    async fn file_name(&self) -> &str {
        &self.0.file_name
    }

    async fn media_type(&self) -> &str {
        &self.0.media_type
    }

    async fn byte_size(&self) -> ByteCount {
        ByteCount(self.0.byte_size)
    }
}
