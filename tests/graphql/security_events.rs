//! The log of accounts and rights, which administrators read.

use crate::jobs::hands::until;
use futures::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use tests::{ADMIN_EMAIL, ADMIN_PASSWORD, Running, start};

const EVENTS: &str = "query($filter: SecurityEventsFilter, $first: Int, $after: String) {
    securityEvents(filter: $filter, first: $first, after: $after) {
        totalCount pageInfo { endCursor hasNextPage }
        nodes { action actor { name } subjectId subjectName address createdAt changes { field from to } } } }";

async fn events(server: &Running, admin: &str, filter: Value) -> Vec<Value> {
    let data = server.data(admin, EVENTS, json!({ "filter": filter, "first": 100 })).await;
    data["securityEvents"]["nodes"].as_array().unwrap().clone()
}

/// Actions, oldest first.
async fn actions(server: &Running, admin: &str, filter: Value) -> Vec<String> {
    let events = events(server, admin, filter).await;
    events.iter().rev().map(|event| event["action"].as_str().unwrap().to_owned()).collect()
}

async fn sign_in(server: &Running, email: &str, password: &str, address: &str) -> Value {
    let query = "mutation($input: SignInInput!) { signIn(input: $input) { token userErrors { code } } }";
    let body = json!({ "query": query, "variables": { "input": { "email": email, "password": password } } });
    let request = server.visitor().request(Method::POST, "/graphql").header("x-forwarded-for", address).json(&body);
    request.send().await.unwrap().json::<Value>().await.unwrap()["data"]["signIn"].clone()
}

#[tokio::test]
async fn sign_ins_and_attempts_are_written_down_without_secrets() {
    let server = start().await;
    let admin = server.admin().await;
    let wrong = sign_in(&server, ADMIN_EMAIL, "the wrong secret", "203.0.113.5").await;
    assert_eq!(wrong["userErrors"][0]["code"], "WRONG_CREDENTIALS");
    // What was typed for an account that does not exist may be a password.
    sign_in(&server, "my secret password", "x", "203.0.113.6").await;
    let failed = json!({ "action": "SIGN_IN_FAILED" });
    until(1, async || events(&server, &admin, failed.clone()).await.len()).await;
    let failed = events(&server, &admin, failed).await.remove(0);
    assert_eq!((&failed["address"], &failed["actor"]), (&json!("203.0.113.5"), &Value::Null), "{failed}");
    let right = sign_in(&server, ADMIN_EMAIL, ADMIN_PASSWORD, "203.0.113.7").await;
    let signed_in = events(&server, &admin, json!({ "action": "SIGNED_IN" })).await.remove(0);
    assert_eq!(signed_in["address"], "203.0.113.7");
    assert_eq!(
        (&signed_in["actor"]["name"], &signed_in["subjectName"]),
        (&failed["subjectName"], &failed["subjectName"])
    );
    server.data(right["token"].as_str().unwrap(), "mutation { signOut { userErrors { code } } }", Value::Null).await;
    assert_eq!(events(&server, &admin, json!({ "action": "SIGNED_OUT" })).await.len(), 1);
    // Until the account is locked for strangers, which is told once, also of attempts that come together.
    let guess = || sign_in(&server, ADMIN_EMAIL, "the wrong secret", "198.51.100.1");
    while guess().await["userErrors"][0]["code"] != "TOO_MANY_ATTEMPTS" {}
    join_all((0..20).map(|_| guess())).await;
    let locked = json!({ "action": "SIGN_IN_LOCKED" });
    until(1, async || events(&server, &admin, locked.clone()).await.len()).await;
    let all = events(&server, &admin, Value::Null).await;
    let text = serde_json::to_string(&all).unwrap();
    assert!(!text.contains("secret") && !text.contains(ADMIN_PASSWORD), "{text}");
}

#[tokio::test]
async fn what_changes_accounts_and_rights_is_written_down() {
    let server = start().await;
    let admin = server.admin().await;
    let editor = server.user(&admin, "Eddi", "EDITOR").await;
    let id = server.data(&editor, "{ viewer { id } }", Value::Null).await["viewer"]["id"].clone();
    let before = actions(&server, &admin, Value::Null).await.len();
    let data = async |query: &str, variables: Value| server.data(&admin, query, variables).await;
    let update =
        "mutation($id: ID!, $role: Role) { updateUser(input: { id: $id, role: $role }) { userErrors { code } } }";
    data(update, json!({ "id": id, "role": "VIEWER" })).await;
    data(update, json!({ "id": id, "role": "VIEWER" })).await;
    let group = data("mutation { createUserGroup(name: \"Press\") { group { id } } }", Value::Null).await;
    let group = group["createUserGroup"]["group"]["id"].clone();
    let members = json!({ "g": group, "u": [id] });
    data(
        "mutation($g: ID!, $u: [ID!]!) { addToUserGroup(groupId: $g, userIds: $u) { userErrors { code } } }",
        members.clone(),
    )
    .await;
    data(
        "mutation($g: ID!, $u: [ID!]!) { removeFromUserGroup(groupId: $g, userIds: $u) { userErrors { code } } }",
        members,
    )
    .await;
    let grant = "mutation($u: ID!) { grantAccess(input: { userId: $u, rights: [SHARE, EDIT] }) { accessRule { id } } }";
    let rule = data(grant, json!({ "u": id })).await["grantAccess"]["accessRule"]["id"].clone();
    data("mutation($id: ID!) { revokeAccess(id: $id) { userErrors { code } } }", json!({ "id": rule })).await;
    data("mutation($id: ID!) { deleteUserGroup(id: $id) { userErrors { code } } }", json!({ "id": group })).await;
    let zone = "mutation($zone: String!) { updateWorkspace(input: { timeZone: $zone }) { userErrors { code } } }";
    data(zone, json!({ "zone": "Asia/Tokyo" })).await;
    data(zone, json!({ "zone": "Asia/Tokyo" })).await;
    // What is refused is not written down.
    data(zone, json!({ "zone": "Nowhere" })).await;
    assert_eq!(
        actions(&server, &admin, Value::Null).await[before..],
        [
            "USER_UPDATED",
            "GROUP_CREATED",
            "GROUP_UPDATED",
            "GROUP_UPDATED",
            "ACCESS_GRANTED",
            "ACCESS_REVOKED",
            "GROUP_DELETED",
            "SETTINGS_CHANGED"
        ]
    );
    let of = async |filter: Value| events(&server, &admin, filter).await.remove(0);
    let updated = of(json!({ "action": "USER_UPDATED", "subjectId": id })).await;
    assert_eq!(updated["changes"], json!([{ "field": "role", "from": "EDITOR", "to": "VIEWER" }]));
    assert_eq!((&updated["subjectName"], &updated["actor"]["name"]), (&json!("Eddi"), &json!("Ada Admin")));
    let granted = of(json!({ "action": "ACCESS_GRANTED" })).await;
    assert_eq!(
        granted["changes"],
        json!([{ "field": "userId", "from": null, "to": id }, { "field": "rights", "from": null, "to": "SHARE, EDIT" }])
    );
    let settings = of(json!({ "action": "SETTINGS_CHANGED" })).await;
    assert_eq!(
        (&settings["changes"][0]["field"], &settings["changes"][0]["to"]),
        (&json!("timeZone"), &json!("Asia/Tokyo"))
    );
    let added = of(json!({ "subjectId": updated["subjectId"], "action": "USER_CREATED" })).await;
    assert_eq!(added["changes"], json!([{ "field": "role", "from": null, "to": "EDITOR" }]));
}

#[tokio::test]
async fn rules_that_go_with_their_collection_are_written_down() {
    let server = start().await;
    let admin = server.admin().await;
    let editor = server.user(&admin, "Eddi", "EDITOR").await;
    let collection = server.collection(&editor, "Press", &[]).await;
    let kept = server.collection(&editor, "Kept", &[]).await;
    let user = server.user_id(&editor).await;
    let of =
        |collection: &Value, rights: Value| json!({ "userId": user, "collectionId": collection, "rights": rights });
    let one = server.grant(&admin, of(&collection, json!(["READ", "SHARE"]))).await;
    let everyone = server.grant(&admin, json!({ "collectionId": collection, "rights": ["READ"] })).await;
    server.grant(&admin, of(&kept, json!(["READ"]))).await;
    let delete = "mutation($id: ID!) { deleteCollection(id: $id) { deletedIds } }";
    server.data(&editor, delete, json!({ "id": collection })).await;
    let revoked = events(&server, &admin, json!({ "action": "ACCESS_REVOKED" })).await;
    assert_eq!(revoked.len(), 2, "{revoked:?}");
    assert!(revoked.iter().all(|event| event["actor"]["name"] == "Eddi"), "{revoked:?}");
    assert_eq!(actions(&server, &admin, json!({ "subjectId": everyone })).await, ["ACCESS_GRANTED", "ACCESS_REVOKED"]);
    let mut event = events(&server, &admin, json!({ "subjectId": one })).await.remove(0);
    let gone = |field: &str, from: &Value| json!({ "field": field, "from": from, "to": null });
    let rights = json!("READ, SHARE");
    let expected = json!([gone("userId", &user), gone("collectionId", &collection), gone("rights", &rights)]);
    assert_eq!(event["changes"].take(), expected);
}

#[tokio::test]
async fn tokens_are_written_down_and_pages_go_through_all() {
    let server = start().await;
    let admin = server.admin().await;
    let editor = server.user(&admin, "Eddi", "EDITOR").await;
    let made = "mutation { createAccessToken(input: { name: \"Robot\" }) { token userErrors { code } } }";
    let token =
        server.data(&editor, made, Value::Null).await["createAccessToken"]["token"].as_str().unwrap().to_owned();
    let own = server.data(&editor, "{ accessTokens { id } }", Value::Null).await["accessTokens"][0]["id"].clone();
    server
        .data(
            &editor,
            "mutation($id: ID!) { revokeAccessToken(id: $id) { userErrors { code } } }",
            json!({ "id": own }),
        )
        .await;
    assert_eq!(actions(&server, &admin, json!({ "subjectId": own })).await, ["TOKEN_CREATED", "TOKEN_REVOKED"]);
    // Whose it was: an administrator ends those of others, too.
    let eddi = server.user_id(&editor).await;
    let other = server.sign_in("eddi@example.com", "a long password").await;
    let list = "query($id: ID!) { sessions(userId: $id) { id } }";
    let session = server.data(&admin, list, json!({ "id": eddi })).await["sessions"][0]["id"].clone();
    let end = "mutation($id: ID!) { revokeSession(id: $id) { userErrors { code } } }";
    server.data(&admin, end, json!({ "id": session })).await;
    assert!(server.data(&other, "{ viewer { id } }", Value::Null).await["viewer"].is_null());
    for (action, actor) in [("TOKEN_REVOKED", "Eddi"), ("SESSION_REVOKED", "Ada Admin")] {
        let event = events(&server, &admin, json!({ "action": action })).await.remove(0);
        let whose = json!([{ "field": "userId", "from": eddi, "to": null }]);
        assert_eq!((&event["changes"], &event["actor"]["name"]), (&whose, &json!(actor)), "{event}");
    }
    let all = server.data(&admin, EVENTS, json!({ "first": 100 })).await["securityEvents"].clone();
    assert!(!all.to_string().contains(&token));
    let (mut seen, mut after) = (Vec::new(), Value::Null);
    loop {
        let page = server.data(&admin, EVENTS, json!({ "first": 1, "after": after })).await["securityEvents"].clone();
        seen.extend(page["nodes"].as_array().unwrap().clone());
        after = page["pageInfo"]["endCursor"].clone();
        if page["pageInfo"]["hasNextPage"] == false {
            break;
        }
    }
    assert_eq!(json!(seen), all["nodes"]);
    assert_eq!(all["totalCount"], seen.len());
    let refused = server.call(&editor, EVENTS, json!({ "first": 1 })).await;
    assert_eq!(refused["errors"][0]["extensions"]["code"], "FORBIDDEN");
    let bad = server.call(&admin, EVENTS, json!({ "filter": { "subjectId": "nonsense" } })).await;
    assert_eq!(bad["errors"][0]["extensions"]["code"], "BAD_USER_INPUT");
}
