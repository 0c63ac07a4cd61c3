//! What somebody may edit.

use crate::{
    context,
    errors::{NO_ASSET, UserError, UserErrorCode},
};
use app::{Error, Lacking};
use async_graphql::{Context, ID};
use domain::{Right, node_id::NodeKind};
use schema::assets::{self, Asset};

/// Loads the asset that the field `assetId` names, if the viewer may edit it.
pub(super) async fn editable_asset(ctx: &Context<'_>, id: &ID) -> Result<Result<Asset, UserError>, Error> {
    let viewer = context::viewer(ctx)?;
    let found = match NodeKind::Asset.parse(id) {
        Some(id) => assets::get(&mut *context::connection(ctx).await?, viewer.workspace.id, id).await?,
        None => None,
    };
    match found {
        None => Ok(Err(UserError::new(UserErrorCode::NotFound, &["assetId"], NO_ASSET))),
        Some(asset) if context::loaders(ctx).rights(asset.id).await?.has(Right::Edit) => Ok(Ok(asset)),
        Some(_) => Err(Error::Forbidden(Lacking::Right(Right::Edit))),
    }
}
