//! Half an upload leaves nothing.

use serde_json::Value;
use std::{io::Write, net::TcpStream, time::Duration};
use tests::{Running, start};

const OPERATIONS: &str = r#"{"query":"mutation($input: UploadAssetInput!) { uploadAsset(input: $input) { asset { number } userErrors { code } } }","variables":{"input":{"file":null}}}"#;
const MAP: &str = r#"{"0":["variables.input.file"]}"#;

fn field(name: &str, content: &str) -> String {
    format!("--cut\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{content}\r\n")
}

fn file(name: &str, content: &str) -> String {
    format!("--cut\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"a.txt\"\r\n\r\n{content}\r\n")
}

async fn until(what: &str, done: impl Fn() -> bool) {
    let wait = async {
        while !done() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), wait).await.unwrap_or_else(|_| panic!("{what}"));
}

async fn assert_nothing_is_left(server: &Running, admin: &str) {
    assert_eq!(server.data(admin, "{ assets { totalCount } }", Value::Null).await["assets"]["totalCount"], 0);
    assert_eq!(server.blobs(), 0);
    assert_eq!(server.upload(admin, "next.txt", "next").await["number"], "VTR-1", "no number is lost");
}

#[tokio::test]
async fn an_upload_that_is_cut_leaves_no_row_and_no_blob() {
    let server = start().await;
    let admin = server.admin().await;
    let head = field("operations", OPERATIONS) + &field("map", MAP) + &file("0", "");
    let head = head.trim_end_matches("\r\n").to_owned() + "\r\n\r\n";
    let address = server.url.strip_prefix("http://").unwrap().to_owned();
    let mut connection = TcpStream::connect(&address).unwrap();
    write!(
        connection,
        "POST /graphql HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {admin}\r\nContent-Length: 100000000\r\n\
         Content-Type: multipart/form-data; boundary=cut\r\n\r\n{head}"
    )
    .unwrap();
    connection.write_all(&vec![b'x'; 20_000_000]).unwrap();
    until("some of it is stored", || server.blobs() > 0).await;
    drop(connection);
    until("it is gone again", || server.blobs() == 0).await;
    assert_nothing_is_left(&server, &admin).await;
}

#[tokio::test]
async fn a_malformed_upload_is_refused_and_leaves_nothing() {
    let server = start().await;
    let admin = server.admin().await;
    let (operations, map, good) = (field("operations", OPERATIONS), field("map", MAP), file("0", "content"));
    for (what, body) in [
        ("nothing", String::new()),
        ("no closing boundary", format!("{operations}{map}{good}")),
        (
            "cut in the file",
            format!("{operations}{map}--cut\r\nContent-Disposition: form-data; name=\"0\"; filename=\"a\"\r\n\r\nhalf"),
        ),
        ("the file first", format!("{good}{operations}{map}--cut--\r\n")),
        ("the map first", format!("{map}{operations}{good}--cut--\r\n")),
        ("no map", format!("{operations}--cut--\r\n")),
        ("a file that the map does not name", format!("{operations}{map}{}--cut--\r\n", file("1", "content"))),
        (
            "a second file that the map does not name",
            format!("{operations}{map}{good}{}--cut--\r\n", file("1", "content")),
        ),
        ("the same file twice", format!("{operations}{map}{good}{good}--cut--\r\n")),
        (
            "a map to nowhere",
            format!("{operations}{}{good}--cut--\r\n", field("map", r#"{"0":["variables.nowhere"]}"#)),
        ),
        ("a map that is a list", format!("{operations}{}{good}--cut--\r\n", field("map", "[]"))),
        ("operations that are no request", format!("{}{map}{good}--cut--\r\n", field("operations", "7"))),
        ("too large operations", format!("{}{map}{good}--cut--\r\n", field("operations", &"x".repeat(2_000_000)))),
    ] {
        let request = tests::client().post(format!("{}/graphql", server.url)).bearer_auth(&admin).body(body);
        let response = request.header("content-type", "multipart/form-data; boundary=cut").send().await.unwrap();
        assert_eq!(response.status(), 400, "{what}");
        let answer: Value = response.json().await.unwrap();
        assert_eq!(answer["errors"][0]["extensions"]["code"], "BAD_USER_INPUT", "{what}: {answer}");
        assert_eq!(server.blobs(), 0, "{what}");
    }
    // A file that the operation does not use is not kept either.
    let unused = field("operations", r#"{"query":"query($x: Upload) { viewer { id } }","variables":{"x":null}}"#);
    let body = format!("{unused}{}{good}--cut--\r\n", field("map", r#"{"0":["variables.x"]}"#));
    let request = tests::client().post(format!("{}/graphql", server.url)).bearer_auth(&admin).body(body);
    request.header("content-type", "multipart/form-data; boundary=cut").send().await.unwrap();
    assert_nothing_is_left(&server, &admin).await;
}
