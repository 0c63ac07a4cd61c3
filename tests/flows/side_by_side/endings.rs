//! A process `vitrine serve` that is told to end while it is used: what it has begun it brings to its end, and nobody is
//! left without an answer, because the other process goes on.

use super::{installation, path};
use diesel_async::SimpleAsyncConnection;
use reqwest::Response;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::{
    sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst},
    time::Duration,
};
use tests::{Api, Installation, LONG, Process, fixtures, multipart, short};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::{sleep, timeout},
};

/// More than the sockets between two processes hold.
const LARGE: usize = 24 * 1024 * 1024;

async fn connect(api: &Api) -> std::io::Result<TcpStream> {
    TcpStream::connect(api.url.strip_prefix("http://").unwrap()).await
}

/// A connection that has had an answer and is kept.
async fn kept(api: &Api) -> TcpStream {
    let mut stream = connect(api).await.unwrap();
    stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n").await.unwrap();
    let mut answer = Vec::new();
    while !answer.ends_with(b"ok\n") {
        assert!(stream.read_buf(&mut answer).await.unwrap() > 0);
    }
    stream
}

/// Waits until the process takes no connections any more.
async fn refuses(process: &Process) {
    let refused = async {
        while connect(process).await.is_ok() {
            sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(LONG, refused).await.expect("it takes no connections any more");
}

/// Waits until so many statements wait for a lock.
async fn until_waiting(installation: &Installation, count: i64) {
    let waiting = "pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    let waits = async {
        while installation.count(waiting).await < count {
            sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(LONG, waits).await.expect("they wait");
}

/// Asks again and again, each time on a connection of its own, and at the other process where this one takes none.
/// Returns how often the other one answered.
async fn ask_without_end(one: &Process, other: &Process, page: &str, stop: &AtomicBool, asked: &AtomicUsize) -> usize {
    let client = tests::client_builder().pool_max_idle_per_host(0).build().unwrap();
    let mut elsewhere = 0;
    while !stop.load(SeqCst) {
        let answer = match client.get(format!("{}{page}", one.url)).send().await {
            // Closed before a byte of an answer came: proxies ask elsewhere, too.
            Err(error) if error.is_connect() || error.is_request() => {
                elsewhere += 1;
                client.get(format!("{}{page}", other.url)).send().await.unwrap()
            }
            answer => answer.unwrap(),
        };
        assert_eq!(answer.status(), 200);
        assert!(answer.text().await.expect("a whole page").contains("</html>"));
        asked.fetch_add(1, SeqCst);
    }
    elsewhere
}

#[tokio::test]
async fn nothing_that_was_begun_is_cut_off() {
    let installation = installation(14).await;
    let [a, b] = &installation.serves;
    let admin = a.admin().await;
    let large = fixtures::noise(LARGE);
    let asset = b.upload(&admin, "large.bin", large.clone()).await["id"].clone();
    let link = b.public_link(&admin, &asset, json!({ "allowOriginal": true })).await;
    let page = path(&link["url"]);

    // A download, an upload, a WebSocket, a kept connection, and requests that wait for Postgres.
    let mut download = a.visitor().get(&format!("{page}/assets/{}/original", short(&asset))).await;
    assert_eq!(download.status(), 200);
    let mut got = Sha256::new_with_prefix(download.chunk().await.unwrap().unwrap());
    let mut upload = a.begin(&admin, None, &multipart::upload(&json!({ "file": null }))).await;
    upload.send(format!("{}half ", multipart::file_head("0")).as_bytes()).await.unwrap();
    let mut socket = a.socket(&admin).await;
    let mut kept = kept(a).await;
    let mut conn = installation.database().await;
    conn.batch_execute("BEGIN; LOCK TABLE collections IN ACCESS EXCLUSIVE MODE").await.unwrap();
    let (stop, asked) = (AtomicBool::new(false), AtomicUsize::new(0));
    let client = tests::client();
    let waiting = (0..8).map(async |_| -> Response {
        let query = json!({ "query": "{ collections(first: 1) { nodes { id } } }" });
        client.post(format!("{}/graphql", a.url)).bearer_auth(&admin).json(&query).send().await.expect("an answer")
    });
    let ending = async {
        until_waiting(&installation, 8).await;
        a.tell_to_end();
        assert_eq!(socket.next().await, Err(1001), "it is told to connect again");
        refuses(a).await;
        conn.batch_execute("ROLLBACK").await.unwrap();
    };
    let story = async {
        let (answers, ()) = futures::join!(futures::future::join_all(waiting), ending);
        for answer in answers {
            assert_eq!(answer.status(), 200);
            assert!(answer.json::<Value>().await.unwrap()["data"]["collections"]["nodes"].is_array());
        }
        assert_eq!(timeout(LONG, kept.read(&mut [0])).await.unwrap().expect("it is closed politely"), 0);
        let (status, answer) = upload.end(format!("file\r\n{}", multipart::END).as_bytes()).await;
        assert_eq!((status, &answer["data"]["uploadAsset"]["asset"]["byteSize"]), (200, &json!(9)), "{answer}");
        while let Some(piece) = download.chunk().await.expect("it goes on to its end") {
            got.update(piece);
        }
        assert_eq!(got.finalize(), Sha256::digest(&large));
        drop((download, kept));
        assert_eq!(a.ended().await.code(), Some(0));
        // The other one has been alone for a while.
        let so_far = asked.load(SeqCst);
        while asked.load(SeqCst) < so_far + 10 {
            sleep(Duration::from_millis(5)).await;
        }
        stop.store(true, SeqCst);
    };
    let visitors = futures::future::join_all((0..3).map(|_| ask_without_end(a, b, page, &stop, &asked)));
    let (elsewhere, ()) = futures::join!(visitors, story);
    assert!(elsewhere.iter().all(|count| *count > 0), "{elsewhere:?}");
    // Each page that was shown is a view, also those of the last second of the process that has ended.
    let query = "query($id: ID!) { link(id: $id) { viewCount } }";
    let views =
        async || b.data(&admin, query, json!({ "id": link["id"] })).await["link"]["viewCount"].as_u64().unwrap();
    let shown = u64::try_from(asked.load(SeqCst)).unwrap();
    let written = async {
        while views().await < shown {
            sleep(Duration::from_millis(50)).await;
        }
    };
    timeout(LONG, written).await.expect("all views are written");

    a.start();
    a.until_ready().await;
    let query = "{ assets(first: 5) { totalCount } }";
    assert_eq!(a.data(&admin, query, Value::Null).await["assets"]["totalCount"], 2);
}
