//! A whole installation on a Postgres and a Redis with TLS.

use app::redis_server::RedisFiles;
use diesel_async::SimpleAsyncConnection;
use schema::Database;
use serde_json::json;
use std::fs;
use tests::{
    ADMIN_EMAIL, ADMIN_PASSWORD, Authority, Options, SecuredPostgres, SecuredRedis, add_workspace, fixtures, start_on,
};

#[tokio::test(flavor = "multi_thread")]
async fn everything_works_with_tls_to_both() {
    let ours = Authority::new("ours");
    let (postgres, redis) =
        (SecuredPostgres::start(Some(&ours)), SecuredRedis::start(&ours, "yes", &["--requirepass", "a"]));
    let operator: Database = postgres.operator("postgres").parse().unwrap();
    let mut conn = operator.connect().await.unwrap();
    for statement in ["CREATE USER tls PASSWORD 'secret'", "CREATE DATABASE library OWNER tls"] {
        conn.batch_execute(statement).await.unwrap();
    }
    let file = |name: &str| redis.folder.path().join(name);
    let (password, ca) = (file("password-of-postgres"), file("ca.crt"));
    fs::write(&password, "secret").unwrap();
    fs::write(file("password"), "a").unwrap();

    let parameters = format!("sslmode=verify-full&sslrootcert={}", ca.display());
    let url = format!("postgres://tls@localhost:{}/library?{parameters}", postgres.port);
    let database = Database::new(&url, Some(&password)).unwrap();
    schema::migrations::run(&database).await.unwrap();
    let hash = domain::password::Password::for_user(ADMIN_PASSWORD, &[]).unwrap().hash();
    add_workspace(&mut database.connect().await.unwrap(), "VTR", ADMIN_EMAIL, &hash).await;

    let redis_files = RedisFiles {
        ca: Some(ca),
        certificate: Some(file("robot.crt")),
        key: Some(file("robot.key")),
        password: Some(file("password")),
    };
    let options = Options { workers: true, database_password_file: Some(password), redis_files, ..Options::default() };
    let server = start_on(url, format!("rediss://localhost:{}", redis.port), options);
    let admin = server.admin().await;
    let asset = server.upload(&admin, "a.jpg", fixtures::jpeg(40, 30)).await["id"].clone();
    let proxies = server.proxies(&admin, &asset).await;
    assert!(proxies.as_array().unwrap().iter().all(|proxy| proxy["state"] == "READY"), "{proxies}");
    let link = server.public_link(&admin, &asset, json!({ "allowOriginal": true })).await;
    assert_eq!(server.visitor().get(link["url"].as_str().unwrap()).await.status(), 200);
    let plain: i64 =
        server.count("pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE usename = 'tls' AND NOT ssl").await;
    assert_eq!(plain, 0);
}
