//! `setOriginalState`.

use super::{editable::editable_asset, payloads::AssetPayload};
use crate::{
    context,
    errors::{UserError, UserErrorCode},
    types::{asset::Asset, enums::OriginalState},
};
use app::Error;
use async_graphql::{Context, ID, Object};
use domain::AssetSource;
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
        let asset = match editable_asset(ctx, &asset_id).await? {
            Ok(asset) => asset,
            Err(refusal) => return Ok(AssetPayload::refused(vec![refusal])),
        };
        if asset.source == AssetSource::External && state == OriginalState::Available {
            let message = "This asset is only a reference; its original cannot be made available here.";
            return Ok(AssetPayload::refused(vec![UserError::new(UserErrorCode::InvalidInput, &["state"], message)]));
        }
        let mut conn = context::connection(ctx).await?;
        Ok(AssetPayload::done(Asset(assets::set_original_state(&mut conn, asset.id, state.into()).await?)))
    }
}
