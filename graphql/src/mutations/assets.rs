//! `uploadAsset`, `attachFile`, `deleteAttachment`, `updateAsset`, `setOriginalState`, `retryProxies`, `deleteAssets` and
//! `restoreAssets`.

use super::payloads::{AssetPayload, deleted_ids};
use crate::{
    context,
    types::{
        asset::Asset,
        attachment::Attachment,
        enums::OriginalState,
        link_settings::change,
        user_error::{UserError, outcome},
    },
    upload::{self, Upload},
};
use app::{
    Error, MutationError,
    assets::{self, AssetInput, Moved},
};
use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, SimpleObject};
use domain::{AssetId, AttachmentId, node_id::NodeId};

#[derive(Default)]
pub(super) struct AssetMutations;

#[derive(InputObject)]
struct UploadAssetInput {
    file: Upload,
    /// By default the title is made from the file name.
    title: Option<String>,
}

#[derive(InputObject)]
struct AttachFileInput {
    asset_id: ID,
    file: Upload,
}

/// The new attachment and its asset, or why there is none.
#[derive(SimpleObject)]
struct AttachFilePayload {
    asset: Option<Asset>,
    attachment: Option<Attachment>,
    user_errors: Vec<UserError>,
}

/// The asset of an attachment that is gone, or why none is.
#[derive(SimpleObject)]
struct DeleteAttachmentPayload {
    asset: Option<Asset>,
    deleted_ids: Vec<ID>,
    user_errors: Vec<UserError>,
}

/// Which assets are in the bin, and why the others are not.
#[derive(SimpleObject)]
struct DeleteAssetsPayload {
    deleted_ids: Vec<ID>,
    user_errors: Vec<UserError>,
}

/// Which assets are back from the bin, and why the others are not.
#[derive(SimpleObject)]
struct RestoreAssetsPayload {
    assets: Vec<Asset>,
    user_errors: Vec<UserError>,
}

/// What is left out stays as it is; null or a blank text clears it.
#[derive(InputObject)]
struct UpdateAssetInput {
    asset_id: ID,
    /// At most 200 characters in one line. It cannot be cleared: null is refused.
    title: MaybeUndefined<String>,
    /// Plain text in several lines, at most 10,000 characters. Visitors of links read it.
    description: MaybeUndefined<String>,
    /// A text of one line that stands for the picture where it cannot be seen, at most 1,000 characters.
    alt_text: MaybeUndefined<String>,
}

#[Object]
impl AssetMutations {
    /// Adds a file to the library as a new asset. The kind is detected from the content.
    async fn upload_asset(&self, ctx: &Context<'_>, input: UploadAssetInput) -> Result<AssetPayload, Error> {
        AssetPayload::of(upload_asset(ctx, input).await)
    }

    /// Attaches a further file to an asset.
    async fn attach_file(&self, ctx: &Context<'_>, input: AttachFileInput) -> Result<AttachFilePayload, Error> {
        let (attached, user_errors) = outcome(attach_file(ctx, input).await)?;
        let (asset, attachment) = attached.unzip();
        Ok(AttachFilePayload { asset, attachment, user_errors })
    }

    /// Deletes an attachment; links no longer hand it out. For those with the right `EDIT` on its asset.
    async fn delete_attachment(&self, ctx: &Context<'_>, id: ID) -> Result<DeleteAttachmentPayload, Error> {
        let (services, viewer) = (context::services(ctx), context::viewer(ctx)?);
        let deleted = assets::delete_attachment(services, viewer, AttachmentId::from_node_id(&id)).await;
        let (deleted, user_errors) = outcome(deleted)?;
        let (asset, deleted) = deleted.map(|(asset, id)| (Asset::from(asset), id)).unzip();
        Ok(DeleteAttachmentPayload { asset, deleted_ids: deleted_ids(deleted), user_errors })
    }

    /// Has everything tried again that could not be made of the original: failed smaller versions, also watermarked ones
    /// that links need, and the examination of a recording. For those with the right `EDIT` on the asset.
    async fn retry_proxies(&self, ctx: &Context<'_>, asset_id: ID) -> Result<AssetPayload, Error> {
        let (services, viewer) = (context::services(ctx), context::viewer(ctx)?);
        let asset = AssetId::from_node_id(&asset_id);
        AssetPayload::of(assets::retry_proxies(services, viewer, asset).await.map(Asset::from))
    }

    /// Puts assets into the bin, for those with the right `EDIT` on them. They are kept there for 30 days, in which
    /// `restoreAssets` brings them back; their files count as storage for so long. Links to them answer at once like links
    /// that do not exist, and collections and links to these go on without them. Assets that you may not delete stay, and
    /// each gets an error.
    async fn delete_assets(&self, ctx: &Context<'_>, ids: Vec<ID>) -> Result<DeleteAssetsPayload, Error> {
        let (services, viewer) = (context::services(ctx), context::viewer(ctx)?);
        let (moved, mut user_errors) = outcome(assets::delete_assets(services, viewer, &parse(&ids)).await)?;
        let Some(Moved { ids, left_out, .. }) = moved else {
            return Ok(DeleteAssetsPayload { deleted_ids: Vec::new(), user_errors });
        };
        user_errors.extend(left_out.into_iter().map(UserError::from));
        Ok(DeleteAssetsPayload { deleted_ids: deleted_ids(ids), user_errors })
    }

    /// Takes assets out of the bin: with their links, in their collections, and as they were. For those with the right
    /// `EDIT` on them. Assets that you may not restore stay there, and each gets an error.
    async fn restore_assets(&self, ctx: &Context<'_>, ids: Vec<ID>) -> Result<RestoreAssetsPayload, Error> {
        let (services, viewer) = (context::services(ctx), context::viewer(ctx)?);
        let (restored, mut user_errors) = outcome(assets::restore_assets(services, viewer, &parse(&ids)).await)?;
        let (assets, left_out) = restored.unwrap_or_default();
        user_errors.extend(left_out.into_iter().map(UserError::from));
        Ok(RestoreAssetsPayload { assets: assets.into_iter().map(Asset::from).collect(), user_errors })
    }

    /// Changes what is written about an asset: for those with the right `EDIT` on it.
    async fn update_asset(&self, ctx: &Context<'_>, input: UpdateAssetInput) -> Result<AssetPayload, Error> {
        let (services, viewer) = (context::services(ctx), context::viewer(ctx)?);
        let UpdateAssetInput { asset_id, title, description, alt_text } = input;
        let changes = AssetInput {
            id: AssetId::from_node_id(&asset_id),
            title: change(title),
            description: change(description),
            alt_text: change(alt_text),
        };
        AssetPayload::of(assets::update_asset(services, viewer, changes).await.map(Asset::from))
    }

    /// Sets whether an asset's original is available. Links hand it out only while it is.
    async fn set_original_state(
        &self,
        ctx: &Context<'_>,
        asset_id: ID,
        state: OriginalState,
    ) -> Result<AssetPayload, Error> {
        let (services, viewer) = (context::services(ctx), context::viewer(ctx)?);
        let asset = AssetId::from_node_id(&asset_id);
        AssetPayload::of(assets::set_original_state(services, viewer, asset, state.into()).await.map(Asset::from))
    }
}

fn parse(ids: &[ID]) -> Vec<Option<AssetId>> {
    ids.iter().map(|id| AssetId::from_node_id(id)).collect()
}

async fn upload_asset(ctx: &Context<'_>, input: UploadAssetInput) -> Result<Asset, MutationError> {
    let (services, viewer) = (context::services(ctx), context::viewer(ctx)?);
    let new = assets::check_upload(services, viewer, input.title.as_deref()).await?;
    let received = upload::receive(ctx, input.file, new.size_limit.clone()).await?;
    Ok(Asset::from(new.store(services, received.file, &received.file_name).await?))
}

async fn attach_file(ctx: &Context<'_>, input: AttachFileInput) -> Result<(Asset, Attachment), MutationError> {
    let (services, viewer) = (context::services(ctx), context::viewer(ctx)?);
    let new = assets::check_attachment(services, viewer, AssetId::from_node_id(&input.asset_id)).await?;
    let received = upload::receive(ctx, input.file, new.size_limit.clone()).await?;
    let (asset, row) = new.store(services, received.file, &received.file_name).await?;
    let owner = (&asset).into();
    Ok((Asset::from(asset), Attachment { row, owner }))
}
