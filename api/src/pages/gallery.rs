//! The page of a link to a collection: its members as they are now, a page at a time.

use super::{
    PageError, archive_view,
    link_path::LinkPath,
    open_graph,
    templates::{self, Frames, GalleryPage, MemberView},
    view_model,
};
use actix_web::HttpResponse;
use app::{Services, files::AssetFiles, visitor::Visit};
use domain::{CollectionId, access::Permit};
use schema::collections::SharedMember;

/// How many members a page shows.
const PAGE: i64 = 60;

/// Shows the members of a collection that the link's creator may share.
pub(super) async fn show(
    (visit, permit): (&Visit<'_>, Permit),
    services: &Services,
    collection: CollectionId,
    path: LinkPath<'_>,
    query: &str,
) -> Result<HttpResponse, PageError> {
    let (link, after) = (visit.link(permit), after(query));
    let found = visit.members(collection, PAGE, after).await?;
    let count = visit.member_count(collection).await?;
    let members: Vec<MemberView> =
        found.shown.iter().map(|member| member_view((visit, permit), member, &found.files, path)).collect();
    let og = if path.embedded {
        None
    } else {
        let cover = visit.cover(after.is_none().then_some(&found)).await?;
        let description = format!("{}, shared by {}", view_model::items(count), visit.workspace_name(permit));
        Some(open_graph::view((visit, permit), services, path, None, (description, cover.as_ref())))
    };
    let archive = archive_view::of_collection(visit, permit, path.token).await?;
    // Turning pages is one view.
    if after.is_none() {
        visit.count_view(None).await?;
    }
    let page = GalleryPage {
        workspace_name: visit.workspace_name(permit).to_owned(),
        name: link.settings.name.clone(),
        downloads_left: view_model::downloads_left(link),
        expires: link.settings.expires_at.map(|end| view_model::expiry(end, visit.time_zone(permit))),
        items: view_model::items(count),
        archive,
        members,
        first_url: after.map(|_| path.here()),
        next_url: found.next.map(|position| format!("{}?after={position}", path.here())),
        og,
    };
    Ok(templates::page_in(Frames::of(path.embedded, visit), HttpResponse::Ok(), &page))
}

fn member_view(
    (visit, permit): (&Visit<'_>, Permit),
    member: &SharedMember,
    files: &AssetFiles,
    path: LinkPath<'_>,
) -> MemberView {
    let (files_url, watermarked) = (path.asset(member.asset.id), visit.link(permit).settings.watermark);
    let offers = |file| visit.offers(&member.asset, member.rights, file).is_ok();
    let asset = view_model::asset_view(&member.asset, files, &files_url, watermarked, offers);
    MemberView { page_url: path.asset_here(member.asset.id), position: member.position, asset }
}

fn after(query: &str) -> Option<i64> {
    query.split('&').find_map(|part| part.strip_prefix("after=")).and_then(|position| position.parse().ok())
}
