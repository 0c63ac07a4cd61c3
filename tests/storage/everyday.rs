//! What people do every day, with blobs in a bucket.

use super::{noise, on_s3, original};
use crate::pages::archive::zips::unzipped;
use serde_json::{Value, json};
use std::{fs, io};
use tests::{LONG, Options, fixtures, made, short};

/// The bytes of a file of a link.
async fn file(server: &tests::Running, link: &Value, asset: &Value, name: &str) -> Vec<u8> {
    let path = format!("{}/assets/{}/{name}", link["url"].as_str().unwrap(), short(asset));
    let response = server.visitor().get(&path).await;
    assert_eq!(response.status(), 200, "{path}");
    response.bytes().await.unwrap().to_vec()
}

#[tokio::test]
async fn files_of_all_kinds_are_stored_examined_shown_and_handed_out() {
    let (s3, server, admin) = on_s3(Options { workers: true, ..Options::default() }, LONG).await;
    let photo = fixtures::detailed_jpeg(640, 480);
    let originals = [
        ("a.jpg", photo.clone(), "IMAGE", 3),
        ("b.heic", made::heif(&photo, false), "IMAGE", 3),
        ("c.mp4", made::video("c.mp4", "640x360", 1), "VIDEO", 3),
        ("d.pdf", api::installation::samples::pdf().into_bytes(), "DOCUMENT", 3),
    ];
    let mut assets = Vec::new();
    for (name, bytes, kind, _) in &originals {
        let asset = server.upload(&admin, name, bytes.clone()).await;
        assert_eq!(asset["kind"], *kind, "{name}");
        assets.push(asset["id"].clone());
    }
    for (asset, (name, _, _, count)) in assets.iter().zip(&originals) {
        let proxies = server.proxies(&admin, asset).await;
        let ready = proxies.as_array().unwrap().iter().filter(|proxy| proxy["state"] == "READY").count();
        assert_eq!(ready, *count, "{name}: {proxies}");
    }
    assert_eq!((s3.objects("files").len(), s3.objects("proxies").len()), (4, 12));
    assert_eq!((s3.objects("unfinished").len(), server.blobs()), (0, 0), "nothing is in the folder of the server");

    let collection = server.collection(&admin, "All", &assets).await;
    let link =
        server.collection_link(&admin, &collection, json!({ "allowOriginal": true, "allowProxies": true })).await;
    for (asset, (name, bytes, ..)) in assets.iter().zip(&originals) {
        assert!(file(&server, &link, asset, "original").await == *bytes, "{name}");
    }
    let preview = file(&server, &link, &assets[0], "preview").await;
    assert!(fixtures::alike(fixtures::middle(&preview), fixtures::middle(&photo)));
    let zip = server.visitor().get(&format!("{}/archive.zip", link["url"].as_str().unwrap())).await;
    let unpacked = unzipped(&zip.bytes().await.unwrap());
    for (name, bytes, ..) in &originals {
        assert!(unpacked.iter().any(|(path, found)| path.ends_with(name) && found == bytes), "{name}");
    }
}

#[tokio::test]
async fn a_watermark_is_drawn_and_a_deleted_asset_takes_its_blobs_along() {
    let (s3, server, admin) = on_s3(Options { workers: true, ..Options::default() }, LONG).await;
    let mark = fixtures::plain_png(40, 40, [255, 0, 255]);
    let payload =
        server.set_watermark(&admin, json!({ "file": null, "opacity": 1.0, "placement": "CENTER" }), Some(mark)).await;
    assert!(payload["workspace"].is_object(), "{payload}");
    let asset = server.upload(&admin, "a.jpg", fixtures::jpeg(400, 300)).await["id"].clone();
    let link = server.public_link(&admin, &asset, json!({ "watermark": true })).await;
    server.proxies(&admin, &asset).await;
    let seen = fixtures::middle(&file(&server, &link, &asset, "preview").await);
    assert!(fixtures::alike(seen, [255, 0, 255]), "{seen:?}");
    let before = s3.blobs();
    let delete = "mutation($ids: [ID!]!) { deleteAssets(ids: $ids) { deletedIds } }";
    server.data(&admin, delete, json!({ "ids": [asset] })).await;
    server.advance(chrono::TimeDelta::days(31));
    let report = server.upkeep(schema::periodic::PeriodicJob::CollectGarbage).await.unwrap();
    assert_eq!(report["assets"], 1, "{report:?}");
    assert_eq!(s3.blobs(), 1, "the watermark stays, of {before} blobs");
}

/// Programs read a download, which is in a folder that is swept when its process is killed, and gone afterwards.
#[tokio::test]
async fn a_file_for_programs_lasts_as_long_as_it_is_used_and_is_loaded_once_for_an_examination() {
    let (s3, server, admin) = on_s3(Options::default(), LONG).await;
    let photo = fixtures::jpeg(400, 300);
    let asset = server.upload(&admin, "a.jpg", photo.clone()).await["id"].clone();
    let id: uuid::Uuid = domain::short_id::decode(short(&asset)).unwrap();
    s3.seen();
    let job = schema::outbox::Job::IngestAsset { asset_id: id.into() };
    jobs::tasks::run(&job, &server.job_context(), &server.queue().await).await.unwrap();
    let loads = s3.seen().into_iter().filter(|request| request.starts_with("GET") && request.contains("/files/"));
    assert_eq!(loads.count(), 1);
    let mut conn = server.services.pool.get().await.unwrap();
    let file = schema::assets::find(&mut conn, id.into()).await.unwrap().unwrap().file_id.unwrap();
    let scratch = || media::scratch().map_err(io::Error::other);
    let file = server.services.storage.file(storage::Blob::File(file), scratch).await.unwrap();
    assert!(fs::read(&file).unwrap() == photo);
    let folder = file.parent().unwrap().to_owned();
    let name = folder.file_name().unwrap().to_str().unwrap();
    assert!(name.starts_with(&format!("vitrine-{}-", std::process::id())), "{name}");
    drop(file);
    assert!(!folder.exists());
}

#[tokio::test]
async fn a_small_blob_is_read_once_and_only_the_wanted_range_of_a_large_one() {
    let (s3, server, admin) = on_s3(Options::default(), LONG).await;
    let bytes = noise(5_000_000);
    let asset = server.upload(&admin, "a.bin", bytes.clone()).await["id"].clone();
    let link = server.public_link(&admin, &asset, json!({ "allowOriginal": true })).await;
    let path = original(&link, &asset);
    let visitor = server.visitor();
    for (range, from, to) in [
        ("bytes=0-0", 0, 1),
        ("bytes=2097151-2097152", 2_097_151, 2_097_153),
        ("bytes=1000-3500000", 1000, 3_500_001),
        ("bytes=-7", 4_999_993, 5_000_000),
        ("bytes=1-", 1, 5_000_000),
    ] {
        s3.seen();
        let response = visitor.request(reqwest::Method::GET, &path).header("range", range).send().await.unwrap();
        assert_eq!(response.status(), 206, "{range}");
        assert!(response.bytes().await.unwrap() == bytes[from..to], "{range}");
        let asked = s3.seen().len();
        assert!(asked <= (to - from).div_ceil(2_097_152), "{range}: {asked} requests");
    }
}
