//! A Redis that is full, only reads, or does not answer: jobs wait in the outbox, and requests do not wait.

use api::config::Timeouts;
use app::redis_server::{RedisConnection, RedisFiles, RedisServer};
use redis::{RedisResult, cmd};
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use tests::{Authority, LONG, Options, Running, SecuredRedis, fixtures, servers, start_on};

/// Sends a command of words.
async fn tell(conn: &mut RedisConnection, words: &str) {
    let mut parts = words.split(' ');
    let mut command = cmd(parts.next().unwrap());
    for part in parts {
        command.arg(part);
    }
    let told: RedisResult<redis::Value> = command.query_async(conn).await;
    told.expect(words);
}

/// Uploads a picture, signs in and opens a link with a password, while Redis is unwell. Returns the picture.
async fn work(server: &Running, admin: &str, name: &str) -> Value {
    let asset = server.upload(admin, name, fixtures::jpeg(50, 40)).await["id"].clone();
    let link = server.public_link(admin, &asset, json!({ "password": "open sesame" })).await;
    let start = Instant::now();
    server.admin().await;
    let page = link["url"].as_str().unwrap();
    let opened = server.visitor().post_form(&format!("{page}/unlock"), &[("password", "open sesame")]).await;
    assert!(opened.status().is_redirection() || opened.status().is_success(), "{}", opened.status());
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
    asset
}

#[tokio::test(flavor = "multi_thread")]
async fn jobs_wait_in_the_outbox_and_requests_do_not_wait() {
    let ours = Authority::new("ours");
    let redis = SecuredRedis::start(&ours, "no", &["--maxmemory-policy", "noeviction"]);
    let files = RedisFiles { ca: Some(redis.folder.path().join("ca.crt")), ..RedisFiles::default() };
    let url = format!("rediss://localhost:{}", redis.port);
    let operator = RedisServer::new(&url, &files).unwrap();
    let mut operator = RedisConnection::new(&operator, LONG, 0);
    let database_url = servers().database_url(&servers().new_database().await);
    let timeouts = Timeouts { redis: Timeouts::default().redis, ..Options::default().timeouts };
    let options = Options { workers: true, redis_files: files, timeouts, ..Options::default() };
    let server = start_on(database_url, url, options);
    let admin = server.admin().await;
    let first = server.upload(&admin, "first.jpg", fixtures::jpeg(40, 30)).await["id"].clone();
    server.proxies(&admin, &first).await;

    for (state, begin, end) in [
        ("full", "CONFIG SET maxmemory 1", "CONFIG SET maxmemory 0"),
        // A replica of nobody: it answers, and takes no writes.
        ("read-only", "REPLICAOF 127.0.0.1 1", "REPLICAOF NO ONE"),
        ("silent", "CLIENT PAUSE 3600000 WRITE", "CLIENT UNPAUSE"),
    ] {
        tell(&mut operator, begin).await;
        let asset = work(&server, &admin, &format!("{state}.jpg")).await;
        assert!(server.count("outbox WHERE job->>'job' = 'ingest_asset'").await > 0, "{state}");
        assert_eq!(server.visitor().get("/readyz").await.status(), 200, "{state}");
        tell(&mut operator, end).await;
        let proxies = server.proxies(&admin, &asset).await;
        assert!(proxies.as_array().unwrap().iter().all(|proxy| proxy["state"] == "READY"), "{state}: {proxies}");
    }
}
