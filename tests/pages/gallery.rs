//! The page of a collection: its orders, its search, its pages, the shapes of its members, and what is beside each.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tests::{Options, Running, Visitor, fixtures, many_assets, short, start, start_with};

/// What stands between two texts, each time.
fn between<'a>(page: &'a str, before: &str, after: &str) -> Vec<&'a str> {
    page.split(before).skip(1).map(|part| part.split(after).next().unwrap()).collect()
}

/// The titles of a page of a gallery.
async fn titles(visitor: &Visitor, path: &str) -> Vec<String> {
    let page = visitor.get(path).await.text().await.unwrap();
    between(&page, "tile-title\" aria-hidden=\"true\"><span dir=\"auto\">", "<")
        .into_iter()
        .map(str::to_owned)
        .collect()
}

async fn layout(visitor: &Visitor, path: &str, query: &str) -> Value {
    visitor.get(&format!("{path}/layout{query}")).await.json().await.unwrap()
}

/// The path of a link to a collection of texts with these titles.
async fn gallery_of(server: &Running, admin: &str, titles: &[&str]) -> (String, Vec<Value>) {
    let mut assets = Vec::new();
    for title in titles {
        assets.push(server.upload(admin, &format!("{title}.txt"), title.to_string()).await["id"].clone());
    }
    let shared = server.share(admin, json!({ "assetIds": assets, "settings": { "allowOriginal": true } })).await;
    (shared["link"]["url"].as_str().unwrap().strip_prefix(&server.url).unwrap().to_owned(), assets)
}

#[tokio::test]
async fn members_come_in_the_order_that_is_asked_for() {
    let server = start().await;
    let admin = server.admin().await;
    let (path, assets) = gallery_of(&server, &admin, &["Bild 10", "bild 2", "Äpfel", "Zebra", "apfel"]).await;
    let visitor = server.visitor();
    // The second of them was added to the library last.
    let id = domain::short_id::decode::<domain::AssetId>(short(&assets[1])).unwrap();
    server.sql(format!("UPDATE all_assets SET created_at = now() + interval '1 day' WHERE id = '{id}'")).await;
    for (query, expected) in [
        ("", ["Bild 10", "bild 2", "Äpfel", "Zebra", "apfel"]),
        ("?sort=position", ["Bild 10", "bild 2", "Äpfel", "Zebra", "apfel"]),
        ("?sort=size", ["Bild 10", "bild 2", "Äpfel", "Zebra", "apfel"]),
        ("?sort=name", ["apfel", "Äpfel", "bild 2", "Bild 10", "Zebra"]),
        ("?sort=oldest", ["Bild 10", "Äpfel", "Zebra", "apfel", "bild 2"]),
        ("?sort=newest", ["bild 2", "apfel", "Zebra", "Äpfel", "Bild 10"]),
    ] {
        assert_eq!(titles(&visitor, &format!("{path}{query}")).await, expected, "{query}");
        assert_eq!(titles(&visitor, &format!("{path}/embed{query}")).await, expected, "{query}");
    }
    let positions = layout(&visitor, &path, "?sort=name").await["positions"].clone();
    assert_eq!(positions, json!([5, 3, 2, 1, 4]));
}

#[tokio::test]
async fn a_search_finds_titles_and_descriptions() {
    let server = start().await;
    let admin = server.admin().await;
    let (path, assets) = gallery_of(&server, &admin, &["Harbour", "100% wool", "100 sheep", "Café", "Quay"]).await;
    let update = "mutation($input: UpdateAssetInput!) { updateAsset(input: $input) { userErrors { message } } }";
    let input = json!({ "assetId": assets[4], "description": "Boats in the harbour" });
    let updated = server.data(&admin, update, json!({ "input": input })).await;
    assert_eq!(updated["updateAsset"]["userErrors"], json!([]));
    let visitor = server.visitor();
    for (search, expected) in [
        ("harbour", vec!["Harbour", "Quay"]),
        ("HARB", vec!["Harbour", "Quay"]),
        ("100%25", vec!["100% wool"]),
        ("_", vec![]),
        // As macOS writes it.
        ("cafe%CC%81", vec!["Café"]),
        ("+", vec!["Harbour", "100% wool", "100 sheep", "Café", "Quay"]),
        ("nothing", vec![]),
        ("%00", vec![]),
    ] {
        assert_eq!(titles(&visitor, &format!("{path}?search={search}")).await, expected, "{search}");
        let found = layout(&visitor, &path, &format!("?search={search}")).await;
        assert_eq!(found["ratios"].as_array().unwrap().len(), expected.len(), "{search}");
    }
    let page = visitor.get(&format!("{path}?search=harbour&sort=name")).await.text().await.unwrap();
    assert!(page.contains("2 items found") && page.contains("value=\"harbour\""), "{page}");
    assert!(page.contains("Harbour, 1 of 2") && page.contains("Quay, 2 of 2"), "{page}");
    let nasty = visitor.get(&format!("{path}?search=%22%3E%3Cscript%3E")).await.text().await.unwrap();
    assert!(!nasty.contains("\"><script>") && nasty.contains("0 items found"), "{nasty}");
}

#[tokio::test]
async fn every_page_has_its_address() {
    let server = start().await;
    let admin = server.admin().await;
    let names: Vec<String> = (1..=130).map(|index| format!("Sheet {index}")).collect();
    let (path, _) = gallery_of(&server, &admin, &names.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let visitor = server.visitor();
    let pager = |page: &str| {
        let nav = between(page, "<nav class=\"pager\"", "</nav>").into_iter().next().unwrap_or_default().to_owned();
        let links: Vec<String> = between(&nav, "href=\"", "\"").into_iter().map(str::to_owned).collect();
        (between(&nav, "pager-page\">", "<").join(""), links)
    };
    let page = |query: &str| {
        let url = format!("{path}{query}");
        let visitor = &visitor;
        async move { (titles(visitor, &url).await, visitor.get(&url).await.text().await.unwrap()) }
    };
    let (shown, html) = page("").await;
    assert_eq!((shown.len(), shown[0].as_str(), shown[59].as_str()), (60, "Sheet 1", "Sheet 60"));
    assert_eq!(pager(&html), ("Page 1 of 3".into(), vec![format!("{path}?page=2"), format!("{path}?page=3")]));
    let (shown, html) = page("?page=2&sort=name").await;
    assert_eq!((shown.len(), shown[0].as_str(), shown[59].as_str()), (60, "Sheet 61", "Sheet 120"));
    let named = |query: &str| format!("{path}?sort=name{query}").replace('&', "&#38;");
    assert_eq!(
        pager(&html),
        ("Page 2 of 3".into(), vec![named(""), named("&page=1"), named("&page=3"), named("&page=3")])
    );
    assert!(html.contains("Sheet 61, 61 of 130") && html.contains("id=\"t61\""), "{html}");
    let (shown, html) = page("?page=3").await;
    assert_eq!((shown.len(), shown[9].as_str()), (10, "Sheet 130"));
    assert_eq!(pager(&html), ("Page 3 of 3".into(), vec![path.clone(), format!("{path}?page=2")]));
    for beyond in ["?page=4", "?page=1000000"] {
        let (shown, html) = page(beyond).await;
        assert!(shown.is_empty() && html.contains("nothing on this page"), "{html}");
    }
    for unreadable in ["?page=0", "?page=-1", "?page=x", "?page=1000001", "?page=99999999999999999999"] {
        assert_eq!(page(unreadable).await.0[0], "Sheet 1", "{unreadable}");
    }
}

#[tokio::test]
async fn shapes_and_colours_come_before_the_pictures() {
    let server = start_with(Options { workers: true, ..Options::default() }).await;
    let admin = server.admin().await;
    let mut assets = Vec::new();
    for (name, width, height) in [("wide.jpg", 400, 200), ("high.jpg", 200, 400), ("strip.jpg", 900, 90)] {
        let asset = server.upload(&admin, name, fixtures::jpeg(width, height)).await["id"].clone();
        server.proxies(&admin, &asset).await;
        assets.push(asset);
    }
    assets.push(server.upload(&admin, "notes.txt", "notes").await["id"].clone());
    let shared = server.share(&admin, json!({ "assetIds": assets, "settings": { "allowOriginal": true } })).await;
    let path = shared["link"]["url"].as_str().unwrap().strip_prefix(&server.url).unwrap();
    let visitor = server.visitor();
    let expected = json!({ "ratios": [200, 50, 300, 133], "positions": [1, 2, 3, 4] });
    assert_eq!(layout(&visitor, path, "").await, expected);
    let answer = visitor.get(path).await;
    let policy = answer.headers()["content-security-policy"].to_str().unwrap().to_owned();
    let page = answer.text().await.unwrap();
    let style = between(&page, "<style>", "</style>")[0];
    let shapes: Vec<&str> = between(style, "--r:", "}").iter().map(|rule| rule.split(';').next().unwrap()).collect();
    assert_eq!(shapes, ["2.00", "0.50", "3.00", "1.33"]);
    assert_eq!(style.matches("--c:rgb(").count(), 3, "{style}");
    let hash = format!("'sha256-{}'", STANDARD.encode(Sha256::digest(style)));
    assert!(policy.contains(&format!("style-src 'self' {hash};")), "{policy}");
    assert!(policy.contains("script-src 'self';") && !policy.contains("unsafe"), "{policy}");
    // Scripts of ours only, and within the page none but their texts, which are data.
    let scripts = between(&page, "<script", "</script>");
    let [texts, script] = scripts[..] else { panic!("{scripts:?}") };
    assert_eq!(script, " type=\"module\" src=\"/assets/gallery/gallery.js\" fetchpriority=\"low\">");
    let texts = texts.strip_prefix(" type=\"application/json\" id=\"texts\">").unwrap();
    assert_eq!(serde_json::from_str::<Value>(texts).unwrap()["close"], "Close");
}

#[tokio::test]
async fn each_tile_says_how_many_files_it_hands_out() {
    let server = start_with(Options { workers: true, ..Options::default() }).await;
    let admin = server.admin().await;
    let photo = server.upload(&admin, "a.jpg", fixtures::jpeg(1500, 1000)).await["id"].clone();
    server.proxies(&admin, &photo).await;
    server.attach(&admin, &photo, "terms.pdf", fixtures::pdf()).await;
    let text = server.upload(&admin, "b.txt", "text").await["id"].clone();
    let visitor = server.visitor();
    for settings in [
        json!({ "allowOriginal": true, "allowProxies": true, "allowAttachments": true }),
        json!({ "allowProxies": true }),
        json!({ "allowOriginal": true }),
        json!({}),
    ] {
        let link = server.share(&admin, json!({ "assetIds": [photo, text], "settings": settings })).await;
        let path = link["link"]["url"].as_str().unwrap();
        let page = visitor.get(path).await.text().await.unwrap();
        for (asset, tile) in [&photo, &text].into_iter().zip(between(&page, "<li class=\"tile", "</li>")) {
            let told = between(tile, "data-files=\"", "\"").first().map_or(0, |count| count.parse().unwrap());
            let own = visitor.get(&format!("{path}/assets/{}", short(asset))).await.text().await.unwrap();
            let offered = between(&own, "<section class=\"downloads\"", "</section>")
                .first()
                .map_or(0, |list| list.matches("<a ").count());
            assert_eq!(told, offered, "{settings} {tile} {own}");
        }
    }
}

#[tokio::test]
async fn tiles_alone_are_those_of_the_page() {
    let server = start().await;
    let admin = server.admin().await;
    let names: Vec<String> = (1..=61).map(|index| format!("Sheet {index}")).collect();
    let (path, _) = gallery_of(&server, &admin, &names.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let visitor = server.visitor();
    for query in ["page=1", "page=2", "page=1&sort=name", "page=1&search=sheet+6", "page=1&search=nothing", "page=3"] {
        let mut shown = Vec::new();
        for part in ["", "&part=tiles"] {
            let page = visitor.get(&format!("{path}?{query}{part}")).await.text().await.unwrap();
            assert_eq!(page.contains("Download all"), part.is_empty(), "{query}{part}");
            shown.push(between(&page, "<ul class=\"grid", "</ul>")[0].to_owned());
        }
        assert_eq!(shown[0], shown[1], "{query}");
    }
}

#[tokio::test]
async fn who_may_not_see_the_page_gets_no_shapes() {
    let server = start().await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "a.txt", "a").await["id"].clone();
    let single = server.public_link(&admin, &asset, Value::Null).await;
    let settings = json!({ "password": "open sesame" });
    let locked = server.share(&admin, json!({ "assetIds": [asset], "settings": settings })).await["link"].clone();
    let open = server.share(&admin, json!({ "assetIds": [asset] })).await["link"].clone();
    let visitor = server.visitor();
    let shapes = |link: &Value| format!("{}/layout", link["url"].as_str().unwrap());
    assert_eq!(visitor.get(&shapes(&single)).await.status(), 404, "one asset has no layout");
    assert_eq!(visitor.get(&shapes(&locked)).await.status(), 401);
    visitor.post_form(&format!("{}/unlock", locked["url"].as_str().unwrap()), &[("password", "open sesame")]).await;
    assert_eq!(visitor.get(&shapes(&locked)).await.status(), 200);
    let answer = visitor.get(&shapes(&open)).await;
    assert_eq!((answer.status().as_u16(), answer.headers()["cache-control"].to_str().unwrap()), (200, "no-store"));
    let disable = "mutation($id: ID!) { disableLink(id: $id) { userErrors { code } } }";
    server.data(&admin, disable, json!({ "id": open["id"] })).await;
    assert_eq!(visitor.get(&shapes(&open)).await.status(), 404);
}

#[tokio::test]
async fn each_asset_leads_to_those_beside_it() {
    let server = start().await;
    let admin = server.admin().await;
    let vera = server.user(&admin, "Vera", "VIEWER").await;
    let user = server.user_id(&vera).await;
    let mut assets = Vec::new();
    for name in ["c", "hidden", "b", "a"] {
        assets.push(server.upload(&admin, &format!("{name}.txt"), name).await["id"].clone());
    }
    let collection = server.collection(&admin, "C", &assets).await;
    for asset in [&assets[0], &assets[2], &assets[3]] {
        server.grant(&admin, json!({ "userId": user, "assetId": asset, "rights": ["SHARE"] })).await;
    }
    let link = server.collection_link(&vera, &collection, Value::Null).await;
    let path = link["url"].as_str().unwrap().strip_prefix(&server.url).unwrap().to_owned();
    let visitor = server.visitor();
    let member = |asset: &Value, query: &str| format!("{path}/assets/{}{query}", short(asset));
    let seen = async |url: String| {
        let page = visitor.get(&url).await.text().await.unwrap();
        let link = |name: &str| {
            let nav = between(&page, "<nav class=\"beside\"", "</nav>")[0];
            let of = nav.split("<a ").find(|part| part.contains(name)).map(|part| between(part, "href=\"", "\"")[0]);
            of.map(str::to_owned)
        };
        let back = between(&page, "<a href=\"", "\" data-back")[0].replace("&#38;", "&");
        (between(&page, "beside-place\">", "<")[0].to_owned(), link("data-previous"), link("data-next"), back)
    };
    let [c, _, b, a] = [&assets[0], &assets[1], &assets[2], &assets[3]];
    let none = None::<String>;
    assert_eq!(seen(member(c, "")).await, ("1 of 3".into(), none.clone(), Some(member(b, "")), format!("{path}#t1")));
    assert_eq!(
        seen(member(b, "")).await,
        ("2 of 3".into(), Some(member(c, "")), Some(member(a, "")), format!("{path}#t2"))
    );
    let sorted = "?sort=name";
    assert_eq!(
        seen(member(c, sorted)).await,
        ("3 of 3".into(), Some(member(b, sorted)), none.clone(), format!("{path}{sorted}#t3"))
    );
    let found = "?search=b";
    assert_eq!(seen(member(b, found)).await, ("1 of 1".into(), none.clone(), none, format!("{path}{found}#t1")));
    assert_eq!(visitor.get(&member(&assets[1], "")).await.status(), 404, "the hidden one");
    // An asset that the search does not find is still shown, by itself.
    let page = visitor.get(&member(c, found)).await;
    assert_eq!(page.status(), 200);
    assert!(!page.text().await.unwrap().contains("class=\"beside\""));
}

#[tokio::test]
async fn a_large_picture_is_shown_where_it_may_be_downloaded_as_often_as_one_likes() {
    let server = start_with(Options { workers: true, ..Options::default() }).await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "a.jpg", fixtures::jpeg(2000, 1500)).await["id"].clone();
    server.proxies(&admin, &asset).await;
    let visitor = server.visitor();
    for (settings, status) in [
        (json!({}), 404),
        (json!({ "allowOriginal": true }), 404),
        (json!({ "allowProxies": true }), 200),
        (json!({ "allowProxies": true, "proxyPresets": ["preview"] }), 404),
        (json!({ "allowProxies": true, "proxyPresets": ["fullscreen"] }), 200),
        (json!({ "allowProxies": true, "maxDownloads": 5 }), 404),
    ] {
        let link = server.public_link(&admin, &asset, settings.clone()).await;
        let url = link["url"].as_str().unwrap();
        let large = format!("{url}/assets/{}/fullscreen", short(&asset));
        assert_eq!(visitor.get(&large).await.status(), status, "{settings}");
        let page = visitor.get(url).await.text().await.unwrap();
        assert_eq!(page.contains("/fullscreen 2000w"), status == 200, "{settings} {page}");
        let counts = "query($id: ID!) { link(id: $id) { downloadCount } }";
        let counted = server.data(&admin, counts, json!({ "id": link["id"] })).await;
        assert_eq!(counted["link"]["downloadCount"], 0, "a look is no download");
    }
}

#[tokio::test]
async fn a_gallery_of_ten_thousand_costs_as_many_statements_as_one_of_two_pages() {
    let server = start().await;
    let admin = server.admin().await;
    server.sql(many_assets(10_000)).await;
    let some = server.data(&admin, "{ assets(first: 61) { nodes { id } } }", Value::Null).await;
    let some: Vec<Value> =
        some["assets"]["nodes"].as_array().unwrap().iter().map(|asset| asset["id"].clone()).collect();
    let mut costs = Vec::new();
    for is_large in [false, true] {
        let collection = server.collection(&admin, "C", &some).await;
        if is_large {
            server
                .sql(
                    "INSERT INTO collection_assets (collection_id, asset_id, position)
                    SELECT (SELECT id FROM collections ORDER BY id DESC LIMIT 1), assets.id, number + 100 FROM assets
                    ON CONFLICT DO NOTHING; ANALYZE",
                )
                .await;
        }
        let link = server.collection_link(&admin, &collection, json!({ "allowProxies": true })).await;
        let path = link["url"].as_str().unwrap().strip_prefix(&server.url).unwrap();
        let visitor = server.visitor();
        let mut cost = Vec::new();
        for address in [
            path.to_owned(),
            format!("{path}?sort=name&page=2"),
            format!("{path}?sort=name&page=2&part=tiles"),
            format!("{path}/layout"),
            format!("{path}/assets/{}", short(&some[0])),
        ] {
            let before = server.statements();
            let answer = visitor.get(&address).await;
            assert_eq!(answer.status(), 200, "{address}");
            let text = answer.text().await.unwrap();
            cost.push(server.statements() - before);
            if is_large && address.ends_with("/layout") {
                let shapes: Value = serde_json::from_str(&text).unwrap();
                assert_eq!(shapes["ratios"].as_array().unwrap().len(), 10_000);
            }
        }
        costs.push(cost);
    }
    assert_eq!(costs[0], costs[1]);
    assert!(costs[1][2] < costs[1][1], "tiles only: {costs:?}");
}

#[tokio::test]
async fn the_owner_chooses_the_order_that_visitors_see_first() {
    let server = start().await;
    let admin = server.admin().await;
    let (path, assets) = gallery_of(&server, &admin, &["Bild 10", "bild 2", "Zebra", "apfel"]).await;
    let id = server.data(&admin, "{ links { nodes { id } } }", Value::Null).await["links"]["nodes"][0]["id"].clone();
    let visitor = server.visitor();
    let token = path.rsplit('/').next().unwrap().to_owned();
    let headless = async || {
        let query = "query($token: String!, $after: String) { sharedLink(token: $token) {
            assets(first: 3, after: $after) { pageInfo { hasNextPage endCursor } nodes { title } } } }";
        let (mut found, mut after) = (Vec::new(), Value::Null);
        loop {
            let data = server.data("", query, json!({ "token": token, "after": after })).await;
            let page = data["sharedLink"]["assets"].clone();
            found.extend(
                page["nodes"].as_array().unwrap().iter().map(|node| node["title"].as_str().unwrap().to_owned()),
            );
            if page["pageInfo"]["hasNextPage"] == false {
                return found;
            }
            after = page["pageInfo"]["endCursor"].clone();
        }
    };
    let [arranged, named, newest] = [
        ["Bild 10", "bild 2", "Zebra", "apfel"],
        ["apfel", "bild 2", "Bild 10", "Zebra"],
        ["apfel", "Zebra", "bild 2", "Bild 10"],
    ];
    for (order, chosen, expected) in [
        (json!("NAME"), "name", named),
        (json!("NEWEST"), "newest", newest),
        (json!("OLDEST"), "oldest", arranged),
        (Value::Null, "position", arranged),
    ] {
        let changed = server.update_link(&admin, &id, json!({ "memberOrder": order })).await;
        assert_eq!(changed["userErrors"], json!([]), "{order}");
        assert_eq!(titles(&visitor, &path).await, expected, "{order}");
        assert_eq!(titles(&visitor, &format!("{path}/embed?page=1")).await, expected, "{order}");
        assert_eq!(headless().await, expected, "{order}");
        let page = visitor.get(&path).await.text().await.unwrap();
        assert!(page.contains(&format!("<option value=\"{chosen}\" selected>")), "{order}: {page}");
        assert_eq!(layout(&visitor, &path, "").await, layout(&visitor, &path, &format!("?sort={chosen}")).await);
        // Whoever chooses another order gets that, and keeps it on the way.
        assert_eq!(titles(&visitor, &format!("{path}?sort=newest")).await, newest, "{order}");
        assert_eq!(titles(&visitor, &format!("{path}?sort=position")).await, arranged, "{order}");
        let member = format!("{path}/assets/{}", short(&assets[1]));
        let beside = visitor.get(&member).await.text().await.unwrap();
        let place = expected.iter().position(|title| *title == "bild 2").unwrap() + 1;
        assert!(beside.contains(&format!("beside-place\">{place} of 4<")), "{order}: {beside}");
        let sorted = visitor.get(&format!("{path}?sort=newest")).await.text().await.unwrap();
        let written = sorted.contains(&format!("{member}?sort=newest"));
        assert_eq!(written, chosen != "newest", "the usual order is not written: {sorted}");
    }
}

#[tokio::test]
async fn the_page_says_what_the_owner_wrote_and_who_shared_it_only_if_they_want() {
    let server = start().await;
    let admin = server.admin().await;
    let eddi = server.user(&admin, "Eddi", "EDITOR").await;
    let asset = server.upload(&eddi, "Notes.txt", "notes").await["id"].clone();
    let text = "Three days\n\n<b>in</b> May";
    let visitor = server.visitor();
    for show in [false, true] {
        let settings = json!({ "description": text, "showCreator": show });
        let gallery = server.share(&eddi, json!({ "assetIds": [asset], "settings": settings })).await["link"].clone();
        let single = server.public_link(&eddi, &asset, settings).await;
        for link in [&gallery, &single] {
            let url = link["url"].as_str().unwrap();
            for page in [url.to_owned(), format!("{url}/embed")] {
                let html = visitor.get(&page).await.text().await.unwrap();
                assert!(html.contains("Three days\n\n&#60;b&#62;in&#60;/b&#62; May</p>"), "{html}");
                assert_eq!(html.contains("Eddi"), show, "{html}");
            }
            let html = visitor.get(url).await.text().await.unwrap();
            let told = "property=\"og:description\" content=\"Three days &#60;b&#62;in&#60;/b&#62; May\"";
            assert!(html.contains(told), "{html}");
            let query = "query($token: String!) { sharedLink(token: $token) { description creatorName } }";
            let token = url.rsplit('/').next().unwrap();
            let seen = server.data("", query, json!({ "token": token })).await["sharedLink"].clone();
            assert_eq!(seen, json!({ "description": text, "creatorName": show.then_some("Eddi") }));
        }
        let member = format!("{}/assets/{}", gallery["url"].as_str().unwrap(), short(&asset));
        assert!(!visitor.get(&member).await.text().await.unwrap().contains("Three days"), "it is about the whole");
    }
    // A long text is folded, and is there without scripts.
    let long = format!("Three days {}", "in May ".repeat(60));
    let settings = json!({ "description": long });
    let gallery = server.share(&eddi, json!({ "assetIds": [asset], "settings": settings })).await["link"].clone();
    let html = visitor.get(gallery["url"].as_str().unwrap()).await.text().await.unwrap();
    let folded = between(&html, "<details class=\"gallery-description\">", "</details>")[0];
    assert!(folded.contains("…</span>") && folded.contains(&format!(">{}</p>", long.trim())), "{folded}");
    // Before the password, nothing of it is told.
    let settings = json!({ "description": text, "showCreator": true, "password": "open sesame" });
    let locked = server.public_link(&eddi, &asset, settings).await;
    let html = visitor.get(locked["url"].as_str().unwrap()).await.text().await.unwrap();
    assert!(!html.contains("Three days") && !html.contains("Eddi"), "{html}");
    for (description, code) in [("x".repeat(2_001), "INVALID_INPUT"), ("a\tb".to_owned(), "INVALID_INPUT")] {
        let refused = server.update_link(&eddi, &locked["id"], json!({ "description": description })).await;
        assert_eq!(refused["userErrors"][0]["code"], code, "{refused}");
        assert_eq!(refused["userErrors"][0]["field"], json!(["settings", "description"]));
    }
}

#[tokio::test]
async fn a_gallery_begins_with_its_cover_where_that_is_large_enough() {
    let server = start_with(Options { workers: true, ..Options::default() }).await;
    let admin = server.admin().await;
    let mut assets = Vec::new();
    for (name, width, height) in [("b.jpg", 2600, 1300), ("a.jpg", 900, 600), ("c.jpg", 500, 400), ("d.jpg", 8000, 200)]
    {
        let id = server.upload(&admin, name, fixtures::jpeg(width, height)).await["id"].clone();
        server.proxies(&admin, &id).await;
        assets.push(id);
    }
    let collection = server.collection(&admin, "All", &assets).await;
    let visitor = server.visitor();
    let [b, a] = [0, 1].map(|index| short(&assets[index]).to_owned());
    for (settings, query, expected) in [
        (json!({}), "", Some((&b, 1280))),
        (json!({ "memberOrder": "NAME" }), "", Some((&a, 900))),
        (json!({ "memberOrder": "NAME" }), "?sort=position", Some((&a, 900))),
        (json!({ "coverAssetId": assets[1] }), "", Some((&a, 900))),
        (json!({ "coverAssetId": assets[2] }), "", None),
        (json!({ "coverAssetId": assets[3] }), "", None),
        (json!({}), "?search=b", None),
        (json!({}), "?page=2", None),
        (json!({}), "/embed", None),
    ] {
        let link = server.collection_link(&admin, &collection, settings.clone()).await;
        let url = link["url"].as_str().unwrap();
        let answer = visitor.get(&format!("{url}{query}")).await;
        let html = answer.text().await.unwrap();
        let tag = between(&html, "<img class=\"banner-picture\"", ">").into_iter().next().map(str::to_owned);
        let Some((id, width)) = expected else {
            assert_eq!(tag, None, "{settings} {query}");
            continue;
        };
        let tag = tag.unwrap_or_else(|| panic!("{settings} {query}: {html}"));
        let path = url.strip_prefix(&server.url).unwrap();
        assert!(tag.contains(&format!("src=\"{path}/assets/{id}/preview\"")), "{settings} {query}: {tag}");
        assert!(tag.contains(&format!("width=\"{width}\"")) && !tag.contains("srcset"), "{tag}");
    }
    let large = server.collection_link(&admin, &collection, json!({ "allowProxies": true })).await;
    let html = visitor.get(large["url"].as_str().unwrap()).await.text().await.unwrap();
    let tag = between(&html, "<img class=\"banner-picture\"", ">")[0];
    assert!(tag.contains("/preview 1280w, ") && tag.contains("/fullscreen 2560w"), "{tag}");
    assert!(between(&html, "<style>", "</style>")[0].starts_with(".banner{--c:rgb("), "{html}");
}
