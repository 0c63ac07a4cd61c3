//! Everything that can break, breaks, over and over, while pictures are imported and shared with a watermark: workers
//! are killed, Redis is emptied and killed, Postgres is killed. A prober looks at all that is shared, all the time.
//!
//! A short round is part of the tests; `./dev faults MINUTES` goes on for longer.

use super::outage::{kill, private, redis_process};
use api::servers::{Durability, PrivateServers};
use chrono::TimeDelta;
use futures::StreamExt;
use nix::{
    sys::signal::{Signal, killpg},
    unistd::Pid,
};
use serde_json::{Value, json};
use std::{
    cell::RefCell,
    path::Path,
    process::Stdio,
    time::{Duration, Instant},
};
use tests::{Options, Running, Visitor, fixtures, start_on};
use tokio::process::{Child, Command};

const MAGENTA: [u8; 3] = [255, 0, 255];

/// How long the faults go on where nothing else is said, in seconds.
const SECONDS: u64 = 15;

/// A link with a watermark, and the assets it shows.
#[derive(Clone)]
struct Shared {
    url: String,
    assets: Vec<Value>,
}

/// What was seen of what is shared.
#[derive(Debug, Default)]
struct Seen {
    placeholders: usize,
    pictures: usize,
    unavailable: usize,
}

fn worker(server: &Running) -> Child {
    Command::new(env!("CARGO_BIN_EXE_vitrine-under-test"))
        .arg("worker")
        .envs(environment(server))
        .stdout(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .expect("a worker")
}

fn environment(server: &Running) -> [(&'static str, String); 4] {
    [
        ("DATABASE_URL", server.database_url.clone()),
        ("REDIS_URL", server.redis_url.clone()),
        ("VITRINE_STORAGE", format!("file:{}", server.folder.path().join("blobs").display())),
        ("VITRINE_SECRET_KEY", server.secret_key.clone()),
    ]
}

/// Runs one job by hand, as cron does; `false` where it failed.
async fn job(server: &Running, name: &str) -> bool {
    let mut command = Command::new(env!("CARGO_BIN_EXE_vitrine-under-test"));
    let status = command.args(["job", name]).envs(environment(server)).stdout(Stdio::null()).status().await;
    status.expect("the job runs").success()
}

/// The data of a call, once everything that it needs is there again.
async fn insist(server: &Running, token: &str, query: &str, variables: Value) -> Value {
    loop {
        let answer = server.call(token, query, variables.clone()).await;
        if answer.get("errors").is_none() {
            return answer["data"].clone();
        }
        assert_eq!(answer["errors"][0]["extensions"]["code"], "UNAVAILABLE", "{answer}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

async fn upload(server: &Running, token: &str, name: &str, bytes: Vec<u8>) -> Value {
    let query = "mutation($input: UploadAssetInput!) { uploadAsset(input: $input) {
        asset { id } userErrors { code } } }";
    loop {
        let call = server.upload_call(token, query, json!({ "file": null }), name, bytes.clone()).await;
        let answer: Value = call.json().await.expect("JSON");
        if let Some(id) = answer["data"]["uploadAsset"]["asset"]["id"].as_str() {
            return id.into();
        }
        assert_eq!(answer["errors"][0]["extensions"]["code"], "UNAVAILABLE", "{answer}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Uploads and shares until the time is over: a bulk share for every five pictures, and one that is added later.
async fn import(server: &Running, admin: &str, until: Instant, shared: &RefCell<Vec<Shared>>) {
    let share = "mutation($input: ShareAssetsInput!) { shareAssets(input: $input) {
        link { url } collection { id } userErrors { code message } } }";
    let add = "mutation($c: ID!, $a: [ID!]!) { addToCollection(collectionId: $c, assetIds: $a) {
        userErrors { code } } }";
    for round in 0_u32.. {
        if Instant::now() > until {
            return;
        }
        let mut assets = Vec::new();
        for index in 0..6 {
            let bytes = fixtures::jpeg(900 + round % 500, 600 + index);
            assets.push(upload(server, admin, &format!("{round}-{index}.jpg"), bytes).await);
        }
        let settings = json!({ "watermark": true, "allowProxies": true });
        let input =
            json!({ "assetIds": assets[..5], "settings": settings, "idempotencyKey": format!("round {round}") });
        let made = insist(server, admin, share, json!({ "input": input })).await["shareAssets"].clone();
        let url = made["link"]["url"].as_str().unwrap_or_else(|| panic!("{made}")).to_owned();
        shared.borrow_mut().push(Shared { url, assets: assets.clone() });
        insist(server, admin, add, json!({ "c": made["collection"]["id"], "a": [assets[5]] })).await;
    }
}

/// Looks at what is shared, newest first, without end.
async fn probe(visitor: &Visitor, shared: &RefCell<Vec<Shared>>, seen: &RefCell<Seen>) {
    loop {
        let links: Vec<Shared> = shared.borrow().iter().rev().take(8).cloned().collect();
        let paths = links.iter().flat_map(|link| link.assets.iter().flat_map(|asset| paths(link, asset)));
        let looks = futures::stream::iter(paths).map(|path| look(visitor, path, seen));
        looks.buffer_unordered(8).collect::<()>().await;
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

fn paths(link: &Shared, asset: &Value) -> [String; 5] {
    let id = asset.as_str().expect("an id").split_once('_').expect("a kind").1;
    ["thumbnail", "preview", "thumbnail?download", "preview?download", "fullscreen?download"]
        .map(|file| format!("{}/assets/{id}/{file}", link.url))
}

/// Fails if a visitor is shown anything but a placeholder or a picture with the watermark.
async fn look(visitor: &Visitor, path: String, seen: &RefCell<Seen>) {
    let response = visitor.get(&path).await;
    let media_type = response.headers().get("content-type").map(|value| value.as_bytes().to_vec());
    match response.status().as_u16() {
        503 => seen.borrow_mut().unavailable += 1,
        // Not ready, and so not offered; or not a member yet.
        404 => seen.borrow_mut().placeholders += 1,
        200 if media_type.as_deref() == Some(b"image/svg+xml") => seen.borrow_mut().placeholders += 1,
        200 => {
            let Ok(bytes) = response.bytes().await else { return };
            let colour = fixtures::middle(&bytes);
            assert!(fixtures::alike(colour, MAGENTA), "a plain picture at {path}: {colour:?}");
            seen.borrow_mut().pictures += 1;
        }
        status => panic!("{path}: {status}"),
    }
}

/// What breaks next.
#[derive(Debug, Clone, Copy)]
enum Fault {
    Worker,
    Flush,
    Redis,
    Postgres,
}

/// In turns, so that even a short round has all of them; workers most often.
const FAULTS: [Fault; 8] = [
    Fault::Worker,
    Fault::Flush,
    Fault::Worker,
    Fault::Redis,
    Fault::Worker,
    Fault::Postgres,
    Fault::Worker,
    Fault::Worker,
];

/// Breaks one thing after the other until the time is over, and mends it.
async fn break_things(
    server: &Running,
    folder: &Path,
    mut servers: Option<PrivateServers>,
    until: Instant,
) -> (Option<PrivateServers>, Vec<Child>) {
    let mut workers = vec![worker(server), worker(server)];
    for (round, fault) in FAULTS.iter().cycle().enumerate() {
        tokio::time::sleep(Duration::from_millis(600 + 170 * (round as u64 % 5))).await;
        if Instant::now() > until {
            break;
        }
        let which = round % workers.len();
        match fault {
            Fault::Worker => {
                workers[which].kill().await.expect("it is killed");
                workers[which] = worker(server);
            }
            Fault::Flush => {
                let client = redis::Client::open(server.redis_url.as_str()).expect("an address");
                let mut redis = client.get_multiplexed_async_connection().await.expect("a connection");
                let _: () = redis::cmd("FLUSHALL").query_async(&mut redis).await.expect("it is emptied");
            }
            Fault::Redis | Fault::Postgres => {
                if matches!(fault, Fault::Redis) {
                    kill(&redis_process(&server.redis_url).await);
                } else {
                    kill_postgres(folder);
                }
                tokio::time::sleep(Duration::from_millis(300)).await;
                drop(servers.take());
                servers = Some(PrivateServers::start(folder, Durability::Kept).expect("they start again"));
            }
        }
    }
    (servers, workers)
}

fn kill_postgres(folder: &Path) {
    let file = std::fs::read_to_string(folder.join("postgres/postmaster.pid")).expect("it runs");
    let id = file.lines().next().expect("a number");
    // All of its processes where they are a group of their own.
    let group = Pid::from_raw(id.parse().expect("a number"));
    if killpg(group, Signal::SIGKILL).is_err() {
        kill(id);
    }
}

/// Waits until nothing is to be done any more, with the jobs that are lost found again as a worker does each minute.
async fn until_all_is_made(server: &Running, admin: &str) {
    let query = "{ links(first: 100) { nodes { preparation { total ready failed } } pageInfo { hasNextPage } } }";
    let work = async {
        loop {
            job(server, "reconcile").await;
            let links = insist(server, admin, query, Value::Null).await["links"].clone();
            let open = |link: &Value| link["preparation"]["total"] != link["preparation"]["ready"];
            let all = domain::Preset::ALL;
            let (missing, _) = schema::outbox::missing(&mut server.database().await, all, None, 1).await.expect("SQL");
            if missing.is_empty() && !links["nodes"].as_array().expect("links").iter().any(open) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
    };
    // A job whose worker was killed waits for its lease to end.
    tokio::time::timeout(Duration::from_mins(3), work).await.expect("everything is made in the end");
}

#[tokio::test]
async fn whatever_breaks_nothing_is_lost_and_no_plain_picture_is_shown() {
    // What the server says of the faults is of interest where one of them does harm.
    tracing_subscriber::fmt().with_max_level(tracing_subscriber::filter::LevelFilter::ERROR).init();
    let seconds = std::env::var("VITRINE_FAULT_SECONDS").ok().and_then(|text| text.parse().ok()).unwrap_or(SECONDS);
    let folder = tempfile::tempdir().unwrap();
    let servers = private(folder.path(), Durability::Kept).await;
    let (database_url, redis_url) = (servers.database_url().to_owned(), servers.redis_url().to_owned());
    let server = start_on(database_url, redis_url, Options { threads: 2, ..Options::default() });
    let admin = server.admin().await;
    let input = json!({ "file": null, "opacity": 1.0 });
    let mark = fixtures::plain_png(50, 50, MAGENTA);
    assert!(server.set_watermark(&admin, input, Some(mark)).await["workspace"].is_object());

    let until = Instant::now() + Duration::from_secs(seconds);
    let (shared, seen) = (RefCell::new(Vec::<Shared>::new()), RefCell::default());
    let visitor = server.visitor();
    let story = async {
        let broken = break_things(&server, folder.path(), Some(servers), until);
        let (running, ()) = futures::join!(broken, import(&server, &admin, until, &shared));
        until_all_is_made(&server, &admin).await;
        running
    };
    let (_servers, workers) = tokio::select! {
        running = story => running,
        () = probe(&visitor, &shared, &seen) => unreachable!("it goes on"),
    };
    let links = shared.borrow().clone();
    for link in &links {
        for path in link.assets.iter().flat_map(|asset| paths(link, asset)) {
            let before = seen.borrow().pictures;
            look(&visitor, path.clone(), &seen).await;
            assert_eq!(seen.borrow().pictures, before + 1, "{path} is not there");
        }
    }
    let depths =
        jobs::Queue::connect(&server.redis_url, api::cli::NAMESPACE, server.services.clock.clone()).await.unwrap();
    let depths = depths.depths().await.unwrap();
    assert!(depths.iter().all(|(_, lane)| lane.dead == 0), "given up on: {depths:?}");
    drop(workers);

    // Whatever killed processes left behind is found by its age.
    server.advance(TimeDelta::days(2));
    assert!(server.upkeep(&schema::outbox::Job::CollectGarbage).await.is_some());
    let made = "DO $$ BEGIN
        ASSERT (SELECT bool_and(state = 'READY') FROM proxies);
        ASSERT (SELECT count(*) FROM proxies) = 6 * (SELECT count(*) FROM collection_assets)
            + 3 * (SELECT count(*) FROM assets WHERE id NOT IN (SELECT asset_id FROM collection_assets));
    END $$";
    server.sql(made).await;
    let (assets, proxies) = rows(&server).await;
    assert_eq!(
        i64::try_from(server.blobs()).unwrap(),
        assets + proxies + 1,
        "a blob for each original, each proxy and the watermark"
    );
    println!("{assets} assets, {} links, {:?}", shared.borrow().len(), seen.borrow());
    let Seen { placeholders, pictures, .. } = seen.into_inner();
    assert!(placeholders > 0 && pictures > 0, "visitors came before and after");
}

async fn rows(server: &Running) -> (i64, i64) {
    use diesel::prelude::*;
    use diesel_async::RunQueryDsl;
    let mut conn = server.database().await;
    let assets = schema::schema::assets::table.count().get_result(&mut conn).await.expect("a count");
    (assets, schema::schema::proxies::table.count().get_result(&mut conn).await.expect("a count"))
}
