//! Redis with TLS, users and passwords, where Sentinels say, and in a cluster.

use app::redis_server::{RedisConnection, RedisFiles, RedisServer};
use jobs::queue::{Consumer, Ended, Outcome};
use redis::{AsyncCommands, RedisResult, cmd};
use schema::outbox::{Job, Priority};
use serde_json::json;
use std::{fs, net::TcpListener, path::PathBuf, time::Duration};
use tests::{Authority, LONG, Options, RedisCluster, Running, SecuredRedis, WatchedRedis, fixtures, servers, start_on};

/// Writes and reads, if there is a connection.
async fn works(url: &str, files: &RedisFiles) -> Result<(), String> {
    let server = RedisServer::new(url, files).map_err(|error| error.to_string())?;
    let mut conn = RedisConnection::new(&server, LONG, 0);
    let set: RedisResult<()> = conn.set("vitrine:key", "value").await;
    set.map_err(|error| error.to_string())?;
    let subscribed = server.subscriber().await.map_err(|error| error.to_string())?.subscribe("vitrine:wake").await;
    subscribed.map_err(|error| error.to_string())
}

#[tokio::test]
async fn a_redis_with_tls_is_checked_and_knows_its_users() {
    let (ours, other) = (Authority::new("ours"), Authority::new("another"));
    let users =
        ["--requirepass", "secret", "--user", "mary", "on", ">herpassword", "~vitrine:*", "&vitrine:*", "+@all"];
    let redis = SecuredRedis::start(&ours, "no", &users);
    let other_ca = redis.folder.path().join("other.crt");
    fs::write(&other_ca, &other.pem).unwrap();
    let trusted = RedisFiles { ca: Some(redis.folder.path().join("ca.crt")), ..RedisFiles::default() };
    let port = redis.port;
    for (name, url, files, expected) in [
        ("the password", format!("rediss://:secret@localhost:{port}"), &trusted, true),
        ("a user", format!("rediss://mary:herpassword@localhost:{port}"), &trusted, true),
        ("a database", format!("rediss://:secret@localhost:{port}/3"), &trusted, true),
        ("no password", format!("rediss://localhost:{port}"), &trusted, false),
        ("a wrong password", format!("rediss://mary:secret@localhost:{port}"), &trusted, false),
        ("another host name", format!("rediss://:secret@127.0.0.1:{port}"), &trusted, false),
        ("no TLS", format!("redis://:secret@localhost:{port}"), &RedisFiles::default(), false),
        ("the system's authorities", format!("rediss://:secret@localhost:{port}"), &RedisFiles::default(), false),
        (
            "another authority",
            format!("rediss://:secret@localhost:{port}"),
            &RedisFiles { ca: Some(other_ca.clone()), ..RedisFiles::default() },
            false,
        ),
    ] {
        let found = tokio::time::timeout(LONG, works(&url, files)).await.expect(name);
        assert_eq!(found.is_ok(), expected, "{name}: {found:?}");
        assert!(found.is_ok() || !found.unwrap_err().contains("secret"), "{name}");
    }
}

#[tokio::test]
async fn a_user_of_the_keys_and_channels_that_the_readme_names_has_a_queue() {
    let users = [
        "vitrine on >secret ~vitrine:* resetchannels &vitrine:* +@all",
        "mute on >secret ~vitrine:* resetchannels +@all",
        "keyless on >secret ~other:* resetchannels &vitrine:* +@all",
        "simple on >secret ~vitrine:* resetchannels &vitrine:* +@all -@scripting",
    ];
    let users: Vec<&str> = users.iter().flat_map(|user| ["--user"].into_iter().chain(user.split(' '))).collect();
    let redis = SecuredRedis::start(&Authority::new("ours"), "no", &users);
    let trusted = RedisFiles { ca: Some(redis.folder.path().join("ca.crt")), ..RedisFiles::default() };
    let url = format!("rediss://vitrine:secret@localhost:{}", redis.port);
    let server = RedisServer::new(&url, &trusted).unwrap();
    let clock = domain::Clock::system();
    let queue = jobs::Queue::connect(&server, api::cli::NAMESPACE, clock.clone()).await.unwrap();
    assert!(queue.push(&Job::Reconcile, Priority::Background).await.unwrap());
    assert_eq!(queue.depths().await.unwrap().iter().map(|lane| lane.ready).sum::<usize>(), 1);
    queue.probe().await.unwrap();
    // Those who lack something are told by the same probe.
    for user in ["mute", "keyless", "simple"] {
        let url = format!("rediss://{user}:secret@localhost:{}", redis.port);
        let server = RedisServer::new(&url, &trusted).unwrap();
        let queue = jobs::Queue::connect(&server, api::cli::NAMESPACE, clock.clone()).await.unwrap();
        let refused = queue.probe().await.unwrap_err().to_string();
        assert!(refused.contains("can't") || refused.contains("no permissions"), "{user}: {refused}");
    }
    let other = jobs::Queue::connect(&server, "another", clock).await.unwrap();
    let refused = other.push(&Job::Reconcile, Priority::Background).await.unwrap_err().to_string();
    assert!(refused.contains("no permissions to access one of the keys"), "{refused}");
}

#[tokio::test]
async fn a_redis_that_asks_for_a_certificate_gets_it() {
    let ours = Authority::new("ours");
    let redis = SecuredRedis::start(&ours, "yes", &[]);
    let file = |name: &str| Some(redis.folder.path().join(name));
    let url = format!("rediss://localhost:{}", redis.port);
    let shown = RedisFiles {
        ca: file("ca.crt"),
        certificate: file("robot.crt"),
        key: file("robot.key"),
        ..RedisFiles::default()
    };
    works(&url, &shown).await.unwrap();
    let none = RedisFiles { ca: file("ca.crt"), ..RedisFiles::default() };
    assert!(works(&url, &none).await.is_err());
}

#[tokio::test]
async fn a_password_changes_while_we_run_and_the_file_may_come_late() {
    let ours = Authority::new("ours");
    let redis = SecuredRedis::start(&ours, "no", &["--requirepass", "first"]);
    let file = |name: &str| -> PathBuf { redis.folder.path().join(name) };
    fs::write(file("password"), "first\n").unwrap();
    let files = RedisFiles { ca: Some(file("ca.crt")), password: Some(file("password")), ..RedisFiles::default() };
    let server = RedisServer::new(&format!("rediss://localhost:{}", redis.port), &files).unwrap();
    let mut conn = RedisConnection::new(&server, LONG, 0);
    let _: () = conn.set("key", 1).await.unwrap();
    server.subscriber().await.unwrap();

    let operator = RedisFiles { password: None, ..files };
    let operator = RedisServer::new(&format!("rediss://:first@localhost:{}", redis.port), &operator).unwrap();
    let mut operator = RedisConnection::new(&operator, LONG, 0);
    let _: () = cmd("CONFIG").arg("SET").arg("requirepass").arg("second").query_async(&mut operator).await.unwrap();
    let _: usize = cmd("CLIENT").arg("KILL").arg("SKIPME").arg("yes").query_async(&mut operator).await.unwrap();
    // Refused as long as the file has the old password, and at home again as soon as it has the new one.
    let refused = async {
        while conn.get::<_, i32>("key").await.is_ok_and(|_| true) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(LONG, refused).await.unwrap();
    for _ in 0..3 {
        assert!(conn.get::<_, i32>("key").await.is_err());
    }
    assert!(server.subscriber().await.is_err());
    fs::write(file("password"), "second\n").unwrap();
    let healed = async {
        while conn.get::<_, i32>("key").await.is_err() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(LONG, healed).await.unwrap();
    server.subscriber().await.unwrap();
}

#[tokio::test]
async fn the_server_that_sentinels_name_is_used_and_the_one_that_takes_over() {
    let mut redis = WatchedRedis::start().await;
    fs::write(redis.file("password"), "secret\n").unwrap();
    fs::write(redis.file("sentinels"), "theirs\n").unwrap();
    let file = |name: &str| Some(redis.file(name));
    let sentinels = RedisFiles { sentinel_password: file("sentinels"), ..RedisFiles::default() };
    let with_file = RedisFiles { password: file("password"), ..sentinels.clone() };
    // The first of them is away, and the second never answers.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let dead = silent.local_addr().unwrap();
    let at = |user: &str, name: &str| {
        format!("redis+sentinel://{user}127.0.0.1:1,{dead},127.0.0.1:{}/{name}", redis.sentinel)
    };
    for (name, url, files, expected) in [
        ("the password", at(":secret@", "press"), &sentinels, true),
        ("a database", at(":secret@", "press/3"), &sentinels, true),
        ("a password in a file", at("", "press"), &with_file, true),
        ("a wrong password", at(":wrong@", "press"), &sentinels, false),
        ("a wrong password of the Sentinels", at(":secret@", "press"), &RedisFiles::default(), false),
        ("an unknown name", at(":secret@", "others"), &sentinels, false),
    ] {
        let found = tokio::time::timeout(LONG, works(&url, files)).await.expect(name);
        assert_eq!(found.is_ok(), expected, "{name}: {found:?}");
        assert!(found.is_ok() || !found.unwrap_err().contains("secret"), "{name}");
    }

    let server = RedisServer::new(&at("", "press"), &with_file).unwrap();
    let queue = jobs::Queue::connect(&server, "vitrine", domain::Clock::system()).await.unwrap();
    assert!(queue.push(&Job::Reconcile, Priority::Background).await.unwrap());
    // Less than the client waits for a Sentinel.
    let mut conn = RedisConnection::new(&server, Duration::from_millis(900), 0);
    let working = async {
        while conn.set::<_, _, ()>("key", "before").await.is_err() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(LONG, working).await.expect("one Sentinel is enough");
    // Where a server only reads any more, the Sentinels are asked again. They name nobody else yet.
    redis.only_reads(true).await;
    let refused = conn.set::<_, _, ()>("key", "refused").await.unwrap_err();
    assert_eq!(refused.code(), Some("READONLY"));
    assert!(conn.get::<_, String>("key").await.is_err(), "not over the old connection");
    redis.only_reads(false).await;
    let working = async {
        while conn.get::<_, String>("key").await.is_err() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(LONG, working).await.expect("the Sentinel is asked until it names a server that agrees");
    redis.kill_first().await;
    let taken_over = async {
        while conn.set::<_, _, ()>("key", "after").await.is_err() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(LONG, taken_over).await.expect("the other server takes over");
    // The queue has what it had, and goes on.
    let depth = async || queue.depths().await.map(|lanes| lanes.iter().map(|lane| lane.ready).sum::<usize>());
    let found_again = async {
        while depth().await.is_err() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(LONG, found_again).await.expect("the queue is found again");
    assert_eq!(depth().await.unwrap(), 1);
    // A single question may take longer than the client waits, where much else runs.
    let subscribed = async {
        loop {
            match server.subscriber().await {
                Ok(mut subscriber) => return subscriber.subscribe("vitrine:wake").await,
                Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
            }
        }
    };
    tokio::time::timeout(LONG, subscribed).await.expect("it is found again for subscriptions, too").unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cluster_has_the_queue_and_counts_guesses_while_its_nodes_fail() {
    let mut redis = RedisCluster::start().await;
    fs::write(redis.file("password"), "secret\n").unwrap();
    let at = |user: &str| format!("redis+cluster://{user}{}", redis.hosts());
    let plain = servers().redis_url.strip_prefix("redis://").map(|rest| format!("redis+cluster://{rest}"));
    let with_file = RedisFiles { password: Some(redis.file("password")), ..RedisFiles::default() };
    for (name, url, files, expected) in [
        ("the password", at(":secret@"), &RedisFiles::default(), true),
        ("a password in a file", at(""), &with_file, true),
        ("a wrong password", at(":wrongsecret@"), &RedisFiles::default(), false),
        ("no password", at(""), &RedisFiles::default(), false),
    ] {
        let found = tokio::time::timeout(LONG, works(&url, files)).await.expect(name);
        assert_eq!(found.is_ok(), expected, "{name}: {found:?}");
        assert!(found.is_ok() || !found.unwrap_err().contains("secret"), "{name}");
    }
    if let Some(plain) = plain {
        assert!(works(&plain, &RedisFiles::default()).await.is_err(), "a server alone is no cluster");
    }

    let database_url = servers().database_url(&servers().new_database().await);
    let server = start_on(database_url, at(":secret@"), Options { workers: true, ..Options::default() });
    let admin = server.admin().await;
    let asset = server.upload(&admin, "before.jpg", fixtures::jpeg(40, 30)).await["id"].clone();
    server.proxies(&admin, &asset).await;
    // All processes together let a stranger guess ten times.
    let guess = async |server: &Running| {
        let query = "mutation($input: SignInInput!) { signIn(input: $input) { userErrors { code } } }";
        let input = json!({ "email": "mary@example.com", "password": "wrong" });
        server.data("", query, json!({ "input": input })).await["signIn"]["userErrors"][0]["code"].clone()
    };
    for _ in 0..10 {
        assert_eq!(guess(&server).await, "WRONG_CREDENTIALS");
    }
    assert_ne!(guess(&server.another()).await, "WRONG_CREDENTIALS");

    // While a slot moves, nothing is done in it.
    let moving = jobs::Queue::connect(&server.redis_server, "moving", domain::Clock::system()).await.unwrap();
    assert!(moving.push(&Job::Reconcile, Priority::Background).await.unwrap());
    redis.move_slot("{moving}", true).await;
    moving.push(&Job::PruneLogs, Priority::Background).await.unwrap_err();
    assert_eq!(redis.moved_keys("{moving}").await, 0);
    redis.move_slot("{moving}", false).await;
    assert!(moving.push(&Job::PruneLogs, Priority::Background).await.unwrap());

    redis.kill_owner(&server.redis_server.prefix_of_keys(&server.namespace)).await;
    let asset = server.upload(&admin, "after.jpg", fixtures::jpeg(40, 30)).await["id"].clone();
    let proxies = server.proxies(&admin, &asset).await;
    assert!(proxies.as_array().unwrap().iter().all(|proxy| proxy["state"] == "READY"), "{proxies}");

    // Another queue there, which no worker empties.
    let queue = jobs::Queue::connect(&server.redis_server, "other", domain::Clock::system()).await.unwrap();
    let consumer = Consumer { lane: Job::Reconcile.lane(), owner: "tests".to_owned() };
    assert!(queue.push(&Job::Reconcile, Priority::Background).await.unwrap());
    let taken = queue.ack_and_fetch(&consumer, 1, &[]).await.unwrap().taken;
    let leases = [(taken[0].id.clone(), taken[0].fence)];
    queue.renew(&consumer, &leases).await.unwrap();
    assert_eq!(queue.running().await.unwrap()[0].id, leases[0].0);
    assert_eq!(queue.put_back(consumer.lane, "tests", &[]).await.unwrap(), 1);
    let again = queue.ack_and_fetch(&consumer, 1, &[]).await.unwrap().taken;
    let outcome = Outcome::Abort { reason: "for the test".to_owned() };
    let ended = Ended { id: again[0].id.clone(), fence: again[0].fence, outcome };
    queue.ack_and_fetch(&consumer, 0, &[ended]).await.unwrap();
    let dead = queue.dead(None, 10).await.unwrap();
    assert_eq!((dead.len(), dead[0].reason.as_str()), (1, "for the test"));
    assert_eq!(queue.revive(&[Job::Reconcile]).await.unwrap(), [dead[0].id.clone()]);
    queue.probe().await.unwrap();
    assert!(queue.server().await.unwrap().is_cluster);
}
