//! The room that files may take up: a workspace's, a user's, a file's, and the disk's.

use api::config::Uploads;
use bytesize::ByteSize;
use futures::future::join_all;
use serde_json::{Value, json};
use std::time::Duration;
use tests::{
    LONG, Options, Running,
    multipart::{END, file_head, upload},
    start_with,
};

const FEW: u64 = 16 * 1024 * 1024;

async fn limited(workspace: Option<u64>, user: Option<u64>) -> Running {
    let default = Options::default();
    let uploads = Uploads {
        workspace_quota: workspace.map(ByteSize::b),
        user_quota: user.map(ByteSize::b),
        ..default.uploads.clone()
    };
    start_with(Options { uploads, ..default }).await
}

/// What uploading so many bytes comes to: `done`, or code and message of the refusal.
async fn add(server: &Running, token: &str, bytes: usize) -> (String, String) {
    let query = "mutation($input: UploadAssetInput!) { uploadAsset(input: $input) {
        asset { id } userErrors { code field message } } }";
    let answer = server.upload_call(token, query, json!({ "file": null }), "a.txt", vec![b'x'; bytes]).await;
    outcome(&answer.json().await.unwrap())
}

fn outcome(answer: &Value) -> (String, String) {
    let payload = &answer["data"]["uploadAsset"];
    if payload["asset"].is_object() {
        return ("done".into(), String::new());
    }
    let error = &payload["userErrors"][0];
    assert_eq!(error["field"], json!(["file"]), "{answer}");
    (error["code"].as_str().unwrap().into(), error["message"].as_str().unwrap().into())
}

async fn used(server: &Running, token: &str) -> Value {
    let query = "{ workspace { storage { used limit } } viewer { storage { used limit } } }";
    let data = server.data(token, query, Value::Null).await;
    json!([data["workspace"]["storage"], data["viewer"]["storage"]])
}

#[tokio::test]
async fn a_workspace_is_filled_to_the_last_byte_and_no_further() {
    let server = limited(Some(10), None).await;
    let admin = server.admin().await;
    assert_eq!(used(&server, &admin).await[0], json!({ "used": 0, "limit": 10 }));
    assert_eq!(add(&server, &admin, 6).await.0, "done");
    let (code, message) = add(&server, &admin, 5).await;
    assert_eq!(code, "QUOTA_EXCEEDED");
    assert_eq!(
        message,
        "The files of this workspace use 6 B of 10 B; this file is larger than the remaining 4 B. Ask the operator of \
         the server for more space."
    );
    assert_eq!((add(&server, &admin, 4).await.0.as_str(), server.blobs()), ("done", 2));
    let expected = json!([{ "used": 10, "limit": 10 }, { "used": 10, "limit": null }]);
    assert_eq!(used(&server, &admin).await, expected);
    assert_eq!((add(&server, &admin, 1).await.0.as_str(), server.blobs()), ("QUOTA_EXCEEDED", 2));
    // Another workspace has room of its own.
    server.add_workspace("FOR", "foreign@example.com", "another long password").await;
    let foreign = server.sign_in("foreign@example.com", "another long password").await;
    assert_eq!(add(&server, &foreign, 10).await.0, "done");
    assert_eq!(used(&server, &admin).await, expected);
}

#[tokio::test]
async fn a_file_that_cannot_fit_is_refused_before_or_while_it_comes() {
    let server = limited(Some(1_000_000), None).await;
    let admin = server.admin().await;
    let begun = upload(&json!({ "file": null })) + &file_head("0");
    // It says how large it is: not a byte of it is waited for.
    let (status, answer) = server.begin(&admin, Some(2_000_000), &begun).await.answer().await;
    assert_eq!((status, outcome(&answer).0.as_str()), (200, "QUOTA_EXCEEDED"));
    // It does not.
    let (taken, status, answer) = server.begin(&admin, None, &begun).await.flood().await;
    assert_eq!((status, outcome(&answer).0.as_str()), (200, "QUOTA_EXCEEDED"));
    assert!(taken < FEW, "{taken} bytes were taken");
    assert_eq!(server.blobs(), 0);
    assert_eq!(add(&server, &admin, 1_000_000).await.0, "done");
    // Where no room is left at all, nothing is read either.
    let (taken, _, answer) = server.begin(&admin, None, &begun).await.flood().await;
    assert_eq!(outcome(&answer).0, "QUOTA_EXCEEDED");
    assert!(taken < FEW, "{taken} bytes were taken");
    assert_eq!(server.blobs(), 1);
}

#[tokio::test]
async fn those_that_come_at_once_do_not_pass_it_together() {
    let server = limited(Some(10), Some(8)).await;
    let admin = server.admin().await;
    let eddi = server.user(&admin, "Eddi", "EDITOR").await;
    let begun = upload(&json!({ "file": null })) + &file_head("0");
    let (first, second) = (server.begin(&admin, None, &begun).await, server.begin(&eddi, None, &begun).await);
    let both = async {
        while server.blobs() < 2 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(LONG, both).await.expect("both have been told that there is room");
    let last = format!("123456\r\n{END}");
    let (first, second) = tokio::join!(first.end(last.as_bytes()), second.end(last.as_bytes()));
    let mut outcomes = [outcome(&first.1), outcome(&second.1)];
    outcomes.sort();
    assert_eq!((outcomes[0].0.as_str(), outcomes[1].0.as_str(), server.blobs()), ("QUOTA_EXCEEDED", "done", 1));
    assert!(outcomes[0].1.contains("use 6 B of 10 B"), "{outcomes:?}");
    // One by one, and many at once.
    let tries = join_all((0..12).map(|index| add(&server, if index % 2 == 0 { &admin } else { &eddi }, 1))).await;
    assert_eq!(tries.iter().filter(|(code, _)| code == "done").count(), 4, "{tries:?}");
    assert_eq!((used(&server, &admin).await[0]["used"].clone(), server.blobs()), (json!(10), 5));
    let numbers = server.data(&admin, "{ assets { nodes { number } } }", Value::Null).await.to_string();
    assert!((1..=5).all(|number| numbers.contains(&format!("VTR-{number}"))), "no number is lost: {numbers}");
}

#[tokio::test]
async fn a_user_has_a_quota_of_their_own_which_others_do_not_see() {
    let server = limited(None, Some(10)).await;
    let admin = server.admin().await;
    let eddi = server.user(&admin, "Eddi", "EDITOR").await;
    assert_eq!(add(&server, &eddi, 10).await.0, "done");
    let (code, message) = add(&server, &eddi, 1).await;
    assert_eq!(code, "QUOTA_EXCEEDED");
    assert!(message.starts_with("Your files use 10 B of 10 B;"), "{message}");
    assert_eq!(add(&server, &admin, 3).await.0, "done");
    let expected = json!([{ "used": 13, "limit": null }, { "used": 10, "limit": 10 }]);
    assert_eq!(used(&server, &eddi).await, expected);
    let (own, other) = (server.user_id(&eddi).await, server.user_id(&admin).await);
    let query = "query($id: ID!) { node(id: $id) { ... on User { storage { used } } } }";
    for (token, id, seen) in [
        (&eddi, &own, json!({ "used": 10 })),
        (&admin, &own, json!({ "used": 10 })),
        (&admin, &other, json!({ "used": 3 })),
        (&eddi, &other, Value::Null),
    ] {
        let data = server.data(token, query, json!({ "id": id })).await;
        assert_eq!(data["node"]["storage"], seen);
    }
    let sign_in = "mutation { signIn(input: { email: \"eddi@example.com\", password: \"a long password\" }) {
        viewer { storage { used } } } }";
    assert_eq!(server.data("", sign_in, Value::Null).await["signIn"]["viewer"]["storage"], Value::Null);
}

#[tokio::test]
async fn attachments_count_and_what_is_deleted_does_not() {
    let server = limited(Some(20), Some(12)).await;
    let admin = server.admin().await;
    let eddi = server.user(&admin, "Eddi", "EDITOR").await;
    let asset = server.upload(&admin, "a.txt", "12345").await["id"].clone();
    server.attach(&eddi, &asset, "b.txt", "1234567890").await;
    server.external("c.txt").await;
    let whole = json!([{ "used": 15, "limit": 20 }, { "used": 10, "limit": 12 }]);
    assert_eq!(used(&server, &eddi).await, whole);
    let query =
        "mutation($input: AttachFileInput!) { attachFile(input: $input) { userErrors { code field message } } }";
    for (token, reason) in [(&eddi, "Your files use 10 B"), (&admin, "this workspace use 15 B")] {
        let input = json!({ "file": null, "assetId": asset });
        let answer = server.upload_call(token, query, input, "d.txt", "123456").await.json::<Value>().await.unwrap();
        let error = &answer["data"]["attachFile"]["userErrors"][0];
        assert_eq!((&error["code"], &error["field"]), (&json!("QUOTA_EXCEEDED"), &json!(["file"])), "{answer}");
        assert!(error["message"].as_str().unwrap().contains(reason), "{answer}");
    }
    assert_eq!(server.blobs(), 2);

    // The count can be made anew from what is there; who attached what is not known then.
    let migration = |way: &str| {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../migrations/2026-11-28-000016_storage_use");
        // The table was called so when the migration was written.
        std::fs::read_to_string(format!("{folder}/{way}.sql")).unwrap().replace("ON assets", "ON all_assets")
    };
    server.sql(migration("down")).await;
    server.sql(migration("up")).await;
    let server = server.another();
    let (admin, eddi) = (server.admin().await, server.sign_in("eddi@example.com", "a long password").await);
    assert_eq!(used(&server, &admin).await, json!([{ "used": 15, "limit": null }, { "used": 5, "limit": null }]));
    server.attach(&eddi, &asset, "e.txt", "123").await;
    assert_eq!(used(&server, &eddi).await, json!([{ "used": 18, "limit": null }, { "used": 3, "limit": null }]));
    server.sql("DELETE FROM attachments WHERE byte_size = 10").await;
    assert_eq!(used(&server, &eddi).await, json!([{ "used": 8, "limit": null }, { "used": 3, "limit": null }]));
    server.sql("DELETE FROM assets").await;
    for token in [&admin, &eddi] {
        assert_eq!(used(&server, token).await, json!([{ "used": 0, "limit": null }, { "used": 0, "limit": null }]));
    }
    server.sql("DELETE FROM workspaces").await;
}

#[tokio::test]
async fn no_file_is_larger_than_the_largest() {
    let default = Options::default();
    let uploads = Uploads { max_file: ByteSize::b(100_000), ..default.uploads.clone() };
    let server = start_with(Options { uploads, ..default }).await;
    let admin = server.admin().await;
    assert_eq!(add(&server, &admin, 100_000).await.0, "done");
    let (code, message) = add(&server, &admin, 100_001).await;
    assert_eq!(code, "FILE_TOO_LARGE");
    assert_eq!(message, "The file is larger than 100.0 kB, the largest size that is allowed here.");
    let begun = upload(&json!({ "file": null })) + &file_head("0");
    for length in [None, Some(100_000_000)] {
        let (taken, status, answer) = server.begin(&admin, length, &begun).await.flood().await;
        assert_eq!((status, outcome(&answer).0.as_str()), (200, "FILE_TOO_LARGE"));
        assert!(taken < FEW, "{taken} bytes were taken");
    }
    // What announces the file does not count, also where it comes after the operation has begun.
    let rest = format!("{}{}\r\n{END}", file_head("0"), "x".repeat(100_000));
    let before = upload(&json!({ "file": null }));
    let slow = server.begin(&admin, Some((before.len() + rest.len()) as u64), &before).await;
    used(&server, &admin).await;
    let (status, answer) = slow.end(rest.as_bytes()).await;
    assert_eq!((status, outcome(&answer).0.as_str(), server.blobs()), (200, "done", 2));
}

#[tokio::test]
async fn a_disk_that_is_nearly_full_takes_nothing_in() {
    let default = Options::default();
    let uploads = Uploads { min_free_disk: ByteSize::pb(100), ..default.uploads.clone() };
    let server = start_with(Options { uploads, ..default }).await;
    let admin = server.admin().await;
    let begun = upload(&json!({ "file": null })) + &file_head("0");
    for length in [None, Some(100_000_000)] {
        let (taken, status, answer) = server.begin(&admin, length, &begun).await.flood().await;
        let error = &answer["errors"][0];
        assert_eq!((status, &error["extensions"]["code"]), (503, &json!("UNAVAILABLE")), "{answer}");
        assert!(error["message"].as_str().unwrap().contains("nearly full"), "{answer}");
        assert!(taken < FEW, "{taken} bytes were taken");
    }
    assert_eq!(server.blobs(), 0);
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.txt"), "text").unwrap();
    let report = api::installation::import::run(&server.services, folder.path(), false).await.unwrap();
    assert_eq!((report.added, report.failed.len(), server.blobs()), (0, 1, 0), "{report:?}");
    assert!(report.failed[0].1.contains("nearly full"), "{report:?}");
}

#[tokio::test]
async fn an_import_keeps_to_the_same() {
    let server = limited(Some(40), None).await;
    let admin = server.admin().await;
    let folder = tempfile::tempdir().unwrap();
    for (name, size) in [("1.txt", 30), ("2.txt", 20), ("3.txt", 10)] {
        std::fs::write(folder.path().join(name), vec![b'x'; size]).unwrap();
    }
    let report = api::installation::import::run(&server.services, folder.path(), false).await.unwrap();
    assert_eq!((report.added, server.blobs()), (2, 2), "{report:?}");
    assert!(report.failed[0].1.contains("use 30 B of 40 B"), "{report:?}");
    assert_eq!(used(&server, &admin).await[0], json!({ "used": 40, "limit": 40 }));
}
