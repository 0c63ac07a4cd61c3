//! `uploadAsset`, `attachFile`, `updateAsset` and `setOriginalState`.

use super::payloads::AssetPayload;
use crate::{
    context,
    types::{asset::Asset, enums::OriginalState, link_settings::change},
    upload::{self, Upload},
};
use app::{
    Error, MutationError,
    assets::{self, AssetInput},
};
use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object};
use domain::{AssetId, node_id::NodeId};

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
    async fn attach_file(&self, ctx: &Context<'_>, input: AttachFileInput) -> Result<AssetPayload, Error> {
        AssetPayload::of(attach_file(ctx, input).await)
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
        AssetPayload::of(assets::update_asset(services, viewer, changes).await.map(Asset))
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
        AssetPayload::of(assets::set_original_state(services, viewer, asset, state.into()).await.map(Asset))
    }
}

async fn upload_asset(ctx: &Context<'_>, input: UploadAssetInput) -> Result<Asset, MutationError> {
    let (services, viewer) = (context::services(ctx), context::viewer(ctx)?);
    let new = assets::check_upload(services, viewer, input.title.as_deref()).await?;
    let received = upload::receive(ctx, input.file, new.size_limit.clone()).await?;
    Ok(Asset(new.store(services, received.file, &received.file_name).await?))
}

async fn attach_file(ctx: &Context<'_>, input: AttachFileInput) -> Result<Asset, MutationError> {
    let (services, viewer) = (context::services(ctx), context::viewer(ctx)?);
    let new = assets::check_attachment(services, viewer, AssetId::from_node_id(&input.asset_id)).await?;
    let received = upload::receive(ctx, input.file, new.size_limit.clone()).await?;
    Ok(Asset(new.store(services, received.file, &received.file_name).await?))
}
