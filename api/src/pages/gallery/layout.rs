//! `/s/{token}/layout`: the shapes of all members of a gallery, and the days above them.
//!
//! From them the script knows the place of every picture, and loads only those that are in view, however many there are.

use super::{GalleryQuery, Ratio, days};
use crate::pages::{PageError, link_path::LinkPath, open_link::open, texts::Texts};
use actix_web::{HttpRequest, HttpResponse, http::header, web};
use app::{Services, visitor::RequestedFile};
use domain::{LinkKind, access::Resource};
use serde::Serialize;

/// What the script is told, member by member in the order that was asked for.
#[derive(Serialize)]
struct Layout {
    /// Width by height, in hundredths.
    ratios: Vec<i64>,
    /// The positions in the collection, by which archives know members.
    positions: Vec<i64>,
    /// The headings in order, each with how many members are below it; none, where there are no days to see.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    days: Vec<(String, usize)>,
    /// How many downloads are left, if they are limited.
    #[serde(rename = "downloadsLeft", skip_serializing_if = "Option::is_none")]
    downloads_left: Option<i32>,
}

/// The shapes of the members that the query asks for.
pub(in crate::pages) async fn layout(
    request: HttpRequest,
    services: web::Data<Services>,
    token: web::Path<String>,
) -> Result<HttpResponse, PageError> {
    let visit = open(&request, &services, (&token, LinkKind::Public), RequestedFile::default()).await?;
    let permit = visit.decide(Resource::Page)?;
    let Some(collection) = visit.link(permit).collection_id else { return Err(PageError::NotFound) };
    let path = LinkPath { token: &token, embedded: false };
    let query = GalleryQuery::of((&visit, permit), request.query_string(), path).await?;
    let shapes = visit.shapes(collection, &query.members).await?;
    let days = shapes.iter().map(|shape| shape.day);
    let layout = Layout {
        days: if visit.shows_days(&query.members) { days::runs(days, Texts::of(&request)) } else { Vec::new() },
        ratios: shapes.iter().map(|shape| Ratio::of(shape.width.zip(shape.height)).0).collect(),
        positions: shapes.iter().map(|shape| shape.position).collect(),
        downloads_left: visit.link(permit).downloads_left(),
    };
    Ok(HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "no-store")).json(layout))
}
