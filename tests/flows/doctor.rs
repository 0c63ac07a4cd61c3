//! `vitrine doctor`, and what all commands tell of a configuration that is wrong.

use crate::jobs::command::{configuration, json_of, run};
use diesel_async::SimpleAsyncConnection;
use serde_json::Value;
use std::{fs, path::PathBuf};
use tests::{MailServer, RedisCluster, Running, fixtures, servers, start};

type Variables = Vec<(&'static str, String)>;

/// A configuration that is as it should be.
fn healthy(server: &Running) -> Variables {
    let mut all = configuration(server);
    all.push(("VITRINE_PUBLIC_URL", "https://share.example.com".to_owned()));
    all.push(("VITRINE_TRUSTED_PROXIES", "10.0.0.1".to_owned()));
    all
}

fn with(all: &Variables, name: &'static str, value: &str) -> Variables {
    let others = all.iter().filter(|(other, _)| *other != name).cloned();
    others.chain([(name, value.to_owned())]).collect()
}

/// The texts of what is `health` in a part.
fn told<'a>(told: &'a Value, part: &str, health: &str) -> Vec<&'a str> {
    let findings = told["findings"].as_array().unwrap().iter();
    let of = findings.filter(|finding| finding["part"] == part && finding["health"] == health);
    of.map(|finding| {
        assert_eq!(finding["advice"].is_string(), health != "good", "{finding}");
        finding["text"].as_str().unwrap()
    })
    .collect()
}

#[tokio::test]
async fn an_installation_that_works_is_told_so() {
    let server = start().await;
    server.admin().await;
    let before = server.blobs();
    let found = json_of(&healthy(&server), "doctor --json", 0).await;
    assert_eq!(found["failed"], 0, "{found}");
    for part in ["configuration", "postgres", "redis", "storage", "programs", "machine"] {
        assert!(!told(&found, part, "good").is_empty(), "{part}: {found}");
    }
    assert_eq!(told(&found, "storage", "warning"), Vec::<&str>::new());
    assert_eq!(server.blobs(), before, "the probe is gone");
    let (code, text, _) = run(&healthy(&server), "doctor").await;
    assert!(code == 0 && text.contains("good     postgres       Postgres "), "{text}");
}

#[tokio::test]
async fn files_that_are_missing_are_told() {
    let server = start().await;
    let admin = server.admin().await;
    let assets = [
        server.upload(&admin, "a.jpg", fixtures::jpeg(40, 30)).await,
        server.upload(&admin, "b.jpg", fixtures::jpeg(41, 30)).await,
    ];
    let _workers = server.workers();
    for asset in &assets {
        server.proxies(&admin, &asset["id"]).await;
    }
    let found = json_of(&healthy(&server), "doctor --json", 0).await;
    assert_eq!(told(&found, "storage", "failed"), Vec::<&str>::new());
    let files = server.folder.path().join("blobs/files");
    let first = |folder: PathBuf| fs::read_dir(folder).unwrap().next().unwrap().unwrap().path();
    fs::remove_file(first(first(files))).unwrap();
    let found = json_of(&healthy(&server), "doctor --json", 1).await;
    let failed = told(&found, "storage", "failed");
    assert!(failed[0].contains("that the database names, 1 are missing, one of them files/"), "{found}");
}

#[tokio::test]
async fn the_mail_server_is_tried_and_gets_no_mail() {
    let server = start().await;
    let mails = MailServer::start();
    let all = with(&healthy(&server), "VITRINE_MAIL_FROM", "press@example.com");
    let found = json_of(&with(&all, "VITRINE_SMTP_URL", &mails.url), "doctor --json", 0).await;
    assert_eq!(told(&found, "mail", "good"), ["the mail server answers"]);
    assert_eq!(mails.unread().await, 0);
    let found = json_of(&with(&all, "VITRINE_SMTP_URL", "smtp://127.0.0.1:1"), "doctor --json", 1).await;
    assert!(told(&found, "mail", "failed")[0].contains("refused"), "{found}");
}

#[tokio::test]
async fn an_empty_variable_is_none() {
    let server = start().await;
    let mut all = healthy(&server);
    for name in [
        "VITRINE_TRUSTED_PROXIES",
        "VITRINE_METRICS_LISTEN",
        "VITRINE_REQUEST_RATE",
        "DATABASE_REPLICA_URL",
        "REDIS_PASSWORD_FILE",
        "REDIS_URL_FILE",
        "VITRINE_SMTP_URL",
        "VITRINE_MAX_FILE",
    ] {
        all = with(&all, name, "");
    }
    let found = json_of(&all, "doctor --json", 0).await;
    assert_eq!(told(&found, "configuration", "failed"), Vec::<&str>::new());
}

#[tokio::test]
async fn each_part_that_fails_is_told_and_keeps_no_other_from_being_tried() {
    let server = start().await;
    let all = healthy(&server);
    let secret = "postgres://vitrine:very-secret@localhost:1/nothing";
    let worst = with(&all, "DATABASE_URL", secret);
    let worst = with(&worst, "REDIS_URL", "redis://:very-secret@localhost:1");
    let worst = with(&worst, "VITRINE_STORAGE", "file:/proc/blobs");
    let worst = with(&worst, "VITRINE_SECRET_KEY", "short");
    let worst = with(&worst, "PATH", "/nowhere");
    let found = json_of(&worst, "doctor --json", 1).await;
    for part in ["configuration", "postgres", "redis", "storage", "programs"] {
        assert!(!told(&found, part, "failed").is_empty(), "{part}: {found}");
    }
    assert!(!found.to_string().contains("very-secret"), "{found}");
    assert_eq!(told(&found, "programs", "failed")[0], "ffmpeg is not installed");
    assert!(told(&found, "configuration", "failed")[0].contains("VITRINE_SECRET_KEY"), "{found}");
    let (code, text, _) = run(&worst, "doctor").await;
    assert!(code == 1 && text.contains("it is in the package ffmpeg."), "{text}");
}

#[tokio::test]
async fn what_does_not_belong_together_is_told() {
    let (server, other) = tokio::join!(start(), start());
    let all = healthy(&server);
    let empty = servers().database_url(&servers().new_empty_database().await);
    let found = json_of(&with(&all, "DATABASE_URL", &empty), "doctor --json", 1).await;
    assert!(told(&found, "postgres", "failed")[0].contains("migrations have not run"), "{found}");
    other.sql("UPDATE installation SET id = gen_random_uuid()").await;
    // The first collection of garbage says whose storage it is.
    json_of(&all, "job collect_garbage --json", 0).await;
    let found = json_of(&with(&all, "DATABASE_URL", &other.database_url), "doctor --json", 1).await;
    assert!(told(&found, "storage", "failed")[0].contains("belongs to another installation"), "{found}");

    let admin = server.admin().await;
    let asset = server.upload(&admin, "a.jpg", fixtures::jpeg(40, 30)).await["id"].clone();
    server.public_link(&admin, &asset, serde_json::json!({})).await;
    let new_key = "another key of the server that is long enough";
    let found = json_of(&with(&all, "VITRINE_SECRET_KEY", new_key), "doctor --json", 0).await;
    assert!(told(&found, "postgres", "warning")[0].starts_with("1 links have a key"), "{found}");
    let both = format!("{new_key},{}", server.secret_key);
    let found = json_of(&with(&all, "VITRINE_SECRET_KEY", &both), "doctor --json", 0).await;
    assert_eq!(told(&found, "postgres", "warning"), Vec::<&str>::new());
}

#[tokio::test]
async fn what_a_new_installation_lacks_is_told() {
    let server = start().await;
    let without_key: Variables =
        healthy(&server).into_iter().filter(|(name, _)| *name != "VITRINE_SECRET_KEY").collect();
    let found = json_of(&without_key, "doctor --json", 1).await;
    assert_eq!(told(&found, "configuration", "failed"), ["VITRINE_SECRET_KEY is not set"]);

    // A user to whom somebody else gave an empty database.
    let name = servers().new_empty_database().await;
    let url = servers().database_url(&name);
    let mut owner = url.parse::<schema::Database>().unwrap().connect().await.unwrap();
    let role = format!("guest_{name}");
    let make = format!("CREATE ROLE {role} LOGIN; REVOKE CREATE ON SCHEMA public FROM public");
    owner.batch_execute(&make).await.unwrap();
    let theirs = url.replacen("user=vitrine", &format!("user={role}"), 1);
    assert_ne!(theirs, url);
    let found = json_of(&with(&healthy(&server), "DATABASE_URL", &theirs), "doctor --json", 1).await;
    assert!(told(&found, "postgres", "failed")[0].contains("may not create tables"), "{found}");
    owner.batch_execute(&format!("ALTER DATABASE {name} OWNER TO {role}")).await.unwrap();
    owner.batch_execute(&format!("GRANT CREATE ON SCHEMA public TO {role}")).await.unwrap();
    let found = json_of(&with(&healthy(&server), "DATABASE_URL", &theirs), "doctor --json", 1).await;
    assert!(told(&found, "postgres", "failed")[0].contains("migrations have not run"), "{found}");
}

#[tokio::test]
async fn a_cluster_and_a_server_alone_want_their_own_urls() {
    let server = start().await;
    let redis = RedisCluster::start().await;
    let (nodes, all) = (redis.hosts(), healthy(&server));
    let (_, node) = nodes.rsplit_once(',').unwrap();
    let found =
        json_of(&with(&all, "REDIS_URL", &format!("redis+cluster://:secret@{nodes}")), "doctor --json", 0).await;
    assert!(told(&found, "redis", "good")[0].ends_with(" answers"), "{found}");
    let found = json_of(&with(&all, "REDIS_URL", &format!("redis://:secret@{node}")), "doctor --json", 1).await;
    assert_eq!(told(&found, "redis", "failed"), ["the server is a node of a cluster"]);
}

#[tokio::test]
async fn a_line_of_the_configuration_file_that_cannot_be_read_is_named_without_its_value() {
    let server = start().await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("vitrine.env");
    let all = with(&configuration(&server), "VITRINE_CONFIG", file.to_str().unwrap());
    for (text, named) in [
        ("# ours\nDATABASE_URL=postgres://u:very secret@h/d\n", "vitrine.env, line 2 (DATABASE_URL): "),
        ("# a comment\nvery secret\n", "vitrine.env, line 2: "),
        ("DATABASE_URL: postgres://u:secret@h/d?sslmode=require\n", "vitrine.env, line 1: "),
        ("DATABASE_URL='postgres://u:secret@h/d'\nc2VjcmV0 secret=\n", "vitrine.env, line 2: "),
    ] {
        fs::write(&file, text).unwrap();
        let (code, _, errors) = run(&all, "doctor").await;
        assert!(code == 78 && errors.contains(named), "{errors}");
        assert!(!errors.contains("secret"), "{errors}");
    }
}

#[tokio::test]
async fn all_that_is_wrong_is_told_at_once() {
    let server = start().await;
    let all = configuration(&server);
    let wrong = with(&with(&all, "VITRINE_MAX_FILE", "50X"), "VITRINE_LISTEN", "4714");
    let (code, _, errors) = run(&wrong, "serve").await;
    assert_eq!(code, 78, "{errors}");
    for variable in ["VITRINE_MAX_FILE", "VITRINE_LISTEN"] {
        assert!(errors.contains(&format!("{variable} cannot be read: ")), "{errors}");
    }
    let wrong = with(&with(&all, "VITRINE_PUBLIC_URL", "nowhere"), "VITRINE_STORAGE", "blobs");
    let wrong = with(&with(&wrong, "VITRINE_SECRET_KEY", "short"), "VITRINE_SMTP_URL", "smtp://localhost");
    let (code, _, errors) = run(&wrong, "worker").await;
    assert_eq!(code, 78, "{errors}");
    for variable in ["VITRINE_PUBLIC_URL", "VITRINE_STORAGE", "VITRINE_SECRET_KEY", "VITRINE_MAIL_FROM"] {
        assert!(errors.contains(variable), "{variable}: {errors}");
    }
}

#[tokio::test]
async fn a_secret_can_be_in_a_file() {
    let server = start().await;
    let folder = tempfile::tempdir().unwrap();
    let all = configuration(&server);
    let mut in_files: Variables = all.iter().filter(|(name, _)| *name == "VITRINE_STORAGE").cloned().collect();
    for (name, file) in [
        ("DATABASE_URL", "DATABASE_URL_FILE"),
        ("REDIS_URL", "REDIS_URL_FILE"),
        ("VITRINE_SECRET_KEY", "VITRINE_SECRET_KEY_FILE"),
    ] {
        let path = folder.path().join(name);
        let value = &all.iter().find(|(other, _)| *other == name).unwrap().1;
        fs::write(&path, format!("{value}\n")).unwrap();
        in_files.push((file, path.display().to_string()));
    }
    json_of(&in_files, "job collect_garbage --json", 0).await;
    json_of(&in_files, "job reconcile --json", 0).await;
    let twice = with(&in_files, "REDIS_URL", &server.redis_url);
    let (code, _, errors) = run(&twice, "worker").await;
    assert!(code == 78 && errors.contains("REDIS_URL and REDIS_URL_FILE are both set"), "{errors}");
    let missing = with(&in_files, "DATABASE_URL_FILE", "/nowhere/secret");
    let (code, _, errors) = run(&missing, "worker").await;
    assert!(code == 78 && errors.contains("DATABASE_URL_FILE: /nowhere/secret cannot be read"), "{errors}");
    let (code, help, _) = run(&in_files, "serve --help").await;
    assert!(code == 0 && !help.contains(&server.secret_key), "{help}");
}
