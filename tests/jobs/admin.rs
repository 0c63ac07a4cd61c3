//! What administrators see of the queue, and do about what was given up on: by GraphQL and on the command line.

use crate::jobs::hands::{Hands, abort, job, retry};
use chrono::TimeDelta;
use jobs::queue::Outcome;
use schema::outbox::{Job, Lane, Priority};
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
        let link = Job::ExpireLink { link_id: Uuid::now_v7(), at: server.services.now() - TimeDelta::hours(1) };
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
