//! The search by person as administrators and the makers of links see it.

use crate::jobs::faces::turn;
use domain::{AssetId, CollectionId, node_id::NodeId, person_search::WHAT_IS_STORED};
use schema::{
    collections::{each_shared_face, shared_members},
    faces::{self, NewFace},
    rights, users,
};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use tests::{Running, fixtures, start};

const PUBLIC: &str = "mutation($input: CreatePublicLinkInput!) { createPublicLink(input: $input) {
    link { id } userErrors { code field message } } }";
const COLLECTION: &str = "mutation($input: CreateCollectionLinkInput!) { createCollectionLink(input: $input) {
    link { id url settings { personSearch } } userErrors { code field message } } }";
const UPDATE: &str =
    "mutation($id: ID!, $settings: LinkSettingsInput!) { updateLink(input: { id: $id, settings: $settings }) {
    link { settings { personSearch } } userErrors { code field message } } }";
const SEEN: &str = "query($token: String!) { sharedLink(token: $token) { personSearch } }";

fn refused(path: &[&str]) -> (String, Vec<String>) {
    ("OPTION_NOT_AVAILABLE".to_owned(), path.iter().map(ToString::to_string).collect())
}

fn face(number: u8) -> NewFace {
    NewFace { place: [0.1; 4], quality: 0.5, embedding: vec![number; 128] }
}

async fn is_offered(server: &Running, token: &str, assets: &[&Value]) -> Value {
    let query = "query($assets: [ID!]) { shareOptions(assetIds: $assets) { personSearchAvailable } }";
    server.data(token, query, json!({ "assets": assets })).await["shareOptions"]["personSearchAvailable"].clone()
}

#[tokio::test]
async fn administrators_turn_it_on_and_off_which_is_written_down() {
    let server = start().await;
    let admin = server.admin().await;
    let editor = server.user(&admin, "Eddi", "EDITOR").await;
    let change = "mutation { updateWorkspace(input: { personSearch: true }) { userErrors { code } } }";
    assert_eq!(server.call(&editor, change, Value::Null).await["errors"][0]["extensions"]["code"], "FORBIDDEN");
    for on in [true, true, false, false] {
        turn(&server, &admin, on).await;
    }
    let events = "{ securityEvents(filter: { action: SETTINGS_CHANGED }) { nodes { actor { email } changes { field from to } } } }";
    let events = server.data(&admin, events, Value::Null).await["securityEvents"]["nodes"].clone();
    let event = |from: &str, to: &str| {
        json!({ "actor": { "email": "admin@example.com" },
        "changes": [{ "field": "personSearch", "from": from, "to": to }] })
    };
    assert_eq!(events, json!([event("true", "false"), event("false", "true")]), "each change once");
    turn(&server, &admin, true).await;
    let progress = "{ workspace { personSearch personSearchProgress { indexed waiting failed } } }";
    let told = server.call(&editor, progress, Value::Null).await;
    assert_eq!(told["errors"][0]["extensions"]["code"], "FORBIDDEN");
    assert_eq!(told["data"]["workspace"], json!({ "personSearch": true, "personSearchProgress": null }));
}

/// The page with the settings shows the same words; see `tests/pages/workspace/settings.rs`.
#[tokio::test]
async fn the_api_says_what_is_stored() {
    let server = start().await;
    let query = "{ __type(name: \"UpdateWorkspaceInput\") { inputFields { name description } } }";
    let fields = server.data("", query, Value::Null).await["__type"]["inputFields"].clone();
    let field = fields.as_array().unwrap().iter().find(|field| field["name"] == "personSearch").unwrap();
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words(field["description"].as_str().unwrap()).contains(&words(WHAT_IS_STORED)), "{field}");
}

#[tokio::test]
async fn it_is_offered_where_the_workspace_wants_it_and_something_can_be_searched() {
    let server = start().await;
    let admin = server.admin().await;
    let picture = server.upload(&admin, "a.jpg", fixtures::jpeg(40, 30)).await["id"].clone();
    let text = server.upload(&admin, "a.txt", "text").await["id"].clone();
    let page = server.upload(&admin, "a.pdf", fixtures::pdf()).await["id"].clone();
    let external = server.external("b.jpg").await;
    assert_eq!(is_offered(&server, &admin, &[&picture]).await, false);
    turn(&server, &admin, true).await;
    // It will be indexed.
    for (assets, expected) in [
        (vec![&picture], true),
        (vec![&text, &picture, &external], true),
        (vec![&text, &page], false),
        (vec![&external], false),
    ] {
        assert_eq!(is_offered(&server, &admin, &assets).await, expected, "{assets:?}");
        let share = json!({ "assetIds": assets, "settings": { "personSearch": true } });
        let shared = server.share(&admin, share).await;
        assert_eq!(shared["link"].is_object(), expected, "the share accepts what is offered: {shared}");
    }
    // It is indexed, and then it is known that it cannot be.
    let id = AssetId::from_node_id(picture.as_str().unwrap()).unwrap();
    let mut conn = server.database().await;
    for (found, expected) in [(Ok(vec![face(7)]), true), (Ok(Vec::new()), true), (Err("It is broken."), false)] {
        assert!(faces::store(&mut conn, id, 1, found).await.unwrap());
        assert_eq!(is_offered(&server, &admin, &[&picture]).await, expected);
    }
}

#[tokio::test]
async fn links_to_collections_have_it_and_keep_it_while_the_workspace_has_it_off() {
    let server = start().await;
    let admin = server.admin().await;
    let picture = server.upload(&admin, "a.jpg", fixtures::jpeg(40, 30)).await["id"].clone();
    let collection = server.collection(&admin, "Kit", std::slice::from_ref(&picture)).await;
    let wanted = json!({ "personSearch": true });
    let to_collection = json!({ "input": { "collectionId": collection, "settings": wanted } });
    let to_asset = json!({ "input": { "assetId": picture, "settings": wanted } });
    let path = ["settings", "personSearch"];
    assert_eq!(server.refusal(&admin, COLLECTION, to_collection.clone()).await, refused(&path));
    assert_eq!(server.refusal(&admin, PUBLIC, to_asset.clone()).await, refused(&path));

    turn(&server, &admin, true).await;
    assert_eq!(server.refusal(&admin, PUBLIC, to_asset).await, refused(&path), "there is nothing to search in");
    let single = server.public_link(&admin, &picture, json!({})).await["id"].clone();
    let changed = json!({ "id": single, "settings": wanted });
    assert_eq!(server.refusal(&admin, UPDATE, changed).await, refused(&path));
    let link = server.data(&admin, COLLECTION, to_collection).await["createCollectionLink"]["link"].clone();
    assert_eq!(link["settings"]["personSearch"], true);
    let token = link["url"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
    let seen = async || server.data("", SEEN, json!({ "token": token })).await["sharedLink"]["personSearch"].clone();
    assert_eq!(seen().await, true);
    // The audit says who turned it on for which link.
    let events = "query($id: ID!) { linkEvents(filter: { linkId: $id }) { nodes { actor { email } action changes { field to } } } }";
    let events = server.data(&admin, events, json!({ "id": link["id"] })).await["linkEvents"]["nodes"].clone();
    let changes = events[0]["changes"].as_array().unwrap();
    assert!(changes.contains(&json!({ "field": "personSearch", "to": "true" })), "{events}");
    assert_eq!((&events[0]["actor"]["email"], &events[0]["action"]), (&json!("admin@example.com"), &json!("CREATED")));

    turn(&server, &admin, false).await;
    assert_eq!(seen().await, false, "it has no effect");
    let update = async |settings: Value| {
        let data = server.data(&admin, UPDATE, json!({ "id": link["id"], "settings": settings })).await;
        assert_eq!(data["updateLink"]["userErrors"], json!([]));
        data["updateLink"]["link"]["settings"]["personSearch"].clone()
    };
    // What was read can be sent back, and other settings can be changed.
    assert_eq!(update(json!({ "maxDownloads": 5 })).await, true);
    assert_eq!(update(json!({ "personSearch": true })).await, true);
    turn(&server, &admin, true).await;
    assert_eq!(seen().await, true, "and then it has one again");
    turn(&server, &admin, false).await;
    assert_eq!(update(json!({ "personSearch": false })).await, false);
    let anew = json!({ "id": link["id"], "settings": wanted });
    assert_eq!(server.refusal(&admin, UPDATE, anew).await, refused(&path));
}

/// The assets whose faces a link by a user would find, after it was checked that the link shows these and no others.
async fn found(server: &Running, collection: &Value, user: &str) -> Vec<u8> {
    let mut conn = server.database().await;
    let collection = CollectionId::from_node_id(collection.as_str().unwrap()).unwrap();
    let user = domain::UserId::from_node_id(server.user_id(user).await.as_str().unwrap()).unwrap();
    let workspace = schema::workspaces::oldest(&mut conn).await.unwrap().unwrap().id;
    let creator = users::by_ids(&conn, workspace, &[user]).await.unwrap().pop().unwrap();
    let creator = rights::subject(&mut conn, &creator).await.unwrap();
    let (mut faces, mut assets) = (Vec::new(), BTreeSet::new());
    let mut distinct = BTreeSet::new();
    let take = |face: schema::collections::SharedFace| {
        assert!(distinct.insert(face.face_id), "each face once");
        assets.insert(face.asset_id);
        faces.push(face.embedding[0]);
    };
    each_shared_face(&mut conn, collection, creator, 1, take).await.unwrap();
    let shown = shared_members(&mut conn, collection, creator, 100, None).await.unwrap().rows;
    assert_eq!(assets, shown.iter().map(|member| member.asset.id).collect(), "what the pages show is searched");
    faces.sort_unstable();
    faces
}

#[tokio::test]
async fn a_link_searches_what_it_shows_and_nothing_else() {
    let server = start().await;
    let admin = server.admin().await;
    turn(&server, &admin, true).await;
    let mut assets = Vec::new();
    for number in 1..=4_u8 {
        let asset = server.upload(&admin, &format!("{number}.jpg"), fixtures::jpeg(40, 30)).await["id"].clone();
        let id = AssetId::from_node_id(asset.as_str().unwrap()).unwrap();
        let both = Ok(vec![face(number), face(number + 100)]);
        assert!(faces::store(&mut server.database().await, id, 1, both).await.unwrap());
        assets.push(asset);
    }
    let collection = server.collection(&admin, "Kit", &assets[..3]).await;
    let gus = server.user(&admin, "Gus", "GUEST").await;
    let eddi = server.user(&admin, "Eddi", "EDITOR").await;
    assert_eq!(found(&server, &collection, &admin).await, [1, 2, 3, 101, 102, 103]);
    assert_eq!(found(&server, &collection, &eddi).await, [1, 2, 3, 101, 102, 103]);
    assert!(found(&server, &collection, &gus).await.is_empty(), "nothing that the creator may not share");
    let gus_id = server.user_id(&gus).await;
    let rule = json!({ "userId": gus_id, "assetId": assets[1], "rights": ["READ", "SHARE"] });
    let rule = server.grant(&admin, rule).await;
    assert_eq!(found(&server, &collection, &gus).await, [2, 102]);
    server.revoke(&admin, &rule).await;
    assert!(found(&server, &collection, &gus).await.is_empty());
    // What leaves the collection or goes to the bin is not found, and what comes is.
    let delete = "mutation($ids: [ID!]!) { deleteAssets(ids: $ids) { userErrors { code } } }";
    server.data(&admin, delete, json!({ "ids": [assets[0]] })).await;
    let remove = "mutation($c: ID!, $a: [ID!]!) { removeFromCollection(collectionId: $c, assetIds: $a) { userErrors { code } } }";
    server.data(&admin, remove, json!({ "c": collection, "a": [assets[1]] })).await;
    assert_eq!(found(&server, &collection, &admin).await, [3, 103]);
    let add =
        "mutation($c: ID!, $a: [ID!]!) { addToCollection(collectionId: $c, assetIds: $a) { userErrors { code } } }";
    server.data(&admin, add, json!({ "c": collection, "a": [assets[3]] })).await;
    assert_eq!(found(&server, &collection, &admin).await, [3, 4, 103, 104]);
    // Faces of other models are not compared with those of these.
    let mut none = 0;
    let admin_id = domain::UserId::from_node_id(server.user_id(&admin).await.as_str().unwrap()).unwrap();
    let creator = rights::Subject { user: admin_id, everywhere: domain::Rights::ALL };
    let id = CollectionId::from_node_id(collection.as_str().unwrap()).unwrap();
    each_shared_face(&mut server.database().await, id, creator, 2, |_| none += 1).await.unwrap();
    assert_eq!(none, 0);
}
