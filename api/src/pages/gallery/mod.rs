//! The page of a link to a collection: its members as they are now, a page at a time.
//!
//! Every page has its address, and is complete without scripts. A script (`api/assets/gallery/`) puts the pages together
//! while the visitor scrolls, and shows pictures in place. It asks for their tiles only (`part=tiles`), because what
//! stands above them costs as much as the collection is large.

mod banner;
mod days;
mod for_photos;
mod layout;
mod query;
mod tile;

pub(super) use banner::Banner;
pub(super) use layout::layout;
use query::ChoiceMistake;
pub(super) use query::{GalleryQuery, PAGE};
pub(super) use tile::{Ratio, Tile};

use super::{
    PageError, archive_view,
    brand::Brand,
    link_path::LinkPath,
    open_graph,
    static_files::gallery_modules,
    templates::{self, FoundView, Frames, GalleryPage, Pager},
    texts::{Texts, language_links},
    view_model,
};
use crate::http::remember_seen;
use actix_web::HttpResponse;
use app::{
    Services,
    files::prioritize,
    visitor::{MemberQuery, Visit},
};
use domain::{AssetId, CollectionId, MemberOrder, access::Permit, archive::Selection};
use std::fmt::Write;

/// From how many members on a page can be searched.
const SEARCHED_FROM: i64 = 20;

/// Shows the members of a collection that the link's creator may share.
pub(super) async fn show(
    (visit, permit): (&Visit<'_>, Permit),
    services: &Services,
    collection: CollectionId,
    path: LinkPath<'_>,
    (query_string, texts): (&str, Texts),
) -> Result<HttpResponse, PageError> {
    let (link, query) = (visit.link(permit), GalleryQuery::of((visit, permit), query_string, path).await?);
    let found = visit.member_page(collection, &query.members, (PAGE, query.page)).await?;
    let is_single = query.page == 1 && !found.has_next;
    let count = if is_single {
        i64::try_from(found.shown.len()).ok()
    } else {
        visit.member_count(collection, &query.members).await?
    };
    let is_all = query.members.is_all();
    let total =
        if is_all || query.tiles_only { count } else { visit.member_count(collection, &MemberQuery::ALL).await? };
    let first = PAGE * (query.page - 1) + 1;
    let places = (first..).zip(&found.shown);
    let mut tiles: Vec<Tile> = places
        .map(|(place, member)| tile::tile((visit, permit), (member, &found.files), path, &query, (texts, place, count)))
        .collect();
    if visit.shows_days(&query.members) {
        let days = found.shown.iter().map(|member| member.asset.captured_at.map(|at| at.date()));
        let mut below = 0;
        for (heading, count) in days::runs(days, texts) {
            tiles[below].heading = Some(heading);
            below += count;
        }
    }
    let pending = found.shown.iter().zip(&tiles).filter(|(_, tile)| tile.pending);
    let pending: Vec<AssetId> = pending.map(|(member, _)| member.asset.id).collect();
    if !pending.is_empty() {
        prioritize(services, &pending, link.settings.watermark).await?;
    }
    // The other pages begin with the pictures, and so does what is shown in a small frame.
    let is_first = !path.embedded && query.page == 1 && !query.tiles_only;
    let cover = if is_first { visit.cover((query.is_entry).then_some(&found)).await? } else { None };
    let og = is_first.then(|| {
        let by = texts.items_shared_by(texts.item_count(total), visit.workspace_name(permit));
        open_graph::view((visit, permit), services, path, None, (by, cover.as_ref()))
    });
    let banner = cover.filter(|_| is_all).and_then(|cover| Banner::of(&cover, path));
    let archive =
        if query.tiles_only { None } else { archive_view::of_collection(texts, visit, permit, path.token).await? };
    // Looking around is one view, wherever the visitor came in.
    let is_view = query.is_entry || !query.tiles_only && visit.enters_within();
    let marker = if is_view { visit.count_view(None) } else { None };
    let here = path.here();
    let brand = Brand::of(visit, permit);
    let page = GalleryPage {
        texts,
        whole_url: query.plain(&here),
        person_url: visit.has_person_search(permit).then(|| query.plain(&path.person())),
        is_told: query.is_for_one_person() && first == 1,
        is_framed: path.embedded,
        people: query.people_fields().into_iter().map(|(name, value)| (name, value.to_owned())).collect(),
        language: query.language().map(str::to_owned),
        languages: language_links(texts, &here, query_string),
        name: link.settings.name.clone(),
        downloads_left: view_model::downloads_left(link, texts),
        used_up: view_model::used_up(link, texts),
        left: link.downloads_left(),
        expires: link.settings.expires_at.map(|end| texts.expiry(end, visit.time_zone(permit))),
        items: texts.item_count(total),
        these: (!is_all && archive.is_some() && !tiles.is_empty() && count == i64::try_from(tiles.len()).ok()).then(
            || {
                let positions = tiles.iter().map(|tile| (tile.position, tile.position)).collect();
                (Selection::of(positions).to_string(), texts.download_these(tiles.len()))
            },
        ),
        note: query.mistake.map(|mistake| note(mistake, texts)),
        found: (!is_all).then(|| FoundView {
            text: found_text(&query, count, texts),
            other: other_people(&query, &here, texts),
            unsearched: query
                .found
                .filter(|found| found.unsearched > 0)
                .map(|found| texts.person_unsearched(found.unsearched)),
            download: total.map_or_else(|| texts.download_all(), |total| texts.download_items(total)),
        }),
        has_choices: archive.is_some() || query.tiles_only,
        archive,
        modules: gallery_modules(),
        style: format!("{}{}", brand.style, style(banner.as_ref(), &tiles)),
        brand,
        banner,
        description: link.settings.description.as_deref().map(view_model::description),
        shared_by: visit.creator_name(permit).map(str::to_owned),
        pager: pager(&query, &here, count, found.has_next),
        layout_url: count.map(|_| query.on(&path.layout(), &[])),
        count: count.unwrap_or_default(),
        first,
        may_search: !is_all || total.is_none_or(|total| total >= SEARCHED_FROM),
        search: query.search().to_owned(),
        orders: visitors_orders(visit.usual_order(permit), query.members.order, texts),
        here,
        tiles,
        og,
    };
    let style = page.style.clone();
    let mut response = HttpResponse::Ok();
    remember_seen(&mut response, services, marker, &path.page());
    Ok(templates::scripted_page_in(Frames::of(path.embedded, visit), response, &page, Some(&style)))
}

/// What is said of a choice among the faces of a photo.
fn note(mistake: ChoiceMistake, texts: Texts) -> String {
    match mistake {
        ChoiceMistake::None => texts.person_none_chosen(),
        ChoiceMistake::TooMany => texts.person_first_chosen(),
    }
}

/// What is said of what was found.
fn found_text(query: &GalleryQuery, count: Option<i64>, texts: Texts) -> String {
    match query.found {
        Some(found) if query.is_for_one_person() => {
            match found.sure + if query.with_unsure { found.unsure } else { 0 } {
                0 => texts.person_found_none(),
                count => texts.person_found(count),
            }
        }
        Some(_) | None => texts.found_count(count),
    }
}

/// Where what is not sure is shown or left out: a label and an address.
fn other_people(query: &GalleryQuery, here: &str, texts: Texts) -> Option<(String, String)> {
    let found = query.found.filter(|found| found.unsure > 0)?;
    let label = if query.with_unsure { texts.person_sure_only() } else { texts.person_maybe(found.unsure) };
    Some((label, query.with_unsure(here, !query.with_unsure)))
}

/// The shapes and colours of the banner and the tiles: what differs from picture to picture, as a style sheet.
fn style(banner: Option<&Banner>, tiles: &[Tile]) -> String {
    let colour = banner.and_then(|banner| banner.colour.as_ref());
    let banner = colour.map_or_else(String::new, |colour| format!(".banner{{--c:{colour}}}"));
    tiles.iter().fold(banner, |mut style, tile| {
        let _ = write!(style, "#t{}{{--r:{}", tile.place, tile.ratio);
        if let Some(colour) = &tile.colour {
            let _ = write!(style, ";--c:{colour}");
        }
        style.push('}');
        style
    })
}

/// The links to other pages; none, if there is only this one.
fn pager(query: &GalleryQuery, here: &str, count: Option<i64>, has_next: bool) -> Option<Pager> {
    if query.page == 1 && !has_next {
        return None;
    }
    let last = count.map(|count| ((count + PAGE - 1) / PAGE).max(1));
    let url = |page| query.page_url(here, page);
    Some(Pager {
        page: query.page,
        last,
        first_url: (query.page > 1).then(|| query.on(here, &[])),
        previous_url: (query.page > 1).then(|| url((query.page - 1).min(last.unwrap_or(i64::MAX)))),
        next_url: has_next.then(|| url(query.page + 1)),
        last_url: last.filter(|last| has_next && *last > query.page).map(url),
    })
}

/// The orders that visitors of a link with a usual order can choose: value, label, and whether it is the chosen one.
fn visitors_orders(usual: MemberOrder, chosen: MemberOrder, texts: Texts) -> Vec<(&'static str, String, bool)> {
    let offered = MemberOrder::ALL.iter().filter(|order| usual.offers(**order));
    offered.map(|order| (order.as_str(), texts.order_name_of(*order), *order == chosen)).collect()
}
