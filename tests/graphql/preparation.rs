//! How far the proxies of a link are, told as it changes.

use api::{
    config::SocketTimes,
    installation::servers::{Durability, PrivateServers},
};
use diesel_async::SimpleAsyncConnection;
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use tests::{Options, Running, Socket, fixtures, many_assets, private, start, start_on, start_with};

const QUERY: &str = "subscription($id: ID!) { linkPreparation(linkId: $id) { total ready failed } }";

async fn subscribe(server: &Running, token: &str, link: &Value) -> Socket {
    let mut socket = server.socket(token).await;
    socket.subscribe("1", QUERY, json!({ "id": link })).await;
    socket
}

/// The next count: total, ready, failed. Nothing, where there are no more.
async fn next(socket: &mut Socket) -> Option<[i64; 3]> {
    let message = socket.next().await.expect("a message");
    if message["type"] == "complete" {
        return None;
    }
    let count = &message["payload"]["data"]["linkPreparation"];
    Some(["total", "ready", "failed"].map(|key| count[key].as_i64().unwrap_or_else(|| panic!("{message}"))))
}

async fn counts(socket: &mut Socket) -> Vec<[i64; 3]> {
    let mut counts = Vec::new();
    while let Some(count) = next(socket).await {
        counts.push(count);
    }
    counts
}

/// A link to pictures whose proxies are still to be made.
async fn link_to_pictures(server: &Running, admin: &str, count: u32) -> Value {
    let mut assets = Vec::new();
    for index in 0..count {
        assets.push(server.upload(admin, &format!("{index}.jpg"), fixtures::jpeg(40 + index, 30)).await["id"].clone());
    }
    server.share(admin, json!({ "assetIds": assets })).await["link"]["id"].clone()
}

/// Waits until the server listens, and has nothing to do any more.
async fn settled(server: &Running) {
    server.until_activity("query LIKE 'LISTEN %' AND state = 'idle'").await;
    quiet(server).await;
}

/// Waits until the server has run no statement for a while.
pub(super) async fn quiet(server: &Running) {
    let (mut before, mut quiet) = (server.statements(), 0);
    while quiet < 3 {
        tokio::time::sleep(Duration::from_millis(300)).await;
        let now = server.statements();
        quiet = if now == before { quiet + 1 } else { 0 };
        before = now;
    }
}

#[tokio::test]
async fn counts_rise_until_all_is_ready_and_nobody_asks_in_between() {
    let server = start().await;
    let admin = server.admin().await;
    let link = link_to_pictures(&server, &admin, 3).await;
    let mut socket = subscribe(&server, &admin, &link).await;
    assert_eq!(next(&mut socket).await, Some([9, 0, 0]), "the present count comes at once");

    settled(&server).await;
    let before = server.statements();
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(server.statements(), before, "nothing is asked while nothing happens");

    let _workers = server.workers();
    let counts = counts(&mut socket).await;
    assert_eq!(counts.last(), Some(&[9, 9, 0]), "{counts:?}");
    assert!(counts.is_sorted_by(|earlier, later| earlier[1] < later[1]), "each is a change: {counts:?}");
}

#[tokio::test]
async fn what_cannot_be_made_counts_as_failed_and_what_needs_nothing_is_complete() {
    let server = start_with(Options { workers: true, ..Options::default() }).await;
    let admin = server.admin().await;
    let broken = server.upload(&admin, "a.png", fixtures::png_header(100, 100)).await["id"].clone();
    let link = server.public_link(&admin, &broken, Value::Null).await["id"].clone();
    let told = counts(&mut subscribe(&server, &admin, &link).await).await;
    assert_eq!(told.last(), Some(&[3, 0, 3]), "{told:?}");

    let terms = server.upload(&admin, "terms.txt", "Mind the terms.").await["id"].clone();
    let link = server.public_link(&admin, &terms, Value::Null).await["id"].clone();
    assert_eq!(counts(&mut subscribe(&server, &admin, &link).await).await, [[0, 0, 0]]);
}

#[tokio::test]
async fn it_ends_with_the_link_and_follows_what_the_link_leads_to() {
    let server = start().await;
    let admin = server.admin().await;
    let link = link_to_pictures(&server, &admin, 2).await;
    let target = "query($id: ID!) { link(id: $id) { target { ... on Collection { id } } } }";
    let collection = server.data(&admin, target, json!({ "id": link })).await["link"]["target"]["id"].clone();
    let mut socket = subscribe(&server, &admin, &link).await;
    assert_eq!(next(&mut socket).await, Some([6, 0, 0]));

    let more = server.upload(&admin, "more.jpg", fixtures::jpeg(99, 30)).await["id"].clone();
    let add = "mutation($id: ID!, $assets: [ID!]!) { addToCollection(collectionId: $id, assetIds: $assets) { userErrors { code } } }";
    server.data(&admin, add, json!({ "id": collection, "assets": [more] })).await;
    assert_eq!(next(&mut socket).await, Some([9, 0, 0]), "a new member");

    let delete = "mutation($ids: [ID!]!) { deleteLinks(ids: $ids) { deletedIds } }";
    server.data(&admin, delete, json!({ "ids": [link] })).await;
    assert_eq!(next(&mut socket).await, None);
}

#[tokio::test]
async fn only_who_may_see_the_link_may_wait_for_it() {
    let server = start().await;
    let admin = server.admin().await;
    let link = link_to_pictures(&server, &admin, 1).await;
    server.add_workspace("FOR", "foreign@example.com", "another long password").await;
    let foreign = server.sign_in("foreign@example.com", "another long password").await;
    let editor = server.user(&admin, "Eddi", "EDITOR").await;
    let unknown = json!("link_0000000000000000000001");
    for (token, id, code) in [
        ("", &link, "UNAUTHENTICATED"),
        (&foreign, &link, "NOT_FOUND"),
        (&editor, &link, "NOT_FOUND"),
        (&admin, &unknown, "NOT_FOUND"),
        (&admin, &json!("rubbish"), "NOT_FOUND"),
    ] {
        let mut socket = subscribe(&server, token, id).await;
        let answer = socket.next().await.unwrap();
        // It ends an operation that could not begin; nothing comes after it.
        assert_eq!(answer["type"], "error", "{answer}");
        assert_eq!(answer["payload"][0]["extensions"]["code"], code, "{answer}");
    }
    let over_http = server.call(&admin, QUERY, json!({ "id": link })).await;
    assert_eq!(over_http["errors"][0]["extensions"]["code"], "BAD_USER_INPUT", "{over_http}");
}

/// A personal access token of the administrator, and its id.
async fn personal_token(server: &Running, admin: &str) -> (String, Value) {
    let create = "mutation { createAccessToken(input: { name: \"robot\" }) { token } }";
    let made = server.data(admin, create, Value::Null).await;
    let id = server.data(admin, "{ accessTokens { id } }", Value::Null).await["accessTokens"][0]["id"].clone();
    (made["createAccessToken"]["token"].as_str().unwrap().to_owned(), id)
}

async fn revoke(server: &Running, admin: &str, id: &Value) {
    let revoke = "mutation($id: ID!) { revokeAccessToken(id: $id) { userErrors { code } } }";
    let data = server.data(admin, revoke, json!({ "id": id })).await;
    assert_eq!(data["revokeAccessToken"]["userErrors"], json!([]));
}

#[tokio::test]
async fn a_token_that_ends_ends_what_it_began() {
    let server = start().await;
    let admin = server.admin().await;
    let link = link_to_pictures(&server, &admin, 2).await;
    let (robot, id) = personal_token(&server, &admin).await;
    let mut socket = subscribe(&server, &robot, &link).await;
    assert_eq!(next(&mut socket).await, Some([6, 0, 0]));
    revoke(&server, &admin, &id).await;
    server.sql("UPDATE proxies SET state = 'FAILED' WHERE preset = 'preview'").await;
    let answer = socket.next().await.unwrap();
    assert_eq!(answer["payload"]["errors"][0]["extensions"]["code"], "UNAUTHENTICATED", "{answer}");
    assert_eq!(socket.next().await.unwrap()["type"], "complete");
    socket.subscribe("2", "{ viewer { id } }", Value::Null).await;
    assert_eq!(socket.next().await, Err(4403), "nor does it begin anything");

    let socket_times = SocketTimes { check: Duration::from_millis(50), ..SocketTimes::default() };
    let server = start_with(Options { socket_times, ..Options::default() }).await;
    let admin = server.admin().await;
    let (robot, id) = personal_token(&server, &admin).await;
    let mut idle = server.socket(&robot).await;
    revoke(&server, &admin, &id).await;
    assert_eq!(idle.next().await, Err(4403), "even where nothing happens");
}

#[tokio::test]
async fn many_changes_are_counted_together_and_the_last_is_never_missed() {
    let server = start().await;
    let admin = server.admin().await;
    server.sql(many_assets(500)).await;
    server.sql("UPDATE proxies SET state = 'PENDING', file_id = NULL, media_type = NULL, byte_size = NULL").await;
    let query = "{ assets(first: 100) { nodes { id } pageInfo { endCursor } } }";
    let first = server.data(&admin, query, Value::Null).await["assets"]["nodes"][0]["id"].clone();
    let link = server.share(&admin, json!({ "assetIds": [first] })).await["link"]["id"].clone();
    // All of them are members, which the API would take five pages for.
    server.sql("INSERT INTO collection_assets SELECT collection_id, assets.id, 1 + number FROM collection_assets, assets ON CONFLICT DO NOTHING").await;
    let mut socket = subscribe(&server, &admin, &link).await;
    assert_eq!(next(&mut socket).await, Some([1500, 0, 0]));

    settled(&server).await;
    let (before, start) = (server.statements(), Instant::now());
    let mut conn = server.database().await;
    let change = async {
        for number in 1..=500 {
            let one = format!(
                "UPDATE proxies SET state = 'FAILED' WHERE asset_id = (SELECT id FROM assets WHERE number = {number}) AND preset <> 'preview'"
            );
            conn.batch_execute(&one).await.unwrap();
        }
    };
    let hear = async {
        let mut told = 0;
        while next(&mut socket).await.expect("a count")[2] < 1000 {
            told += 1;
        }
        told
    };
    let ((), told) = futures::join!(change, hear);
    let (took, own) = (start.elapsed(), server.statements() - before - 500);
    let most = usize::try_from(took.as_millis() / 150 + 2).unwrap();
    assert!(told <= most && own <= 4 * most, "{told} counts and {own} statements in {took:?}");

    server.sql("UPDATE proxies SET state = 'FAILED'").await;
    assert_eq!(next(&mut socket).await, Some([1500, 0, 1500]), "a statement that changes much");
    assert_eq!(next(&mut socket).await, None);
}

#[tokio::test]
async fn what_happens_while_nobody_listens_is_made_up_for() {
    let server = start().await;
    let admin = server.admin().await;
    let link = link_to_pictures(&server, &admin, 1).await;
    let mut socket = subscribe(&server, &admin, &link).await;
    assert_eq!(next(&mut socket).await, Some([3, 0, 0]));
    settled(&server).await;
    let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND query = 'LISTEN proxies'";
    for (preset, failed) in [("thumbnail", 1), ("preview", 2), ("fullscreen", 3)] {
        server.sql(format!("{cut}; UPDATE proxies SET state = 'FAILED' WHERE preset = '{preset}'")).await;
        assert_eq!(next(&mut socket).await, Some([3, 0, failed]));
    }
    assert_eq!(next(&mut socket).await, None);
}

#[tokio::test]
async fn a_subscription_outlives_postgres() {
    let folder = tempfile::tempdir().unwrap();
    let servers = private(folder.path(), Durability::Durable).await;
    let (database_url, redis_url) = (servers.database_url().to_owned(), servers.redis_url().to_owned());
    let server = start_on(database_url, redis_url, Options::default());
    let admin = server.admin().await;
    let link = link_to_pictures(&server, &admin, 1).await;
    let mut socket = subscribe(&server, &admin, &link).await;
    assert_eq!(next(&mut socket).await, Some([3, 0, 0]));
    drop(servers);
    socket.subscribe("2", "{ workspace { name } }", Value::Null).await;
    let refused = socket.next().await.unwrap();
    assert_eq!(refused["payload"][0]["extensions"]["code"], "UNAVAILABLE", "{refused}");
    let _servers = PrivateServers::start(folder.path(), Durability::Durable).unwrap();
    server.sql("UPDATE proxies SET state = 'FAILED'").await;
    assert_eq!(next(&mut socket).await, Some([3, 0, 3]));
    assert_eq!(next(&mut socket).await, None);
}
