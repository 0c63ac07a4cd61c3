//! `/bin`: the assets that were deleted and can be restored, those that were deleted last first. Restoring is a form, also
//! the one that undoes a deletion.

use super::{
    Fields, Frame, Posted, Section, SignedIn,
    own_path::{own_path, with_more, with_query},
    restored,
    templates::{BinPage, BinTile},
};
use crate::pages::{PageError, instant::shown, redirect::see_other, templates, view_model};
use actix_web::{HttpRequest, HttpResponse, web};
use app::{Services, Viewer, assets as operations, files::thumbnail};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{AssetId, KEPT_IN_BIN, Right, UserId, node_id::NodeId};
use schema::{
    assets::{self, Asset, AssetFilter},
    deleted_assets::{self, BinPosition},
    users,
};
use std::collections::HashMap;

/// How many assets a page shows.
const PAGE: i64 = 48;

/// A page of the bin.
pub(super) async fn page(
    SignedIn(viewer): SignedIn,
    request: HttpRequest,
    services: web::Data<Services>,
) -> Result<HttpResponse, PageError> {
    let fields = Fields::of_query(request.query_string());
    let (after, of) = (position(fields.text("after")), (viewer.workspace.id, viewer.subject()));
    let mut conn = services.pool.get().await?;
    let found = deleted_assets::list(&mut conn, of, PAGE, after).await?;
    let all = AssetFilter { bin: Some(viewer.subject()), ..AssetFilter::default() };
    let total = assets::count(&mut conn, viewer.visible_assets(), &all).await?;
    drop(conn);
    let here = with_query("/bin", &[("after", fields.text("after"))]);
    let page = BinPage {
        frame: Frame::new(&viewer, Section::Library),
        total: view_model::counted(total, "asset"),
        next_url: found
            .rows
            .last()
            .filter(|_| found.has_next)
            .map(|last| with_query("/bin", &[("after", &place(last))])),
        first_url: after.map(|_| "/bin".to_owned()),
        tiles: tiles(&services, &viewer, &found.rows).await?,
        tick_url: with_more(&here, "tick=all"),
        is_ticked: fields.text("tick") == "all",
        sees_all: viewer.rights.has(Right::Edit),
        zone: viewer.workspace.zone().to_string(),
        notice: restored::notice(&fields),
        error: restored::mistake(&fields),
        here,
    };
    Ok(templates::scripted_page(HttpResponse::Ok(), &page))
}

/// Takes the ticked assets out of the bin, and leads back.
pub(super) async fn restore(posted: Posted, services: web::Data<Services>) -> Result<HttpResponse, PageError> {
    let Posted { viewer, fields } = posted;
    let to = own_path(fields.text("to")).unwrap_or("/bin");
    let lead = |to: &str, said: &str| see_other(&with_more(to, said));
    let ids: Vec<Option<AssetId>> = fields.all("asset").map(AssetId::from_node_id).collect();
    if ids.is_empty() {
        return Ok(lead("/bin", "restored=nothing"));
    }
    let (back, left) = operations::restore_assets(&services, &viewer, &ids).await?;
    if back.is_empty() {
        return Ok(lead("/bin", "restored=gone"));
    }
    Ok(lead(to, &format!("restored={}&left={}", back.len(), left.len())))
}

/// What is shown of assets in the bin.
pub(super) async fn tiles(services: &Services, viewer: &Viewer, rows: &[Asset]) -> Result<Vec<BinTile>, PageError> {
    let deleters: Vec<UserId> = rows.iter().filter_map(|asset| asset.deleted_by).collect();
    let found = users::by_ids(&*services.pool.get().await?, viewer.workspace.id, &deleters).await?;
    let names: HashMap<UserId, String> = found.into_iter().map(|user| (user.id, user.name)).collect();
    let (zone, now) = (viewer.workspace.zone(), services.now());
    let tile = |asset: &Asset| {
        let number = viewer.number_of(asset).to_string();
        let deleted_at = asset.deleted_at.unwrap_or(now);
        let until = deleted_at + KEPT_IN_BIN;
        BinTile {
            id: asset.id.node_id(),
            title: asset.title.clone(),
            kind: view_model::kind_name(asset.kind),
            thumbnail: format!("/bin/{number}/{}", thumbnail(asset.kind)),
            number,
            deleted_by: asset.deleted_by.and_then(|user| names.get(&user).cloned()),
            deleted_at: shown(deleted_at, zone),
            until: shown(until, zone),
            left: time_left(until, now),
        }
    };
    Ok(rows.iter().map(tile).collect())
}

/// How long an asset can still be restored, in words.
fn time_left(until: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let left = until - now;
    if left < TimeDelta::days(1) {
        return "less than a day left".to_owned();
    }
    // A day that has begun counts: what was just deleted has all thirty.
    match (left - TimeDelta::microseconds(1)).num_days() + 1 {
        1 => "1 day left".to_owned(),
        days => format!("{days} days left"),
    }
}

/// Where a page ends: the microsecond of the last deletion, and the asset.
fn place(asset: &Asset) -> String {
    let at = asset.deleted_at.map(|at| at.timestamp_micros()).unwrap_or_default();
    format!("{at}.{}", asset.id.node_id())
}

fn position(text: &str) -> Option<BinPosition> {
    let (at, id) = text.split_once('.')?;
    let deleted_at = DateTime::from_timestamp_micros(at.parse().ok()?)?;
    domain::clock::is_storable(deleted_at).then_some(())?;
    Some(BinPosition { deleted_at, id: AssetId::from_node_id(id)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_that_is_left_is_told_in_days() {
        let now = DateTime::UNIX_EPOCH;
        for (hours, left) in [
            (23, "less than a day left"),
            (24, "1 day left"),
            (25, "2 days left"),
            (719, "30 days left"),
            (720, "30 days left"),
        ] {
            assert_eq!(time_left(now + TimeDelta::hours(hours), now), left, "{hours}");
        }
    }
}
