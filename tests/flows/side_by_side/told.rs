//! Subscribers at one process are told what happens through the other, and through a worker.

use super::{installation, path};
use serde_json::{Value, json};
use tests::{Socket, fixtures};

/// The next data of a subscription.
async fn next(socket: &mut Socket, field: &str) -> Value {
    let message = socket.next().await.expect("a message");
    let data = message["payload"]["data"][field].clone();
    assert!(data.is_object(), "{message}");
    data
}

#[tokio::test]
async fn of_visits_and_of_what_is_made() {
    let installation = installation(13).await;
    let [a, b] = &installation.serves;
    let admin = b.admin().await;
    let asset = b.upload(&admin, "a.jpg", fixtures::jpeg(400, 300)).await["id"].clone();
    let link = b.public_link(&admin, &asset, json!({ "allowProxies": true })).await;
    let mut socket = a.socket(&admin).await;
    let query = "subscription($id: ID!) { linkActivity(linkId: $id) { viewCount } }";
    socket.subscribe("1", query, json!({ "id": link["id"] })).await;
    assert_eq!(next(&mut socket, "linkActivity").await["viewCount"], 0);
    assert_eq!(b.visitor().get(path(&link["url"])).await.status(), 200);
    assert_eq!(next(&mut socket, "linkActivity").await["viewCount"], 1);

    let mut socket = a.socket(&admin).await;
    let query = "subscription($id: ID!) { linkPreparation(linkId: $id) { total ready failed } }";
    socket.subscribe("1", query, json!({ "id": link["id"] })).await;
    assert_eq!(next(&mut socket, "linkPreparation").await, json!({ "total": 3, "ready": 0, "failed": 0 }));
    installation.workers.iter().for_each(tests::Process::start);
    let mut last = Value::Null;
    while last["ready"] != 3 {
        last = next(&mut socket, "linkPreparation").await;
        assert_eq!(last["failed"], 0, "{last}");
    }
}
