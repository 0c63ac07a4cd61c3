//! `/links`: the links that the viewer manages: their own, and for administrators those of everybody.

use super::{
    Fields, Frame, Section, SignedIn,
    link_row::{self, LinkRow},
    own_link,
    own_path::with_query,
    templates::{Choice, LinksPage},
    times,
};
use crate::pages::{PageError, templates, view_model};
use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web};
use app::{Error, Services, Viewer, search};
use diesel_async::AsyncPgConnection;
use domain::{LinkKind, LinkState, UserId, node_id::NodeId};
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
    show(&services, &viewer, &fields, None).await
}

/// Shows a page; `refused` is what is wrong with what was to be done to ticked links.
pub(super) async fn show(
    services: &Services,
    viewer: &Viewer,
    fields: &Fields,
    refused: Option<String>,
) -> Result<HttpResponse, PageError> {
    let (filter, wrong) = match filter(viewer, fields) {
        Ok(filter) => (filter, None),
        Err(message) => (LinkFilter::default(), Some(message)),
    };
    let refused = refused.or(wrong);
    let order = order(fields.text("sort"), &filter);
    let load = async |conn: &mut AsyncPgConnection| {
        let slice = list(conn, (services, viewer), fields, &filter, order).await?;
        let total = match slice.total() {
            Some(total) => total,
            None => link_listing::count(conn, viewer.visible_links(), &filter, services.now()).await?,
        };
        let rows = link_row::rows(conn, services, viewer, &slice.rows).await?;
        Ok::<_, PageError>((slice, total, rows))
    };
    let (slice, total, rows) = services.listings.read(viewer, load).await?;
    let id = |link: &Link| link.id.node_id();
    let status = if refused.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let page = LinksPage {
        frame: Frame::new(viewer, Section::Links),
        makers: makers(viewer, filter.created_by, &rows),
        search: fields.text("search").to_owned(),
        states: choices(LinkState::ALL, fields.text("state"), |state| (state.as_str(), link_row::state(*state).0)),
        kinds: choices(LinkKind::ALL, fields.text("kind"), |kind| (kind.as_str(), link_row::kind(*kind))),
        default_sort: default_sort(&filter),
        sorts: choices(&sorts(&filter), fields.text("sort"), |sort| *sort),
        expires_before: fields.text("expiresBefore").to_owned(),
        zone: viewer.workspace.zone().to_string(),
        previous_url: slice.rows.first().filter(|_| slice.has_previous).map(|link| url(fields, ("before", &id(link)))),
        next_url: slice.rows.last().filter(|_| slice.has_next).map(|link| url(fields, ("after", &id(link)))),
        here: url(fields, ("after", fields.text("after"))),
        is_filtered: !filter.is_empty(),
        notice: notice(fields),
        has_times: rows.iter().any(|row| row.has_times),
        rows,
        total: view_model::counted(total, "link"),
        error: refused.or_else(|| mistake(fields)),
    };
    Ok(templates::scripted_page(HttpResponse::build(status), &page))
}

async fn list(
    conn: &mut AsyncPgConnection,
    (services, viewer): (&Services, &Viewer),
    fields: &Fields,
    filter: &LinkFilter,
    order: LinkOrder,
) -> Result<Slice<Link>, PageError> {
    let after = own_link::position(conn, viewer, fields.text("after"), order).await?;
    let before = match after {
        Some(_) => None,
        None => own_link::position(conn, viewer, fields.text("before"), order).await?,
    };
    let page = LinkPage { limit: PAGE, from_end: before.is_some(), after, before };
    Ok(link_listing::list(conn, viewer.visible_links(), filter, order, page, services.now()).await?)
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
        created_by: UserId::from_node_id(fields.text("createdById")).filter(|_| viewer.is_admin()),
        ..LinkFilter::default()
    })
}

/// How lists can be sorted: the value in the query string, and its name.
const SORTS: [(&str, &str); 4] = [
    ("created", "Newest first"),
    ("expires", "First to expire"),
    ("name", "Name"),
    ("downloads", "Most downloaded first"),
];

fn order(sort: &str, filter: &LinkFilter) -> LinkOrder {
    match sort {
        "created" => LinkOrder { field: LinkField::Created, descending: true },
        "expires" => LinkOrder { field: LinkField::Expires, descending: false },
        "name" => LinkOrder { field: LinkField::Name, descending: false },
        "downloads" => LinkOrder { field: LinkField::Downloads, descending: true },
        _ => filter.default_order(),
    }
}

/// The name of the order without a choice.
fn default_sort(filter: &LinkFilter) -> &'static str {
    let order = filter.default_order();
    let named = SORTS.iter().find(|(sort, _)| self::order(sort, filter) == order);
    // A filter by end shows the latest end first.
    named.map_or("Last to expire", |(_, name)| name)
}

/// The orders that can be chosen instead.
fn sorts(filter: &LinkFilter) -> Vec<(&'static str, &'static str)> {
    let others = SORTS.into_iter().filter(|(sort, _)| order(sort, filter) != filter.default_order());
    others.collect()
}

/// Whose links an administrator can choose: their own, and those of the user who is chosen already.
fn makers(viewer: &Viewer, chosen: Option<UserId>, rows: &[LinkRow]) -> Vec<(String, String, bool)> {
    if !viewer.is_admin() {
        return Vec::new();
    }
    let own = viewer.user.id;
    let other = chosen.filter(|user| *user != own).map(|user| {
        let name = rows.iter().find_map(|row| row.creator.as_ref()).map(|creator| creator.name.clone());
        (user.node_id(), name.unwrap_or_else(|| "Another user".to_owned()), true)
    });
    let own = (own.node_id(), "Me".to_owned(), chosen == Some(own));
    std::iter::once(own).chain(other).collect()
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
    let kept =
        ["search", "state", "kind", "createdById", "expiresBefore", "sort"].map(|name| (name, fields.text(name)));
    with_query("/links", &[kept.as_slice(), &[place]].concat())
}

/// Why nothing was done to the ticked links.
fn mistake(fields: &Fields) -> Option<String> {
    let text = match fields.text("done") {
        "nothing" => "Tick at least one link first.",
        "gone" => "None of these links is there any more.",
        _ => return None,
    };
    Some(text.to_owned())
}

/// What has just been done to the ticked links.
fn notice(fields: &Fields) -> Option<String> {
    let done = match fields.text("done") {
        "enabled" => "enabled",
        "disabled" => "disabled",
        "deleted" => "deleted",
        _ => return None,
    };
    let count: usize = fields.text("count").parse().ok()?;
    Some(if count == 1 { format!("1 link {done}.") } else { format!("{count} links {done}.") })
}
