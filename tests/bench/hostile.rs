//! What requests cost that are made to hurt, and how long others wait for them.
//!
//! The server is a process of its own, so that the time that the cores work for it is its time alone. What freezes it
//! is given up on after some seconds, and the process begins anew.

use crate::{
    client::Client,
    hostile_requests::{Hostile, all},
    measure::{CONCURRENCY, Row, median},
    process::Process,
};
use diesel_async::{AsyncConnection, AsyncPgConnection, SimpleAsyncConnection};
use futures::future::{join, join_all};
use serde_json::{Value, json};
use std::{
    net::Ipv4Addr,
    sync::atomic::{AtomicBool, AtomicU32, Ordering},
    time::{Duration, Instant},
};
use tests::{many_assets, many_links};

const ROUNDS: usize = 5;
/// When a request is given up on.
const TIMEOUT: Duration = Duration::from_secs(10);
const ORDINARY: &str = "{ links(first: 20) { nodes { id name state } } }";

/// One request's work.
struct Cost {
    milliseconds: f64,
    status: u16,
    bytes: usize,
}

/// Sends requests to the server.
struct Sender {
    process: Process,
    http: reqwest::Client,
    token: String,
    /// How many were sent: each comes from an address of its own, so that none is refused for those before.
    sent: AtomicU32,
}

impl Sender {
    async fn new() -> Self {
        let process = Process::start().await;
        let mut conn = AsyncPgConnection::establish(&process.database_url).await.expect("a connection");
        for rows in [many_assets(1_000), many_links(1_000)] {
            conn.batch_execute(&rows).await.expect("the rows");
        }
        let token = process.admin().await;
        let http = tests::client_builder().timeout(TIMEOUT).build().expect("a client");
        Self { process, http, token, sent: AtomicU32::new(0) }
    }

    /// Status and length of the answer; none in time, or a connection that is cut, are none. Each document is new to
    /// the server, but for the ordinary one: what it has read before is remembered.
    async fn send(&self, signed_in: bool, body: &str) -> Option<(u16, usize)> {
        let count = self.sent.fetch_add(1, Ordering::Relaxed);
        let address = Ipv4Addr::from_bits(0x0a00_0001 + count);
        let new = if body.contains(ORDINARY) { String::new() } else { format!("#{count}\\n") };
        let body = body.replacen("{\"query\":\"", &format!("{{\"query\":\"{new}"), 1);
        let mut request = self.http.post(format!("{}/graphql", self.process.url)).body(body);
        request = request.header("x-forwarded-for", address.to_string());
        request = request.header("content-type", "application/json");
        request = request.header("accept", "application/graphql-response+json");
        if signed_in {
            request = request.bearer_auth(&self.token);
        }
        let response = request.send().await.ok()?;
        let status = response.status().as_u16();
        Some((status, response.bytes().await.ok()?.len()))
    }

    async fn once(&self, signed_in: bool, body: &str) -> Option<Cost> {
        let before = self.process.worked();
        let (status, bytes) = self.send(signed_in, body).await?;
        let milliseconds = self.process.worked().saturating_sub(before).as_secs_f64() * 1000.0;
        Some(Cost { milliseconds, status, bytes })
    }

    /// The median of some rounds; of one, where it takes long.
    async fn cost(&self, signed_in: bool, body: &str) -> Option<Cost> {
        let mut cost = self.once(signed_in, body).await?;
        let mut all = Vec::new();
        while all.len() < ROUNDS && cost.milliseconds < 1000.0 {
            cost = self.once(signed_in, body).await?;
            all.push(cost.milliseconds);
        }
        if all.is_empty() {
            all.push(cost.milliseconds);
        }
        Some(Cost { milliseconds: median(all), ..cost })
    }

    /// How long somebody else waits at most for `/healthz`, in milliseconds, while some of these run at once.
    async fn wait(&self, hostile: &Hostile) -> f64 {
        let done = AtomicBool::new(false);
        let requests = async {
            join_all((0..CONCURRENCY).map(|_| self.send(hostile.signed_in, &hostile.body))).await;
            done.store(true, Ordering::Relaxed);
        };
        let others = async {
            let mut longest = 0_f64;
            loop {
                let start = Instant::now();
                let _ = tokio::time::timeout(TIMEOUT, probe(&self.process.url)).await;
                longest = longest.max(start.elapsed().as_secs_f64() * 1000.0);
                if done.load(Ordering::Relaxed) {
                    return longest;
                }
            }
        };
        join(requests, others).await.1
    }
}

/// Asks over a connection of its own, which any of the server's threads may get.
async fn probe(url: &str) {
    Client::connect(url).await.exchange(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n").await;
}

async fn measure(sender: &mut Sender, hostile: &Hostile) -> Row {
    let ordinary = json!({ "query": ORDINARY }).to_string();
    let baseline = sender.cost(true, &ordinary).await.expect("an answer").milliseconds;
    let cost = sender.cost(hostile.signed_in, &hostile.body).await;
    let wait = match &cost {
        Some(_) => format!("{:.0} ms", sender.wait(hostile).await),
        None => "not measured".to_owned(),
    };
    let (ours, ratio) = match &cost {
        Some(Cost { milliseconds, status, bytes }) => (
            format!("{milliseconds:.1} ms, {status}, {bytes} bytes; /healthz {wait}"),
            format!("{:.1} ×", milliseconds / baseline),
        ),
        None => (format!("no answer in {} s", TIMEOUT.as_secs()), "–".to_owned()),
    };
    if cost.is_none_or(|cost| cost.milliseconds > 1000.0) {
        sender.process.restart().await;
    }
    Row {
        what: hostile.what.clone(),
        ours,
        baseline: format!("{baseline:.1} ms"),
        ratio,
        wanted: "≤ 50 ms; /healthz ≤ 100 ms".to_owned(),
    }
}

pub(crate) async fn run() -> Vec<Row> {
    let mut sender = Sender::new().await;
    let assets = sender.process.call(&sender.token, "{ assets(first: 1) { nodes { id } } }", Value::Null).await;
    let create = "mutation($id: ID!) { createPublicLink(input: { assetId: $id }) { link { id } } }";
    let asset = &assets["data"]["assets"]["nodes"][0]["id"];
    let made = sender.process.call(&sender.token, create, json!({ "id": asset })).await;
    let link = made["data"]["createPublicLink"]["link"]["id"].as_str().expect("a link").to_owned();
    let mut rows = Vec::new();
    for hostile in all(&link) {
        eprintln!("  {}", hostile.what);
        rows.push(measure(&mut sender, &hostile).await);
    }
    rows
}
