//! `uploadAsset`.

use super::payloads::AssetPayload;
use crate::{
    context,
    errors::UserError,
    types::asset::Asset,
    upload::{self, Upload},
};
use app::{
    Error,
    library::{self, Owner},
    quota::Bound,
};
use async_graphql::{Context, InputObject, Object};
use domain::{Right, name};

#[derive(Default)]
pub(super) struct UploadAsset;

#[derive(InputObject)]
struct UploadAssetInput {
    file: Upload,
    /// Left out: made from the file's name.
    title: Option<String>,
}

#[Object]
impl UploadAsset {
    /// Adds a file to the library as a new asset. What it is, is told from its content.
    async fn upload_asset(&self, ctx: &Context<'_>, input: UploadAssetInput) -> Result<AssetPayload, Error> {
        let viewer = context::viewer(ctx)?;
        viewer.require(Right::Edit)?;
        let title = match input.title.as_deref().map(name::parse).transpose() {
            Ok(title) => title,
            Err(error) => {
                return Ok(AssetPayload::refused(vec![UserError::invalid_name("title", error)]));
            }
        };
        let (services, owner) = (context::services(ctx), Owner::of(viewer));
        let bound = Bound::of_library(services, owner).await?;
        let received = match upload::receive(ctx, input.file, bound).await? {
            Ok(received) => received,
            Err(refusal) => return Ok(AssetPayload::refused(vec![refusal])),
        };
        match library::add_original(services, owner, received.file, &received.file_name, title).await {
            Ok(asset) => Ok(AssetPayload::done(Asset(asset))),
            Err(error) => UserError::quota(error).map(|refusal| AssetPayload::refused(vec![refusal])),
        }
    }
}
