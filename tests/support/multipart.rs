//! Builds multipart requests, and sends them in pieces.

use crate::{Api, LONG};
use reqwest::{Body, Response};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    time::timeout,
};

/// Adds an asset with the file at `variables.input.file`.
pub const UPLOAD: &str = "mutation($input: UploadAssetInput!) { uploadAsset(input: $input) {
    asset { id byteSize } userErrors { code field message } } }";

/// The end of the body.
pub const END: &str = "--cut--\r\n";

const BOUNDARY: &str = "multipart/form-data; boundary=cut";

/// A part without a file name.
pub fn field(name: &str, content: &str) -> String {
    format!("--cut\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{content}\r\n")
}

/// A part with a file.
pub fn file(name: &str, content: &str) -> String {
    format!("{}{content}\r\n", file_head(name))
}

/// The head of a file's part.
pub fn file_head(name: &str) -> String {
    format!("--cut\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"{name}.txt\"\r\n\r\n")
}

/// The parts before the files.
pub fn operation(query: &str, variables: &Value, map: &Value) -> String {
    let operations = json!({ "query": query, "variables": variables });
    field("operations", &operations.to_string()) + &field("map", &map.to_string())
}

/// The parts before the one file of [`UPLOAD`].
pub fn upload(input: &Value) -> String {
    operation(UPLOAD, &json!({ "input": input }), &json!({ "0": ["variables.input.file"] }))
}

/// A request that is sent in pieces.
pub struct Slow {
    send: OwnedWriteHalf,
    read: OwnedReadHalf,
    chunked: bool,
}

impl Api {
    /// Sends a whole multipart body.
    pub async fn multipart(&self, token: &str, body: impl Into<Body>) -> Response {
        let request = crate::client().post(format!("{}/graphql", self.url)).bearer_auth(token).body(body);
        request.header("content-type", BOUNDARY).send().await.expect("an answer")
    }

    /// Begins a multipart request with this length, or without a length.
    pub async fn begin(&self, token: &str, length: Option<u64>, begun: &str) -> Slow {
        let address = self.url.strip_prefix("http://").expect("an address");
        let (read, mut send) = TcpStream::connect(address).await.expect("a connection").into_split();
        let length_header = match length {
            Some(length) => format!("Content-Length: {length}"),
            None => "Transfer-Encoding: chunked".to_owned(),
        };
        let head = format!(
            "POST /graphql HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {token}\r\nContent-Type: {BOUNDARY}\r\n\
             {length_header}\r\n\r\n"
        );
        send.write_all(head.as_bytes()).await.expect("it is taken");
        let mut slow = Slow { send, read, chunked: length.is_none() };
        slow.send(begun.as_bytes()).await.expect("it is taken");
        slow
    }
}

impl Slow {
    /// Sends more.
    pub async fn send(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        send(&mut self.send, self.chunked, bytes).await
    }

    /// Sends the last bytes, and returns the response.
    pub async fn end(mut self, bytes: &[u8]) -> (u16, Value) {
        self.send(bytes).await.expect("it is taken");
        if self.chunked {
            self.send.write_all(b"0\r\n\r\n").await.expect("it is taken");
        }
        self.answer().await
    }

    /// Waits for the response: status and body.
    pub async fn answer(mut self) -> (u16, Value) {
        timeout(LONG, read_answer(&mut self.read)).await.expect("an answer in time")
    }

    /// Sends bytes without end until a response arrives. Also returns how many bytes the server took.
    pub async fn flood(self) -> (u64, u16, Value) {
        let Self { mut send, mut read, chunked } = self;
        let (mut taken, piece) = (0, vec![b'x'; 64 * 1024]);
        let sending = async {
            while self::send(&mut send, chunked, &piece).await.is_ok() {
                taken += piece.len() as u64;
                // After its response the server discards bytes as fast as they come; the pause lets the response be
                // noticed first.
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            std::future::pending::<()>().await;
        };
        let answered = async { timeout(LONG, read_answer(&mut read)).await.expect("an answer in time") };
        let (status, answer) = tokio::select! {
            () = sending => unreachable!("it never ends"),
            answered = answered => answered,
        };
        (taken, status, answer)
    }

    /// Sends a byte in intervals until a response arrives.
    pub async fn trickle(self, every: Duration) -> (u16, Value) {
        let Self { mut send, mut read, chunked } = self;
        let sending = async {
            loop {
                let _ = self::send(&mut send, chunked, b"x").await;
                tokio::time::sleep(every).await;
            }
        };
        let answered = async { timeout(LONG, read_answer(&mut read)).await.expect("an answer in time") };
        tokio::select! {
            () = sending => unreachable!("it never ends"),
            answered = answered => answered,
        }
    }
}

async fn send(to: &mut OwnedWriteHalf, chunked: bool, bytes: &[u8]) -> std::io::Result<()> {
    if !chunked || bytes.is_empty() {
        return to.write_all(bytes).await;
    }
    let chunk = [format!("{:x}\r\n", bytes.len()).as_bytes(), bytes, b"\r\n"].concat();
    to.write_all(&chunk).await
}

async fn read_answer(from: &mut OwnedReadHalf) -> (u16, Value) {
    let mut answer = Vec::new();
    loop {
        if let Some(parsed) = parse(&answer) {
            return parsed;
        }
        let read = from.read_buf(&mut answer).await.expect("an answer");
        assert!(read > 0, "the answer was cut off: {}", String::from_utf8_lossy(&answer));
    }
}

/// The response, once it is complete.
fn parse(answer: &[u8]) -> Option<(u16, Value)> {
    let text = std::str::from_utf8(answer).ok()?;
    let (head, body) = text.split_once("\r\n\r\n")?;
    let status = head.split(' ').nth(1)?.parse().ok()?;
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "))?;
    let length: usize = length.parse().expect("a length");
    (body.len() == length).then(|| (status, serde_json::from_str(body).expect("JSON")))
}
