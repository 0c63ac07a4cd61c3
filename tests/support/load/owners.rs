//! What owners do: they upload, share, and look at once for what they have made, at the other process.

use super::{
    Load,
    known::{Asset, Link},
    tally::Kind,
};
use crate::{PUBLIC_URL, fixtures};
use bytes::Bytes;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// How many assets a bulk share has.
pub(super) const SHARED: usize = 6;

/// Uploads a picture that no other one equals, finds it at the other process, and gets it back from there.
pub(super) async fn upload(load: &Load) {
    let number = load.known.next(0);
    let bytes = Bytes::from(fixtures::jpeg(400 + number % 200, 300 + number / 200));
    let [one, other] = load.both();
    let query =
        "mutation($input: UploadAssetInput!) { uploadAsset(input: $input) { asset { id } userErrors { code } } }";
    let Some(data) = load.send(Kind::Upload, one, query, (format!("{number}.jpg"), bytes.clone())).await else {
        return load.known.unanswered(0);
    };
    let id = &data["uploadAsset"]["asset"]["id"];
    if !id.is_string() {
        return load.tally.wrong(format!("upload: {data}"));
    }
    load.known.add(Asset::new(id, bytes.clone()));
    let query = "query($id: ID!) { asset(id: $id) { originalUrl } assets(first: 20) { nodes { id } } }";
    let Some(data) = load.call(Kind::Listing, other, &load.admin, query, json!({ "id": id })).await else { return };
    if !has(&data["assets"], id) {
        load.tally.wrong(format!("an asset that was uploaded is not in the listing: {data}"));
    }
    let url = data["asset"]["originalUrl"].as_str().and_then(|url| url.strip_prefix(PUBLIC_URL)).unwrap_or_default();
    let Some(answer) = load.get(Kind::Original, other, url).await else { return };
    if answer.status != 200 || answer.body != bytes {
        load.tally.wrong(format!("another file than was uploaded: {} of {} bytes", answer.status, answer.body.len()));
    }
}

/// Whether a listing has this id.
fn has(listing: &Value, id: &Value) -> bool {
    listing["nodes"].as_array().is_some_and(|nodes| nodes.iter().any(|node| node["id"] == *id))
}

/// Makes a link to an asset, one in two with the watermark, and finds it at the other process.
pub(super) async fn link(load: &Load) {
    let [one, other] = load.both();
    let asset = load.known.asset(load.chance(load.known.assets()));
    let is_marked = one == 0;
    let query = "mutation($input: CreatePublicLinkInput!) { createPublicLink(input: $input) {
        link { id url } userErrors { code } } }";
    let input = json!({ "assetId": asset.id, "settings": settings(is_marked) });
    let Some(data) = load.call(Kind::Link, one, &load.admin, query, json!({ "input": input })).await else {
        return load.known.unanswered(1);
    };
    let link = &data["createPublicLink"]["link"];
    if !link["url"].is_string() {
        return load.tally.wrong(format!("link: {data}"));
    }
    load.known.publish(Link::new(&link["url"], vec![asset], is_marked));
    let query = "{ links(first: 20) { nodes { id } } }";
    let Some(data) = load.call(Kind::Listing, other, &load.admin, query, Value::Null).await else { return };
    if !has(&data["links"], &link["id"]) {
        load.tally.wrong(format!("a link that was made is not in the listing: {data}"));
    }
}

fn settings(is_marked: bool) -> Value {
    json!({ "allowOriginal": true, "allowProxies": true, "watermark": is_marked })
}

/// Shares some assets at once, and asks with the same key until there is an answer, and once more at the other process.
pub(super) async fn share(load: &Load) {
    let number = load.known.next(1);
    let mut chosen = BTreeSet::new();
    while chosen.len() < SHARED {
        chosen.insert(load.chance(load.known.assets()));
    }
    let assets: Vec<_> = chosen.into_iter().map(|index| load.known.asset(index)).collect();
    let ids: Vec<&Value> = assets.iter().map(|asset| &asset.id).collect();
    let is_marked = number.is_multiple_of(2);
    let query = "mutation($input: ShareAssetsInput!) { shareAssets(input: $input) { shared requested
        skipped { assetId reason } link { id url target { ... on Collection { assets { totalCount } } } }
        userErrors { code } } }";
    let input =
        json!({ "assetIds": ids, "settings": settings(is_marked), "idempotencyKey": format!("share {number}") });
    let mut answers = Vec::new();
    while answers.len() < 2 {
        let [serve, _] = load.both();
        match load.call(Kind::Share, serve, &load.admin, query, json!({ "input": input })).await {
            Some(mut data) => answers.push(data["shareAssets"].take()),
            None => tokio::time::sleep(super::LOOKS).await,
        }
    }
    let made = &answers[0];
    let counts = [&made["shared"], &made["requested"], &made["link"]["target"]["assets"]["totalCount"]];
    if counts.iter().any(|count| **count != SHARED) || made["skipped"] != json!([]) {
        return load.tally.wrong(format!("a bulk share is not whole: {made}"));
    }
    if made["link"] != answers[1]["link"] {
        return load.tally.wrong(format!("a bulk share was made twice: {answers:?}"));
    }
    load.known.publish(Link::new(&made["link"]["url"], assets, is_marked));
}
