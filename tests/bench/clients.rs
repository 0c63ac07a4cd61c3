//! Many clients at once: what each waits while there are more of them than connections to Postgres, and whether those who read
//! slowly hold up the others.

use crate::{
    client::{Client, Repeat, graphql},
    links::{LIST, library},
    measure::{CONCURRENCY, ROUND, ROUNDS, Row, of_rates, rate},
};
use futures::future::join_all;
use serde_json::json;
use std::time::Instant;
use tests::{Running, fixtures, short};

/// How many ask at once.
const CLIENTS: [usize; 4] = [8, 64, 256, 1024];

/// How many download without reading: twice as many as the pool has connections.
const SLOW: usize = 40;

/// More than sockets hold.
const LARGE: usize = 24 * 1024 * 1024;

pub(crate) async fn run() -> Vec<Row> {
    let (server, admin, asset) = library().await;
    let list = graphql(&admin, LIST, &json!({ "first": 50 }));
    let link = server.public_link(&admin, &asset, json!({ "allowOriginal": true })).await;
    let path = link["url"].as_str().expect("a URL").strip_prefix(&server.url).expect("a path").to_owned();
    let page = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n");
    let mut rows = Vec::new();
    for (what, request) in [("50 links", &list), ("the page of a link", &page)] {
        for clients in CLIENTS {
            rows.push(at_once(&server, what, request, clients).await);
        }
    }
    rows.push(beside_slow_readers(&server, &admin, &list).await);
    rows
}

/// How long each waits, where so many ask again and again.
#[expect(clippy::cast_precision_loss, reason = "counts are small")]
async fn at_once(server: &Running, what: &str, request: &str, clients: usize) -> Row {
    let connections = join_all((0..clients).map(|_| Client::connect(&server.url))).await;
    let start = Instant::now();
    let asked = connections.into_iter().map(async |mut client| {
        let mut waits = Vec::new();
        // The first round warms up.
        while start.elapsed() < 2 * ROUND {
            let began = Instant::now();
            client.send(request.as_bytes()).await;
            let answer = client.answer().await;
            let is_refused = answer.status == 503;
            assert!(is_refused || answer.status == 200, "{}", answer.status);
            client.body(answer).await;
            // What ends later belongs to no round.
            if (ROUND..2 * ROUND).contains(&start.elapsed()) {
                waits.push((began.elapsed().as_secs_f64() * 1000.0, is_refused));
            }
        }
        waits
    });
    let waits = join_all(asked).await.concat();
    let refused = waits.iter().filter(|(_, is_refused)| *is_refused).count();
    let mut waits: Vec<f64> = waits.into_iter().filter(|(_, is_refused)| !is_refused).map(|(wait, _)| wait).collect();
    waits.sort_by(f64::total_cmp);
    assert!(!waits.is_empty(), "nobody is answered within {ROUND:?}");
    let (median, last) = (waits[waits.len() / 2], waits[waits.len() * 99 / 100]);
    Row {
        what: format!("{what}, {clients} clients at once: the slowest of a hundred against the median"),
        ours: format!("{last:.1} ms of {:.0}/s, {refused} × 503", waits.len() as f64 / ROUND.as_secs_f64()),
        baseline: format!("{median:.1} ms"),
        ratio: format!("{:.1} ×", last / median),
        wanted: "≤ 5 ×".to_owned(),
    }
}

/// A listing while others download and read nothing, against the same while nobody does. They come and go, because two servers
/// differ by a fifth for reasons of their own.
async fn beside_slow_readers(server: &Running, admin: &str, list: &str) -> Row {
    let large = server.upload(admin, "large.bin", fixtures::noise(LARGE)).await["id"].clone();
    let link = server.public_link(admin, &large, json!({ "allowOriginal": true })).await;
    let path = link["url"].as_str().expect("a URL").strip_prefix(&server.url).expect("a path").to_owned();
    let download = format!("GET {path}/assets/{}/original HTTP/1.1\r\nHost: localhost\r\n\r\n", short(&large));
    let mut clients = join_all((0..CONCURRENCY).map(|_| Repeat::new(&server.url, list))).await;
    let mut rates = Vec::new();
    for _ in 0..=ROUNDS {
        let alone = rate(&mut clients).await;
        let slow = join_all((0..SLOW).map(async |_| {
            let mut client = Client::connect(&server.url).await;
            client.send(download.as_bytes()).await;
            assert_eq!(client.answer().await.status, 200);
            client
        }));
        let slow = slow.await;
        rates.push((rate(&mut clients).await, alone));
        for mut client in slow {
            assert!(!client.piece().await.is_empty(), "it is still being downloaded");
        }
    }
    let what = format!("50 links while {SLOW} downloads are not read, against while there are none");
    of_rates(&what, &rates, "≥ 90 %")
}
