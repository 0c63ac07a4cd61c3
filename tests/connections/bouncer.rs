//! Postgres behind `PgBouncer`, in session mode.

use diesel_async::RunQueryDsl;
use serde_json::json;
use tests::{Options, PgBouncer, fixtures, servers, start_on};

#[tokio::test(flavor = "multi_thread")]
async fn behind_pgbouncer_everything_works_and_announcements_go_past_it() {
    let name = servers().new_database().await;
    let direct = servers().database_url(&name);
    let sockets = direct.split_once("host=").and_then(|(_, rest)| rest.split('&').next()).unwrap();
    let Some(bouncer) = PgBouncer::start(sockets) else {
        println!("PgBouncer is not installed: nothing is tried");
        return;
    };
    let options = Options {
        workers: true,
        database_direct_url: Some(format!("{direct}&application_name=direct")),
        ..Options::default()
    };
    let url = format!("postgres://vitrine@127.0.0.1:{}/{name}?application_name=bouncer", bouncer.port);
    let server = start_on(url, servers().redis_url.clone(), options);
    let admin = server.admin().await;
    let asset = server.upload(&admin, "a.jpg", fixtures::jpeg(40, 30)).await["id"].clone();
    let proxies = server.proxies(&admin, &asset).await;
    assert!(proxies.as_array().unwrap().iter().all(|proxy| proxy["state"] == "READY"), "{proxies}");
    let link = server.public_link(&admin, &asset, json!({ "allowOriginal": true })).await;
    assert_eq!(server.visitor().get(link["url"].as_str().unwrap()).await.status(), 200);

    let by = async |application: &str, query: &str| {
        let condition = format!("application_name = '{application}' AND query LIKE '{query}'");
        server.count(&format!("pg_stat_activity WHERE datname = current_database() AND {condition}")).await
    };
    assert_eq!(by("direct", "LISTEN outbox").await, 1, "the relay listens");
    assert_eq!(by("bouncer", "LISTEN %").await, 0);
    assert!(by("bouncer", "%").await > 0);
    // The settings of a connection are those of its use.
    let mut conn = server.services.pool.get().await.unwrap();
    let check =
        "DO $$ BEGIN ASSERT current_setting('jit') = 'off' AND current_setting('lock_timeout') = '1min'; END $$";
    diesel::sql_query(check).execute(&mut conn).await.unwrap();
}
