//! `/links`: the links that the viewer manages: their own, and for administrators those of everybody.

use super::{
    Fields, Frame, Section, SignedIn, link_row, own_link,
    own_path::with_query,
    templates::{Choice, LinksPage},
    times,
};
use crate::pages::{PageError, templates, view_model};
use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web};
use app::{Error, Services, Viewer, search};
use domain::{LinkKind, LinkState, node_id::NodeId};
use schema::{
    Slice,
    link_listing::{self, LinkField, LinkFilter, LinkOrder, LinkPage},
    links::Link,
};

/// How many links a page shows.
const PAGE: i64 = 30;

/// A page of the links that match a filter.
pub(super) async fn page(
    SignedIn(viewer): SignedIn,
    request: HttpRequest,
    services: web::Data<Services>,
) -> Result<HttpResponse, PageError> {
    let fields = Fields::of_query(request.query_string());
    let (filter, error) = match filter(&viewer, &fields) {
        Ok(filter) => (filter, None),
        Err(message) => (LinkFilter::default(), Some(message)),
    };
    let order = order(fields.text("sort"), &filter);
    let slice = list(&services, &viewer, &fields, &filter, order).await?;
    let total = {
        let mut conn = services.pool.get().await?;
        link_listing::count(&mut conn, viewer.visible_links(), &filter, services.now()).await?
    };
    let id = |link: &Link| link.id.node_id();
    let status = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let page = LinksPage {
        frame: Frame::new(&viewer, Section::Links),
        is_admin: viewer.is_admin(),
        search: fields.text("search").to_owned(),
        states: choices(LinkState::ALL, fields.text("state"), |state| (state.as_str(), link_row::state(*state).0)),
        kinds: choices(LinkKind::ALL, fields.text("kind"), |kind| (kind.as_str(), link_row::kind(*kind))),
        sorts: choices(&SORTS, fields.text("sort"), |sort| *sort),
        expires_before: fields.text("expiresBefore").to_owned(),
        zone: viewer.workspace.zone().to_string(),
        previous_url: slice.rows.first().filter(|_| slice.has_previous).map(|link| url(&fields, ("before", &id(link)))),
        next_url: slice.rows.last().filter(|_| slice.has_next).map(|link| url(&fields, ("after", &id(link)))),
        here: url(&fields, ("after", fields.text("after"))),
        is_filtered: !filter.is_empty(),
        notice: notice(&fields),
        rows: link_row::rows(&services, &viewer, &slice.rows).await?,
        total: view_model::counted(total, "link"),
        error,
    };
    Ok(templates::scripted_page(HttpResponse::build(status), &page))
}

async fn list(
    services: &Services,
    viewer: &Viewer,
    fields: &Fields,
    filter: &LinkFilter,
    order: LinkOrder,
) -> Result<Slice<Link>, PageError> {
    let after = own_link::position(services, viewer, fields.text("after"), order).await?;
    let before = match after {
        Some(_) => None,
        None => own_link::position(services, viewer, fields.text("before"), order).await?,
    };
    let page = LinkPage { limit: PAGE, from_end: before.is_some(), after, before };
    let mut conn = services.pool.get().await?;
    Ok(link_listing::list(&mut conn, viewer.visible_links(), filter, order, page, services.now()).await?)
}

/// The filter of a query string, or what is wrong with it.
fn filter(viewer: &Viewer, fields: &Fields) -> Result<LinkFilter, String> {
    let end = fields.text("expiresBefore");
    let end = Some(end).filter(|end| !end.is_empty()).map(|end| times::parse(end, viewer.workspace.zone()));
    Ok(LinkFilter {
        kind: fields.text("kind").parse().ok(),
        state: fields.text("state").parse().ok(),
        search: search(Some(fields.text("search").to_owned())).map_err(|error: Error| error.message())?,
        expires_before: end.transpose()?,
        ..LinkFilter::default()
    })
}

/// How lists can be sorted: the value in the query string, and its name.
const SORTS: [(&str, &str); 4] =
    [("created", "Newest first"), ("expires", "First to expire"), ("name", "Name"), ("downloads", "Most downloads")];

fn order(sort: &str, filter: &LinkFilter) -> LinkOrder {
    match sort {
        "created" => LinkOrder { field: LinkField::Created, descending: true },
        "expires" => LinkOrder { field: LinkField::Expires, descending: false },
        "name" => LinkOrder { field: LinkField::Name, descending: false },
        "downloads" => LinkOrder { field: LinkField::Downloads, descending: true },
        _ => filter.default_order(),
    }
}

fn choices<T>(all: &[T], chosen: &str, names: impl Fn(&T) -> (&'static str, &'static str)) -> Vec<Choice> {
    let choice = |one: &T| {
        let (value, label) = names(one);
        Choice { value, label, is_chosen: value == chosen }
    };
    all.iter().map(choice).collect()
}

/// The address of this list at another place.
fn url(fields: &Fields, place: (&str, &str)) -> String {
    let kept = ["search", "state", "kind", "expiresBefore", "sort"].map(|name| (name, fields.text(name)));
    with_query("/links", &[kept.as_slice(), &[place]].concat())
}

/// What has just been done to the ticked links.
fn notice(fields: &Fields) -> Option<String> {
    let done = match fields.text("done") {
        "enabled" => "enabled",
        "disabled" => "disabled",
        "deleted" => "deleted",
        "nothing" => return Some("Tick at least one link first.".to_owned()),
        _ => return None,
    };
    let count: usize = fields.text("count").parse().ok()?;
    Some(if count == 1 { format!("1 link {done}.") } else { format!("{count} links {done}.") })
}
