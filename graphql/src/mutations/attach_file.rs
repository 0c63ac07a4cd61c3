//! `attachFile`.

use super::{editable::editable_asset, payloads::AssetPayload, upload_asset::take_file};
use crate::{
    Error, context,
    errors::{UserError, UserErrorCode},
    library,
    types::asset::Asset,
    upload::Upload,
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
        let received = match take_file(ctx, input.file) {
            Ok(received) => received,
            Err(refusal) => return Ok(AssetPayload::refused(vec![refusal])),
        };
        library::add_attachment(context::services(ctx), asset.id, received.file, &received.file_name).await?;
        Ok(AssetPayload::done(Asset(asset)))
    }
}
