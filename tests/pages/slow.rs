//! Requests that do not arrive.

use api::config::RequestTimes;
use serde_json::{Value, json};
use std::time::Duration;
use tests::{LONG, Options, Running, fixtures, start_with};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::{sleep, timeout},
};

const FORM: &str = "application/x-www-form-urlencoded";

const SOON: Duration = Duration::from_millis(500);

/// A server that waits this long for the head of a request.
async fn server(head: Duration) -> Running {
    let [idle, body, keep_alive] = [500, 1500, 500].map(Duration::from_millis);
    start_with(Options {
        request_times: RequestTimes { head, keep_alive, idle, body, answer: LONG },
        ..Options::default()
    })
    .await
}

/// Sends this, then a byte at a time with pauses, and returns all that is answered until the connection ends.
async fn trickle(server: &Running, beginning: &str, pause: Duration) -> String {
    let mut stream = TcpStream::connect(server.url.strip_prefix("http://").unwrap()).await.unwrap();
    stream.write_all(beginning.as_bytes()).await.unwrap();
    let (mut read, mut write) = stream.split();
    let mut answer = Vec::new();
    let send = async {
        loop {
            sleep(pause).await;
            if write.write_all(b"x").await.is_err() {
                std::future::pending::<()>().await;
            }
        }
    };
    let ended = async {
        tokio::select! {
            // A connection may end with a reset: not all that was sent was read.
            _ = read.read_to_end(&mut answer) => {}
            () = send => {}
        }
    };
    timeout(LONG, ended).await.expect("the connection ends");
    String::from_utf8(answer).unwrap()
}

/// The beginning of a request whose body has a length, or comes in pieces.
fn heads(method: &str, path: &str, content_type: &str) -> [String; 2] {
    let head = format!("{method} {path} HTTP/1.1\r\nHost: x\r\nContent-Type: {content_type}\r\n");
    ["Content-Length: 1000\r\n\r\n{", "Transfer-Encoding: chunked\r\n\r\n3e8\r\n{"].map(|rest| format!("{head}{rest}"))
}

#[tokio::test]
async fn a_body_that_does_not_come_is_not_waited_for() {
    let server = server(LONG).await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "a.jpg", fixtures::jpeg(40, 30)).await["id"].clone();
    let link = server.public_link(&admin, &asset, json!({ "password": "open sesame" })).await;
    let download = server.download_link(&admin, json!({ "assetId": asset, "password": "open sesame" })).await;
    let path = |link: &Value| link["url"].as_str().unwrap().strip_prefix(&server.url).unwrap().to_owned();
    let (unlock, download) = (format!("{}/unlock", path(&link)), path(&download));
    let mut checks = Vec::new();
    for (heads, status, says) in [
        (heads("POST", "/graphql", "application/json"), 408, "did not arrive in time"),
        (heads("POST", &unlock, FORM), 408, "did not arrive in time"),
        (heads("POST", "/s/0000000000000000000000/unlock", FORM), 408, "did not arrive in time"),
        (heads("POST", &download, FORM), 408, "did not arrive in time"),
        (heads("POST", "/a/VTR-1", FORM), 408, "did not arrive in time"),
        // What does not read its body answers at once.
        (heads("POST", "/graphql", "text/plain"), 415, ""),
        (heads("POST", "/graphql", "multipart/form-data; boundary=x"), 200, "UNAUTHENTICATED"),
        (heads("POST", "/sign-out", FORM), 303, ""),
        (heads("POST", "/nowhere", FORM), 404, ""),
        (heads("GET", "/healthz", FORM), 200, ""),
    ] {
        // Either nothing more comes, or a little now and then, and never all of it.
        for (head, pause) in
            heads.into_iter().flat_map(|head| [LONG, Duration::from_millis(50)].map(|pause| (head.clone(), pause)))
        {
            let server = &server;
            checks.push(async move {
                let answer = trickle(server, &head, pause).await;
                assert!(
                    answer.starts_with(&format!("HTTP/1.1 {status} ")) && answer.contains(says),
                    "{head}: {answer}"
                );
                assert!(answer.to_ascii_lowercase().contains("connection: close"), "{answer}");
            });
        }
    }
    futures::future::join_all(checks).await;
    let answer = trickle(&server, &heads("POST", "/graphql", "application/json")[0], LONG).await;
    let body: Value = serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap();
    assert!(body["errors"][0]["message"].as_str().unwrap().contains("in time"), "{body}");
}

#[tokio::test]
async fn a_slow_body_that_comes_is_read() {
    let server = server(SOON).await;
    let query = "{\"query\":\"{ viewer { id } }\"}";
    let head = format!(
        "POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        query.len() + 10
    );
    // The last ten bytes are left to come, one by one.
    let mut stream = TcpStream::connect(server.url.strip_prefix("http://").unwrap()).await.unwrap();
    stream.write_all(format!("{head}{query}").as_bytes()).await.unwrap();
    for _ in 0..10 {
        sleep(Duration::from_millis(20)).await;
        stream.write_all(b" ").await.unwrap();
    }
    let mut answer = vec![0; 1000];
    let read = timeout(LONG, stream.read(&mut answer)).await.unwrap().unwrap();
    assert!(answer[..read].starts_with(b"HTTP/1.1 200 "), "{}", String::from_utf8_lossy(&answer));
}

#[tokio::test]
async fn a_large_body_that_keeps_coming_has_more_time() {
    let server = server(SOON).await;
    let token = server.admin().await;
    let query = format!("{{\"query\":\"{{ viewer {{ id }} }}\"}}{}", " ".repeat(200_000));
    let head = format!(
        "POST /graphql HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\n\r\n",
        query.len() + 10
    );
    let mut stream = TcpStream::connect(server.url.strip_prefix("http://").unwrap()).await.unwrap();
    stream.write_all(format!("{head}{query}").as_bytes()).await.unwrap();
    // What came is worth three seconds more than the second and a half of a small body.
    for _ in 0..10 {
        sleep(Duration::from_millis(200)).await;
        stream.write_all(b" ").await.unwrap();
    }
    let mut answer = vec![0; 1000];
    let read = timeout(LONG, stream.read(&mut answer)).await.unwrap().unwrap();
    assert!(answer[..read].starts_with(b"HTTP/1.1 200 "), "{}", String::from_utf8_lossy(&answer));
}

#[tokio::test]
async fn headers_that_do_not_come_are_not_waited_for_and_an_idle_connection_ends() {
    let server = server(SOON).await;
    for pause in [LONG, Duration::from_millis(50)] {
        let answer = trickle(&server, "GET /healthz HTTP/1.1\r\nHost: x", pause).await;
        assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
    }
    let answer = trickle(&server, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n", LONG).await;
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
}
