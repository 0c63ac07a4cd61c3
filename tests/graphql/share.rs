//! `shareOptions` and the bulk share.

use domain::AssetId;
use futures::future::join_all;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use tests::{Options, Running, fixtures, made, start, start_with};

const OPTIONS: &str =
    "query($assets: [ID!], $collection: ID) { shareOptions(assetIds: $assets, collectionId: $collection) {
    requested shareable notShareable { assetId reason } original { available count } attachments { available count }
    proxies { kind presets { preset label count } } watermarkAvailable personSearchAvailable
    defaultLinkName defaultCollectionName } }";

async fn options(server: &Running, token: &str, variables: Value) -> Value {
    server.data(token, OPTIONS, variables).await["shareOptions"].clone()
}

/// Two pictures, of which one has attachments and one is archived; a text, an external asset, and a foreign one.
async fn library(server: &Running, admin: &str) -> Vec<Value> {
    let picture = server.upload(admin, "a.jpg", fixtures::jpeg(40, 30)).await["id"].clone();
    server.attach(admin, &picture, "one.pdf", fixtures::pdf()).await;
    server.attach(admin, &picture, "two.pdf", fixtures::pdf()).await;
    let archived = server.upload(admin, "b.jpg", fixtures::jpeg(50, 30)).await["id"].clone();
    let archive = "mutation($id: ID!) { setOriginalState(assetId: $id, state: ARCHIVED) { userErrors { code } } }";
    server.data(admin, archive, json!({ "id": archived })).await;
    let text = server.upload(admin, "c.txt", "only text").await["id"].clone();
    let external = server.external("d.mov").await;
    server.add_workspace("FOR", "foreign@example.com", "another long password").await;
    let stranger = server.sign_in("foreign@example.com", "another long password").await;
    let foreign = server.upload(&stranger, "e.jpg", fixtures::jpeg(60, 30)).await["id"].clone();
    vec![picture, archived, text, external, foreign]
}

#[tokio::test]
async fn the_counter_and_every_option_are_told_beforehand() {
    let server = start().await;
    let admin = server.admin().await;
    let assets = library(&server, &admin).await;
    // One of them twice, and something that is no id at all.
    let mut asked = assets.clone();
    asked.extend([assets[0].clone(), json!("nonsense")]);
    let told = options(&server, &admin, json!({ "assets": asked })).await;
    assert_eq!((&told["requested"], &told["shareable"]), (&json!(6), &json!(3)));
    let left_out = json!([
        { "assetId": assets[3], "reason": "EXTERNAL_SOURCE" }, { "assetId": assets[4], "reason": "NOT_FOUND" },
        { "assetId": "nonsense", "reason": "NOT_FOUND" },
    ]);
    assert_eq!(told["notShareable"], left_out);
    assert_eq!(told["original"], json!({ "available": true, "count": 2 }));
    assert_eq!(told["attachments"], json!({ "available": true, "count": 1 }));
    let presets = json!([
        { "preset": "thumbnail", "label": "Thumbnail", "count": 2 }, { "preset": "preview", "label": "Preview", "count": 2 },
        { "preset": "fullscreen", "label": "Full screen", "count": 2 },
    ]);
    assert_eq!(told["proxies"], json!([{ "kind": "IMAGE", "presets": presets }]));
    assert_eq!((&told["watermarkAvailable"], &told["personSearchAvailable"]), (&json!(false), &json!(false)));
    assert!(told["defaultLinkName"].as_str().unwrap().starts_with("Link from 20"), "{told}");
    assert!(told["defaultCollectionName"].as_str().unwrap().starts_with("New collection from 20"), "{told}");

    // Each kind has a group. What could not be made is no option.
    let video = server.upload(&admin, "f.mp4", made::video("f.mp4", "64x48", 1)).await["id"].clone();
    server.sql("UPDATE proxies SET state = 'FAILED' WHERE preset = 'fullscreen'").await;
    let groups = options(&server, &admin, json!({ "assets": [assets[0], video] })).await["proxies"].clone();
    let names: Vec<_> = groups
        .as_array()
        .unwrap()
        .iter()
        .map(|group| {
            let presets = group["presets"].as_array().unwrap().iter().map(|option| option["preset"].as_str().unwrap());
            (group["kind"].as_str().unwrap(), presets.collect::<Vec<_>>())
        })
        .collect();
    let of_video = ("VIDEO", vec!["poster", "video-480p", "video-1080p"]);
    assert_eq!(names, [("IMAGE", vec!["thumbnail", "preview"]), of_video], "{groups}");

    // The same for a collection, and the mutation agrees.
    let collection = server.collection(&admin, "C", &assets[..4]).await;
    let of_collection = options(&server, &admin, json!({ "collection": collection })).await;
    assert_eq!((&of_collection["requested"], &of_collection["shareable"]), (&json!(4), &json!(3)));
    assert_eq!(of_collection["original"], told["original"]);
    let shared = server.share(&admin, json!({ "assetIds": asked })).await;
    assert_eq!((&shared["requested"], &shared["shared"], &shared["skipped"]), (&json!(6), &json!(3), &left_out));
    assert_eq!(shared["collection"]["kind"], "AUTOMATIC");
    assert!(shared["collection"]["name"].as_str().unwrap().starts_with("New collection from 20"), "{shared}");

    for bad in [json!({}), json!({ "assets": asked, "collection": collection })] {
        let answer = server.call(&admin, OPTIONS, bad).await;
        assert_eq!(answer["errors"][0]["extensions"]["code"], "BAD_USER_INPUT");
    }
}

#[tokio::test]
async fn what_is_offered_is_accepted_and_what_is_not_is_refused() {
    let server = start().await;
    let admin = server.admin().await;
    let assets = library(&server, &admin).await;
    let vera = server.user(&admin, "Vera", "VIEWER").await;
    let user = server.user_id(&vera).await;
    let all = ["SHARE", "DOWNLOAD_ORIGINAL", "DOWNLOAD_ATTACHMENT"];
    // A simple generator: the same cases in each run.
    let mut state = 7_u32;
    let mut chance = |of: u32| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 16) % of
    };
    let mut outcomes = BTreeSet::new();
    for round in 0..24 {
        if round == 12 {
            server.set_watermark(&admin, json!({ "file": null }), Some(fixtures::plain_png(40, 40, [0, 0, 0]))).await;
        }
        let mut rules = Vec::new();
        for asset in &assets[..4] {
            let rights: Vec<_> = all.iter().filter(|_| chance(3) > 0).collect();
            if !rights.is_empty() {
                rules.push(server.grant(&admin, json!({ "userId": user, "assetId": asset, "rights": rights })).await);
            }
        }
        let asked: Vec<_> = assets.iter().filter(|_| chance(2) > 0).cloned().collect();
        let ours: Vec<_> = asked.iter().filter(|asset| **asset != assets[4]).cloned().collect();
        let collection = server.collection(&admin, "C", &ours).await;
        let of_asked = options(&server, &vera, json!({ "assets": asked })).await;
        let of_collection = options(&server, &vera, json!({ "collection": collection })).await;
        let one = &assets[chance(5) as usize];
        let of_one = options(&server, &vera, json!({ "assets": [one] })).await;
        let link = server.share(&vera, json!({ "assetIds": asked })).await["link"]["id"].clone();
        for (told, mutation, target) in [
            (&of_asked, "shareAssets", json!({ "assetIds": asked })),
            (&of_asked, "updateLink", json!({ "id": link.as_str().unwrap_or("nonsense") })),
            (&of_collection, "createCollectionLink", json!({ "collectionId": collection })),
            (&of_one, "createPublicLink", json!({ "assetId": one })),
        ] {
            for (field, setting, offered) in settings_and_whether_offered(told) {
                let (code, path) = match (mutation, told["shareable"].as_i64().unwrap(), offered) {
                    // There is no such link.
                    ("updateLink", 0, _) => ("NOT_FOUND", json!(["id"])),
                    ("shareAssets", 0, _) => ("NOTHING_TO_SHARE", json!(["assetIds"])),
                    ("createCollectionLink", 0, _) => ("NOTHING_TO_SHARE", json!(["collectionId"])),
                    (_, 0, _) if told["notShareable"][0]["reason"] == "NOT_FOUND" => ("NOT_FOUND", json!(["assetId"])),
                    (_, 0, _) => ("NOT_SHAREABLE", json!(["assetId"])),
                    (_, _, true) => ("", Value::Null),
                    (_, _, false) => ("OPTION_NOT_AVAILABLE", json!(["settings", field])),
                };
                let type_name = format!("{}{}Input", mutation[..1].to_uppercase(), &mutation[1..]);
                let query = format!(
                    "mutation($input: {type_name}!) {{ {mutation}(input: $input) {{ link {{ id }} userErrors {{ code field }} }} }}"
                );
                let mut input = target.clone();
                input["settings"] = setting;
                let done = server.data(&vera, &query, json!({ "input": input })).await[mutation].clone();
                let expected = if code.is_empty() { json!([]) } else { json!([{ "code": code, "field": path }]) };
                assert_eq!(done["userErrors"], expected, "{mutation} {input}, told {told}");
                assert_eq!(done["link"].is_object(), code.is_empty());
                if told["shareable"] != 0 {
                    outcomes.insert(format!("{mutation} {field} {offered}"));
                }
            }
        }
        let done = server.share(&vera, json!({ "assetIds": asked })).await;
        assert_eq!(
            (&done["requested"], &done["shared"], &done["skipped"]),
            (&of_asked["requested"], &of_asked["shareable"], &of_asked["notShareable"])
        );
        for rule in rules {
            server.revoke(&admin, &rule).await;
        }
    }
    for mutation in ["shareAssets", "updateLink", "createCollectionLink", "createPublicLink"] {
        for field in ["allowOriginal", "allowAttachments", "allowProxies", "watermark"] {
            for offered in [true, false] {
                assert!(
                    outcomes.contains(&format!("{mutation} {field} {offered}")),
                    "{mutation} {field} {offered}: {outcomes:?}"
                );
            }
        }
    }
}

/// Settings, each with its field and whether `shareOptions` offers it.
fn settings_and_whether_offered(told: &Value) -> [(&'static str, Value, bool); 8] {
    let groups = told["proxies"].as_array().unwrap().iter();
    let presets: Vec<_> = groups.flat_map(|group| group["presets"].as_array().unwrap()).collect();
    let offers = |preset: &str| presets.iter().any(|option| option["preset"] == preset);
    [
        ("", json!({}), true),
        ("allowOriginal", json!({ "allowOriginal": true }), told["original"]["available"] == true),
        ("allowAttachments", json!({ "allowAttachments": true }), told["attachments"]["available"] == true),
        ("allowProxies", json!({ "allowProxies": true }), !presets.is_empty()),
        ("proxyPresets", json!({ "proxyPresets": ["preview"] }), offers("preview")),
        ("proxyPresets", json!({ "proxyPresets": ["video-480p"] }), offers("video-480p")),
        ("watermark", json!({ "watermark": true }), told["watermarkAvailable"] == true),
        ("personSearch", json!({ "personSearch": true }), told["personSearchAvailable"] == true),
    ]
}

/// The limit on the cost of an operation grows with the configured limit of a share.
#[tokio::test]
async fn a_share_of_as_many_assets_as_allowed_is_never_too_expensive() {
    let query =
        "mutation($input: ShareAssetsInput!) { shareAssets(input: $input) { link { id url } collection { id name }
        requested shared skipped { assetId reason } userErrors { code field message } } }";
    for max_share in [10_000, 60_000] {
        let server = start_with(Options { max_share, ..Options::default() }).await;
        let admin = server.admin().await;
        let ids: Vec<String> = (0..max_share).map(|index| format!("asset_{index}")).collect();
        let data = server.data(&admin, query, json!({ "input": { "assetIds": ids } })).await;
        assert_eq!(data["shareAssets"]["requested"], max_share);
        assert_eq!(data["shareAssets"]["userErrors"][0]["code"], "NOTHING_TO_SHARE");
    }
}

#[tokio::test]
async fn a_bulk_share_keeps_the_order_and_says_what_is_wrong() {
    let server = start_with(Options { max_share: 5, ..Options::default() }).await;
    let admin = server.admin().await;
    let mut assets = Vec::new();
    for index in 0..4 {
        assets.push(server.upload(&admin, &format!("{index}.txt"), format!("text {index}")).await["id"].clone());
    }
    let order = [2, 0, 2, 3, 1, 1].map(|index: usize| assets[index].clone());
    let done = server
        .share(&admin, json!({ "assetIds": order, "collectionName": " Für 東京 ", "settings": { "name": "L" } }))
        .await;
    assert_eq!((&done["requested"], &done["shared"], &done["userErrors"]), (&json!(4), &json!(4), &json!([])));
    assert_eq!((&done["collection"]["name"], &done["link"]["name"]), (&json!("Für 東京"), &json!("L")));
    let members = "query($id: ID!, $after: String) { collection(id: $id) { assets(first: 3, after: $after) { totalCount
        nodes { title } pageInfo { hasNextPage endCursor } } } }";
    let page =
        server.data(&admin, members, json!({ "id": done["collection"]["id"] })).await["collection"]["assets"].clone();
    assert_eq!(
        (&page["totalCount"], &page["nodes"]),
        (&json!(4), &json!([{ "title": "2" }, { "title": "0" }, { "title": "3" }]))
    );
    let rest = json!({ "id": done["collection"]["id"], "after": page["pageInfo"]["endCursor"] });
    let page = server.data(&admin, members, rest).await["collection"]["assets"].clone();
    assert_eq!((&page["nodes"], &page["pageInfo"]["hasNextPage"]), (&json!([{ "title": "1" }]), &json!(false)));

    // What is asked for twice counts once.
    let six: Vec<_> = assets.iter().cloned().chain([json!("nonsense"), json!("more of it")]).collect();
    let options = "query($ids: [ID!]) { shareOptions(assetIds: $ids) { requested } }";
    let twice: Vec<_> = assets.iter().chain(&assets).collect();
    let asked = server.data(&admin, options, json!({ "ids": twice })).await;
    assert_eq!(asked["shareOptions"]["requested"], 4);
    let asked = server.call(&admin, options, json!({ "ids": six })).await;
    assert_eq!(asked["errors"][0]["extensions"]["code"], "BAD_USER_INPUT", "{asked}");
    for (input, code, field) in [
        (json!({ "assetIds": six }), "TOO_MANY_ASSETS", json!(["assetIds"])),
        (json!({ "assetIds": [] }), "NOTHING_TO_SHARE", json!(["assetIds"])),
        (json!({ "assetIds": ["nonsense"] }), "NOTHING_TO_SHARE", json!(["assetIds"])),
        (json!({ "assetIds": assets, "collectionName": " " }), "INVALID_NAME", json!(["collectionName"])),
        (json!({ "assetIds": assets, "collectionName": "\u{ad}" }), "INVALID_NAME", json!(["collectionName"])),
        (
            json!({ "assetIds": assets, "settings": { "maxDownloads": 0 } }),
            "INVALID_LIMIT",
            json!(["settings", "maxDownloads"]),
        ),
        (json!({ "assetIds": assets, "idempotencyKey": "" }), "INVALID_INPUT", json!(["idempotencyKey"])),
    ] {
        let refused = server.share(&admin, input.clone()).await;
        assert_eq!(
            (&refused["userErrors"][0]["code"], &refused["userErrors"][0]["field"]),
            (&json!(code), &field),
            "{input}"
        );
        assert!(refused["link"].is_null() && refused["collection"].is_null());
    }
    let left = server.data(&admin, "{ collections { totalCount } links { totalCount } }", Value::Null).await;
    assert_eq!(
        left,
        json!({ "collections": { "totalCount": 1 }, "links": { "totalCount": 1 } }),
        "a refusal leaves nothing"
    );
}

#[tokio::test]
async fn a_repeated_call_gets_the_first_answer() {
    let server = start().await;
    let admin = server.admin().await;
    let editor = server.user(&admin, "Eddi", "EDITOR").await;
    let asset = server.upload(&admin, "a.txt", "text").await["id"].clone();
    let external = server.external("b.mov").await;
    let input =
        json!({ "assetIds": [asset, external], "settings": { "password": "open sesame" }, "idempotencyKey": "k1" });
    let first = server.share(&admin, input.clone()).await;
    assert_eq!(server.share(&admin, input.clone()).await, first);
    // All at once: one of them does the work.
    let mut at_once = input.clone();
    at_once["idempotencyKey"] = json!("k2");
    let answers = join_all((0..20).map(|_| server.share(&admin, at_once.clone()))).await;
    assert!(answers.iter().all(|answer| *answer == answers[0] && answer["link"].is_object()), "{answers:?}");
    assert_ne!(answers[0]["link"]["id"], first["link"]["id"]);
    // Another call under the same key, and another user's.
    let mut other = input.clone();
    other["settings"]["password"] = json!("open barley");
    let refused = server.share(&admin, other).await;
    assert_eq!(
        (&refused["userErrors"][0]["code"], &refused["userErrors"][0]["field"]),
        (&json!("INVALID_INPUT"), &json!(["idempotencyKey"]))
    );
    let theirs = server.share(&editor, input.clone()).await;
    assert_ne!(theirs["link"]["id"], first["link"]["id"]);

    // By header.
    let query = "mutation($input: ShareAssetsInput!) { shareAssets(input: $input) { link { id } } }";
    let call = async |key: &[u8]| -> Value {
        let request =
            tests::client().post(format!("{}/graphql", server.url)).bearer_auth(&admin).header("idempotency-key", key);
        request
            .json(&json!({ "query": query, "variables": { "input": { "assetIds": [asset] } } }))
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap()
    };
    let (one, two) = (call("k3".as_bytes()).await, call("k3".as_bytes()).await);
    assert!(one["data"]["shareAssets"]["link"]["id"].is_string() && one == two, "{one} {two}");
    // In the input it is the same call.
    let by_input = server.share(&admin, json!({ "assetIds": [asset], "idempotencyKey": "k3" })).await;
    assert_eq!(by_input["link"]["id"], one["data"]["shareAssets"]["link"]["id"], "{by_input}");
    // A call whose link is gone says so.
    let gone = server.share(&admin, json!({ "assetIds": [asset], "idempotencyKey": "k4" })).await["link"]["id"].clone();
    server.data(&admin, "mutation($id: ID!) { deleteLinks(ids: [$id]) { deletedIds } }", json!({ "id": gone })).await;
    let again = server.share(&admin, json!({ "assetIds": [asset], "idempotencyKey": "k4" })).await;
    assert_eq!(
        (&again["link"], &again["userErrors"][0]["code"], &again["userErrors"][0]["field"]),
        (&Value::Null, &json!("NOT_FOUND"), &json!(["idempotencyKey"]))
    );
    assert_eq!(again["shared"], 1);
    let (one, two) = (call("clé".as_bytes()).await, call("clé".as_bytes()).await);
    assert!(one["data"]["shareAssets"]["link"]["id"].is_string() && one == two, "{one} {two}");
    assert_eq!(call(b"cl\xe9").await["data"]["shareAssets"], json!({ "link": null }), "it is no text");
    // A server that has another key by now knows the call.
    let later = server.another_with_key(format!("another key of the same server and longer,{}", server.secret_key));
    let again = later.share(&admin, input.clone()).await;
    assert_eq!((&again["link"]["id"], &again["userErrors"]), (&first["link"]["id"], &json!([])));
    // A day later the key is free again.
    server.advance(chrono::TimeDelta::hours(25));
    let admin = server.admin().await;
    assert_ne!(server.share(&admin, input).await["link"]["id"], first["link"]["id"]);
    let made = server.data(&admin, "{ collections { totalCount } links { totalCount } }", Value::Null).await;
    assert_eq!(made, json!({ "collections": { "totalCount": 7 }, "links": { "totalCount": 6 } }));
}

#[tokio::test]
async fn a_thousand_shares_at_once_all_come_out_right() {
    let server = start_with(Options { threads: 2, ..Options::default() }).await;
    let admin = server.admin().await;
    let mut assets = Vec::new();
    for index in 0..10 {
        assets.push(server.upload(&admin, &format!("{index}.txt"), format!("text {index}")).await["id"].clone());
    }
    let visitor = tests::client();
    let query =
        "mutation($input: ShareAssetsInput!) { shareAssets(input: $input) { requested shared userErrors { code } } }";
    let share = async |index: usize| {
        let asked: Vec<_> = (0..=index % 10).rev().map(|asset| assets[asset].clone()).collect();
        let input = json!({ "assetIds": asked, "collectionName": format!("C {index}"), "settings": { "name": format!("L {index}") } });
        loop {
            let call = visitor.post(format!("{}/graphql", server.url)).bearer_auth(&admin);
            let response = call.json(&json!({ "query": query, "variables": { "input": input } })).send().await.unwrap();
            // With so many at once, a call may be told to come again; nothing of it is left then.
            if response.status() != 503 {
                let answer: Value = response.json().await.unwrap();
                let count = index % 10 + 1;
                assert_eq!(
                    answer["data"]["shareAssets"],
                    json!({ "requested": count, "shared": count, "userErrors": [] }),
                    "{answer}"
                );
                return;
            }
        }
    };
    join_all((0..1000).map(share)).await;

    let sizes = "SELECT c.name AS collection, l.name AS link, string_agg(a.title, ' ' ORDER BY m.position) AS members
        FROM links l JOIN collections c ON c.id = l.collection_id JOIN collection_assets m ON m.collection_id = c.id
        JOIN assets a ON a.id = m.asset_id GROUP BY c.id, l.id";
    let rows: Vec<Row> =
        diesel_async::RunQueryDsl::load(diesel::sql_query(sizes), &mut server.database().await).await.unwrap();
    assert_eq!(rows.len(), 1000);
    let names: BTreeSet<_> = rows.iter().map(|row| row.link.clone()).collect();
    assert_eq!(names.len(), 1000);
    for row in rows {
        let index: usize = row.link.strip_prefix("L ").unwrap().parse().unwrap();
        let members: Vec<_> = (0..=index % 10).rev().map(|asset| asset.to_string()).collect();
        assert_eq!((row.collection, row.members), (format!("C {index}"), members.join(" ")));
    }
}

#[derive(diesel::QueryableByName)]
struct Row {
    #[diesel(sql_type = diesel::sql_types::Text)]
    collection: String,
    #[diesel(sql_type = diesel::sql_types::Text)]
    link: String,
    #[diesel(sql_type = diesel::sql_types::Text)]
    members: String,
}

#[tokio::test]
async fn a_share_of_many_costs_as_many_statements_as_a_share_of_few() {
    let server = start().await;
    let admin = server.admin().await;
    let vera = server.user(&admin, "Vera", "VIEWER").await;
    server.grant(&admin, json!({ "userId": server.user_id(&vera).await, "rights": ["SHARE"] })).await;
    // Rows are enough for the rules, and quicker than 3000 uploads.
    server
        .sql(
            "INSERT INTO assets (id, workspace_id, number, title, file_name, kind, media_type, byte_size, source,
                original_state, file_id, sha256, created_at)
            SELECT gen_random_uuid(), workspaces.id, n, 'n', 'n', 'OTHER', 'text/plain', 1, 'LIBRARY', 'AVAILABLE',
                gen_random_uuid(), '\\x00', now()
            FROM workspaces, generate_series(1, 3000) n",
        )
        .await;
    let ids: Vec<IdRow> =
        diesel_async::RunQueryDsl::load(diesel::sql_query("SELECT id FROM assets"), &mut server.database().await)
            .await
            .unwrap();
    let ids: Vec<_> = ids.iter().map(|row| format!("asset_{}", domain::short_id::encode(row.id))).collect();
    for token in [&admin, &vera] {
        let mut counts = Vec::new();
        for many in [1, 50, 3000] {
            let some = server.collection(&admin, "some", &[]).await;
            let mut at = vec![server.statements()];
            options(&server, token, json!({ "assets": ids[..many] })).await;
            at.push(server.statements());
            let shared = server.share(token, json!({ "assetIds": ids[..many] })).await;
            assert_eq!(shared["shared"], many);
            at.push(server.statements());
            let of_collection = options(&server, token, json!({ "collection": shared["collection"]["id"] })).await;
            assert_eq!(of_collection["shareable"], many);
            at.push(server.statements());
            server.collection_link(token, &shared["collection"]["id"], json!({ "name": "L" })).await;
            at.push(server.statements());
            server.update_link(token, &shared["link"]["id"], json!({ "name": "M" })).await;
            at.push(server.statements());
            let add = "mutation($c: ID!, $a: [ID!]!) { addToCollection(collectionId: $c, assetIds: $a) { userErrors { code } } }";
            server.data(&admin, add, json!({ "c": some, "a": ids[..many] })).await;
            at.push(server.statements());
            counts.push(at.windows(2).map(|pair| pair[1] - pair[0]).collect::<Vec<_>>());
        }
        assert!(counts.iter().all(|count| *count == counts[0]), "{counts:?}");
    }
}

#[derive(diesel::QueryableByName)]
struct IdRow {
    #[diesel(sql_type = diesel::sql_types::Uuid)]
    id: AssetId,
}
