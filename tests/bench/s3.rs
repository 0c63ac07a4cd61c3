//! What files in S3 cost, against the same server with files in a folder. S3 is the server of the tests, in a thread of this
//! process or beside it: no network lies between, and its objects are on the same disk.

use crate::{
    client::Repeat,
    measure::{CONCURRENCY, Row, compare, median},
};
use api::config::{ObjectStorage, StorageRedirect};
use rand::{RngExt, SeedableRng, rngs::SmallRng};
use serde_json::json;
use std::time::{Duration, Instant};
use tests::{LONG, Options, Running, S3, client, fixtures, short, start_with};

const ROUNDS: usize = 5;
const MEMBERS: usize = 100;
const MEMBER_BYTES: usize = 500_000;
const LARGE_BYTES: usize = 64_000_000;

/// A server with the same files as the other one.
struct Side {
    server: Running,
    admin: String,
    preview: String,
    small: String,
    large: String,
    zip: String,
}

fn noise(length: usize, seed: usize) -> Vec<u8> {
    let mut bytes = vec![0; length];
    SmallRng::seed_from_u64(seed as u64).fill(&mut bytes[..]);
    bytes
}

impl Side {
    async fn start(storage: Option<(String, ObjectStorage)>) -> Self {
        let server = start_with(Options { workers: true, threads: 2, storage, ..Options::default() }).await;
        let admin = server.admin().await;
        let photo = server.upload(&admin, "a.jpg", fixtures::detailed_jpeg(1600, 1200)).await["id"].clone();
        server.proxies(&admin, &photo).await;
        let mut members = Vec::new();
        for index in 0..MEMBERS {
            let name = format!("{index}.bin");
            members.push(server.upload(&admin, &name, noise(MEMBER_BYTES, index)).await["id"].clone());
        }
        let large = server.upload(&admin, "large.bin", noise(LARGE_BYTES, 0)).await["id"].clone();
        let settings = json!({ "allowOriginal": true });
        let collection = server.collection(&admin, "All", &members).await;
        let all = server.collection_link(&admin, &collection, settings.clone()).await;
        let [photo_link, large_link] =
            [&photo, &large].map(|asset| server.public_link(&admin, asset, settings.clone()));
        let (photo_link, large_link) = (photo_link.await, large_link.await);
        let file = |link: &serde_json::Value, asset, name: &str| {
            format!("{}/assets/{}/{name}", link["url"].as_str().expect("a URL"), short(asset))
        };
        Self {
            preview: file(&photo_link, &photo, "preview"),
            small: file(&all, &members[0], "original"),
            large: file(&large_link, &large, "original"),
            zip: format!("{}/archive.zip", all["url"].as_str().expect("a URL")),
            server,
            admin,
        }
    }

    async fn repeated(&self, url: &str) -> Vec<Repeat> {
        let path = url.strip_prefix(&self.server.url).expect("a path");
        let mut loads = Vec::new();
        for _ in 0..CONCURRENCY {
            let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n");
            loads.push(Repeat::new(&self.server.url, &request).await);
        }
        loads
    }
}

/// Gets a file as whoever follows a link, or as a program, and forgets it; how long its first byte and all of it took.
async fn get(url: &str, is_followed: bool, at_least: usize) -> [Duration; 2] {
    let client = client();
    let mut request = client.get(url);
    if is_followed {
        request = request.header("sec-fetch-mode", "navigate").header("sec-fetch-dest", "document");
    }
    let start = Instant::now();
    let mut answer = request.send().await.expect("an answer");
    assert_eq!(answer.status(), 200, "{url}");
    assert_eq!(is_followed, answer.url().as_str() != url, "who follows a link is redirected: {url}");
    let mut got = answer.chunk().await.expect("bytes").map_or(0, |piece| piece.len());
    let first = start.elapsed();
    while let Some(piece) = answer.chunk().await.expect("bytes") {
        got += piece.len();
    }
    assert!(got >= at_least, "{url}: {got}");
    [first, start.elapsed()]
}

/// Rows of the medians of times that two sides take in turns.
async fn times<const N: usize>(
    what: [&str; N],
    ours: impl AsyncFn() -> [Duration; N],
    baseline: impl AsyncFn() -> [Duration; N],
) -> Vec<Row> {
    let mut rounds = Vec::new();
    for round in 0..=ROUNDS {
        let both = (ours().await, baseline().await);
        // The first round warms up.
        if round > 0 {
            rounds.push(both);
        }
    }
    let row = |(index, what): (usize, &str)| {
        let seconds = rounds.iter().map(|(ours, theirs): &([Duration; N], [Duration; N])| {
            (ours[index].as_secs_f64(), theirs[index].as_secs_f64())
        });
        let our = median(seconds.clone().map(|(our, _)| our).collect());
        let their = median(seconds.clone().map(|(_, their)| their).collect());
        let ratio = median(seconds.map(|(our, their)| our / their).collect());
        Row {
            what: what.to_owned(),
            ours: format!("{:.1} ms", our * 1e3),
            baseline: format!("{:.1} ms", their * 1e3),
            ratio: format!("{ratio:.2} ×"),
            wanted: "–".to_owned(),
        }
    };
    what.into_iter().enumerate().map(row).collect()
}

pub(crate) async fn run() -> Vec<Row> {
    let s3 = S3::start();
    let (place, mut options) = s3.storage(LONG);
    options.storage_redirect = StorageRedirect::For(Duration::from_mins(1));
    let (ours, local) = (Side::start(Some((place, options))).await, Side::start(None).await);
    let mut rows = Vec::new();
    for (what, of_ours, of_local) in [
        ("files in S3, against a folder: a preview, which is in memory", &ours.preview, &local.preview),
        ("… an original of 500 kB, which is read each time", &ours.small, &local.small),
    ] {
        rows.push(compare(what, ours.repeated(of_ours).await, local.repeated(of_local).await, "–").await);
    }
    let bytes = noise(LARGE_BYTES, 1);
    let upload = async |side: &Side| {
        let start = Instant::now();
        side.server.upload(&side.admin, "again.bin", bytes.clone()).await;
        [start.elapsed()]
    };
    rows.extend(times(["… an upload of 64 MB"], async || upload(&ours).await, async || upload(&local).await).await);
    let [first, whole] = ["… a download of 64 MB: its first byte", "… all of it"];
    let from_folder = async || get(&local.large, false, LARGE_BYTES).await;
    rows.extend(times([first, whole], async || get(&ours.large, false, LARGE_BYTES).await, from_folder).await);
    let [first, whole] = ["… the same by a redirect to S3: its first byte", "… all of it by the redirect"];
    rows.extend(times([first, whole], async || get(&ours.large, true, LARGE_BYTES).await, from_folder).await);
    let [first, whole] = ["… a zip of 100 originals of 500 kB: its first byte", "… all of the zip"];
    let zip = async |side: &Side| get(&side.zip, false, MEMBERS * MEMBER_BYTES).await;
    rows.extend(times([first, whole], async || zip(&ours).await, async || zip(&local).await).await);
    rows
}
