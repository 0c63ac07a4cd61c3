//! Who may share what: roles, rules, groups, and what becomes of a link when its creator loses a right.

use diesel_async::SimpleAsyncConnection;
use serde_json::{Value, json};
use tests::{Running, fixtures, short, start};

const SHARING: &str = "query($id: ID!) { asset(id: $id) { sharing { canShare canCreateDownloadLink reason } } }";

async fn sharing(server: &Running, token: &str, asset: &Value) -> (bool, bool, Value) {
    let data = server.data(token, SHARING, json!({ "id": asset })).await["asset"]["sharing"].clone();
    (data["canShare"] == true, data["canCreateDownloadLink"] == true, data["reason"].clone())
}

#[tokio::test]
async fn a_rule_reaches_its_subject_and_its_scope_and_no_further() {
    let server = start().await;
    let admin = server.admin().await;
    let vera = server.user(&admin, "Vera", "VIEWER").await;
    let otto = server.user(&admin, "Otto", "VIEWER").await;
    let inside = server.upload(&admin, "inside.jpg", fixtures::jpeg(8, 8)).await["id"].clone();
    let outside = server.upload(&admin, "outside.jpg", fixtures::jpeg(9, 9)).await["id"].clone();
    let collection = server.collection(&admin, "C", std::slice::from_ref(&inside)).await;
    let group = server.data(&admin, "mutation { createUserGroup(name: \"G\") { group { id } } }", Value::Null).await
        ["createUserGroup"]["group"]["id"]
        .clone();
    let join = "mutation($g: ID!, $u: [ID!]!) { addToUserGroup(groupId: $g, userIds: $u) { group { members { name } }
        userErrors { code } } }";
    let data = server.data(&admin, join, json!({ "g": group, "u": [server.user_id(&vera).await] })).await;
    assert_eq!(data["addToUserGroup"]["group"]["members"], json!([{ "name": "Vera" }]));

    let user = server.user_id(&vera).await;
    let subjects =
        [(json!({ "userId": user }), true, false), (json!({ "groupId": group }), true, false), (json!({}), true, true)];
    let scopes = [
        (json!({ "assetId": inside }), true, false),
        (json!({ "collectionId": collection }), true, false),
        (json!({}), true, true),
    ];
    for (subject, for_vera, for_otto) in subjects {
        for (scope, on_inside, on_outside) in scopes.clone() {
            let mut rule = json!({ "rights": ["SHARE", "DOWNLOAD_ORIGINAL"] });
            for part in [&subject, &scope] {
                for (key, value) in part.as_object().unwrap() {
                    rule[key] = value.clone();
                }
            }
            let id = server.grant(&admin, rule.clone()).await;
            for (token, included) in [(&vera, for_vera), (&otto, for_otto)] {
                for (asset, covered) in [(&inside, on_inside), (&outside, on_outside)] {
                    let may = included && covered;
                    let reason = if may { Value::Null } else { json!("NO_RIGHT") };
                    assert_eq!(sharing(&server, token, asset).await, (may, may, reason), "{rule}");
                }
            }
            server.revoke(&admin, &id).await;
            assert_eq!(sharing(&server, &vera, &inside).await, (false, false, json!("NO_RIGHT")), "{rule} is revoked");
        }
    }
    // Rights add up, from several rules.
    server.grant(&admin, json!({ "userId": user, "assetId": inside, "rights": ["SHARE"] })).await;
    assert_eq!(sharing(&server, &vera, &inside).await, (true, false, Value::Null));
    server.grant(&admin, json!({ "groupId": group, "rights": ["DOWNLOAD_ORIGINAL"] })).await;
    assert_eq!(sharing(&server, &vera, &inside).await, (true, true, Value::Null));
    let leave =
        "mutation($g: ID!, $u: [ID!]!) { removeFromUserGroup(groupId: $g, userIds: $u) { userErrors { code } } }";
    server.data(&admin, leave, json!({ "g": group, "u": [user] })).await;
    assert_eq!(sharing(&server, &vera, &inside).await, (true, false, Value::Null), "she left the group");
}

#[tokio::test]
async fn rights_for_the_same_subject_and_scope_are_one_rule() {
    let server = start().await;
    let admin = server.admin().await;
    let (vera, otto) = (server.user(&admin, "Vera", "VIEWER").await, server.user(&admin, "Otto", "VIEWER").await);
    let (vera, otto) = (server.user_id(&vera).await, server.user_id(&otto).await);
    let asset = server.upload(&admin, "a.jpg", fixtures::jpeg(8, 8)).await["id"].clone();
    let collection = server.collection(&admin, "C", std::slice::from_ref(&asset)).await;
    let grant = async |rule: Value| server.grant(&admin, rule).await;
    let first = grant(json!({ "userId": vera, "assetId": asset, "rights": ["SHARE"] })).await;
    let other = json!({ "userId": vera, "assetId": asset, "rights": ["EDIT", "SHARE"] });
    assert_eq!(grant(other.clone()).await, first);
    assert_eq!(grant(other).await, first, "nothing new");
    for another in [
        json!({ "userId": otto, "assetId": asset, "rights": ["SHARE"] }),
        json!({ "userId": vera, "collectionId": collection, "rights": ["SHARE"] }),
        json!({ "userId": vera, "rights": ["SHARE"] }),
        json!({ "assetId": asset, "rights": ["SHARE"] }),
        json!({ "rights": ["SHARE"] }),
    ] {
        let rule = grant(another.clone()).await;
        assert_ne!(rule, first, "{another}");
        assert_eq!(grant(another.clone()).await, rule, "{another}");
    }
    let all = server.data(&admin, "{ accessRules { totalCount nodes { id rights } } }", Value::Null).await;
    assert_eq!(all["accessRules"]["totalCount"], 6);
    let rules = all["accessRules"]["nodes"].as_array().unwrap();
    let rights = |rule: &Value| rules.iter().find(|node| node["id"] == *rule).unwrap()["rights"].clone();
    assert_eq!(rights(&first), json!(["SHARE", "EDIT"]));
    let events =
        "query($id: ID!) { securityEvents(filter: { subjectId: $id }) { nodes { changes { field from to } } } }";
    let events = server.data(&admin, events, json!({ "id": first })).await["securityEvents"]["nodes"].clone();
    assert_eq!(events.as_array().unwrap().len(), 2, "{events}");
    assert_eq!(events[0]["changes"][2], json!({ "field": "rights", "from": "SHARE", "to": "SHARE, EDIT" }));
    // Two administrators at once.
    server.revoke(&admin, &first).await;
    let rule = |right: &str| json!({ "userId": vera, "assetId": asset, "rights": [right] });
    let mut lock = server.database().await;
    lock.batch_execute("BEGIN; SELECT FROM workspaces FOR NO KEY UPDATE").await.unwrap();
    let freed = async {
        server.until_somebody_waits().await;
        lock.batch_execute("COMMIT").await.unwrap();
    };
    let (one, two, ()) = tokio::join!(grant(rule("READ")), grant(rule("EDIT")), freed);
    assert_eq!(one, two);
}

#[tokio::test]
async fn a_link_loses_what_its_creator_loses() {
    let server = start().await;
    let admin = server.admin().await;
    let vera = server.user(&admin, "Vera", "VIEWER").await;
    let user = server.user_id(&vera).await;
    let asset = server.upload(&admin, "a.bin", "bytes").await["id"].clone();
    let share = server.grant(&admin, json!({ "userId": user, "assetId": asset, "rights": ["SHARE"] })).await;
    let take = server.grant(&admin, json!({ "userId": user, "rights": ["DOWNLOAD_ORIGINAL"] })).await;
    let public = server.public_link(&vera, &asset, json!({ "allowOriginal": true })).await;
    let download = server.download_link(&vera, json!({ "assetId": asset })).await;
    let short = short(&asset);
    let (page, direct) = (public["url"].as_str().unwrap(), download["url"].as_str().unwrap());
    let original = format!("{page}/assets/{short}/original");
    let visitor = server.visitor();
    let seen = async || {
        [
            visitor.get(page).await.status().as_u16(),
            visitor.get(&original).await.status().as_u16(),
            visitor.get(direct).await.status().as_u16(),
        ]
    };
    assert_eq!(seen().await, [200, 200, 200]);
    server.revoke(&admin, &take).await;
    assert_eq!(seen().await, [200, 404, 404], "the page stays, without the download");
    assert!(!visitor.get(page).await.text().await.unwrap().contains("/original"));
    let take = server.grant(&admin, json!({ "userId": user, "rights": ["DOWNLOAD_ORIGINAL"] })).await;
    assert_eq!(seen().await, [200, 200, 200], "and back");
    server.revoke(&admin, &share).await;
    assert_eq!(seen().await, [404, 404, 404]);
    server.revoke(&admin, &take).await;

    // The same by a group that she leaves, and by one that is deleted.
    let create = "mutation($n: String!) { createUserGroup(name: $n) { group { id } } }";
    let join = "mutation($g: ID!, $u: [ID!]!) { addToUserGroup(groupId: $g, userIds: $u) { userErrors { code } } }";
    for leave in [
        "mutation($g: ID!, $u: [ID!]!) { removeFromUserGroup(groupId: $g, userIds: $u) { userErrors { code } } }",
        "mutation($g: ID!) { deleteUserGroup(id: $g) { userErrors { code } } }",
    ] {
        let group = server.data(&admin, create, json!({ "n": leave })).await["createUserGroup"]["group"]["id"].clone();
        server.data(&admin, join, json!({ "g": group, "u": [user] })).await;
        server.grant(&admin, json!({ "groupId": group, "rights": ["SHARE", "DOWNLOAD_ORIGINAL"] })).await;
        assert_eq!(seen().await, [200, 200, 200], "{leave}");
        server.data(&admin, leave, json!({ "g": group, "u": [user] })).await;
        assert_eq!(seen().await, [404, 404, 404], "{leave}");
    }

    // The same by role.
    let role = "mutation($id: ID!, $role: Role!) { updateUser(input: { id: $id, role: $role }) { user { role } userErrors { code field message } } }";
    server.data(&admin, role, json!({ "id": user, "role": "EDITOR" })).await;
    assert_eq!(seen().await, [200, 200, 200]);
    server.data(&admin, role, json!({ "id": user, "role": "VIEWER" })).await;
    assert_eq!(seen().await, [404, 404, 404]);
    let own = server.user_id(&admin).await;
    assert_eq!(server.refusal(&admin, role, json!({ "id": own, "role": "VIEWER" })).await.0, "INVALID_INPUT");
}

#[tokio::test]
async fn administrators_who_demote_each_other_leave_one() {
    let server = start().await;
    let admin = server.admin().await;
    let other = server.user(&admin, "Olga", "ADMIN").await;
    let other = server.user_id(&other).await;
    // Olga takes the role from the first administrator, who is taking it from Olga at the same time.
    let mut by_olga = server.database().await;
    by_olga.batch_execute("BEGIN; UPDATE users SET role = 'EDITOR' WHERE name <> 'Olga'").await.unwrap();
    let query = "mutation($id: ID!) { updateUser(input: { id: $id, role: EDITOR }) { user { role } } }";
    let by_admin = server.call(&admin, query, json!({ "id": other }));
    let done = async {
        server.until_somebody_waits().await;
        by_olga.batch_execute("COMMIT").await.unwrap();
    };
    let (answer, ()) = tokio::join!(by_admin, done);
    assert_eq!(answer["errors"][0]["extensions"]["code"], "FORBIDDEN", "{answer}");
    server.sql("DO $$ BEGIN ASSERT (SELECT count(*) FROM users WHERE role = 'ADMIN') = 1; END $$").await;
}

#[tokio::test]
async fn a_rule_is_checked_before_it_is_made() {
    let server = start().await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "a.bin", "bytes").await["id"].clone();
    let (user, collection) = (server.user_id(&admin).await, server.collection(&admin, "C", &[]).await);
    server.add_workspace("FOR", "foreign@example.com", "another long password").await;
    let foreign = server.sign_in("foreign@example.com", "another long password").await;
    let stranger = server.user_id(&foreign).await;
    let query =
        "mutation($input: AccessRuleInput!) { grantAccess(input: $input) { userErrors { code field message } } }";
    for (input, code, field) in [
        (json!({ "rights": [] }), "INVALID_INPUT", "rights"),
        (json!({ "rights": ["READ"], "assetId": asset, "collectionId": collection }), "INVALID_INPUT", "collectionId"),
        (
            json!({ "rights": ["READ"], "userId": user, "groupId": "group_0000000000000000000001" }),
            "INVALID_INPUT",
            "groupId",
        ),
        (json!({ "rights": ["READ"], "userId": stranger }), "NOT_FOUND", "userId"),
        (json!({ "rights": ["READ"], "userId": asset }), "NOT_FOUND", "userId"),
        (json!({ "rights": ["READ"], "assetId": "nonsense" }), "NOT_FOUND", "assetId"),
        (
            json!({ "rights": ["READ"], "collectionId": "collection_0000000000000000000001" }),
            "NOT_FOUND",
            "collectionId",
        ),
        (json!({ "rights": ["READ"], "groupId": "group_0000000000000000000001" }), "NOT_FOUND", "groupId"),
    ] {
        let refusal = server.refusal(&admin, query, json!({ "input": input })).await;
        assert_eq!(refusal, (code.to_owned(), vec![field.to_owned()]), "{input}");
    }
    let rule =
        server.grant(&admin, json!({ "userId": user, "collectionId": collection, "rights": ["SHARE", "READ"] })).await;
    let list = "{ accessRules { totalCount nodes { id user { email } group { id } rights scope { ... on Collection { name } } } } }";
    let data = server.data(&admin, list, Value::Null).await;
    let expected = json!({ "id": rule, "user": { "email": "admin@example.com" }, "group": null, "rights": ["READ", "SHARE"], "scope": { "name": "C" } });
    assert_eq!(data["accessRules"], json!({ "totalCount": 1, "nodes": [expected] }));
}

#[tokio::test]
async fn nobody_gives_what_he_does_not_have_by_filling_a_collection() {
    let server = start().await;
    let admin = server.admin().await;
    let vera = server.user(&admin, "Vera", "VIEWER").await;
    let user = server.user_id(&vera).await;
    let inside = server.upload(&admin, "inside.bin", "inside").await["id"].clone();
    let other = server.upload(&admin, "other.bin", "other").await["id"].clone();
    let collection = server.collection(&admin, "C", std::slice::from_ref(&inside)).await;
    let add = "mutation($c: ID!, $a: [ID!]!) { addToCollection(collectionId: $c, assetIds: $a) { userErrors { code field message } } }";
    let input = json!({ "c": collection, "a": [inside, other] });
    assert_eq!(server.call(&vera, add, input.clone()).await["errors"][0]["extensions"]["code"], "FORBIDDEN");
    // She may edit the collection, and share what is in it.
    server.grant(&admin, json!({ "userId": user, "collectionId": collection, "rights": ["EDIT", "SHARE"] })).await;
    let refusal = server.refusal(&vera, add, input.clone()).await;
    assert_eq!(refusal, ("NOT_SHAREABLE".to_owned(), vec!["assetIds".to_owned(), "1".to_owned()]));
    assert_eq!(sharing(&server, &vera, &other).await, (false, false, json!("NO_RIGHT")), "nothing was put in");
    // What she may do with the asset anyway, she may put in.
    server.grant(&admin, json!({ "userId": user, "assetId": other, "rights": ["EDIT", "SHARE"] })).await;
    let done = server.data(&vera, add, input).await;
    assert_eq!(done["addToCollection"]["userErrors"], json!([]));

    // Where a link leads to a collection, putting something in is sharing it.
    let linked = server.collection(&admin, "D", std::slice::from_ref(&inside)).await;
    server.collection_link(&admin, &linked, Value::Null).await;
    let third = server.upload(&admin, "third.bin", "third").await["id"].clone();
    let otto = server.user(&admin, "Otto", "VIEWER").await;
    let user = server.user_id(&otto).await;
    server.sql("UPDATE collections SET created_by = (SELECT id FROM users WHERE email = 'otto@example.com') WHERE name = 'D'").await;
    let refusal = server.refusal(&otto, add, json!({ "c": linked, "a": [third] })).await;
    assert_eq!(refusal.0, "NOT_SHAREABLE");
    server.grant(&admin, json!({ "userId": user, "assetId": third, "rights": ["SHARE"] })).await;
    let done = server.data(&otto, add, json!({ "c": linked, "a": [third] })).await;
    assert_eq!(done["addToCollection"]["userErrors"], json!([]));
    // And where the link hands something out, it needs the right to that.
    let settings = json!({ "allowOriginal": true });
    server.collection_link(&admin, &linked, settings).await;
    let fourth = server.upload(&admin, "fourth.bin", "fourth").await["id"].clone();
    server.grant(&admin, json!({ "userId": user, "assetId": fourth, "rights": ["SHARE"] })).await;
    let refusal = server.refusal(&otto, add, json!({ "c": linked, "a": [fourth] })).await;
    assert_eq!(refusal.0, "NOT_SHAREABLE");
    server.grant(&admin, json!({ "userId": user, "assetId": fourth, "rights": ["DOWNLOAD_ORIGINAL"] })).await;
    let done = server.data(&otto, add, json!({ "c": linked, "a": [fourth] })).await;
    assert_eq!(done["addToCollection"]["userErrors"], json!([]));
}
