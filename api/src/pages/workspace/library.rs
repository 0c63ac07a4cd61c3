//! `/library`: the assets, to be found, opened and selected.
//!
//! A selection lives in the form: the boxes of this page, and a hidden field for each asset that was ticked on another
//! one. Turning the page is a button that sends the form, so that the selection stays. Scripts keep it in the browser
//! instead (`selection.js`).

use super::{
    Fields, Frame, Posted, Section, SignedIn,
    own_path::with_query,
    restored,
    selection::Selection,
    templates::{Choice, LibraryPage, Tile},
};
use crate::pages::{PageError, templates, view_model};
use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web};
use app::{
    Services, Viewer,
    collections::find as find_collection,
    files::thumbnail,
    offers::{self, Requested, why_not_shareable},
    search,
};
use diesel_async::AsyncPgConnection;
use domain::{AssetId, AssetKind, CollectionId, CollectionKind, Right, node_id::NodeId, sharing::NotShareable};
use schema::{
    Count, Page, Slice,
    assets::{self, Asset, AssetFilter},
    collections::{self, CollectionFilter},
    rights,
};
use std::collections::HashMap;
use uuid::Uuid;

/// How many assets a page shows.
const PAGE: i64 = 48;

/// How many collections can be chosen.
const COLLECTIONS: i64 = 200;

/// How many of those that bulk shares made.
const SHARES: i64 = 50;

/// A page of the library.
pub(super) async fn page(
    SignedIn(viewer): SignedIn,
    request: HttpRequest,
    services: web::Data<Services>,
) -> Result<HttpResponse, PageError> {
    show(&services, &viewer, &Fields::of_query(request.query_string()), None).await
}

/// A page of the library, and the selection that was sent along.
pub(super) async fn turn(posted: Posted, services: web::Data<Services>) -> Result<HttpResponse, PageError> {
    show(&services, &posted.viewer, &posted.fields, None).await
}

/// Shows a page; `error` is what is wrong with what was asked for.
pub(super) async fn show(
    services: &Services,
    viewer: &Viewer,
    fields: &Fields,
    error: Option<&str>,
) -> Result<HttpResponse, PageError> {
    let mut selection = Selection::of(fields, services)?;
    let kind: Option<AssetKind> = fields.text("kind").parse().ok();
    let text = fields.text("search").trim();
    let (search, error) = match search(Some(text.to_owned())) {
        Ok(text) => (text, error.map(str::to_owned)),
        Err(refused) => (None, Some(refused.message())),
    };
    let (collection, page) = (CollectionId::from_node_id(fields.text("collection")), wanted(fields));
    let filter = AssetFilter { search, kind, collection, bin: None };
    let load = async |conn: &mut AsyncPgConnection| listed(conn, viewer, &filter, page).await;
    let Listed { slice, total, collections } = services.listings.read(viewer, load).await?;
    let Slice { rows, has_next, has_previous, is_all: _ } = slice;
    // What the viewer may do is read where it counts at once.
    let mut conn = services.pool.get().await?;
    let ids: Vec<String> = rows.iter().map(|asset| asset.id.node_id()).collect();
    let refused = offers::decide(&mut conn, viewer, &Requested::distinct(ids.clone())).await?.skipped;
    let refused: HashMap<String, NotShareable> = refused.into_iter().collect();
    if fields.text("go") == "all" {
        selection.extend(&ids, services)?;
    }
    let shareable = selection.shareable(&mut conn, viewer).await?;
    let may_edit = rights::has_anywhere(&mut conn, viewer.subject(), Right::Edit).await?;
    drop(conn);
    let kept = ["search", "kind", "collection"].map(|name| (name, fields.text(name).trim()));
    let page_url = |name: &str, id: Option<&String>| {
        let place = (name, id.map_or("", String::as_str));
        with_query("/library", &[&kept[..], &[place]].concat())
    };
    let status = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let page = LibraryPage {
        frame: Frame::new(viewer, Section::Library),
        user_id: viewer.user.id.node_id(),
        search: text.to_owned(),
        kinds: kinds(kind),
        collections,
        collection: collection.map(CollectionId::node_id),
        after: place(page.after),
        before: place(page.before),
        may_share: may_share(viewer, &selection, &ids, &refused),
        may_edit,
        is_guest: viewer.is_guest(),
        may_upload: viewer.rights.has(Right::Edit),
        tiles: rows.iter().map(|asset| tile(viewer, asset, &selection, &refused)).collect(),
        elsewhere: selection.without(&ids),
        selected: selection.len(),
        shareable,
        total: view_model::counted(total, "asset"),
        previous: ids.first().filter(|_| has_previous).map(|id| (id.clone(), page_url("before", Some(id)))),
        next: ids.last().filter(|_| has_next).map(|id| (id.clone(), page_url("after", Some(id)))),
        is_filtered: filter.kind.is_some() || collection.is_some() || !text.is_empty(),
        notice: restored::notice(fields),
        error,
    };
    Ok(templates::scripted_page(HttpResponse::build(status), &page))
}

/// What a page lists.
struct Listed {
    slice: Slice<Asset>,
    total: Count,
    /// The collections that can be chosen.
    collections: Vec<(String, String, bool)>,
}

async fn listed(
    conn: &mut AsyncPgConnection,
    viewer: &Viewer,
    filter: &AssetFilter,
    page: Page,
) -> Result<Listed, PageError> {
    if let Some(id) = filter.collection {
        find_collection(conn, viewer, id).await?.ok_or(PageError::NotFound)?;
    }
    let slice = assets::list(conn, viewer.visible_assets(), filter, page).await?;
    let total = match slice.total() {
        Some(total) => total,
        None => assets::count(conn, viewer.visible_assets(), filter).await?,
    };
    let collections = collection_choices(conn, viewer, filter.collection, Shares::Own).await?;
    Ok(Listed { slice, total, collections })
}

/// The page that was asked for: by a link, or by a button of the form. The buttons that tick and clear stay on the page;
/// a search begins at the first one.
fn wanted(fields: &Fields) -> Page {
    let go = fields.text("go");
    let place = |name: &str| {
        let id = match go.split_once(':') {
            Some((button, id)) if button == name => id,
            None if go != "search" => fields.text(name),
            _ => "",
        };
        AssetId::from_node_id(id).map(AssetId::uuid)
    };
    let (after, before) = (place("after"), place("before"));
    Page {
        limit: PAGE,
        after,
        before: before.filter(|_| after.is_none()),
        from_end: before.is_some() && after.is_none(),
    }
}

/// A place as a form carries it.
fn place(id: Option<Uuid>) -> String {
    id.map(|id| AssetId::from(id).node_id()).unwrap_or_default()
}

/// Which of the collections that bulk shares made can be chosen. All of them would crowd out the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shares {
    /// None.
    None,
    /// The newest ones of the viewer.
    Own,
}

/// The newest manual collections that the viewer sees, such shares, and the chosen one, by id, name, and whether it is
/// chosen.
pub(super) async fn collection_choices(
    conn: &mut AsyncPgConnection,
    viewer: &Viewer,
    chosen: Option<CollectionId>,
    shares: Shares,
) -> Result<Vec<(String, String, bool)>, PageError> {
    let filter = CollectionFilter { kind: Some(CollectionKind::Manual), ..CollectionFilter::default() };
    let mut rows = collections::list(conn, viewer.visible_collections(), &filter, Page::first(COLLECTIONS)).await?.rows;
    if shares == Shares::Own {
        let (kind, created_by) = (Some(CollectionKind::Automatic), Some(viewer.user.id));
        let own = CollectionFilter { kind, created_by, ..CollectionFilter::default() };
        rows.extend(collections::list(conn, viewer.visible_collections(), &own, Page::first(SHARES)).await?.rows);
    }
    if let Some(id) = chosen.filter(|id| rows.iter().all(|row| row.id != *id)) {
        rows.extend(find_collection(conn, viewer, id).await?);
    }
    Ok(rows.into_iter().map(|row| (row.id.node_id(), row.name, Some(row.id) == chosen)).collect())
}

fn kinds(chosen: Option<AssetKind>) -> Vec<Choice> {
    let choice = |kind: &AssetKind| Choice {
        value: kind.as_str(),
        label: match kind {
            AssetKind::Image => "Images",
            AssetKind::Video => "Videos",
            AssetKind::Audio => "Audio",
            AssetKind::Document => "Documents",
            AssetKind::Other => "Other files",
        },
        is_chosen: Some(*kind) == chosen,
    };
    AssetKind::ALL.iter().map(choice).collect()
}

/// Whether anything here may be selected to be shared: not on a page on which the viewer has the right to share nothing.
fn may_share(viewer: &Viewer, selection: &Selection, ids: &[String], refused: &HashMap<String, NotShareable>) -> bool {
    let may = |id: &String| refused.get(id) != Some(&NotShareable::NoRight);
    viewer.rights.has(Right::Share) || !selection.is_empty() || ids.iter().any(may)
}

fn tile(viewer: &Viewer, asset: &Asset, selection: &Selection, refused: &HashMap<String, NotShareable>) -> Tile {
    let (id, number) = (asset.id.node_id(), viewer.number_of(asset).to_string());
    let path = format!("/a/{number}");
    Tile {
        thumbnail: format!("{path}/{}", thumbnail(asset.kind)),
        title: asset.title.clone(),
        kind: view_model::kind_name(asset.kind),
        is_selected: selection.has(&id),
        why_not: refused.get(&id).map(|reason| why_not_shareable(*reason)),
        path,
        number,
        id,
    }
}
