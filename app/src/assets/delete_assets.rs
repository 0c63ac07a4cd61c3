//! The bin: assets are deleted, and restored for as long as they are kept there.

use crate::{
    Error, MutationError, NO_ASSET, Services, UserError, UserErrorCode, Viewer,
    security::{self, Subject},
};
use chrono::{DateTime, Utc};
use diesel_async::AsyncConnection;
use domain::{AssetId, Right, Rights, SecurityAction};
use schema::{assets::Asset, deleted_assets, rights};
use std::collections::{HashMap, HashSet};

const NO_RIGHT: &str = "You need the right EDIT on this asset; an administrator can give it to you.";
const NOT_IN_BIN: &str = "There is no such asset in the bin, or you may not restore it.";

/// Which assets were deleted or restored.
pub struct Moved {
    /// Their ids, each once.
    pub ids: Vec<AssetId>,
    /// When; that and the viewer tell what was deleted by one call.
    pub at: DateTime<Utc>,
    /// A mistake for each of the others, by its place in the call.
    pub left_out: Vec<UserError>,
}

/// Puts assets into the bin. Links to them answer at once like links that do not exist, and collections go on without
/// them. An id is none where the client sent no id of an asset.
pub async fn delete_assets(
    services: &Services,
    viewer: &Viewer,
    ids: &[Option<AssetId>],
) -> Result<Moved, MutationError> {
    move_assets(services, viewer, ids, true).await
}

/// Takes assets out of the bin, with their links, in their collections, and as they were. Returns them in the order of the
/// call.
pub async fn restore_assets(
    services: &Services,
    viewer: &Viewer,
    ids: &[Option<AssetId>],
) -> Result<(Vec<Asset>, Vec<UserError>), MutationError> {
    let Moved { ids, left_out, .. } = move_assets(services, viewer, ids, false).await?;
    let conn = services.pool.get().await?;
    let mut restored = deleted_assets::by_ids(&conn, viewer.workspace.id, &ids).await?;
    let places: HashMap<AssetId, usize> = ids.iter().enumerate().map(|(place, id)| (*id, place)).collect();
    restored.sort_by_key(|asset| places.get(&asset.id).copied());
    Ok((restored, left_out))
}

async fn move_assets(
    services: &Services,
    viewer: &Viewer,
    ids: &[Option<AssetId>],
    delete: bool,
) -> Result<Moved, MutationError> {
    check_number(services, ids.len())?;
    let mut seen = HashSet::new();
    let mut wanted: Vec<AssetId> = ids.iter().flatten().copied().filter(|id| seen.insert(*id)).collect();
    let (workspace, subject, now) = (viewer.workspace.id, viewer.subject(), services.now());
    let mut conn = services.pool.get().await?;
    let rights = conn
        .transaction(async |conn| {
            let mut found = deleted_assets::lock(conn, workspace, &wanted, !delete).await?;
            let ids: Vec<AssetId> = found.iter().map(|(id, _)| *id).collect();
            let rights = rights::of_assets(conn, subject, &ids).await?;
            found.retain(|(id, _)| rights.get(id).is_some_and(|rights| may_move(*rights)));
            let may: Vec<AssetId> = found.iter().map(|(id, _)| *id).collect();
            let action = if delete {
                deleted_assets::delete(conn, &may, viewer.user.id, now).await?;
                SecurityAction::AssetDeleted
            } else {
                deleted_assets::restore(conn, &may, now).await?;
                SecurityAction::AssetRestored
            };
            let done = found.iter().map(|(id, title)| (Subject { id: id.uuid(), name: Some(title) }, Vec::new()));
            security::record_each(conn, viewer, action, done, now).await?;
            Ok::<_, Error>(rights)
        })
        .await?;
    let left_out = ids.iter().enumerate().filter_map(|(index, id)| {
        let (code, message) = refusal(id.and_then(|id| rights.get(&id).copied()), delete)?;
        Some(UserError::new(code, &["ids", &index.to_string()], message))
    });
    let left_out = left_out.collect();
    wanted.retain(|id| rights.get(id).is_some_and(|rights| may_move(*rights)));
    Ok(Moved { ids: wanted, at: now, left_out })
}

/// Refuses more assets than one call may name.
pub(super) fn check_number(services: &Services, wanted: usize) -> Result<(), MutationError> {
    if wanted <= services.max_share {
        return Ok(());
    }
    let message = format!("At most {} assets are named in one call.", services.max_share);
    Err(MutationError::user(UserErrorCode::TooManyAssets, &["ids"], message))
}

/// Why an asset is not moved on which the viewer has these rights, if it was found; none if it is.
pub(super) fn refusal(rights: Option<Rights>, delete: bool) -> Option<(UserErrorCode, &'static str)> {
    match (rights.filter(|rights| rights.has(Right::Read)), delete) {
        (Some(rights), _) if may_move(rights) => None,
        (Some(_), true) => Some((UserErrorCode::NoRight, NO_RIGHT)),
        (None, true) => Some((UserErrorCode::NotFound, NO_ASSET)),
        // Who may not restore an asset does not see it in the bin either.
        (_, false) => Some((UserErrorCode::NotFound, NOT_IN_BIN)),
    }
}

/// Whether these rights allow to delete an asset, and to see it in the bin and restore it. Guests may have rights on what
/// they do not see.
pub(crate) fn may_move(rights: Rights) -> bool {
    rights.has(Right::Read) && rights.has(Right::Edit)
}
