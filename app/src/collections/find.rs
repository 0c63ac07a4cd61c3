//! The collection that an id names: to be seen, or to be changed.

use crate::{Error, MissingPermission, MutationError, Services, UserErrorCode, Viewer};
use diesel_async::AsyncPgConnection;
use domain::{CollectionId, Right};
use schema::{
    collections::{self, Collection},
    rights,
};

/// The collection of this id, if the viewer may see it.
pub async fn find(
    conn: &mut AsyncPgConnection,
    viewer: &Viewer,
    id: CollectionId,
) -> Result<Option<Collection>, Error> {
    Ok(collections::get(conn, viewer.visible_collections(), id).await?)
}

/// The collection that an input field names; refused, if the viewer may not see it.
pub(crate) async fn visible(
    services: &Services,
    viewer: &Viewer,
    id: Option<CollectionId>,
    field: &str,
) -> Result<Collection, MutationError> {
    let found = match id {
        Some(id) => find(&mut *services.pool.get().await?, viewer, id).await?,
        None => None,
    };
    let message = "There is no such collection, or you may not see it.";
    found.ok_or_else(|| MutationError::user(UserErrorCode::NotFound, &[field], message))
}

/// The collection that an input field names. A collection that the viewer may see and not change is forbidden.
pub(super) async fn editable(
    services: &Services,
    viewer: &Viewer,
    id: Option<CollectionId>,
    field: &str,
) -> Result<Collection, MutationError> {
    let collection = visible(services, viewer, id, field).await?;
    let own = collection.created_by == Some(viewer.user.id);
    let mut conn = services.pool.get().await?;
    if own || rights::on_collection(&mut conn, viewer.subject(), collection.id).await?.has(Right::Edit) {
        Ok(collection)
    } else {
        Err(Error::Forbidden(MissingPermission::Right(Right::Edit)).into())
    }
}
