//! What other sites show of a link: its cover, its description, and its page in a frame.

use chrono::TimeDelta;
use image::ImageFormat;
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;
use tests::{Bucket, Options, Running, Visitor, fixtures, short, start, start_with};

/// How much of a page every program reads that shows a preview.
const BEGINNING: usize = 2048;

/// How soon one more request for a link that is not there is answered.
const REFILL: Duration = Duration::from_millis(200);

fn url(link: &Value) -> &str {
    link["url"].as_str().unwrap()
}

async fn page(visitor: &Visitor, url: &str) -> String {
    let answer = visitor.get(url).await;
    assert_eq!(answer.status(), 200, "{url}");
    answer.text().await.unwrap()
}

/// The content of a tag in the beginning of a page.
fn told(page: &str, property: &str) -> Option<String> {
    let beginning = &page[..page.floor_char_boundary(BEGINNING)];
    let (_, rest) = beginning.split_once(&format!("property=\"{property}\" content=\""))?;
    Some(rest.split('"').next().unwrap().replace("&#38;", "&").replace("&amp;", "&"))
}

/// The URL of a page's cover.
async fn cover_url(visitor: &Visitor, url: &str) -> Option<String> {
    told(&page(visitor, url).await, "og:image")
}

/// The colour in the middle of a cover, which must be a small JPEG.
async fn colour(visitor: &Visitor, url: &str) -> [u8; 3] {
    let answer = visitor.get(url).await;
    assert_eq!(
        (answer.status().as_u16(), answer.headers()["content-type"].to_str().unwrap()),
        (200, "image/jpeg"),
        "{url}"
    );
    let head = visitor.head(url).await;
    for name in ["content-length", "content-type", "etag", "cache-control", "x-robots-tag"] {
        assert_eq!(head.headers().get(name), answer.headers().get(name), "{name}");
    }
    let bytes = answer.bytes().await.unwrap();
    assert!(bytes.len() < 300_000, "{} bytes", bytes.len());
    image::load_from_memory_with_format(&bytes, ImageFormat::Jpeg).unwrap();
    fixtures::middle(&bytes)
}

const RED: [u8; 3] = [220, 20, 20];
const GREEN: [u8; 3] = [20, 220, 20];
const MAGENTA: [u8; 3] = [220, 20, 220];

/// A server with workers, and two pictures of one colour each.
async fn two_pictures() -> (Running, String, [Value; 2]) {
    let server = start_with(Options { workers: true, ..Options::default() }).await;
    let admin = server.admin().await;
    let mut assets = Vec::new();
    for (name, colour) in [("red.png", RED), ("green.png", GREEN)] {
        let id = server.upload(&admin, name, fixtures::plain_png(1500, 1000, colour)).await["id"].clone();
        server.proxies(&admin, &id).await;
        assets.push(id);
    }
    (server, admin, assets.try_into().unwrap())
}

#[tokio::test]
async fn a_link_is_shown_with_a_small_jpeg_at_the_beginning_of_its_page() {
    let server = start_with(Options { workers: true, ..Options::default() }).await;
    let admin = server.admin().await;
    let visitor = server.visitor();
    for (name, file, size) in [
        ("a.jpg", fixtures::jpeg(1600, 1200), Some((1280, 960))),
        ("noise.jpg", fixtures::noisy_jpeg(1600, 1600), Some((1200, 1200))),
        ("clear.png", fixtures::clear_png(40, 30), Some((40, 30))),
        ("a.txt", b"text".to_vec(), None),
    ] {
        let asset = server.upload(&admin, name, file).await["id"].clone();
        server.proxies(&admin, &asset).await;
        // Names as long as they may be.
        let link = server.public_link(&admin, &asset, json!({ "name": "\"<>&".repeat(50) })).await;
        let html = page(&visitor, url(&link)).await;
        assert!(!html.contains("<>") && told(&html, "og:title").is_some(), "{html}");
        assert_eq!(told(&html, "og:url").as_deref(), Some(url(&link)));
        let Some((width, height)) = size else {
            assert!(!html.contains("og:image"), "{name}");
            assert_eq!(visitor.get(&format!("{}/cover.jpg", url(&link))).await.status(), 404);
            continue;
        };
        let cover = told(&html, "og:image").expect(name);
        assert!(cover.starts_with(&format!("{}/cover.jpg?v=", url(&link))), "{cover}");
        for (property, value) in [
            ("og:image:type", "image/jpeg".to_owned()),
            ("og:image:width", width.to_string()),
            ("og:image:height", height.to_string()),
        ] {
            assert_eq!(told(&html, property), Some(value), "{name} {property}");
        }
        assert!(html.contains("og:image:alt"));
        colour(&visitor, &cover).await;
        let picture = image::load_from_memory(&visitor.get(&cover).await.bytes().await.unwrap()).unwrap();
        assert_eq!((picture.width(), picture.height()), (width, height), "{name}");
        let part = visitor.request(Method::GET, &cover).header("range", "bytes=0-1").send().await.unwrap();
        assert_eq!((part.status().as_u16(), part.bytes().await.unwrap().as_ref()), (206, &[0xff, 0xd8][..]));
        let tag = visitor.get(&cover).await.headers()["etag"].clone();
        let known = visitor.request(Method::GET, &cover).header("if-none-match", tag).send().await.unwrap();
        assert_eq!(known.status(), 304);
    }
}

#[tokio::test]
async fn the_owner_chooses_the_cover_as_long_as_the_link_shows_it() {
    let (server, admin, [red, green]) = two_pictures().await;
    let other = server.upload(&admin, "other.txt", "text").await["id"].clone();
    let visitor = server.visitor();
    let collection = server.collection(&admin, "Both", &[red.clone(), green.clone()]).await;
    let link = server.collection_link(&admin, &collection, Value::Null).await;
    let first = cover_url(&visitor, url(&link)).await.unwrap();
    assert!(fixtures::alike(colour(&visitor, &first).await, RED));

    for (refused, id) in
        [(false, green.clone()), (true, other.clone()), (true, json!("nonsense")), (true, link["id"].clone())]
    {
        let payload = server.update_link(&admin, &link["id"], json!({ "coverAssetId": id })).await;
        let path = json!(["settings", "coverAssetId"]);
        assert_eq!(payload["userErrors"][0]["field"], if refused { path } else { Value::Null }, "{payload}");
    }
    let second = cover_url(&visitor, url(&link)).await.unwrap();
    assert_ne!(first, second, "another cover has another URL");
    assert!(fixtures::alike(colour(&visitor, &second).await, GREEN));
    assert!(fixtures::alike(colour(&visitor, &first).await, GREEN), "an old URL shows the present cover");
    let shown = "query($id: ID!) { link(id: $id) { settings { coverAssetId } } }";
    let data = server.data(&admin, shown, json!({ "id": link["id"] })).await;
    assert_eq!(data["link"]["settings"]["coverAssetId"], green);

    // It leaves, and the first one stands in; the setting stays, and other settings can be changed.
    let change = "mutation($c: ID!, $a: [ID!]!) { removeFromCollection(collectionId: $c, assetIds: $a) { userErrors { code } } }";
    server.data(&admin, change, json!({ "c": collection, "a": [green] })).await;
    assert!(fixtures::alike(colour(&visitor, &cover_url(&visitor, url(&link)).await.unwrap()).await, RED));
    let renamed = server.update_link(&admin, &link["id"], json!({ "name": "Renamed" })).await;
    assert_eq!(renamed["userErrors"], json!([]));
    let same = server.update_link(&admin, &link["id"], json!({ "coverAssetId": green })).await;
    assert_eq!(same["userErrors"], json!([]), "a client sends back what it has read");
    server.data(&admin, &change.replace("removeFrom", "addTo"), json!({ "c": collection, "a": [green] })).await;
    assert!(fixtures::alike(colour(&visitor, &cover_url(&visitor, url(&link)).await.unwrap()).await, GREEN));
    let cleared = server.update_link(&admin, &link["id"], json!({ "coverAssetId": null })).await;
    assert_eq!(cleared["userErrors"], json!([]));
    assert!(fixtures::alike(colour(&visitor, &cover_url(&visitor, url(&link)).await.unwrap()).await, RED));

    // One that has no picture stands back behind the first that has one.
    server.data(&admin, &change.replace("removeFrom", "addTo"), json!({ "c": collection, "a": [other] })).await;
    let text = server.update_link(&admin, &link["id"], json!({ "coverAssetId": other })).await;
    assert_eq!(text["userErrors"], json!([]));
    assert!(fixtures::alike(colour(&visitor, &cover_url(&visitor, url(&link)).await.unwrap()).await, RED));
    server.data(&admin, change, json!({ "c": collection, "a": [other] })).await;

    // A bulk share and a link to one asset take it, too.
    let settings = json!({ "coverAssetId": green });
    let shared = server.share(&admin, json!({ "assetIds": [red, green], "settings": settings })).await;
    assert!(fixtures::alike(colour(&visitor, &cover_url(&visitor, url(&shared["link"])).await.unwrap()).await, GREEN));
    let one = server.public_link(&admin, &green, json!({ "coverAssetId": green })).await;
    assert!(cover_url(&visitor, url(&one)).await.is_some());
    // The page of a member is shown with its own picture.
    let member = format!("{}/assets/{}", url(&link), short(&green));
    let cover = cover_url(&visitor, &member).await.unwrap();
    assert!(fixtures::alike(colour(&visitor, &cover).await, GREEN), "{cover}");
    let elsewhere = format!("{}/cover.jpg?asset={}", url(&link), short(&other));
    assert_eq!(visitor.get(&elsewhere).await.status(), 404, "no member");
}

#[tokio::test]
async fn a_cover_carries_the_watermark_and_never_comes_without_it() {
    let (server, admin, [red, _]) = two_pictures().await;
    let mark = fixtures::plain_png(400, 300, MAGENTA);
    let visitor = server.visitor();
    let link = server.public_link(&admin, &red, Value::Null).await;
    let plain = cover_url(&visitor, url(&link)).await.unwrap();
    server.set_watermark(&admin, json!({ "file": null, "opacity": 1.0, "placement": "CENTER" }), Some(mark)).await;
    server.update_link(&admin, &link["id"], json!({ "watermark": true })).await;
    // Until the watermarked picture is there, there is none. Workers may be fast.
    let answer = visitor.get(&plain).await;
    if answer.status() == 200 {
        assert!(fixtures::alike(fixtures::middle(&answer.bytes().await.unwrap()), MAGENTA));
    }
    server.proxies(&admin, &red).await;
    let marked = cover_url(&visitor, url(&link)).await.unwrap();
    assert_ne!(marked, plain);
    for cover in [&marked, &plain] {
        assert!(fixtures::alike(colour(&visitor, cover).await, MAGENTA));
    }
    let settings = json!({ "watermark": true });
    let unready = server.upload(&admin, "b.png", fixtures::plain_png(900, 600, RED)).await["id"].clone();
    let unready = server.public_link(&admin, &unready, settings).await;
    if let Some(cover) = cover_url(&visitor, url(&unready)).await {
        assert!(fixtures::alike(colour(&visitor, &cover).await, MAGENTA));
    }
}

#[tokio::test]
async fn a_locked_link_tells_nothing_and_all_locked_links_tell_the_same() {
    let server = start_with(Options { workers: true, ..Options::default() }).await;
    let admin = server.admin().await;
    let visitor = server.visitor();
    let data = server.data(&admin, "{ workspace { name } }", Value::Null).await;
    let workspace = data["workspace"]["name"].as_str().unwrap();
    let mut pages = Vec::new();
    for (name, title, kind) in [("The wedding", "bride.png", "png"), ("Contracts 2031", "secret.txt", "txt")] {
        let bytes = if kind == "png" { fixtures::plain_png(900, 600, RED) } else { b"text".to_vec() };
        let asset = server.upload(&admin, title, bytes).await["id"].clone();
        server.proxies(&admin, &asset).await;
        let link = server.public_link(&admin, &asset, json!({ "name": name, "password": "open sesame" })).await;
        let token = url(&link).rsplit('/').next().unwrap().to_owned();
        let html = page(&visitor, url(&link)).await;
        for word in ["og:", "oembed", "cover.jpg", name, "bride", "secret", "property=", workspace] {
            assert!(!html.contains(word), "{word}: {html}");
        }
        assert!(html.contains("name=\"robots\" content=\"noindex"));
        let cover = visitor.get(&format!("{}/cover.jpg", url(&link))).await;
        let refusal = (cover.status().as_u16(), cover.text().await.unwrap());
        assert_eq!(refusal.0, 401);
        pages.push((html.replace(&token, ""), refusal));
    }
    assert_eq!(pages[0], pages[1]);
}

/// The answer of `/oembed` about a URL.
async fn asked(visitor: &Visitor, url: &str, more: &str) -> reqwest::Response {
    let escaped = url.replace(':', "%3A").replace('/', "%2F").replace('?', "%3F").replace('#', "%23");
    visitor.get(&format!("/oembed?url={escaped}{more}")).await
}

#[tokio::test]
async fn sites_are_told_how_to_embed_an_open_link() {
    let (server, admin, [red, _]) = two_pictures().await;
    let visitor = server.visitor();
    let link = server.public_link(&admin, &red, json!({ "name": "A \"red\" <b>picture</b>" })).await;
    let html = page(&visitor, url(&link)).await;
    let discovered = html.split("type=\"application/json+oembed\" href=\"").nth(1).unwrap().split('"').next().unwrap();
    let discovered = discovered.replace("&#38;", "&").replace("&amp;", "&");
    let answer = visitor.get(&discovered).await;
    assert_eq!(answer.headers()["content-type"], "application/json");
    assert_eq!(answer.headers()["x-robots-tag"], "noindex");
    let embed: Value = answer.json().await.unwrap();
    let cover = cover_url(&visitor, url(&link)).await.unwrap();
    assert_eq!(
        embed,
        json!({
            "version": "1.0", "type": "rich", "title": "A \"red\" <b>picture</b>", "provider_name": "Vitrine",
            "provider_url": server.url, "cache_age": 300, "width": 640, "height": 480,
            "html": format!("<iframe src=\"{}/embed\" width=\"640\" height=\"480\" title=\"Shared media\" loading=\"lazy\" allowfullscreen style=\"border:0\"></iframe>", url(&link)),
            "thumbnail_url": cover, "thumbnail_width": 1280, "thumbnail_height": 853,
        })
    );
    for spelled in [format!("{}/", url(&link)), format!("{}/embed", url(&link)), format!("{}?x#y", url(&link))] {
        assert_eq!(asked(&visitor, &spelled, "").await.status(), 200, "{spelled}");
    }
    let small: Value =
        asked(&visitor, url(&link), "&maxwidth=300&maxheight=9000&format=json").await.json().await.unwrap();
    assert_eq!((&small["width"], &small["height"], &small["thumbnail_url"]), (&json!(300), &json!(480), &Value::Null));
    assert!(small["html"].as_str().unwrap().contains("width=\"300\" height=\"480\""), "{small}");
    assert_eq!(asked(&visitor, url(&link), "&format=xml").await.status(), 501);
    for wrong in ["&maxwidth=0", "&maxheight=-1", "&maxwidth=wide", "&maxwidth=99999999999"] {
        assert_eq!(asked(&visitor, url(&link), wrong).await.status(), 400, "{wrong}");
    }
    let views = "query($id: ID!) { link(id: $id) { viewCount } }";
    let before = server.data(&admin, views, json!({ "id": link["id"] })).await;
    asked(&visitor, url(&link), "").await;
    assert_eq!(server.data(&admin, views, json!({ "id": link["id"] })).await, before, "asking is not viewing");
}

#[tokio::test]
async fn sites_learn_nothing_of_other_links() {
    let server = start().await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "a.jpg", fixtures::jpeg(40, 30)).await["id"].clone();
    let soon = (server.services.now() + TimeDelta::hours(1)).to_rfc3339();
    let expired = server.public_link(&admin, &asset, json!({ "expiresAt": soon })).await;
    let locked = server.public_link(&admin, &asset, json!({ "password": "open sesame" })).await;
    let download = server.download_link(&admin, json!({ "assetId": asset })).await;
    let open = server.public_link(&admin, &asset, Value::Null).await;
    server.advance(TimeDelta::hours(1));
    let visitor = server.visitor();
    // Not even to a visitor who has unlocked the link.
    let unlocked = visitor.post_form(&format!("{}/unlock", url(&locked)), &[("password", "open sesame")]).await;
    assert_eq!(unlocked.status(), 303);
    assert!(!page(&visitor, url(&locked)).await.contains("oembed"));
    let unknown = asked(&visitor, &format!("{}/s/{}", server.url, "0".repeat(22)), "").await;
    assert_eq!(unknown.status(), 404);
    let unknown = unknown.text().await.unwrap();
    let of_a_member = format!("{}/assets/{}", url(&open), short(&asset));
    let elsewhere = url(&open).replace("127.0.0.1", "127.0.0.2");
    for other in [url(&expired), url(&locked), url(&download), &of_a_member, &elsewhere, "", "https://example.com/s/x"]
    {
        let answer = asked(&visitor, other, "").await;
        assert_eq!((answer.status().as_u16(), answer.text().await.unwrap()), (404, unknown.clone()), "{other}");
    }
    let nothing = visitor.get("/oembed").await;
    assert_eq!((nothing.status().as_u16(), nothing.text().await.unwrap()), (404, unknown));
    let guessing = server.visitor_from("203.0.113.9");
    let guess = format!("{}/s/{}", server.url, "1".repeat(22));
    Bucket::new(300, REFILL).empty(async |_| asked(&guessing, &guess, "").await).await;
    assert_eq!(asked(&guessing, url(&open), "").await.status(), 200, "an open link is answered all the same");
}

#[tokio::test]
async fn a_workspace_says_which_sites_show_its_links_in_frames() {
    let server = start().await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "a.jpg", fixtures::jpeg(40, 30)).await["id"].clone();
    let visitor = server.visitor();
    let open = server.public_link(&admin, &asset, Value::Null).await;
    let locked = server.public_link(&admin, &asset, json!({ "password": "open sesame" })).await;
    let collection = server.collection(&admin, "C", &[asset]).await;
    let gallery = server.collection_link(&admin, &collection, Value::Null).await;
    let update = "mutation($input: UpdateWorkspaceInput!) { updateWorkspace(input: $input) {
        workspace { embedOrigins name } userErrors { code field message } } }";
    let frames = async |link: &Value, path: &str| {
        let answer = visitor.get(&format!("{}{path}", url(link))).await;
        let policy = answer.headers()["content-security-policy"].to_str().unwrap().to_owned();
        policy.rsplit("frame-ancestors ").next().unwrap().to_owned()
    };
    for (given, kept, policy) in [
        (
            json!(["https://Blog.example/", "https://*.example.com", "https://blog.example"]),
            json!(["https://blog.example", "https://*.example.com"]),
            "https://blog.example https://*.example.com",
        ),
        (json!([]), Value::Null, "*"),
        (json!(["http://localhost:3000"]), json!(["http://localhost:3000"]), "http://localhost:3000"),
        (Value::Null, Value::Null, "*"),
    ] {
        let data = server.data(&admin, update, json!({ "input": { "embedOrigins": given } })).await;
        assert_eq!(data["updateWorkspace"]["workspace"]["embedOrigins"], kept, "{data}");
        for link in [&open, &locked, &gallery] {
            assert_eq!(frames(link, "/embed").await, policy);
            assert_eq!(frames(link, "").await, "'none'");
        }
    }
    server.data(&admin, update, json!({ "input": { "embedOrigins": ["https://blog.example"] } })).await;
    let data = server.data(&admin, update, json!({ "input": { "name": "Other" } })).await;
    assert_eq!(
        data["updateWorkspace"]["workspace"],
        json!({ "embedOrigins": ["https://blog.example"], "name": "Other" })
    );
    let wrong =
        json!({ "embedOrigins": ["https://blog.example", "blog.example", "https://a.example/x; script-src *"] });
    let data = server.data(&admin, update, json!({ "input": wrong })).await;
    let errors = data["updateWorkspace"]["userErrors"].as_array().unwrap().clone();
    let fields: Vec<_> = errors.iter().map(|error| error["field"].clone()).collect();
    assert_eq!(fields, [json!(["embedOrigins", "1"]), json!(["embedOrigins", "2"])]);
    let many: Vec<String> = (0..51).map(|index| format!("https://{index}.example.com")).collect();
    let refusal = server.refusal(&admin, update, json!({ "input": { "embedOrigins": many } })).await;
    assert_eq!(refusal, ("INVALID_INPUT".to_owned(), vec!["embedOrigins".to_owned()]));
    assert_eq!(frames(&open, "/embed").await, "https://blog.example", "nothing of what is refused is kept");
}

#[tokio::test]
async fn a_frame_shows_the_assets_of_its_collection_and_leads_back() {
    let server = start().await;
    let admin = server.admin().await;
    let one = server.upload(&admin, "one.txt", "one").await["id"].clone();
    let two = server.upload(&admin, "two.txt", "two").await["id"].clone();
    let settings = json!({ "allowOriginal": true, "password": "open sesame" });
    let shared = server.share(&admin, json!({ "assetIds": [one, two], "settings": settings })).await;
    let path = url(&shared["link"]).strip_prefix(&server.url).unwrap().to_owned();
    let (visitor, member) = (server.visitor(), format!("{path}/embed/{}", short(&two)));
    let frames = |response: &reqwest::Response| {
        let policy = response.headers()["content-security-policy"].to_str().unwrap();
        policy.split_once("frame-ancestors ").unwrap().1.to_owned()
    };
    let locked = visitor.get(&member).await;
    assert_eq!((locked.status().as_u16(), frames(&locked)), (200, "*".to_owned()));
    let form = locked.text().await.unwrap();
    assert!(form.contains(&format!("action=\"{path}/unlock?embed\"")) && !form.contains("two"), "{form}");

    server.update_link(&admin, &shared["link"]["id"], json!({ "password": null, "maxDownloads": 2 })).await;
    let all = visitor.get(&format!("{path}/embed")).await.text().await.unwrap();
    assert!(
        all.contains(&format!("href=\"{member}\""))
            && !all.contains(&format!("href=\"{path}/assets/{}\"", short(&two)))
    );
    assert!(all.contains("2 downloads left"), "{all}");
    let shown = visitor.get(&member).await;
    assert_eq!((shown.status().as_u16(), frames(&shown)), (200, "*".to_owned()));
    let shown = shown.text().await.unwrap();
    assert!(
        shown.contains(&format!("<a href=\"{path}/embed#t2\" data-back>Show all</a>")) && !shown.contains("og:"),
        "{shown}"
    );
    assert!(shown.contains("2 downloads left"), "{shown}");

    // What goes wrong in a frame is told there, and leads back.
    let nothing = format!("{path}/archive.zip?select=");
    for (from, back) in [(Some("iframe"), format!("{path}/embed")), (Some("document"), path.clone()), (None, path)] {
        let mut request = visitor.request(Method::GET, &nothing);
        if let Some(from) = from {
            request = request.header("sec-fetch-dest", from);
        }
        let refused = request.send().await.unwrap();
        assert_eq!((refused.status().as_u16(), frames(&refused)), (404, "*".to_owned()));
        assert!(refused.text().await.unwrap().contains(&format!("href=\"{back}\"")), "{from:?}");
    }
}
