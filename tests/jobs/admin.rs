//! What administrators see of the queue, and do about what was given up on: by GraphQL and on the command line.

use crate::jobs::hands::{Hands, abort, job, retry};
use chrono::TimeDelta;
use domain::{AssetId, LinkId, PasswordLinkId};
use jobs::queue::Outcome;
use redis::AsyncCommands;
use schema::{
    outbox::{self, Job, Lane, Priority, Subject},
    periodic::PeriodicJob,
};
use serde_json::{Value, json};
use std::{collections::BTreeSet, time::Duration};
use tests::{Options, Running, fixtures, short, start, start_on};
use uuid::Uuid;

const QUEUE: &str = "query($first: Int, $after: String) { jobQueue {
    lanes { name ready scheduled running dead }
    running { id job about worker since attempt }
    dead(first: $first, after: $after) {
        totalCount pageInfo { hasNextPage endCursor }
        nodes { id job about arguments attempts reason diedAt } } } }";

async fn see(server: &Running, token: &str, variables: Value) -> Value {
    server.data(token, QUEUE, variables).await["jobQueue"].clone()
}

/// Makes a job of an asset that is given up on, and returns its id.
async fn give_up(hands: &Hands, job: &Job, reason: &str) -> String {
    hands.push(job, Priority::Background).await;
    let taken = hands.take().await.unwrap();
    hands.end(&taken, Outcome::Abort { reason: reason.to_owned() }).await;
    taken.id
}

/// The job of a fresh asset of whoever holds the token, and the asset's id.
async fn asset_job(server: &Running, token: &str) -> (Job, Value) {
    let id = server.upload(token, "a.jpg", fixtures::jpeg(8, 8)).await["id"].clone();
    let short = short(&id);
    (Job::IngestAsset { asset_id: domain::short_id::decode(short).unwrap() }, id)
}

#[tokio::test]
async fn an_administrator_sees_what_waits_what_runs_and_what_was_given_up_on() {
    let server = start().await;
    let admin = server.admin().await;
    let hands = Hands::of(&server, "a worker", Lane::Pictures).await;
    let (dying, asset) = asset_job(&server, &admin).await;
    let dead = give_up(&hands, &dying, "the file is empty").await;
    hands.push(&job(), Priority::Background).await;
    hands.end(&hands.take().await.unwrap(), retry(Duration::from_mins(1))).await;
    let (running, of) = asset_job(&server, &admin).await;
    hands.push(&running, Priority::Background).await;
    let taken = hands.take().await.unwrap();
    hands.push(&job(), Priority::Background).await;

    let seen = see(&server, &admin, Value::Null).await;
    assert_eq!(seen["lanes"][1], json!({ "name": "pictures", "ready": 1, "scheduled": 1, "running": 1, "dead": 1 }));
    assert_eq!(seen["lanes"][0], json!({ "name": "upkeep", "ready": 0, "scheduled": 0, "running": 0, "dead": 0 }));
    let run = &seen["running"][0];
    assert_eq!(
        (&run["id"], &run["job"], &run["about"], &run["worker"], &run["attempt"]),
        (&json!(taken.id), &json!("ingest_asset"), &json!([of]), &json!("a worker"), &json!(1))
    );
    let since: chrono::DateTime<chrono::Utc> = run["since"].as_str().unwrap().parse().unwrap();
    assert!((server.services.now() - since).abs() < TimeDelta::minutes(1));
    let node = &seen["dead"]["nodes"][0];
    assert_eq!(
        (&node["id"], &node["job"], &node["about"], &node["reason"], &node["attempts"]),
        (&json!(dead), &json!("ingest_asset"), &json!([asset]), &json!("the file is empty"), &json!(1))
    );
    let arguments: Job = serde_json::from_str(node["arguments"].as_str().unwrap()).unwrap();
    assert_eq!((arguments, &seen["dead"]["totalCount"]), (dying, &json!(1)));
}

#[tokio::test]
async fn pages_of_what_was_given_up_on_are_whole_across_lanes() {
    let server = start().await;
    let admin = server.admin().await;
    let (pictures, upkeep) =
        (Hands::of(&server, "one", Lane::Pictures).await, Hands::of(&server, "two", Lane::Upkeep).await);
    let mut expected = Vec::new();
    for index in 0..7 {
        let link = Job::ExpireLink { link_id: LinkId::new(), at: server.services.now() - TimeDelta::hours(1) };
        expected.push(if index % 2 == 0 {
            give_up(&pictures, &job(), "a").await
        } else {
            give_up(&upkeep, &link, "b").await
        });
    }
    expected.reverse();
    let (mut found, mut after) = (Vec::new(), Value::Null);
    loop {
        let dead = see(&server, &admin, json!({ "first": 3, "after": after })).await["dead"].clone();
        found.extend(dead["nodes"].as_array().unwrap().iter().map(|node| node["id"].as_str().unwrap().to_owned()));
        assert_eq!(dead["totalCount"], 7);
        after = dead["pageInfo"]["endCursor"].clone();
        if dead["pageInfo"]["hasNextPage"] == false {
            break;
        }
    }
    assert_eq!(found, expected);
}

#[tokio::test]
async fn what_was_given_up_on_is_retried_or_discarded_by_id_or_all_at_once() {
    let server = start().await;
    let admin = server.admin().await;
    let hands = Hands::of(&server, "worker", Lane::Pictures).await;
    let [first, second] = [job(), job()];
    let ids = [give_up(&hands, &first, "a").await, give_up(&hands, &second, "b").await];
    let retry = "mutation($ids: [ID!]) { retryJobs(ids: $ids) { retried userErrors { code field message } } }";
    let answer = server.data(&admin, retry, json!({ "ids": [ids[0], "nothing"] })).await["retryJobs"].clone();
    assert_eq!((&answer["retried"], &answer["userErrors"][0]["field"]), (&json!(1), &json!(["ids", "1"])));
    let again = hands.take().await.unwrap();
    assert_eq!((&again.id, again.attempt), (&ids[0], 1), "with all its attempts");
    hands.end(&again, abort()).await;

    let discard = "mutation($ids: [ID!]) { discardJobs(ids: $ids) { discarded userErrors { code } } }";
    let answer = server.data(&admin, discard, json!({ "ids": [ids[1]] })).await;
    assert_eq!(answer["discardJobs"], json!({ "discarded": 1, "userErrors": [] }));
    assert!(hands.push(&second, Priority::Background).await, "it may come again");
    assert!(hands.take().await.is_some());

    let answer = server.data(&admin, retry, json!({})).await;
    assert_eq!((&answer["retryJobs"]["retried"], hands.depths().await), (&json!(1), [1, 0, 1, 0]));
    give_up(&hands, &job(), "c").await;
    hands.end(&hands.take().await.unwrap(), abort()).await;
    let answer = server.data(&admin, discard, json!({})).await;
    assert_eq!((&answer["discardJobs"]["discarded"], hands.depths().await[3]), (&json!(2), 0));
}

#[tokio::test]
async fn another_workspaces_jobs_show_ids_only_and_are_left_alone() {
    let server = start().await;
    let admin = server.admin().await;
    server.add_workspace("FOR", "foreign@example.com", "another long password").await;
    let foreign = server.sign_in("foreign@example.com", "another long password").await;
    let (pictures, upkeep) =
        (Hands::of(&server, "one", Lane::Pictures).await, Hands::of(&server, "two", Lane::Upkeep).await);
    let (theirs, asset) = asset_job(&server, &admin).await;
    let theirs = give_up(&pictures, &theirs, "secret.jpg is broken").await;
    let common = give_up(&upkeep, &Job::Reconcile, "Postgres was away").await;

    let nodes = see(&server, &foreign, Value::Null).await["dead"]["nodes"].clone();
    let node = |id: &str| nodes.as_array().unwrap().iter().find(|node| node["id"] == id).unwrap().clone();
    let hidden = node(&theirs);
    assert_eq!((&hidden["reason"], &hidden["arguments"]), (&Value::Null, &Value::Null));
    assert_eq!((&hidden["about"], &hidden["job"]), (&json!([asset]), &json!("ingest_asset")));
    assert_eq!(node(&common)["reason"], "Postgres was away");

    for call in ["retryJobs", "discardJobs"] {
        let query = format!("mutation($ids: [ID!]) {{ {call}(ids: $ids) {{ userErrors {{ code }} }} }}");
        let refusal = server.data(&foreign, &query, json!({ "ids": [theirs] })).await;
        assert_eq!(refusal[call]["userErrors"][0]["code"], "NOT_FOUND");
    }
    let query = "mutation { discardJobs { discarded } }";
    assert_eq!(server.data(&foreign, query, Value::Null).await["discardJobs"]["discarded"], 1);
    let left = see(&server, &admin, Value::Null).await["dead"]["nodes"].clone();
    let left: BTreeSet<_> = left.as_array().unwrap().iter().map(|node| node["id"].as_str().unwrap()).collect();
    assert_eq!(left, [theirs.as_str()].into());
}

/// Calls `retryJobs` or `discardJobs`, and returns how many jobs that changed and the codes of the refusals.
async fn change(server: &Running, token: &str, call: &str, ids: &Value) -> (Value, Vec<Value>) {
    let count = if call == "retryJobs" { "retried" } else { "discarded" };
    let query = format!("mutation($ids: [ID!]) {{ {call}(ids: $ids) {{ count: {count} userErrors {{ code }} }} }}");
    let answer = server.data(token, &query, json!({ "ids": ids })).await[call].clone();
    let errors = answer["userErrors"].as_array().unwrap().iter().map(|error| error["code"].clone());
    (answer["count"].clone(), errors.collect())
}

#[tokio::test]
async fn a_job_is_shown_to_and_changed_by_administrators_of_its_subjects_workspace_only() {
    let server = start().await;
    let admin = server.admin().await;
    server.add_workspace("FOR", "foreign@example.com", "another long password").await;
    let foreign = server.sign_in("foreign@example.com", "another long password").await;
    let (ingest, asset) = asset_job(&server, &admin).await;
    let Job::IngestAsset { asset_id } = ingest else { panic!("{ingest:?}") };
    let link = server.public_link(&admin, &asset, Value::Null).await["id"].clone();
    let link_id = domain::short_id::decode(short(&link)).unwrap();
    let user = server.user_id(&admin).await;
    let user_id = domain::short_id::decode(short(&user)).unwrap();
    let owned = [
        (ingest, &asset),
        (Job::RenderProxy { asset_id }, &asset),
        (Job::RenderVideo { asset_id }, &asset),
        (Job::ReingestAsset { asset_id }, &asset),
        (Job::IndexFaces { asset_id }, &asset),
        (Job::ExpireLink { link_id, at: server.services.now() - TimeDelta::hours(1) }, &link),
        (Job::MailPasswordLink { password_link_id: PasswordLinkId::new(), user_id }, &user),
    ];
    let tested: Vec<&str> =
        owned.iter().map(|(job, _)| job.name()).chain(PeriodicJob::ALL.iter().map(|job| job.name())).collect();
    assert_eq!(tested, Job::NAMES, "this test covers every job");

    let mut ids = Vec::new();
    for (job, subject) in &owned {
        let hands = Hands::of(&server, "a worker", job.lane()).await;
        hands.push(job, Priority::Background).await;
        let taken = hands.take().await.unwrap();
        // What is being run shows ids only, to whomever.
        let running = see(&server, &foreign, Value::Null).await["running"][0].clone();
        assert_eq!((&running["job"], &running["about"]), (&json!(job.name()), &json!([subject])));
        hands.end(&taken, Outcome::Abort { reason: "secret.jpg is broken".to_owned() }).await;
        ids.push(json!(taken.id));
    }
    for node in see(&server, &foreign, Value::Null).await["dead"]["nodes"].as_array().unwrap() {
        assert_eq!((&node["reason"], &node["arguments"]), (&Value::Null, &Value::Null), "{node}");
    }
    for node in see(&server, &admin, Value::Null).await["dead"]["nodes"].as_array().unwrap() {
        assert_eq!(node["reason"], "secret.jpg is broken", "{node}");
        assert!(node["arguments"].is_string(), "{node}");
    }
    let ids = json!(ids);
    for call in ["retryJobs", "discardJobs"] {
        assert_eq!(change(&server, &foreign, call, &ids).await, (json!(0), vec![json!("NOT_FOUND"); owned.len()]));
        assert_eq!(change(&server, &foreign, call, &Value::Null).await, (json!(0), vec![]));
    }
    assert_eq!(change(&server, &admin, "retryJobs", &ids).await, (json!(owned.len()), vec![]));

    // Whoever finds a job of the whole installation may retry it.
    for job in PeriodicJob::ALL {
        let upkeep = Hands::of(&server, "a worker", Lane::Upkeep).await;
        while let Some(retried) = upkeep.take().await {
            upkeep.end(&retried, Outcome::Done).await;
        }
        let id = json!([give_up(&upkeep, &Job::from(*job), "Postgres was away").await]);
        assert_eq!(see(&server, &foreign, Value::Null).await["dead"]["nodes"][0]["reason"], "Postgres was away");
        assert_eq!(change(&server, &foreign, "retryJobs", &id).await, (json!(1), vec![]));
    }
}

#[tokio::test]
async fn a_job_that_this_version_cannot_read_is_nobodys() {
    let server = start().await;
    let admin = server.admin().await;
    let (_, asset) = asset_job(&server, &admin).await;
    let asset_id: AssetId = domain::short_id::decode(short(&asset)).unwrap();
    let hands = Hands::of(&server, "a worker", Lane::Pictures).await;
    let mut redis = server.redis().await;
    let payloads = [
        format!(r#"{{"job":"of_the_future","collection_id":"{}"}}"#, Uuid::now_v7()),
        format!(r#"{{"job":"of_the_future","asset_id":"{asset_id}"}}"#),
        r#"{"job":"ingest_asset","asset_id":7}"#.to_owned(),
        "no job at all".to_owned(),
    ];
    let mut ids = Vec::new();
    for (index, payload) in payloads.iter().enumerate() {
        let id = format!("unreadable-{index}");
        let fields = [("args", payload.as_str()), ("lane", "pictures"), ("attempts", "0"), ("priority", "0")];
        let _: () = redis.hset_multiple(format!("{}:job:{id}", server.namespace), &fields).await.unwrap();
        let _: () = redis.zadd(format!("{}:ready:pictures", server.namespace), &id, 0).await.unwrap();
        let taken = hands.take().await.unwrap();
        assert_eq!(see(&server, &admin, Value::Null).await["running"][0]["about"], json!([]));
        hands.end(&taken, Outcome::Abort { reason: "secret.jpg is broken".to_owned() }).await;
        ids.push(id);
    }
    let nodes = see(&server, &admin, Value::Null).await["dead"]["nodes"].clone();
    let names: Vec<_> = nodes.as_array().unwrap().iter().map(|node| node["job"].as_str().unwrap()).collect();
    assert_eq!(names, ["unreadable", "ingest_asset", "of_the_future", "of_the_future"]);
    for node in nodes.as_array().unwrap() {
        assert_eq!((&node["reason"], &node["arguments"]), (&Value::Null, &Value::Null), "{node}");
        assert_eq!(node["about"], json!([]), "{node}");
    }
    for call in ["retryJobs", "discardJobs"] {
        assert_eq!(change(&server, &admin, call, &json!(ids)).await, (json!(0), vec![json!("NOT_FOUND"); ids.len()]));
        assert_eq!(change(&server, &admin, call, &Value::Null).await, (json!(0), vec![]));
    }
    assert_eq!(hands.depths().await[3], ids.len());
    assert_eq!(hands.queue.retry(&ids).await.unwrap(), ids, "the command line retries them");
}

fn id<Id: From<Uuid>>(node: &Value) -> Id {
    domain::short_id::decode(short(node)).unwrap()
}

#[tokio::test]
async fn every_kind_of_subject_has_its_workspace_until_it_is_deleted() {
    let server = start().await;
    let admin = server.admin().await;
    let (_, asset) = asset_job(&server, &admin).await;
    let link = server.public_link(&admin, &asset, Value::Null).await["id"].clone();
    let collection = server.collection(&admin, "Trees", std::slice::from_ref(&asset)).await;
    let user = server.data(&admin, "{ viewer { id } }", Value::Null).await["viewer"]["id"].clone();
    let mut conn = server.database().await;
    let asset = schema::assets::find(&mut conn, id(&asset)).await.unwrap().unwrap();
    let (workspace, gone) = (asset.workspace_id, Uuid::now_v7());
    let existing = [
        Subject::Asset(asset.id),
        Subject::Link(id(&link)),
        Subject::Collection(id(&collection)),
        Subject::User(id(&user)),
        Subject::Workspace(workspace),
    ];
    let none = [
        Subject::Asset(gone.into()),
        Subject::Link(gone.into()),
        Subject::Collection(gone.into()),
        Subject::User(gone.into()),
        Subject::Workspace(gone.into()),
        // Another kind of subject with an id that exists.
        Subject::Link(asset.id.uuid().into()),
        Subject::Installation,
    ];
    let found = outbox::workspaces_of(&mut conn, &[&existing[..], &none[..]].concat()).await.unwrap();
    assert_eq!(found, existing.into_iter().map(|subject| (subject, workspace)).collect());
}

#[tokio::test]
async fn without_redis_only_these_fields_say_so() {
    let servers = tests::servers();
    let database_url = servers.database_url(&servers.new_database().await);
    let server = start_on(database_url, "redis+unix:///nowhere/redis.sock".to_owned(), Options::default());
    let admin = server.admin().await;
    for query in ["{ workspace { name } jobQueue { lanes { name } } }", "{ jobQueue { dead { nodes { id } } } }"] {
        let answer = server.call(&admin, query, Value::Null).await;
        assert_eq!(answer["errors"][0]["extensions"]["code"], "UNAVAILABLE", "{answer}");
    }
    assert!(server.data(&admin, "{ workspace { name } }", Value::Null).await["workspace"]["name"].is_string());
}
