//! An archive ends in the middle when its link does: the client sees a broken transfer, never a short file.

use chrono::TimeDelta;
use diesel_async::RunQueryDsl;
use reqwest::Response;
use serde_json::{Value, json};
use std::fs::File;
use storage::Blob;
use tests::{Running, Visitor, short, start};

/// More than all buffers between the server and a client that does not read.
const LARGE: u64 = 48 * 1024 * 1024;

/// Into the bin and back.
const BIN: [&str; 2] = [
    "mutation($id: ID!) { deleteAssets(ids: [$id]) { userErrors { code } } }",
    "mutation($id: ID!) { restoreAssets(ids: [$id]) { userErrors { code } } }",
];

#[derive(diesel::QueryableByName)]
struct FileRow {
    #[diesel(sql_type = diesel::sql_types::Uuid)]
    file_id: domain::FileId,
}

/// The path of the blob of an asset's original.
async fn blob(server: &Running, asset: &Value) -> std::path::PathBuf {
    let id = domain::short_id::decode::<uuid::Uuid>(short(asset)).unwrap();
    let row: FileRow = diesel::sql_query(format!("SELECT file_id FROM assets WHERE id = '{id}'"))
        .get_result(&mut server.database().await)
        .await
        .unwrap();
    server.folder.path().join("blobs").join(Blob::File(row.file_id).key())
}

/// A large file without content, and a small one after it.
async fn assets(server: &Running, admin: &str) -> [Value; 2] {
    let large = server.upload(admin, "large.bin", "large").await["id"].clone();
    let small = server.upload(admin, "small.txt", "small").await["id"].clone();
    File::options().write(true).open(blob(server, &large).await).unwrap().set_len(0).unwrap();
    File::options().write(true).open(blob(server, &large).await).unwrap().set_len(LARGE).unwrap();
    let id = domain::short_id::decode::<uuid::Uuid>(short(&large)).unwrap();
    server
        .sql(format!("UPDATE assets SET byte_size = {LARGE}, crc32 = NULL, ingest_version = 0 WHERE id = '{id}'"))
        .await;
    let job = schema::outbox::Job::ReingestAsset { asset_id: id.into() };
    jobs::tasks::run(&job, &server.job_context(), &server.queue().await).await.unwrap();
    [large, small]
}

/// Reads a download to its end; whether it is whole.
async fn is_whole(mut response: Response, begun: usize) -> bool {
    let expected: usize = response.headers()["content-length"].to_str().unwrap().parse().unwrap();
    let mut got = begun;
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) => got += chunk.len(),
            Ok(None) => {
                assert_eq!(got, expected, "a transfer that looks complete is complete");
                return true;
            }
            Err(_) => return false,
        }
    }
}

/// Begins a download, lets something happen, and reads on; whether the archive comes whole.
async fn goes_on(visitor: &Visitor, link: &Value, happens: impl Future<Output = ()>) -> bool {
    let mut response = visitor.get(&format!("{}/archive.zip", link["url"].as_str().unwrap())).await;
    assert_eq!(response.status(), 200);
    let begun = response.chunk().await.unwrap().unwrap().len();
    happens.await;
    is_whole(response, begun).await
}

#[tokio::test]
async fn it_ends_when_the_link_or_a_right_does() {
    let server = start().await;
    let admin = server.admin().await;
    let vera = server.user(&admin, "Vera", "VIEWER").await;
    let user = server.user_id(&vera).await;
    let rights = json!({ "userId": user, "rights": ["SHARE", "DOWNLOAD_ORIGINAL"] });
    let assets = assets(&server, &admin).await;
    let call = async |query: &str, variables: Value| {
        let data = server.data(&admin, query, variables).await;
        let payload = data.as_object().unwrap().values().next().unwrap().clone();
        assert!(payload["userErrors"].as_array().is_none_or(Vec::is_empty), "{payload}");
    };
    let state = "mutation($id: ID!, $state: OriginalState!) { setOriginalState(assetId: $id, state: $state) { userErrors { code } } }";
    let whole = [(0, "nothing", true), (8, "renamed", true), (9, "an old password", true)];
    let broken = [
        (1, "disabled"),
        (2, "rotated"),
        (3, "locked"),
        (4, "expired"),
        (5, "deleted"),
        (6, "a right lost"),
        (7, "archived"),
        (10, "taken out"),
        (11, "no originals"),
        (12, "put into the bin"),
    ];
    for (case, what, comes) in whole.into_iter().chain(broken.map(|(case, what)| (case, what, false))) {
        let rule = server.grant(&admin, rights.clone()).await;
        let ends = (server.services.now() + TimeDelta::days(1)).to_rfc3339();
        let mut settings = json!({ "allowOriginal": true, "expiresAt": ends });
        if case == 9 {
            settings["password"] = json!("open sesame");
        }
        let collection = server.collection(&admin, what, &assets).await;
        let link = server.collection_link(&vera, &collection, settings.clone()).await;
        let visitor = server.visitor();
        if case == 9 {
            let form = format!("{}/unlock", link["url"].as_str().unwrap());
            visitor.post_form(&form, &[("password", "open sesame")]).await;
        }
        let id = json!({ "id": link["id"] });
        let happens = async {
            match case {
                1 => call("mutation($id: ID!) { disableLink(id: $id) { userErrors { code } } }", id).await,
                2 => call("mutation($id: ID!) { rotateLink(id: $id) { userErrors { code } } }", id).await,
                3 => drop(server.update_link(&admin, &link["id"], json!({ "password": "open sesame" })).await),
                4 => server.advance(TimeDelta::days(1)),
                5 => call("mutation($id: ID!) { deleteLinks(ids: [$id]) { userErrors { code } } }", id).await,
                6 => server.revoke(&admin, &rule).await,
                7 => call(state, json!({ "id": assets[1], "state": "ARCHIVED" })).await,
                8 => drop(server.update_link(&admin, &link["id"], json!({ "name": "Other" })).await),
                // The grant ends, but the download began with it.
                9 => server.advance(TimeDelta::hours(13)),
                10 => {
                    let query = "mutation($c: ID!, $a: [ID!]!) { removeFromCollection(collectionId: $c, assetIds: $a) { userErrors { code } } }";
                    call(query, json!({ "c": collection, "a": [assets[1]] })).await;
                }
                11 => drop(server.update_link(&admin, &link["id"], json!({ "allowOriginal": false })).await),
                12 => call(BIN[0], json!({ "id": assets[1] })).await,
                _ => {}
            }
        };
        assert_eq!(goes_on(&visitor, &link, happens).await, comes, "{what}");
        if case == 12 {
            call(BIN[1], json!({ "id": assets[1] })).await;
        }
        call(state, json!({ "id": assets[1], "state": "AVAILABLE" })).await;
        if case != 6 {
            server.revoke(&admin, &rule).await;
        }
    }
}

#[tokio::test]
async fn it_ends_when_a_file_is_lost() {
    let server = start().await;
    let admin = server.admin().await;
    let assets = assets(&server, &admin).await;
    let shared = server.share(&admin, json!({ "assetIds": assets, "settings": { "allowOriginal": true } })).await;
    let lost = blob(&server, &assets[1]).await;
    let visitor = server.visitor();
    assert!(!goes_on(&visitor, &shared["link"], async { std::fs::remove_file(&lost).unwrap() }).await);
    // A file that is shorter than it was is lost in part.
    std::fs::write(&lost, "smal").unwrap();
    assert!(!goes_on(&visitor, &shared["link"], async {}).await);
    std::fs::write(&lost, "small").unwrap();
    assert!(goes_on(&visitor, &shared["link"], async {}).await);
}

#[tokio::test]
async fn a_proxy_without_watermark_is_not_sent_any_more_once_the_link_wants_one() {
    let server = tests::start_with(tests::Options { workers: true, ..tests::Options::default() }).await;
    let admin = server.admin().await;
    let mark = json!({ "file": null, "opacity": 1, "placement": "TILE" });
    server.set_watermark(&admin, mark, Some(tests::fixtures::plain_png(40, 40, [255, 0, 0]))).await;
    let [large, _] = assets(&server, &admin).await;
    let picture = server.upload(&admin, "a.jpg", tests::fixtures::jpeg(400, 300)).await["id"].clone();
    server.proxies(&admin, &picture).await;
    let settings = json!({ "allowOriginal": true, "allowProxies": true });
    let shared = server.share(&admin, json!({ "assetIds": [large, picture], "settings": settings })).await;
    let link = &shared["link"];
    let visitor = server.visitor();
    assert!(goes_on(&visitor, link, async {}).await);
    let wants = async { drop(server.update_link(&admin, &link["id"], json!({ "watermark": true })).await) };
    assert!(!goes_on(&visitor, link, wants).await);
}

#[tokio::test]
async fn a_client_that_waits_gets_no_file_that_was_decided_about_long_ago() {
    let server = start().await;
    let admin = server.admin().await;
    // Small ones: each is opened while the one before it is sent.
    let mut assets = assets(&server, &admin).await.to_vec();
    assets.reverse();
    let ends = (server.services.now() + TimeDelta::hours(1)).to_rfc3339();
    let settings = json!({ "allowOriginal": true, "expiresAt": ends });
    let shared = server.share(&admin, json!({ "assetIds": assets, "settings": settings })).await;
    let link = &shared["link"];
    let url = format!("{}/archive.zip", link["url"].as_str().unwrap());
    let archive = app::visitor::Visit::open(
        &server.services,
        app::visitor::Visitor {
            address: [127, 0, 0, 1].into(),
            unlocked: Vec::new(),
            file: None,
            counted: None,
            devices: Vec::new(),
            seen: None,
            do_not_track: false,
            is_preview_bot: false,
            is_prefetch: false,
            is_inside: false,
            headers_only: false,
        },
        url.split('/').nth_back(1).unwrap(),
        domain::LinkKind::Public,
        app::visitor::RequestedFile::default(),
    )
    .await
    .unwrap();
    let request = domain::archive::ArchiveRequest::EVERYTHING;
    let opened = archive.archive(request).await.unwrap();
    for waits in [false, true] {
        let length = opened.layout().byte_size();
        let mut reader = opened.reader(server.services.clone(), &archive, 0..length);
        reader.begin().await.unwrap();
        let mut bytes = Box::pin(reader.into_stream());
        let first = futures::StreamExt::next(&mut bytes).await.unwrap().unwrap();
        assert!(first.ends_with(b"small"));
        if waits {
            server.advance(TimeDelta::hours(1));
        }
        let next = futures::StreamExt::next(&mut bytes).await.unwrap();
        assert_eq!(next.is_err(), waits);
    }
}
