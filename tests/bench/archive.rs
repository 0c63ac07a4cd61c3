//! Archives of the real program: their speed against the same files one by one, and its memory with large ones.

use crate::{
    client::Client,
    measure::{Row, median},
    process::Process,
};
use diesel_async::{AsyncConnection, AsyncPgConnection, SimpleAsyncConnection};
use domain::{AssetId, FileId, short_id};
use schema::assets::INGEST_VERSION;
use serde_json::json;
use std::{
    fs::{self, File},
    time::{Duration, Instant},
};
use storage::{Blob, Storage};

const LINK: &str = "mutation($input: CreateCollectionLinkInput!) { createCollectionLink(input: $input) {
    link { url } userErrors { message } } }";

const ROUNDS: usize = 5;

/// A link to originals that take no room on the disk, and what leads to them.
struct Shared {
    /// The path of the link.
    path: String,
    assets: Vec<AssetId>,
    bytes: u64,
}

/// Makes a collection of originals without content, and a link to it. Rows and files are made directly, because 20 GB
/// would take long to upload.
async fn shared(process: &Process, count: usize, size: u64) -> Shared {
    let storage = Storage::local(&process.folder.path().join("blobs")).expect("a folder");
    let files: Vec<(AssetId, FileId)> = (0..count).map(|_| (AssetId::new(), FileId::new())).collect();
    for (_, file) in &files {
        let path = process.folder.path().join("blobs").join(Blob::File(*file).key());
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        File::create(path).and_then(|file| file.set_len(size)).expect("a file");
    }
    let crc32 = storage.crc32(Blob::File(files[0].1), size).await.expect("the file");
    let collection = uuid::Uuid::new_v4();
    let mut conn = AsyncPgConnection::establish(&process.database_url).await.expect("a connection");
    let mut run = async |sql: String| conn.batch_execute(&sql).await.expect("SQL");
    run(format!(
        "INSERT INTO collections (id, workspace_id, name, kind, hidden, created_by, created_at)
        SELECT '{collection}', workspace_id, 'Sparse', 'MANUAL', false, id, now() FROM users"
    ))
    .await;
    for (batch, files) in files.chunks(2_000).enumerate() {
        let rows: Vec<String> = files
            .iter()
            .enumerate()
            .map(|(index, (asset, file))| format!("('{asset}'::uuid, '{file}'::uuid, {})", batch * 2_000 + index + 1))
            .collect();
        run(format!(
            "WITH file (asset, id, n) AS (VALUES {}), added AS (
                INSERT INTO assets (id, workspace_id, number, title, file_name, kind, media_type, byte_size, source,
                    original_state, file_id, sha256, created_at, crc32, ingest_version)
                SELECT asset, users.workspace_id, {count} * 10::bigint + n, 'File ' || n, 'DSC' || n || '.bin', 'OTHER',
                    'application/octet-stream', {size}, 'LIBRARY', 'AVAILABLE', file.id, '\\x00', now(), {crc32}, {INGEST_VERSION}
                FROM file, users RETURNING id
            )
            INSERT INTO collection_assets (collection_id, asset_id, position)
            SELECT '{collection}', asset, n FROM file JOIN added ON added.id = file.asset",
            rows.join(", ")
        ))
        .await;
    }
    run("ANALYZE".to_owned()).await;
    let input = json!({ "collectionId": format!("collection_{}", short_id::encode(collection)),
        "settings": { "allowOriginal": true } });
    let token = process.admin().await;
    let made = process.call(&token, LINK, json!({ "input": input })).await;
    let url = made["data"]["createCollectionLink"]["link"]["url"].as_str().unwrap_or_else(|| panic!("{made}"));
    let path = url.strip_prefix(&process.url).expect("a path").to_owned();
    Shared { path, assets: files.into_iter().map(|(asset, _)| asset).collect(), bytes: size * count as u64 }
}

/// Gets a path and forgets what comes; how long its first byte and all of it took, and its length.
async fn get(client: &mut Client, path: &str) -> (Duration, Duration, u64) {
    let start = Instant::now();
    client.send(format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n").as_bytes()).await;
    let answer = client.answer().await;
    assert_eq!(answer.status, 200, "{path}");
    let mut got = answer.begun.len();
    while got == 0 {
        got += client.piece().await.len();
    }
    let first = start.elapsed();
    while got < answer.length {
        got += client.piece().await.len();
    }
    assert_eq!(got, answer.length);
    (first, start.elapsed(), answer.length as u64)
}

/// Megabytes a second.
#[expect(clippy::cast_precision_loss, reason = "only for people")]
fn rate(bytes: u64, took: Duration) -> f64 {
    bytes as f64 / took.as_secs_f64() / 1e6
}

async fn speed(process: &Process) -> Row {
    let shared = shared(process, 64, 16_000_000).await;
    let (zip, mut client) = (format!("{}/archive.zip", shared.path), Client::connect(&process.url).await);
    let (mut ours, mut theirs, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..=ROUNDS {
        let (_, took, _) = get(&mut client, &zip).await;
        let our = rate(shared.bytes, took);
        let start = Instant::now();
        for asset in &shared.assets {
            get(&mut client, &format!("{}/assets/{}/original", shared.path, short_id::encode(*asset))).await;
        }
        let their = rate(shared.bytes, start.elapsed());
        // The first round warms up.
        if round > 0 {
            ours.push(our);
            theirs.push(their);
            ratios.push(our / their);
        }
    }
    Row {
        what: "a zip of 64 originals of 16 MB, against the same one by one".to_owned(),
        ours: format!("{:.0} MB/s", median(ours)),
        baseline: format!("{:.0} MB/s", median(theirs)),
        ratio: format!("{:.0} %", median(ratios) * 100.0),
        wanted: "≥ 90 %".to_owned(),
    }
}

/// One large archive of a process that has just started: its first byte, all of it, and the memory afterwards.
async fn alone(process: &mut Process, what: &str, count: usize, size: u64) -> Vec<Row> {
    let shared = shared(process, count, size).await;
    process.restart().await;
    let mut client = Client::connect(&process.url).await;
    let (first, whole, length) = get(&mut client, &format!("{}/archive.zip", shared.path)).await;
    let speed = format!("{:.1} s, {:.0} MB/s", whole.as_secs_f64(), rate(length, whole));
    let memory = format!("{:.0} MB", process.memory("VmHWM"));
    vec![
        Row::alone(&format!("the first byte of {what}"), format!("{:.0} ms", first.as_secs_f64() * 1e3), "< 200 ms"),
        Row::alone("… all of it", speed, "–"),
        Row::alone("… memory of the server at its highest", memory, "< 100 MB"),
    ]
}

pub(crate) async fn run() -> Vec<Row> {
    let mut process = Process::start().await;
    let mut rows = vec![speed(&process).await];
    rows.extend(alone(&mut process, "a zip of 20 originals of 1 GB", 20, 1_000_000_000).await);
    rows.extend(alone(&mut process, "a zip of 10,000 originals of 100 bytes", 10_000, 100).await);
    rows.extend(alone(&mut process, "a zip of 65,536 originals of 100 bytes", 65_536, 100).await);
    rows
}
