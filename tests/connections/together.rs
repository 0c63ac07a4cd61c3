//! A whole installation on a Postgres and a Redis with TLS.

use app::redis_server::RedisFiles;
use diesel_async::SimpleAsyncConnection;
use schema::Database;
use serde_json::json;
use std::{fs, path::Path};
use tests::{
    ADMIN_EMAIL, ADMIN_PASSWORD, Authority, Options, SecuredPostgres, SecuredRedis, add_workspace, fixtures, start_on,
};
use tokio::process::Command;

fn shown(path: &Path) -> String {
    path.display().to_string()
}

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
    let redis_url = format!("rediss://localhost:{}", redis.port);
    for (words, variables) in [
        (&["migrate"][..], vec![("DATABASE_URL", url.clone()), ("DATABASE_PASSWORD_FILE", shown(&password))]),
        (
            &["job", "queue"],
            vec![
                ("REDIS_URL", redis_url.clone()),
                ("REDIS_PASSWORD_FILE", shown(&file("password"))),
                ("VITRINE_REDIS_CA", shown(&ca)),
                ("VITRINE_REDIS_CERT", shown(&file("robot.crt"))),
                ("VITRINE_REDIS_KEY", shown(&file("robot.key"))),
            ],
        ),
    ] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_vitrine-under-test"));
        let told = command.args(words).envs(variables).current_dir(redis.folder.path()).output().await.unwrap();
        assert!(told.status.success(), "{words:?}: {}", String::from_utf8_lossy(&told.stderr));
    }
    let hash = domain::password::Password::for_user(ADMIN_PASSWORD, &[]).unwrap().hash();
    add_workspace(&mut database.connect().await.unwrap(), "VTR", ADMIN_EMAIL, &hash).await;

    let redis_files = RedisFiles {
        ca: Some(ca),
        certificate: Some(file("robot.crt")),
        key: Some(file("robot.key")),
        password: Some(file("password")),
        sentinel_password: None,
    };
    let options = Options { workers: true, database_password_file: Some(password), redis_files, ..Options::default() };
    let server = start_on(url, redis_url, options);
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
