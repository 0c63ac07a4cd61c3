//! What mutations answer: each that deletes something names it in `deletedIds`, and each that makes something returns it.

use serde_json::{Value, json};
use std::collections::BTreeSet;
use tests::{fixtures, start};

const MUTATIONS: &str = "{
    __type(name: \"Node\") { possibleTypes { name } }
    __schema { mutationType { fields { name type { name ofType { fields {
        name type { kind name ofType { kind name ofType { kind name ofType { kind name } } } }
    } } } } } }
}";

#[tokio::test]
async fn what_is_deleted_and_what_is_made_is_named_everywhere() {
    let server = start().await;
    let data = server.data("", MUTATIONS, Value::Null).await;
    let nodes: BTreeSet<&str> =
        data["__type"]["possibleTypes"].as_array().unwrap().iter().map(|of| of["name"].as_str().unwrap()).collect();
    let (mut deletes, mut makes) = (0, 0);
    for mutation in data["__schema"]["mutationType"]["fields"].as_array().unwrap() {
        let name = mutation["name"].as_str().unwrap();
        let begins = |verbs: &[&str]| verbs.iter().any(|verb| name.starts_with(verb));
        let fields = mutation["type"]["ofType"]["fields"].as_array().cloned().unwrap_or_default();
        if begins(&["delete", "revoke"]) {
            deletes += 1;
            let ids = fields.iter().find(|field| field["name"] == "deletedIds");
            let ids = ids.unwrap_or_else(|| panic!("{name} does not say what is deleted"));
            let of_id = &ids["type"]["ofType"]["ofType"]["ofType"]["name"];
            assert_eq!((&ids["type"]["kind"], of_id), (&json!("NON_NULL"), &json!("ID")), "{name}: {ids}");
        }
        if begins(&["create", "upload", "attach", "share", "grant"]) {
            makes += 1;
            let is_node = |field: &Value| field["type"]["name"].as_str().is_some_and(|of| nodes.contains(of));
            assert!(fields.iter().any(is_node), "{name} does not return what it makes: {fields:?}");
        }
    }
    assert!(deletes >= 6 && makes >= 10, "{deletes} delete and {makes} make something");
}

#[tokio::test]
async fn they_name_the_right_things() {
    let server = start().await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "a.jpg", fixtures::jpeg(8, 8)).await["id"].clone();
    let collection = server.collection(&admin, "C", std::slice::from_ref(&asset)).await;
    let made = "mutation($asset: ID!) {
        createUserGroup(name: \"Press\") { group { id } }
        grantAccess(input: { assetId: $asset, rights: [SHARE] }) { accessRule { id } }
        createAccessToken(input: { name: \"robot\" }) { token accessToken { id name } }
    }";
    let made = server.data(&admin, made, json!({ "asset": asset })).await;
    let token = &made["createAccessToken"]["accessToken"];
    let listed = server.data(&admin, "{ accessTokens { id name } }", Value::Null).await;
    assert_eq!(listed["accessTokens"], json!([token]));
    assert_eq!(token["name"], "robot");

    let (group, rule) = (&made["createUserGroup"]["group"]["id"], &made["grantAccess"]["accessRule"]["id"]);
    let delete = "mutation($collection: ID!, $group: ID!, $rule: ID!, $token: ID!) {
        deleteCollection(id: $collection) { deletedId deletedIds userErrors { code } }
        revokeAccess(id: $rule) { accessRule { id } deletedIds userErrors { code } }
        deleteUserGroup(id: $group) { group { id name } deletedIds userErrors { code } }
        revokeAccessToken(id: $token) { deletedIds userErrors { code } }
    }";
    let ids = json!({ "collection": collection, "group": group, "rule": rule, "token": token["id"] });
    let deleted = server.data(&admin, delete, ids.clone()).await;
    let expected = json!({
        "deleteCollection": { "deletedId": collection, "deletedIds": [collection], "userErrors": [] },
        "revokeAccess": { "accessRule": { "id": rule }, "deletedIds": [rule], "userErrors": [] },
        "deleteUserGroup": { "group": { "id": group, "name": "Press" }, "deletedIds": [group], "userErrors": [] },
        "revokeAccessToken": { "deletedIds": [token["id"]], "userErrors": [] },
    });
    assert_eq!(deleted, expected);
    let again = server.data(&admin, delete, ids).await;
    for (mutation, payload) in again.as_object().unwrap() {
        assert_eq!(payload["deletedIds"], json!([]), "{mutation}");
        assert_eq!(payload["userErrors"][0]["code"], "NOT_FOUND", "{mutation}");
    }
}

#[tokio::test]
async fn an_attachment_comes_with_its_asset() {
    let server = start().await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "a.jpg", fixtures::jpeg(8, 8)).await["id"].clone();
    let attach = "mutation($input: AttachFileInput!) { attachFile(input: $input) {
        attachment { id fileName } asset { id attachments { id fileName } } userErrors { code } } }";
    let input = json!({ "assetId": asset, "file": null });
    let answer = server.upload_call(&admin, attach, input, "terms.pdf", fixtures::pdf()).await;
    let payload = answer.json::<Value>().await.unwrap()["data"]["attachFile"].clone();
    assert_eq!(payload["attachment"]["fileName"], "terms.pdf", "{payload}");
    assert_eq!(payload["asset"], json!({ "id": asset, "attachments": [payload["attachment"]] }));
}
