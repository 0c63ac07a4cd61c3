//! Collections: made, filled, renamed, hidden, deleted.

use diesel_async::SimpleAsyncConnection;
use serde_json::{Value, json};
use tests::{Options, Running, start, start_with};

async fn members(server: &Running, token: &str, id: &Value) -> String {
    let query = "query($id: ID!) { collection(id: $id) { assets { nodes { title } } } }";
    let data = server.data(token, query, json!({ "id": id })).await;
    let nodes = data["collection"]["assets"]["nodes"].as_array().unwrap().clone();
    nodes.iter().map(|asset| asset["title"].as_str().unwrap().to_owned()).collect::<Vec<_>>().join(" ")
}

async fn assets(server: &Running, token: &str, count: usize) -> Vec<Value> {
    let mut assets = Vec::new();
    for index in 0..count {
        assets.push(server.upload(token, &format!("{index}.txt"), format!("text {index}")).await["id"].clone());
    }
    assets
}

#[tokio::test]
async fn members_keep_the_order_in_which_they_came() {
    let server = start().await;
    let admin = server.admin().await;
    let all = assets(&server, &admin, 5).await;
    let collection = server.collection(&admin, "C", &[all[3].clone(), all[1].clone(), all[3].clone()]).await;
    assert_eq!(members(&server, &admin, &collection).await, "3 1");
    let add = "mutation($c: ID!, $a: [ID!]!) { addToCollection(collectionId: $c, assetIds: $a) { userErrors { code field message } } }";
    server.data(&admin, add, json!({ "c": collection, "a": [all[4], all[1], all[0]] })).await;
    assert_eq!(members(&server, &admin, &collection).await, "3 1 4 0");
    let remove = "mutation($c: ID!, $a: [ID!]!) { removeFromCollection(collectionId: $c, assetIds: $a) { userErrors { code field message } } }";
    server.data(&admin, remove, json!({ "c": collection, "a": [all[1], all[2], "nonsense"] })).await;
    server.data(&admin, add, json!({ "c": collection, "a": [all[1]] })).await;
    assert_eq!(members(&server, &admin, &collection).await, "3 4 0 1");
    let refusal = server.refusal(&admin, add, json!({ "c": collection, "a": [all[2], "nonsense"] })).await;
    assert_eq!(refusal, ("NOT_FOUND".to_owned(), vec!["assetIds".to_owned(), "1".to_owned()]));
    assert_eq!(members(&server, &admin, &collection).await, "3 4 0 1", "all or none");
    let in_it = server
        .data(
            &admin,
            "query($c: ID!) { assets(filter: { collectionId: $c, search: \"4\" }) { totalCount nodes { title } } }",
            json!({ "c": collection }),
        )
        .await;
    assert_eq!(in_it["assets"], json!({ "totalCount": 1, "nodes": [{ "title": "4" }] }));
    // Many at once get places of their own.
    let add_one = |index: usize| server.data(&admin, add, json!({ "c": collection, "a": [all[index]] }));
    server.data(&admin, remove, json!({ "c": collection, "a": all })).await;
    futures::future::join_all([0, 1, 2, 3, 4].map(add_one)).await;
    assert_eq!(members(&server, &admin, &collection).await.split(' ').count(), 5);
}

#[tokio::test]
async fn a_hidden_collection_is_for_its_maker_administrators_and_those_let_in() {
    let server = start().await;
    let admin = server.admin().await;
    let eddi = server.user(&admin, "Eddi", "EDITOR").await;
    let emma = server.user(&admin, "Emma", "EDITOR").await;
    let create =
        "mutation { createCollection(input: { name: \"Secret\", hidden: true }) { collection { id hidden kind } } }";
    let made = server.data(&eddi, create, Value::Null).await["createCollection"]["collection"].clone();
    assert_eq!((&made["hidden"], &made["kind"]), (&json!(true), &json!("MANUAL")));
    let sees = async |token: &str| {
        let data = server
            .data(
                token,
                "query($id: ID!) { collection(id: $id) { name } collections { totalCount } }",
                json!({ "id": made["id"] }),
            )
            .await;
        assert_eq!(data["collection"].is_null(), data["collections"]["totalCount"] == 0, "{data}");
        !data["collection"].is_null()
    };
    assert_eq!((sees(&eddi).await, sees(&emma).await, sees(&admin).await), (true, false, true));
    let user = server.user_id(&emma).await;
    for (rule, lets_in) in [
        (json!({ "userId": user, "collectionId": made["id"], "rights": ["READ"] }), true),
        (json!({ "collectionId": made["id"], "rights": ["SHARE", "READ"] }), true),
        (json!({ "userId": user, "collectionId": made["id"], "rights": ["SHARE"] }), false),
        (json!({ "userId": user, "rights": ["READ"] }), false),
    ] {
        let granted = server.grant(&admin, rule.clone()).await;
        assert_eq!(sees(&emma).await, lets_in, "{rule}");
        server.revoke(&admin, &granted).await;
        assert!(!sees(&emma).await, "{rule}");
    }
    let show = "mutation($id: ID!) { updateCollection(input: { id: $id, hidden: false, name: \"Open\" }) { collection { name hidden } userErrors { code } } }";
    let shown = server.data(&eddi, show, json!({ "id": made["id"] })).await;
    assert_eq!(shown["updateCollection"]["collection"], json!({ "name": "Open", "hidden": false }));
    assert!(sees(&emma).await);

    // Hidden again, it is found by its links only; to a group that is let in, it is shown.
    let asset = server.upload(&eddi, "a.txt", "text").await["id"].clone();
    let add =
        "mutation($c: ID!, $a: [ID!]!) { addToCollection(collectionId: $c, assetIds: $a) { userErrors { code } } }";
    server.data(&eddi, add, json!({ "c": made["id"], "a": [asset] })).await;
    let link = server.collection_link(&emma, &made["id"], Value::Null).await;
    let hide = "mutation($id: ID!) { updateCollection(input: { id: $id, hidden: true }) { collection { hidden } userErrors { code } } }";
    let hidden = server.data(&eddi, hide, json!({ "id": made["id"] })).await;
    assert_eq!(hidden["updateCollection"]["collection"]["hidden"], true);
    assert_eq!((sees(&emma).await, sees(&admin).await), (false, true));
    let target = "query($id: ID!) { link(id: $id) { target { ... on Collection { name assets { totalCount } } } } }";
    let through = server.data(&emma, target, json!({ "id": link["id"] })).await;
    assert_eq!(through["link"]["target"], json!({ "name": "Open", "assets": { "totalCount": 1 } }));
    assert_eq!(server.visitor().get(link["url"].as_str().unwrap()).await.status(), 200);
    let group = "mutation { createUserGroup(name: \"G\") { group { id } userErrors { code } } }";
    let group = server.data(&admin, group, Value::Null).await["createUserGroup"]["group"]["id"].clone();
    let join = "mutation($g: ID!, $u: [ID!]!) { addToUserGroup(groupId: $g, userIds: $u) { userErrors { code } } }";
    server.data(&admin, join, json!({ "g": group, "u": [user] })).await;
    server.grant(&admin, json!({ "groupId": group, "collectionId": made["id"], "rights": ["READ"] })).await;
    assert!(sees(&emma).await);
}

#[tokio::test]
async fn one_call_puts_no_more_into_a_collection_than_one_share_takes() {
    let server = start_with(Options { max_share: 3, ..Options::default() }).await;
    let admin = server.admin().await;
    let all = assets(&server, &admin, 4).await;
    let collection = server.collection(&admin, "C", &[]).await;
    let add = "mutation($c: ID!, $a: [ID!]!) { addToCollection(collectionId: $c, assetIds: $a) { userErrors { code field message } } }";
    let unknown = json!(["nonsense", "more of it", "and more", "too much"]);
    for (ids, code) in [
        (json!([all[0], all[1], all[2], all[0]]), None),
        (json!(all), Some("TOO_MANY_ASSETS")),
        (unknown, Some("TOO_MANY_ASSETS")),
        (json!([all[0], all[1], "nonsense", "more of it"]), Some("TOO_MANY_ASSETS")),
        (json!([all[0], "nonsense"]), Some("NOT_FOUND")),
    ] {
        let data = server.data(&admin, add, json!({ "c": collection, "a": ids })).await;
        let errors = &data["addToCollection"]["userErrors"];
        assert_eq!(errors[0]["code"].as_str(), code, "{ids}: {errors}");
    }
}

#[tokio::test]
async fn an_automatic_collection_is_marked_and_can_become_an_ordinary_one() {
    let server = start().await;
    let admin = server.admin().await;
    let all = assets(&server, &admin, 2).await;
    let shared = server.share(&admin, json!({ "assetIds": all, "collectionName": "Shared" })).await;
    let manual = server.collection(&admin, "Made", &all).await;
    let list = "query($kind: CollectionKind, $search: String) { collections(filter: { kind: $kind, search: $search }) { nodes { name kind } } }";
    let automatic = server.data(&admin, list, json!({ "kind": "AUTOMATIC" })).await;
    assert_eq!(automatic["collections"]["nodes"], json!([{ "name": "Shared", "kind": "AUTOMATIC" }]));
    let update = "mutation($id: ID!, $kind: CollectionKind, $name: String) { updateCollection(input: { id: $id, kind: $kind, name: $name }) { collection { kind } userErrors { code field message } } }";
    let kept = server.data(&admin, update, json!({ "id": shared["collection"]["id"], "kind": "MANUAL" })).await;
    assert_eq!(kept["updateCollection"]["collection"]["kind"], "MANUAL");
    let refusal = server.refusal(&admin, update, json!({ "id": manual, "kind": "AUTOMATIC" })).await;
    assert_eq!(refusal, ("INVALID_INPUT".to_owned(), vec!["kind".to_owned()]));
    let again = server.share(&admin, json!({ "assetIds": all })).await["collection"]["id"].clone();
    let mut other = server.database().await;
    // Somebody sends back the kind that they have read, and somebody else is faster.
    other.batch_execute("BEGIN; SELECT FROM collections FOR UPDATE").await.unwrap();
    let sent_back = async {
        let sent_back = server.data(&admin, update, json!({ "id": again, "kind": "AUTOMATIC", "name": "Again" })).await;
        assert_eq!(sent_back["updateCollection"]["collection"]["kind"], "MANUAL");
    };
    let faster = async {
        server.until_somebody_waits().await;
        other.batch_execute("UPDATE collections SET kind = 'MANUAL'; COMMIT").await.unwrap();
    };
    tokio::join!(sent_back, faster);
    let found = server.data(&admin, list, json!({ "search": "SHAR" })).await;
    assert_eq!(found["collections"]["nodes"], json!([{ "name": "Shared", "kind": "MANUAL" }]));
}

#[tokio::test]
async fn deleting_a_collection_ends_its_links_and_leaves_its_members() {
    let server = start().await;
    let admin = server.admin().await;
    let all = assets(&server, &admin, 2).await;
    let shared = server.share(&admin, json!({ "assetIds": all, "settings": { "name": "L" } })).await;
    let url = shared["link"]["url"].as_str().unwrap();
    assert_eq!(server.visitor().get(url).await.status(), 200);
    let delete = "mutation($id: ID!) { deleteCollection(id: $id) { deletedId userErrors { code } } }";
    let data = server.data(&admin, delete, json!({ "id": shared["collection"]["id"] })).await;
    assert_eq!(data["deleteCollection"]["deletedId"], shared["collection"]["id"]);
    assert_eq!(server.visitor().get(url).await.status(), 404);
    let left = "{ assets { totalCount } collections { totalCount } links { totalCount } linkEvents { nodes { action linkName } } }";
    let left = server.data(&admin, left, Value::Null).await;
    assert_eq!(
        left,
        json!({ "assets": { "totalCount": 2 }, "collections": { "totalCount": 0 }, "links": { "totalCount": 0 },
        "linkEvents": { "nodes": [{ "action": "DELETED", "linkName": "L" }, { "action": "CREATED", "linkName": "L" }] } })
    );
}

#[tokio::test]
async fn a_collection_that_others_link_to_is_not_deleted_under_their_links() {
    let server = start().await;
    let admin = server.admin().await;
    let eddi = server.user(&admin, "Eddi", "EDITOR").await;
    let all = assets(&server, &admin, 1).await;
    let delete = "mutation($id: ID!) { deleteCollection(id: $id) { deletedId userErrors { code field } } }";
    for (linked_by, deleted_by, goes) in
        [(&admin, &eddi, false), (&eddi, &eddi, true), (&eddi, &admin, true), (&admin, &admin, true)]
    {
        let collection = server.collection(&eddi, "C", &all).await;
        let link = server.collection_link(linked_by, &collection, Value::Null).await;
        let payload = server.data(deleted_by, delete, json!({ "id": collection })).await["deleteCollection"].clone();
        let refused = json!({ "deletedId": null, "userErrors": [{ "code": "INVALID_INPUT", "field": ["id"] }] });
        assert_eq!(payload, if goes { json!({ "deletedId": collection, "userErrors": [] }) } else { refused });
        let status = server.visitor().get(link["url"].as_str().unwrap()).await.status();
        assert_eq!(status, if goes { 404 } else { 200 });
    }
}

#[tokio::test]
async fn links_of_an_asset_are_its_own_and_those_of_its_collections() {
    let server = start().await;
    let admin = server.admin().await;
    let all = assets(&server, &admin, 2).await;
    server.public_link(&admin, &all[0], json!({ "name": "own" })).await;
    server.public_link(&admin, &all[1], json!({ "name": "other" })).await;
    let both = server.collection(&admin, "Both", &all).await;
    server.collection_link(&admin, &both, json!({ "name": "both" })).await;
    let query = "query($id: ID!) { asset(id: $id) { links { totalCount nodes { name target { __typename ... on Collection { name links { nodes { name } } } } } } } }";
    let data = server.data(&admin, query, json!({ "id": all[0] })).await;
    let collection = json!({ "__typename": "Collection", "name": "Both", "links": { "nodes": [{ "name": "both" }] } });
    assert_eq!(
        data["asset"]["links"],
        json!({ "totalCount": 2, "nodes": [
        { "name": "both", "target": collection }, { "name": "own", "target": { "__typename": "Asset" } } ] })
    );
    let settings =
        "{ links(filter: { search: \"both\" }) { nodes { settings { proxyPresets } preparation { total } } } }";
    let data = server.data(&admin, settings, Value::Null).await;
    assert_eq!(data["links"]["nodes"], json!([{ "settings": { "proxyPresets": [] }, "preparation": { "total": 0 } }]));
}

#[tokio::test]
async fn a_bulk_share_makes_a_personal_collection() {
    let server = start().await;
    let admin = server.admin().await;
    let eddi = server.user(&admin, "Eddi", "EDITOR").await;
    let emma = server.user(&admin, "Emma", "EDITOR").await;
    server.add_workspace("FOR", "foreign@example.com", "another long password").await;
    let foreign = server.sign_in("foreign@example.com", "another long password").await;
    let all = assets(&server, &eddi, 2).await;
    let shared = server.share(&eddi, json!({ "assetIds": all, "collectionName": "Eddi's share" })).await;
    let id = &shared["collection"]["id"];
    assert_eq!(shared["collection"]["hidden"], true);
    server.collection(&eddi, "Eddi's own", &all).await;
    server.collection(&emma, "Emma's own", &all).await;
    let query = "query($id: ID!, $mine: Boolean) { collection(id: $id) { name createdBy { name } }
        node(id: $id) { id } collections(filter: { mine: $mine }) { totalCount nodes { name createdBy { name } } } }";
    for (token, sees, own, visible) in [
        (&eddi, true, vec!["Eddi's own", "Eddi's share"], vec!["Emma's own", "Eddi's own", "Eddi's share"]),
        (&emma, false, vec!["Emma's own"], vec!["Emma's own", "Eddi's own"]),
        (&admin, true, vec![], vec!["Emma's own", "Eddi's own", "Eddi's share"]),
        (&foreign, false, vec![], vec![]),
    ] {
        for (mine, names) in [(json!(true), own), (json!(false), visible.clone()), (Value::Null, visible)] {
            let data = server.data(token, query, json!({ "id": id, "mine": mine })).await;
            let found =
                if sees { json!({ "name": "Eddi's share", "createdBy": { "name": "Eddi" } }) } else { Value::Null };
            assert_eq!((&data["collection"], data["node"].is_null()), (&found, !sees));
            let nodes = data["collections"]["nodes"].as_array().unwrap();
            let listed: Vec<&str> = nodes.iter().map(|node| node["name"].as_str().unwrap()).collect();
            assert_eq!(
                (listed, &data["collections"]["totalCount"]),
                (names.clone(), &json!(names.len())),
                "mine: {mine}"
            );
        }
    }
    // A visitor of the link does not care who may list the collection.
    assert_eq!(server.visitor().get(shared["link"]["url"].as_str().unwrap()).await.status(), 200);
    let refused =
        "mutation($id: ID!) { createCollectionLink(input: { collectionId: $id }) { userErrors { code field } } }";
    let refusal =
        server.refusal(&emma, &refused.replace("code field", "code field message"), json!({ "id": id })).await;
    assert_eq!(refusal.0, "NOT_FOUND");
    let rule = json!({ "userId": server.user_id(&emma).await, "collectionId": id, "rights": ["READ"] });
    server.grant(&admin, rule).await;
    let data = server.data(&emma, query, json!({ "id": id })).await;
    assert_eq!(data["collections"]["totalCount"], 3, "a rule shows it");
}

#[tokio::test]
async fn pages_of_collections_are_in_order_for_whatever_reason_they_are_seen() {
    let server = start().await;
    let admin = server.admin().await;
    let eddi = server.user(&admin, "Eddi", "EDITOR").await;
    let all = assets(&server, &admin, 1).await;
    let mut names = Vec::new();
    for index in 0..9 {
        let name = format!("C{index}");
        match index % 3 {
            0 => drop(server.collection(&admin, &name, &all).await),
            1 => drop(server.share(&eddi, json!({ "assetIds": all, "collectionName": name })).await),
            _ => {
                let shared = server.share(&admin, json!({ "assetIds": all, "collectionName": name })).await;
                server.grant(&admin, json!({ "collectionId": shared["collection"]["id"], "rights": ["READ"] })).await;
            }
        }
        names.insert(0, name);
    }
    server.share(&admin, json!({ "assetIds": all, "collectionName": "of the administrator alone" })).await;
    let query = "query($first: Int, $after: String, $last: Int, $before: String) {
        collections(first: $first, after: $after, last: $last, before: $before) {
        totalCount nodes { name } pageInfo { startCursor endCursor hasNextPage hasPreviousPage } } }";
    for (size, from, to) in [("first", "after", "endCursor"), ("last", "before", "startCursor")] {
        let (mut seen, mut cursor): (Vec<String>, _) = (Vec::new(), Value::Null);
        loop {
            let data = server.data(&eddi, query, json!({ size: 2, from: cursor })).await["collections"].clone();
            assert_eq!(data["totalCount"], 9);
            let nodes = data["nodes"].as_array().unwrap();
            let page = nodes.iter().map(|node| node["name"].as_str().unwrap().to_owned());
            if size == "first" {
                seen.extend(page);
            } else {
                seen.splice(0..0, page).for_each(drop);
            }
            cursor = data["pageInfo"][to].clone();
            let more = if size == "first" { "hasNextPage" } else { "hasPreviousPage" };
            if data["pageInfo"][more] == false {
                break;
            }
        }
        assert_eq!(seen, names, "{size}");
    }
}
