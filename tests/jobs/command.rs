//! The program: what its commands about jobs and passwords print and exit with.

use crate::jobs::hands::{Hands, abort, job, retry};
use api::{cli::NAMESPACE, installation::servers::Durability};
use jobs::{
    Queue,
    queue::{Consumer, LEASE},
};
use schema::outbox::{Lane, Priority};
use serde_json::{Value, json};
use std::process::{Output, Stdio};
use tests::{ADMIN_EMAIL, Running, private, start};
use tokio::process::Command;

/// The program with this configuration and no other.
pub(crate) fn vitrine(configuration: &[(&str, String)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_vitrine-under-test"));
    for name in ["DATABASE_URL", "REDIS_URL", "VITRINE_STORAGE", "VITRINE_SECRET_KEY", "VITRINE_CONFIG"] {
        command.env_remove(name);
    }
    // Where no file says anything.
    command.current_dir(std::env::temp_dir()).envs(configuration.iter().cloned()).stdin(Stdio::null());
    command.kill_on_drop(true);
    command
}

pub(crate) fn configuration(server: &Running) -> Vec<(&'static str, String)> {
    vec![
        ("DATABASE_URL", server.database_url.clone()),
        ("REDIS_URL", server.redis_url.clone()),
        ("VITRINE_STORAGE", format!("file:{}", server.folder.path().join("blobs").display())),
        ("VITRINE_SECRET_KEY", server.secret_key.clone()),
    ]
}

/// Exit code, standard output and standard error of a command.
pub(crate) async fn run(configuration: &[(&str, String)], words: &str) -> (i32, String, String) {
    let Output { status, stdout, stderr } = vitrine(configuration).args(words.split(' ')).output().await.unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (status.code().expect("no signal"), text(stdout), text(stderr))
}

pub(crate) async fn json_of(configuration: &[(&str, String)], words: &str, code: i32) -> Value {
    let (exited, told, errors) = run(configuration, words).await;
    assert_eq!(exited, code, "{words}: {told}{errors}");
    serde_json::from_str(&told).unwrap()
}

#[tokio::test]
async fn what_cannot_be_run_has_a_code_that_says_why() {
    let server = start().await;
    let all = configuration(&server);
    let without = |name: &str| all.iter().filter(|(other, _)| *other != name).cloned().collect::<Vec<_>>();
    let with = |name: &'static str, value: &str| [without(name), vec![(name, value.to_owned())]].concat();
    let nowhere = "postgres:///nothing?host=/nowhere&user=vitrine";
    for (configuration, words, code, says) in [
        (&all, "job fly", 64, "there is no job 'fly'; see `vitrine job list`"),
        (&all, "job sweep_expired --fast", 64, "'--fast'"),
        (&all, "job retry", 64, "<IDS>"),
        (&all, "fly", 64, "fly"),
        (&Vec::new(), "job list", 0, ""),
        (&Vec::new(), "job sweep_expired", 78, "DATABASE_URL is not set"),
        (&Vec::new(), "job queue", 78, "REDIS_URL is not set"),
        (&without("REDIS_URL"), "job reconcile", 78, "REDIS_URL is not set"),
        (&without("VITRINE_SECRET_KEY"), "job sweep_expired", 78, "VITRINE_SECRET_KEY is not set"),
        (&with("VITRINE_STORAGE", "ftp"), "job sweep_expired", 78, "VITRINE_STORAGE is \"ftp\""),
        (&without("VITRINE_SECRET_KEY"), "worker", 78, "VITRINE_SECRET_KEY is not set"),
        (&with("VITRINE_STORAGE", "ftp"), "import .", 78, "VITRINE_STORAGE is \"ftp\""),
        (&with("VITRINE_STORAGE", "s3://Media"), "worker", 78, "VITRINE_STORAGE is \"s3://Media\""),
        (&with("VITRINE_S3_ACCESS_KEY_ID", "key"), "worker", 78, "VITRINE_S3_SECRET_ACCESS_KEY_FILE"),
        (&with("VITRINE_S3_ENDPOINT", "s3.example.com"), "import .", 78, "VITRINE_S3_ENDPOINT is \"s3.example.com\""),
        (&all, "storage copy ftp s3://media", 64, "s3://bucket/prefix"),
        (&all, "storage copy file:/nowhere s3://media", 64, "/nowhere is not a folder"),
        (&all, "storage copy s3://media s3://media", 64, "the same"),
        (&with("REDIS_URL", "nothing"), "job queue", 78, "it looks like rediss://"),
        (&with("DATABASE_URL", "nothing"), "migrate", 78, "it looks like postgres://"),
        (&with("DATABASE_URL", "postgres://h/d?sslmode=verify-full"), "worker", 78, "sslrootcert"),
        (&with("DATABASE_PASSWORD_FILE", "/nowhere"), "serve", 78, "DATABASE_PASSWORD_FILE names /nowhere"),
        (&with("VITRINE_REDIS_CA", "/nowhere"), "job queue", 78, "/nowhere"),
        (&with("VITRINE_CONFIG", "/nowhere"), "job list", 78, "the configuration file"),
        (&with("VITRINE_PUBLIC_URL", "https://example.com/media"), "serve", 78, "with the path \"/media\""),
        (&with("VITRINE_PUBLIC_URL", "https://example.com/media"), "worker", 78, "a host name of its own"),
        (&with("VITRINE_PUBLIC_URL", "example.com"), "up", 78, "VITRINE_PUBLIC_URL is \"example.com\""),
        (&with("DATABASE_URL", nowhere), "job sweep_expired", 69, ""),
        (&with("DATABASE_URL", nowhere), "migrate", 69, "DATABASE_URL"),
        (&with("REDIS_URL", "redis+unix:///nowhere"), "job dead", 69, "redis"),
        (&all, "password-link", 64, "<EMAIL>"),
        (&without("VITRINE_SECRET_KEY"), "password-link a@example.com", 78, "VITRINE_SECRET_KEY is not set"),
        (&with("DATABASE_URL", nowhere), "password-link a@example.com", 69, ""),
        (&all, "password-link nobody@example.com", 1, "There is no account with this e-mail address."),
    ] {
        let (exited, told, errors) = run(configuration, words).await;
        assert_eq!(exited, code, "{words}: {told}{errors}");
        assert!(errors.contains(says), "{words}: {errors}");
        assert_eq!(errors.is_empty(), code == 0, "{words}: {errors}");
    }
}

#[tokio::test]
async fn a_job_tells_what_it_did_or_that_it_runs_elsewhere_or_that_it_failed() {
    let server = start().await;
    let configuration = configuration(&server);
    let listed = json_of(&[], "job list --json", 0).await;
    let listed: Vec<&str> = listed.as_array().unwrap().iter().map(|job| job["name"].as_str().unwrap()).collect();
    assert_eq!(listed, ["sweep_expired", "collect_garbage", "reconcile", "prune_logs"]);

    let done = json_of(&configuration, "job sweep_expired --json", 0).await;
    assert!(done["seconds"].as_f64().unwrap() >= 0.0, "{done}");
    assert_eq!((&done["job"], &done["sessions"]), (&json!("sweep_expired"), &json!(0)));
    let (code, told, _) = run(&configuration, "job sweep_expired").await;
    assert_eq!(
        (code, told.as_str()),
        (0, "sweep_expired: collections: 0, sessions: 0, password_links: 0, answers: 0\n")
    );

    let mut conn = server.database().await;
    let elsewhere = diesel_async::AsyncConnection::transaction(&mut conn, async |conn| {
        assert!(schema::periodic::try_lock(conn, schema::periodic::PeriodicJob::SweepExpired).await?);
        let told = json_of(&configuration, "job --json sweep_expired", 75).await;
        assert_eq!(run(&configuration, "job sweep_expired").await.1, "sweep_expired: it is running elsewhere\n");
        Ok::<_, diesel::result::Error>(told)
    });
    let elsewhere = elsewhere.await.unwrap();
    assert_eq!(elsewhere, json!({ "job": "sweep_expired", "running_elsewhere": true }));

    run(&configuration, "job collect_garbage").await;
    server.sql("UPDATE installation SET id = gen_random_uuid()").await;
    let (code, told, errors) = run(&configuration, "job collect_garbage --json").await;
    assert_eq!((code, told.as_str()), (1, ""));
    assert!(errors.contains("the storage belongs to another database"), "{errors}");
}

#[tokio::test]
async fn the_queue_is_seen_and_what_was_given_up_on_is_retried_or_discarded() {
    let folder = tempfile::tempdir().unwrap();
    // The program's names in Redis are the same everywhere: this Redis is its own.
    let servers = private(folder.path(), Durability::Throwaway).await;
    let redis = [("REDIS_URL", servers.redis_url().to_owned())];
    let queue =
        Queue::connect(&servers.redis_url().parse().unwrap(), NAMESPACE, domain::Clock::system()).await.unwrap();
    let hands = Hands { queue, consumer: Consumer { lane: Lane::Pictures, owner: "a worker".to_owned() } };
    let jobs = [job(), job(), job()];
    let mut ids = Vec::new();
    for job in &jobs {
        hands.push(job, Priority::Background).await;
        let taken = hands.take().await.unwrap();
        hands.end(&taken, abort()).await;
        ids.push(taken.id);
    }
    hands.push(&job(), Priority::Background).await;
    hands.end(&hands.take().await.unwrap(), retry(LEASE)).await;
    let at = job();
    hands.push(&at, Priority::Background).await;
    let running = hands.take().await.unwrap().id;

    let seen = json_of(&redis, "job queue --json", 0).await;
    let lane = |name: &str, ready, scheduled, running, dead| json!({ "lane": name, "ready": ready, "scheduled": scheduled, "running": running, "dead": dead });
    let idle = |name| lane(name, 0, 0, 0, 0);
    assert_eq!(seen["lanes"], json!([idle("upkeep"), lane("pictures", 0, 1, 1, 3), idle("videos"), idle("faces")]));
    let run_now = &seen["running"][0];
    assert_eq!(
        (&run_now["id"], &run_now["worker"], &run_now["attempt"], &run_now["job"]),
        (&json!(running), &json!("a worker"), &json!(1), &serde_json::to_value(&at).unwrap())
    );
    let (code, told, _) = run(&redis, "job queue").await;
    assert!(
        code == 0 && told.contains("pictures          0          1        1      3") && told.contains(&running),
        "{told}"
    );

    let dead = json_of(&redis, "job dead --json", 0).await;
    let told: Vec<&str> = dead.as_array().unwrap().iter().map(|job| job["id"].as_str().unwrap()).collect();
    assert_eq!(told, [&ids[2], &ids[1], &ids[0]], "the last one first");
    assert_eq!((&dead[2]["reason"], &dead[2]["attempts"]), (&json!("no use"), &json!(1)));
    assert_eq!(dead[2]["job"], serde_json::to_value(&jobs[0]).unwrap());
    assert!(run(&redis, "job dead").await.1.contains(": no use\n"));

    assert_eq!(json_of(&redis, &format!("job retry --json {}", ids[0]), 0).await, json!({ "retried": 1 }));
    assert_eq!(hands.depths().await, [1, 1, 1, 2]);
    let (code, told, errors) = run(&redis, &format!("job discard {} nothing", ids[1])).await;
    assert_eq!((code, told.as_str()), (1, "discarded: 1\n"), "{errors}");
    assert!(errors.contains("1 of the ids name no job that was given up on"), "{errors}");
    assert_eq!(hands.depths().await, [1, 1, 1, 1]);
    assert_eq!(json_of(&redis, "job discard --all --json", 0).await, json!({ "discarded": 1 }));
    assert_eq!(json_of(&redis, "job retry --all --json", 0).await, json!({ "retried": 0 }));
    assert_eq!(json_of(&redis, "job dead --json", 0).await, json!([]));
}

#[tokio::test]
async fn whoever_runs_the_server_lets_somebody_in() {
    let server = start().await;
    let configuration = [configuration(&server), vec![("VITRINE_PUBLIC_URL", server.url.clone())]].concat();
    let words = format!("password-link {}", ADMIN_EMAIL.to_uppercase());
    let (code, told, errors) = run(&configuration, &words).await;
    assert_eq!(code, 0, "{told}{errors}");
    assert!(errors.starts_with(&format!("Ada Admin ({ADMIN_EMAIL}) chooses another password there, once, until ")));
    assert!(!errors.contains("mailed"), "{errors}");
    let (_, again, _) = run(&configuration, &words).await;
    let (first, second) = (told.trim(), again.trim());
    assert!(second.starts_with(&format!("{}/password/", server.url)), "{second}");
    let choice = [("password", "a password of my own")];
    assert_eq!(server.visitor().post_form(first, &choice).await.status(), 404, "the earlier link has ended");
    let before = server.admin().await;
    assert_eq!(server.visitor().post_form(second, &choice).await.status(), 303);
    let viewer = server.data(&before, "{ viewer { id } }", Value::Null).await;
    assert_eq!(viewer["viewer"], Value::Null, "the sessions have ended");
    let admin = server.sign_in(ADMIN_EMAIL, "a password of my own").await;
    let events = "{ securityEvents(filter: { action: PASSWORD_LINK_CREATED }) { nodes { actor { id } subjectName } } }";
    let event = json!({ "actor": null, "subjectName": "Ada Admin" });
    let events = server.data(&admin, events, Value::Null).await;
    assert_eq!(events["securityEvents"]["nodes"], json!([event, event]));

    let editor = server.user(&admin, "Eddi", "EDITOR").await;
    let disable = "mutation($id: ID!) { disableUser(input: { id: $id }) { userErrors { message } } }";
    server.data(&admin, disable, json!({ "id": server.user_id(&editor).await })).await;
    let (code, told, errors) = run(&configuration, "password-link eddi@example.com").await;
    assert_eq!((code, told.as_str()), (1, ""));
    assert!(errors.contains("an administrator enables them first"), "{errors}");
}
