//! A link to a gallery of ten thousand photographs, made of a few.

use domain::{AssetId, FileId, short_id};
use serde_json::{Value, json};
use std::{fmt::Write, fs};
use storage::Blob;
use tests::{Options, Running, fixtures, start_with};

/// How many pictures the gallery has.
pub(crate) const COUNT: usize = 10_000;

/// The shapes of the photographs of which the others are copies.
const SHAPES: [(u32, u32); 7] =
    [(1500, 1000), (1000, 1500), (1600, 1200), (1200, 1200), (1920, 1080), (1200, 1600), (2000, 900)];

/// How many rows are inserted at once.
const BATCH: usize = 1000;

/// A server with such a gallery, whose pictures are all made, and the URL of its link.
pub(crate) async fn start() -> (Running, String) {
    let server = start_with(Options { workers: true, threads: 2, ..Options::default() }).await;
    let admin = server.admin().await;
    let mut samples = Vec::new();
    for (index, (width, height)) in SHAPES.into_iter().enumerate() {
        let photo = fixtures::grainy_jpeg(width, height, 4);
        let asset = server.upload(&admin, &format!("Photograph {index}.jpg"), photo).await["id"].clone();
        server.proxies(&admin, &asset).await;
        samples.push(asset);
    }
    let collection = server.collection(&admin, "Season", &samples).await;
    copy(&server, &samples, &collection).await;
    let settings = json!({ "name": "A season of pictures", "allowOriginal": true, "allowProxies": true });
    let link = server.collection_link(&admin, &collection, settings).await;
    (server, link["url"].as_str().expect("a URL").to_owned())
}

fn decode<T: From<uuid::Uuid>>(id: &Value) -> T {
    short_id::decode(tests::short(id)).expect("an id")
}

/// Fills the collection with copies of the samples. Each copy has files of its own, which take no room on the disk.
async fn copy(server: &Running, samples: &[Value], collection: &Value) {
    let samples: Vec<AssetId> = samples.iter().map(decode).collect();
    let collection: domain::CollectionId = decode(collection);
    let conn = server.services.pool.get().await.expect("a connection");
    let proxies = schema::proxies::of_assets(&conn, &samples).await.expect("SQL");
    drop(conn);
    let blobs = server.folder.path().join("blobs");
    let copies: Vec<usize> = (samples.len()..COUNT).collect();
    for batch in copies.chunks(BATCH) {
        let (mut assets, mut files) = (String::new(), String::new());
        for number in batch {
            let (sample, copy) = (samples[number % samples.len()], AssetId::new());
            let _ = write!(assets, "('{copy}'::uuid, '{sample}'::uuid, {number}),");
            for proxy in proxies.iter().filter(|proxy| proxy.asset_id == sample) {
                let (from, to) = (proxy.file_id.expect("it is made"), FileId::new());
                let path = blobs.join(Blob::Proxy(to).key());
                fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
                fs::hard_link(blobs.join(Blob::Proxy(from).key()), path).expect("a file");
                let _ = write!(files, "('{copy}'::uuid, '{from}'::uuid, '{to}'::uuid),");
            }
        }
        let (assets, files) = (assets.trim_end_matches(','), files.trim_end_matches(','));
        let fill = format!(
            "CREATE TEMPORARY TABLE copies AS SELECT * FROM (VALUES {assets}) copies (id, sample, number);
            INSERT INTO assets (id, workspace_id, number, title, file_name, kind, media_type, byte_size, source, width,
                height, original_state, file_id, sha256, created_at, ingest_version, crc32, placeholder)
            SELECT copies.id, workspace_id, copies.number + 100, 'Photograph ' || copies.number,
                copies.number || '.jpg', kind, media_type, byte_size, source, width, height, original_state,
                gen_random_uuid(), sha256, created_at, ingest_version, crc32, placeholder
            FROM copies JOIN assets ON assets.id = copies.sample;
            INSERT INTO proxies (asset_id, preset, watermarked, state, file_id, media_type, byte_size, width, height, crc32)
            SELECT files.copy, preset, watermarked, state, files.id, media_type, byte_size, width, height, crc32
            FROM (VALUES {files}) files (copy, sample, id) JOIN proxies ON proxies.file_id = files.sample;
            INSERT INTO collection_assets (collection_id, asset_id, position)
            SELECT '{collection}', id, number + 1 FROM copies;
            DROP TABLE copies"
        );
        server.sql(fill).await;
    }
    server.sql("ANALYZE").await;
}
