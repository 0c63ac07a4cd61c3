//! Views and downloads of a link, told as they happen.

use super::preparation::quiet;
use chrono::TimeDelta;
use domain::{LinkId, short_id};
use schema::announcements::Change;
use serde_json::{Value, json};
use tests::{Running, Socket, fixtures, short, start};
use uuid::Uuid;

const QUERY: &str = "subscription($id: ID!) { linkActivity(linkId: $id) { viewCount downloadCount lastAccessedAt } }";

async fn subscribe(server: &Running, token: &str, link: &Value) -> Socket {
    let mut socket = server.socket(token).await;
    socket.subscribe("1", QUERY, json!({ "id": link["id"] })).await;
    socket
}

/// The next views and downloads; nothing, where there are no more.
async fn next(socket: &mut Socket) -> Option<[i64; 2]> {
    let message = socket.next().await.expect("a message");
    if message["type"] == "complete" {
        return None;
    }
    let counts = &message["payload"]["data"]["linkActivity"];
    let counted = ["viewCount", "downloadCount"].map(|key| counts[key].as_i64().unwrap_or_else(|| panic!("{message}")));
    assert_eq!(counts["lastAccessedAt"].is_null(), counted == [0, 0], "{message}");
    Some(counted)
}

fn url(link: &Value) -> &str {
    link["url"].as_str().unwrap()
}

#[tokio::test]
async fn each_view_and_download_is_told() {
    let server = start().await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "a.txt", "a").await["id"].clone();
    let page = server.public_link(&admin, &asset, Value::Null).await;
    let file = server.download_link(&admin, json!({ "assetId": asset, "maxDownloads": 1 })).await;
    let (mut of_page, mut of_file) = (subscribe(&server, &admin, &page).await, subscribe(&server, &admin, &file).await);
    assert_eq!((next(&mut of_page).await, next(&mut of_file).await), (Some([0, 0]), Some([0, 0])));
    let visitor = server.visitor();
    visitor.get(url(&page)).await;
    assert_eq!(next(&mut of_page).await, Some([1, 0]));
    visitor.get(url(&file)).await;
    assert_eq!(next(&mut of_file).await, Some([0, 1]));
    // What is not counted is not told: the second download is refused, and a look at the headers is no view.
    assert_eq!(server.visitor().get(url(&file)).await.status(), 404);
    visitor.head(url(&page)).await;
    // Who is in no statistics is still in the counters.
    let silent = tests::client().get(url(&page)).header("dnt", "1").send().await.unwrap();
    assert_eq!((silent.status().as_u16(), next(&mut of_page).await), (200, Some([2, 0])));
    let views = (0..50).map(async |_| tests::client().get(url(&page)).send().await.unwrap().status().as_u16());
    assert_eq!(futures::future::join_all(views).await, [200; 50]);
    let mut told = Vec::new();
    while told.last() != Some(&52) {
        let [views, _] = next(&mut of_page).await.unwrap();
        told.push(views);
    }
    assert!(told.is_sorted() && told.len() <= 50, "{told:?}");
    let delete = "mutation($ids: [ID!]!) { deleteLinks(ids: $ids) { userErrors { code } } }";
    server.data(&admin, delete, json!({ "ids": [page["id"], file["id"]] })).await;
    assert_eq!((next(&mut of_page).await, next(&mut of_file).await), (None, None));
}

#[tokio::test]
async fn it_ends_when_the_viewer_may_not_see_the_link_any_more() {
    let server = start().await;
    let admin = server.admin().await;
    let (second, editor) = (server.user(&admin, "Bea", "ADMIN").await, server.user(&admin, "Eddi", "EDITOR").await);
    let asset = server.upload(&admin, "a.txt", "a").await["id"].clone();
    let link = server.public_link(&editor, &asset, Value::Null).await;
    let mut sockets = Vec::new();
    for token in [&second, &editor, &admin] {
        let mut socket = subscribe(&server, token, &link).await;
        assert_eq!(next(&mut socket).await, Some([0, 0]));
        sockets.push(socket);
    }
    let stranger = server.user(&admin, "Vera", "EDITOR").await;
    let refused = server.first(&stranger, QUERY, json!({ "id": link["id"] })).await;
    assert_eq!(refused["errors"][0]["extensions"]["code"], "NOT_FOUND", "{refused}");
    let update = "mutation($input: UpdateUserInput!) { updateUser(input: $input) { userErrors { code } } }";
    let bea = server.user_id(&second).await;
    server.data(&admin, update, json!({ "input": { "id": bea, "role": "EDITOR" } })).await;
    server.data(&editor, "mutation { signOut { userErrors { code } } }", Value::Null).await;
    server.visitor().get(url(&link)).await;
    let [of_second, of_editor, of_admin] = &mut sockets[..] else { panic!("three") };
    assert_eq!(next(of_admin).await, Some([1, 0]));
    assert_eq!(next(of_second).await, None, "somebody else's link");
    let ended = of_editor.next().await;
    let is_refused = ended.as_ref().is_ok_and(|message| {
        message["type"] == "error" || message["payload"]["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    });
    assert!(is_refused || ended.is_err(), "{ended:?}");
}

#[tokio::test]
async fn a_view_wakes_nobody_who_waits_for_pictures() {
    let server = start().await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "a.jpg", fixtures::jpeg(40, 30)).await["id"].clone();
    let link = server.public_link(&admin, &asset, Value::Null).await;
    let view = async || {
        let before = server.statements();
        server.visitor().get(url(&link)).await.text().await.unwrap();
        server.views_written().await;
        quiet(&server).await;
        server.statements() - before
    };
    // The first views prepare what later ones use again.
    for _ in 0..2 {
        view().await;
    }
    let alone = view().await;
    let mut socket = server.socket(&admin).await;
    let query = "subscription($id: ID!) { linkPreparation(linkId: $id) { total } }";
    socket.subscribe("1", query, json!({ "id": link["id"] })).await;
    socket.next().await.unwrap();
    server.until_activity("query = 'LISTEN proxies' AND state = 'idle'").await;
    quiet(&server).await;
    assert_eq!(view().await, alone);
    let listening = "pg_stat_activity WHERE datname = current_database() AND query = 'LISTEN link_activity'";
    assert_eq!(server.count(listening).await, 0, "nobody listens for views either");
    let mut activity = subscribe(&server, &admin, &link).await;
    assert_eq!(next(&mut activity).await, Some([4, 0]));
    server.visitor().get(url(&link)).await;
    assert_eq!(next(&mut activity).await, Some([5, 0]));
}

#[tokio::test]
async fn views_are_announced_only_where_somebody_waits() {
    let server = start().await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "a.txt", "a").await["id"].clone();
    let [watched, other] =
        [server.public_link(&admin, &asset, Value::Null).await, server.public_link(&admin, &asset, Value::Null).await];
    let mut socket = subscribe(&server, &admin, &watched).await;
    assert_eq!(next(&mut socket).await, Some([0, 0]));
    let mut announcements = server.services.link_activity.subscribe();
    server.until_activity("query = 'LISTEN link_activity' AND state = 'idle'").await;
    for _ in 0..2 {
        for link in [&other, &watched] {
            server.visitor().get(url(link)).await;
        }
        server.views_written().await;
    }
    let id: LinkId = short_id::decode(short(&watched["id"])).unwrap();
    for _ in 0..2 {
        let change = loop {
            match announcements.next().await.unwrap() {
                // The listener has just begun.
                Change::Anything => {}
                change @ Change::Of(_) => break change,
            }
        };
        assert_eq!(change, Change::Of(id.uuid()));
    }
    // After two hours without a word of the subscriber, it counts as gone.
    server.advance(TimeDelta::hours(2));
    server.visitor().get(url(&watched)).await;
    server.sql("SELECT pg_notify('link_activity', '00000000-0000-0000-0000-000000000000')").await;
    assert_eq!(announcements.next().await, Some(Change::Of(Uuid::nil())));
}

#[tokio::test]
async fn what_happens_while_nobody_listens_is_made_up_for() {
    let server = start().await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "a.txt", "a").await["id"].clone();
    let link = server.public_link(&admin, &asset, Value::Null).await;
    let mut socket = subscribe(&server, &admin, &link).await;
    assert_eq!(next(&mut socket).await, Some([0, 0]));
    server.until_activity("query = 'LISTEN link_activity' AND state = 'idle'").await;
    server
        .sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE datname = current_database() AND query = 'LISTEN link_activity'",
        )
        .await;
    server.visitor().get(url(&link)).await;
    assert_eq!(next(&mut socket).await, Some([1, 0]));
}

#[tokio::test]
async fn a_deletion_of_many_is_told() {
    let server = start().await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "a.txt", "a").await["id"].clone();
    let link = server.public_link(&admin, &asset, Value::Null).await;
    server.sql(tests::many_links(150)).await;
    let mut socket = subscribe(&server, &admin, &link).await;
    assert_eq!(next(&mut socket).await, Some([0, 0]));
    server.until_activity("query = 'LISTEN link_activity' AND state = 'idle'").await;
    server.sql("DELETE FROM links").await;
    assert_eq!(next(&mut socket).await, None);
}
