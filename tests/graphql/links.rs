//! Making, listing and deleting links.

use crate::jobs::faces::turn;
use chrono::{SubsecRound, TimeDelta};
use domain::LinkState;
use schema::{
    VisibleLinks,
    link_listing::{self, LinkFilter, LinkOrder, LinkPage},
};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use tests::{Options, Running, fixtures, start, start_with};

const PUBLIC: &str = "mutation($input: CreatePublicLinkInput!) { createPublicLink(input: $input) {
    link { id } userErrors { code field message } } }";
const DOWNLOAD: &str = "mutation($input: CreateDownloadLinkInput!) { createDownloadLink(input: $input) {
    link { id } userErrors { code field message } } }";
const DELETE: &str =
    "mutation($ids: [ID!]!) { deleteLinks(ids: $ids) { deletedIds userErrors { code field message } } }";

/// Takes the settings from the schema, so that a new one is tested without being listed here.
#[tokio::test]
async fn every_setting_that_is_changed_is_kept_shown_and_recorded() {
    let server = start().await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "a.jpg", fixtures::jpeg(40, 30)).await;
    server.attach(&admin, &asset["id"], "terms.pdf", fixtures::pdf()).await;
    server.set_watermark(&admin, json!({ "file": null }), Some(fixtures::plain_png(20, 10, [9, 9, 9]))).await;
    let inputs = r#"{ input: __type(name: "LinkSettingsInput") { inputFields { name type { kind name } } }
        output: __type(name: "LinkSettings") { fields { name } } }"#;
    let told = server.data(&admin, inputs, Value::Null).await;
    let names = |of: &Value| of.as_array().unwrap().iter().map(|field| text(&field["name"])).collect::<Vec<_>>();
    let shown = names(&told["output"]["fields"]).join(" ");
    let update = format!(
        "mutation($id: ID!, $settings: LinkSettingsInput!) {{ updateLink(input: {{ id: $id, settings: $settings }}) {{
            link {{ name settings {{ {shown} }} }} userErrors {{ code }} }} }}"
    );
    for field in told["input"]["inputFields"].as_array().unwrap() {
        let (name, kind) = (text(&field["name"]), text(&field["type"]["name"]));
        let sample = match (name.as_str(), kind.as_str()) {
            ("name", _) => json!("Another name"),
            ("description", _) => json!("Three days\nin May"),
            ("memberOrder", _) => json!("NEWEST"),
            ("password", _) => json!("open sesame"),
            ("proxyPresets", _) => json!(["preview"]),
            ("coverAssetId", _) => asset["id"].clone(),
            (_, "Boolean") => json!(true),
            (_, "Int") => json!(7),
            (_, "DateTime") => json!((server.services.now() + TimeDelta::hours(1)).to_rfc3339()),
            _ => panic!("{name}: a sample of this type is needed here"),
        };
        let given = if name == "proxyPresets" { json!({ "allowProxies": true }) } else { json!({}) };
        // Only a collection can be searched.
        let link = if name == "personSearch" {
            turn(&server, &admin, true).await;
            let collection = server.collection(&admin, "Kit", std::slice::from_ref(&asset["id"])).await;
            server.collection_link(&admin, &collection, given).await
        } else {
            server.public_link(&admin, &asset["id"], given).await
        };
        let change = async |settings: Value| {
            let data = server.data(&admin, &update, json!({ "id": link["id"], "settings": settings })).await;
            data["updateLink"].clone()
        };
        let changed = change(json!({ (name.as_str()): sample })).await;
        assert_eq!(changed["userErrors"], json!([]), "{name}");
        let events = server.data(&admin, "{ linkEvents(first: 1) { nodes { changes { field } } } }", Value::Null).await;
        assert_eq!(events["linkEvents"]["nodes"][0]["changes"], json!([{ "field": name }]), "{name} is recorded");
        let is_shown = |link: &Value| match name.as_str() {
            "name" => link["name"] == sample,
            "password" => link["settings"]["hasPassword"] == true,
            _ if kind == "DateTime" => link["settings"][&name].is_string(),
            _ => link["settings"][&name] == sample,
        };
        assert!(is_shown(&changed["link"]), "{name} is shown: {changed}");
        // What is left out stays as it is.
        let other = if name == "name" { json!({ "maxDownloads": 3 }) } else { json!({ "name": "Yet another" }) };
        let changed = change(other).await;
        assert!(is_shown(&changed["link"]), "{name} is kept: {changed}");
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn every_setting_is_kept_and_shown() {
    let server = start().await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "a.jpg", fixtures::jpeg(40, 30)).await;
    server.attach(&admin, &asset["id"], "terms.pdf", fixtures::pdf()).await;
    let (starts, ends) = (server.services.now() + TimeDelta::hours(1), server.services.now() + TimeDelta::hours(2));
    let given = json!({
        "name": "  Für 東京  ", "allowOriginal": true, "allowProxies": true, "allowAttachments": true,
        "proxyPresets": ["preview", "thumbnail", "preview"], "startsAt": starts.to_rfc3339(),
        "expiresAt": ends.to_rfc3339(), "maxDownloads": 3, "password": "open sesame",
    });
    let link = server.public_link(&admin, &asset["id"], given).await;
    assert_eq!(
        (&link["name"], &link["state"], &link["kind"]),
        (&json!("Für 東京"), &json!("SCHEDULED"), &json!("PUBLIC"))
    );
    let time =
        |field: &str| link["settings"][field].as_str().unwrap().parse::<chrono::DateTime<chrono::Utc>>().unwrap();
    // Postgres keeps microseconds.
    assert!((time("startsAt") - starts).abs() < TimeDelta::milliseconds(1));
    assert!((time("expiresAt") - ends).abs() < TimeDelta::milliseconds(1));
    let mut settings = link["settings"].clone();
    settings["startsAt"].take();
    settings["expiresAt"].take();
    assert_eq!(
        settings,
        json!({
            "allowOriginal": true, "allowProxies": true, "allowAttachments": true, "proxyPresets": ["preview", "thumbnail"],
            "startsAt": null, "expiresAt": null, "maxDownloads": 3, "hasPassword": true, "watermark": false,
            "personSearch": false,
        })
    );

    let plain = server.public_link(&admin, &asset["id"], Value::Null).await;
    assert_eq!(
        plain["settings"],
        json!({
            "allowOriginal": false, "allowProxies": false, "allowAttachments": false, "proxyPresets": [], "startsAt": null,
            "expiresAt": null, "maxDownloads": null, "hasPassword": false, "watermark": false, "personSearch": false,
        })
    );
    let all = server.public_link(&admin, &asset["id"], json!({ "allowProxies": true })).await;
    assert_eq!(all["settings"]["proxyPresets"], json!(["thumbnail", "preview", "fullscreen"]));
}

#[tokio::test]
async fn a_refused_setting_is_named_with_its_path() {
    let server = start().await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "a.jpg", fixtures::jpeg(40, 30)).await["id"].clone();
    let text = server.upload(&admin, "a.txt", "only text").await["id"].clone();
    let past = (server.services.now() - TimeDelta::seconds(1)).to_rfc3339();
    let (soon, later) = (server.services.now() + TimeDelta::hours(1), server.services.now() + TimeDelta::hours(2));
    let long = "x".repeat(201);
    for (settings, code, field) in [
        (json!({ "name": " " }), "INVALID_NAME", "name"),
        (json!({ "name": "two\nlines" }), "INVALID_NAME", "name"),
        (json!({ "name": "two\u{2028}lines" }), "INVALID_NAME", "name"),
        (json!({ "name": "\u{200b}\u{2800}" }), "INVALID_NAME", "name"),
        (json!({ "name": "\u{202e}" }), "INVALID_NAME", "name"),
        (json!({ "name": long }), "INVALID_NAME", "name"),
        (json!({ "password": "abc" }), "INVALID_PASSWORD", "password"),
        (json!({ "password": "x".repeat(257) }), "INVALID_PASSWORD", "password"),
        (json!({ "expiresAt": past }), "INVALID_EXPIRATION", "expiresAt"),
        (json!({ "startsAt": later.to_rfc3339(), "expiresAt": soon.to_rfc3339() }), "INVALID_EXPIRATION", "expiresAt"),
        (json!({ "maxDownloads": 0 }), "INVALID_LIMIT", "maxDownloads"),
        (json!({ "maxDownloads": -1 }), "INVALID_LIMIT", "maxDownloads"),
        (json!({ "watermark": true }), "OPTION_NOT_AVAILABLE", "watermark"),
        (json!({ "personSearch": true }), "OPTION_NOT_AVAILABLE", "personSearch"),
        (json!({ "allowAttachments": true }), "OPTION_NOT_AVAILABLE", "allowAttachments"),
        (json!({ "proxyPresets": ["huge"] }), "UNKNOWN_PRESET", "proxyPresets"),
        (json!({ "proxyPresets": ["poster"] }), "OPTION_NOT_AVAILABLE", "proxyPresets"),
    ] {
        let refusal =
            server.refusal(&admin, PUBLIC, json!({ "input": { "assetId": asset, "settings": settings } })).await;
        assert_eq!(refusal, (code.into(), vec!["settings".into(), field.into()]), "{settings}");
    }
    let no_proxies = json!({ "input": { "assetId": text, "settings": { "allowProxies": true } } });
    let path = vec!["settings".to_owned(), "allowProxies".to_owned()];
    assert_eq!(server.refusal(&admin, PUBLIC, no_proxies).await, ("OPTION_NOT_AVAILABLE".into(), path));

    for (input, code, field) in [
        (json!({ "name": "" }), "INVALID_NAME", "name"),
        (json!({ "password": "abc" }), "INVALID_PASSWORD", "password"),
        (json!({ "expiresAt": past }), "INVALID_EXPIRATION", "expiresAt"),
        (json!({ "maxDownloads": 0 }), "INVALID_LIMIT", "maxDownloads"),
        (json!({ "assetId": "asset_0000000000000000000001" }), "NOT_FOUND", "assetId"),
        (json!({ "assetId": "nonsense" }), "NOT_FOUND", "assetId"),
    ] {
        let mut whole = json!({ "assetId": asset });
        whole.as_object_mut().unwrap().extend(input.as_object().unwrap().clone());
        let refusal = server.refusal(&admin, DOWNLOAD, json!({ "input": whole })).await;
        assert_eq!(refusal, (code.into(), vec![field.into()]), "{input}");
    }
    let all_at_once = json!({ "input": { "assetId": asset, "settings": {
        "name": "", "password": "abc", "maxDownloads": 0, "expiresAt": past, "watermark": true } } });
    let data = server.data(&admin, PUBLIC, all_at_once).await;
    assert_eq!(data["createPublicLink"]["userErrors"].as_array().map(Vec::len), Some(5), "{data}");
    let count = server.data(&admin, "{ links { totalCount } }", Value::Null).await;
    assert_eq!(count["links"]["totalCount"], 0, "a refused link leaves nothing");
}

#[tokio::test]
async fn what_cannot_be_shared_is_refused() {
    let server = start().await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "a.jpg", fixtures::jpeg(40, 30)).await["id"].clone();
    let viewer = server.user(&admin, "Vera", "VIEWER").await;
    let input = json!({ "input": { "assetId": asset } });
    for query in [PUBLIC, DOWNLOAD] {
        assert_eq!(server.refusal(&viewer, query, input.clone()).await.0, "NOT_SHAREABLE");
    }
    let set_state = "mutation($id: ID!, $state: OriginalState!) { setOriginalState(assetId: $id, state: $state) {
        asset { originalState sharing { canShare canCreateDownloadLink reason } } userErrors { code } } }";
    for state in ["ARCHIVED", "UNAVAILABLE"] {
        let data = server.data(&admin, set_state, json!({ "id": asset, "state": state })).await;
        let sharing = &data["setOriginalState"]["asset"]["sharing"];
        assert_eq!(sharing, &json!({ "canShare": true, "canCreateDownloadLink": false, "reason": null }));
        let refusal = server.refusal(&admin, DOWNLOAD, input.clone()).await;
        assert_eq!(refusal, ("ORIGINAL_NOT_AVAILABLE".into(), vec!["assetId".into()]));
        let original = json!({ "input": { "assetId": asset, "settings": { "allowOriginal": true } } });
        assert_eq!(server.refusal(&admin, PUBLIC, original).await.0, "OPTION_NOT_AVAILABLE");
        server.public_link(&admin, &asset, Value::Null).await;
    }
    server.data(&admin, set_state, json!({ "id": asset, "state": "AVAILABLE" })).await;
    server.download_link(&admin, json!({ "assetId": asset })).await;
}

#[tokio::test]
async fn a_link_without_a_name_is_called_after_the_time_on_the_workspaces_wall() {
    let server = start().await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "a.jpg", fixtures::jpeg(40, 30)).await["id"].clone();
    for (zone, tz) in [("Europe/Berlin", chrono_tz::Europe::Berlin), ("Pacific/Auckland", chrono_tz::Pacific::Auckland)]
    {
        let update = "mutation($input: UpdateWorkspaceInput!) { updateWorkspace(input: $input) {
            workspace { timeZone } userErrors { code } } }";
        server.data(&admin, update, json!({ "input": { "timeZone": zone } })).await;
        let expected = || format!("Link from {}", server.services.now().with_timezone(&tz).format("%Y-%m-%d, %H:%M"));
        let before = expected();
        let link = server.public_link(&admin, &asset, Value::Null).await;
        // The minute may have turned in between.
        assert!(link["name"] == before || link["name"] == expected(), "{link}");
    }
}

/// What a square picture of a QR code says.
fn read_code(edge: usize, pixels: &[u8]) -> String {
    let mut prepared = rqrr::PreparedImage::prepare_from_greyscale(edge, edge, |x, y| pixels[y * edge + x]);
    prepared.detect_grids().first().expect("a code").decode().expect("readable").1
}

/// The pixels of a square drawing that is black rectangles on white, `M0 0h1v1H0V0` over and over; eight for each unit.
fn rasterised(svg: &str) -> (usize, Vec<u8>) {
    let after = |mark: &str| svg.split_once(mark).unwrap_or_else(|| panic!("no {mark} in {svg}")).1;
    let edge = 8 * after("viewBox=\"0 0 ").split(' ').next().unwrap().parse::<usize>().unwrap();
    let mut pixels = vec![255; edge * edge];
    let path = after(" d=\"").split_once('"').unwrap().0;
    for rectangle in path.split('M').skip(1) {
        let mut numbers = rectangle.split([' ', 'h', 'v', 'H', 'V']).map(|number| 8 * number.parse::<usize>().unwrap());
        let [left, top, width, height] = [(); 4].map(|()| numbers.next().unwrap());
        for row in top..top + height {
            pixels[row * edge + left..row * edge + left + width].fill(0);
        }
    }
    (edge, pixels)
}

#[tokio::test]
async fn a_link_comes_with_url_embed_code_and_qr_code() {
    let server = start().await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "a.jpg", fixtures::jpeg(40, 30)).await["id"].clone();
    let public = server.public_link(&admin, &asset, json!({ "name": "\"><script>alert(1)</script>" })).await;
    let download = server.download_link(&admin, json!({ "assetId": asset })).await;
    let query = "query($id: ID!, $size: Int) { link(id: $id) { url embedCode(width: 320, height: 200) responsive: embedCode(width: 320, height: 200, responsive: true)
        png: qrCode(format: PNG, size: $size) { mediaType data dataUri } svg: qrCode(size: $size) { mediaType data dataUri } } }";
    for (link, route, size) in [(&public, "s", 64), (&public, "s", 300), (&download, "d", 1000)] {
        let data = server.data(&admin, query, json!({ "id": link["id"], "size": size })).await;
        let (url, png, svg) = (&data["link"]["url"], &data["link"]["png"], &data["link"]["svg"]);
        let token = url.as_str().unwrap().strip_prefix(&format!("{}/{route}/", server.url)).expect("the route");
        assert!(token.len() == 22 && token.chars().all(|c| c.is_ascii_alphanumeric()), "{token}");
        assert_eq!(link["url"], *url, "the owner can copy it again at any time");

        let bytes = base64::Engine::decode(&base64::prelude::BASE64_STANDARD, png["data"].as_str().unwrap()).unwrap();
        let picture = image::load_from_memory(&bytes).expect("a PNG").into_luma8();
        assert_eq!((picture.width(), picture.height()), (size, size));
        assert_eq!(*url, read_code(usize::try_from(size).unwrap(), &picture.into_raw()));
        let drawing = base64::Engine::decode(&base64::prelude::BASE64_STANDARD, svg["data"].as_str().unwrap()).unwrap();
        let drawing = String::from_utf8(drawing).unwrap();
        assert!(drawing.contains(&format!("width=\"{size}\" height=\"{size}\"")), "{drawing}");
        let (edge, pixels) = rasterised(&drawing);
        assert_eq!(*url, read_code(edge, &pixels));
        assert_eq!(svg["dataUri"], format!("data:image/svg+xml;base64,{}", svg["data"].as_str().unwrap()));
        assert_eq!(png["dataUri"], format!("data:image/png;base64,{}", png["data"].as_str().unwrap()));
        assert_eq!((&png["mediaType"], &svg["mediaType"]), (&json!("image/png"), &json!("image/svg+xml")));

        let embed = &data["link"]["embedCode"];
        if route == "d" {
            assert!(embed.is_null());
        } else {
            let embed = embed.as_str().unwrap();
            assert!(embed.contains(&format!("src=\"{}/embed\" width=\"320\" height=\"200\"", url.as_str().unwrap())));
            assert!(!embed.contains("script"), "{embed}");
            let responsive = data["link"]["responsive"].as_str().unwrap();
            assert!(responsive.contains("max-width:320px;aspect-ratio:320/200"), "{responsive}");
            assert!(responsive.contains(&format!("src=\"{}/embed\"", url.as_str().unwrap())), "{responsive}");
        }
    }
    for bad in ["qrCode(size: 1)", "qrCode(size: 100000)"] {
        let query = format!("query($id: ID!) {{ link(id: $id) {{ {bad} {{ data }} }} }}");
        let answer = server.call(&admin, &query, json!({ "id": public["id"] })).await;
        assert_eq!(answer["errors"][0]["extensions"]["code"], "BAD_USER_INPUT", "{answer}");
    }
}

#[tokio::test]
async fn generated_passwords_are_strong_and_differ() {
    let server = start().await;
    let editor = server.user(&server.admin().await, "Eddi", "EDITOR").await;
    let mut seen = BTreeSet::new();
    for _ in 0..20 {
        let data = server.data(&editor, "mutation { generatePassword }", Value::Null).await;
        let password = data["generatePassword"].as_str().unwrap().to_owned();
        assert_eq!(password.len(), 19, "{password}");
        assert!(
            password.chars().all(|c| c == '-' || (c.is_ascii_alphanumeric() && !"0O1Il".contains(c))),
            "{password}"
        );
        assert!(seen.insert(password));
    }
}

/// Three links of an editor and two of the administrator, to two assets.
async fn five_links(server: &Running, admin: &str, editor: &str) -> (Value, Value) {
    let one = server.upload(admin, "one.jpg", fixtures::jpeg(40, 30)).await["id"].clone();
    let two = server.upload(admin, "two.jpg", fixtures::jpeg(40, 30)).await["id"].clone();
    let at = |hours: i64| (server.services.now() + TimeDelta::hours(hours)).to_rfc3339();
    server.public_link(editor, &one, json!({ "name": "alpha", "expiresAt": at(1) })).await;
    server.public_link(editor, &two, json!({ "name": "beta 100%", "startsAt": at(3) })).await;
    server.download_link(editor, json!({ "assetId": one, "name": "gamma" })).await;
    server.public_link(admin, &one, json!({ "name": "delta", "expiresAt": at(5) })).await;
    server.download_link(admin, json!({ "assetId": two, "name": "Epsilon_1" })).await;
    (one, two)
}

async fn names(server: &Running, token: &str, filter: Value) -> Vec<String> {
    let query = "query($filter: LinkFilter) { links(filter: $filter) { totalCount nodes { name } } }";
    let data = server.data(token, query, json!({ "filter": filter })).await;
    let nodes = data["links"]["nodes"].as_array().unwrap();
    assert_eq!(data["links"]["totalCount"], nodes.len());
    nodes.iter().map(|node| node["name"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn links_are_listed_newest_first_and_filtered() {
    let server = start().await;
    let admin = server.admin().await;
    let editor = server.user(&admin, "Eddi", "EDITOR").await;
    let (one, two) = five_links(&server, &admin, &editor).await;
    let viewer = server.data(&editor, "{ viewer { id } }", Value::Null).await;
    let soon = (server.services.now() + TimeDelta::hours(2)).to_rfc3339();
    for (filter, expected) in [
        (json!(null), vec!["Epsilon_1", "delta", "gamma", "beta 100%", "alpha"]),
        (json!({ "assetId": one }), vec!["delta", "gamma", "alpha"]),
        (json!({ "assetId": two, "kind": "DOWNLOAD" }), vec!["Epsilon_1"]),
        (json!({ "createdById": viewer["viewer"]["id"] }), vec!["gamma", "beta 100%", "alpha"]),
        (json!({ "state": "SCHEDULED" }), vec!["beta 100%"]),
        (json!({ "state": "ACTIVE", "kind": "PUBLIC" }), vec!["delta", "alpha"]),
        (json!({ "state": "EXPIRED" }), vec![]),
        (json!({ "expiresBefore": soon }), vec!["alpha"]),
        (json!({ "search": "EPSILON" }), vec!["Epsilon_1"]),
        (json!({ "search": "%" }), vec!["beta 100%"]),
        (json!({ "search": "_" }), vec!["Epsilon_1"]),
        (json!({ "search": "\\" }), vec![]),
        (json!({ "search": "a", "kind": "PUBLIC" }), vec!["delta", "beta 100%", "alpha"]),
    ] {
        assert_eq!(names(&server, &admin, filter.clone()).await, expected, "{filter}");
    }
    assert_eq!(names(&server, &editor, Value::Null).await, ["gamma", "beta 100%", "alpha"], "an editor sees their own");
    let of_asset = "query($id: ID!) { asset(id: $id) { links(first: 2) { totalCount nodes { name } } } }";
    let data = server.data(&editor, of_asset, json!({ "id": one })).await;
    assert_eq!(data["asset"]["links"], json!({ "totalCount": 2, "nodes": [{ "name": "gamma" }, { "name": "alpha" }] }));

    server.advance(TimeDelta::hours(4));
    for (state, expected) in [("EXPIRED", vec!["alpha"]), ("SCHEDULED", vec![]), ("DISABLED", vec![])] {
        assert_eq!(names(&server, &admin, json!({ "state": state })).await, expected, "{state}");
    }
    let states = server.data(&admin, "{ links { nodes { state } } }", Value::Null).await;
    let states: Vec<_> = states["links"]["nodes"].as_array().unwrap().iter().map(|node| &node["state"]).collect();
    assert_eq!(states, ["ACTIVE", "ACTIVE", "ACTIVE", "ACTIVE", "EXPIRED"]);
}

#[tokio::test]
async fn a_search_finds_the_names_that_contain_its_text() {
    let server = start().await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "a.jpg", fixtures::jpeg(40, 30)).await["id"].clone();
    let all = [
        "Press kit 77 for abc",
        "press KIT 770 for abc",
        "Press kit  77 for abc",
        "<kit 77 for abc>",
        "Ärger und Öl im Übersee-Hafen",
        "77",
        "a_b c%d e\\f",
    ];
    for name in all {
        server.public_link(&admin, &asset, json!({ "name": name })).await;
    }
    let texts = [
        "kit 77 for ab",
        "Press kit 77 for abc",
        "T 77 F",
        "kit  77",
        "it  77 f",
        "<kit 77 for abc>",
        "77",
        "for",
        "ärger UND öl",
        "und ÖL im über",
        "b C%D e",
        "a b c",
        "kit 7 for",
        "press 77 kit",
        " kit 77 for ",
        "77 for  abc",
    ];
    for text in texts {
        let part = text.trim().to_lowercase();
        let mut expected: Vec<_> = all.into_iter().filter(|name| name.to_lowercase().contains(&part)).collect();
        expected.reverse();
        assert_eq!(names(&server, &admin, json!({ "search": text })).await, expected, "{text:?}");
    }
}

#[tokio::test]
async fn a_state_means_the_same_in_a_filter_and_in_an_answer() {
    let server = start().await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "a.jpg", fixtures::jpeg(40, 30)).await["id"].clone();
    let mut changes = Vec::new();
    for starts in ["NULL", "$now - interval '1 hour'", "$now", "$now + interval '1 hour'"] {
        for expires in ["NULL", "$now - interval '1 hour'", "$now", "$now + interval '1 hour'"] {
            for (disabled, creator) in [("NULL", false), ("$now", false), ("NULL", true)] {
                // A page has a hundred links.
                if creator && (starts, expires) != ("NULL", "NULL") {
                    continue;
                }
                for (max, count) in [("NULL", 3), ("4", 3), ("3", 3)] {
                    changes.push(format!("starts_at = {starts}, expires_at = {expires}, disabled_at = {disabled}, creator_disabled = {creator}, max_downloads = {max}, download_count = {count}"));
                }
            }
        }
    }
    // Somewhat later than any of these links, and kept by Postgres as it is.
    let instant = (server.services.now() + TimeDelta::minutes(5)).trunc_subsecs(0);
    let now = format!("'{}'::timestamptz", instant.to_rfc3339());
    for (index, change) in changes.iter().enumerate() {
        server.public_link(&admin, &asset, json!({ "name": index.to_string() })).await;
        let update = format!("UPDATE links SET {} WHERE name = '{index}'", change.replace("$now", &now));
        server.sql(update).await;
    }
    server.advance(TimeDelta::minutes(6));
    let query = "query($filter: LinkFilter) { links(first: 100, filter: $filter, orderBy: { field: CREATED }) {
        totalCount nodes { name state } } }";
    let all = server.data(&admin, query, json!({ "filter": null })).await["links"]["nodes"].as_array().unwrap().clone();
    assert_eq!(all.len(), changes.len());
    let mut found = 0;
    for state in ["SCHEDULED", "ACTIVE", "EXPIRED", "EXHAUSTED", "DISABLED"] {
        let data = server.data(&admin, query, json!({ "filter": { "state": state } })).await;
        let expected: Vec<_> = all.iter().filter(|link| link["state"] == state).cloned().collect();
        assert!(!expected.is_empty(), "{state} is among them");
        assert_eq!(data["links"], json!({ "totalCount": expected.len(), "nodes": expected }), "{state}");
        found += expected.len();
    }
    assert_eq!(found, all.len());

    // And in the very instants in which one state becomes another.
    let mut conn = server.database().await;
    let workspace = schema::workspaces::oldest(&mut conn).await.unwrap().unwrap().id;
    let visible = VisibleLinks { workspace, created_by: None };
    let page = LinkPage { limit: 100, after: None, before: None, from_end: false };
    for now in [-3_600_000_001, -3_600_000_000, -1, 0, 1, 3_600_000_000]
        .map(|micros| instant + TimeDelta::microseconds(micros))
    {
        let mut listed = async |filter| {
            let rows = link_listing::list(&mut conn, visible, &filter, LinkOrder::default(), page.clone(), now);
            rows.await
                .unwrap()
                .rows
                .into_iter()
                .map(|link| (link.settings.name.clone(), link.lifetime().state(now)))
                .collect::<Vec<_>>()
        };
        let all = listed(LinkFilter::default()).await;
        assert_eq!(all.len(), changes.len());
        for state in LinkState::ALL {
            let expected: Vec<_> = all.iter().filter(|(_, is)| *is == *state).cloned().collect();
            assert_eq!(
                listed(LinkFilter { state: Some(*state), ..LinkFilter::default() }).await,
                expected,
                "{state:?} {now}"
            );
        }
    }
}

#[tokio::test]
async fn pages_join_without_gap_or_double_while_links_come_and_go() {
    let server = start().await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "a.jpg", fixtures::jpeg(40, 30)).await["id"].clone();
    for index in 0..7 {
        server.public_link(&admin, &asset, json!({ "name": index.to_string() })).await;
    }
    let query = "query($first: Int, $after: String, $last: Int, $before: String) {
        links(first: $first, after: $after, last: $last, before: $before) {
            nodes { id name } edges { cursor } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }";
    let page = async |arguments: Value| {
        let data = server.data(&admin, query, arguments).await;
        let nodes = data["links"]["nodes"].as_array().unwrap().clone();
        let names: Vec<_> = nodes.iter().map(|node| node["name"].as_str().unwrap().to_owned()).collect();
        (names.join(" "), data["links"]["pageInfo"].clone(), nodes)
    };
    let (first, info, nodes) = page(json!({ "first": 3 })).await;
    assert_eq!(
        (first.as_str(), &info["hasNextPage"], &info["hasPreviousPage"]),
        ("6 5 4", &json!(true), &json!(false))
    );
    // A new link at the top and a deleted last row move nothing.
    server.public_link(&admin, &asset, json!({ "name": "7" })).await;
    server.data(&admin, DELETE, json!({ "ids": [nodes[2]["id"]] })).await;
    let (second, info, _) = page(json!({ "first": 3, "after": info["endCursor"] })).await;
    assert_eq!(
        (second.as_str(), &info["hasNextPage"], &info["hasPreviousPage"]),
        ("3 2 1", &json!(true), &json!(true))
    );
    let (third, last_info, _) = page(json!({ "first": 3, "after": info["endCursor"] })).await;
    assert_eq!((third.as_str(), &last_info["hasNextPage"]), ("0", &json!(false)));
    assert_eq!(page(json!({ "last": 2, "before": info["startCursor"] })).await.0, "6 5");
    assert_eq!(page(json!({ "last": 2 })).await.0, "1 0");
    assert_eq!(page(json!({ "first": 0 })).await.0, "");
    for bad in
        [json!({ "first": -1 }), json!({ "first": 101 }), json!({ "first": 1, "last": 1 }), json!({ "after": "?" })]
    {
        let answer = server.call(&admin, query, bad.clone()).await;
        assert_eq!(answer["errors"][0]["extensions"]["code"], "BAD_USER_INPUT", "{bad}");
    }
}

#[tokio::test]
async fn links_are_deleted_by_their_makers_and_administrators() {
    let server = start().await;
    let admin = server.admin().await;
    let editor = server.user(&admin, "Eddi", "EDITOR").await;
    let asset = server.upload(&admin, "a.jpg", fixtures::jpeg(40, 30)).await["id"].clone();
    let own = server.public_link(&editor, &asset, Value::Null).await;
    let other = server.public_link(&admin, &asset, Value::Null).await;
    let ids = json!({ "ids": [other["id"], own["id"], asset, "nonsense", own["id"]] });
    let data = server.data(&editor, DELETE, ids).await;
    assert_eq!(data["deleteLinks"]["deletedIds"], json!([own["id"]]));
    let refused: Vec<_> = data["deleteLinks"]["userErrors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| format!("{} {}", error["code"].as_str().unwrap(), error["field"]))
        .collect();
    assert_eq!(refused, ["NOT_FOUND [\"ids\",\"0\"]", "NOT_FOUND [\"ids\",\"2\"]", "NOT_FOUND [\"ids\",\"3\"]"]);
    let visitor = server.visitor();
    assert_eq!(visitor.get(own["url"].as_str().unwrap()).await.status(), 404);
    assert_eq!(visitor.get(other["url"].as_str().unwrap()).await.status(), 200);
    let again = server.data(&admin, DELETE, json!({ "ids": [own["id"], other["id"]] })).await;
    assert_eq!(again["deleteLinks"]["deletedIds"], json!([other["id"]]));
    let gone = server.data(
        &admin,
        "query($id: ID!) { link(id: $id) { id } node(id: $id) { id } }",
        json!({ "id": own["id"] }),
    );
    assert_eq!(gone.await, json!({ "link": null, "node": null }));
}

#[tokio::test]
async fn preparation_counts_the_proxies_that_a_link_needs() {
    let server = start_with(Options { workers: true, ..Options::default() }).await;
    let admin = server.admin().await;
    let good = server.upload(&admin, "a.jpg", fixtures::jpeg(40, 30)).await["id"].clone();
    let mut broken = fixtures::jpeg(400, 300);
    broken.truncate(300);
    let broken = server.upload(&admin, "b.jpg", broken).await["id"].clone();
    for (asset, expected) in [(good, (3, 0)), (broken, (0, 3))] {
        let link = server.public_link(&admin, &asset, Value::Null).await;
        server.proxies(&admin, &asset).await;
        let query = "query($id: ID!) { link(id: $id) { preparation { total ready failed } } }";
        let data = server.data(&admin, query, json!({ "id": link["id"] })).await;
        let (ready, failed) = expected;
        assert_eq!(data["link"]["preparation"], json!({ "total": 3, "ready": ready, "failed": failed }));
    }
}
