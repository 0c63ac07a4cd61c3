//! A link without our page: `sharedLink` and `unlockSharedLink`.

use chrono::TimeDelta;
use reqwest::Method;
use serde_json::{Value, json};
use tests::{Options, Running, fixtures, start, start_with};

const LINK: &str = "query($token: String!, $grant: String, $first: Int, $after: String) {
    sharedLink(token: $token, grant: $grant) { kind locked workspaceName grant name expiresAt watermark personSearch
        downloadsLeft preparation { total ready failed } archive { url ready waiting missing byteSize }
        assets(first: $first, after: $after) { totalCount pageInfo { hasNextPage endCursor } nodes {
            id title kind width height durationSeconds pending placeholderUrl thumbnailUrl previewUrl
            thumbnail { url width height mediaType } preview { url width height mediaType } video { url }
            downloads { version label url mediaType byteSize } } } } }";

const UNLOCK: &str = "mutation($token: String!, $password: String!, $device: String) {
    unlockSharedLink(token: $token, password: $password, deviceToken: $device) {
        grant expiresAt deviceToken retryAfter userErrors { code field message } } }";

fn token(link: &Value) -> &str {
    link["url"].as_str().unwrap().rsplit('/').next().unwrap()
}

async fn see(server: &Running, token: &str, grant: Value) -> Value {
    server.data("", LINK, json!({ "token": token, "grant": grant })).await["sharedLink"].clone()
}

async fn unlock(server: &Running, token: &str, password: &str) -> Value {
    let data = server.data("", UNLOCK, json!({ "token": token, "password": password })).await;
    data["unlockSharedLink"].clone()
}

/// All URLs of pictures and downloads.
fn urls(link: &Value) -> Vec<String> {
    match link {
        Value::String(text) if text.contains("/s/") || text.contains("/d/") => vec![text.clone()],
        Value::Array(values) => values.iter().flat_map(urls).collect(),
        Value::Object(fields) => fields.values().flat_map(urls).collect(),
        _ => Vec::new(),
    }
}

#[tokio::test]
async fn a_page_of_another_site_gets_all_that_ours_shows() {
    let server = start_with(Options { workers: true, ..Options::default() }).await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "Brücke.jpg", fixtures::jpeg(1600, 1200)).await["id"].clone();
    server.attach(&admin, &asset, "terms.pdf", fixtures::pdf()).await;
    server.proxies(&admin, &asset).await;
    let settings = json!({ "allowOriginal": true, "allowProxies": true, "allowAttachments": true, "maxDownloads": 7,
        "proxyPresets": ["preview"], "name": "Press" });
    let link = server.public_link(&admin, &asset, settings).await;
    let seen = see(&server, token(&link), Value::Null).await;
    let told = |field: &str| seen[field].clone();
    assert_eq!([told("kind"), told("locked"), told("name")], [json!("PUBLIC"), json!(false), json!("Press")]);
    assert_eq!(
        [told("downloadsLeft"), told("watermark"), told("personSearch")],
        [json!(7), json!(false), json!(false)]
    );
    assert_eq!(told("preparation"), json!({ "total": 3, "ready": 3, "failed": 0 }));
    assert_eq!(told("assets")["totalCount"], 1);
    let shown = &seen["assets"]["nodes"][0];
    assert_eq!((&shown["id"], &shown["width"], &shown["height"]), (&asset, &json!(1600), &json!(1200)));
    let preview = &shown["preview"];
    assert_eq!(
        (&preview["width"], &preview["height"], &preview["mediaType"]),
        (&json!(1280), &json!(960), &json!("image/jpeg"))
    );
    assert_eq!(preview["url"], shown["previewUrl"]);
    let versions: Vec<&str> =
        shown["downloads"].as_array().unwrap().iter().map(|file| file["version"].as_str().unwrap()).collect();
    assert!(
        matches!(versions[..], ["original", "preview", attachment] if attachment.starts_with("attachment-")),
        "{versions:?}"
    );
    let visitor = server.visitor();
    for url in urls(&seen) {
        let got = visitor.get(&url).await;
        assert_eq!(
            (got.status().as_u16(), &got.headers()["access-control-allow-origin"]),
            (200, &"*".parse().unwrap()),
            "{url}"
        );
        assert!(!url.contains("grant="), "a link without a password has lasting URLs");
        let preflight = visitor.request(Method::OPTIONS, &url).header("origin", "https://example.com");
        assert_eq!(preflight.send().await.unwrap().status(), 204);
    }
    let placeholder = visitor.get(shown["placeholderUrl"].as_str().unwrap()).await;
    assert_eq!(
        (placeholder.status().as_u16(), &placeholder.headers()["content-type"]),
        (200, &"image/svg+xml".parse().unwrap())
    );
    assert_eq!(visitor.get("/assets/placeholder-nothing.svg").await.status(), 404);
}

#[tokio::test]
async fn a_locked_link_tells_nothing_and_its_urls_end() {
    let server = start_with(Options { workers: true, ..Options::default() }).await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "a.jpg", fixtures::jpeg(400, 300)).await["id"].clone();
    server.proxies(&admin, &asset).await;
    let settings = json!({ "allowOriginal": true, "password": "open sesame", "name": "Secret" });
    let link = server.public_link(&admin, &asset, settings).await;
    let other = server.public_link(&admin, &asset, json!({ "password": "open sesame" })).await;
    let locked = see(&server, token(&link), Value::Null).await;
    let nothing = json!({ "kind": "PUBLIC", "locked": true, "workspaceName": locked["workspaceName"], "grant": null,
        "name": null, "expiresAt": null, "watermark": null, "personSearch": null, "downloadsLeft": null,
        "preparation": null, "archive": null, "assets": null });
    assert_eq!(locked, nothing);
    let wrong = unlock(&server, token(&link), "open barley").await;
    assert_eq!(wrong["userErrors"][0]["code"], "WRONG_PASSWORD");
    assert_eq!(wrong["userErrors"][0]["field"], json!(["password"]));
    assert!(wrong["grant"].is_null());
    let grant = unlock(&server, token(&link), "open sesame").await["grant"].clone();
    assert_eq!(see(&server, token(&other), grant.clone()).await["locked"], true, "a grant is for one link");
    let seen = see(&server, token(&link), grant.clone()).await;
    assert_eq!(seen["name"], "Secret");
    let (all, stranger) = (urls(&seen), server.visitor());
    assert_eq!(all.len(), 2 + 2 + 1 + 1, "{seen}");
    for url in &all {
        assert!(url.contains("grant=") && !url.contains("sesame"), "{url}");
        assert_eq!(stranger.get(url).await.status(), 200, "{url}");
        let plain = url.split_once('?').unwrap().0;
        assert_eq!(stranger.get(plain).await.status(), 401, "{url}");
    }
    // What one file's grant opens is that file only.
    let thumbnail = seen["assets"]["nodes"][0]["thumbnailUrl"].as_str().unwrap();
    let query = thumbnail.split_once('?').unwrap().1;
    for elsewhere in ["/assets/ASSET/preview?", "/assets/ASSET/original?", "/assets/ASSET?", "?", "/embed?"] {
        let url =
            format!("{}{}{query}", link["url"].as_str().unwrap(), elsewhere.replace("ASSET", tests::short(&asset)));
        let got = stranger.get(&url).await;
        let shown = got.status() == 200 && !got.text().await.unwrap().contains("type=\"password\"");
        assert!(!shown, "{url}");
    }
    let change = "mutation($id: ID!, $password: String!) {
        updateLink(input: { id: $id, settings: { password: $password } }) { userErrors { code } } }";
    server.data(&admin, change, json!({ "id": link["id"], "password": "open barley" })).await;
    for url in &all {
        assert_eq!(stranger.get(url).await.status(), 401, "{url}");
    }
    assert_eq!(see(&server, token(&link), grant).await["locked"], true);
    let grant = unlock(&server, token(&link), "open barley").await["grant"].clone();
    let again = see(&server, token(&link), grant.clone()).await;
    server.advance(TimeDelta::minutes(60));
    for url in urls(&again) {
        assert_eq!(stranger.get(&url).await.status(), 401, "{url}");
    }
    let later = see(&server, token(&link), again["grant"].clone()).await;
    for url in urls(&later) {
        assert_eq!(stranger.get(&url).await.status(), 200, "{url}");
    }
    server.advance(TimeDelta::hours(11));
    assert_eq!(see(&server, token(&link), later["grant"].clone()).await["locked"], true, "no visit outlasts its grant");
    let rotate = "mutation($id: ID!) { rotateLink(id: $id) { link { url } } }";
    server.data(&admin, rotate, json!({ "id": link["id"] })).await;
    assert_eq!(see(&server, token(&link), grant).await, Value::Null);
}

#[tokio::test]
async fn a_visit_is_one_view_however_often_it_asks() {
    let server = start().await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "a.jpg", fixtures::jpeg(40, 30)).await["id"].clone();
    let link = server.public_link(&admin, &asset, json!({ "password": "open sesame" })).await;
    let views = async || {
        let query = "query($id: ID!) { link(id: $id) { viewCount } }";
        server.data(&admin, query, json!({ "id": link["id"] })).await["link"]["viewCount"].as_i64().unwrap()
    };
    see(&server, token(&link), Value::Null).await;
    assert_eq!(views().await, 0, "a locked link shows nothing");
    let grant = unlock(&server, token(&link), "open sesame").await["grant"].clone();
    let first = see(&server, token(&link), grant.clone()).await;
    assert_eq!(views().await, 1);
    let second = see(&server, token(&link), first["grant"].clone()).await;
    assert_eq!(second["grant"], first["grant"], "clients may cache the answer");
    see(&server, token(&link), second["grant"].clone()).await;
    assert_eq!(views().await, 1);
    see(&server, token(&link), grant).await;
    assert_eq!(views().await, 2);
    // Bots that look for a preview read pages; a program that asks the API is none.
    let bot = tests::client()
        .post(format!("{}/graphql", server.url))
        .header("user-agent", "Slackbot 1.0 (+https://api.slack.com/robots)");
    let open = server.public_link(&admin, &asset, Value::Null).await;
    let body = json!({ "query": LINK, "variables": { "token": token(&open) } });
    let answer: Value = bot.json(&body).send().await.unwrap().json().await.unwrap();
    assert_eq!(answer["data"]["sharedLink"]["locked"], false);
    let query = "query($id: ID!) { link(id: $id) { viewCount } }";
    assert_eq!(server.data(&admin, query, json!({ "id": open["id"] })).await["link"]["viewCount"], 1);
}

#[tokio::test]
async fn a_download_link_shows_its_file() {
    let server = start().await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "a.bin", b"0123456789".to_vec()).await["id"].clone();
    let link =
        server.download_link(&admin, json!({ "assetId": asset, "password": "open sesame", "maxDownloads": 2 })).await;
    assert_eq!(see(&server, token(&link), Value::Null).await["locked"], true);
    let grant = unlock(&server, token(&link), "open sesame").await["grant"].clone();
    let seen = see(&server, token(&link), grant).await;
    assert_eq!((&seen["kind"], &seen["downloadsLeft"]), (&json!("DOWNLOAD"), &json!(2)));
    let file = &seen["assets"]["nodes"][0]["downloads"][0];
    assert_eq!((&file["version"], &file["byteSize"]), (&json!("original"), &json!(10)));
    let got = server.visitor().get(file["url"].as_str().unwrap()).await;
    assert_eq!(got.text().await.unwrap(), "0123456789");
    let again = see(&server, token(&link), seen["grant"].clone()).await;
    assert_eq!(again["downloadsLeft"], 1);
    assert_eq!(urls(&again).len(), 1, "{again}");
}

#[tokio::test]
async fn a_collection_has_pages_of_what_its_creator_may_share() {
    let server = start().await;
    let admin = server.admin().await;
    let mut assets = Vec::new();
    for index in 0..5 {
        assets.push(server.upload(&admin, &format!("{index}.txt"), format!("text {index}")).await["id"].clone());
    }
    assets.push(server.external("c.mov").await);
    let collection = server.collection(&admin, "Season", &assets).await;
    let link = server.collection_link(&admin, &collection, json!({ "allowOriginal": true })).await;
    let mut found = Vec::new();
    let mut after = Value::Null;
    loop {
        let variables = json!({ "token": token(&link), "first": 2, "after": after });
        let page = server.data("", LINK, variables).await["sharedLink"]["assets"].clone();
        assert_eq!(page["totalCount"], 5, "{page}");
        found.extend(page["nodes"].as_array().unwrap().iter().map(|node| node["id"].clone()));
        after = page["pageInfo"]["endCursor"].clone();
        if page["pageInfo"]["hasNextPage"] == false {
            break;
        }
    }
    assert_eq!(found, assets[..5]);
    let none = server.data("", LINK, json!({ "token": token(&link), "first": 0 })).await;
    assert_eq!(none["sharedLink"]["assets"]["nodes"], json!([]));
    assert_eq!(none["sharedLink"]["assets"]["pageInfo"]["hasNextPage"], true);
    let short = "query($token: String!) { sharedLink(token: $token) { assets(first: 101) { nodes { id } } } }";
    let bad = server.call("", short, json!({ "token": token(&link) })).await;
    assert_eq!(bad["errors"][0]["extensions"]["code"], "BAD_USER_INPUT");
}

#[tokio::test]
async fn tokens_and_passwords_are_guessed_no_faster_than_on_the_page() {
    let server = start().await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "a.jpg", fixtures::jpeg(40, 30)).await["id"].clone();
    let link = server.public_link(&admin, &asset, json!({ "password": "open sesame" })).await;
    let unknown = unlock(&server, "0000000000000000000000", "x").await;
    assert_eq!(unknown["userErrors"][0]["code"], "NOT_FOUND");
    // Many attempts in one request are many attempts.
    let alias = |index: usize| {
        let call = format!("unlockSharedLink(token: $token, password: \"wrong {index}\")");
        format!("a{index}: {call} {{ grant retryAfter userErrors {{ code }} }}")
    };
    let aliases = (0..20).map(alias).collect::<Vec<_>>().join(" ");
    let call = format!("mutation($token: String!) {{ {aliases} }}");
    let answer = server.data("", &call, json!({ "token": token(&link) })).await;
    let codes = |code: &str| {
        let answers = answer.as_object().unwrap().values();
        answers.filter(|answer| answer["userErrors"][0]["code"] == code).count()
    };
    assert!(codes("WRONG_PASSWORD") >= 5 && codes("TOO_MANY_ATTEMPTS") >= 5, "{answer}");
    let late = unlock(&server, token(&link), "open sesame").await;
    assert_eq!(late["userErrors"][0]["code"], "TOO_MANY_ATTEMPTS");
    assert!(late["retryAfter"].as_i64().unwrap() > 0, "{late}");
    // Misses are charged to the address, one by one.
    let miss = |index: usize| format!("a{index}: sharedLink(token: \"00000000000000000000{index:02}\") {{ locked }}");
    let misses = (0..40).map(miss).collect::<Vec<_>>().join(" ");
    let mut limited = Value::Null;
    for _ in 0..20 {
        limited = server.call("", &format!("{{ {misses} }}"), Value::Null).await;
        if !limited["errors"].is_null() {
            break;
        }
    }
    assert_eq!(limited["errors"][0]["extensions"]["code"], "RATE_LIMITED", "{limited}");
    let open = server.public_link(&admin, &asset, Value::Null).await;
    assert_eq!(see(&server, token(&open), Value::Null).await["locked"], false, "an active link opens");
}

#[tokio::test]
async fn whatever_ends_a_link_ends_its_urls_at_the_next_request() {
    let server = start_with(Options { workers: true, ..Options::default() }).await;
    let admin = server.admin().await;
    let vera = server.user(&admin, "Vera", "VIEWER").await;
    let user = server.user_id(&vera).await;
    let asset = server.upload(&admin, "a.jpg", fixtures::jpeg(400, 300)).await["id"].clone();
    server.proxies(&admin, &asset).await;
    let give = json!({ "userId": user, "rights": ["SHARE", "DOWNLOAD_ORIGINAL"] });
    let by_id = |mutation: &str| format!("mutation($id: ID!) {{ {mutation} {{ userErrors {{ code }} }} }}");
    let changes = [
        by_id("disableLink(id: $id)"),
        by_id("rotateLink(id: $id)"),
        by_id("deleteLinks(ids: [$id])"),
        by_id("updateLink(input: { id: $id, settings: { password: \"locked anew\" } })"),
        by_id("updateLink(input: { id: $id, settings: { expiresAt: \"EXPIRY\" } })"),
        "the creator's right".to_owned(),
        "the member".to_owned(),
    ];
    for change in changes {
        for password in [Value::Null, json!("open sesame")] {
            let rule = server.grant(&admin, give.clone()).await;
            let collection = server.collection(&admin, "C", std::slice::from_ref(&asset)).await;
            let settings = json!({ "allowOriginal": true, "allowProxies": true, "password": password });
            let link = server.collection_link(&vera, &collection, settings).await;
            let grant = match password.as_str() {
                Some(password) => unlock(&server, token(&link), password).await["grant"].clone(),
                None => Value::Null,
            };
            let (all, stranger) = (urls(&see(&server, token(&link), grant).await), server.visitor());
            assert!(all.len() >= 6, "{all:?}");
            for url in &all {
                assert_eq!(stranger.get(url).await.status(), 200, "{url}");
            }
            match change.as_str() {
                "the creator's right" => server.revoke(&admin, &rule).await,
                "the member" => {
                    let remove = "mutation($c: ID!, $a: ID!) {
                        removeFromCollection(collectionId: $c, assetIds: [$a]) { userErrors { code } } }";
                    server.data(&admin, remove, json!({ "c": collection, "a": asset })).await;
                }
                change => {
                    let soon = server.services.now() + TimeDelta::minutes(1);
                    let change = change.replace("EXPIRY", &soon.to_rfc3339());
                    let done = server.data(&vera, &change, json!({ "id": link["id"] })).await;
                    assert!(!done.to_string().contains("code"), "{done}");
                    server.advance(TimeDelta::minutes(1));
                }
            }
            for url in &all {
                let status = stranger.get(url).await.status().as_u16();
                assert!(matches!(status, 404 | 401), "{change}: {url} {status}");
            }
            if change != "the creator's right" {
                server.revoke(&admin, &rule).await;
            }
        }
    }
}

#[tokio::test]
async fn an_archive_holds_what_is_chosen_and_its_grant_opens_no_other() {
    let server = start_with(Options { workers: true, ..Options::default() }).await;
    let admin = server.admin().await;
    let mut assets = Vec::new();
    for name in ["a.jpg", "b.jpg", "c.jpg"] {
        let asset = server.upload(&admin, name, fixtures::jpeg(400, 300)).await["id"].clone();
        server.proxies(&admin, &asset).await;
        assets.push(asset);
    }
    let collection = server.collection(&admin, "C", &assets).await;
    let settings = json!({ "allowOriginal": true, "allowProxies": true, "password": "open sesame", "maxDownloads": 9 });
    let link = server.collection_link(&admin, &collection, settings).await;
    let grant = unlock(&server, token(&link), "open sesame").await["grant"].clone();
    let query = "query($token: String!, $grant: String, $assets: [ID!], $version: String) {
        sharedLink(token: $token, grant: $grant) { downloadsLeft archiveUrl(assetIds: $assets, version: $version)
            archive(assetIds: $assets, version: $version) { url ready waiting missing byteSize } } }";
    let ask = async |assets: Value, version: Value| {
        let variables = json!({ "token": token(&link), "grant": grant, "assets": assets, "version": version });
        server.data("", query, variables).await["sharedLink"].clone()
    };
    let stranger = server.visitor();
    let all = ask(Value::Null, Value::Null).await;
    assert_eq!((&all["archive"]["ready"], &all["archive"]["missing"]), (&json!(12), &json!(0)), "{all}");
    let two = ask(json!([assets[0], assets[2]]), json!("preview")).await;
    assert_eq!(two["archive"]["ready"], 2, "{two}");
    assert_eq!(two["archive"]["url"], two["archiveUrl"]);
    for (answer, files) in [(&all, 12), (&two, 2)] {
        let got = stranger.get(answer["archiveUrl"].as_str().unwrap()).await;
        assert_eq!(
            (got.status().as_u16(), &got.headers()["access-control-allow-origin"]),
            (200, &"*".parse().unwrap())
        );
        let bytes = got.bytes().await.unwrap();
        let entries = bytes.windows(4).filter(|window| *window == b"PK\x01\x02").count();
        assert_eq!(entries, files);
        assert!(bytes.len() as u64 > answer["archive"]["byteSize"].as_u64().unwrap());
    }
    assert_eq!(ask(Value::Null, Value::Null).await["downloadsLeft"], 7, "each archive is one download");
    let (of_all, of_two) = (all["archiveUrl"].as_str().unwrap(), two["archiveUrl"].as_str().unwrap());
    let grant_of = |url: &str| url.split("grant=").nth(1).unwrap().to_owned();
    let swapped = of_all.replace(&grant_of(of_all), &grant_of(of_two));
    assert_eq!(stranger.get(&swapped).await.status(), 401);
    assert_eq!(stranger.get(of_two.split("&grant=").next().unwrap()).await.status(), 401);
    let nothing = ask(json!(["asset_0000000000000000000001"]), Value::Null).await;
    assert_eq!((&nothing["archive"], &nothing["archiveUrl"]), (&Value::Null, &Value::Null));
    let variables = json!({ "token": token(&link), "grant": grant, "version": "huge" });
    let unknown = server.call("", query, variables).await;
    assert_eq!(unknown["errors"][0]["extensions"]["code"], "BAD_USER_INPUT", "{unknown}");
}
