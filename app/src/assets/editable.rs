//! The asset that a mutation is about to change.

use crate::{Error, MissingPermission, MutationError, NO_ASSET, Services, UserErrorCode, Viewer};
use domain::{AssetId, Right};
use schema::{
    assets::{self, Asset},
    rights,
};

/// The refusal of an asset that the viewer does not see, named by this field.
pub(super) fn no_asset(field: &str) -> MutationError {
    MutationError::user(UserErrorCode::NotFound, &[field], NO_ASSET)
}

/// The asset of this id, if the viewer may see it, or else `not_found`; an asset that they may not edit is forbidden.
/// `id` is none where the client sent no id of an asset.
pub(super) async fn editable(
    services: &Services,
    viewer: &Viewer,
    id: Option<AssetId>,
    not_found: impl Fn() -> MutationError,
) -> Result<Asset, MutationError> {
    let id = id.ok_or_else(&not_found)?;
    let mut conn = services.pool.get().await?;
    let asset = assets::get(&mut conn, viewer.visible_assets(), id).await?.ok_or_else(&not_found)?;
    if rights::on_asset(&mut conn, viewer.subject(), id).await?.has(Right::Edit) {
        Ok(asset)
    } else {
        Err(Error::Forbidden(MissingPermission::Right(Right::Edit)).into())
    }
}
