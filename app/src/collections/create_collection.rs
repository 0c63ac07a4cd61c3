//! A new collection with its first members.

use super::members;
use crate::{MutationError, Services, UserError, Viewer};
use diesel_async::AsyncConnection;
use domain::{AssetId, CollectionId, CollectionKind, Right, Rights, name};
use schema::collections::{self, Collection};

/// What a client asks for.
pub struct NewCollection<'a> {
    /// The name.
    pub name: &'a str,
    /// Shown only to its creator, to administrators, and to those whom an access rule lets read it.
    pub hidden: bool,
    /// The first members, in order; none for an id that is not an asset's.
    pub assets: &'a [Option<AssetId>],
}

/// Makes a collection.
pub async fn create_collection(
    services: &Services,
    viewer: &Viewer,
    input: NewCollection<'_>,
) -> Result<Collection, MutationError> {
    viewer.require(Right::Edit)?;
    let new = Collection {
        id: CollectionId::new(),
        workspace_id: viewer.workspace.id,
        name: name::parse(input.name).map_err(|error| UserError::invalid_name("name", error))?,
        kind: CollectionKind::Manual,
        hidden: input.hidden,
        created_by: Some(viewer.user.id),
        created_at: services.now(),
    };
    let mut conn = services.pool.get().await?;
    let members = members::check(services, viewer, &mut conn, input.assets, Rights::NONE).await?;
    conn.transaction(async |conn| {
        collections::insert(conn, new.clone()).await?;
        collections::fill(conn, new.id, 0, &members).await
    })
    .await?;
    Ok(new)
}
