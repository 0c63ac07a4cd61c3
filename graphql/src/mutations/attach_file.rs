//! `attachFile`.

use super::{editable::editable_asset, payloads::AssetPayload};
use crate::{
    context,
    errors::{UserError, UserErrorCode},
    types::asset::Asset,
    upload::{self, Upload},
};
use app::{
    Error,
    library::{self, Owner},
    quota::Bound,
};
use async_graphql::{Context, ID, InputObject, Object};
use domain::AssetSource;

#[derive(Default)]
pub(super) struct AttachFile;

#[derive(InputObject)]
struct AttachFileInput {
    asset_id: ID,
    file: Upload,
}

#[Object]
impl AttachFile {
    /// Hangs a further file on an asset.
    async fn attach_file(&self, ctx: &Context<'_>, input: AttachFileInput) -> Result<AssetPayload, Error> {
        let asset = match editable_asset(ctx, &input.asset_id).await? {
            Ok(asset) => asset,
            Err(refusal) => return Ok(AssetPayload::refused(vec![refusal])),
        };
        if asset.source == AssetSource::External {
            let message = "This asset is only a reference; nothing can be attached to it.";
            return Ok(AssetPayload::refused(vec![UserError::new(UserErrorCode::InvalidInput, &["assetId"], message)]));
        }
        let (services, owner) = (context::services(ctx), Owner::of(context::viewer(ctx)?));
        let bound = Bound::of_library(services, owner).await?;
        let received = match upload::receive(ctx, input.file, bound).await? {
            Ok(received) => received,
            Err(refusal) => return Ok(AssetPayload::refused(vec![refusal])),
        };
        match library::add_attachment(services, owner, asset.id, received.file, &received.file_name).await {
            Ok(_) => Ok(AssetPayload::done(Asset(asset))),
            Err(error) => UserError::quota(error).map(|refusal| AssetPayload::refused(vec![refusal])),
        }
    }
}
