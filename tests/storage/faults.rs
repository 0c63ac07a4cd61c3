//! Faults that pass: nobody notices them.

use super::{noise, on_s3, original};
use serde_json::json;
use std::time::Duration;
use tests::{Fault, LONG, Options};

#[tokio::test]
async fn what_fails_once_is_tried_again() {
    let (s3, server, admin) = on_s3(Options::default(), LONG).await;
    let (small, large) = (noise(100_000), noise(21 * 1024 * 1024));
    for fault in [Fault::Broken, Fault::Away, Fault::CutRequest, Fault::Slow(Duration::from_millis(300))] {
        for (method, part) in [
            ("PUT", "files"),
            ("POST", "uploads"),
            ("PUT", "partNumber=2"),
            ("POST", "uploadId"),
            ("PUT", "unfinished"),
        ] {
            s3.fail(method, part, fault, 1);
        }
        for (name, bytes) in [("small.bin", &small), ("large.bin", &large)] {
            let asset = server.upload(&admin, name, bytes.clone()).await;
            assert_eq!(asset["byteSize"], bytes.len(), "{fault:?}");
        }
        assert_eq!(s3.heal(), 0, "{fault:?} came");
        assert_eq!((s3.unfinished(), s3.objects("unfinished").len()), (0, 0), "{fault:?}");
    }
    let assets = server.data(&admin, "{ assets(first: 2) { nodes { id fileName } } }", json!(null)).await;
    for fault in [Fault::Broken, Fault::Away, Fault::CutAnswer, Fault::Slow(Duration::from_millis(300))] {
        for asset in assets["assets"]["nodes"].as_array().unwrap() {
            let expected = if asset["fileName"] == "small.bin" { &small } else { &large };
            let link = server.public_link(&admin, &asset["id"], json!({ "allowOriginal": true })).await;
            // A slow answer is an answer, and a small file needs one only.
            let times = if matches!(fault, Fault::Slow(_)) { 1 } else { 2 };
            s3.fail("GET", "files", fault, times);
            let response = server.visitor().get(&original(&link, &asset["id"])).await;
            assert_eq!(response.status(), 200, "{fault:?}");
            assert!(response.bytes().await.unwrap() == *expected, "{fault:?}");
            assert_eq!(s3.heal(), 0, "{fault:?} came");
        }
    }
}

/// The answer to the completion of an upload is lost, and S3 does not know the upload any more.
#[tokio::test]
async fn a_completion_whose_answer_is_lost_is_one() {
    let (s3, server, admin) = on_s3(Options::default(), LONG).await;
    s3.fail("POST", "uploadId", Fault::CutAnswer, 1);
    let asset = server.upload(&admin, "large.bin", noise(21 * 1024 * 1024)).await;
    assert_eq!((asset["number"].as_str(), s3.heal()), (Some("VTR-1"), 0));
    assert_eq!((s3.blobs(), s3.unfinished(), s3.objects("unfinished").len()), (1, 0, 0));
}
