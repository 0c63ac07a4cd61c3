//! Guests: they see what access rules name, and nothing else, whatever they ask.

use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use tests::{Options, Running, fixtures, short, start, start_with};

/// A library with pictures `a` to `d` and a text `e`, of which an administrator has put `a` and `b` into the collection `Open`,
/// `c` into the hidden one `Hidden`, and `b` and `e` into `Other`; and a guest.
struct Library {
    server: Running,
    admin: String,
    guest: String,
    guest_id: Value,
    assets: Vec<Value>,
    open: Value,
    hidden: Value,
    other: Value,
}

impl Library {
    async fn new() -> Self {
        let server = start().await;
        let admin = server.admin().await;
        let mut assets = Vec::new();
        for name in ["a.jpg", "b.jpg", "c.jpg", "d.jpg", "e.txt"] {
            let bytes = if name == "e.txt" { b"a text".to_vec() } else { fixtures::jpeg(8, 8) };
            assets.push(server.upload(&admin, name, bytes).await["id"].clone());
        }
        let [a, b, c, _, e] = assets.clone().try_into().unwrap();
        let open = server.collection(&admin, "Open", &[a, b.clone()]).await;
        let hidden = server.collection(&admin, "Hidden", &[c]).await;
        let other = server.collection(&admin, "Other", &[b, e]).await;
        let hide = "mutation($id: ID!) { updateCollection(input: { id: $id, hidden: true }) { userErrors { code } } }";
        server.data(&admin, hide, json!({ "id": hidden })).await;
        let guest = server.user(&admin, "Gast", "GUEST").await;
        let guest_id = server.user_id(&guest).await;
        Self { server, admin, guest, guest_id, assets, open, hidden, other }
    }

    /// Gives the guest rights.
    async fn grant(&self, scope: Value, rights: &[&str]) -> Value {
        let mut rule = scope;
        (rule["userId"], rule["rights"]) = (self.guest_id.clone(), json!(rights));
        self.server.grant(&self.admin, rule).await
    }

    /// The titles of the assets in a listing with this filter, which is the same page by page, from both ends, and which
    /// the total agrees with.
    async fn listed(&self, filter: Value) -> Vec<String> {
        const QUERY: &str = "query($first: Int, $after: String, $last: Int, $before: String, $filter: AssetFilter) {
            assets(first: $first, after: $after, last: $last, before: $before, filter: $filter) {
                totalCount isEstimate nodes { title }
                pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }";
        let page = async |mut variables: Value| {
            variables["filter"] = filter.clone();
            self.server.data(&self.guest, QUERY, variables).await["assets"].clone()
        };
        let titles = |page: &Value| -> Vec<String> {
            let nodes = page["nodes"].as_array().unwrap();
            nodes.iter().map(|node| node["title"].as_str().unwrap().to_owned()).collect()
        };
        let whole = page(json!({ "first": 100 })).await;
        let all = titles(&whole);
        assert_eq!((&whole["totalCount"], &whole["isEstimate"]), (&json!(all.len()), &json!(false)), "{filter}");
        let (mut forward, mut cursor) = (Vec::new(), Value::Null);
        loop {
            let one = page(json!({ "first": 1, "after": cursor })).await;
            forward.extend(titles(&one));
            cursor = one["pageInfo"]["endCursor"].clone();
            if one["pageInfo"]["hasNextPage"] == false {
                break;
            }
        }
        let (mut backward, mut cursor) = (Vec::new(), Value::Null);
        loop {
            let one = page(json!({ "last": 1, "before": cursor })).await;
            backward.extend(titles(&one));
            cursor = one["pageInfo"]["startCursor"].clone();
            if one["pageInfo"]["hasPreviousPage"] == false {
                break;
            }
        }
        backward.reverse();
        assert_eq!((&forward, &backward), (&all, &all), "{filter}");
        all
    }

    /// The titles of the assets that the guest sees one by one: by id, by number, as a node and on its page.
    async fn seen(&self) -> BTreeSet<String> {
        let mut seen = BTreeSet::new();
        let browser = self.server.signed_in("gast@example.com", "a long password").await;
        for (index, id) in self.assets.iter().enumerate() {
            let query =
                "query($id: ID!, $number: String!) { asset(id: $id) { title } by: asset(number: $number) { title }
                node(id: $id) { ... on Asset { title } }
                shareOptions(assetIds: [$id]) { notShareable { reason } } }";
            let number = format!("VTR-{}", index + 1);
            let data = self.server.data(&self.guest, query, json!({ "id": id, "number": number })).await;
            assert!(data["asset"] == data["by"] && data["asset"] == data["node"], "{data}");
            let page = browser.get(&format!("/a/{number}")).await;
            let is_hidden = data["asset"].is_null();
            assert_eq!(page.status().as_u16(), if is_hidden { 404 } else { 200 }, "{number}");
            let reason = &data["shareOptions"]["notShareable"][0]["reason"];
            assert_eq!(reason == "NOT_FOUND", is_hidden, "{data}");
            seen.extend(data["asset"]["title"].as_str().map(str::to_owned));
        }
        seen
    }

    /// The names of the collections that the guest sees, each with the titles of the members that they see.
    async fn collections(&self) -> Value {
        let query = "{ collections { totalCount nodes { name assets { totalCount nodes { title } } } } }";
        let data = self.server.data(&self.guest, query, Value::Null).await["collections"].clone();
        let nodes = data["nodes"].as_array().unwrap();
        assert_eq!(data["totalCount"], nodes.len());
        let shown = nodes.iter().map(|node| {
            let titles: Vec<&Value> =
                node["assets"]["nodes"].as_array().unwrap().iter().map(|asset| &asset["title"]).collect();
            assert_eq!(node["assets"]["totalCount"], titles.len(), "{node}");
            json!([node["name"], titles])
        });
        shown.collect()
    }
}

#[tokio::test]
async fn a_guest_sees_nothing_until_a_rule_names_it() {
    let library = Library::new().await;
    let Library { server, admin, guest, assets, open, .. } = &library;
    assert_eq!(library.listed(json!({})).await, [""; 0]);
    assert!(library.seen().await.is_empty());
    assert_eq!(library.collections().await, json!([]));
    let (a, others) = (&assets[0], server.user_id(admin).await);
    let attachment = server.attach(admin, a, "terms.pdf", fixtures::pdf()).await[0]["id"].clone();
    let link = server.public_link(admin, a, Value::Null).await["id"].clone();
    let query = "query($open: ID!, $attachment: ID!, $link: ID!, $other: ID!, $me: ID!) {
        collection(id: $open) { name } a: node(id: $open) { id } b: node(id: $attachment) { id } c: node(id: $link) { id }
        link(id: $link) { id } links { totalCount } d: node(id: $other) { id } me: node(id: $me) { id } }";
    let variables =
        json!({ "open": open, "attachment": attachment, "link": link, "other": others, "me": library.guest_id });
    let data = server.data(guest, query, variables).await;
    let nothing = json!({ "collection": null, "a": null, "b": null, "c": null, "link": null, "links": { "totalCount": 0 },
        "d": null, "me": { "id": library.guest_id } });
    assert_eq!(data, nothing);
    for query in ["{ users { nodes { id } } }", "{ userGroups { id } }", "{ accessRules { nodes { id } } }"] {
        let refused = server.call(guest, query, Value::Null).await;
        assert_eq!(refused["errors"][0]["extensions"]["code"], "FORBIDDEN", "{query}");
    }
    // What they may not see, they can neither change nor share, and it looks as if it were not there.
    for (mutation, code) in [
        ("updateAsset(input: { assetId: $a, title: \"Mine\" })", "NOT_FOUND"),
        ("setOriginalState(assetId: $a, state: ARCHIVED)", "NOT_FOUND"),
        ("createPublicLink(input: { assetId: $a })", "NOT_FOUND"),
        ("createDownloadLink(input: { assetId: $a })", "NOT_FOUND"),
        ("shareAssets(input: { assetIds: [$a] })", "NOTHING_TO_SHARE"),
        ("createCollectionLink(input: { collectionId: $open })", "NOT_FOUND"),
        ("updateCollection(input: { id: $open, name: \"Mine\" })", "NOT_FOUND"),
        ("addToCollection(collectionId: $open, assetIds: [$a])", "NOT_FOUND"),
        ("deleteCollection(id: $open)", "NOT_FOUND"),
    ] {
        let variables = [("$a", "$a: ID!"), ("$open", "$open: ID!")];
        let used = variables.into_iter().filter(|(name, _)| mutation.contains(name)).map(|(_, definition)| definition);
        let query = format!(
            "mutation({}) {{ {mutation} {{ userErrors {{ code field message }} }} }}",
            used.collect::<Vec<_>>().join(", ")
        );
        let refusal = server.refusal(guest, &query, json!({ "a": a, "open": open })).await;
        assert_eq!(refusal.0, code, "{mutation}");
    }
    let create = "mutation { createCollection(input: { name: \"x\" }) { userErrors { code } } }";
    let refused = server.call(guest, create, Value::Null).await;
    assert_eq!(refused["errors"][0]["extensions"]["code"], "FORBIDDEN");
    let upload = "mutation($input: UploadAssetInput!) { uploadAsset(input: $input) { asset { id } } }";
    let sent = server.upload_call(guest, upload, json!({ "file": null }), "f.jpg", fixtures::jpeg(8, 8)).await;
    assert_eq!(sent.json::<Value>().await.unwrap()["errors"][0]["extensions"]["code"], "FORBIDDEN");
}

#[tokio::test]
async fn a_guest_sees_what_rules_name_in_every_listing() {
    let library = Library::new().await;
    let Library { server, admin, guest, assets, open, hidden, other, .. } = &library;
    let set = |titles: &[&str]| titles.iter().map(|title| (*title).to_owned()).collect::<BTreeSet<String>>();
    let on_d = library.grant(json!({ "assetId": assets[3] }), &["READ"]).await;
    assert_eq!((library.listed(json!({})).await, library.seen().await), (vec!["d".to_owned()], set(&["d"])));
    // A right without the one to read shows nothing.
    library.grant(json!({ "collectionId": other }), &["SHARE", "DOWNLOAD_ORIGINAL"]).await;
    assert_eq!(library.listed(json!({})).await, ["d"]);
    assert_eq!(library.collections().await, json!([]));
    let on_open = library.grant(json!({ "collectionId": open }), &["READ"]).await;
    assert_eq!(
        (library.listed(json!({})).await, library.seen().await),
        (vec!["d".into(), "b".into(), "a".into()], set(&["a", "b", "d"]))
    );
    assert_eq!(library.collections().await, json!([["Open", ["a", "b"]]]));
    // A hidden one by a group, whose rule overlaps with the others.
    let create = "mutation { createUserGroup(name: \"G\") { group { id } } }";
    let group = server.data(admin, create, Value::Null).await["createUserGroup"]["group"]["id"].clone();
    let join = "mutation($g: ID!, $u: [ID!]!) { addToUserGroup(groupId: $g, userIds: $u) { userErrors { code } } }";
    server.data(admin, join, json!({ "g": group, "u": [library.guest_id] })).await;
    for scope in [json!({ "collectionId": hidden }), json!({ "collectionId": open }), json!({ "assetId": assets[0] })] {
        let mut rule = scope;
        (rule["groupId"], rule["rights"]) = (group.clone(), json!(["READ"]));
        server.grant(admin, rule).await;
    }
    assert_eq!(library.listed(json!({})).await, ["d", "c", "b", "a"]);
    assert_eq!(library.collections().await, json!([["Hidden", ["c"]], ["Open", ["a", "b"]]]));
    for (filter, expected) in [
        (json!({ "kind": "IMAGE" }), vec!["d", "c", "b", "a"]),
        (json!({ "kind": "OTHER" }), vec![]),
        (json!({ "search": ".jpg" }), vec!["d", "c", "b", "a"]),
        (json!({ "search": "b.jp" }), vec!["b"]),
        (json!({ "search": "e.txt" }), vec![]),
        (json!({ "search": "VTR-5" }), vec![]),
        (json!({ "search": "VTR-3" }), vec!["c"]),
        (json!({ "search": assets[4] }), vec![]),
        (json!({ "search": assets[3] }), vec!["d"]),
        (json!({ "collectionId": open }), vec!["b", "a"]),
        (json!({ "collectionId": open, "kind": "IMAGE", "search": "a" }), vec!["a"]),
    ] {
        assert_eq!(library.listed(filter.clone()).await, expected, "{filter}");
    }
    let of_other = server.call(
        guest,
        "query($c: ID!) { assets(filter: { collectionId: $c }) { nodes { id } } }",
        json!({ "c": other }),
    );
    let of_other = of_other.await;
    assert!(of_other["data"]["assets"]["nodes"].as_array().is_none_or(Vec::is_empty), "{of_other}");
    // The library page shows the same.
    let page =
        server.signed_in("gast@example.com", "a long password").await.get("/library").await.text().await.unwrap();
    for (number, is_shown) in [(1, true), (2, true), (3, true), (4, true), (5, false)] {
        assert_eq!(page.contains(&format!("/a/VTR-{number}\"")), is_shown, "VTR-{number}");
    }
    assert!(page.contains("Hidden") && page.contains("Open") && !page.contains("Other<"), "{page}");
    // The names of people are shown with what they made, and nothing else of them.
    let made = "{ collections { nodes { createdBy { id name } } } }";
    let data = server.data(guest, made, Value::Null).await;
    assert_eq!(data["collections"]["nodes"][0]["createdBy"]["name"], "Ada Admin");
    for field in ["email", "role"] {
        let refused = server.call(guest, &made.replace("name", field), Value::Null).await;
        assert_eq!(refused["errors"][0]["extensions"]["code"], "FORBIDDEN", "{field}");
    }
    // What is taken back is gone at once.
    server.revoke(admin, &on_d).await;
    server.revoke(admin, &on_open).await;
    assert_eq!(library.listed(json!({})).await, ["c", "b", "a"], "the group still shows the open collection");
    server
        .data(admin, "mutation($g: ID!) { deleteUserGroup(id: $g) { userErrors { code } } }", json!({ "g": group }))
        .await;
    assert_eq!((library.listed(json!({})).await, library.seen().await), (vec![], set(&[])));
    // Other people see what they saw.
    let viewer = server.user(admin, "Vera", "VIEWER").await;
    let all = server.data(&viewer, "{ assets { totalCount } collections { totalCount } }", Value::Null).await;
    assert_eq!(all, json!({ "assets": { "totalCount": 5 }, "collections": { "totalCount": 2 } }));
}

#[tokio::test]
async fn a_rule_on_everything_or_for_everyone_is_for_guests_too() {
    let library = Library::new().await;
    let Library { server, admin, assets, open, .. } = &library;
    let everyone = server.grant(admin, json!({ "collectionId": open, "rights": ["READ"] })).await;
    assert_eq!(library.listed(json!({})).await, ["b", "a"]);
    server.revoke(admin, &everyone).await;
    let everything = library.grant(json!({}), &["READ"]).await;
    assert_eq!(library.listed(json!({})).await, ["e", "d", "c", "b", "a"]);
    assert_eq!(library.collections().await, json!([["Other", ["b", "e"]], ["Open", ["a", "b"]]]), "as others see it");
    server.revoke(admin, &everything).await;
    assert_eq!(library.listed(json!({})).await, [""; 0]);
    assert_eq!(assets.len(), 5);
}

#[tokio::test]
async fn a_guest_shares_what_rules_let_them_share() {
    let library = Library::new().await;
    let Library { server, admin, guest, assets, open, .. } = &library;
    let rule = library.grant(json!({ "collectionId": open }), &["READ", "SHARE", "DOWNLOAD_ORIGINAL"]).await;
    let options = "query($ids: [ID!]) { shareOptions(assetIds: $ids) { requested shareable original { count }
        notShareable { assetId reason } } }";
    let offered = server.data(guest, options, json!({ "ids": assets })).await["shareOptions"].clone();
    let left_out = |index: usize| json!({ "assetId": assets[index], "reason": "NOT_FOUND" });
    let expected = json!({ "requested": 5, "shareable": 2, "original": { "count": 2 },
        "notShareable": [left_out(2), left_out(3), left_out(4)] });
    assert_eq!(offered, expected);
    let share = server.share(guest, json!({ "assetIds": assets })).await;
    assert_eq!((&share["shared"], &share["requested"]), (&json!(2), &json!(5)));
    let of_asset = server.public_link(guest, &assets[0], json!({ "allowOriginal": true })).await;
    let of_collection = server.collection_link(guest, open, Value::Null).await;
    let links = [&share["link"]["url"], &of_asset["url"], &of_collection["url"]];
    let original = format!("{}/assets/{}/original", of_asset["url"].as_str().unwrap(), short(&assets[0]));
    let opened = async || {
        let (visitor, mut opened) = (server.visitor(), Vec::new());
        for url in links {
            opened.push(visitor.get(url.as_str().unwrap()).await.status().as_u16());
        }
        opened.push(visitor.get(&original).await.status().as_u16());
        opened
    };
    assert_eq!(opened().await, [200; 4]);
    // Their own collection is theirs, and shows what they may still read.
    assert_eq!(library.collections().await[0][1], json!(["a", "b"]));
    server.revoke(admin, &rule).await;
    let read = library.grant(json!({ "assetId": assets[1] }), &["READ"]).await;
    let gone = opened().await;
    assert!(gone[1] == 404 && gone[3] == 404, "{gone:?}");
    let mine = library.collections().await;
    assert_eq!((mine.as_array().unwrap().len(), &mine[0][1]), (1, &json!(["b"])), "{mine}");
    let own = server.data(guest, "{ links { totalCount nodes { createdBy { name } } } }", Value::Null).await;
    assert_eq!(own["links"]["totalCount"], 3);
    server.revoke(admin, &read).await;
    assert_eq!(library.collections().await[0][1], json!([]));
}

#[tokio::test]
async fn the_files_of_an_asset_open_for_a_guest_as_long_as_a_rule_says() {
    let server = start_with(Options { workers: true, ..Options::default() }).await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "a.jpg", fixtures::jpeg(400, 300)).await["id"].clone();
    server.proxies(&admin, &asset).await;
    let guest = server.user(&admin, "Gast", "GUEST").await;
    let user = server.user_id(&guest).await;
    let rule = server.grant(&admin, json!({ "userId": user, "assetId": asset, "rights": ["READ"] })).await;
    let query = "query($id: ID!) { asset(id: $id) { thumbnailUrl originalUrl proxies { url(download: true) } } }";
    let data = server.data(&guest, query, json!({ "id": asset })).await["asset"].clone();
    assert!(data["originalUrl"].is_null(), "{data}");
    assert!(data["proxies"].as_array().unwrap().iter().all(|proxy| proxy["url"].is_null()), "{data}");
    let thumbnail = data["thumbnailUrl"].as_str().unwrap();
    let visitor = server.visitor();
    assert_eq!(visitor.get(thumbnail).await.status(), 200);
    let browser = server.signed_in("gast@example.com", "a long password").await;
    let picture = async || browser.request(Method::GET, "/a/VTR-1/thumbnail").send().await.unwrap().status().as_u16();
    assert_eq!(picture().await, 200);
    server.revoke(&admin, &rule).await;
    assert_eq!((visitor.get(thumbnail).await.status().as_u16(), picture().await), (404, 404));
}

#[tokio::test]
async fn a_right_to_edit_shows_a_guest_nothing() {
    let library = Library::new().await;
    let (server, guest, asset) = (&library.server, &library.guest, &library.assets[0]);
    library.grant(json!({ "assetId": asset }), &["EDIT"]).await;
    let delete = "mutation($id: ID!) { deleteAssets(ids: [$id]) { deletedIds userErrors { code field message } } }";
    let restore =
        "mutation($id: ID!) { restoreAssets(ids: [$id]) { assets { title } userErrors { code field message } } }";
    let ids = json!({ "id": asset });
    let refused = server.data(guest, delete, ids.clone()).await["deleteAssets"].clone();
    assert_eq!((&refused["deletedIds"], &refused["userErrors"][0]["code"]), (&json!([]), &json!("NOT_FOUND")));
    server.data(&library.admin, delete, ids.clone()).await;
    assert!(library.listed(json!({ "deleted": true })).await.is_empty());
    let refused = server.data(guest, restore, ids.clone()).await["restoreAssets"].clone();
    assert_eq!((&refused["assets"], &refused["userErrors"][0]["code"]), (&json!([]), &json!("NOT_FOUND")));
    server.data(&library.admin, restore, ids.clone()).await;
    library.grant(json!({ "assetId": asset }), &["READ"]).await;
    assert_eq!(server.data(guest, delete, ids.clone()).await["deleteAssets"]["deletedIds"], json!([asset]));
    assert_eq!(library.listed(json!({ "deleted": true })).await, ["a"]);
    assert_eq!(server.data(guest, restore, ids).await["restoreAssets"]["assets"], json!([{ "title": "a" }]));
}

#[tokio::test]
async fn a_guest_does_not_see_how_large_the_library_is() {
    let library = Library::new().await;
    let answer = library.server.call(&library.guest, "{ workspace { storage { used } } }", Value::Null).await;
    assert_eq!(answer["errors"][0]["extensions"]["code"], "FORBIDDEN", "{answer}");
}
