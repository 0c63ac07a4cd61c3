//! The leanest HTTP client there is, so that what is measured is the server: both run on the same cores.

use crate::measure::Load;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// A kept connection.
pub(crate) struct Client {
    stream: TcpStream,
    buffer: Vec<u8>,
}

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// How many bytes the body has.
    pub(crate) length: usize,
    /// What of the body came together with the headers.
    pub(crate) begun: Vec<u8>,
}

impl Client {
    pub(crate) async fn connect(url: &str) -> Self {
        let address = url.strip_prefix("http://").expect("an http address");
        let stream = TcpStream::connect(address).await.expect("a connection");
        stream.set_nodelay(true).expect("a socket");
        Self { stream, buffer: vec![0; 64 * 1024] }
    }

    /// Sends a part of a request.
    pub(crate) async fn send(&mut self, bytes: &[u8]) {
        self.stream.write_all(bytes).await.expect("the server listens");
    }

    /// Reads the headers of an answer.
    pub(crate) async fn answer(&mut self) -> Answer {
        let mut filled = 0;
        let end = loop {
            let read = self.stream.read(&mut self.buffer[filled..]).await.expect("an answer");
            assert!(read > 0, "the server hung up");
            filled += read;
            if let Some(end) = self.buffer[..filled].windows(4).position(|window| window == b"\r\n\r\n") {
                break end + 4;
            }
        };
        let head = String::from_utf8_lossy(&self.buffer[..end]).to_ascii_lowercase();
        let number = |text: Option<&str>| text.and_then(|text| text.trim().parse::<usize>().ok()).expect("a number");
        let status = number(head.split(' ').nth(1));
        let length = number(head.lines().find_map(|line| line.strip_prefix("content-length:")));
        let begun = self.buffer[end..filled].to_vec();
        Answer { status: u16::try_from(status).expect("a status"), length, begun }
    }

    /// Reads the next piece of a body.
    pub(crate) async fn piece(&mut self) -> &[u8] {
        let read = self.stream.read(&mut self.buffer).await.expect("more of the body");
        assert!(read > 0, "the server hung up");
        &self.buffer[..read]
    }

    /// The whole body of an answer.
    pub(crate) async fn body(&mut self, answer: Answer) -> Vec<u8> {
        let mut body = answer.begun;
        while body.len() < answer.length {
            body.extend_from_slice(self.piece().await);
        }
        body
    }

    /// Sends a whole request, and reads and forgets the answer, which must be a success. Returns the length of its body.
    pub(crate) async fn exchange(&mut self, request: &[u8]) -> usize {
        self.send(request).await;
        let answer = self.answer().await;
        assert_eq!(answer.status, 200);
        let mut got = answer.begun.len();
        while got < answer.length {
            got += self.piece().await.len();
        }
        got
    }
}

/// The same request again and again.
pub(crate) struct Repeat {
    client: Client,
    request: Vec<u8>,
}

impl Repeat {
    pub(crate) async fn new(url: &str, request: &str) -> Self {
        Self { client: Client::connect(url).await, request: request.as_bytes().to_vec() }
    }
}

impl Load for Repeat {
    async fn once(&mut self) {
        self.client.exchange(&self.request).await;
    }
}

/// A GraphQL call as it goes over the line.
pub(crate) fn graphql(token: &str, query: &str, variables: &serde_json::Value) -> String {
    let body = serde_json::json!({ "query": query, "variables": variables }).to_string();
    let length = body.len();
    let bearer = if token.is_empty() { String::new() } else { format!("Authorization: Bearer {token}\r\n") };
    format!(
        "POST /graphql HTTP/1.1\r\nHost: localhost\r\n{bearer}Content-Type: application/json\r\n\
         Content-Length: {length}\r\n\r\n{body}"
    )
}
