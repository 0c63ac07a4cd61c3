//! What an asset tells its viewer about themselves: their rights, the collections that they see it in, and who added it.

use serde_json::{Value, json};
use tests::{Running, fixtures, start};

const FIELDS: &str = "query($id: ID!, $first: Int, $after: String) { asset(id: $id) {
    rights uploadedBy { name } collections(first: $first, after: $after) {
        totalCount isEstimate pageInfo { hasNextPage endCursor } nodes { name } } } }";

async fn asset(server: &Running, token: &str, id: &Value) -> Value {
    server.data(token, FIELDS, json!({ "id": id })).await["asset"].clone()
}

fn names(asset: &Value) -> Vec<&str> {
    asset["collections"]["nodes"].as_array().unwrap().iter().map(|node| node["name"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn rights_are_those_of_role_and_rules_on_each_asset() {
    let server = start().await;
    let admin = server.admin().await;
    let (one, other) = (
        server.upload(&admin, "a.jpg", fixtures::jpeg(8, 8)).await["id"].clone(),
        server.upload(&admin, "b.jpg", fixtures::jpeg(8, 9)).await["id"].clone(),
    );
    let all = json!(["READ", "SHARE", "DOWNLOAD_ORIGINAL", "DOWNLOAD_PROXY", "DOWNLOAD_ATTACHMENT", "EDIT"]);
    assert_eq!(asset(&server, &admin, &one).await["rights"], all);
    let viewer = server.user(&admin, "Vera", "VIEWER").await;
    let user = server.user_id(&viewer).await;
    let rule = server.grant(&admin, json!({ "userId": user, "assetId": one, "rights": ["SHARE"] })).await;
    let listed = async || {
        let data = server.data(&viewer, "{ assets { nodes { id rights } } }", Value::Null).await;
        data["assets"]["nodes"].clone()
    };
    let usual = json!(["READ", "DOWNLOAD_PROXY"]);
    assert_eq!(
        listed().await,
        json!([{ "id": other, "rights": usual }, { "id": one, "rights": ["READ", "SHARE", "DOWNLOAD_PROXY"] }])
    );
    server.revoke(&admin, &rule).await;
    assert_eq!(listed().await, json!([{ "id": other, "rights": usual }, { "id": one, "rights": usual }]));
}

#[tokio::test]
async fn collections_are_those_that_the_viewer_sees() {
    let server = start().await;
    let admin = server.admin().await;
    let one = server.upload(&admin, "a.jpg", fixtures::jpeg(8, 8)).await["id"].clone();
    let other = server.upload(&admin, "b.jpg", fixtures::jpeg(8, 9)).await["id"].clone();
    let make = "mutation($name: String!, $hidden: Boolean, $assets: [ID!]) {
        createCollection(input: { name: $name, hidden: $hidden, assetIds: $assets }) { collection { id } } }";
    let mut hidden = Value::Null;
    for (name, is_hidden, assets) in [
        ("first", false, vec![&one]),
        ("hidden", true, vec![&one]),
        ("without", false, vec![&other]),
        ("both", false, vec![&one, &other]),
    ] {
        let variables = json!({ "name": name, "hidden": is_hidden, "assets": assets });
        let made = server.data(&admin, make, variables).await["createCollection"]["collection"]["id"].clone();
        if is_hidden {
            hidden = made;
        }
    }
    let seen = asset(&server, &admin, &one).await;
    assert_eq!((names(&seen), &seen["collections"]["totalCount"]), (vec!["both", "hidden", "first"], &json!(3)));
    let first = server.data(&admin, FIELDS, json!({ "id": one, "first": 1 })).await["asset"]["collections"].clone();
    assert_eq!(first["pageInfo"]["hasNextPage"], true);
    let after = &first["pageInfo"]["endCursor"];
    let rest = server.data(&admin, FIELDS, json!({ "id": one, "first": 5, "after": after })).await["asset"].clone();
    assert_eq!(names(&rest), ["hidden", "first"]);

    let editor = server.user(&admin, "Eddi", "EDITOR").await;
    let seen = asset(&server, &editor, &one).await;
    assert_eq!((names(&seen), &seen["collections"]["totalCount"]), (vec!["both", "first"], &json!(2)));
    let user = server.user_id(&editor).await;
    server.grant(&admin, json!({ "userId": user, "collectionId": hidden, "rights": ["READ"] })).await;
    assert_eq!(names(&asset(&server, &editor, &one).await), ["both", "hidden", "first"]);
    assert_eq!(names(&asset(&server, &editor, &other).await), ["both", "without"]);
}

#[tokio::test]
async fn who_added_it_is_told_and_unknown_of_imports_without_a_user() {
    let server = start().await;
    let admin = server.admin().await;
    let editor = server.user(&admin, "Eddi", "EDITOR").await;
    let id = server.upload(&editor, "a.jpg", fixtures::jpeg(8, 8)).await["id"].clone();
    assert_eq!(asset(&server, &admin, &id).await["uploadedBy"], json!({ "name": "Eddi" }));
    let reference = server.external("b.jpg").await;
    assert_eq!(asset(&server, &admin, &reference).await["uploadedBy"], Value::Null);
    // Somebody with the role VIEWER sees the name, and no more.
    let viewer = server.user(&admin, "Vera", "VIEWER").await;
    assert_eq!(asset(&server, &viewer, &id).await["uploadedBy"], json!({ "name": "Eddi" }));
    let email = "query($id: ID!) { asset(id: $id) { uploadedBy { email } } }";
    let refused = server.call(&viewer, email, json!({ "id": id })).await;
    assert_eq!(refused["errors"][0]["extensions"]["code"], "FORBIDDEN", "{refused}");
}
