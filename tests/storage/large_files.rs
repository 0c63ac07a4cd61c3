//! Files that are larger than a part of an upload: in parts to S3, and back in ranges.

use super::{noise, on_s3, original, until};
use futures::StreamExt;
use serde_json::{Value, json};
use storage::Blob;
use tests::{
    LONG, Options,
    multipart::{file_head, upload},
};

/// More than two parts.
const SIZE: usize = 25 * 1024 * 1024 + 5;

#[tokio::test]
async fn a_large_file_goes_in_parts_of_one_size_and_comes_back_the_same() {
    let (s3, server, admin) = on_s3(Options::default(), LONG).await;
    let bytes = noise(SIZE);
    s3.seen();
    let asset = server.upload(&admin, "a.bin", bytes.clone()).await;
    assert_eq!(asset["byteSize"], SIZE);
    let parts: Vec<String> = s3.seen().into_iter().filter(|request| request.contains("partNumber=")).collect();
    assert_eq!(parts.len(), 3, "{parts:?}");
    assert_eq!((s3.objects("files").len(), s3.objects("unfinished").len(), s3.unfinished()), (1, 0, 0));
    let link = server.public_link(&admin, &asset["id"], json!({ "allowOriginal": true })).await;
    let response = server.visitor().get(&original(&link, &asset["id"])).await;
    assert!(response.bytes().await.unwrap() == bytes);
    // What fits into one part goes at once.
    s3.seen();
    server.upload(&admin, "b.bin", noise(10 * 1024 * 1024)).await;
    let seen = s3.seen();
    assert!(!seen.iter().any(|request| request.contains("upload")), "{seen:?}");
}

/// A client that takes one piece after the other makes S3 send one more than it has taken, and no request waits for it.
#[tokio::test]
async fn no_more_than_the_next_piece_is_read_ahead() {
    let (s3, server, _) = on_s3(Options::default(), LONG).await;
    let storage = &server.services.storage;
    let mut writer = storage.begin_file().await.unwrap();
    writer.write(noise(SIZE).into()).await.unwrap();
    let stored = writer.finish().await.unwrap();
    s3.seen();
    let mut pieces = storage.read(Blob::File(stored.id), 0..stored.byte_size).await.unwrap().into_stream();
    let (mut taken, mut asked) = (0, s3.seen().len());
    assert_eq!(asked, 1);
    while let Some(piece) = pieces.next().await {
        taken += 1;
        assert!(piece.unwrap().len() <= 2 * 1024 * 1024);
        asked += s3.seen().len();
        assert!(asked <= taken + 1, "{asked} pieces were asked for, {taken} taken");
    }
    assert_eq!((taken, asked), (13, 13));
}

#[tokio::test]
async fn an_upload_that_is_cut_is_aborted() {
    let (s3, server, admin) = on_s3(Options::default(), LONG).await;
    let begun = upload(&json!({ "file": null })) + &file_head("0");
    let mut slow = server.begin(&admin, Some(100_000_000), &begun).await;
    slow.send(&noise(SIZE)).await.unwrap();
    // The second part is sent when the first one has arrived.
    until("a part of it is stored", || s3.seen().iter().any(|request| request.contains("partNumber=2"))).await;
    assert_eq!((s3.unfinished(), s3.objects("unfinished").len()), (1, 1));
    drop(slow);
    until("it is gone again", || s3.unfinished() == 0 && s3.objects("unfinished").is_empty()).await;
    assert_eq!(s3.blobs(), 0);
    let used = server.data(&admin, "{ assets { totalCount } workspace { storage { used } } }", Value::Null).await;
    assert_eq!(used, json!({ "assets": { "totalCount": 0 }, "workspace": { "storage": { "used": 0 } } }));
}
