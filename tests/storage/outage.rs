//! An S3 that is away for long, or refuses everything: each page and call says so, nothing half is left, and jobs wait.

use super::{SOON, noise, on_s3, original, until};
use api::config::ObjectStorage;
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use storage::StorageError;
use tests::{Fault, LONG, Options, Running, S3, fixtures};

const UPLOAD: &str =
    "mutation($input: UploadAssetInput!) { uploadAsset(input: $input) { asset { id } userErrors { code } } }";

async fn assets(server: &Running, admin: &str) -> Value {
    server.data(admin, "{ assets { totalCount } workspace { storage { used } } }", Value::Null).await
}

#[tokio::test]
async fn everybody_is_told_soon_and_nothing_is_left() {
    let (s3, server, admin) = on_s3(Options::default(), SOON).await;
    let asset = server.upload(&admin, "a.jpg", fixtures::jpeg(40, 30)).await["id"].clone();
    let collection = server.collection(&admin, "All", std::slice::from_ref(&asset)).await;
    let link = server.collection_link(&admin, &collection, json!({ "allowOriginal": true })).await;
    let page = link["url"].as_str().unwrap();
    let signed = "query($id: ID!) { asset(id: $id) { originalUrl } }";
    let signed = server.data(&admin, signed, json!({ "id": asset })).await["asset"]["originalUrl"].clone();
    let before = assets(&server, &admin).await;
    let visitor = server.visitor();
    for fault in [Fault::Broken, Fault::Away, Fault::Skewed, Fault::Denied, Fault::Slow(LONG)] {
        s3.fail("", "", fault, usize::MAX);
        let original = original(&link, &asset);
        for path in [original.as_str(), signed.as_str().unwrap()] {
            let asked = Instant::now();
            let response = visitor.get(path).await;
            assert_eq!(response.status(), 503, "{fault:?}: {path}");
            assert!(asked.elapsed() < Duration::from_secs(5), "{fault:?}: {:?}", asked.elapsed());
        }
        assert_eq!(visitor.get(page).await.status(), 200, "{fault:?}: the page itself needs no blob");
        assert_eq!(visitor.get("/readyz").await.status(), 200, "{fault:?}: another process would not help");
        // A part that is cut off in time takes as long as it may, so that slow servers are left out here.
        if !matches!(fault, Fault::Slow(_)) {
            for size in [1000, 21 * 1024 * 1024] {
                let input = json!({ "file": null });
                let answer = server.upload_call(&admin, UPLOAD, input, "b.bin", noise(size)).await;
                let answer: Value = answer.json().await.unwrap();
                assert_eq!(answer["errors"][0]["extensions"]["code"], "UNAVAILABLE", "{fault:?}: {answer}");
            }
        }
        s3.heal();
        assert_eq!((assets(&server, &admin).await, s3.blobs(), s3.unfinished()), (before.clone(), 1, 0), "{fault:?}");
        assert_eq!(visitor.get(&original).await.status(), 200, "{fault:?} has passed");
    }
}

/// The message of what the storage says of itself.
async fn told(server: &Running) -> String {
    match server.services.storage.check().await.unwrap_err() {
        error @ StorageError::Refused(_) => error.to_string(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_refusal_says_what_to_do() {
    let (s3, server, _) = on_s3(Options::default(), SOON).await;
    server.services.storage.check().await.unwrap();
    s3.fail("", "", Fault::Skewed, 1);
    assert!(told(&server).await.contains("the clock of this machine"));
    s3.fail("", "", Fault::Denied, 1);
    assert!(told(&server).await.contains("no right to do this"));
    let (place, options) = s3.storage(SOON);
    let wrong_key = ObjectStorage { s3_access_key_id: Some("wrong-key".to_owned()), ..options.clone() };
    let wrong_secret = ObjectStorage { s3_secret_access_key: Some("wrong".to_owned()), ..options.clone() };
    for (place, options, says) in [
        (place.as_str(), wrong_key, "VITRINE_S3_ACCESS_KEY_ID"),
        (place.as_str(), wrong_secret, "VITRINE_S3_SECRET_ACCESS_KEY"),
        ("s3://elsewhere", options, "the bucket does not exist"),
    ] {
        let storage = Some((place.to_owned(), options));
        let other = tests::start_with(Options { storage, ..Options::default() }).await;
        let message = told(&other).await;
        assert!(message.contains(says), "{place}: {message}");
        assert!(!message.contains("wrong"), "{message}");
    }
}

#[tokio::test]
async fn a_full_bucket_takes_nothing_and_shows_what_it_has() {
    let (s3, server, admin) = on_s3(Options::default(), SOON).await;
    let asset = server.upload(&admin, "a.jpg", fixtures::jpeg(40, 30)).await["id"].clone();
    let link = server.public_link(&admin, &asset, json!({ "allowOriginal": true })).await;
    let before = assets(&server, &admin).await;
    s3.fill();
    for size in [10_000, 21 * 1024 * 1024] {
        let answer = server.upload_call(&admin, UPLOAD, json!({ "file": null }), "b.bin", noise(size)).await;
        let answer: Value = answer.json().await.unwrap();
        let message = answer["errors"][0]["message"].as_str().unwrap();
        assert!(message.contains("Ask the operator of the server for more space"), "{answer}");
    }
    until("it is gone again", || s3.unfinished() == 0 && s3.objects("unfinished").is_empty()).await;
    assert_eq!((assets(&server, &admin).await, s3.blobs()), (before, 1));
    assert_eq!(server.visitor().get(&original(&link, &asset)).await.status(), 200);
}

/// Jobs do not use up their attempts while S3 is away.
#[tokio::test]
async fn jobs_wait_until_it_is_back() {
    let (s3, server, admin) = on_s3(Options::default(), SOON).await;
    let asset = server.upload(&admin, "a.jpg", fixtures::jpeg(400, 300)).await["id"].clone();
    s3.seen();
    s3.fail("", "", Fault::Broken, usize::MAX);
    let workers = server.workers();
    asked_again(&s3, 12).await;
    let proxies = "query($id: ID!) { asset(id: $id) { proxies { state } } }";
    let data = server.data(&admin, proxies, json!({ "id": asset })).await;
    assert!(data["asset"]["proxies"].as_array().unwrap().iter().all(|proxy| proxy["state"] == "PENDING"), "{data}");
    let queue = server.queue().await;
    assert_eq!(queue.depths().await.unwrap().iter().map(|lane| lane.dead).sum::<usize>(), 0);
    s3.heal();
    let made = server.proxies(&admin, &asset).await;
    assert!(made.as_array().unwrap().iter().all(|proxy| proxy["state"] == "READY"), "{made}");
    workers.stop().await;
}

/// Waits until S3 was asked so often in vain.
async fn asked_again(s3: &S3, times: usize) {
    let mut asked = 0;
    let waits = async {
        while asked < times {
            asked += s3.seen().len();
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(LONG, waits).await.expect("it is asked again");
}
