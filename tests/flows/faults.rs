//! Everything that can break, breaks, over and over, while pictures and a video are imported and shared with a
//! watermark: workers are killed, Redis is emptied and killed, Postgres is killed. A prober looks at all that is
//! shared, all the time.
//!
//! A short round is part of the tests; `./dev faults MINUTES` goes on for longer. What breaks, and when, is chance: a
//! round prints its seed, and `VITRINE_FAULT_SEED` repeats it.

use api::installation::servers::{Durability, PrivateServers};
use chrono::TimeDelta;
use futures::StreamExt;
use rand::{RngExt, SeedableRng, rngs::StdRng, seq::SliceRandom};
use serde_json::{Value, json};
use std::{
    cell::{Cell, RefCell},
    collections::HashSet,
    path::Path,
    process::Stdio,
    time::{Duration, Instant},
};
use tests::{
    Options, Running, Visitor, check_marked, fixtures, kill, kill_postgres, made, mark, private, redis_process, short,
    start_on,
};
use tokio::process::{Child, Command};

/// How long the faults go on where nothing else is said, in seconds.
const SECONDS: u64 = 15;

/// How long the faults go on.
#[derive(Clone, Copy)]
struct Time {
    begun: Instant,
    seconds: u64,
}

impl Time {
    /// How many bulk shares are made at least: while much is broken, little is done; but something is.
    const fn least(self) -> u64 {
        1 + self.seconds / 30
    }

    /// Whether it is over: with enough done, however slow the machine is, or at the latest after ten times as long.
    fn is_over(self, prober: &Prober) -> bool {
        let (passed, wanted) = (self.begun.elapsed(), Duration::from_secs(self.seconds));
        passed > wanted && prober.shared.borrow().len() as u64 >= self.least() || passed > 10 * wanted
    }
}

/// A link with a watermark, and the assets it shows.
#[derive(Clone)]
struct Shared {
    url: String,
    assets: Vec<Asset>,
}

#[derive(Clone)]
struct Asset {
    id: String,
    is_video: bool,
}

/// What was seen of what is shared, by one who knows what may be seen.
#[derive(Default)]
struct Prober {
    shared: RefCell<Vec<Shared>>,
    /// What was ready once, and stays so.
    ready: RefCell<HashSet<String>>,
    counts: RefCell<Counts>,
    /// Whether Postgres is down, or not found again yet: only then may somebody be told to come back later.
    is_down: Cell<bool>,
    /// How often that has changed.
    changes: Cell<u32>,
}

#[derive(Debug, Default, Clone)]
struct Counts {
    placeholders: usize,
    not_offered: usize,
    pictures: usize,
    pages: usize,
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

/// Uploads and shares until the time is over: a bulk share for every five pictures, and one that is added later. A
/// video is among the first, where `ffmpeg` can make one.
async fn import(server: &Running, admin: &str, time: Time, prober: &Prober) {
    let share = "mutation($input: ShareAssetsInput!) { shareAssets(input: $input) {
        link { url } collection { id } userErrors { code message } } }";
    let add = "mutation($c: ID!, $a: [ID!]!) { addToCollection(collectionId: $c, assetIds: $a) {
        userErrors { code } } }";
    for round in 0_u32.. {
        if time.is_over(prober) {
            return;
        }
        let mut assets = Vec::new();
        for index in 0..6 {
            let bytes = fixtures::jpeg(900 + round % 500, 600 + index);
            assets.push(upload(server, admin, &format!("{round}-{index}.jpg"), bytes).await);
        }
        let is_video = round == 0 && has_ffmpeg();
        if is_video {
            assets[0] = upload(server, admin, "a.mp4", made::video("a.mp4", "640x360", 2)).await;
        }
        let settings = json!({ "watermark": true, "allowProxies": true });
        let input =
            json!({ "assetIds": assets[..5], "settings": settings, "idempotencyKey": format!("round {round}") });
        let made = insist(server, admin, share, json!({ "input": input })).await["shareAssets"].clone();
        let url = made["link"]["url"].as_str().unwrap_or_else(|| panic!("{made}")).to_owned();
        let known = |index: usize| {
            let id = short(&assets[index]).to_owned();
            Asset { id, is_video: is_video && index == 0 }
        };
        prober.shared.borrow_mut().push(Shared { url, assets: (0..5).map(known).collect() });
        insist(server, admin, add, json!({ "c": made["collection"]["id"], "a": [assets[5]] })).await;
        prober.shared.borrow_mut().last_mut().expect("it was just shared").assets.push(known(5));
    }
}

fn has_ffmpeg() -> bool {
    std::process::Command::new("ffmpeg").arg("-version").stdout(Stdio::null()).status().is_ok()
}

/// Something to look at.
#[derive(Clone)]
enum Look {
    File { path: String, is_video: bool },
    Page { url: String, ids: Vec<String> },
}

fn looks(link: &Shared) -> Vec<Look> {
    let ids: Vec<String> = link.assets.iter().map(|asset| asset.id.clone()).collect();
    let pages = [link.url.clone(), format!("{}/embed", link.url)];
    let pages = pages.into_iter().map(|url| Look::Page { url, ids: ids.clone() });
    let files = link.assets.iter().flat_map(|asset| {
        let files: &[&str] = if asset.is_video {
            &["poster", "poster?download", "video-480p", "video-480p?download", "video-1080p?download"]
        } else {
            &["thumbnail", "preview", "thumbnail?download", "preview?download", "fullscreen?download"]
        };
        files.iter().map(|file| Look::File {
            path: format!("{}/assets/{}/{file}", link.url, asset.id),
            is_video: file.starts_with("video"),
        })
    });
    pages.chain(files).collect()
}

impl Prober {
    /// Looks at what is shared, newest first, without end; and at the first, which has a video.
    async fn probe(&self, visitor: &Visitor) {
        loop {
            let links: Vec<Shared> = self.shared.borrow().iter().rev().take(8).cloned().collect();
            let first = self.shared.borrow().first().cloned();
            let all = links.iter().chain(&first).flat_map(looks);
            futures::stream::iter(all).map(|look| self.look(visitor, look)).buffer_unordered(8).collect::<()>().await;
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Fails if a visitor is shown anything but what may be shown at this moment.
    async fn look(&self, visitor: &Visitor, look: Look) {
        let path = match &look {
            Look::File { path, .. } => path,
            Look::Page { url, .. } => url,
        };
        let (was_down, changes) = (self.is_down.get(), self.changes.get());
        let was_ready = self.ready.borrow().contains(path);
        let response = visitor.get(path).await;
        let status = response.status().as_u16();
        let media_type = response.headers().get("content-type").map(|value| value.as_bytes().to_vec());
        let body = response.bytes().await;
        let trouble = was_down || changes != self.changes.get();
        let Ok(body) = body.map_err(|error| assert!(trouble, "{path}: {error}")) else { return };
        match (status, &look) {
            (503, _) => {
                assert!(trouble, "{path}: 503, and everything is there");
                self.counts.borrow_mut().unavailable += 1;
            }
            (200, Look::Page { ids, .. }) => {
                let html = String::from_utf8(body.to_vec()).expect("HTML");
                assert!(ids.iter().all(|id| html.contains(id)), "{path} shows all that is shared: {html}");
                self.counts.borrow_mut().pages += 1;
            }
            (404, Look::File { path, .. }) if path.ends_with("?download") => {
                assert!(!was_ready, "{path} was offered before");
                self.counts.borrow_mut().not_offered += 1;
            }
            (200, Look::File { path, .. }) if media_type.as_deref() == Some(b"image/svg+xml") => {
                assert!(!was_ready, "{path} was a picture before");
                self.counts.borrow_mut().placeholders += 1;
            }
            (200, Look::File { path, is_video }) => {
                // A film is decoded by another program; once it was right, it stays.
                if !is_video || !was_ready {
                    let body = body.to_vec();
                    let is_video = *is_video;
                    let picture = if is_video {
                        tokio::task::spawn_blocking(move || made::frame(&body)).await.expect("a frame")
                    } else {
                        body
                    };
                    check_marked(&picture).unwrap_or_else(|wrong| panic!("{path}: {wrong}"));
                }
                self.ready.borrow_mut().insert(path.clone());
                self.counts.borrow_mut().pictures += 1;
            }
            _ => panic!("{path}: {status}"),
        }
    }

    fn set_down(&self, is_down: bool) {
        self.is_down.set(is_down);
        self.changes.set(self.changes.get() + 1);
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

/// Shuffled, so that even a short round has all of them; workers most often.
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
    time: Time,
    (mut chance, prober): (StdRng, &Prober),
) -> (Option<PrivateServers>, Vec<Child>) {
    let mut workers = vec![worker(server), worker(server)];
    let mut next = Vec::new();
    loop {
        tokio::time::sleep(Duration::from_millis(chance.random_range(300..1_500))).await;
        if time.is_over(prober) {
            return (servers, workers);
        }
        if next.is_empty() {
            next.extend(FAULTS);
            next.shuffle(&mut chance);
        }
        let Some(fault) = next.pop() else { continue };
        match fault {
            Fault::Worker => {
                let which = chance.random_range(0..workers.len());
                workers[which].kill().await.expect("it is killed");
                workers[which] = worker(server);
            }
            Fault::Flush => {
                assert_nothing_is_dead(server).await;
                let mut redis = server.redis().await;
                let _: () = redis::cmd("FLUSHALL").query_async(&mut redis).await.expect("it is emptied");
            }
            Fault::Redis => {
                assert_nothing_is_dead(server).await;
                kill(&redis_process(&server.redis_url).await);
                tokio::time::sleep(Duration::from_millis(chance.random_range(0..600))).await;
                prober.set_down(true);
                servers = restarted(servers, folder, server).await;
                prober.set_down(false);
            }
            Fault::Postgres => {
                assert_nothing_is_dead(server).await;
                prober.set_down(true);
                kill_postgres(folder);
                tokio::time::sleep(Duration::from_millis(chance.random_range(0..600))).await;
                servers = restarted(servers, folder, server).await;
                prober.set_down(false);
            }
        }
    }
}

/// The servers, stopped and started again, both of them; until they are found again.
async fn restarted(servers: Option<PrivateServers>, folder: &Path, server: &Running) -> Option<PrivateServers> {
    drop(servers);
    let servers = PrivateServers::start(folder, Durability::Durable).expect("they start again");
    server.until_ready().await;
    Some(servers)
}

/// Whether a job was given up on. Asked before all of Redis goes, which takes its dead along.
async fn assert_nothing_is_dead(server: &Running) {
    let clock = server.services.clock.clone();
    let queue = jobs::Queue::connect(&server.redis_server, api::cli::NAMESPACE, clock).await.expect("a queue");
    let depths = queue.depths().await.expect("depths");
    assert!(depths.iter().all(|lane| lane.dead == 0), "given up on: {depths:?}");
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
            let (missing, _) =
                schema::outbox::missing(&mut server.database().await, all, 1, None, 1).await.expect("SQL");
            if missing.is_empty() && !links["nodes"].as_array().expect("links").iter().any(open) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
    };
    // A job whose worker was killed waits for its lease to end.
    tokio::time::timeout(Duration::from_mins(3), work).await.expect("everything is made in the end");
}

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok().and_then(|text| text.parse().ok())
}

#[tokio::test]
async fn whatever_breaks_nothing_is_lost_and_no_plain_picture_is_shown() {
    // What the server says of the faults is of interest where one of them does harm.
    tracing_subscriber::fmt().with_max_level(tracing_subscriber::filter::LevelFilter::ERROR).init();
    let seconds = number("VITRINE_FAULT_SECONDS").unwrap_or(SECONDS);
    let seed = number("VITRINE_FAULT_SEED").unwrap_or_else(|| uuid::Uuid::new_v4().as_u64_pair().0);
    println!("VITRINE_FAULT_SEED={seed} repeats this round");
    let folder = tempfile::tempdir().unwrap();
    let servers = private(folder.path(), Durability::Durable).await;
    let (database_url, redis_url) = (servers.database_url().to_owned(), servers.redis_url().to_owned());
    let server = start_on(database_url, redis_url, Options { threads: 2, ..Options::default() });
    let admin = server.admin().await;
    let input = json!({ "file": null, "opacity": 1.0 });
    assert!(server.set_watermark(&admin, input, Some(mark())).await["workspace"].is_object());

    let time = Time { begun: Instant::now(), seconds };
    let prober = Prober::default();
    let visitor = server.visitor();
    let story = async {
        let chance = StdRng::seed_from_u64(seed);
        let broken = break_things(&server, folder.path(), Some(servers), time, (chance, &prober));
        let (running, ()) = futures::join!(broken, import(&server, &admin, time, &prober));
        until_all_is_made(&server, &admin).await;
        running
    };
    let (_servers, workers) = tokio::select! {
        running = story => running,
        () = prober.probe(&visitor) => unreachable!("it goes on"),
    };
    let links = prober.shared.borrow().clone();
    for look in links.iter().flat_map(looks) {
        let before = prober.counts.borrow().clone();
        prober.look(&visitor, look).await;
        let after = prober.counts.borrow();
        assert_eq!(after.pictures + after.pages, before.pictures + before.pages + 1, "all is there: {after:?}");
    }
    assert_nothing_is_dead(&server).await;
    drop(workers);

    // Whatever killed processes left behind is found by its age.
    server.advance(TimeDelta::days(2));
    assert!(server.upkeep(schema::periodic::PeriodicJob::CollectGarbage).await.is_some());
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
    let counts = prober.counts.into_inner();
    println!("{assets} assets, {} links, {counts:?}", links.len());
    assert!(counts.placeholders > 0 && counts.not_offered > 0, "visitors came before: {counts:?}");
    assert!(counts.pictures > 0 && counts.pages > 0, "and after: {counts:?}");
    assert!(links.len() as u64 >= time.least(), "{} links in {} s", links.len(), time.begun.elapsed().as_secs());
}

async fn rows(server: &Running) -> (i64, i64) {
    use diesel::prelude::*;
    use diesel_async::RunQueryDsl;
    let mut conn = server.database().await;
    let assets = schema::schema::assets::table.count().get_result(&mut conn).await.expect("a count");
    (assets, schema::schema::proxies::table.count().get_result(&mut conn).await.expect("a count"))
}
