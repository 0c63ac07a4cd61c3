//! The bin: assets are deleted, and restored for as long as they are kept there.

use crate::{Error, MutationError, NO_ASSET, Services, UserError, UserErrorCode, Viewer};
use diesel_async::AsyncConnection;
use domain::{AssetId, Right, Rights};
use schema::{assets::Asset, deleted_assets, rights};
use std::collections::{HashMap, HashSet};

const NO_RIGHT: &str = "You need the right EDIT on this asset; an administrator can give it to you.";
const NOT_IN_BIN: &str = "There is no such asset in the bin, or you may not restore it.";

/// Which assets were deleted or restored.
pub struct Moved {
    /// Their ids, each once.
    pub ids: Vec<AssetId>,
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
    let Moved { ids, left_out } = move_assets(services, viewer, ids, false).await?;
    let mut conn = services.pool.get().await?;
    let mut restored = deleted_assets::by_ids(&mut conn, viewer.workspace.id, &ids).await?;
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
    if ids.len() > services.max_share {
        let message = format!("At most {} assets are named in one call.", services.max_share);
        return Err(MutationError::user(UserErrorCode::TooManyAssets, &["ids"], message));
    }
    let mut seen = HashSet::new();
    let mut wanted: Vec<AssetId> = ids.iter().flatten().copied().filter(|id| seen.insert(*id)).collect();
    let (workspace, subject, now) = (viewer.workspace.id, viewer.subject(), services.now());
    let mut conn = services.pool.get().await?;
    let (found, rights) = conn
        .transaction(async |conn| {
            let found = deleted_assets::lock(conn, workspace, &wanted, !delete).await?;
            let rights = rights::of_assets(conn, subject, &found).await?;
            let may: Vec<AssetId> = found.iter().copied().filter(|id| may_move(rights[id])).collect();
            if delete {
                deleted_assets::delete(conn, &may, now).await?;
            } else {
                deleted_assets::restore(conn, &may, now).await?;
            }
            Ok::<_, Error>((found, rights))
        })
        .await?;
    let is_found: HashSet<AssetId> = found.into_iter().collect();
    let may = |id: &AssetId| rights.get(id).is_some_and(|rights| may_move(*rights));
    let left_out = ids.iter().enumerate().filter_map(|(index, id)| {
        let seen =
            id.filter(|id| is_found.contains(id)).filter(|id| rights.get(id).is_some_and(|of| of.has(Right::Read)));
        let (code, message) = match (seen, delete) {
            (Some(id), _) if may(&id) => return None,
            (Some(_), true) => (UserErrorCode::NoRight, NO_RIGHT),
            (None, true) => (UserErrorCode::NotFound, NO_ASSET),
            // Who may not restore an asset does not see it in the bin either.
            (_, false) => (UserErrorCode::NotFound, NOT_IN_BIN),
        };
        Some(UserError::new(code, &["ids", &index.to_string()], message))
    });
    let left_out = left_out.collect();
    wanted.retain(|id| is_found.contains(id) && may(id));
    Ok(Moved { ids: wanted, left_out })
}

/// Whether these rights allow to delete an asset, and to restore it. Guests may have rights on what they do not see.
fn may_move(rights: Rights) -> bool {
    rights.has(Right::Read) && rights.has(Right::Edit)
}
