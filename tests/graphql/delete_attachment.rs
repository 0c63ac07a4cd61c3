//! Attachments that are deleted: who may do it, and that nothing is left of them.

use serde_json::{Value, json};
use tests::{Running, fixtures, start};

const DELETE: &str = "mutation($id: ID!) { deleteAttachment(id: $id) {
    deletedIds asset { id attachments { id } } userErrors { code field message } } }";

async fn used(server: &Running, token: &str) -> Value {
    let data = server.data(token, "{ workspace { storage { used } } viewer { storage { used } } }", Value::Null).await;
    json!([data["workspace"]["storage"]["used"], data["viewer"]["storage"]["used"]])
}

#[tokio::test]
async fn it_leaves_its_asset_its_links_and_the_storage() {
    let server = start().await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "a.jpg", fixtures::jpeg(8, 8)).await["id"].clone();
    let (before, blobs) = (used(&server, &admin).await, server.blobs());
    let kept = server.attach(&admin, &asset, "kept.txt", "kept").await[0]["id"].clone();
    let with_one = used(&server, &admin).await;
    assert_ne!(with_one, before);
    let gone = server.attach(&admin, &asset, "gone.pdf", fixtures::pdf()).await[1]["id"].clone();
    assert_eq!(server.blobs(), blobs + 2);

    let link = server.public_link(&admin, &asset, json!({ "allowAttachments": true })).await;
    let query = "query($token: String!) { sharedLink(token: $token) { assets { nodes { downloads { label url } } } } }";
    let token = link["url"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
    let downloads = async || {
        let data = server.data("", query, json!({ "token": token })).await;
        data["sharedLink"]["assets"]["nodes"][0]["downloads"].as_array().unwrap().clone()
    };
    let offered = downloads().await;
    assert_eq!(offered.len(), 2, "{offered:?}");
    let url = offered[1]["url"].as_str().unwrap();
    assert_eq!(server.visitor().get(url).await.status(), 200);

    let deleted = server.data(&admin, DELETE, json!({ "id": gone })).await;
    let expected =
        json!({ "deletedIds": [gone], "asset": { "id": asset, "attachments": [{ "id": kept }] }, "userErrors": [] });
    assert_eq!(deleted["deleteAttachment"], expected);
    assert_eq!((used(&server, &admin).await, server.blobs()), (with_one, blobs + 1));
    assert_eq!(downloads().await.len(), 1);
    assert_eq!(server.visitor().get(url).await.status(), 404);
    let node = server.data(&admin, "query($id: ID!) { node(id: $id) { id } }", json!({ "id": gone })).await;
    assert_eq!(node["node"], Value::Null);
    let again = server.refusal(&admin, DELETE, json!({ "id": gone })).await;
    assert_eq!(again, ("NOT_FOUND".to_owned(), vec!["id".to_owned()]));
    // Without any, the link's settings stay, and others can be changed.
    server.data(&admin, DELETE, json!({ "id": kept })).await;
    let renamed = server.update_link(&admin, &link["id"], json!({ "name": "Terms", "allowAttachments": true })).await;
    assert_eq!(renamed["userErrors"], json!([]), "{renamed}");
    let other = server.public_link(&admin, &asset, Value::Null).await["id"].clone();
    let refused = server.update_link(&admin, &other, json!({ "allowAttachments": true })).await;
    assert_eq!(refused["userErrors"][0]["code"], "OPTION_NOT_AVAILABLE", "{refused}");
}

#[tokio::test]
async fn a_rule_lets_a_viewer_delete() {
    let server = start().await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "a.jpg", fixtures::jpeg(8, 8)).await["id"].clone();
    let id = server.attach(&admin, &asset, "terms.pdf", fixtures::pdf()).await[0]["id"].clone();
    let viewer = server.user(&admin, "Vera", "VIEWER").await;
    let refused = server.call(&viewer, DELETE, json!({ "id": id })).await;
    assert_eq!(refused["errors"][0]["extensions"]["code"], "FORBIDDEN", "{refused}");
    let user = server.user_id(&viewer).await;
    server.grant(&admin, json!({ "userId": user, "assetId": asset, "rights": ["EDIT"] })).await;
    let deleted = server.data(&viewer, DELETE, json!({ "id": id })).await;
    assert_eq!(deleted["deleteAttachment"]["deletedIds"], json!([id]));
}
