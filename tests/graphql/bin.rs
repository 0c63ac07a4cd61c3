//! The bin: what is in it is nowhere else, and comes back as it was, or goes for good after thirty days.

use chrono::{DateTime, TimeDelta};
use diesel::{QueryableByName, sql_types::Text};
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use schema::periodic::PeriodicJob;
use serde_json::{Value, json};
use std::{collections::BTreeSet, fs, path::Path};
use tests::{Options, Running, Socket, fixtures, many_assets, short, start, start_with};

const DELETE: &str =
    "mutation($ids: [ID!]!) { deleteAssets(ids: $ids) { deletedIds userErrors { code field message } } }";
const RESTORE: &str = "mutation($ids: [ID!]!) { restoreAssets(ids: $ids) {
    assets { id deletedAt } userErrors { code field message } } }";
const BIN: &str = "query($filter: AssetFilter!, $first: Int, $after: String) {
    assets(filter: $filter, first: $first, after: $after) {
        totalCount isEstimate pageInfo { hasNextPage endCursor } nodes { id title deletedAt deletedForGoodAt } } }";

async fn delete(server: &Running, token: &str, ids: &[&Value]) -> Value {
    server.data(token, DELETE, json!({ "ids": ids })).await["deleteAssets"].clone()
}

async fn restore(server: &Running, token: &str, ids: &[&Value]) -> Value {
    server.data(token, RESTORE, json!({ "ids": ids })).await["restoreAssets"].clone()
}

/// The ids of what is listed with this filter, and how many there are.
async fn listed(server: &Running, token: &str, filter: Value) -> (Vec<Value>, Value) {
    let page = server.data(token, BIN, json!({ "filter": filter })).await["assets"].clone();
    let ids = page["nodes"].as_array().unwrap().iter().map(|node| node["id"].clone()).collect();
    (ids, page["totalCount"].clone())
}

/// All that the API and the pages tell a signed-in user about an asset, a collection with it, and links to both.
async fn told(server: &Running, admin: &str, asset: &Value, number: &str, collection: &Value) -> Value {
    let query = "query($id: ID!, $number: String!, $collection: ID!) {
        node(id: $id) { id } byId: asset(id: $id) { id } byNumber: asset(number: $number) { id }
        all: assets { totalCount nodes { id } }
        found: assets(filter: { search: $number }) { totalCount nodes { id } }
        ofKind: assets(filter: { kind: IMAGE }) { totalCount nodes { id } }
        members: assets(filter: { collectionId: $collection }) { totalCount nodes { id } }
        collection(id: $collection) { assets { totalCount nodes { id } } }
        shareOptions(assetIds: [$id]) { requested shareable notShareable { reason } }
        ofCollection: shareOptions(collectionId: $collection) { requested shareable }
    }";
    let variables = json!({ "id": asset, "number": number, "collection": collection });
    let mut told = server.data(admin, query, variables).await;
    let browser = server.admin_browser().await;
    for path in [format!("/a/{number}"), format!("/a/{number}/original"), format!("/a/{number}/public-link")] {
        told[path.clone()] = json!(browser.get(&path).await.status().as_u16());
    }
    let library = browser.get("/library").await.text().await.unwrap();
    told["library"] = json!(library.contains(number));
    told
}

/// Nothing can be done with an asset in the bin but to restore it.
async fn only_restored(server: &Running, admin: &str, [asset, attachment, collection]: [&Value; 3]) {
    for (mutation, arguments) in [
        ("updateAsset", format!("input: {{ assetId: {asset}, title: \"x\" }}")),
        ("setOriginalState", format!("assetId: {asset}, state: ARCHIVED")),
        ("retryProxies", format!("assetId: {asset}")),
        ("deleteAttachment", format!("id: {attachment}")),
        ("deleteAssets", format!("ids: [{asset}]")),
        ("createPublicLink", format!("input: {{ assetId: {asset} }}")),
        ("createDownloadLink", format!("input: {{ assetId: {asset} }}")),
        ("addToCollection", format!("collectionId: {collection}, assetIds: [{asset}]")),
        ("createCollection", format!("input: {{ name: \"x\", assetIds: [{asset}] }}")),
    ] {
        let query = format!("mutation {{ {mutation}({arguments}) {{ userErrors {{ code field message }} }} }}");
        assert_eq!(server.refusal(admin, &query, Value::Null).await.0, "NOT_FOUND", "{mutation}");
    }
}

#[tokio::test]
async fn what_is_in_the_bin_is_nowhere_else_and_comes_back_as_it_was() {
    let server = start_with(Options { workers: true, ..Options::default() }).await;
    let admin = server.admin().await;
    let kept = server.upload(&admin, "kept.txt", "kept").await["id"].clone();
    let uploaded = server.upload(&admin, "a.jpg", fixtures::jpeg(400, 300)).await;
    let (asset, number) = (uploaded["id"].clone(), uploaded["number"].as_str().unwrap().to_owned());
    let attachment = server.attach(&admin, &asset, "terms.pdf", fixtures::pdf()).await[0]["id"].clone();
    server.proxies(&admin, &asset).await;
    let collection = server.collection(&admin, "C", &[kept.clone(), asset.clone()]).await;
    let settings = json!({ "allowOriginal": true, "allowProxies": true, "allowAttachments": true });
    let link = server.public_link(&admin, &asset, settings.clone()).await;
    let mut locked = settings.clone();
    locked["password"] = json!("open sesame");
    let locked = server.public_link(&admin, &asset, locked).await;
    let download = server.download_link(&admin, json!({ "assetId": asset })).await;
    let gallery = server.collection_link(&admin, &collection, settings).await;
    let urls = "query($id: ID!) { asset(id: $id) { thumbnailUrl originalUrl attachments { url } } }";
    let urls = server.data(&admin, urls, json!({ "id": asset })).await["asset"].clone();
    let of = |link: &Value, rest: &str| format!("{}{rest}", link["url"].as_str().unwrap());
    let mut paths =
        vec![of(&link, ""), of(&link, "/embed"), of(&link, "/archive.zip"), of(&link, "/cover.jpg"), of(&download, "")];
    for link in [&link, &gallery] {
        for file in ["", "/preview", "/original", &format!("/attachment-{}", short(&attachment))] {
            paths.push(of(link, &format!("/assets/{}{file}", short(&asset))));
        }
    }
    paths.extend([&urls["originalUrl"], &urls["attachments"][0]["url"]].map(|url| url.as_str().unwrap().to_owned()));
    let statuses = async |address: &str| {
        let visitor = server.visitor_from(address);
        let mut all = Vec::new();
        for path in &paths {
            all.push(visitor.get(path).await.status().as_u16());
        }
        all
    };
    let shown = async || {
        let query = "query($token: String!) { sharedLink(token: $token) { name assets { totalCount nodes { id } } archive { ready byteSize } } }";
        let mut all = Vec::new();
        for link in [&link, &gallery] {
            let token = link["url"].as_str().unwrap().rsplit('/').next().unwrap();
            all.push(server.data("", query, json!({ "token": token })).await["sharedLink"].clone());
        }
        all
    };
    let (before, seen) = (told(&server, &admin, &asset, &number, &collection).await, shown().await);
    assert_eq!(before["all"]["totalCount"], 2);
    assert_eq!(statuses("10.0.0.1").await, vec![200; paths.len()]);
    assert_eq!(server.visitor().get(&of(&locked, "")).await.status(), 200, "the form for the password");

    let storage = "{ workspace { storage { used } } viewer { storage { used } } }";
    let used = server.data(&admin, storage, Value::Null).await;
    assert_eq!(delete(&server, &admin, &[&asset]).await, json!({ "deletedIds": [asset], "userErrors": [] }));
    assert_eq!(server.data(&admin, storage, Value::Null).await, used, "the bin counts as storage");
    let without = told(&server, &admin, &asset, &number, &collection).await;
    let only_kept = json!({ "totalCount": 1, "nodes": [{ "id": kept }] });
    let none = json!({ "totalCount": 0, "nodes": [] });
    let expected = json!({
        "node": null, "byId": null, "byNumber": null, "all": only_kept, "found": none, "ofKind": none, "members": only_kept,
        "collection": { "assets": only_kept },
        "shareOptions": { "requested": 1, "shareable": 0, "notShareable": [{ "reason": "NOT_FOUND" }] },
        "ofCollection": { "requested": 1, "shareable": 1 },
        "library": false,
        (format!("/a/{number}")): 404, (format!("/a/{number}/original")): 404, (format!("/a/{number}/public-link")): 404,
    });
    assert_eq!(without, expected);
    assert_eq!(statuses("10.0.0.2").await, vec![404; paths.len()]);
    assert_eq!(server.visitor_from("10.0.0.3").get(&of(&locked, "")).await.status(), 404, "not even the form");
    let other = shown().await;
    assert_eq!(other[0], Value::Null);
    assert_eq!(other[1]["assets"], only_kept);
    assert_eq!(other[1]["archive"]["ready"], 1);
    let node = server.data(&admin, "query($id: ID!) { node(id: $id) { id } }", json!({ "id": attachment })).await;
    assert_eq!(node["node"], Value::Null);

    only_restored(&server, &admin, [&asset, &attachment, &collection]).await;
    // The links are still there for those who made them.
    let links = "{ links { nodes { id target { ... on Asset { id deletedAt thumbnailUrl sharing { canShare } } } } } }";
    let links = server.data(&admin, links, Value::Null).await["links"]["nodes"].clone();
    let of_link = links.as_array().unwrap().iter().find(|node| node["id"] == link["id"]).unwrap();
    assert_eq!((&of_link["target"]["id"], &of_link["target"]["thumbnailUrl"]), (&asset, &urls["thumbnailUrl"]));
    assert_eq!(of_link["target"]["sharing"]["canShare"], false);
    assert_eq!(server.admin_browser().await.get("/links").await.status(), 200);

    // What is added in the meantime comes after it.
    let late = server.upload(&admin, "late.txt", "late").await["id"].clone();
    let add =
        "mutation($c: ID!, $a: [ID!]!) { addToCollection(collectionId: $c, assetIds: $a) { userErrors { code } } }";
    server.data(&admin, add, json!({ "c": collection, "a": [late] })).await;
    let back = restore(&server, &admin, &[&asset]).await;
    assert_eq!(back, json!({ "assets": [{ "id": asset, "deletedAt": null }], "userErrors": [] }));
    let members = "query($id: ID!) { collection(id: $id) { assets { nodes { id } } } }";
    let members = server.data(&admin, members, json!({ "id": collection })).await;
    assert_eq!(members["collection"]["assets"]["nodes"], json!([{ "id": kept }, { "id": asset }, { "id": late }]));
    delete(&server, &admin, &[&late]).await;
    assert_eq!(told(&server, &admin, &asset, &number, &collection).await, before);
    assert_eq!(shown().await, seen);
    assert_eq!(statuses("10.0.0.4").await, vec![200; paths.len()]);
}

#[tokio::test]
async fn pictures_of_the_bin_are_for_those_who_may_restore() {
    let server = start_with(Options { workers: true, ..Options::default() }).await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "a.jpg", fixtures::jpeg(400, 300)).await["id"].clone();
    server.attach(&admin, &asset, "terms.pdf", fixtures::pdf()).await;
    server.proxies(&admin, &asset).await;
    let collection = server.collection(&admin, "C", std::slice::from_ref(&asset)).await;
    let (eddi, vera) = (server.user(&admin, "Eddi", "EDITOR").await, server.user(&admin, "Vera", "VIEWER").await);
    let files = "query($id: ID!) { node(id: $id) { ... on Collection { links { nodes { id } } } }
        assets(filter: { deleted: true }) { nodes { thumbnailUrl preview: thumbnailUrl(preset: \"preview\")
            full: thumbnailUrl(preset: \"fullscreen\") originalUrl proxies { url download: url(download: true) } attachments { url } } }
        living: assets { nodes { thumbnailUrl preview: thumbnailUrl(preset: \"preview\") proxies { url } } } }";
    let seen = async |token: &str| server.data(token, files, json!({ "id": asset })).await;
    let before = seen(&vera).await["living"]["nodes"][0].clone();
    let hers = before["thumbnailUrl"].as_str().unwrap();
    let visitor = server.visitor();
    assert_eq!(visitor.get(hers).await.status(), 200);
    delete(&server, &eddi, &[&asset]).await;
    assert_eq!(seen(&vera).await["assets"]["nodes"], json!([]));
    assert_eq!(visitor.get(hers).await.status(), 404, "she does not see the bin");
    for token in [&admin, &eddi] {
        let node = seen(token).await["assets"]["nodes"][0].clone();
        let shown = ["thumbnailUrl", "preview"].map(|field| node[field].as_str().unwrap().to_owned());
        for url in &shown {
            let picture = visitor.get(url).await;
            assert_eq!(picture.status(), 200, "{url}");
            assert_eq!(picture.headers()["content-type"], "image/jpeg");
            assert_eq!(visitor.get(&format!("{url}&download")).await.status(), 404);
        }
        // Nothing is handed out of the bin, however small.
        assert_eq!([&node["full"], &node["originalUrl"], &node["attachments"][0]["url"]], [&Value::Null; 3]);
        let proxies = node["proxies"].as_array().unwrap();
        assert_eq!(proxies.iter().filter(|proxy| proxy["url"].is_string()).count(), 2, "{node}");
        assert!(proxies.iter().all(|proxy| proxy["download"].is_null()), "{node}");
    }
    // Also by a rule on a collection that it was in.
    let rule = json!({ "userId": server.user_id(&vera).await, "collectionId": collection, "rights": ["EDIT"] });
    let rule = server.grant(&admin, rule).await;
    let node = seen(&vera).await["assets"]["nodes"][0].clone();
    assert_eq!(node["thumbnailUrl"], hers);
    assert_eq!(visitor.get(hers).await.status(), 200);
    server.revoke(&admin, &rule).await;
    assert_eq!(visitor.get(hers).await.status(), 404);
}

#[tokio::test]
async fn who_deleted_and_restored_is_known() {
    let server = start().await;
    let admin = server.admin().await;
    let eddi = server.user(&admin, "Eddi", "EDITOR").await;
    let eddi_id = server.user_id(&eddi).await;
    let one = server.upload(&admin, "One.jpg", fixtures::jpeg(8, 8)).await["id"].clone();
    let two = server.upload(&admin, "Two.jpg", fixtures::jpeg(8, 9)).await["id"].clone();
    let attachment = server.attach(&admin, &one, "terms.pdf", fixtures::pdf()).await[0]["id"].clone();
    let detach = "mutation($id: ID!) { deleteAttachment(id: $id) { userErrors { code } } }";
    server.data(&eddi, detach, json!({ "id": attachment })).await;
    delete(&server, &eddi, &[&two, &one, &two]).await;
    // What is refused is not written down.
    delete(&server, &eddi, &[&two]).await;
    let by = "query($deleted: Boolean) { assets(filter: { deleted: $deleted }) { nodes { deletedBy { id name } } } }";
    let by = async |deleted: bool| {
        server.data(&admin, by, json!({ "deleted": deleted })).await["assets"]["nodes"].as_array().unwrap().clone()
    };
    assert_eq!(by(true).await, vec![json!({ "deletedBy": { "id": eddi_id, "name": "Eddi" } }); 2]);
    restore(&server, &admin, &[&one]).await;
    assert_eq!(by(false).await, [json!({ "deletedBy": null })]);
    // An older version of the program, which does not know who.
    let raw = |deleted_at: &str| format!("UPDATE all_assets SET deleted_at = {deleted_at} WHERE title = 'Two'");
    server.sql(raw("NULL")).await;
    server.sql(raw("now()")).await;
    assert_eq!(by(true).await, [json!({ "deletedBy": null })]);
    restore(&server, &admin, &[&two]).await;
    delete(&server, &eddi, &[&two]).await;

    let events = "query($id: ID) { securityEvents(first: 100, filter: { subjectId: $id }) {
        nodes { action subjectName actor { name } changes { field from to } } } }";
    let events = async |asset: &Value| {
        let data = server.data(&admin, events, json!({ "id": asset })).await;
        let all = data["securityEvents"]["nodes"].as_array().unwrap().clone();
        all.iter()
            .rev()
            .map(|e| json!([e["action"], e["subjectName"], e["actor"]["name"], e["changes"]]))
            .collect::<Vec<_>>()
    };
    let attachment = json!([{ "field": "attachment", "from": "terms.pdf", "to": null }]);
    assert_eq!(
        json!(events(&one).await),
        json!([
            ["ATTACHMENT_DELETED", "One", "Eddi", attachment],
            ["ASSET_DELETED", "One", "Eddi", []],
            ["ASSET_RESTORED", "One", "Ada Admin", []]
        ])
    );
    assert_eq!(events(&two).await.len(), 3);
    // Somebody who is deleted has a pseudonym here, too.
    let leave = "mutation($id: ID!) { deleteUser(input: { id: $id }) { userErrors { code } } }";
    server.data(&admin, leave, json!({ "id": eddi_id })).await;
    let name = by(true).await[0]["deletedBy"]["name"].as_str().unwrap().to_owned();
    assert!(name.starts_with("Deleted user "), "{name}");
    assert_eq!(events(&two).await[0][2], name);
}

#[tokio::test]
async fn only_who_may_edit_deletes_sees_the_bin_and_restores() {
    let server = start().await;
    let admin = server.admin().await;
    let mut assets = Vec::new();
    for index in 0..3 {
        assets.push(server.upload(&admin, "a.jpg", fixtures::jpeg(8, 8 + index)).await["id"].clone());
    }
    let [one, member, other] = [&assets[0], &assets[1], &assets[2]];
    let collection = server.collection(&admin, "C", std::slice::from_ref(member)).await;
    let viewer = server.user(&admin, "Vera", "VIEWER").await;
    let user = server.user_id(&viewer).await;
    server.grant(&admin, json!({ "userId": user, "assetId": one, "rights": ["EDIT"] })).await;
    server.grant(&admin, json!({ "userId": user, "collectionId": collection, "rights": ["EDIT"] })).await;

    let unknown = json!("asset_0000000000000000000001");
    let deleted = delete(&server, &viewer, &[other, one, &json!("nonsense"), member, &unknown, one]).await;
    assert_eq!(deleted["deletedIds"], json!([one, member]));
    let errors: Vec<_> =
        deleted["userErrors"].as_array().unwrap().iter().map(|error| json!([error["code"], error["field"]])).collect();
    assert_eq!(
        json!(errors),
        json!([["NO_RIGHT", ["ids", "0"]], ["NOT_FOUND", ["ids", "2"]], ["NOT_FOUND", ["ids", "4"]]])
    );
    delete(&server, &admin, &[other]).await;
    let bin = json!({ "deleted": true });
    assert_eq!(
        listed(&server, &admin, bin.clone()).await,
        (vec![other.clone(), member.clone(), one.clone()], json!(3))
    );
    assert_eq!(listed(&server, &viewer, bin.clone()).await, (vec![member.clone(), one.clone()], json!(2)));
    let stranger = server.user(&admin, "Otto", "VIEWER").await;
    assert_eq!(listed(&server, &stranger, bin.clone()).await, (vec![], json!(0)));
    let of_collection = json!({ "deleted": true, "collectionId": collection });
    assert_eq!(listed(&server, &viewer, of_collection).await, (vec![member.clone()], json!(1)));
    assert_eq!(listed(&server, &admin, json!({ "deleted": false })).await, (vec![], json!(0)));
    assert_eq!(listed(&server, &admin, json!({ "deleted": true, "search": "nothing" })).await, (vec![], json!(0)));
    let page = server.data(&admin, BIN, json!({ "filter": bin, "first": 1 })).await["assets"].clone();
    assert_eq!(page["pageInfo"]["hasNextPage"], true);
    let after = &page["pageInfo"]["endCursor"];
    let rest = server.data(&admin, BIN, json!({ "filter": bin, "after": after })).await["assets"].clone();
    assert_eq!(rest["nodes"].as_array().unwrap().len(), 2);
    server.add_workspace("FOR", "foreign@example.com", "another long password").await;
    let foreign = server.sign_in("foreign@example.com", "another long password").await;
    assert_eq!(listed(&server, &foreign, bin.clone()).await, (vec![], json!(0)));

    for (token, restored) in [(&stranger, json!([])), (&foreign, json!([])), (&viewer, json!([member, one]))] {
        let answer = restore(&server, token, &[other, member, one]).await;
        let ids: Vec<&Value> = answer["assets"].as_array().unwrap().iter().map(|asset| &asset["id"]).collect();
        assert_eq!(json!(ids), restored, "{answer}");
        let refused = answer["userErrors"].as_array().unwrap();
        assert!(refused.iter().all(|error| error["code"] == "NOT_FOUND") && refused.len() == 3 - ids.len(), "{answer}");
    }
    assert_eq!(listed(&server, &admin, bin).await, (vec![other.clone()], json!(1)));
}

#[tokio::test]
async fn one_call_takes_as_many_as_a_share() {
    let server = start_with(Options { max_share: 2, ..Options::default() }).await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "a.jpg", fixtures::jpeg(8, 8)).await["id"].clone();
    let refused = |query: &'static str| server.refusal(&admin, query, json!({ "ids": [asset, asset, asset] }));
    let expected = ("TOO_MANY_ASSETS".to_owned(), vec!["ids".to_owned()]);
    assert_eq!(refused(DELETE).await, expected);
    assert_eq!(delete(&server, &admin, &[&asset, &asset]).await["deletedIds"], json!([asset]));
    assert_eq!(refused(RESTORE).await, expected);
    assert_eq!(restore(&server, &admin, &[&asset, &asset]).await["assets"][0]["id"], asset);
}

#[tokio::test]
async fn many_come_back_in_the_order_of_the_call() {
    let server = start().await;
    let admin = server.admin().await;
    server.sql(many_assets(5_000)).await;
    let mut ids = Vec::new();
    let mut after = Value::Null;
    while ids.len() < 5_000 {
        let query =
            "query($after: String) { assets(first: 100, after: $after) { pageInfo { endCursor } nodes { id } } }";
        let page = server.data(&admin, query, json!({ "after": after })).await["assets"].clone();
        ids.extend(page["nodes"].as_array().unwrap().iter().map(|node| node["id"].clone()));
        after = page["pageInfo"]["endCursor"].clone();
    }
    ids.rotate_left(1_234);
    let ids: Vec<&Value> = ids.iter().collect();
    assert_eq!(delete(&server, &admin, &ids).await["deletedIds"], json!(ids));
    assert_eq!(listed(&server, &admin, json!({ "deleted": true })).await.1, 5_000);
    let restored = restore(&server, &admin, &ids).await["assets"].clone();
    assert_eq!(restored.as_array().unwrap().iter().map(|asset| &asset["id"]).collect::<Vec<_>>(), ids);
}

#[tokio::test]
async fn after_thirty_days_nothing_is_left() {
    let server = start_with(Options { workers: true, ..Options::default() }).await;
    let admin = server.admin().await;
    let empty = server.blobs();
    let asset = server.upload(&admin, "a.jpg", fixtures::jpeg(40, 30)).await["id"].clone();
    server.attach(&admin, &asset, "terms.pdf", fixtures::pdf()).await;
    server.proxies(&admin, &asset).await;
    let kept = server.upload(&admin, "kept.txt", "kept").await["id"].clone();
    let collection = server.collection(&admin, "C", &[asset.clone(), kept]).await;
    let link = server.public_link(&admin, &asset, Value::Null).await["id"].clone();
    assert_eq!(server.blobs(), empty + 6);
    server.no_schedule().await;
    delete(&server, &admin, &[&asset]).await;
    let node = server.data(&admin, BIN, json!({ "filter": { "deleted": true } })).await["assets"]["nodes"][0].clone();
    let at = |field: &str| node[field].as_str().unwrap().parse::<DateTime<chrono::Utc>>().unwrap();
    assert_eq!(at("deletedForGoodAt") - at("deletedAt"), TimeDelta::days(30));
    assert!((server.services.now() - at("deletedAt")).abs() < TimeDelta::minutes(1));

    server.advance(TimeDelta::days(30) - TimeDelta::minutes(2));
    let admin = server.admin().await;
    assert_eq!(server.upkeep(PeriodicJob::CollectGarbage).await.unwrap()["assets"], 0);
    assert_eq!(server.blobs(), empty + 6, "its blobs are no garbage");
    server.advance(TimeDelta::minutes(3));
    assert_eq!(server.upkeep(PeriodicJob::CollectGarbage).await.unwrap()["assets"], 1);
    assert_eq!(server.blobs(), empty + 1, "the one that is kept");
    for table in ["all_assets", "all_collection_assets"] {
        assert_eq!(server.count(table).await, 1, "{table}");
    }
    for table in ["attachments", "proxies", "links"] {
        assert_eq!(server.count(table).await, 0, "{table}");
    }
    assert_eq!(restore(&server, &admin, &[&asset]).await["userErrors"][0]["code"], "NOT_FOUND");
    let query = "query($id: ID!) { workspace { storage { used } } collection(id: $id) { assets { totalCount } }
        linkEvents(first: 1) { nodes { action linkId actor { id } } } }";
    let data = server.data(&admin, query, json!({ "id": collection })).await;
    assert_eq!(data["workspace"]["storage"]["used"].to_string().trim_matches('"'), "4");
    assert_eq!(data["collection"]["assets"]["totalCount"], 1);
    assert_eq!(data["linkEvents"]["nodes"][0], json!({ "action": "DELETED", "linkId": link, "actor": null }));
}

#[tokio::test]
async fn pictures_that_were_not_made_in_time_are_made_after_the_return() {
    let server = start().await;
    let admin = server.admin().await;
    server.set_watermark(&admin, json!({ "file": null }), Some(fixtures::plain_png(20, 10, [255, 0, 255]))).await;
    let asset = server.upload(&admin, "a.jpg", fixtures::jpeg(40, 30)).await["id"].clone();
    let collection = server.collection(&admin, "C", std::slice::from_ref(&asset)).await;
    delete(&server, &admin, &[&asset]).await;
    // The link cannot ask for the pictures of what it does not see.
    let kept = server.upload(&admin, "b.jpg", fixtures::jpeg(30, 40)).await["id"].clone();
    let add =
        "mutation($c: ID!, $a: [ID!]!) { addToCollection(collectionId: $c, assetIds: $a) { userErrors { code } } }";
    server.data(&admin, add, json!({ "c": collection, "a": [kept] })).await;
    server.collection_link(&admin, &collection, json!({ "watermark": true })).await;
    server.sql("DELETE FROM outbox").await;
    assert_eq!(server.upkeep(PeriodicJob::Reconcile).await.unwrap()["queued"], 1, "only the other one's");
    server.forget_queue().await;
    restore(&server, &admin, &[&asset]).await;
    let workers = server.workers();
    let made = server.proxies(&admin, &asset).await;
    workers.stop().await;
    let states: Vec<_> =
        made.as_array().unwrap().iter().map(|proxy| json!([proxy["watermarked"], proxy["state"]])).collect();
    let of = |watermarked: bool| states.iter().filter(|state| **state == json!([watermarked, "READY"])).count();
    assert_eq!((states.len(), of(false), of(true)), (6, 3, 3), "{made}");
}

#[tokio::test]
async fn who_waits_for_the_pictures_of_a_link_learns_of_it() {
    let server = start().await;
    let admin = server.admin().await;
    let one = server.upload(&admin, "a.jpg", fixtures::jpeg(40, 30)).await["id"].clone();
    let other = server.upload(&admin, "b.jpg", fixtures::jpeg(30, 40)).await["id"].clone();
    let direct = server.public_link(&admin, &one, Value::Null).await["id"].clone();
    let through = server.share(&admin, json!({ "assetIds": [one, other] })).await["link"]["id"].clone();
    let query = "subscription($id: ID!) { linkPreparation(linkId: $id) { total ready } }";
    let (mut of_asset, mut of_collection) = (server.socket(&admin).await, server.socket(&admin).await);
    of_asset.subscribe("1", query, json!({ "id": direct })).await;
    of_collection.subscribe("1", query, json!({ "id": through })).await;
    let counted = async |socket: &mut Socket| {
        let message = socket.next().await.expect("a message");
        message["payload"]["data"]["linkPreparation"]["total"].clone()
    };
    assert_eq!((counted(&mut of_asset).await, counted(&mut of_collection).await), (json!(3), json!(6)));
    delete(&server, &admin, &[&one]).await;
    assert_eq!((counted(&mut of_asset).await, counted(&mut of_collection).await), (json!(0), json!(3)));
    assert_eq!(of_asset.next().await.expect("a message")["type"], "complete", "the link is dead");
    restore(&server, &admin, &[&one]).await;
    assert_eq!(counted(&mut of_collection).await, 6);
}

#[tokio::test]
async fn a_membership_that_comes_at_the_same_moment_is_not_seen() {
    let server = start().await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "a.jpg", fixtures::jpeg(8, 8)).await["id"].clone();
    let collection = server.collection(&admin, "C", &[]).await;
    let add =
        "mutation($c: ID!, $a: [ID!]!) { addToCollection(collectionId: $c, assetIds: $a) { userErrors { code } } }";
    let mut lock = server.database().await;
    lock.batch_execute("BEGIN; SELECT FROM all_assets FOR UPDATE").await.unwrap();
    let added = server.data(&admin, add, json!({ "c": collection, "a": [asset] }));
    let deletion = async {
        server.until_somebody_waits().await;
        lock.batch_execute("UPDATE all_assets SET deleted_at = now(); COMMIT").await.unwrap();
    };
    tokio::join!(added, deletion);
    let members = "query($id: ID!) { collection(id: $id) { assets { totalCount nodes { id } } } }";
    let seen = server.data(&admin, members, json!({ "id": collection })).await;
    assert_eq!(seen["collection"]["assets"], json!({ "totalCount": 0, "nodes": [] }));
    restore(&server, &admin, &[&asset]).await;
    let seen = server.data(&admin, members, json!({ "id": collection })).await;
    assert_eq!(seen["collection"]["assets"], json!({ "totalCount": 1, "nodes": [{ "id": asset }] }));
}

#[tokio::test]
async fn an_older_version_finds_nothing_of_it() {
    let server = start().await;
    let admin = server.admin().await;
    let kept = server.upload(&admin, "a.jpg", fixtures::jpeg(8, 8)).await["id"].clone();
    let gone = server.upload(&admin, "b.jpg", fixtures::jpeg(8, 9)).await["id"].clone();
    server.collection(&admin, "C", &[kept.clone(), gone.clone()]).await;
    server.public_link(&admin, &gone, Value::Null).await;
    delete(&server, &admin, &[&gone]).await;
    let migration = |name: &str, way: &str| {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../migrations");
        fs::read_to_string(format!("{folder}/2026-11-29-{name}/{way}.sql")).unwrap()
    };
    for name in ["000066_deleted_by", "000050_bin"] {
        server.sql(migration(name, "down")).await;
    }
    for (table, rows) in [("assets", 1), ("collection_assets", 1), ("links", 0)] {
        assert_eq!(server.count(table).await, rows, "{table}");
    }
    for name in ["000050_bin", "000066_deleted_by"] {
        server.sql(migration(name, "up")).await;
    }
    let server = server.another();
    let admin = server.admin().await;
    assert_eq!(delete(&server, &admin, &[&kept]).await["deletedIds"], json!([kept]));
    assert_eq!((server.count("assets").await, server.count("all_assets").await), (0, 1));
}

#[derive(QueryableByName)]
struct Column {
    #[diesel(sql_type = Text)]
    line: String,
}

#[tokio::test]
async fn the_views_have_all_columns_of_their_tables() {
    let server = start().await;
    for view in ["assets", "collection_assets"] {
        let columns = async |table: String| {
            let query = format!(
                "SELECT format('%s %s', column_name, data_type) AS line FROM information_schema.columns
                WHERE table_schema = 'public' AND table_name = '{table}' ORDER BY ordinal_position"
            );
            let rows: Vec<Column> = diesel::sql_query(query).load(&mut server.database().await).await.unwrap();
            rows.into_iter().map(|row| row.line).collect::<Vec<_>>()
        };
        let of_table = columns(format!("all_{view}")).await;
        assert!(of_table.len() >= 3, "{of_table:?}");
        assert_eq!(columns(view.to_owned()).await, of_table, "see migrations/README.md");
    }
}

/// Where the bin is seen, and why.
const SEE_THE_BIN: [(&str, &str); 6] = [
    ("assets.rs", "jobs write down what they find; imports and the command line do not bring back what was deleted"),
    ("blobs.rs", "files of what can be restored are no garbage"),
    ("collections/members.rs", "members in the bin keep their positions"),
    ("deleted_assets.rs", "the bin itself"),
    ("proxies.rs", "watermarked pictures are kept"),
    ("statistics.rs", "the days of what can be restored are added up like all others"),
];

#[test]
fn nobody_sees_the_bin_by_mistake() {
    fn search(folder: &Path, root: &Path, found: &mut BTreeSet<String>) {
        for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if entry.is_dir() {
                search(&entry, root, found);
            } else if fs::read_to_string(&entry).unwrap().contains("all_assets")
                || fs::read_to_string(&entry).unwrap().contains("all_collection_assets")
            {
                found.insert(entry.strip_prefix(root).unwrap().to_str().unwrap().to_owned());
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("schema/src");
    let mut found = BTreeSet::new();
    search(&root, &root, &mut found);
    let expected: BTreeSet<String> = SEE_THE_BIN.iter().map(|(file, _)| (*file).to_owned()).collect();
    assert_eq!(found, expected);
}
