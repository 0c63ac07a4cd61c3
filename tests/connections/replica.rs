//! A replica of Postgres, from which listings are read: what is read there and what is not, while it is held, fails, or is none.

use crate::{
    graphql::statements::{LISTS, fill},
    jobs::command::{configuration, json_of, run},
};
use api::config::Timeouts;
use app::listings::{Counted, Freshness, ReplicaTimes};
use diesel_async::{AsyncConnection, SimpleAsyncConnection};
use serde_json::{Value, json};
use std::time::Duration;
use tests::{
    ADMIN_EMAIL, ADMIN_PASSWORD, LONG, Options, Replicated, Running, Visitor, fixtures, servers, start, start_with_key,
    statements_at,
};
use tokio::time::{sleep, timeout};

/// The names of the viewer's links.
const LINKS: &str =
    "{ links(first: 100) { nodes { name state target { ... on Asset { title } } createdBy { name } } } }";

/// A process that reads listings from the replica of these servers.
fn process(pair: &Replicated, max_lag: Duration, secret_key: &str) -> Running {
    let replica = ReplicaTimes { wait: LONG, max_lag };
    let timeouts = Timeouts { replica, ..Options::default().timeouts };
    let options = Options { database_replica_url: Some(pair.replica_url.clone()), timeouts, ..Options::default() };
    let (database_url, redis_url) = (pair.servers.database_url(), pair.servers.redis_url());
    start_with_key(database_url.to_owned(), redis_url.to_owned(), secret_key.to_owned(), options)
}

async fn start_both(max_lag: Duration) -> (Replicated, Running) {
    let pair = Replicated::start().await;
    let server = process(&pair, max_lag, &"the key of two servers ".repeat(2));
    (pair, server)
}

fn counted(server: &Running) -> Counted {
    server.services.listings.health().expect("a replica").1
}

/// Whether what is asked for is read from the replica.
async fn is_from_replica<T>(server: &Running, asked: impl Future<Output = T>) -> (T, bool) {
    let before = counted(server);
    let answer = asked.await;
    let after = counted(server);
    let read = (after.from_replica - before.from_replica, after.from_primary - before.from_primary);
    match read {
        (1, 0) => (answer, true),
        (_, 1) => (answer, false),
        other => panic!("one listing was read {other:?} times"),
    }
}

/// The names of the links that this token lists, and whether they come from the replica.
async fn links(server: &Running, token: &str) -> (Vec<String>, bool) {
    let (data, from_replica) = is_from_replica(server, server.data(token, LINKS, Value::Null)).await;
    let names = data["links"]["nodes"].as_array().unwrap().iter().map(|link| link["name"].as_str().unwrap().to_owned());
    (names.collect(), from_replica)
}

/// Waits until the listings of this token come from the replica.
async fn until_from_replica(server: &Running, token: &str) {
    let moved = async {
        while !links(server, token).await.1 {
            sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(LONG, moved).await.expect("listings are read from the replica");
}

/// Waits until the replica was found like this.
async fn until_found(server: &Running, like: impl Fn(&Freshness) -> bool) {
    let found = async {
        while !like(&server.services.listings.health().unwrap().0) {
            sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(LONG, found).await.expect("the replica is found like this");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_list_is_read_where_it_belongs() {
    // From here on, statements are counted.
    servers();
    let (pair, server) = start_both(LONG).await;
    let urls = (pair.servers.database_url().to_owned(), pair.servers.redis_url().to_owned());
    let plain = start_with_key(urls.0, urls.1, server.secret_key.clone(), Options::default());
    let admin = server.admin().await;
    let variables = fill(&plain, &admin, 3).await;
    pair.caught_up().await;
    until_from_replica(&server, &admin).await;
    let mut listings = 0;
    for (list, query, path) in LISTS.iter().filter(|(_, query, _)| !query.starts_with("mutation")) {
        let root = path.trim_start_matches('=').split('.').next().unwrap();
        let lists =
            ["accessRules", "assets", "collections", "linkEvents", "links", "securityEvents", "userGroups", "users"]
                .contains(&root);
        // Some of the others count views.
        server.views_written().await;
        pair.caught_up().await;
        let sent = || (statements_at(&pair.replica_url), server.statements());
        let before = sent();
        let data = server.data(&admin, query, variables.clone()).await;
        let after = sent();
        let (to_replica, to_primary) = (after.0 - before.0, after.1 - before.1);
        if lists {
            listings += 1;
            assert!(to_replica >= 2 && to_primary == 1, "{list}: {to_replica} and {to_primary}");
            // Neither ids nor order differ.
            assert_eq!(data, plain.data(&admin, query, variables.clone()).await, "{list}");
        } else {
            assert_eq!(to_replica, 0, "{list}");
        }
    }
    assert!(listings > 15, "{listings}");

    // The links were made by no server.
    let key = server.services.keys.newest().id().to_owned();
    plain.sql(format!("UPDATE links SET key_id = '{key}'")).await;
    pair.caught_up().await;
    let browser = server.admin_browser().await;
    for (path, lists) in [
        ("/library", true),
        ("/library?search=a", true),
        ("/links", true),
        ("/people", true),
        ("/bin", false),
        ("/account", false),
        ("/settings", false),
    ] {
        let before = statements_at(&pair.replica_url);
        assert_eq!(browser.get(path).await.status(), 200, "{path}");
        assert_eq!(statements_at(&pair.replica_url) > before, lists, "{path}");
    }
    // Visitors, files and monitoring never come there.
    let shared = server.data(&admin, "{ links(first: 1) { nodes { url } } }", Value::Null).await;
    let thumbnails = server.data(&admin, "{ assets(first: 1) { nodes { number internalUrl } } }", Value::Null).await;
    let before = statements_at(&pair.replica_url);
    let visitor = server.visitor();
    for path in [shared["links"]["nodes"][0]["url"].as_str().unwrap(), "/readyz"] {
        assert_eq!(visitor.get(path).await.status(), 200, "{path}");
    }
    let internal = thumbnails["assets"]["nodes"][0]["internalUrl"].as_str().unwrap();
    assert_eq!(browser.get(internal).await.status(), 200, "{internal}");
    assert_eq!(statements_at(&pair.replica_url), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_changes_something_sees_it_and_what_decides_counts_at_once() {
    let (pair, server) = start_both(LONG).await;
    let other = process(&pair, LONG, &server.secret_key);
    let ada = server.admin().await;
    let asset = server.upload(&ada, "a.jpg", fixtures::jpeg(40, 30)).await["id"].clone();
    let link = server.public_link(&ada, &asset, json!({ "name": "Before" })).await;
    let page = link["url"].as_str().unwrap().replace(&server.url, "");
    let otto = server.user(&ada, "Otto", "ADMIN").await;
    let (edda, vera) = (server.user(&ada, "Edda", "EDITOR").await, server.user(&ada, "Vera", "VIEWER").await);
    let gustav = server.user(&ada, "Gustav", "GUEST").await;
    let gives = async |token: &str, rights: &[&str]| {
        server.grant(&ada, json!({ "userId": server.user_id(token).await, "assetId": asset, "rights": rights })).await
    };
    let (of_gustav, of_vera) = (gives(&gustav, &["READ"]).await, gives(&vera, &["EDIT"]).await);
    let browser = server.signed_in("otto@example.com", "a long password").await;
    pair.caught_up().await;
    for token in [&ada, &otto, &edda, &vera] {
        until_from_replica(&server, token).await;
        until_from_replica(&other, token).await;
    }
    let rights = "{ assets { nodes { rights } } }";
    let may_edit = async |token: &str| {
        let (data, from_replica) = is_from_replica(&server, server.data(token, rights, Value::Null)).await;
        let of_first = data["assets"]["nodes"][0]["rights"].as_array().cloned();
        (of_first.map(|rights| rights.contains(&json!("EDIT"))), from_replica)
    };
    assert_eq!(may_edit(&vera).await, (Some(true), true));
    assert_eq!(may_edit(&gustav).await, (Some(false), false), "what a guest sees is decided by rules");

    pair.pause().await;
    let before = vec!["Before".to_owned()];
    // Ada sees her change through either process, Otto what was before, on the replica.
    server.public_link(&ada, &asset, json!({ "name": "After" })).await;
    let both = vec!["After".to_owned(), "Before".to_owned()];
    for process in [&server, &other] {
        assert_eq!(links(process, &ada).await, (both.clone(), false));
        assert_eq!(links(process, &otto).await, (before.clone(), true));
    }
    // Otto sees his own, which he makes by a page, and then hers, too.
    let text = async |browser: &Visitor, path: &str| browser.get(path).await.text().await.unwrap();
    let (shown, from_replica) = is_from_replica(&server, text(&browser, "/links")).await;
    assert!(from_replica && !shown.contains("After"), "{shown}");
    assert_eq!(server.visitor().get(&page).await.status(), 200);
    let disable = format!("/links/{}/disable", link["id"].as_str().unwrap());
    assert_eq!(browser.post_form(&disable, &[]).await.status(), 303);
    let (shown, from_replica) = is_from_replica(&server, text(&browser, "/links")).await;
    assert!(!from_replica && shown.contains("After") && shown.contains("Disabled"), "{shown}");
    assert_eq!(links(&other, &otto).await, (both.clone(), false));
    // What is disabled is closed to visitors at both, although the replica has it open.
    for process in [&server, &other] {
        assert_eq!(process.visitor().get(&page).await.status(), 404);
    }
    // Who has changed nothing goes on there.
    assert_eq!(links(&server, &edda).await, (Vec::new(), true));

    // Rights, roles, accounts and tokens count at once.
    for rule in [&of_gustav, &of_vera] {
        server.revoke(&ada, rule).await;
    }
    assert_eq!(may_edit(&vera).await, (Some(false), true));
    assert_eq!(may_edit(&gustav).await, (None, false));
    let code = async |process: &Running, token: &str, query: &str| {
        let answer = process.call(token, query, Value::Null).await;
        answer["errors"][0]["extensions"]["code"].as_str().unwrap_or_default().to_owned()
    };
    let users = "{ users { totalCount } }";
    assert_eq!(code(&other, &otto, users).await, "");
    let input = json!({ "input": { "id": server.user_id(&otto).await, "role": "VIEWER" } });
    let query = "mutation($input: UpdateUserInput!) { updateUser(input: $input) { userErrors { code } } }";
    assert_eq!(server.data(&ada, query, input).await["updateUser"]["userErrors"], json!([]));
    for process in [&server, &other] {
        assert_eq!(code(process, &otto, users).await, "FORBIDDEN");
        // Links of others are not his any more.
        assert_eq!(process.data(&otto, LINKS, Value::Null).await["links"]["nodes"], json!([]));
    }
    let input = json!({ "input": { "id": server.user_id(&edda).await } });
    let query = "mutation($input: DisableUserInput!) { disableUser(input: $input) { userErrors { code } } }";
    assert_eq!(server.data(&ada, query, input).await["disableUser"]["userErrors"], json!([]));
    server.data(&vera, "mutation { signOut { userErrors { code } } }", Value::Null).await;
    for (process, token) in [(&server, &edda), (&other, &edda), (&server, &vera), (&other, &vera)] {
        assert_eq!(code(process, token, LINKS).await, "UNAUTHENTICATED");
    }

    pair.resume().await;
    for process in [&server, &other] {
        until_from_replica(process, &ada).await;
        assert_eq!(links(process, &ada).await, (both.clone(), true));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_fails_on_the_replica_is_asked_again_on_the_primary() {
    let (mut pair, server) = start_both(LONG).await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "a.jpg", fixtures::jpeg(40, 30)).await["id"].clone();
    server.public_link(&admin, &asset, json!({ "name": "Press" })).await;
    let browser = server.admin_browser().await;
    let good = async || {
        assert_eq!(server.data(&admin, LINKS, Value::Null).await["links"]["nodes"][0]["target"]["title"], "a");
        assert_eq!(browser.get("/library").await.status(), 200);
        assert_eq!(browser.get("/links").await.status(), 200);
    };
    // Statements that a replica ends because the primary has removed what they read.
    server
        .sql(
            "CREATE FUNCTION conflict() RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN
                IF pg_is_in_recovery() THEN
                    RAISE 'canceling statement due to conflict with recovery' USING ERRCODE = '40001';
                END IF;
                RETURN true;
            END $$;
            CREATE OR REPLACE VIEW assets AS SELECT * FROM all_assets WHERE deleted_at IS NULL AND conflict()",
        )
        .await;
    pair.caught_up().await;
    until_found(&server, |found| matches!(found, Freshness::Behind { lag: Some(_), .. })).await;
    for _ in 0..3 {
        let before = counted(&server);
        good().await;
        let after = counted(&server);
        assert!(after.from_replica > before.from_replica && after.from_primary > before.from_primary, "{after:?}");
    }
    server.sql("CREATE OR REPLACE VIEW assets AS SELECT * FROM all_assets WHERE deleted_at IS NULL").await;
    pair.caught_up().await;
    until_from_replica(&server, &admin).await;

    // One that is held by a lock that its primary has given back already.
    let mut holder = server.database().await;
    holder.batch_execute("BEGIN; LOCK TABLE links IN ACCESS EXCLUSIVE MODE; SELECT pg_switch_wal()").await.unwrap();
    pair.replica_has("EXISTS (SELECT FROM pg_locks WHERE mode = 'AccessExclusiveLock')").await;
    pair.pause().await;
    holder.batch_execute("COMMIT").await.unwrap();
    good().await;
    // It answers, so that what does not want the lock is read from it all the while.
    let others = server.data(&admin, "{ assets { nodes { title } } }", Value::Null);
    let (data, from_replica) = is_from_replica(&server, others).await;
    assert_eq!((&data["assets"]["nodes"][0]["title"], from_replica), (&json!("a"), true));
    pair.resume().await;
    until_from_replica(&server, &admin).await;

    // One that is killed while it is asked, and comes back.
    let asking = async {
        for _ in 0..40 {
            good().await;
        }
    };
    tokio::join!(asking, async { pair.kill_replica() });
    good().await;
    assert_eq!(server.visitor().get("/readyz").await.status(), 200);
    until_found(&server, |found| matches!(found, Freshness::Away(_))).await;
    assert!(metrics(&server).await.contains("vitrine_replica_up 0"));
    pair.start_replica();
    until_from_replica(&server, &admin).await;
    assert!(metrics(&server).await.contains("vitrine_replica_up 1"));
}

async fn metrics(server: &Running) -> String {
    server.visitor().get("/metrics").await.text().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replica_that_is_far_behind_is_not_read() {
    let (pair, server) = start_both(Duration::from_secs(3)).await;
    let ada = server.admin().await;
    let asset = server.upload(&ada, "a.jpg", fixtures::jpeg(40, 30)).await["id"].clone();
    let otto = server.user(&ada, "Otto", "ADMIN").await;
    until_from_replica(&server, &otto).await;
    let all = configuration(&server);
    let all = [all, vec![("DATABASE_REPLICA_URL", pair.replica_url.clone())]].concat();
    let of_replica = |told: &Value| {
        let findings = told["findings"].as_array().unwrap().iter().filter(|finding| finding["part"] == "replica");
        findings.cloned().collect::<Vec<_>>()
    };
    let told = of_replica(&json_of(&all, "doctor --json", 0).await);
    assert!(told.len() == 1 && told[0]["health"] == "good", "{told:?}");

    pair.pause().await;
    server.public_link(&ada, &asset, json!({ "name": "Late" })).await;
    let seen = async {
        while links(&server, &otto).await.0.is_empty() {
            sleep(Duration::from_millis(50)).await;
        }
    };
    timeout(LONG, seen).await.expect("the primary is asked in the end");
    assert_eq!(links(&server, &otto).await, (vec!["Late".to_owned()], false));
    let measured = metrics(&server).await;
    let of = |name: &str| -> f64 {
        let line = measured.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        line.unwrap_or_else(|| panic!("{name}: {measured}")).parse().unwrap()
    };
    assert!(of("vitrine_replica_lag_seconds") > 3.0 && of("vitrine_replica_lag_bytes") > 0.0, "{measured}");
    assert!(of("vitrine_listings_total{from=\"replica\"}") > 0.0, "{measured}");
    let told = of_replica(&json_of(&all, "doctor --json", 0).await);
    assert!(told[0]["health"] == "warning" && told[0]["text"].as_str().unwrap().contains("bytes behind"), "{told:?}");
    assert_eq!(server.visitor().get("/readyz").await.status(), 200);

    pair.resume().await;
    until_from_replica(&server, &otto).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_replica_of_this_database_is_not_read() {
    let server = start().await;
    let with = |url: &str| Options { database_replica_url: Some(url.to_owned()), ..Options::default() };
    let key = server.secret_key.clone();
    let itself = start_with_key(server.database_url.clone(), server.redis_url.clone(), key, with(&server.database_url));
    let admin = itself.admin().await;
    until_found(&itself, |found| matches!(found, Freshness::Unrelated(_))).await;
    assert_eq!(links(&itself, &admin).await, (Vec::new(), false));
    let told = async |url: &str| {
        let all = [configuration(&server), vec![("DATABASE_REPLICA_URL", url.to_owned())]].concat();
        let told = json_of(&all, "doctor --json", 0).await;
        let findings = told["findings"].as_array().unwrap().iter().filter(|finding| finding["part"] == "replica");
        let texts: Vec<_> = findings.map(|finding| finding["text"].as_str().unwrap().to_owned()).collect();
        texts.join("; ")
    };
    assert!(told(&server.database_url).await.contains("it takes writes"));
    assert_ne!(told("postgres:///nothing?host=/nowhere&user=vitrine").await, "");

    // A replica of another server has neither the versions of our rows, nor our installation.
    let pair = Replicated::start().await;
    let mut of_others = diesel_async::AsyncPgConnection::establish(pair.servers.database_url()).await.unwrap();
    of_others.batch_execute("UPDATE installation SET id = gen_random_uuid()").await.unwrap();
    pair.caught_up().await;
    assert!(told(&pair.replica_url).await.contains("no replica of this database"));
    let urls = (server.database_url.clone(), server.redis_url.clone());
    let strange = start_with_key(urls.0, urls.1, server.secret_key.clone(), with(&pair.replica_url));
    until_found(&strange, |found| !matches!(found, Freshness::Unknown)).await;
    assert_eq!(links(&strange, &admin).await, (Vec::new(), false));
    let signed_in = strange.sign_in(ADMIN_EMAIL, ADMIN_PASSWORD).await;
    assert_eq!(links(&strange, &signed_in).await, (Vec::new(), false));

    let wrong =
        vec![("DATABASE_REPLICA_URL", pair.replica_url.clone()), ("VITRINE_SECRET_KEY", server.secret_key.clone())];
    let (code, text, _) = run(&wrong, "doctor").await;
    assert!(code == 1 && text.contains("DATABASE_REPLICA_URL is set, and DATABASE_URL is not"), "{text}");
    let wrong =
        [configuration(&server), vec![("DATABASE_REPLICA_URL", "postgres://h/d?sslmode=verify-full".to_owned())]];
    let (code, _, errors) = run(&wrong.concat(), "serve").await;
    assert!(code == 78 && errors.contains("DATABASE_REPLICA_URL cannot be used"), "{errors}");
}
