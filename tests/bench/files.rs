//! Memory of the real program, at rest and with a large file.

use crate::{
    client::Client,
    measure::Row,
    process::{Process, read_json},
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::{
    fs,
    io::Write,
    time::{Duration, Instant},
};

const BIG: usize = 2 * 1024 * 1024 * 1024;
const PIECE: usize = 1024 * 1024;
const UPLOAD: &str = "mutation($input: UploadAssetInput!) { uploadAsset(input: $input) { asset { id byteSize } } }";
const LINK: &str = "mutation($input: CreateDownloadLinkInput!) { createDownloadLink(input: $input) { link { url } } }";

pub(crate) async fn idle() -> Vec<Row> {
    let process = Process::start().await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    vec![Row::alone("`vitrine serve`, idle", format!("{:.0} MB", process.memory("VmRSS")), "< 40 MB")]
}

/// Bytes that no disk and no line can make smaller.
fn noise() -> Vec<u8> {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()
    };
    (0..PIECE / 8).flat_map(|_| next()).collect()
}

pub(crate) async fn big() -> Vec<Row> {
    let process = Process::start().await;
    let piece = noise();
    let token = process.admin().await;

    // The baseline: hash the bytes and write them to the same disk.
    let start = Instant::now();
    let copy = process.folder.path().join("copy");
    let (mut file, mut sha256) = (fs::File::create(&copy).expect("a file"), Sha256::new());
    for _ in 0..BIG / PIECE {
        sha256.update(&piece);
        file.write_all(&piece).expect("room on the disk");
    }
    file.sync_all().expect("room on the disk");
    let (plain, expected) = (start.elapsed(), sha256.finalize());
    drop(file);
    fs::remove_file(copy).expect("the file");

    let start = Instant::now();
    let asset = upload(&process, &token, &piece).await;
    let up = start.elapsed();
    assert_eq!(asset["byteSize"], BIG);
    let after_upload = process.memory("VmHWM");

    let link = process.call(&token, LINK, json!({ "input": { "assetId": asset["id"] } })).await;
    let url = link["data"]["createDownloadLink"]["link"]["url"].as_str().expect("a URL").to_owned();
    let start = Instant::now();
    let mut client = Client::connect(&process.url).await;
    let path = url.strip_prefix(&process.url).expect("a path");
    client.send(format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n").as_bytes()).await;
    let answer = client.answer().await;
    assert_eq!((answer.status, answer.length), (200, BIG));
    let (mut sha256, mut got) = (Sha256::new_with_prefix(&answer.begun), answer.begun.len());
    while got < BIG {
        let piece = client.piece().await;
        sha256.update(piece);
        got += piece.len();
    }
    let down = start.elapsed();
    assert_eq!(sha256.finalize(), expected, "what comes down is what went up");
    let row = |what: &str, took: Duration| Row {
        what: what.to_owned(),
        ours: format!("{:.1} s", took.as_secs_f64()),
        baseline: format!("{:.1} s", plain.as_secs_f64()),
        ratio: format!("{:.0} %", plain.as_secs_f64() / took.as_secs_f64() * 100.0),
        wanted: "–".to_owned(),
    };
    vec![
        Row::alone("memory at its highest after an upload of 2 GB", format!("{after_upload:.0} MB"), "< 100 MB"),
        Row::alone("… and after its download", format!("{:.0} MB", process.memory("VmHWM")), "< 100 MB"),
        row("upload of 2 GB, against hashing and writing them", up),
        row("download of 2 GB and hashing, against the same", down),
    ]
}

async fn upload(process: &Process, token: &str, piece: &[u8]) -> Value {
    let part = |name: &str, content: &str| {
        format!("--big\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{content}\r\n")
    };
    let operations = json!({ "query": UPLOAD, "variables": { "input": { "file": null } } }).to_string();
    let before = part("operations", &operations)
        + &part("map", r#"{"0":["variables.input.file"]}"#)
        + "--big\r\nContent-Disposition: form-data; name=\"0\"; filename=\"big.bin\"\r\n\r\n";
    let after = "\r\n--big--\r\n";
    let length = before.len() + BIG + after.len();
    let mut client = Client::connect(&process.url).await;
    let head = format!(
        "POST /graphql HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\nContent-Length: {length}\r\n\
         Content-Type: multipart/form-data; boundary=big\r\n\r\n{before}"
    );
    client.send(head.as_bytes()).await;
    for _ in 0..BIG / PIECE {
        client.send(piece).await;
    }
    client.send(after.as_bytes()).await;
    read_json(&mut client).await["data"]["uploadAsset"]["asset"].clone()
}
