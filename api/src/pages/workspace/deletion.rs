//! Deleting assets: the window that asks first and says what will happen, for one asset and for a selection, and the page
//! afterwards, on which it can be undone.

use super::{
    Fields, Frame, Posted, Section, SignedIn, asset_path, bin,
    in_bin::opened,
    library,
    own_path::{own_path, with_query},
    selection::Selection,
    templates::{DeleteWindow, DeletedPage, LeftOut, LeftOutAsset},
};
use crate::pages::{PageError, redirect::see_other, templates};
use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web};
use app::{
    Services, Viewer,
    assets::{self, DeletionPlan, Moved},
};
use chrono::{DateTime, Utc};
use domain::{AssetId, clock::is_storable, node_id::NodeId};
use schema::deleted_assets;

/// How many assets are named.
const NAMED: usize = 50;

/// What of a form is the place in the library to which it leads back.
const PLACE: [&str; 5] = ["search", "kind", "collection", "after", "before"];

/// Asks before one asset is deleted.
pub(super) async fn ask_one(
    SignedIn(viewer): SignedIn,
    services: web::Data<Services>,
    number: web::Path<String>,
) -> Result<HttpResponse, PageError> {
    let asset = match opened(&services, &viewer, &number).await? {
        Ok(opened) => opened.asset,
        Err(in_bin) => return Ok(in_bin),
    };
    let plan = assets::plan_deletion(&services, &viewer, &[asset.id]).await?;
    if let Some((_, why)) = plan.left_out.first() {
        return Err(PageError::Refused((*why).to_owned()));
    }
    let here = asset_path(&viewer, &asset);
    let target = Target { action: format!("{here}/delete"), cancel: Some(here), place: Vec::new() };
    Ok(window(StatusCode::OK, &viewer, &[asset.id], plan, target))
}

/// Deletes one asset.
pub(super) async fn delete_one(
    posted: Posted,
    services: web::Data<Services>,
    number: web::Path<String>,
) -> Result<HttpResponse, PageError> {
    let viewer = posted.viewer;
    let asset = match opened(&services, &viewer, &number).await? {
        Ok(opened) => opened.asset,
        Err(in_bin) => return Ok(in_bin),
    };
    let Moved { at, left_out, .. } = assets::delete_assets(&services, &viewer, &[Some(asset.id)]).await?;
    if let Some(refused) = left_out.into_iter().next() {
        // Somebody else has deleted it in this instant, or the right to it is gone.
        let in_bin = opened(&services, &viewer, &number).await?.err();
        return in_bin.ok_or(PageError::Refused(refused.message));
    }
    Ok(lead(&[("at", &micros(at)), ("undone", &asset_path(&viewer, &asset))]))
}

/// Asks before the selected assets of the library are deleted, and deletes them once that is confirmed.
pub(super) async fn selection(posted: Posted, services: web::Data<Services>) -> Result<HttpResponse, PageError> {
    let Posted { viewer, fields } = posted;
    let selection = Selection::of(&fields, &services)?;
    if selection.is_empty() {
        return library::show(&services, &viewer, &fields, Some("Tick at least one asset first.")).await;
    }
    let ids: Vec<AssetId> = selection.requested().ids();
    let place: Vec<_> = PLACE.iter().map(|name| ((*name).to_owned(), fields.text(name).to_owned())).collect();
    let target = Target { action: "/library/delete".to_owned(), cancel: None, place: place.clone() };
    if !fields.has("confirmed") {
        let plan = assets::plan_deletion(&services, &viewer, &ids).await?;
        return Ok(window(StatusCode::OK, &viewer, &ids, plan, target));
    }
    let wanted: Vec<_> = ids.iter().copied().map(Some).collect();
    let Moved { ids: deleted, at, left_out } = assets::delete_assets(&services, &viewer, &wanted).await?;
    if deleted.is_empty() {
        let plan = assets::plan_deletion(&services, &viewer, &ids).await?;
        return Ok(window(StatusCode::UNPROCESSABLE_ENTITY, &viewer, &ids, plan, target));
    }
    let place: Vec<_> = place.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let (left, to) = (left_out.len().to_string(), with_query("/library", &place));
    Ok(lead(&[("at", &micros(at)), ("left", &left), ("to", &to), ("undone", &to), ("selection", "yes")]))
}

/// Where the window sends the answer, and what leads back.
struct Target {
    action: String,
    /// The page to which cancelling leads; none: to the library, with the selection.
    cancel: Option<String>,
    place: Vec<(String, String)>,
}

fn window(status: StatusCode, viewer: &Viewer, ids: &[AssetId], plan: DeletionPlan, target: Target) -> HttpResponse {
    let DeletionPlan { assets, left_out, links, collections } = plan;
    let Target { action, cancel, place } = target;
    let named = left_out.iter().take(NAMED).map(|(title, reason)| LeftOutAsset {
        title: title.clone().unwrap_or_else(|| "An asset that is gone".to_owned()),
        reason,
    });
    let page = DeleteWindow {
        frame: Frame::new(viewer, Section::Library),
        count: assets.len(),
        requested: ids.len(),
        names: assets.iter().take(NAMED).map(|asset| asset.title.clone()).collect(),
        left_out: LeftOut { named: named.collect(), count: left_out.len() },
        assets: ids.iter().map(|id| id.node_id()).collect(),
        links,
        collections,
        action,
        cancel,
        place,
    };
    templates::scripted_page(HttpResponse::build(status), &page)
}

/// The page after a deletion.
pub(super) async fn deleted(
    SignedIn(viewer): SignedIn,
    request: HttpRequest,
    services: web::Data<Services>,
) -> Result<HttpResponse, PageError> {
    let fields = Fields::of_query(request.query_string());
    let at = fields.text("at").parse().ok().and_then(DateTime::from_timestamp_micros).filter(|at| is_storable(*at));
    let of = (viewer.workspace.id, viewer.subject());
    let found = match at {
        Some(at) => deleted_assets::deleted_at_once(&mut *services.pool.get().await?, of, at).await?,
        None => Vec::new(),
    };
    let first = bin::tiles(&services, &viewer, &found[..found.len().min(1)]).await?.pop();
    let page = DeletedPage {
        frame: Frame::new(&viewer, Section::Library),
        until: first.map(|tile| tile.until),
        zone: viewer.workspace.zone().to_string(),
        names: found.iter().take(NAMED).map(|asset| asset.title.clone()).collect(),
        assets: found.iter().map(|asset| asset.id.node_id()).collect(),
        left: fields.text("left").parse().unwrap_or_default(),
        to: own_path(fields.text("to")).unwrap_or("/library").to_owned(),
        undone: own_path(fields.text("undone")).unwrap_or("/bin").to_owned(),
        clears_selection: fields.has("selection"),
    };
    Ok(templates::scripted_page(HttpResponse::Ok(), &page))
}

fn lead(values: &[(&str, &str)]) -> HttpResponse {
    see_other(&with_query("/bin/deleted", values))
}

fn micros(at: DateTime<Utc>) -> String {
    at.timestamp_micros().to_string()
}
