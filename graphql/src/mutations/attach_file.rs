//! `attachFile`.

use super::{payloads::AssetPayload, upload_asset::take_file};
use crate::{
    Error, context,
    errors::{UserError, UserErrorCode},
    library,
    loaders::Loaders,
    node_id::NodeKind,
    types::asset::Asset,
    upload::Upload,
};
use async_graphql::{Context, ID, InputObject, Object};
use domain::{AssetSource, Right};
use schema::assets;

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
        let viewer = context::viewer(ctx)?;
        let found = match NodeKind::Asset.parse(&input.asset_id) {
            Some(id) => assets::get(&mut *context::connection(ctx).await?, viewer.workspace.id, id).await?,
            None => None,
        };
        let Some(asset) = found else {
            let message = "There is no such asset, or you may not see it.";
            return Ok(AssetPayload::refused(vec![UserError::new(UserErrorCode::NotFound, &["assetId"], message)]));
        };
        if !ctx.data_unchecked::<Loaders>().rights(asset.id).await?.has(Right::Edit) {
            return Err(Error::Forbidden);
        }
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
