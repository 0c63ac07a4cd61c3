//! `/links/{id}`: the finished link, to be copied, embedded and printed. After it was made, this page shows its password
//! once.

use super::{
    Fields, Frame, Section, SignedIn,
    link_row::{self, LinkRow},
    new_password, own_link, own_path,
    statistics_view::StatisticsView,
    templates::LinkWindow,
    times,
};
use crate::pages::{PageError, templates};
use actix_web::{HttpRequest, HttpResponse, web};
use app::{
    Services,
    links::{EMBED_SIZE, embed_code},
};
use schema::statistics::Counted;

/// The finished link.
pub(super) async fn page(
    SignedIn(viewer): SignedIn,
    request: HttpRequest,
    services: web::Data<Services>,
    id: web::Path<String>,
) -> Result<HttpResponse, PageError> {
    let link = own_link::find(&services, &viewer, &id).await?;
    let mut rows = {
        let mut conn = services.pool.get().await?;
        link_row::rows(&mut conn, &services, &viewer, std::slice::from_ref(&link)).await?
    };
    let row = rows.pop().ok_or(PageError::NotFound)?;
    let fields = Fields::of_query(request.query_string());
    let (password, forget) = new_password::shown(&request, &services, &viewer, &link).unzip();
    let statistics = match heading(&fields) {
        None => Some(StatisticsView::load(&services, &viewer, Counted::Link(link.id)).await?),
        Some(_) => None,
    };
    let times = times::from_and_until(&link, viewer.workspace.zone(), services.now());
    let page = LinkWindow {
        frame: Frame::new(&viewer, Section::Links),
        heading: heading(&fields).map_or_else(|| row.name.clone(), str::to_owned),
        is_new: heading(&fields).is_some(),
        clears_selection: fields.has("shared"),
        embed_code: embed_code(&services, &link, EMBED_SIZE, false)?,
        responsive_embed_code: embed_code(&services, &link, EMBED_SIZE, true)?,
        everything: everything(&row, password.as_deref(), times),
        statistics,
        close: own_path(fields.text("to")).unwrap_or("/links").to_owned(),
        zone: viewer.workspace.zone().to_string(),
        password,
        row,
    };
    let mut response = HttpResponse::Ok();
    if let Some(forget) = forget {
        response.cookie(forget);
    }
    Ok(templates::scripted_page(response, &page))
}

/// What has just been done to the link.
fn heading(fields: &Fields) -> Option<&'static str> {
    ["new", "changed", "new-url"].into_iter().find(|name| fields.has(name)).map(|name| match name {
        "new" => "Link created",
        "changed" => "Link changed",
        _ => "The link has a new URL",
    })
}

/// The link, its password, and when it is open, to be sent in one message; none where the link is all there is to say.
fn everything(row: &LinkRow, password: Option<&str>, times: Vec<String>) -> Option<String> {
    let password = match password {
        Some(password) => Some(format!("Password: {password}")),
        // It is known when it is set, and never again.
        None if row.has_password => Some("It asks for a password.".to_owned()),
        None => None,
    };
    let lines: Vec<String> = std::iter::once(row.url.clone()).chain(password).chain(times).collect();
    (lines.len() > 1).then(|| lines.join("\n"))
}
