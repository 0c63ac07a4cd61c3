//! Servers that are gone for a while.

use api::{
    config::{RequestTimes, Timeouts},
    installation::servers::{Durability, PrivateServers},
};
use chrono::TimeDelta;
use diesel_async::{AsyncConnection, AsyncPgConnection};
use reqwest::StatusCode;
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use tests::{
    ADMIN_EMAIL, LONG, Options, Running, fixtures, kill, kill_postgres, pause_postgres, private, redis, redis_process,
    start_on,
};
use tokio::time::timeout;

/// Status and time of a GraphQL call that does not hang.
async fn ask(server: &Running, token: &str) -> (u16, Value, Duration) {
    let start = Instant::now();
    let request = tests::client().post(format!("{}/graphql", server.url)).bearer_auth(token);
    let response = request.json(&json!({ "query": "{ workspace { name } }" })).send().await.unwrap();
    (response.status().as_u16(), response.json().await.unwrap(), start.elapsed())
}

#[tokio::test]
async fn without_postgres_everything_says_so_soon_and_heals_by_itself() {
    let folder = tempfile::tempdir().unwrap();
    let servers = private(folder.path(), Durability::Durable).await;
    let (database_url, redis_url) = (servers.database_url().to_owned(), servers.redis_url().to_owned());
    let server = start_on(database_url, redis_url, Options { timeouts: Timeouts::default(), ..Options::default() });
    let admin = server.admin().await;
    let asset = server.upload(&admin, "a.jpg", fixtures::jpeg(40, 30)).await["id"].clone();
    let link = server.public_link(&admin, &asset, Value::Null).await;
    let (page, visitor) = (link["url"].as_str().unwrap(), server.visitor());
    let signed =
        server.data(&admin, "query($id: ID!) { asset(id: $id) { originalUrl } }", json!({ "id": asset })).await;
    let signed = signed["asset"]["originalUrl"].as_str().unwrap();
    assert_eq!(
        (visitor.get(page).await.status(), visitor.get(signed).await.status()),
        (StatusCode::OK, StatusCode::OK)
    );

    drop(servers);
    for _ in 0..3 {
        let (status, answer, took) = ask(&server, &admin).await;
        assert_eq!(
            (status, answer["errors"][0]["extensions"]["code"].as_str()),
            (503, Some("UNAVAILABLE")),
            "{answer}"
        );
        assert!(took < Duration::from_secs(5), "{took:?}");
        for url in [page, signed] {
            let gone = visitor.get(url).await;
            assert_eq!((gone.status().as_u16(), gone.headers().contains_key("retry-after")), (503, true), "{url}");
        }
    }
    assert_eq!(visitor.get("/healthz").await.status(), 200, "the process lives");
    assert_eq!(visitor.get("/readyz").await.status(), 503, "and says that it cannot serve");

    let _servers = PrivateServers::start(folder.path(), Durability::Durable).unwrap();
    server.until_ready().await;
    assert_eq!((ask(&server, &admin).await.0, visitor.get(page).await.status().as_u16()), (200, 200));
    assert_eq!(visitor.get(signed).await.status(), 200);
    // Neither is the view lost that was just before.
    let written = async { while server.services.views.write().await > 0 {} };
    timeout(LONG, written).await.expect("the views are written");
    let views = "query($id: ID!) { link(id: $id) { viewCount } }";
    assert_eq!(server.data(&admin, views, json!({ "id": link["id"] })).await["link"]["viewCount"], 2);
}

#[tokio::test]
async fn a_postgres_that_takes_statements_and_says_nothing_is_not_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let servers = private(folder.path(), Durability::Throwaway).await;
    let (database_url, redis_url) = (servers.database_url().to_owned(), servers.redis_url().to_owned());
    let request_times = RequestTimes { answer: Duration::from_secs(1), ..Options::default().request_times };
    let options = Options { timeouts: Timeouts::default(), request_times, ..Options::default() };
    let server = start_on(database_url, redis_url, options);
    let admin = server.admin().await;
    let asset = server.upload(&admin, "a.jpg", fixtures::jpeg(40, 30)).await["id"].clone();
    let link = server.public_link(&admin, &asset, Value::Null).await;
    let (page, visitor) = (link["url"].as_str().unwrap(), server.visitor());
    assert_eq!(visitor.get(page).await.status(), 200);

    let paused = pause_postgres(folder.path());
    assert!(paused.len() > 1 || !cfg!(target_os = "linux"));
    for path in [page, "/readyz", "/healthz"] {
        let start = Instant::now();
        let answer = visitor.get(path).await;
        let expected = if path == "/healthz" { 200 } else { 503 };
        assert_eq!(answer.status(), expected, "{path}");
        assert!(start.elapsed() < Duration::from_secs(10), "{path} took {:?}", start.elapsed());
    }
    let (status, answer, took) = ask(&server, &admin).await;
    assert_eq!((status, answer["errors"][0]["extensions"]["code"].as_str()), (503, Some("UNAVAILABLE")), "{answer}");
    assert!(took < Duration::from_secs(10), "{took:?}");
    drop(paused);
    server.until_ready().await;
    assert_eq!((ask(&server, &admin).await.0, visitor.get(page).await.status().as_u16()), (200, 200));
}

#[tokio::test]
async fn without_redis_everything_but_background_work_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let servers = private(folder.path(), Durability::Durable).await;
    let (database_url, redis_url) = (servers.database_url().to_owned(), servers.redis_url().to_owned());
    let server = start_on(database_url, redis_url.clone(), Options { workers: true, ..Options::default() });
    let admin = server.admin().await;
    let before = server.upload(&admin, "a.jpg", fixtures::jpeg(40, 30)).await["id"].clone();
    server.proxies(&admin, &before).await;

    kill(&redis_process(&redis_url).await);
    let during = server.upload(&admin, "b.jpg", fixtures::jpeg(50, 40)).await["id"].clone();
    let link = server.public_link(&admin, &during, json!({ "allowOriginal": true })).await;
    let visitor = server.visitor();
    assert_eq!(visitor.get(link["url"].as_str().unwrap()).await.status(), 200);
    assert_eq!(visitor.get("/readyz").await.status(), 200);

    drop(servers);
    let _servers = PrivateServers::start(folder.path(), Durability::Durable).unwrap();
    // Workers and relay find both servers again.
    server.until_ready().await;
    let proxies = server.proxies(&admin, &during).await;
    assert!(proxies.as_array().unwrap().iter().all(|proxy| proxy["state"] == "READY"), "{proxies}");
}

#[tokio::test]
async fn what_is_kept_survives_a_kill_of_everything() {
    let folder = tempfile::tempdir().unwrap();
    let servers = private(folder.path(), Durability::Durable).await;
    let (database_url, redis_url) = (servers.database_url().to_owned(), servers.redis_url().to_owned());
    let mut conn = redis(&redis_url).await;
    let _: () = redis::cmd("SET").arg("kept").arg("yes").query_async(&mut conn).await.unwrap();
    let postmaster = std::fs::read_to_string(folder.path().join("postgres/postmaster.pid")).unwrap();
    kill(&redis_process(&redis_url).await);
    kill(postmaster.lines().next().unwrap());
    drop(servers);

    let _servers = PrivateServers::start(folder.path(), Durability::Durable).unwrap();
    let mut conn = AsyncPgConnection::establish(&database_url).await.unwrap();
    assert!(schema::users::by_email(&mut conn, ADMIN_EMAIL).await.unwrap().is_some());
    let mut conn = redis(&redis_url).await;
    let kept: String = redis::cmd("GET").arg("kept").query_async(&mut conn).await.unwrap();
    assert_eq!(kept, "yes");
}

#[tokio::test]
async fn a_bulk_share_is_there_whole_or_not_at_all_when_postgres_is_killed() {
    let folder = tempfile::tempdir().unwrap();
    let servers = private(folder.path(), Durability::Durable).await;
    let (database_url, redis_url) = (servers.database_url().to_owned(), servers.redis_url().to_owned());
    let server = start_on(database_url, redis_url, Options { threads: 2, ..Options::default() });
    let admin = server.admin().await;
    let mut assets = Vec::new();
    for index in 0..40 {
        assets.push(server.upload(&admin, &format!("{index}.txt"), format!("text {index}")).await["id"].clone());
    }
    let client = tests::client();
    let query =
        "mutation($input: ShareAssetsInput!) { shareAssets(input: $input) { link { id } userErrors { code } } }";
    let end = (server.services.now() + TimeDelta::hours(1)).to_rfc3339();
    let call = async |key: &str| {
        let input = json!({ "assetIds": assets, "idempotencyKey": key, "settings": { "expiresAt": end } });
        let call = client.post(format!("{}/graphql", server.url)).bearer_auth(&admin);
        let response = call.json(&json!({ "query": query, "variables": { "input": input } })).send().await.unwrap();
        let answer: Value = response.json().await.unwrap();
        answer["data"]["shareAssets"]["link"]["id"].as_str().map(str::to_owned)
    };
    // Shares without end; what was answered is remembered, and what was not.
    let (answered, cut) = (std::sync::Mutex::new(Vec::new()), std::sync::Mutex::new(Vec::new()));
    let share = async |lane: usize| {
        for index in 0.. {
            let key = format!("{lane}-{index}");
            match call(&key).await {
                Some(id) => answered.lock().unwrap().push((key, id)),
                None => return cut.lock().unwrap().push(key),
            }
        }
    };
    let killer = async {
        while answered.lock().unwrap().len() < 50 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        kill_postgres(folder.path());
    };
    futures::join!(futures::future::join_all((0..8).map(share)), killer);

    drop(servers);
    let _servers = PrivateServers::start(folder.path(), Durability::Durable).unwrap();
    server.until_ready().await;
    let whole = "DO $$ BEGIN
        ASSERT (SELECT count(*) FROM links) >= 50;
        ASSERT (SELECT count(*) FROM links) = (SELECT count(*) FROM collections);
        ASSERT (SELECT count(*) FROM links) = (SELECT count(*) FROM link_events);
        ASSERT (SELECT count(*) FROM links) = (SELECT count(*) FROM outbox WHERE job->>'job' = 'expire_link');
        ASSERT (SELECT count(*) FROM links) = (SELECT count(*) FROM idempotency_keys WHERE answer IS NOT NULL);
        ASSERT (SELECT bool_and(members = 40) FROM (SELECT count(*) AS members FROM collection_assets GROUP BY collection_id) m);
        ASSERT (SELECT count(DISTINCT collection_id) FROM collection_assets) = (SELECT count(*) FROM collections);
    END $$";
    server.sql(whole).await;
    let query = "query($id: ID!) { link(id: $id) { target { ... on Collection { assets { totalCount } } } } }";
    let answered = answered.into_inner().unwrap();
    for (_, id) in &answered {
        let data = server.data(&admin, query, json!({ "id": id })).await;
        assert_eq!(data["link"]["target"]["assets"]["totalCount"], 40, "what was answered is kept: {id}");
    }
    // Whoever got no answer asks again with the same key, and nothing is shared twice.
    let mut keys = answered.len();
    for key in cut.into_inner().unwrap() {
        let first = call(&key).await.expect("it is shared now");
        assert_eq!(call(&key).await.as_ref(), Some(&first), "{key}");
        keys += 1;
    }
    assert_eq!(call(&answered[0].0).await.as_ref(), Some(&answered[0].1));
    server.sql(format!("DO $$ BEGIN ASSERT (SELECT count(*) FROM links) = {keys}; END $$")).await;
}
