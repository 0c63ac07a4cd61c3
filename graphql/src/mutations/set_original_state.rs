//! `setOriginalState`.

use super::payloads::AssetPayload;
use crate::{
    Error, context,
    errors::{UserError, UserErrorCode},
    loaders::Loaders,
    node_id::NodeKind,
    types::{asset::Asset, enums::OriginalState},
};
use async_graphql::{Context, ID, Object};
use domain::{AssetSource, Right};
use schema::assets;

#[derive(Default)]
pub(super) struct SetOriginalState;

#[Object]
impl SetOriginalState {
    /// Says whether an asset's original can be had. Links hand it out only while it is available.
    async fn set_original_state(
        &self,
        ctx: &Context<'_>,
        asset_id: ID,
        state: OriginalState,
    ) -> Result<AssetPayload, Error> {
        let viewer = context::viewer(ctx)?;
        let found = match NodeKind::Asset.parse(&asset_id) {
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
        if asset.source == AssetSource::External && state == OriginalState::Available {
            let message = "This asset is only a reference; its original cannot be made available here.";
            return Ok(AssetPayload::refused(vec![UserError::new(UserErrorCode::InvalidInput, &["state"], message)]));
        }
        let mut conn = context::connection(ctx).await?;
        Ok(AssetPayload::done(Asset(assets::set_original_state(&mut conn, asset.id, state.into()).await?)))
    }
}
