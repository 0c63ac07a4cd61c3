//! Memory of the real program, at rest and with a large file.

use crate::{
    client::{Client, graphql},
    measure::Row,
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::{
    fs,
    io::Write,
    net::TcpListener,
    process::{Child, Command},
    time::{Duration, Instant},
};
use tempfile::TempDir;
use tests::{ADMIN_EMAIL, ADMIN_PASSWORD, servers};

const BIG: usize = 2 * 1024 * 1024 * 1024;
const PIECE: usize = 1024 * 1024;
const UPLOAD: &str = "mutation($input: UploadAssetInput!) { uploadAsset(input: $input) { asset { id byteSize } } }";
const LINK: &str = "mutation($input: CreateDownloadLinkInput!) { createDownloadLink(input: $input) { link { url } } }";
const SIGN_IN: &str = "mutation($input: SignInInput!) { signIn(input: $input) { token } }";

/// A process `vitrine serve` on a database of its own.
struct Process {
    child: Child,
    url: String,
    folder: TempDir,
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Process {
    async fn start() -> Self {
        let servers = servers();
        let database_url = servers.database_url(&servers.new_database().await);
        let folder = tempfile::tempdir().expect("a folder");
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        drop(listener);
        let program = std::env::current_exe().expect("a path").with_file_name("vitrine");
        let child = Command::new(program)
            .arg("serve")
            .env("DATABASE_URL", database_url)
            .env("VITRINE_DATA", folder.path())
            .env("VITRINE_LISTEN", address.to_string())
            .env("VITRINE_PUBLIC_URL", format!("http://{address}"))
            .env("VITRINE_SECRET_KEY", "benchmark ".repeat(4))
            .spawn()
            .expect("`vitrine` lies beside this program");
        let process = Self { child, url: format!("http://{address}"), folder };
        while !reqwest::get(format!("{}/readyz", process.url)).await.is_ok_and(|answer| answer.status() == 200) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        process
    }

    /// A figure of the process in megabytes: `VmRSS` now, `VmHWM` at its highest.
    fn memory(&self, figure: &str) -> f64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).expect("a process");
        let line = status.lines().find_map(|line| line.strip_prefix(figure)).expect("the figure");
        let kilobytes =
            line.trim_matches(&[':', '\t', ' '][..]).split(' ').next().and_then(|text| text.parse::<f64>().ok());
        kilobytes.expect("a number") / 1024.0
    }

    async fn call(&self, token: &str, query: &str, variables: Value) -> Value {
        let mut client = Client::connect(&self.url).await;
        client.send(graphql(token, query, &variables).as_bytes()).await;
        read_json(&mut client).await
    }
}

async fn read_json(client: &mut Client) -> Value {
    let answer = client.answer().await;
    let mut body = answer.begun;
    while body.len() < answer.length {
        body.extend_from_slice(client.piece().await);
    }
    serde_json::from_slice(&body).expect("JSON")
}

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
    let signed_in =
        process.call("", SIGN_IN, json!({ "input": { "email": ADMIN_EMAIL, "password": ADMIN_PASSWORD } })).await;
    let token = signed_in["data"]["signIn"]["token"].as_str().expect("a token").to_owned();

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
