//! People who leave: disabled and deleted users, and what becomes of what they made.

use crate::jobs::hands::until;
use diesel_async::{AsyncPgConnection, SimpleAsyncConnection};
use serde_json::{Value, json};
use tests::{ADMIN_EMAIL, ADMIN_PASSWORD, Running, fixtures, start};

const DISABLE: &str = "mutation($id: ID!, $to: ID) { disableUser(input: { id: $id, transferLinksTo: $to }) {
    user { state } transferredLinks userErrors { code field message } } }";
const ENABLE: &str = "mutation($id: ID!) { enableUser(id: $id) { user { state } userErrors { code field message } } }";
const DELETE: &str = "mutation($id: ID!, $to: ID, $password: String) {
    deleteUser(input: { id: $id, transferLinksTo: $to, currentPassword: $password }) {
        deletedIds transferredLinks deletedLinks userErrors { code field message } } }";
const LINK: &str = "query($id: ID!) { link(id: $id) { state createdBy { id name } } }";
const PASSWORD: &str = "a long password";

async fn lives(server: &Running, token: &str) -> bool {
    server.data(token, "{ viewer { id } }", Value::Null).await["viewer"].is_object()
}

async fn status(server: &Running, link: &Value) -> u16 {
    server.visitor().get(link["url"].as_str().unwrap()).await.status().as_u16()
}

async fn robot(server: &Running, token: &str) -> String {
    let query = "mutation { createAccessToken(input: { name: \"robot\" }) { token } }";
    server.data(token, query, Value::Null).await["createAccessToken"]["token"].as_str().unwrap().to_owned()
}

async fn sign_in(server: &Running, password: &str) -> (Value, Value) {
    let query = "mutation($input: SignInInput!) { signIn(input: $input) { token userErrors { code message } } }";
    let input = json!({ "input": { "email": "eddi@example.com", "password": password } });
    let data = server.data("", query, input).await;
    (data["signIn"]["token"].clone(), data["signIn"]["userErrors"][0].clone())
}

#[tokio::test]
async fn a_disabled_user_is_signed_out_everywhere_and_their_links_are_dead() {
    let server = start().await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "a.jpg", fixtures::jpeg(40, 30)).await["id"].clone();
    let eddi = server.user(&admin, "Eddi", "EDITOR").await;
    let (id, another) = (server.user_id(&eddi).await, server.sign_in("eddi@example.com", PASSWORD).await);
    let robot = robot(&server, &eddi).await;
    let (theirs, mine) =
        (server.public_link(&eddi, &asset, json!({})).await, server.public_link(&admin, &asset, json!({})).await);
    let media = server.data(&eddi, "query($id: ID!) { asset(id: $id) { originalUrl } }", json!({ "id": asset })).await;
    let media = media["asset"]["originalUrl"].as_str().unwrap().to_owned();
    assert_eq!((status(&server, &theirs).await, server.visitor().get(&media).await.status().as_u16()), (200, 200));

    let disabled = server.data(&admin, DISABLE, json!({ "id": id })).await["disableUser"].clone();
    assert_eq!(disabled, json!({ "user": { "state": "DISABLED" }, "transferredLinks": 0, "userErrors": [] }));
    for token in [&eddi, &another, &robot] {
        assert!(!lives(&server, token).await);
    }
    assert_eq!((status(&server, &theirs).await, status(&server, &mine).await), (404, 200));
    assert_eq!(server.visitor().get(&media).await.status(), 404);
    let link = server.data(&admin, LINK, json!({ "id": theirs["id"] })).await;
    assert_eq!(link["link"]["state"], "DISABLED");
    let (token, right) = sign_in(&server, PASSWORD).await;
    assert!(token.is_null() && right["message"].as_str().unwrap().contains("disabled"), "{right}");
    let (_, wrong) = sign_in(&server, "wrong").await;
    assert!(!wrong["message"].as_str().unwrap().contains("disabled"), "only who knows the password is told");
    let page = server.visitor().post_form("/sign-in", &[("email", "eddi@example.com"), ("password", PASSWORD)]).await;
    assert_eq!(page.status(), 403);
    assert!(page.text().await.unwrap().contains("This account is disabled."));

    let enabled = server.data(&admin, ENABLE, json!({ "id": id })).await;
    assert_eq!(enabled["enableUser"]["user"]["state"], "ACTIVE");
    assert_eq!(status(&server, &theirs).await, 200);
    assert!(!lives(&server, &eddi).await && !lives(&server, &robot).await, "what has ended stays so");
    assert!(lives(&server, sign_in(&server, PASSWORD).await.0.as_str().unwrap()).await);
}

#[tokio::test]
async fn a_link_or_token_that_is_being_made_while_its_creator_is_disabled_is_dead() {
    let server = start().await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "a.jpg", fixtures::jpeg(40, 30)).await["id"].clone();
    let eddi = server.user(&admin, "Eddi", "EDITOR").await;
    let mut by_admin = server.database().await;
    let disable = "BEGIN; UPDATE users SET disabled_at = now() WHERE name = 'Eddi'";
    by_admin.batch_execute(disable).await.unwrap();
    let done = async {
        server.until_somebody_waits().await;
        by_admin.batch_execute("COMMIT").await.unwrap();
    };
    let (link, ()) = tokio::join!(server.public_link(&eddi, &asset, json!({})), done);
    assert_eq!(status(&server, &link).await, 404);
    assert!(!lives(&server, &eddi).await, "without the deletion of the session, too");
}

#[tokio::test]
async fn links_and_collections_go_to_another_person() {
    let server = start().await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "a.jpg", fixtures::jpeg(40, 30)).await["id"].clone();
    let (eddi, olga) = (server.user(&admin, "Eddi", "EDITOR").await, server.user(&admin, "Olga", "EDITOR").await);
    let vera = server.user(&admin, "Vera", "VIEWER").await;
    let gone = server.user(&admin, "Gero", "EDITOR").await;
    let [eddi_id, olga_id, vera_id, gone_id] = [
        server.user_id(&eddi).await,
        server.user_id(&olga).await,
        server.user_id(&vera).await,
        server.user_id(&gone).await,
    ];
    server.data(&admin, DISABLE, json!({ "id": gone_id })).await;
    let one = server.public_link(&eddi, &asset, json!({ "allowOriginal": true })).await;
    let many = server.share(&eddi, json!({ "assetIds": [asset] })).await;
    let collection = "query($id: ID!) { collection(id: $id) { createdBy { name } } }";
    let its_id = json!({ "id": many["collection"]["id"] });
    assert!(server.data(&olga, collection, its_id.clone()).await["collection"].is_null());
    for (to, code) in
        [(&eddi_id, "INVALID_INPUT"), (&vera_id, "INVALID_INPUT"), (&gone_id, "INVALID_INPUT"), (&asset, "NOT_FOUND")]
    {
        let refusal = server.refusal(&admin, DISABLE, json!({ "id": eddi_id, "to": to })).await;
        assert_eq!(refusal, (code.to_owned(), vec!["transferLinksTo".to_owned()]), "{to}");
        assert!(lives(&server, &eddi).await, "nothing has happened");
    }
    let disabled = server.data(&admin, DISABLE, json!({ "id": eddi_id, "to": olga_id })).await;
    assert_eq!(disabled["disableUser"]["transferredLinks"], 2, "{disabled}");
    for link in [&one, &many["link"]] {
        assert_eq!(status(&server, link).await, 200);
        let link = server.data(&olga, LINK, json!({ "id": link["id"] })).await;
        assert_eq!(link["link"], json!({ "state": "ACTIVE", "createdBy": { "id": olga_id, "name": "Olga" } }));
    }
    assert_eq!(server.data(&olga, collection, its_id).await["collection"]["createdBy"]["name"], "Olga");
    let events =
        "query($id: ID!) { linkEvents(filter: { linkId: $id }) { nodes { action changes { field from to } } } }";
    let events = server.data(&admin, events, json!({ "id": one["id"] })).await;
    let change = json!([{ "field": "createdBy", "from": eddi_id, "to": olga_id }]);
    assert_eq!(events["linkEvents"]["nodes"][0], json!({ "action": "UPDATED", "changes": change }));
    // They are Olga's in every respect.
    server.data(&admin, DISABLE, json!({ "id": olga_id })).await;
    assert_eq!(status(&server, &one).await, 404);
}

#[tokio::test]
async fn of_a_deleted_user_a_pseudonym_is_left() {
    let server = start().await;
    let admin = server.admin().await;
    let eddi = server.user(&admin, "Eddi", "EDITOR").await;
    let (id, me) = (server.user_id(&eddi).await, server.user_id(&admin).await);
    let asset = server.upload(&eddi, "a.jpg", fixtures::jpeg(40, 30)).await["id"].clone();
    let link = server.public_link(&eddi, &asset, json!({})).await;
    let before = "mutation($id: ID!) { createUserGroup(name: \"Press\") { group { id } } updateUser(input: { id: $id, name: \"Eddi Example\" }) { user { id } } }";
    let group = server.data(&admin, before, json!({ "id": id })).await["createUserGroup"]["group"]["id"].clone();
    let join = "mutation($g: ID!, $u: ID!) { addToUserGroup(groupId: $g, userIds: [$u]) { userErrors { code } } }";
    server.data(&admin, join, json!({ "g": group, "u": id })).await;
    server.sql("UPDATE security_events SET changes = '[{\"field\": \"member\", \"from\": null, \"to\": \"Eddi Example\"}]' WHERE action = 'GROUP_UPDATED'").await;
    server.grant(&admin, json!({ "userId": id, "rights": ["SHARE"] })).await;
    let eddi = server.sign_in("eddi@example.com", PASSWORD).await;
    let create = "mutation { createAccessToken(input: { name: \"Eddi's laptop\" }) { token } }";
    server.data(&eddi, create, Value::Null).await;
    let email = "mutation($e: String!, $p: String!) { changeEmail(input: { email: $e, currentPassword: $p }) { userErrors { code } } }";
    server.data(&eddi, email, json!({ "e": "eddi@example.net", "p": PASSWORD })).await;

    let deleted = server.data(&admin, DELETE, json!({ "id": id })).await["deleteUser"].clone();
    assert_eq!(deleted, json!({ "deletedIds": [id], "transferredLinks": 0, "deletedLinks": 1, "userErrors": [] }));
    assert!(!lives(&server, &eddi).await);
    assert_eq!(status(&server, &link).await, 404);
    assert!(server.data(&admin, LINK, json!({ "id": link["id"] })).await["link"].is_null());
    let all = server
        .data(
            &admin,
            "{ users { totalCount nodes { name } } userGroups { members { id } } accessRules { totalCount } }",
            Value::Null,
        )
        .await;
    assert_eq!(all["users"], json!({ "totalCount": 1, "nodes": [{ "name": "Ada Admin" }] }));
    assert_eq!((&all["userGroups"][0]["members"], &all["accessRules"]["totalCount"]), (&json!([]), &json!(0)));
    // What is left refers to somebody without a name.
    let node = "query($id: ID!) { node(id: $id) { ... on User { name email state } } }";
    let left = server.data(&admin, node, json!({ "id": id })).await["node"].clone();
    assert!(left["name"].as_str().unwrap().starts_with("Deleted user "), "{left}");
    assert_eq!(left["state"], "DELETED");
    let events =
        "{ securityEvents(first: 100) { nodes { action actor { name } subjectName address changes { field from to } } }
        linkEvents { nodes { action actor { name } linkName } } }";
    let events = server.data(&admin, events, Value::Null).await.to_string();
    assert!(!events.to_lowercase().contains("eddi"), "{events}");
    assert!(events.contains("USER_DELETED") && events.contains(left["name"].as_str().unwrap()), "{events}");
    for table in ["users", "security_events", "bearer_tokens", "link_events", "access_rules"] {
        let rows = format!("{table} WHERE {table}::text ILIKE '%eddi%'");
        assert_eq!(server.count(&rows).await, 0, "{table}");
    }
    // The asset is still there, and the address is free.
    assert!(
        server.data(&admin, "query($id: ID!) { asset(id: $id) { id } }", json!({ "id": asset })).await["asset"]
            .is_object()
    );
    for (query, variables) in
        [(DELETE, json!({ "id": id })), (DISABLE, json!({ "id": id })), (ENABLE, json!({ "id": id }))]
    {
        assert_eq!(server.refusal(&admin, query, variables).await, ("NOT_FOUND".to_owned(), vec!["id".to_owned()]));
    }
    let to = server.refusal(&admin, DELETE, json!({ "id": me, "to": id, "password": ADMIN_PASSWORD })).await;
    assert_eq!(to.0, "INVALID_INPUT", "the last administrator");
    assert!(sign_in(&server, PASSWORD).await.0.is_null());
    server.user(&admin, "Eddi", "VIEWER").await;
}

#[tokio::test]
async fn people_may_leave_but_the_last_administrator_stays() {
    let server = start().await;
    let admin = server.admin().await;
    let me = server.user_id(&admin).await;
    let own = |password: Value| json!({ "id": me, "password": password });
    assert_eq!(server.refusal(&admin, DISABLE, json!({ "id": me })).await.0, "INVALID_INPUT");
    for password in [json!(null), json!("wrong")] {
        let refusal = server.refusal(&admin, DELETE, own(password)).await;
        assert_eq!(refusal, ("WRONG_PASSWORD".to_owned(), vec!["currentPassword".to_owned()]));
    }
    assert_eq!(
        server.refusal(&admin, DELETE, own(json!(ADMIN_PASSWORD))).await,
        ("INVALID_INPUT".to_owned(), vec!["id".to_owned()])
    );
    // An editor leaves, but cannot make their links those of somebody who may more.
    let eddi = server.user(&admin, "Eddi", "EDITOR").await;
    let their = server.user_id(&eddi).await;
    let to_admin = server.call(&eddi, DELETE, json!({ "id": their, "to": me, "password": PASSWORD })).await;
    assert_eq!(to_admin["errors"][0]["extensions"]["code"], "FORBIDDEN");
    let robot = robot(&server, &eddi).await;
    let by_robot = server.call(&robot, DELETE, json!({ "id": their, "password": PASSWORD })).await;
    assert_eq!(by_robot["errors"][0]["extensions"]["code"], "FORBIDDEN");
    let left = server.data(&eddi, DELETE, json!({ "id": their, "password": PASSWORD })).await;
    assert_eq!(left["deleteUser"]["deletedIds"], json!([their]));
    assert!(!lives(&server, &eddi).await);
    // A disabled administrator is none who could stay behind.
    let olga = server.user(&admin, "Olga", "ADMIN").await;
    let olga_id = server.user_id(&olga).await;
    server.data(&admin, DISABLE, json!({ "id": olga_id })).await;
    assert_eq!(server.refusal(&admin, DELETE, own(json!(ADMIN_PASSWORD))).await.0, "INVALID_INPUT");
    server.data(&admin, ENABLE, json!({ "id": olga_id })).await;
    let left = server.data(&admin, DELETE, json!({ "id": me, "to": olga_id, "password": ADMIN_PASSWORD })).await;
    assert_eq!(left["deleteUser"]["deletedIds"], json!([me]), "{left}");
    assert!(server.sign_in("olga@example.com", PASSWORD).await.len() > 10);
    let query = "mutation($input: SignInInput!) { signIn(input: $input) { token } }";
    let again = json!({ "input": { "email": ADMIN_EMAIL, "password": ADMIN_PASSWORD } });
    assert!(server.data("", query, again).await["signIn"]["token"].is_null());
}

#[tokio::test]
async fn two_administrators_who_leave_at_once_leave_one() {
    let server = start().await;
    let admin = server.admin().await;
    let olga = server.user(&admin, "Olga", "ADMIN").await;
    let leave = async |token: &str, password: &str| {
        let variables = json!({ "id": server.user_id(token).await, "password": password });
        server.data(token, DELETE, variables).await["deleteUser"]["deletedIds"].as_array().unwrap().len()
    };
    let left = tokio::join!(leave(&admin, ADMIN_PASSWORD), leave(&olga, PASSWORD));
    assert_eq!(left.0 + left.1, 1, "{left:?}");
}

#[tokio::test]
async fn nobody_keeps_others_from_being_deleted() {
    let server = start().await;
    let admin = server.admin().await;
    let eddi = server.user(&admin, "Eddi", "EDITOR").await;
    let id = server.user_id(&eddi).await;
    let uuid: domain::UserId = domain::node_id::NodeId::from_node_id(id.as_str().unwrap()).unwrap();
    let taken = json!({ "input": { "email": format!("{uuid}@deleted.invalid"), "name": "X", "password": PASSWORD, "role": "VIEWER" } });
    let create = "mutation($input: CreateUserInput!) { createUser(input: $input) { user { id } userErrors { code } } }";
    assert!(server.data(&admin, create, taken).await["createUser"]["user"].is_object());
    let deleted = server.data(&admin, DELETE, json!({ "id": id })).await;
    assert_eq!(deleted["deleteUser"]["deletedIds"], json!([id]), "{deleted}");
}

#[tokio::test]
async fn a_deletion_waits_for_what_the_user_is_doing() {
    let server = start().await;
    let admin = server.admin().await;
    let eddi = server.user(&admin, "Eddi", "EDITOR").await;
    let id = server.user_id(&eddi).await;
    // As a transaction that makes a link: it refers to the user twice, the second time more strictly.
    let mut making = server.database().await;
    let run = async |conn: &mut AsyncPgConnection, sql: &str| conn.batch_execute(sql).await.unwrap();
    run(&mut making, "BEGIN; SELECT FROM users WHERE name = 'Eddi' FOR KEY SHARE").await;
    let done = async {
        server.until_somebody_waits().await;
        run(&mut making, "SELECT FROM users WHERE name = 'Eddi' FOR SHARE; COMMIT").await;
    };
    let (deleted, ()) = tokio::join!(server.data(&admin, DELETE, json!({ "id": id })), done);
    assert_eq!(deleted["deleteUser"]["deletedIds"], json!([id]), "{deleted}");
}

#[tokio::test]
async fn an_attempt_at_the_account_that_was_under_way_leaves_nothing_of_the_person() {
    let server = start().await;
    let admin = server.admin().await;
    server.user(&admin, "Eddi", "EDITOR").await;
    let mut deleting = server.database().await;
    deleting
        .batch_execute("BEGIN; UPDATE users SET deleted_at = now(), name = 'Nobody' WHERE name = 'Eddi'")
        .await
        .unwrap();
    assert!(sign_in(&server, "wrong").await.0.is_null());
    server.until_somebody_waits().await;
    deleting.batch_execute("COMMIT").await.unwrap();
    // The next attempt is at nobody's account; the one after it is written down.
    sign_in(&server, "wrong").await;
    let query = "mutation($input: SignInInput!) { signIn(input: $input) { token } }";
    server.data("", query, json!({ "input": { "email": ADMIN_EMAIL, "password": "wrong" } })).await;
    until(1, async || server.count("security_events WHERE action = 'SIGN_IN_FAILED'").await).await;
    assert_eq!(server.count("security_events WHERE action = 'SIGN_IN_FAILED' AND subject_name = 'Ada Admin'").await, 1);
}
