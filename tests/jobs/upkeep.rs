//! What is tidied up: after links that have expired, and blobs that nothing needs.

use chrono::{DateTime, TimeDelta, Utc};
use futures::future::join_all;
use jobs::{Pace, Setup};
use schema::periodic::PeriodicJob;
use serde_json::{Value, json};
use std::{
    fs::{self, File},
    time::{Duration, SystemTime},
};
use tests::{LONG, Running, fixtures, start};

async fn with_assets(count: usize) -> (Running, String, Vec<Value>) {
    let server = start().await;
    let admin = server.admin().await;
    let mut assets = Vec::new();
    for _ in 0..count {
        assets.push(server.upload(&admin, "a.jpg", fixtures::jpeg(8, 8)).await["id"].clone());
    }
    (server, admin, assets)
}

async fn want_deletion(server: &Running, admin: &str, wanted: bool) {
    let query = "mutation($input: UpdateWorkspaceInput!) { updateWorkspace(input: $input) {
        workspace { deleteAutomaticCollections } userErrors { code } } }";
    let data = server.data(admin, query, json!({ "input": { "deleteAutomaticCollections": wanted } })).await;
    assert_eq!(data["updateWorkspace"]["workspace"]["deleteAutomaticCollections"], wanted);
}

async fn count(server: &Running, admin: &str, what: &str) -> i64 {
    server.data(admin, &format!("{{ {what} {{ totalCount }} }}"), Value::Null).await[what]["totalCount"]
        .as_i64()
        .expect("a count")
}

fn end(server: &Running, minutes: i64) -> DateTime<Utc> {
    server.services.now() + TimeDelta::minutes(minutes)
}

#[tokio::test]
async fn an_automatic_collection_goes_when_its_last_link_has_expired_and_the_workspace_wants_it() {
    let (server, admin, assets) = with_assets(2).await;
    let settings = json!({ "expiresAt": end(&server, 10) });
    let short = server.share(&admin, json!({ "assetIds": assets, "settings": settings })).await;
    let both = server.share(&admin, json!({ "assetIds": assets, "settings": settings })).await;
    let later =
        server.collection_link(&admin, &both["collection"]["id"], json!({ "expiresAt": end(&server, 30) })).await;
    let kept = server.collection(&admin, "Made by hand", &assets).await;
    server.collection_link(&admin, &kept, settings.clone()).await;
    let endless = server.share(&admin, json!({ "assetIds": assets })).await;
    let adopted = server.share(&admin, json!({ "assetIds": assets, "settings": settings })).await["collection"].clone();
    let adopt = "mutation($id: ID!) { updateCollection(input: { id: $id, kind: MANUAL }) { collection { kind } userErrors { code } } }";
    let adopted = server.data(&admin, adopt, json!({ "id": adopted["id"] })).await;
    assert_eq!(adopted["updateCollection"]["collection"]["kind"], "MANUAL");

    // An instant before, nothing has expired; then the workspace does not want it yet.
    want_deletion(&server, &admin, true).await;
    assert_eq!(server.upkeep(PeriodicJob::SweepExpired).await.unwrap()["collections"], 0);
    want_deletion(&server, &admin, false).await;
    server.advance(TimeDelta::minutes(11));
    assert_eq!(server.upkeep(PeriodicJob::SweepExpired).await.unwrap()["collections"], 0);
    want_deletion(&server, &admin, true).await;
    assert_eq!(server.upkeep(PeriodicJob::SweepExpired).await.unwrap()["collections"], 1);
    assert_eq!(
        (count(&server, &admin, "collections").await, count(&server, &admin, "links").await),
        (4, 5),
        "what was adopted stays"
    );

    // It is on record, by nobody.
    let query =
        "query($filter: LinkEventFilter) { linkEvents(filter: $filter) { nodes { action linkName actor { id } } } }";
    let events = server.data(&admin, query, json!({ "filter": { "linkId": short["link"]["id"] } })).await;
    let deleted = json!({ "action": "DELETED", "linkName": short["link"]["name"], "actor": null });
    assert_eq!(events["linkEvents"]["nodes"][0], deleted);

    // A disabled link can be enabled again: it holds the collection like any other that has not expired.
    let disable = "mutation($id: ID!) { disableLink(id: $id) { link { state } userErrors { code } } }";
    server.data(&admin, disable, json!({ "id": later["id"] })).await;
    assert_eq!(server.upkeep(PeriodicJob::SweepExpired).await.unwrap()["collections"], 0);
    server.advance(TimeDelta::minutes(20));
    assert_eq!(server.upkeep(PeriodicJob::SweepExpired).await.unwrap()["collections"], 1);
    assert_eq!(count(&server, &admin, "assets").await, 2, "assets stay");
    assert_eq!(server.visitor().get(endless["link"]["url"].as_str().unwrap()).await.status(), 200);
}

#[tokio::test]
async fn a_link_is_cleaned_up_after_at_the_instant_of_its_expiry() {
    let (server, admin, assets) = with_assets(1).await;
    want_deletion(&server, &admin, true).await;
    let share = |minutes| json!({ "assetIds": assets, "settings": { "expiresAt": end(&server, minutes) } });
    server.share(&admin, share(10)).await;
    let prolonged = server.share(&admin, share(10)).await;
    server.update_link(&admin, &prolonged["link"]["id"], json!({ "expiresAt": end(&server, 20) })).await;
    server.no_schedule().await;
    // A moment before; nothing but the time of the job makes it begin.
    server.advance(TimeDelta::minutes(10) - TimeDelta::seconds(1));
    let never = Duration::from_hours(10);
    let pace = Pace { net: never, renewal: never, relay: never };
    let _workers = server.workers_as(Setup { pace, ..Setup::of_cores(2) });
    let work = async {
        while count(&server, &admin, "collections").await == 2 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(LONG, work).await.expect("the collection goes");
    let left = server.data(&admin, "{ collections { nodes { id } } }", Value::Null).await;
    assert_eq!(left["collections"]["nodes"], json!([{ "id": prolonged["collection"]["id"] }]));
}

#[tokio::test]
async fn a_link_that_is_prolonged_while_it_is_swept_is_kept() {
    let (server, admin, assets) = with_assets(1).await;
    want_deletion(&server, &admin, true).await;
    let mut links = Vec::new();
    for _ in 0..30 {
        let settings = json!({ "expiresAt": end(&server, 1) });
        let share = server.share(&admin, json!({ "assetIds": assets, "settings": settings })).await;
        links.push(share["link"].clone());
    }
    server.advance(TimeDelta::minutes(2));
    let later = json!({ "expiresAt": end(&server, 60) });
    let prolong = join_all(links.iter().map(|link| server.update_link(&admin, &link["id"], later.clone())));
    let (updates, swept) = tokio::join!(prolong, server.upkeep(PeriodicJob::SweepExpired));
    let kept = updates.iter().filter(|update| update["link"].is_object()).count();
    assert_eq!(kept + swept.unwrap()["collections"], links.len());
    for (link, update) in links.iter().zip(&updates) {
        let status = server.visitor().get(link["url"].as_str().unwrap()).await.status();
        assert_eq!(status == 200, update["link"].is_object(), "{update}");
    }
}

#[tokio::test]
async fn only_one_runs_a_job_and_only_one_queues_it() {
    let server = start().await;
    let (pool, clock) = (&server.services.pool, &server.services.clock);
    for (round, fired) in [(0, PeriodicJob::ALL.len()), (1, 0), (2, 1)] {
        // One minute later only the reconciler is due again.
        server.advance(TimeDelta::seconds(if round == 2 { 61 } else { 0 }));
        let all = join_all((0..8).map(|_| jobs::schedule::once(pool, clock))).await;
        assert_eq!(all.into_iter().map(|fired| fired.unwrap().len()).sum::<usize>(), fired, "round {round}");
    }
    // A clock that was a year ahead is set back.
    server.sql("UPDATE periodic_jobs SET fired_at = fired_at + interval '1 year'").await;
    assert_eq!(jobs::schedule::once(pool, clock).await.unwrap(), PeriodicJob::ALL);
    let mut conn = server.database().await;
    let at_it = diesel_async::AsyncConnection::transaction(&mut conn, async |conn| {
        assert!(schema::periodic::try_lock(conn, PeriodicJob::SweepExpired).await?);
        Ok::<_, diesel::result::Error>(server.upkeep(PeriodicJob::SweepExpired).await)
    });
    assert!(at_it.await.unwrap().is_none(), "another is at it");
    assert!(server.upkeep(PeriodicJob::SweepExpired).await.is_some());
}

/// Makes it look as if everything in storage was written two days ago.
fn age(server: &Running) {
    for file in server.blob_files() {
        let old = SystemTime::from(server.services.now() - TimeDelta::hours(48));
        File::options().write(true).open(file).unwrap().set_modified(old).unwrap();
    }
}

#[tokio::test]
async fn blobs_that_nothing_needs_are_deleted_and_no_others() {
    let (server, admin, assets) = with_assets(2).await;
    server.attach(&admin, &assets[0], "notes.txt", "Notes").await;
    let workers = server.workers();
    for asset in &assets {
        server.proxies(&admin, asset).await;
    }
    workers.stop().await;
    let logo = "mutation($input: SetLogoInput!) { setLogo(input: $input) { workspace { branding { logo { url } } } } }";
    let file = fixtures::plain_png(20, 10, [9, 9, 9]);
    let logo: Value =
        server.upload_call(&admin, logo, json!({ "file": null }), "logo.png", file).await.json().await.unwrap();
    let logo = logo["data"]["setLogo"]["workspace"]["branding"]["logo"]["url"].as_str().unwrap().to_owned();
    let needed = server.blobs();
    assert_eq!(needed, 2 + 1 + 2 * 3 + 1);
    // What a process leaves that is killed between a blob and its row, and one that is killed in the middle of a file.
    let storage = &server.services.storage;
    storage.put_proxy("nobody's".into()).await.unwrap();
    let mut file = storage.begin_file().await.unwrap();
    file.write("nobody's".into()).await.unwrap();
    file.finish().await.unwrap();
    fs::write(server.folder.path().join("blobs/files/half#1"), "half").unwrap();
    let none = [("assets", 0), ("watermarked", 0), ("files", 0), ("proxies", 0), ("unfinished", 0)].into();
    assert_eq!(server.upkeep(PeriodicJob::CollectGarbage).await.unwrap(), none, "they may be in use");
    age(&server);
    fs::write(server.folder.path().join("blobs/files/another#2"), "half, and growing").unwrap();
    assert_eq!(
        server.upkeep(PeriodicJob::CollectGarbage).await.unwrap(),
        [("assets", 0), ("watermarked", 0), ("files", 1), ("proxies", 1), ("unfinished", 1)].into()
    );
    assert_eq!(server.blobs(), needed + 1);
    assert_eq!(server.upkeep(PeriodicJob::CollectGarbage).await.unwrap(), none);
    assert_eq!(server.visitor().get(&logo).await.status(), 200);
}

#[tokio::test]
async fn the_blobs_of_another_installation_are_left_alone() {
    let (server, _, _) = with_assets(1).await;
    server.upkeep(PeriodicJob::CollectGarbage).await.unwrap();
    // The same storage, and a database that knows nothing of it.
    server.sql("UPDATE installation SET id = gen_random_uuid(); DELETE FROM assets").await;
    age(&server);
    let refused =
        jobs::tasks::run_exclusively(PeriodicJob::CollectGarbage, &server.job_context(), None).await.unwrap_err();
    assert!(refused.to_string().contains("another database"), "{refused}");
    assert_eq!(server.blobs(), 1);
}
