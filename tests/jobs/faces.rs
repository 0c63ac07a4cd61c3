//! Faces are looked for only where the workspace wants it, and nothing of them stays when it does not want it any more.

use crate::{graphql::secrets::dump, jobs::hands::until};
use chrono::TimeDelta;
use domain::{AssetId, node_id::NodeId};
use futures::future::join_all;
use schema::{
    faces::{self, NewFace},
    outbox::Job,
    periodic::PeriodicJob,
};
use serde_json::{Value, json};
use std::path::Path;
use tests::{Options, Running, fixtures, made, many_assets, start, start_with};

const TURN: &str = "mutation($on: Boolean!) { updateWorkspace(input: { personSearch: $on }) {
    workspace { personSearch } userErrors { code message } } }";

pub(crate) async fn turn(server: &Running, admin: &str, on: bool) {
    let data = server.data(admin, TURN, json!({ "on": on })).await;
    assert_eq!(data["updateWorkspace"], json!({ "workspace": { "personSearch": on }, "userErrors": [] }));
}

/// `[indexed, waiting, failed]`; null while the search is off.
async fn progress(server: &Running, admin: &str) -> Value {
    let query = "{ workspace { personSearchProgress { indexed waiting failed } } }";
    let told = server.data(admin, query, Value::Null).await["workspace"]["personSearchProgress"].clone();
    if told.is_null() { told } else { json!([told["indexed"], told["waiting"], told["failed"]]) }
}

pub(crate) async fn until_progress(server: &Running, admin: &str, expected: Value) {
    until(expected, async || progress(server, admin).await).await;
}

/// Runs the job of an asset here, as a worker would.
async fn index(server: &Running, asset: &Value) {
    let asset_id = AssetId::from_node_id(asset.as_str().unwrap()).unwrap();
    let (job, queue) = (Job::IndexFaces { asset_id }, server.queue().await);
    jobs::tasks::run(&job, &server.job_context(), &queue).await.unwrap();
}

/// A server without periodic jobs whose pictures are made, and which has these pictures.
pub(crate) async fn library(pictures: &[(&str, Vec<u8>)]) -> (Running, String, Vec<Value>) {
    let server = start_with(Options { workers: true, ..Options::default() }).await;
    server.no_schedule().await;
    let admin = server.admin().await;
    let mut assets = Vec::new();
    for (name, bytes) in pictures {
        let asset = server.upload(&admin, name, bytes.clone()).await["id"].clone();
        server.proxies(&admin, &asset).await;
        assets.push(asset);
    }
    (server, admin, assets)
}

fn portrait_and_landscape() -> [(&'static str, Vec<u8>); 2] {
    [("portrait.jpg", fixtures::portrait()), ("landscape.jpg", fixtures::jpeg(600, 400))]
}

/// The embeddings in the database, as hexadecimal digits.
async fn embeddings(server: &Running) -> Vec<String> {
    use diesel::sql_types::Text;
    use diesel_async::RunQueryDsl;

    #[derive(diesel::QueryableByName)]
    struct Row {
        #[diesel(sql_type = Text)]
        hex: String,
    }
    let query = diesel::sql_query("SELECT encode(embedding, 'hex') AS hex FROM faces ORDER BY id");
    let rows: Vec<Row> = query.load(&mut server.database().await).await.unwrap();
    rows.into_iter().map(|row| row.hex).collect()
}

/// Everything in the keys of the server's queue, as hexadecimal digits.
pub(crate) async fn redis_dump(server: &Running) -> String {
    let mut redis = server.redis().await;
    let keys: Vec<String> =
        redis::cmd("KEYS").arg(format!("{}*", server.namespace)).query_async(&mut redis).await.unwrap();
    let mut all = String::new();
    for key in keys {
        let kind: String = redis::cmd("TYPE").arg(&key).query_async(&mut redis).await.unwrap();
        let values: Vec<Vec<u8>> = match kind.as_str() {
            "hash" => redis::cmd("HGETALL").arg(&key).query_async(&mut redis).await.unwrap(),
            "zset" => redis::cmd("ZRANGE").arg(&key).arg(0).arg(-1).query_async(&mut redis).await.unwrap(),
            "string" => vec![redis::cmd("GET").arg(&key).query_async(&mut redis).await.unwrap()],
            other => panic!("{key} is a {other}"),
        };
        for value in values {
            all.push_str(&hex(&value));
            all.push('\n');
        }
    }
    all
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}

/// Whether a file below this folder contains any of these bytes, which are given as hexadecimal digits.
fn is_in_a_file(folder: &Path, wanted: &[String]) -> bool {
    std::fs::read_dir(folder).into_iter().flatten().flatten().any(|entry| {
        let path = entry.path();
        if path.is_dir() {
            return is_in_a_file(&path, wanted);
        }
        let bytes = hex(&std::fs::read(&path).unwrap_or_default());
        wanted.iter().any(|wanted| bytes.contains(wanted.as_str()))
    })
}

#[tokio::test]
async fn turning_it_on_indexes_everything_and_turning_it_off_leaves_nothing() {
    let (server, admin, assets) = library(&portrait_and_landscape()).await;
    assert_eq!(progress(&server, &admin).await, Value::Null);
    assert_eq!(server.count("face_indexes").await, 0, "nothing is looked at before");
    turn(&server, &admin, true).await;
    // Without the periodic jobs: turning it on has queued both.
    until_progress(&server, &admin, json!([2, 0, 0])).await;
    assert_eq!(embeddings(&server).await.len(), 1, "there is one face in the two pictures");
    let plausible = "faces WHERE x BETWEEN 0 AND 1 AND y BETWEEN 0 AND 1 AND width > 0.05 AND x + width <= 1.001
        AND height > 0.05 AND y + height <= 1.001 AND quality BETWEEN 0 AND 1";
    assert_eq!(server.count(plausible).await, 1);

    // What comes later follows by itself, of a video as well, in which a person is once however many frames show them.
    let again = server.upload(&admin, "again.jpg", fixtures::portrait()).await["id"].clone();
    server.upload(&admin, "film.mp4", made::video_of(&fixtures::portrait(), 12)).await;
    server.upload(&admin, "notes.txt", "no picture").await;
    server.upload(&admin, "page.pdf", fixtures::pdf()).await;
    until_progress(&server, &admin, json!([4, 0, 0])).await;
    let found = embeddings(&server).await;
    assert_eq!(found.len(), 3);
    assert!(found[1..].contains(&found[0]), "the same picture has the same face");
    assert!(dump(&server).await.contains(&found[0]), "this is how it would be found");

    turn(&server, &admin, false).await;
    assert_eq!(progress(&server, &admin).await, Value::Null);
    assert_eq!((server.count("faces").await, server.count("face_indexes").await), (0, 0));
    let (rows, queue) = (dump(&server).await, redis_dump(&server).await);
    assert!(!queue.is_empty(), "there is something to look through");
    for embedding in &found {
        assert!(!rows.contains(embedding.as_str()) && !queue.contains(embedding.as_str()));
    }
    assert!(!is_in_a_file(server.folder.path(), &found));
    // Nothing follows: neither by what is uploaded, nor by a job that is still queued, nor by the reconciler.
    for asset in [&assets[0], &again] {
        index(&server, asset).await;
    }
    let late = server.upload(&admin, "late.jpg", fixtures::portrait()).await["id"].clone();
    server.proxies(&admin, &late).await;
    assert_eq!(server.upkeep(PeriodicJob::Reconcile).await.unwrap()["queued"], 0);
    assert_eq!((server.count("faces").await, server.count("face_indexes").await), (0, 0));
}

#[tokio::test]
async fn turning_it_off_while_many_are_indexed_leaves_nothing() {
    let server = start().await;
    let admin = server.admin().await;
    server.sql(many_assets(1000)).await;
    turn(&server, &admin, true).await;
    assert_eq!(server.count("outbox WHERE job ->> 'job' = 'index_faces'").await, 1000);
    let all = asset_ids(&mut server.database().await).await;
    let face = || NewFace { place: [0.1; 4], quality: 0.5, embedding: vec![7; 128] };
    // Six workers store what they found, as fast as they can.
    let store = async |ids: &[AssetId]| {
        let (mut conn, mut stored) = (server.database().await, 0);
        for id in ids {
            stored += usize::from(faces::store(&mut conn, *id, 1, Ok(vec![face(), face()])).await.unwrap());
        }
        stored
    };
    let workers = all.chunks(all.len().div_ceil(6)).map(store);
    let end = async {
        until(true, async || server.count("face_indexes").await >= 100).await;
        turn(&server, &admin, false).await;
        assert_eq!((server.count("faces").await, server.count("face_indexes").await), (0, 0), "at once");
    };
    let (stored, ()) = tokio::join!(join_all(workers), end);
    let stored: usize = stored.into_iter().sum();
    assert!((100..1000).contains(&stored), "{stored} were stored before it was off, and none after");
    assert_eq!((server.count("faces").await, server.count("face_indexes").await), (0, 0));
}

async fn asset_ids(conn: &mut diesel_async::AsyncPgConnection) -> Vec<AssetId> {
    use diesel::prelude::*;
    use diesel_async::RunQueryDsl;
    schema::schema::assets::table.select(schema::schema::assets::id).load(conn).await.unwrap()
}

#[tokio::test]
async fn other_workspaces_keep_what_they_have() {
    let server = start().await;
    let admin = server.admin().await;
    server.add_workspace("FOR", "foreign@example.com", "another long password").await;
    let foreign = server.sign_in("foreign@example.com", "another long password").await;
    for token in [&admin, &foreign] {
        turn(&server, token, true).await;
        server.upload(token, "a.jpg", fixtures::jpeg(40, 30)).await;
    }
    let mut conn = server.database().await;
    for id in asset_ids(&mut conn).await {
        let face = NewFace { place: [0.1; 4], quality: 0.5, embedding: vec![7; 128] };
        assert!(faces::store(&mut conn, id, 1, Ok(vec![face])).await.unwrap());
    }
    turn(&server, &admin, false).await;
    assert_eq!((server.count("faces").await, server.count("face_indexes").await), (1, 1));
    assert_eq!(progress(&server, &foreign).await, json!([1, 0, 0]));
    assert_eq!(progress(&server, &admin).await, Value::Null);
}

#[tokio::test]
async fn two_jobs_for_one_asset_store_its_faces_once() {
    let (server, admin, assets) = library(&portrait_and_landscape()[..1]).await;
    turn(&server, &admin, true).await;
    join_all((0..6).map(|_| index(&server, &assets[0]))).await;
    until_progress(&server, &admin, json!([1, 0, 0])).await;
    assert_eq!(server.count("faces").await, 1);
    // Also where both have looked before either stores.
    let asset = AssetId::from_node_id(assets[0].as_str().unwrap()).unwrap();
    let store = async |count: usize| {
        let face = NewFace { place: [0.1; 4], quality: 0.5, embedding: vec![7; 128] };
        faces::store(&mut server.database().await, asset, 1, Ok(vec![face; count])).await.unwrap()
    };
    assert_eq!(join_all((0..10).map(|_| store(3))).await, [true; 10]);
    assert_eq!(server.count("faces").await, 3);
    assert!(store(0).await);
    assert_eq!(server.count("faces").await, 0);
}

#[tokio::test]
async fn what_older_models_found_serves_until_it_is_found_anew() {
    let (server, admin, assets) = library(&portrait_and_landscape()).await;
    turn(&server, &admin, true).await;
    until_progress(&server, &admin, json!([2, 0, 0])).await;
    let found = embeddings(&server).await;
    server.sql("UPDATE face_indexes SET model_version = 0; UPDATE faces SET embedding = 'an older one'").await;
    assert_eq!(progress(&server, &admin).await, json!([0, 2, 0]));
    let old = embeddings(&server).await;
    // Results of older models do not replace newer ones; newer ones replace older ones at once.
    assert_eq!(server.upkeep(PeriodicJob::Reconcile).await.unwrap()["queued"], 2);
    until(true, async || {
        let now = embeddings(&server).await;
        assert!(now == old || now == found, "there is always one of the two");
        now == found
    })
    .await;
    until_progress(&server, &admin, json!([2, 0, 0])).await;
    assert_eq!(server.upkeep(PeriodicJob::Reconcile).await.unwrap()["queued"], 0);
    let asset = AssetId::from_node_id(assets[0].as_str().unwrap()).unwrap();
    assert!(!faces::store(&mut server.database().await, asset, 0, Ok(Vec::new())).await.unwrap());
    assert_eq!(embeddings(&server).await, found);
}

#[tokio::test]
async fn what_is_deleted_for_good_takes_its_faces_with_it() {
    let (server, admin, assets) = library(&portrait_and_landscape()).await;
    turn(&server, &admin, true).await;
    until_progress(&server, &admin, json!([2, 0, 0])).await;
    let delete = "mutation($ids: [ID!]!) { deleteAssets(ids: $ids) { userErrors { code } } }";
    server.data(&admin, delete, json!({ "ids": [assets[0]] })).await;
    assert_eq!(progress(&server, &admin).await, json!([1, 0, 0]), "the bin is not searched");
    assert_eq!(server.count("faces").await, 1, "it can still be restored");
    let restore = "mutation($ids: [ID!]!) { restoreAssets(ids: $ids) { userErrors { code } } }";
    server.data(&admin, restore, json!({ "ids": [assets[0]] })).await;
    assert_eq!(progress(&server, &admin).await, json!([2, 0, 0]));
    server.data(&admin, delete, json!({ "ids": [assets[0]] })).await;
    server.advance(TimeDelta::days(31));
    server.upkeep(PeriodicJob::CollectGarbage).await.unwrap();
    assert_eq!((server.count("faces").await, server.count("face_indexes").await), (0, 1));
}

#[tokio::test]
async fn what_cannot_be_read_is_said_once_and_tried_again_when_it_can() {
    let (server, admin, _) = library(&[("broken.png", fixtures::png_header(90, 60))]).await;
    turn(&server, &admin, true).await;
    until_progress(&server, &admin, json!([0, 0, 1])).await;
    assert_eq!(server.upkeep(PeriodicJob::Reconcile).await.unwrap()["queued"], 0, "it is not tried again and again");
    // Another version of the program can read it.
    let files = server.blob_files();
    std::fs::write(&files[0], made::converted(&fixtures::portrait(), "a.png")).unwrap();
    server.sql("UPDATE assets SET ingest_version = 2").await;
    server.upkeep(PeriodicJob::Reconcile).await.unwrap();
    until_progress(&server, &admin, json!([1, 0, 0])).await;
    assert_eq!(server.count("faces").await, 1);
}

#[tokio::test]
async fn without_a_full_screen_version_the_original_is_looked_at_upright() {
    let turned = fixtures::turned_portrait();
    let (server, admin, _) = library(&[("turned.jpg", turned)]).await;
    server.sql("DELETE FROM proxies WHERE preset = 'fullscreen'").await;
    turn(&server, &admin, true).await;
    until_progress(&server, &admin, json!([1, 0, 0])).await;
    assert_eq!(server.count("faces").await, 1);
}

#[tokio::test]
async fn without_models_nothing_is_stored_and_jobs_wait() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("version"), "7").unwrap();
    let face_models = Some(folder.path().to_owned());
    let server = start_with(Options { workers: true, face_models, ..Options::default() }).await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "a.jpg", fixtures::jpeg(60, 40)).await["id"].clone();
    server.proxies(&admin, &asset).await;
    turn(&server, &admin, true).await;
    let asset_id = AssetId::from_node_id(asset.as_str().unwrap()).unwrap();
    let (job, queue) = (Job::IndexFaces { asset_id }, server.queue().await);
    let failed = jobs::tasks::run(&job, &server.job_context(), &queue).await.unwrap_err();
    assert!(format!("{failed:#}").contains(".onnx cannot be read"), "{failed:#}");
    assert_eq!(progress(&server, &admin).await, json!([0, 1, 0]));
}
