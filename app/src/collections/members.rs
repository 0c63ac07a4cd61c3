//! Which assets may be put into a collection.

use crate::{MutationError, NO_ASSET, Services, UserError, UserErrorCode, Viewer};
use diesel_async::AsyncPgConnection;
use domain::{AssetId, Right, Rights};
use schema::assets::{self, Candidate};
use std::collections::HashSet;

/// The assets that are to be put into a collection, each once. The viewer must have the `needed` rights on each.
pub(super) async fn check(
    services: &Services,
    viewer: &Viewer,
    conn: &mut AsyncPgConnection,
    ids: &[Option<AssetId>],
    needed: Rights,
) -> Result<Vec<AssetId>, MutationError> {
    let mut seen = HashSet::new();
    let distinct: Vec<AssetId> = ids.iter().flatten().copied().filter(|id| seen.insert(*id)).collect();
    let not_parsed = ids.iter().filter(|id| id.is_none()).count();
    if distinct.len() + not_parsed > services.max_share {
        let message = format!("At most {} assets are put into a collection at once.", services.max_share);
        return Err(MutationError::user(UserErrorCode::TooManyAssets, &["assetIds"], message));
    }
    let found = assets::candidates(conn, viewer.workspace.id, viewer.subject(), &distinct).await?;
    let refused = ids.iter().enumerate().filter_map(|(index, id)| {
        let (code, message) = refusal(id.and_then(|id| found.get(&id)), needed)?;
        Some(UserError::new(code, &["assetIds", &index.to_string()], message))
    });
    let refused: Vec<UserError> = refused.collect();
    if refused.is_empty() { Ok(distinct) } else { Err(MutationError::User(refused)) }
}

/// Why an asset may not be put in, if so.
fn refusal(candidate: Option<&Candidate>, needed: Rights) -> Option<(UserErrorCode, &'static str)> {
    match candidate {
        None => Some((UserErrorCode::NotFound, NO_ASSET)),
        Some(candidate) if !candidate.rights.has(Right::Read) => Some((UserErrorCode::NotFound, NO_ASSET)),
        Some(candidate) if !candidate.rights.covers(needed) => Some((
            UserErrorCode::NotShareable,
            "Being in this collection would give others rights on this asset that you lack yourself.",
        )),
        Some(_) => None,
    }
}
