//! `retryProxies`: another attempt at what could not be made.

use crate::jobs::hands::{Hands, abort, read};
use domain::short_id;
use schema::outbox::{Job, Lane, Priority};
use serde_json::{Value, json};
use tests::{Options, Running, fixtures, short, start, start_with};

const RETRY: &str = "mutation($id: ID!) { retryProxies(assetId: $id) {
    asset { failureReason proxies { preset watermarked state } } userErrors { code field message } } }";

/// Has all proxies of an asset fail.
const FAIL: &str = "UPDATE proxies SET state = 'FAILED', reason = 'It rained.', file_id = NULL, media_type = NULL,
    byte_size = NULL, width = NULL, height = NULL, crc32 = NULL";

async fn retry(server: &Running, token: &str, asset: &Value) -> Value {
    let payload = server.data(token, RETRY, json!({ "id": asset })).await["retryProxies"].clone();
    assert_eq!(payload["userErrors"], json!([]));
    payload["asset"].clone()
}

fn states(proxies: &Value, watermarked: bool) -> Vec<&str> {
    let all = proxies.as_array().unwrap().iter().filter(|proxy| proxy["watermarked"] == watermarked);
    all.map(|proxy| proxy["state"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn what_failed_is_made_also_the_watermarked_pictures_that_a_link_needs() {
    let server = start_with(Options { workers: true, ..Options::default() }).await;
    let admin = server.admin().await;
    server.set_watermark(&admin, json!({ "file": null }), Some(fixtures::plain_png(20, 10, [255, 0, 255]))).await;
    let (mut assets, mut links) = (Vec::new(), Vec::new());
    for name in ["a.jpg", "b.jpg"] {
        let asset = server.upload(&admin, name, fixtures::jpeg(40, 30)).await["id"].clone();
        let link = server.public_link(&admin, &asset, json!({ "watermark": true })).await["id"].clone();
        assert_eq!(states(&server.proxies(&admin, &asset).await, true), ["READY"; 3]);
        assets.push(asset);
        links.push(link);
    }
    server.sql(FAIL).await;
    let delete = "mutation($ids: [ID!]!) { deleteLinks(ids: $ids) { deletedIds } }";
    server.data(&admin, delete, json!({ "ids": [links[1]] })).await;

    for (asset, marked) in assets.iter().zip(["READY", "FAILED"]) {
        let asked = retry(&server, &admin, asset).await;
        assert_eq!((states(&asked["proxies"], false), &asked["failureReason"]), (vec!["PENDING"; 3], &Value::Null));
        let made = server.proxies(&admin, asset).await;
        assert_eq!((states(&made, false), states(&made, true)), (vec!["READY"; 3], vec![marked; 3]), "{made}");
    }
}

#[tokio::test]
async fn watermarked_pictures_that_were_never_begun_are_made_with_the_plain_ones() {
    let server = start_with(Options { workers: true, ..Options::default() }).await;
    let admin = server.admin().await;
    server.set_watermark(&admin, json!({ "file": null }), Some(fixtures::plain_png(20, 10, [255, 0, 255]))).await;
    let asset = server.upload(&admin, "a.jpg", fixtures::jpeg(40, 30)).await["id"].clone();
    server.proxies(&admin, &asset).await;
    server.sql(FAIL).await;
    // The link is to a collection, so that one member can fail.
    let other = server.upload(&admin, "b.jpg", fixtures::jpeg(30, 40)).await["id"].clone();
    let collection = server.collection(&admin, "C", &[asset.clone(), other]).await;
    server.collection_link(&admin, &collection, json!({ "watermark": true })).await;
    retry(&server, &admin, &asset).await;
    let made = server.proxies(&admin, &asset).await;
    assert_eq!((states(&made, false), states(&made, true)), (vec!["READY"; 3], vec!["READY"; 3]), "{made}");
}

#[tokio::test]
async fn a_job_that_has_just_given_up_is_queued_again_at_once() {
    let server = start().await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "a.wav", "no sound").await["id"].clone();
    let hands = Hands::of(&server, "a worker", Lane::Pictures).await;
    let job = Job::IngestAsset { asset_id: short_id::decode(short(&asset)).unwrap() };
    hands.push(&job, Priority::Background).await;
    hands.end(&hands.take().await.unwrap(), abort()).await;
    hands.push(&job, Priority::Background).await;
    assert_eq!(hands.depths().await, [0, 0, 0, 1], "a push does not revive it for an hour");
    retry(&server, &admin, &asset).await;
    assert_eq!(hands.depths().await, [1, 0, 0, 0]);
    assert_eq!(read(&hands.take().await.unwrap()), job);
}
