//! What Prometheus is told.

use crate::jobs::hands::until;
use api::installation::servers::Durability;
use serde_json::{Value, json};
use std::{
    net::TcpListener,
    sync::Arc,
    time::{Duration, Instant},
};
use tests::{LONG, Options, Paused, Running, fixtures, kill, private, redis_process, start, start_on, start_with};

async fn scrape(server: &Running) -> String {
    let response = server.visitor().get("/metrics").await;
    assert_eq!(response.status(), 200);
    assert!(response.headers()["content-type"].to_str().unwrap().starts_with("text/plain; version=0.0.4"));
    response.text().await.unwrap()
}

/// The value of a line that begins like this.
fn value(text: &str, series: &str) -> Option<f64> {
    let line = text.lines().find(|line| line.strip_prefix(series).is_some_and(|rest| rest.starts_with(' ')))?;
    line.rsplit(' ').next()?.parse().ok()
}

#[tokio::test]
async fn jobs_and_requests_are_counted_and_nothing_is_told_of_anybody() {
    let server = start_with(Options { workers: true, ..Options::default() }).await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "secret-name.jpg", fixtures::jpeg(40, 30)).await["id"].clone();
    server.proxies(&admin, &asset).await;
    let link = server.public_link(&admin, &asset, json!({ "name": "Secret" })).await;
    let url = link["url"].as_str().unwrap();
    assert_eq!(server.visitor().get(url).await.status(), 200);
    assert_eq!(server.visitor().get("/s/nobody-knows").await.status(), 404);
    assert_eq!(server.visitor().get("/made-up").await.status(), 404);
    let made_up = reqwest::Method::from_bytes(b"BREW").unwrap();
    server.visitor().request(made_up, "/made-up").send().await.unwrap();
    let socket = server.socket(&admin).await;

    // The proxies are ready a moment before the job that made them has ended, and a busy Redis is not waited for long.
    let ended = r#"vitrine_jobs_total{job="ingest_asset",outcome="done"}"#;
    let mut text = String::new();
    until((true, Some(1.0)), async || {
        text = scrape(&server).await;
        (value(&text, ended).is_some(), value(&text, "vitrine_queue_up"))
    })
    .await;
    for (series, expected) in [
        (r#"vitrine_jobs_total{job="ingest_asset",outcome="done"}"#, 1.0),
        (r#"vitrine_job_seconds_count{job="ingest_asset"}"#, 1.0),
        (r#"vitrine_jobs_running{job="ingest_asset"}"#, 0.0),
        (r#"vitrine_http_requests_total{method="GET",route="/s/{token}",status="2xx"}"#, 1.0),
        (r#"vitrine_http_requests_total{method="GET",route="/s/{token}",status="4xx"}"#, 1.0),
        (r#"vitrine_http_requests_total{method="GET",route="unmatched",status="4xx"}"#, 1.0),
        (r#"vitrine_http_requests_total{method="other",route="unmatched",status="4xx"}"#, 1.0),
        (r#"vitrine_http_request_seconds_count{method="GET",route="/s/{token}"}"#, 2.0),
        (r#"vitrine_http_requests_total{method="GET",route="/graphql/ws",status="1xx"}"#, 1.0),
        ("vitrine_sockets_open", 1.0),
        ("vitrine_queue_up", 1.0),
    ] {
        assert_eq!(value(&text, series), Some(expected), "{series} in\n{text}");
    }
    assert!(value(&text, "process_start_time_seconds") > Some(1.7e9), "{text}");
    let token = url.rsplit('/').next().unwrap();
    for secret in [&admin, token, "nobody-knows", "made-up", "BREW", "ecret", "example.com", asset.as_str().unwrap()] {
        assert!(!text.contains(secret), "{secret} in\n{text}");
    }
    drop(socket);
    until(Some(0.0), async || value(&scrape(&server).await, "vitrine_sockets_open")).await;
}

#[tokio::test]
async fn the_queue_is_counted_when_somebody_asks() {
    let server = start().await;
    let queue = server.queue().await;
    let waiting = |text: &str| {
        let lines =
            text.lines().filter(|line| line.starts_with("vitrine_queue_jobs") && line.contains(r#"state="ready""#));
        lines.map(|line| line.rsplit(' ').next().unwrap().parse::<u64>().unwrap()).sum::<u64>()
    };
    until(0, async || waiting(&scrape(&server).await)).await;
    queue.push(&schema::outbox::Job::Reconcile, schema::outbox::Priority::Background).await.unwrap();
    until(1, async || waiting(&scrape(&server).await)).await;
}

#[tokio::test]
async fn without_redis_the_rest_is_told_soon() {
    let folder = tempfile::tempdir().unwrap();
    let servers = private(folder.path(), Durability::Throwaway).await;
    let (database_url, redis_url) = (servers.database_url().to_owned(), servers.redis_url().to_owned());
    let server = start_on(database_url, redis_url.clone(), Options::default());
    until(Some(1.0), async || value(&scrape(&server).await, "vitrine_queue_up")).await;
    // It says nothing, which is worse than being gone. The machine may be busy, but not each time.
    let redis = redis_process(&redis_url).await;
    let paused = Paused::new(&redis);
    let mut shortest = LONG;
    for _ in 0..3 {
        let start = Instant::now();
        without_queue(&scrape(&server).await);
        shortest = shortest.min(start.elapsed());
    }
    drop(paused);
    assert!(shortest < Duration::from_secs(1), "{shortest:?}");
    kill(&redis);
    without_queue(&scrape(&server).await);
}

fn without_queue(text: &str) {
    assert_eq!(value(text, "vitrine_queue_up"), Some(0.0), "{text}");
    assert!(!text.contains("vitrine_queue_jobs{") && text.contains("vitrine_http_requests_total{"), "{text}");
}

#[tokio::test]
async fn metrics_with_an_address_of_their_own_are_nowhere_else() {
    let server = start_with(Options { metrics_listen: true, ..Options::default() }).await;
    let visitor = server.visitor();
    for (path, status) in [("/metrics", 404), ("/healthz", 200), ("/readyz", 200)] {
        assert_eq!(visitor.get(path).await.status(), status, "{path}");
    }
}

#[tokio::test]
async fn a_worker_tells_it_on_a_port_of_its_own() {
    let server = start().await;
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (services, metrics) = (Arc::clone(&server.services), Arc::clone(&server.metrics));
    let serving = api::server::serve_metrics(services, metrics, listener).unwrap();
    let handle = serving.handle();
    let serving = tokio::spawn(serving);
    let visitor = server.visitor();
    for (path, status) in [("/metrics", 200), ("/healthz", 200), ("/readyz", 200), ("/graphql", 404), ("/", 404)] {
        assert_eq!(visitor.get(&format!("{url}{path}")).await.status(), status, "{path}");
    }
    assert!(visitor.get(&format!("{url}/metrics")).await.text().await.unwrap().contains("process_start_time_seconds"));
    handle.stop(false).await;
    serving.await.unwrap().unwrap();
    assert_eq!(server.call("", "{ viewer { id } }", Value::Null).await["data"]["viewer"], Value::Null);
}
