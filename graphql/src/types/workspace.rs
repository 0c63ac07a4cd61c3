//! `Workspace`.

use crate::{
    context,
    types::{enums::WatermarkPlacement, storage_use::StorageUse},
};
use app::Error;
use async_graphql::{Context, Object, SimpleObject};
use schema::storage_use;

/// A tenant: its users, assets and links, and the settings they share.
pub(crate) struct Workspace(pub(crate) schema::workspaces::Workspace);

#[Object]
impl Workspace {
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// What asset numbers begin with, as in `VTR-485`.
    async fn number_prefix(&self) -> &str {
        &self.0.number_prefix
    }

    /// IANA name, as in `Europe/Berlin`. Default names follow it.
    async fn time_zone(&self) -> &str {
        &self.0.time_zone
    }

    /// Whether a collection that a bulk share made goes, with its links, when the last of them has expired.
    async fn delete_automatic_collections(&self) -> bool {
        self.0.delete_automatic_collections
    }

    /// The room that its originals and attachments take up.
    async fn storage(&self, ctx: &Context<'_>) -> Result<StorageUse, Error> {
        let used = storage_use::of_workspace(&mut *context::connection(ctx).await?, self.0.id).await?;
        Ok(StorageUse::new(used, context::services(ctx).limits.workspace_quota))
    }

    /// What links with the setting `watermark` put on what they show; null where none is set.
    async fn watermark(&self) -> Option<Watermark> {
        self.0
            .watermark_file_id
            .map(|_| Watermark { opacity: self.0.watermark_opacity, placement: self.0.watermark_placement.into() })
    }
}

/// The picture that links may put on what they show.
#[derive(SimpleObject)]
pub(crate) struct Watermark {
    /// How much of a picture it hides, from 0 to 1.
    opacity: f64,
    placement: WatermarkPlacement,
}
