//! The page of a link to a collection: its members as they are now, a page at a time.

use super::{
    PageError,
    link_page::expiry,
    view_model::{self, Files},
};
use crate::{
    views::{self, GalleryPage, MemberView, OgView},
    visit::{Visit, target_facts},
};
use actix_web::HttpResponse;
use domain::{access::Resource, short_id};
use schema::collections;
use uuid::Uuid;

/// How many members a page shows.
const PAGE: i64 = 60;

/// Shows what the link's creator may share of a collection.
pub(super) async fn show(
    visit: &Visit<'_>,
    collection: Uuid,
    token: &str,
    embedded: bool,
) -> Result<HttpResponse, PageError> {
    let (link, services, creator) = (&visit.opened.link, visit.services, visit.opened.creator());
    let after = after(visit.request.query_string());
    let (slice, count) = {
        let mut conn = services.pool.get().await?;
        let slice = collections::shared_members(&mut conn, collection, creator, PAGE, after).await?;
        (slice, collections::shared_member_count(&mut conn, collection, creator).await?)
    };
    let ids: Vec<Uuid> = slice.rows.iter().map(|member| member.asset.id).collect();
    let files = Files::load(services, &ids).await?;
    let next = slice.rows.last().filter(|_| slice.has_next).map(|member| member.position);
    let mut members = Vec::new();
    for member in slice.rows {
        let target = target_facts(&member.asset, true, member.rights);
        let Ok(permit) = visit.decide(Resource::Entry(target)) else { continue };
        let page_url = format!("/s/{token}/assets/{}", short_id::encode(member.asset.id));
        let offers = |file| visit.offers(&member.asset, member.rights, file);
        let watermarked = permit.watermarked || link.settings.watermark;
        let asset = view_model::asset_view(&member.asset, &files, &page_url, watermarked, offers);
        members.push(MemberView { page_url, asset });
    }
    let picture = members.iter().find_map(|member| member.asset.picture_url.as_ref());
    let here = if embedded { format!("/s/{token}/embed") } else { format!("/s/{token}") };
    let og = (!embedded).then(|| OgView {
        title: link.settings.name.clone(),
        description: format!("{count} items, shared by {}", visit.opened.workspace.0),
        image_url: picture.map(|path| format!("{}{path}", services.public_url)),
        page_url: format!("{}/s/{token}", services.public_url),
    });
    // Leafing through is one view.
    if after.is_none() {
        visit.count_view(None).await?;
    }
    let page = GalleryPage {
        workspace_name: visit.opened.workspace.0.clone(),
        name: link.settings.name.clone(),
        expires: link.settings.expires_at.map(|end| expiry(end, &visit.opened.workspace.1)),
        count,
        members,
        first_url: after.map(|_| here.clone()),
        next_url: next.map(|position| format!("{here}?after={position}")),
        og,
    };
    let respond = if embedded { views::embedded } else { views::page };
    Ok(respond(HttpResponse::Ok(), &page))
}

fn after(query: &str) -> Option<i64> {
    query.split('&').find_map(|part| part.strip_prefix("after=")).and_then(|place| place.parse().ok())
}
