//! Adding to the library and looking through it.

use api::config::Uploads;
use app::{Owner, library::add_external};
use futures::future::join_all;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use tests::{Options, fixtures, start, start_with};

const UPLOAD: &str = "mutation($input: UploadAssetInput!) { uploadAsset(input: $input) {
    asset { number title fileName kind mediaType byteSize } userErrors { code field message } } }";

#[tokio::test]
async fn numbers_count_without_gaps_however_many_come_at_once() {
    let default = Options::default();
    let uploads = Uploads { per_user: 30, ..default.uploads.clone() };
    let server = start_with(Options { uploads, ..default }).await;
    let admin = server.admin().await;
    let uploads = (0..30).map(|index| {
        let (server, admin) = (&server, &admin);
        async move {
            // Every third one is refused, and takes no number.
            let body = if index % 3 == 0 { Vec::new() } else { format!("document {index}").into_bytes() };
            let answer = server.upload_call(admin, UPLOAD, json!({ "file": null }), "a.txt", body).await;
            answer.json::<Value>().await.unwrap()["data"]["uploadAsset"]["asset"]["number"].clone()
        }
    });
    let numbers: BTreeSet<String> =
        join_all(uploads).await.iter().filter_map(Value::as_str).map(str::to_owned).collect();
    assert_eq!(numbers, (1..=20).map(|count| format!("VTR-{count}")).collect());
    server.add_workspace("FOR", "foreign@example.com", "another long password").await;
    let foreign = server.sign_in("foreign@example.com", "another long password").await;
    assert_eq!(server.upload(&foreign, "a.txt", "first").await["number"], "FOR-1", "each workspace counts for itself");
}

#[tokio::test]
async fn a_file_goes_with_a_row_that_was_not_stored_unless_nobody_knows() {
    let server = start().await;
    let admin = server.admin().await;
    let refuse = async |message: &str| {
        server
            .sql(format!(
                "CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql
                    AS 'BEGIN RAISE EXCEPTION ''{message}''; END';
                CREATE OR REPLACE TRIGGER refuse BEFORE INSERT ON all_assets FOR EACH ROW EXECUTE FUNCTION refuse()"
            ))
            .await;
    };
    let upload = async || {
        let answer = server.upload_call(&admin, UPLOAD, json!({ "file": null }), "a.txt", "text").await;
        answer.json::<Value>().await.unwrap()["errors"][0]["extensions"]["code"].clone()
    };
    refuse("no").await;
    assert_eq!((upload().await, server.blobs()), (json!("INTERNAL"), 0));
    // The connection breaks, maybe after the commit, before its answer.
    refuse("terminating connection").await;
    assert_eq!((upload().await, server.blobs()), (json!("UNAVAILABLE"), 1));
}

#[tokio::test]
async fn the_state_of_many_originals_is_set_at_once() {
    let server = start().await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "a.txt", "text").await["id"].clone();
    // Whoever has no right on everything is asked about for each.
    let viewer = server.user(&admin, "Vera", "VIEWER").await;
    let id = server.user_id(&viewer).await;
    server.grant(&admin, json!({ "userId": id, "assetId": asset, "rights": ["READ", "EDIT"] })).await;
    let query = "mutation($id: ID!) { setOriginalState(assetId: $id, state: ARCHIVED) { asset { originalState } } }";
    let calls = (0..60).map(|_| server.data(&viewer, query, json!({ "id": asset })));
    for data in join_all(calls).await {
        assert_eq!(data["setOriginalState"]["asset"]["originalState"], "ARCHIVED", "{data}");
    }
}

#[tokio::test]
async fn the_kind_comes_from_the_content() {
    let server = start().await;
    let admin = server.admin().await;
    for (name, bytes, kind, media_type) in [
        ("photo.txt", fixtures::jpeg(8, 8), "IMAGE", "image/jpeg"),
        ("photo.pdf", fixtures::png_with_alpha(8, 8), "IMAGE", "image/png"),
        ("photo.jpg", fixtures::pdf(), "DOCUMENT", "application/pdf"),
        ("photo.jpg", b"only text".to_vec(), "DOCUMENT", "text/plain"),
        ("page.html", b"<!doctype html><script>alert(1)</script>".to_vec(), "DOCUMENT", "text/html"),
        ("clip", b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom".to_vec(), "VIDEO", "video/mp4"),
        ("song", b"ID3\x03\0\0\0\0\0\0".to_vec(), "AUDIO", "audio/mpeg"),
    ] {
        let size = bytes.len();
        let asset = server.upload(&admin, name, bytes).await;
        let found = (asset["kind"].as_str().unwrap(), asset["mediaType"].as_str().unwrap());
        assert_eq!(found, (kind, media_type), "{name}");
        assert_eq!((&asset["byteSize"], &asset["fileName"]), (&json!(size), &json!(name)));
    }
}

#[tokio::test]
async fn names_are_kept_in_any_script_and_lose_their_folders() {
    let server = start().await;
    let admin = server.admin().await;
    for (given, file_name, title) in [
        ("Würzburg — 東京 🐦.jpg", "Würzburg — 東京 🐦.jpg", "Würzburg — 東京 🐦"),
        ("../../etc/passwd", "passwd", "passwd"),
        ("C:\\photos\\a_b.jpg", "a_b.jpg", "a b"),
        ("", "file", "file"),
        ("E\u{301}te\u{301}.jpg", "Été.jpg", "Été"),
    ] {
        let asset = server.upload(&admin, given, "x").await;
        assert_eq!((&asset["fileName"], &asset["title"]), (&json!(file_name), &json!(title)), "{given:?}");
    }
    let titled = server.upload_call(&admin, UPLOAD, json!({ "file": null, "title": " My title " }), "a.jpg", "x").await;
    assert_eq!(titled.json::<Value>().await.unwrap()["data"]["uploadAsset"]["asset"]["title"], "My title");
    let blobs = server.blobs();
    for (input, body, code, field) in [
        (json!({ "file": null, "title": " " }), "x", "INVALID_NAME", "title"),
        (json!({ "file": null }), "", "INVALID_FILE", "file"),
    ] {
        let answer: Value = server.upload_call(&admin, UPLOAD, input, "a.jpg", body).await.json().await.unwrap();
        let error = &answer["data"]["uploadAsset"]["userErrors"][0];
        assert_eq!((&error["code"], &error["field"]), (&json!(code), &json!([field])), "{answer}");
    }
    assert_eq!(server.blobs(), blobs, "a refused file leaves nothing");
}

#[tokio::test]
async fn files_hang_on_assets() {
    let server = start().await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "a.jpg", fixtures::jpeg(8, 8)).await["id"].clone();
    server.attach(&admin, &asset, "terms.pdf", fixtures::pdf()).await;
    let attachments = server.attach(&admin, &asset, "notes.txt", "notes").await;
    let shown: Vec<_> = attachments
        .as_array()
        .unwrap()
        .iter()
        .map(|file| {
            format!(
                "{} {} {}",
                file["fileName"].as_str().unwrap(),
                file["mediaType"].as_str().unwrap(),
                file["byteSize"]
            )
        })
        .collect();
    let size = fixtures::pdf().len();
    assert_eq!(shown, [format!("terms.pdf application/pdf {size}"), "notes.txt text/plain 5".to_owned()]);

    let query =
        "mutation($input: AttachFileInput!) { attachFile(input: $input) { asset { id } userErrors { code field } } }";
    let blobs = server.blobs();
    for (id, body, code, field) in [
        (json!("asset_0000000000000000000001"), "x", "NOT_FOUND", "assetId"),
        (json!("nonsense"), "x", "NOT_FOUND", "assetId"),
        (asset, "", "INVALID_FILE", "file"),
    ] {
        let answer = server.upload_call(&admin, query, json!({ "assetId": id, "file": null }), "a", body).await;
        let error = answer.json::<Value>().await.unwrap()["data"]["attachFile"]["userErrors"][0].clone();
        assert_eq!(error, json!({ "code": code, "field": [field] }));
    }
    assert_eq!(server.blobs(), blobs);
}

#[tokio::test]
async fn an_external_asset_is_only_a_reference() {
    let server = start().await;
    let admin = server.admin().await;
    let workspace = schema::workspaces::oldest(&mut server.database().await).await.unwrap().unwrap().id;
    let owner = Owner { workspace, user: None };
    add_external(&server.services, owner, "file:///films/a.mov", &fixtures::jpeg(8, 8), Some(7))
        .await
        .expect("an asset");
    let query = "{ assets { nodes { id source originalState byteSize sharing { canShare canCreateDownloadLink reason } proxies { state } } } }";
    let data = server.data(&admin, query, Value::Null).await;
    let asset = &data["assets"]["nodes"][0];
    let sharing = json!({ "canShare": false, "canCreateDownloadLink": false, "reason": "EXTERNAL_SOURCE" });
    assert_eq!(
        (&asset["source"], &asset["originalState"], &asset["sharing"]),
        (&json!("EXTERNAL"), &json!("UNAVAILABLE"), &sharing)
    );
    assert_eq!((&asset["byteSize"], &asset["proxies"]), (&json!(7), &json!([])));
    let id = asset["id"].as_str().unwrap();
    for (mutation, code, field) in [
        (format!("createPublicLink(input: {{ assetId: \"{id}\" }})"), "NOT_SHAREABLE", "assetId"),
        (format!("createDownloadLink(input: {{ assetId: \"{id}\" }})"), "NOT_SHAREABLE", "assetId"),
        (format!("setOriginalState(assetId: \"{id}\", state: AVAILABLE)"), "INVALID_INPUT", "state"),
    ] {
        let query = format!("mutation {{ {mutation} {{ userErrors {{ code field message }} }} }}");
        assert_eq!(server.refusal(&admin, &query, Value::Null).await, (code.into(), vec![field.into()]), "{mutation}");
    }
}

#[tokio::test]
async fn assets_are_found_by_name_number_and_kind() {
    let server = start().await;
    let admin = server.admin().await;
    for (name, bytes) in [
        ("Evening Light.jpg", fixtures::jpeg(8, 8)),
        ("100%_sure.pdf", fixtures::pdf()),
        ("ÄRGER.jpg", fixtures::jpeg(9, 9)),
    ] {
        server.upload(&admin, name, bytes).await;
    }
    let query = "query($filter: AssetFilter) { assets(filter: $filter) { totalCount nodes { number } } }";
    for (filter, expected) in [
        (json!(null), vec![3, 2, 1]),
        (json!({ "kind": "IMAGE" }), vec![3, 1]),
        (json!({ "search": "evening LIGHT" }), vec![1]),
        (json!({ "search": "light.JPG" }), vec![1]),
        (json!({ "search": "%" }), vec![2]),
        (json!({ "search": "_" }), vec![2]),
        (json!({ "search": "\\" }), vec![]),
        (json!({ "search": "ärger" }), vec![3]),
        (json!({ "search": "a\u{308}rger" }), vec![3]),
        (json!({ "search": "VTR-2" }), vec![2]),
        (json!({ "search": "vtr-2" }), vec![2]),
        (json!({ "search": "FOR-2" }), vec![]),
        (json!({ "search": "  " }), vec![3, 2, 1]),
        (json!({ "search": "e", "kind": "DOCUMENT" }), vec![2]),
        (json!({ "search": "\u{0}" }), vec![]),
    ] {
        let data = server.data(&admin, query, json!({ "filter": filter })).await;
        let expected: Vec<_> = expected.iter().map(|count| json!({ "number": format!("VTR-{count}") })).collect();
        assert_eq!(data["assets"], json!({ "totalCount": expected.len(), "nodes": expected }), "{filter}");
    }
    // The id of the API, and the UUID in it, each as a whole.
    let ids = server.data(&admin, "{ assets { nodes { id } } }", Value::Null).await["assets"]["nodes"].clone();
    let id = ids[1]["id"].as_str().unwrap();
    let uuid: uuid::Uuid = domain::short_id::decode(tests::short(&ids[1]["id"])).unwrap();
    for (text, is_found) in [
        (id.to_owned(), true),
        (format!(" {uuid} "), true),
        (uuid.simple().to_string(), true),
        (uuid.to_string()[..30].to_owned(), false),
        (id[..id.len() - 1].to_owned(), false),
        (id.replace("asset_", "link_"), false),
    ] {
        let data = server.data(&admin, query, json!({ "filter": { "search": text } })).await;
        let expected = if is_found { json!([{ "number": "VTR-2" }]) } else { json!([]) };
        assert_eq!(data["assets"]["nodes"], expected, "{text}");
    }
    let by_number = "query($number: String) { asset(number: $number) { fileName } }";
    for (number, found) in
        [("VTR-1", true), ("VTR-4", false), ("FOR-1", false), ("1", false), ("VTR-99999999999999999999", false)]
    {
        let data = server.data(&admin, by_number, json!({ "number": number })).await;
        assert_eq!(data["asset"].is_object(), found, "{number}");
    }
}

#[tokio::test]
async fn assets_come_in_pages_in_both_directions() {
    let server = start().await;
    let admin = server.admin().await;
    for index in 1..=7 {
        server.upload(&admin, &format!("{index}.txt"), format!("text {index}")).await;
    }
    let query = "query($first: Int, $after: String, $last: Int, $before: String) {
        assets(first: $first, after: $after, last: $last, before: $before) {
            totalCount nodes { title } pageInfo { startCursor endCursor hasNextPage hasPreviousPage } } }";
    let page = async |variables: Value| {
        let data = server.data(&admin, query, variables).await;
        assert_eq!(data["assets"]["totalCount"], 7);
        let titles: Vec<_> =
            data["assets"]["nodes"].as_array().unwrap().iter().map(|node| node["title"].as_str().unwrap()).collect();
        let info = data["assets"]["pageInfo"].clone();
        (titles.join(" "), info.clone(), (info["hasPreviousPage"] == true, info["hasNextPage"] == true))
    };
    let (first, top, more) = page(json!({ "first": 3 })).await;
    assert_eq!((first.as_str(), more), ("7 6 5", (false, true)));
    let (second, middle, more) = page(json!({ "first": 3, "after": top["endCursor"] })).await;
    assert_eq!((second.as_str(), more), ("4 3 2", (true, true)));
    let (third, end, more) = page(json!({ "first": 3, "after": middle["endCursor"] })).await;
    assert_eq!((third.as_str(), more), ("1", (true, false)));
    let (nothing, _, _) = page(json!({ "first": 3, "after": end["endCursor"] })).await;
    assert_eq!(nothing, "");

    let (last, back, more) = page(json!({ "last": 3 })).await;
    assert_eq!((last.as_str(), more), ("3 2 1", (true, false)));
    let (before, back, more) = page(json!({ "last": 3, "before": back["startCursor"] })).await;
    assert_eq!((before.as_str(), more), ("6 5 4", (true, true)));
    let (rest, _, more) = page(json!({ "last": 3, "before": back["startCursor"] })).await;
    assert_eq!((rest.as_str(), more), ("7", (false, true)));
    let between = json!({ "after": top["startCursor"], "before": end["startCursor"] });
    assert_eq!(page(between.clone()).await.0, "6 5 4 3 2");
    let between = |size: &str| json!({ size: 2, "after": top["startCursor"], "before": end["startCursor"] });
    assert_eq!(page(between("first")).await.0, "6 5");
    assert_eq!(page(between("last")).await.0, "3 2");
    for bad in
        [json!({ "first": -1 }), json!({ "last": 101 }), json!({ "first": 1, "last": 1 }), json!({ "after": "?" })]
    {
        let answer = server.call(&admin, query, bad.clone()).await;
        assert_eq!(answer["errors"][0]["extensions"]["code"], "BAD_USER_INPUT", "{bad}: {answer}");
    }
}

#[tokio::test]
async fn the_links_of_an_asset_are_filtered_and_come_in_pages() {
    let server = start().await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "a.jpg", fixtures::jpeg(40, 30)).await["id"].clone();
    let other = server.upload(&admin, "b.jpg", fixtures::jpeg(50, 40)).await["id"].clone();
    for index in 1..=4 {
        server.public_link(&admin, &asset, json!({ "name": format!("public {index}") })).await;
        server.public_link(&admin, &other, json!({ "name": format!("of the other {index}") })).await;
    }
    server.download_link(&admin, json!({ "assetId": asset, "name": "download" })).await;
    let both = server.collection(&admin, "both", &[asset.clone(), other.clone()]).await;
    server.collection_link(&admin, &both, json!({ "name": "public both" })).await;
    let query =
        "query($id: ID!, $first: Int, $after: String, $filter: LinkFilter, $orderBy: LinkOrder) { asset(id: $id) {
        links(first: $first, after: $after, filter: $filter, orderBy: $orderBy) {
            totalCount nodes { name } pageInfo { endCursor hasNextPage } } } }";
    let page = async |mut variables: Value| {
        variables["id"] = asset.clone();
        let data = server.data(&admin, query, variables).await["asset"]["links"].clone();
        let names: Vec<_> = data["nodes"].as_array().unwrap().iter().map(|node| node["name"].clone()).collect();
        (json!(names), data["totalCount"].clone(), data["pageInfo"].clone())
    };
    let (all, total, _) = page(json!({})).await;
    let other_collection = server.collection(&admin, "other", &[]).await;
    for (field, id, filter, right) in [
        ("asset", &asset, json!({ "assetId": other }), false),
        ("asset", &asset, json!({ "assetId": asset }), true),
        ("collection", &both, json!({ "collectionId": other_collection }), false),
        ("collection", &both, json!({ "collectionId": both }), true),
    ] {
        let query = format!(
            "query($id: ID!, $filter: LinkFilter) {{ {field}(id: $id) {{ links(filter: $filter) {{ nodes {{ id }} }} }} }}"
        );
        let answer = server.call(&admin, &query, json!({ "id": id, "filter": filter })).await;
        assert_eq!(answer["errors"].is_null(), right, "{answer}");
    }
    assert_eq!(all, json!(["public both", "download", "public 4", "public 3", "public 2", "public 1"]));
    assert_eq!(total, 6);
    let public = json!({ "kind": "PUBLIC", "search": "public" });
    let order = json!({ "field": "NAME", "direction": "ASC" });
    let mut seen = Vec::new();
    let mut after = Value::Null;
    loop {
        let variables = json!({ "first": 2, "after": after, "filter": public, "orderBy": order });
        let (names, total, info) = page(variables).await;
        assert_eq!(total, 5);
        seen.push(names);
        if info["hasNextPage"] == false {
            break;
        }
        after = info["endCursor"].clone();
    }
    assert_eq!(json!(seen), json!([["public 1", "public 2"], ["public 3", "public 4"], ["public both"]]));
    let nobody = server.user(&admin, "Edith", "EDITOR").await;
    let data = server.data(&nobody, query, json!({ "id": asset })).await;
    assert_eq!(data["asset"]["links"]["totalCount"], 0, "only administrators see those of others");
}
