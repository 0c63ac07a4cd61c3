//! What must be there when everything is healed: all that was answered, whole, once, and with all its pictures.

use super::{Load, owners, visitors};
use crate::LONG;
use serde_json::Value;
use std::time::{Duration, Instant};
use tokio::time::sleep;

/// A lease of a job whose worker was killed ends first, and what failed is tried again after a while.
const MADE_WITHIN: Duration = Duration::from_mins(4);

/// Waits until the background jobs are done, and checks everything.
pub(super) async fn check(load: &Load) {
    until_all_is_made(load).await;
    count_rows(load).await;
    for link in load.known.links() {
        let serve = load.both()[0];
        for asset in &link.assets {
            if link.is_marked && !visitors::look_at_marked(load, &link, asset, serve).await {
                load.tally.wrong(format!("{}: no picture in the end", link.file(asset, "preview")));
            }
        }
    }
    for index in 0..load.known.assets() {
        let asset = load.known.asset(index);
        let Some(link) = load.known.links().into_iter().find(|link| link.assets.iter().any(|it| it.id == asset.id))
        else {
            continue;
        };
        let path = link.file(&asset, "original");
        let answer = load.get(super::Kind::Original, load.both()[0], &path).await;
        if answer.is_none_or(|answer| answer.body != asset.bytes) {
            load.tally.wrong(format!("{path}: not what was uploaded, in the end"));
        }
    }
}

async fn until_all_is_made(load: &Load) {
    let begun = Instant::now();
    let missing = "proxies WHERE state <> 'READY'";
    // What Redis has lost is found again by a job that workers run each minute.
    while load.installation.count(missing).await > 0 && begun.elapsed() < MADE_WITHIN {
        load.installation.run(&["job", "reconcile"]).await;
        sleep(Duration::from_millis(500)).await;
    }
    let (open, all) = (load.installation.count(missing).await, load.installation.count("proxies").await);
    if open > 0 {
        load.tally.wrong(format!("{open} of {all} smaller versions were never made"));
    }
    let query = "{ jobQueue { lanes { name dead } } }";
    let queue = tokio::time::timeout(LONG, load.installation.serves[0].call(&load.admin, query, Value::Null)).await;
    let queue = queue.unwrap_or_default();
    let lanes = queue["data"]["jobQueue"]["lanes"].as_array().cloned().unwrap_or_default();
    if lanes.is_empty() || lanes.iter().any(|lane| lane["dead"] != 0) {
        load.tally.wrong(format!("jobs were given up on: {queue}"));
    }
}

async fn count_rows(load: &Load) {
    let known = &load.known;
    let shares = i64::from(known.begun[1].get());
    let links = i64::try_from(known.links().len()).unwrap_or(i64::MAX) + 1;
    let assets = i64::try_from(known.assets()).unwrap_or(i64::MAX) + 1;
    let members = owners::SHARED;
    let not_whole = format!(
        "collections WHERE (SELECT count(*) FROM collection_assets WHERE collection_id = collections.id) <> {members}"
    );
    let without = "assets WHERE kind = 'IMAGE' AND
        (SELECT count(*) FROM proxies WHERE asset_id = assets.id AND NOT watermarked) <> 3";
    // Where there was no answer, nobody knows whether it was done.
    for (what, from, least, more) in [
        ("assets", "assets", assets, known.unanswered[0].get()),
        ("links", "links", links, known.unanswered[1].get()),
        ("collections", "collections", shares, 0),
        ("collections that are not whole", &not_whole, 0, 0),
        ("pictures without three smaller versions", without, 0, 0),
    ] {
        let found = load.installation.count(from).await;
        if !(least..=least + more).contains(&found) {
            load.tally.wrong(format!("{found} {what}, and not {least} to {}", least + more));
        }
    }
}
