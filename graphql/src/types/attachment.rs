//! `Attachment`.

use crate::{context, types::byte_count::ByteCount};
use app::{
    Error,
    files::FileName,
    media::{FileOwner, asset_file_url},
};
use async_graphql::{Context, ID, Object};
use domain::node_id::NodeId;

/// A further file of an asset.
pub(crate) struct Attachment {
    pub(crate) row: schema::attachments::Attachment,
    pub(crate) owner: FileOwner,
}

impl Attachment {
    async fn signed_url(&self, ctx: &Context<'_>) -> Result<Option<String>, Error> {
        let rights = context::loaders(ctx).rights(self.owner.asset).await?;
        let file = (FileName::Attachment(self.row.id), false);
        Ok(asset_file_url(context::services(ctx), context::viewer(ctx)?, (self.owner, rights), file, true))
    }
}

#[Object]
impl Attachment {
    pub(crate) async fn id(&self) -> ID {
        self.row.id.node_id().into()
    }

    /// The URL of the file, for you only: signed, and valid for 30 to 60 minutes. Null without the right
    /// `DOWNLOAD_ATTACHMENT`.
    async fn url(&self, ctx: &Context<'_>) -> Option<Result<String, Error>> {
        self.signed_url(ctx).await.transpose()
    }

    async fn file_name(&self) -> &str {
        &self.row.file_name
    }

    async fn media_type(&self) -> &str {
        &self.row.media_type
    }

    async fn byte_size(&self) -> ByteCount {
        ByteCount(self.row.byte_size)
    }
}
