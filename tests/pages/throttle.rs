//! Guessing is slowed down, over all processes, and nobody is locked out.

use api::installation::servers::Durability;
use serde_json::{Value, json};
use std::time::Duration;
use tests::{Bucket, LONG, Options, Running, fixtures, kill, private, redis_process, start, start_on};

const UNKNOWN: &str = "/s/0000000000000000000000";

/// How soon one more request for a link that is not there is answered.
const REFILL: Duration = Duration::from_millis(200);

#[tokio::test]
async fn whoever_looks_for_links_is_slowed_down_and_whoever_has_one_is_not() {
    let server = start().await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "a.jpg", fixtures::jpeg(40, 30)).await["id"].clone();
    let link = server.public_link(&admin, &asset, Value::Null).await;
    let same = server.visitor_from("203.0.113.7");
    let emptied = Bucket::new(300, REFILL).empty(async |_| same.get(UNKNOWN).await).await;
    assert_eq!(same.get(link["url"].as_str().unwrap()).await.status(), 200, "a link opens all the same");
    assert_eq!(server.visitor_from("203.0.113.8").get(UNKNOWN).await.status(), 404, "others are not meant");
    // Dead and deleted links answer like unknown ones, here too.
    let delete = "mutation($id: ID!) { deleteLinks(ids: [$id]) { deletedIds } }";
    server.data(&admin, delete, json!({ "id": link["id"] })).await;
    let dead = link["url"].as_str().unwrap().strip_prefix(&server.url).unwrap();
    emptied.empty(async |_| same.get(dead).await).await;
    // It heals by itself, soon.
    let healed = async { while same.get(UNKNOWN).await.status() != 404 {} };
    tokio::time::timeout(LONG, healed).await.expect("it heals");
}

#[tokio::test]
async fn a_network_of_ipv6_addresses_counts_as_one() {
    let server = start().await;
    let visitor = |index| server.visitor_from(&format!("2001:db8:1:2::{index:x}"));
    Bucket::new(300, REFILL).empty(async |index| visitor(index).get("/d/0000000000000000000000").await).await;
    assert_eq!(server.visitor_from("2001:db8:1:3::1").get(UNKNOWN).await.status(), 404);
}

#[tokio::test]
async fn processes_share_what_was_tried_and_go_on_without_redis() {
    let folder = tempfile::tempdir().unwrap();
    let servers = private(folder.path(), Durability::Throwaway).await;
    let (database_url, redis_url) = (servers.database_url().to_owned(), servers.redis_url().to_owned());
    let one = start_on(database_url.clone(), redis_url.clone(), Options::default());
    let two = one.another();
    let attempts = async |server: &Running, email: &str, count: usize| {
        let query = "mutation($input: SignInInput!) { signIn(input: $input) { userErrors { code message } } }";
        let mut codes = Vec::new();
        for _ in 0..count {
            let data = server.data("", query, json!({ "input": { "email": email, "password": "wrong" } })).await;
            codes.push(data["signIn"]["userErrors"][0]["code"].as_str().unwrap().to_owned());
        }
        codes.iter().filter(|code| *code == "WRONG_CREDENTIALS").count()
    };
    let slow = Duration::from_mins(2);
    let bucket = Bucket::new(10, slow);
    assert_eq!(attempts(&one, "a@example.com", 6).await, 6);
    let more = attempts(&two, "a@example.com", 15).await;
    assert!(bucket.admits().contains(&(6 + more)), "ten in all, and not {more} more");
    // Without Redis each process counts by itself, and answers as soon as ever.
    kill(&redis_process(&redis_url).await);
    for server in [&one, &two] {
        let bucket = Bucket::new(10, slow);
        let passed = attempts(server, "b@example.com", 20).await;
        assert!(bucket.admits().contains(&passed), "{passed}");
    }
}
