//! Whether an asset's original is available.

use super::editable::{editable, no_asset};
use crate::{MutationError, Services, UserErrorCode, Viewer};
use domain::{AssetId, AssetSource, OriginalState};
use schema::assets::{self, Asset};

/// Sets whether an asset's original is available. Links hand it out only while it is.
pub async fn set_original_state(
    services: &Services,
    viewer: &Viewer,
    asset: Option<AssetId>,
    state: OriginalState,
) -> Result<Asset, MutationError> {
    let asset = editable(services, viewer, asset, || no_asset("assetId")).await?;
    if asset.source == AssetSource::External && state == OriginalState::Available {
        let message = "This asset is only a reference; its original cannot be made available here.";
        return Err(MutationError::user(UserErrorCode::InvalidInput, &["state"], message));
    }
    Ok(assets::set_original_state(&mut *services.pool.get().await?, asset.id, state).await?)
}
