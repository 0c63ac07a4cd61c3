//! `uploadAsset`, `attachFile` and `setOriginalState`.

use super::payloads::AssetPayload;
use crate::{
    context,
    types::{asset::Asset, enums::OriginalState},
    upload::{self, Upload},
};
use app::{Error, MutationError, assets};
use async_graphql::{Context, ID, InputObject, Object};
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
