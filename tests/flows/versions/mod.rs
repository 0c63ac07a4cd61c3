//! Two versions of the program side by side, while one replaces the other: over one Postgres, one Redis and one bucket.
//!
//! `./dev versions` builds the older version and names it; otherwise nothing is tried here. What it makes is good at this
//! version, and the other way round, also after it has been started again on the newer schema.

mod made;

use api::cli::NAMESPACE;
use diesel_async::SimpleAsyncConnection;
use made::{Made, link, make};
use redis::{AsyncCommands, aio::MultiplexedConnection};
use schema::outbox::Lane;
use serde_json::{Value, json};
use std::{
    path::{Path, PathBuf},
    sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst},
    time::Duration,
};
use tests::{Installation, LONG, Process, fixtures, mark, servers};
use tokio::time::{sleep, timeout};

const OTHER: &str = "VITRINE_OTHER_PROGRAM";

/// What no version knows, as it would come from a newer one.
const OF_THE_FUTURE: &str = r#"{"job":"of_the_future","asset_id":"0197a2c4-0000-7000-8000-000000000000"}"#;

/// Waits until this is so.
async fn until(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    let waits = async {
        while !is_so().await {
            sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(LONG, waits).await.expect(what);
}

/// Asks a process for all that was made, again and again.
async fn ask_without_end(made: &[Made], process: &Process, stop: &AtomicBool, rounds: &AtomicUsize) {
    while !stop.load(SeqCst) {
        for made in made {
            made.is_at(process).await;
        }
        rounds.fetch_add(1, SeqCst);
    }
}

/// Does something while a process is asked without end, also for a while before and after.
async fn while_in_use<T>(made: &[Made], process: &Process, work: impl Future<Output = T>) -> T {
    let (stop, rounds) = (AtomicBool::new(false), AtomicUsize::new(0));
    let work = async {
        until("it is in use", async || rounds.load(SeqCst) >= 1).await;
        let done = work.await;
        let so_far = rounds.load(SeqCst);
        until("it is still in use", async || rounds.load(SeqCst) >= so_far + 2).await;
        stop.store(true, SeqCst);
        done
    };
    let ((), done) = tokio::join!(ask_without_end(made, process, &stop, &rounds), work);
    done
}

/// Tells a process to end, which it does by itself.
async fn end(process: &Process) {
    process.tell_to_end();
    assert_eq!(process.ended().await.code(), Some(0));
}

/// What is uploaded through a process is made by whatever worker runs, and told to who waits at that process.
async fn is_made(serve: &Process, session: &str, name: &str) {
    let asset = serve.upload(session, &format!("{name}.jpg"), fixtures::jpeg(500, 400)).await["id"].clone();
    let input = json!({ "assetId": asset, "settings": { "allowProxies": true, "watermark": true } });
    let id = link(serve, session, "createPublicLink", input).await["id"].clone();
    let mut socket = serve.socket(session).await;
    let query = "subscription($id: ID!) { linkPreparation(linkId: $id) { total ready failed } }";
    socket.subscribe("1", query, json!({ "id": id })).await;
    loop {
        let message = socket.next().await.expect("a message");
        let told = &message["payload"]["data"]["linkPreparation"];
        assert_eq!(told["failed"], 0, "{message}");
        if told["total"].as_u64() > Some(0) && told["total"] == told["ready"] {
            return;
        }
    }
}

/// Shares something for a moment through a process; the id of the automatic collection, which is deleted afterwards by a job.
async fn share_for_a_moment(serve: &Process, session: &str, name: &str) -> Value {
    let asset = serve.upload(session, &format!("{name}.jpg"), fixtures::jpeg(300, 200)).await["id"].clone();
    let expires_at = (domain::Clock::system().now() + chrono::TimeDelta::seconds(10)).to_rfc3339();
    let query =
        "mutation($input: ShareAssetsInput!) { shareAssets(input: $input) { collection { id } userErrors { code } } }";
    let input = json!({ "assetIds": [asset], "settings": { "expiresAt": expires_at } });
    let data = serve.data(session, query, json!({ "input": input })).await;
    let collection = data["shareAssets"]["collection"]["id"].clone();
    assert!(collection.is_string(), "{data}");
    collection
}

async fn until_gone(serve: &Process, session: &str, collection: &Value) {
    let query = "query($id: ID!) { collection(id: $id) { id } }";
    until("it is deleted", async || {
        serve.data(session, query, json!({ "id": collection })).await["collection"].is_null()
    })
    .await;
}

/// A connection to the queue.
async fn queue(redis_url: &str) -> MultiplexedConnection {
    let client = redis::Client::open(redis_url).expect("an address");
    client.get_multiplexed_async_connection().await.expect("a connection")
}

/// The name of a key of the queue.
fn key(rest: &str) -> String {
    format!("{NAMESPACE}:{rest}")
}

/// The old and the new worker in turn run alone what comes through both processes, and leave what they do not know.
async fn jobs_are_run_by_either(installation: &Installation, redis: &mut MultiplexedConnection, session: &str) {
    let row = format!("INSERT INTO outbox (job) VALUES ('{OF_THE_FUTURE}')");
    installation.database().await.batch_execute(&row).await.expect("a row");
    for (alone, other) in [(0, 1), (1, 0)] {
        end(&installation.workers[other]).await;
        let id = format!("future-{alone}");
        let fields = [("args", OF_THE_FUTURE), ("lane", "pictures"), ("attempts", "0"), ("priority", "0")];
        let _: () = redis.hset_multiple(key(&format!("job:{id}")), &fields).await.expect("a job");
        let _: () = redis.zadd(key("ready:pictures"), &id, 0).await.expect("it is ready");
        let mut shared = Vec::new();
        for (index, serve) in installation.serves.iter().enumerate() {
            shared.push(share_for_a_moment(serve, session, &format!("{index} for a moment by {alone}")).await);
            is_made(serve, session, &format!("{index} by {alone}")).await;
        }
        for (serve, collection) in installation.serves.iter().zip(&shared) {
            until_gone(serve, session, collection).await;
        }
        until("it has looked at what it does not know", async || {
            let postponed: Option<u64> = redis.hget(key(&format!("job:{id}")), "postponed").await.expect("an answer");
            postponed > Some(0)
        })
        .await;
        installation.workers[other].start();
        installation.workers[other].until_ready().await;
    }
    assert_eq!(installation.count("outbox WHERE job ->> 'job' = 'of_the_future'").await, 1, "it is left for others");
}

/// How many jobs have died.
async fn dead_jobs(redis: &mut MultiplexedConnection) -> usize {
    let mut dead = 0;
    for lane in Lane::ALL {
        let count: usize = redis.zcard(key(&format!("dead:{}", lane.name()))).await.expect("a number");
        dead += count;
    }
    dead
}

#[tokio::test]
async fn one_replaces_the_other_without_a_gap_and_can_be_replaced_by_it() {
    let Some(older) = std::env::var_os(OTHER).map(PathBuf::from) else {
        eprintln!("two versions: LEFT OUT, because {OTHER} does not name an older program (./dev versions does)");
        return;
    };
    let newer = Path::new(env!("CARGO_BIN_EXE_vitrine-under-test"));
    let database_url = servers().database_url(&servers().new_empty_database().await);
    let redis_url = format!("{}?db=15", servers().redis_url);
    let installation = Installation::new(newer.to_owned(), &database_url, &redis_url);
    let mut redis = queue(&redis_url).await;
    let [old, new] = &installation.serves;
    let [old_worker, new_worker] = &installation.workers;

    // An installation of the older version, in use.
    assert!(installation.run_by(&older, &["migrate"]).await);
    old.start_as(&older);
    old_worker.start_as(&older);
    old.until_ready().await;
    let admin = old.admin().await;
    let input = json!({ "file": null, "opacity": 1.0, "placement": "CENTER" });
    old.set_watermark(&admin, input, Some(mark())).await;
    let query = "mutation { updateWorkspace(input: { deleteAutomaticCollections: true }) { userErrors { code } } }";
    old.data(&admin, query, Value::Null).await;
    let mut made = vec![make(old, "Lake in January", 1).await];

    // The new version migrates, and starts beside it.
    let migrated = while_in_use(&made, old, installation.run(&["migrate"])).await;
    assert!(migrated, "{}", installation.last_words());
    made.push(make(old, "Lake in February", 2).await);
    while_in_use(&made, old, async {
        new.start();
        new_worker.start();
        new.until_ready().await;
        new_worker.until_ready().await;
    })
    .await;
    made.push(make(new, "Lake in March", 3).await);
    for serve in [old, new] {
        for made in &made {
            made.is_at(serve).await;
        }
    }
    jobs_are_run_by_either(&installation, &mut redis, &admin).await;

    // The old one ends, and nothing is lost.
    while_in_use(&made, new, async {
        end(old_worker).await;
        end(old).await;
    })
    .await;
    assert_eq!(dead_jobs(&mut redis).await, 0);

    // And back: the older version starts anew on the newer schema.
    assert!(installation.run_by(&older, &["migrate"]).await, "there is nothing to do, and no mistake in it");
    while_in_use(&made, new, async {
        old.start();
        old_worker.start();
        old.until_ready().await;
        end(new_worker).await;
    })
    .await;
    end(new).await;
    for made in &made {
        made.is_at(old).await;
    }
    made.push(make(old, "Lake in April", 4).await);
    while_in_use(&made, old, async {}).await;
    assert_eq!(dead_jobs(&mut redis).await, 0);
}
