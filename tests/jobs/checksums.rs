//! The CRC-32 of files: of new ones, and of those that were stored before it was computed.

use diesel::{QueryableByName, sql_types::Bool};
use diesel_async::RunQueryDsl;
use schema::{assets::INGEST_VERSION, periodic::PeriodicJob};
use serde_json::{Value, json};
use tests::{Options, Running, fixtures, start, start_with};

use crate::jobs::hands::until;

/// How many files have no CRC-32, and how many assets are to be examined.
async fn lacking(server: &Running) -> (i64, i64) {
    let files = "(SELECT crc32 FROM assets WHERE file_id IS NOT NULL UNION ALL SELECT crc32 FROM attachments
        UNION ALL SELECT crc32 FROM proxies WHERE state = 'READY') AS file WHERE crc32 IS NULL";
    (server.count(files).await, server.count(&format!("assets WHERE ingest_version < {INGEST_VERSION}")).await)
}

/// What an older version left behind: no CRC-32 at all.
async fn forget(server: &Running) {
    server
        .sql("UPDATE assets SET crc32 = NULL, ingest_version = 0; UPDATE attachments SET crc32 = NULL; UPDATE proxies SET crc32 = NULL")
        .await;
}

async fn library(server: &Running, admin: &str) -> Value {
    let asset = server.upload(admin, "a.jpg", fixtures::jpeg(400, 300)).await["id"].clone();
    // Read in several chunks.
    let large: Vec<u8> = (0..800_000_u32).flat_map(u32::to_le_bytes).collect();
    server.attach(admin, &asset, "large.bin", large).await;
    server.proxies(admin, &asset).await;
    asset
}

async fn zip(server: &Running, admin: &str, asset: &Value) -> Option<Vec<u8>> {
    let settings = json!({ "allowOriginal": true, "allowProxies": true, "allowAttachments": true });
    let link = server.public_link(admin, asset, settings).await;
    let response = server.visitor().get(&format!("{}/archive.zip", link["url"].as_str().unwrap())).await;
    (response.status() == 200).then_some(response.bytes().await.unwrap().to_vec())
}

#[tokio::test]
async fn files_of_before_get_their_checksums_also_after_the_job_was_lost() {
    let server = start_with(Options { workers: true, ..Options::default() }).await;
    let admin = server.admin().await;
    server.no_schedule().await;
    let asset = library(&server, &admin).await;
    let before = zip(&server, &admin, &asset).await.unwrap();
    assert_eq!(lacking(&server).await, (0, 0), "what is stored now has them");
    forget(&server).await;
    assert_eq!((lacking(&server).await, zip(&server, &admin, &asset).await), ((5, 1), None));
    // All of Redis is lost together with the job, whatever became of it.
    server.forget_queue().await;
    let queued = server.upkeep(PeriodicJob::Reconcile).await.unwrap();
    assert_eq!(queued["queued"], 1);
    until((0, 0), async || lacking(&server).await).await;
    assert!(zip(&server, &admin, &asset).await.unwrap() == before, "the same archive as before");
    assert_eq!(server.upkeep(PeriodicJob::Reconcile).await.unwrap()["queued"], 0);
}

#[tokio::test]
async fn a_lost_file_stays_without_and_is_not_tried_again() {
    let server = start().await;
    let admin = server.admin().await;
    server.no_schedule().await;
    server.upload(&admin, "a.txt", "text").await;
    server.upload(&admin, "b.txt", "other").await;
    server.sql("DELETE FROM outbox").await;
    forget(&server).await;
    std::fs::remove_file(&server.blob_files()[0]).unwrap();
    assert_eq!(server.upkeep(PeriodicJob::Reconcile).await.unwrap()["queued"], 2);
    let _workers = server.workers();
    until((1, 0), async || lacking(&server).await).await;
    assert_eq!(server.upkeep(PeriodicJob::Reconcile).await.unwrap()["queued"], 0);
}

#[derive(QueryableByName)]
struct BoolRow {
    #[diesel(sql_type = Bool)]
    value: bool,
}

#[tokio::test]
async fn what_an_older_version_stores_beside_this_one_is_examined() {
    let server = start_with(Options { workers: true, ..Options::default() }).await;
    let admin = server.admin().await;
    server.no_schedule().await;
    library(&server, &admin).await;
    // It knows nothing of the column, so that a proxy that it replaces would keep the CRC-32 of the one before.
    for statement in [
        "UPDATE proxies SET file_id = gen_random_uuid(), byte_size = 5 WHERE preset = 'thumbnail'",
        "UPDATE proxies SET state = 'PENDING', file_id = NULL, media_type = NULL, byte_size = NULL WHERE preset = 'preview'",
        "UPDATE proxies SET state = 'READY', file_id = gen_random_uuid(), media_type = 'image/jpeg', byte_size = 5
            WHERE preset = 'preview'",
        "INSERT INTO attachments (id, asset_id, file_name, media_type, byte_size, file_id, sha256, created_at)
            SELECT gen_random_uuid(), id, 'old.txt', 'text/plain', 3, gen_random_uuid(), '\\x00', now() FROM assets",
    ] {
        server.sql(statement).await;
    }
    let row: BoolRow = diesel::sql_query(
        "SELECT (SELECT bool_and(crc32 IS NULL) FROM proxies WHERE preset IN ('preview', 'thumbnail'))
            AND (SELECT ingest_version < 0 FROM assets) AND (SELECT crc32 IS NULL FROM attachments WHERE file_name = 'old.txt') AS value",
    )
    .get_result(&mut server.database().await)
    .await
    .unwrap();
    assert!(row.value);
    server.upkeep(PeriodicJob::Reconcile).await.unwrap();
    // These three files are nowhere; the asset is done all the same.
    until((3, 0), async || lacking(&server).await).await;
}
