//! What visitors of links do: they look at pages and previews, and download.

use super::{
    Load,
    asking::Answer,
    known::{Asset, Link},
    tally::Kind,
};
use crate::check_marked;
use rawzip::ZipArchive;
use serde_json::json;
use std::{collections::BTreeSet, rc::Rc};

impl Load {
    /// One of the links that are like this, and one of its assets.
    fn visited(&self, is_wanted: impl Fn(&Link) -> bool) -> (Link, Rc<Asset>) {
        let links: Vec<Link> = self.known.links().into_iter().filter(is_wanted).collect();
        let link = links[self.chance(links.len())].clone();
        let asset = Rc::clone(&link.assets[self.chance(link.assets.len())]);
        (link, asset)
    }
}

/// Opens the page of a link, which shows all that is shared.
pub(super) async fn page(load: &Load) {
    let (link, _) = load.visited(|_| true);
    let Some(answer) = load.get(Kind::Page, load.both()[0], &link.path).await else { return };
    let html = String::from_utf8_lossy(&answer.body);
    if answer.status != 200 || !link.assets.iter().all(|asset| html.contains(asset.short())) {
        load.tally.wrong(format!("a page that does not show all that is shared: {} {html}", answer.status));
    }
}

/// Asks for the same by the API.
pub(super) async fn shared_link(load: &Load) {
    let (link, _) = load.visited(|_| true);
    let query = "query($token: String!) { sharedLink(token: $token) { assets(first: 60) { nodes { id } } } }";
    let variables = json!({ "token": link.token() });
    let Some(data) = load.call(Kind::SharedLink, load.both()[0], "", query, variables).await else { return };
    let nodes = data["sharedLink"]["assets"]["nodes"].as_array().cloned().unwrap_or_default();
    let shown: BTreeSet<&str> = nodes.iter().filter_map(|node| node["id"].as_str()).collect();
    let shared: BTreeSet<&str> = link.assets.iter().filter_map(|asset| asset.id.as_str()).collect();
    if shown != shared {
        load.tally.wrong(format!("sharedLink does not show all that is shared: {data}"));
    }
}

/// Downloads an original.
pub(super) async fn original(load: &Load) {
    let (link, asset) = load.visited(|_| true);
    let path = link.file(&asset, "original");
    let Some(answer) = load.get(Kind::Original, load.both()[0], &path).await else { return };
    if answer.status != 200 || answer.body != asset.bytes {
        load.tally.wrong(format!("{path}: another file than was uploaded, with {}", answer.status));
    }
}

/// Downloads a part of an original.
pub(super) async fn range(load: &Load) {
    let (link, asset) = load.visited(|_| true);
    let path = link.file(&asset, "original");
    let from = load.chance(asset.bytes.len() - 1);
    let to = from + load.chance(asset.bytes.len() - from);
    let Some(answer) = part(load, Kind::Range, load.both()[0], &path, &format!("bytes={from}-{to}"), "").await else {
        return;
    };
    if answer.status != 206 || answer.body != asset.bytes[from..=to] {
        load.tally.wrong(format!("{path}: {} for the bytes {from} to {to}, or others", answer.status));
    }
}

/// Asks for a range of a file; where there is a tag, of the file of this tag only.
pub(super) async fn part(load: &Load, kind: Kind, serve: usize, path: &str, range: &str, tag: &str) -> Option<Answer> {
    let request = |client: &reqwest::Client, url: &str| {
        let request = client.get(format!("{url}{path}")).header("range", range);
        if tag.is_empty() { request } else { request.header("if-range", tag) }
    };
    load.ask(kind, serve, request).await
}

/// Looks at a preview without a watermark.
pub(super) async fn preview(load: &Load) {
    let (link, asset) = load.visited(|link| !link.is_marked);
    let path = link.file(&asset, "preview");
    let Some(answer) = load.get(Kind::Preview, load.both()[0], &path).await else { return };
    if let Some(picture) = picture(load, path, &answer) {
        load.known.saw_plain(picture);
    }
}

/// Looks at a preview of a link with a watermark.
pub(super) async fn marked(load: &Load) {
    let (link, asset) = load.visited(|link| link.is_marked);
    look_at_marked(load, &link, &asset, load.both()[0]).await;
}

/// Looks at a preview that has a watermark or is a placeholder; whether it is a picture.
pub(super) async fn look_at_marked(load: &Load, link: &Link, asset: &Asset, serve: usize) -> bool {
    let path = link.file(asset, "preview");
    let Some(answer) = load.get(Kind::Marked, serve, &path).await else { return false };
    let Some(picture) = picture(load, path.clone(), &answer) else { return false };
    if load.known.is_plain(picture) {
        load.tally.wrong(format!("{path}: the bytes of a picture without a watermark"));
    }
    if let Err(wrong) = check_marked(picture) {
        load.tally.wrong(format!("{path}: {wrong}"));
    }
    true
}

/// The bytes of a picture; none of a placeholder, which never comes after the picture.
fn picture<'a>(load: &Load, path: String, answer: &'a Answer) -> Option<&'a [u8]> {
    if answer.status != 200 {
        load.tally.wrong(format!("{path}: {}", answer.status));
        return None;
    }
    if answer.header("content-type") == "image/svg+xml" {
        if load.known.is_ready(&path) {
            load.tally.wrong(format!("{path}: a placeholder, and it was a picture before"));
        }
        return None;
    }
    load.known.saw_ready(path);
    Some(&answer.body)
}

/// Downloads the originals of a bulk share as a zip, and once more from somewhere in it on, from the other process.
pub(super) async fn zip(load: &Load) {
    let (link, _) = load.visited(|link| link.assets.len() > 1);
    let [one, other] = load.both();
    let path = format!("{}/archive.zip?version=original", link.path);
    let Some(answer) = load.get(Kind::Zip, one, &path).await else { return };
    let mut expected: Vec<&[u8]> = link.assets.iter().map(|asset| &asset.bytes[..]).collect();
    expected.sort_unstable();
    match members(&answer.body) {
        Ok(found) if answer.status == 200 && found == expected => {}
        Ok(found) => load.tally.wrong(format!("{path}: {} with {} other files", answer.status, found.len())),
        Err(error) => load.tally.wrong(format!("{path}: {} {error}", answer.status)),
    }
    let from = load.chance(answer.body.len());
    let range = format!("bytes={from}-");
    let Some(rest) = part(load, Kind::Zip, other, &path, &range, answer.header("etag")).await else { return };
    if rest.status != 206 || rest.body != answer.body[from..] {
        load.tally.wrong(format!("{path}: {} for the bytes from {from} on, or others", rest.status));
    }
}

/// The files in an archive, sorted.
fn members(bytes: &[u8]) -> Result<Vec<&[u8]>, rawzip::Error> {
    let archive = ZipArchive::from_slice(bytes)?;
    let mut found = Vec::new();
    for entry in archive.entries() {
        let entry = archive.get_entry(entry?.wayfinder())?;
        let range = entry.compressed_data_range();
        let at = |offset: u64| usize::try_from(offset).unwrap_or(usize::MAX);
        found.push(bytes.get(at(range.0)..at(range.1)).unwrap_or_default());
    }
    found.sort_unstable();
    Ok(found)
}
