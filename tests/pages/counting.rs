//! Counters of views and downloads, and the limit that hangs on them.

use chrono::{DateTime, TimeDelta, Utc};
use diesel_async::SimpleAsyncConnection;
use futures::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use tests::{LONG, Options, Running, fixtures, short, start, start_with};
use tokio::time::timeout;

async fn counts(server: &Running, admin: &str, link: &Value) -> (i64, i64) {
    let query = "query($id: ID!) { link(id: $id) { viewCount downloadCount lastAccessedAt state } }";
    let data = server.data(admin, query, json!({ "id": link["id"] })).await;
    let count = |field: &str| data["link"][field].as_i64().unwrap();
    assert_eq!(data["link"]["lastAccessedAt"].is_null(), count("viewCount") + count("downloadCount") == 0);
    (count("viewCount"), count("downloadCount"))
}

#[tokio::test]
async fn a_view_is_a_get_of_an_open_page() {
    let server = start_with(Options { workers: true, ..Options::default() }).await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "a.jpg", fixtures::jpeg(40, 30)).await["id"].clone();
    server.proxies(&admin, &asset).await;
    let link = server.public_link(&admin, &asset, json!({ "password": "open sesame" })).await;
    let path = link["url"].as_str().unwrap().strip_prefix(&server.url).unwrap().to_owned();
    let visitor = server.visitor();
    visitor.get(&path).await;
    assert_eq!(counts(&server, &admin, &link).await, (0, 0), "a locked page shows nothing");
    visitor.post_form(&format!("{path}/unlock"), &[("password", "open sesame")]).await;
    visitor.head(&path).await;
    assert_eq!(counts(&server, &admin, &link).await, (0, 0), "neither does HEAD");
    visitor.get(&path).await;
    visitor.get(&format!("{path}/embed")).await;
    let short = short(&asset);
    visitor.get(&format!("{path}/assets/{short}/preview")).await;
    assert_eq!(counts(&server, &admin, &link).await, (2, 0), "a picture of the page is no view of its own");
}

#[tokio::test]
async fn a_download_counts_once_for_a_visitor_who_goes_on_with_it() {
    let server = start().await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "a.bin", b"0123456789".to_vec()).await["id"].clone();
    let link = server.download_link(&admin, json!({ "assetId": asset })).await;
    let path = link["url"].as_str().unwrap();
    let visitor = server.visitor();
    let range =
        async |range: &str| visitor.request(Method::GET, path).header("range", range).send().await.unwrap().status();
    visitor.head(path).await;
    assert_eq!(counts(&server, &admin, &link).await.1, 0);
    let tag = visitor.get(path).await.headers()["etag"].clone();
    assert_eq!(counts(&server, &admin, &link).await.1, 1);
    assert_eq!(
        (range("bytes=3-").await.as_u16(), range("bytes=0-1").await.as_u16(), range("bytes=99-").await.as_u16()),
        (206, 206, 416)
    );
    let unchanged = visitor.request(Method::GET, path).header("if-none-match", tag).send().await.unwrap();
    assert_eq!((unchanged.status().as_u16(), counts(&server, &admin, &link).await.1), (304, 1));
    server.advance(TimeDelta::minutes(31));
    range("bytes=3-").await;
    assert_eq!(counts(&server, &admin, &link).await.1, 1, "a long download is the same, however late it goes on");
    range("bytes=0-").await;
    assert_eq!(counts(&server, &admin, &link).await.1, 2, "half an hour later a beginning is another download");
    for _ in 0..3 {
        let stranger = tests::client().get(path).header("range", "bytes=5-").send().await.unwrap();
        assert_eq!(stranger.status(), 206);
    }
    assert_eq!(counts(&server, &admin, &link).await.1, 5, "a client without cookies counts each time");
}

#[tokio::test]
async fn the_last_download_can_be_finished() {
    let server = start().await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "a.bin", b"0123456789".to_vec()).await["id"].clone();
    let link = server.download_link(&admin, json!({ "assetId": asset, "maxDownloads": 1 })).await;
    let (path, visitor) = (link["url"].as_str().unwrap(), server.visitor());
    let range = async |visitor: &tests::Visitor, range: &str| {
        visitor.request(Method::GET, path).header("range", range).send().await.unwrap().status().as_u16()
    };
    assert_eq!(range(&visitor, "bytes=0-4").await, 206);
    server.advance(TimeDelta::hours(30));
    assert_eq!((range(&visitor, "bytes=5-").await, range(&visitor, "bytes=0-").await), (206, 404));
    assert_eq!(range(&server.visitor(), "bytes=5-").await, 404, "nobody else goes on with it");
    assert_eq!(counts(&server, &admin, &link).await.1, 1);
    // Also behind a password, whose grant ends before the download.
    let settings = json!({ "allowOriginal": true, "maxDownloads": 1, "password": "open sesame" });
    let locked = server.public_link(&admin, &asset, settings).await;
    let page = locked["url"].as_str().unwrap();
    visitor.post_form(&format!("{page}/unlock"), &[("password", "open sesame")]).await;
    let file = format!("{page}/assets/{}/original", short(&asset));
    let part = async |range: &str| {
        visitor.request(Method::GET, &file).header("range", range).send().await.unwrap().status().as_u16()
    };
    assert_eq!(part("bytes=0-4").await, 206, "{file}");
    server.advance(TimeDelta::hours(13));
    assert_eq!((part("bytes=5-").await, part("bytes=0-").await), (206, 403));
}

#[tokio::test]
async fn a_page_that_waits_for_its_picture_is_one_view() {
    let server = start().await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "a.jpg", fixtures::jpeg(40, 30)).await["id"].clone();
    let link = server.public_link(&admin, &asset, Value::Null).await;
    let (url, visitor) = (link["url"].as_str().unwrap(), server.visitor());
    let page = visitor.get(url).await.text().await.unwrap();
    let again = page.split("http-equiv=\"refresh\" content=\"5; url=").nth(1).expect("it reloads itself");
    let again = format!("{url}{}", again.split('"').next().unwrap());
    assert!(visitor.get(&again).await.text().await.unwrap().contains(&again[url.len()..]), "since the same instant");
    assert_eq!(counts(&server, &admin, &link).await, (1, 0));
    // Somebody else opens what stood in the address bar, or the same one does much later.
    let elsewhere = server.visitor().request(Method::GET, &again).header("x-forwarded-for", "203.0.113.77");
    elsewhere.send().await.unwrap();
    assert_eq!(counts(&server, &admin, &link).await, (2, 0));
    let other = server.public_link(&admin, &asset, Value::Null).await;
    visitor.get(&format!("{}{}", other["url"].as_str().unwrap(), &again[url.len()..])).await;
    assert_eq!(counts(&server, &admin, &other).await, (1, 0), "the grant is for one link");
    server.advance(TimeDelta::hours(2));
    visitor.get(&again).await;
    assert_eq!(counts(&server, &admin, &link).await, (3, 0));
    let now = server.services.now().timestamp();
    for made_up in ["", "-1", "9223372036854775807", "x", &now.to_string()] {
        assert_eq!(visitor.get(&format!("{url}?waiting={made_up}")).await.status(), 200, "{made_up}");
    }
    assert_eq!(counts(&server, &admin, &link).await, (8, 0));
}

#[tokio::test]
async fn a_file_that_is_lost_is_no_download() {
    let server = start().await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "a.bin", b"0123456789".to_vec()).await["id"].clone();
    let link = server.download_link(&admin, json!({ "assetId": asset, "maxDownloads": 1 })).await;
    for file in server.blob_files() {
        std::fs::remove_file(file).unwrap();
    }
    let response = server.visitor().get(link["url"].as_str().unwrap()).await;
    assert_eq!((response.status().as_u16(), counts(&server, &admin, &link).await), (500, (0, 0)));
}

#[tokio::test]
async fn exactly_as_many_downloads_as_allowed_get_through() {
    let server = start_with(Options { threads: 2, ..Options::default() }).await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "a.bin", b"0123456789".to_vec()).await["id"].clone();
    let public = json!({ "allowOriginal": true, "maxDownloads": 10 });
    let public = server.public_link(&admin, &asset, public).await;
    let short = short(&asset);
    let download = server.download_link(&admin, json!({ "assetId": asset, "maxDownloads": 10 })).await;
    for (link, path, nothing) in [
        (&public, format!("{}/assets/{short}/original", public["url"].as_str().unwrap()), 403),
        (&download, download["url"].as_str().unwrap().to_owned(), 404),
    ] {
        let visitors: Vec<_> = (0..50).map(|_| server.visitor()).collect();
        let statuses = join_all(visitors.iter().map(async |visitor| visitor.get(&path).await.status().as_u16())).await;
        assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 10, "{statuses:?}");
        assert!(statuses.iter().all(|status| [200, nothing].contains(status)));
        assert_eq!(counts(&server, &admin, link).await.1, 10);
        let state =
            server.data(&admin, "query($id: ID!) { link(id: $id) { state } }", json!({ "id": link["id"] })).await;
        assert_eq!(state["link"]["state"], "EXHAUSTED");
        let lucky = statuses.iter().position(|status| *status == 200).unwrap();
        let go_on = visitors[lucky].request(Method::GET, &path).header("range", "bytes=5-").send().await.unwrap();
        assert_eq!(go_on.status(), 206, "who was counted may finish");
        assert_eq!(server.visitor().get(&path).await.status(), nothing);
    }
}

#[tokio::test]
async fn what_a_link_shows_is_left_when_no_download_is() {
    let server = start_with(Options { workers: true, ..Options::default() }).await;
    let admin = server.admin().await;
    let photo = server.upload(&admin, "a.jpg", fixtures::jpeg(640, 480)).await["id"].clone();
    let text = server.upload(&admin, "b.txt", "text").await["id"].clone();
    server.proxies(&admin, &photo).await;
    let settings = json!({ "allowOriginal": true, "allowProxies": true, "maxDownloads": 1 });
    let shared = server.share(&admin, json!({ "assetIds": [photo, text], "settings": settings })).await;
    let single = server.public_link(&admin, &photo, settings).await;
    let base = |url: &Value| url.as_str().unwrap().strip_prefix(&server.url).unwrap().to_owned();
    let gallery = base(&shared["link"]["url"]);
    let asset = format!("{gallery}/assets/{}", short(&photo));
    let used_up = "All downloads that this link allows have been used.";
    let read = async |visitor: &tests::Visitor, path: &str| {
        let answer = visitor.get(path).await;
        (answer.status().as_u16(), answer.text().await.unwrap())
    };
    let (status, before) = read(&server.visitor(), &gallery).await;
    assert!(status == 200 && before.contains("1 download left") && before.contains("archive.zip"), "{before}");
    assert!(before.contains("data-left=\"1\"") && before.contains("data-size"), "{before}");
    for page in [gallery.clone(), base(&single["url"])] {
        let lucky = server.visitor();
        assert_eq!(lucky.get(&format!("{page}/assets/{}/original", short(&photo))).await.status(), 200);
    }
    let visitor = server.visitor();
    for page in [&gallery, &format!("{gallery}/embed"), &asset, &base(&single["url"])] {
        let (status, told) = read(&visitor, page).await;
        assert_eq!(status, 200, "{page}");
        assert!(told.contains(used_up) && told.contains("No downloads left"), "{page}: {told}");
        // Nothing leads to what is not handed out.
        for button in ["archive.zip", "/original", "?download", "data-size", "tile-choice"] {
            assert!(!told.contains(button), "{button} on {page}: {told}");
        }
    }
    assert_eq!(visitor.get(&format!("{asset}/preview")).await.status(), 200);
    let layout: Value = visitor.get(&format!("{gallery}/layout")).await.json().await.unwrap();
    assert_eq!((&layout["downloadsLeft"], &layout["positions"]), (&json!(0), &json!([1, 2])));
    // Who comes too late reads why, and finds the way back.
    for (file, from_frame) in [
        (format!("{asset}/original"), false),
        (format!("{asset}/preview?download"), true),
        (format!("{gallery}/archive.zip"), false),
        (format!("{gallery}/archive.zip?select=2"), true),
    ] {
        let request = visitor.request(Method::GET, &file);
        let request = if from_frame { request.header("sec-fetch-dest", "iframe") } else { request };
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), 403, "{file}");
        assert_eq!(answer.headers()["content-type"], "text/html; charset=utf-8", "{file}");
        assert!(!answer.headers().contains_key("content-disposition"));
        let told = answer.text().await.unwrap();
        let back = if from_frame { format!("{gallery}/embed") } else { gallery.clone() };
        assert!(told.contains(used_up) && told.contains(&format!("href=\"{back}\"")), "{file}: {told}");
    }
    let misses = server.visitor_from("198.51.100.7");
    for _ in 0..200 {
        assert_eq!(misses.get(&format!("{asset}/original")).await.status(), 403, "nobody is slowed down for it");
    }
    assert_eq!(counts(&server, &admin, &shared["link"]).await.1, 1);
    let more = server.update_link(&admin, &shared["link"]["id"], json!({ "maxDownloads": 2 })).await;
    assert_eq!(more["userErrors"], json!([]));
    assert_eq!(visitor.get(&format!("{gallery}/archive.zip")).await.status(), 200);
}

#[tokio::test]
async fn a_thousand_at_once_get_a_hundred_downloads() {
    let server = start_with(Options { threads: 2, ..Options::default() }).await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "a.bin", b"0123456789".to_vec()).await["id"].clone();
    let link = server.download_link(&admin, json!({ "assetId": asset, "maxDownloads": 100 })).await;
    let path = link["url"].as_str().unwrap();
    let client = tests::client();
    // In every way that a client without a cookie has to take the file.
    let take = async |index: usize| {
        let range = ["bytes=0-", "bytes=5-", "bytes=0-0", "bytes=-1"][index % 4];
        let address = format!("10.1.{}.{}", index / 250, index % 250);
        loop {
            let request = client.get(path).header("x-forwarded-for", &address);
            let request = if index.is_multiple_of(5) { request } else { request.header("range", range) };
            let response = request.send().await.unwrap();
            // With so many at once, a request may be told to come again; it counts for nothing then.
            if response.status() != 503 {
                return response.status().as_u16();
            }
        }
    };
    let statuses = join_all((0..1000).map(take)).await;
    let got = statuses.iter().filter(|status| [200, 206].contains(status)).count();
    let refused = statuses.iter().filter(|status| **status == 404).count();
    assert_eq!((got, refused), (100, 900));
    assert_eq!(counts(&server, &admin, &link).await.1, 100);
}

#[tokio::test]
async fn bots_that_look_for_a_preview_do_not_count() {
    let server = start_with(Options { workers: true, ..Options::default() }).await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "a.jpg", fixtures::jpeg(40, 30)).await["id"].clone();
    server.proxies(&admin, &asset).await;
    let free = server.download_link(&admin, json!({ "assetId": asset })).await;
    let limited = server.download_link(&admin, json!({ "assetId": asset, "maxDownloads": 1 })).await;
    let page = server.public_link(&admin, &asset, json!({ "allowOriginal": true })).await;
    for bot in [
        "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
        "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
        "Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)",
        "WhatsApp/2.23.20.0",
        "TelegramBot (like TwitterBot)",
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/112.0.0.0 Safari/537.36 \
            (compatible; MicrosoftPreview/2.0; +https://aka.ms/MicrosoftPreview)",
        "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)",
        "Mozilla/4.0 (compatible; ms-office; MSOffice 16)",
        "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)",
        "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; ClaudeBot/1.0; +claudebot@anthropic.com)",
        "Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)",
    ] {
        let get = async |link: &Value| {
            let request = server.visitor().request(Method::GET, link["url"].as_str().unwrap());
            request.header("user-agent", bot).send().await.unwrap().status().as_u16()
        };
        // A bot gets what a preview shows, and nothing that would have to be counted.
        assert_eq!([get(&page).await, get(&free).await, get(&limited).await], [200, 403, 403], "{bot}");
        let file = async |file: &str| {
            let url = format!("{}/{file}", page["url"].as_str().unwrap());
            server
                .visitor()
                .request(Method::GET, &url)
                .header("user-agent", bot)
                .send()
                .await
                .unwrap()
                .status()
                .as_u16()
        };
        let short = short(&asset);
        for path in [format!("assets/{short}/preview"), format!("assets/{short}/original"), "archive.zip".to_owned()] {
            assert_eq!(file(&path).await, 403, "{bot} {path}");
        }
        assert_eq!(file("cover.jpg").await, 200, "{bot}");
    }
    for link in [&free, &limited, &page] {
        assert_eq!(counts(&server, &admin, link).await, (0, 0));
    }
    // A program that only calls itself a bot is counted like anybody.
    for (index, other) in ["MyBot/1.0 (bot; +https://bot.example)", "crawler", "spider/2", ""].into_iter().enumerate() {
        for link in [&free, &page] {
            let request = server.visitor().request(Method::GET, link["url"].as_str().unwrap());
            assert_eq!(request.header("user-agent", other).send().await.unwrap().status(), 200);
        }
        let all = i64::try_from(index + 1).unwrap();
        assert_eq!(counts(&server, &admin, &free).await, (0, all), "{other}");
        assert_eq!(counts(&server, &admin, &page).await, (all, 0), "{other}");
    }
    let browser = server.visitor().request(Method::GET, limited["url"].as_str().unwrap());
    let firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
    assert_eq!(browser.header("user-agent", firefox).send().await.unwrap().status(), 200);
    assert_eq!(counts(&server, &admin, &limited).await, (0, 1));
}

#[tokio::test]
async fn what_a_browser_loads_ahead_is_no_view_and_no_download() {
    let server = start().await;
    let admin = server.admin().await;
    let one = server.upload(&admin, "one.txt", "one").await["id"].clone();
    let two = server.upload(&admin, "two.txt", "two").await["id"].clone();
    let limited = json!({ "allowOriginal": true, "maxDownloads": 2 });
    let direct = server.download_link(&admin, json!({ "assetId": one, "maxDownloads": 1 })).await;
    let single = server.public_link(&admin, &one, limited.clone()).await;
    let shared = server.share(&admin, json!({ "assetIds": [one, two], "settings": limited })).await["link"].clone();
    let url = |link: &Value| link["url"].as_str().unwrap().to_owned();
    let member = format!("{}/assets/{}", url(&shared), short(&one));
    let pages = [url(&single), url(&shared), member.clone(), format!("{}/embed", url(&shared))];
    let files = [url(&direct), format!("{member}/original"), format!("{}/archive.zip", url(&shared))];
    let ahead = [
        ("sec-purpose", "prefetch"),
        ("sec-purpose", "prefetch;prerender"),
        ("sec-purpose", "prefetch;anonymous-client-ip"),
        ("purpose", "prefetch"),
        ("x-moz", "prefetch"),
    ];
    let visitor = server.visitor();
    for (name, value) in ahead {
        let ahead = async |path: &str| visitor.request(Method::GET, path).header(name, value).send().await.unwrap();
        for page in &pages {
            let answer = ahead(page).await;
            assert_eq!(answer.status(), 200, "{page}");
            assert!(!answer.headers().contains_key("set-cookie"), "{page}");
        }
        for file in &files {
            let answer = ahead(file).await;
            assert_eq!(
                (answer.status().as_u16(), &answer.headers()["cache-control"]),
                (503, &"no-store".parse().unwrap())
            );
        }
    }
    for link in [&direct, &single, &shared] {
        assert_eq!(counts(&server, &admin, link).await, (0, 0));
    }
    // The visitor then asks, and what they have may be loaded ahead like anything else.
    for file in &files {
        assert_eq!(visitor.get(file).await.status(), 200, "{file}");
        let again = visitor.request(Method::GET, file).header("sec-purpose", "prefetch").send().await.unwrap();
        assert_eq!(again.status(), 200, "{file}");
    }
    let other = visitor.request(Method::GET, &url(&single)).header("sec-purpose", "other").send().await.unwrap();
    assert_eq!(other.status(), 200);
    assert_eq!(counts(&server, &admin, &direct).await, (0, 1));
    assert_eq!(counts(&server, &admin, &shared).await, (0, 2));
    assert_eq!(counts(&server, &admin, &single).await, (1, 0));
}

#[tokio::test]
async fn whoever_comes_in_by_another_address_is_one_view_too() {
    let server = start().await;
    let admin = server.admin().await;
    let mut assets = Vec::new();
    for name in ["one.txt", "two.txt"] {
        assets.push(server.upload(&admin, name, name).await["id"].clone());
    }
    let collection = server.collection(&admin, "All", &assets).await;
    let link = server.collection_link(&admin, &collection, json!({})).await;
    let url = link["url"].as_str().unwrap().to_owned();
    let get = async |visitor: &tests::Visitor, url: &str, headers: &[(&str, &str)]| {
        let request = headers
            .iter()
            .fold(visitor.request(Method::GET, url), |request, (name, value)| request.header(*name, *value));
        assert_eq!(request.send().await.unwrap().status(), 200, "{url}");
    };
    let (outside, inside) = ([("sec-fetch-site", "none")], [("sec-fetch-site", "same-origin")]);
    let mut views = 0;
    for address in ["?page=2", "?page=1", "?sort=name", "?search=one", "/embed?page=2"] {
        for headers in
            [&outside[..], &[("sec-fetch-site", "cross-site")], &[("referer", "https://other.example/")], &[]]
        {
            let visitor = server.visitor();
            get(&visitor, &format!("{url}{address}"), headers).await;
            views += 1;
            assert_eq!(counts(&server, &admin, &link).await.0, views, "{address} {headers:?}");
            // They look around, and come back on the same day.
            for (again, headers) in [("?page=2", &inside[..]), ("?search=two", &outside), ("?sort=name&page=3", &[])] {
                get(&visitor, &format!("{url}{again}"), headers).await;
            }
            assert_eq!(counts(&server, &admin, &link).await.0, views, "{address} {headers:?}");
        }
        // Nobody who looks around is counted, where the browser keeps no cookies.
        for headers in [&inside[..], &[("referer", &*url)]] {
            get(&server.visitor(), &format!("{url}{address}"), headers).await;
        }
        assert_eq!(counts(&server, &admin, &link).await.0, views, "{address}");
    }
    // What a script asks for is no page.
    let script = server.visitor();
    for part in ["?part=tiles", "?part=tiles&page=2", "/layout", "/layout?sort=name"] {
        for headers in [&outside[..], &inside, &[]] {
            get(&script, &format!("{url}{part}"), headers).await;
        }
    }
    assert_eq!(counts(&server, &admin, &link).await.0, views);
    let query = "query($id: ID!) { link(id: $id) { statistics { total { views visitors } } } }";
    let told = server.data(&admin, query, json!({ "id": link["id"] })).await["link"]["statistics"]["total"].clone();
    assert_eq!(told, json!({ "views": views, "visitors": views }));

    // Who types the password comes from our own form, and looks around afterwards.
    let locked = server.collection_link(&admin, &collection, json!({ "password": "open sesame" })).await;
    let (url, visitor) = (locked["url"].as_str().unwrap(), server.visitor());
    visitor.post_form(&format!("{url}/unlock"), &[("password", "open sesame")]).await;
    for address in ["?page=2", "?page=1", "?sort=name"] {
        get(&visitor, &format!("{url}{address}"), &inside).await;
        assert_eq!(counts(&server, &admin, &locked).await.0, 1, "{address}");
    }
    // Who asks not to be tracked has no marker.
    let private = server.visitor();
    let dnt = ("dnt", "1");
    private.post_form(&format!("{url}/unlock"), &[("password", "open sesame")]).await;
    get(&private, &format!("{url}?page=2"), &[dnt, outside[0]]).await;
    get(&private, &format!("{url}?page=1"), &[dnt, inside[0]]).await;
    assert_eq!(counts(&server, &admin, &locked).await.0, 2);
}

#[tokio::test]
async fn an_asset_counts_what_happens_to_it_under_all_its_links() {
    let server = start().await;
    let admin = server.admin().await;
    let one = server.upload(&admin, "one.txt", "one").await["id"].clone();
    let two = server.upload(&admin, "two.txt", "two").await["id"].clone();
    let settings = json!({ "allowOriginal": true });
    let single = server.public_link(&admin, &one, settings.clone()).await;
    let shared = server.share(&admin, json!({ "assetIds": [one, two], "settings": settings })).await["link"].clone();
    let direct = server.download_link(&admin, json!({ "assetId": one })).await;
    let url = |link: &Value| link["url"].as_str().unwrap().to_owned();
    for path in [
        url(&single),
        url(&shared),
        format!("{}/assets/{}", url(&shared), short(&one)),
        format!("{}/assets/{}/original", url(&shared), short(&one)),
        format!("{}/assets/{}/original", url(&shared), short(&two)),
        url(&direct),
    ] {
        assert_eq!(server.visitor().get(&path).await.status(), 200, "{path}");
    }
    let query = "query($id: ID!) { asset(id: $id) { viewCount downloadCount lastAccessedAt } }";
    for (asset, views, downloads) in [(&one, 2, 2), (&two, 0, 1)] {
        let data = server.data(&admin, query, json!({ "id": asset })).await["asset"].clone();
        assert_eq!((&data["viewCount"], &data["downloadCount"]), (&json!(views), &json!(downloads)), "{data}");
        assert!(data["lastAccessedAt"].is_string());
    }
    assert_eq!(counts(&server, &admin, &shared).await, (2, 2), "the page, and that of one of its assets");
}

#[tokio::test]
async fn views_that_come_together_are_all_counted() {
    let server = start().await;
    let admin = server.admin().await;
    let one = server.upload(&admin, "one.txt", "one").await["id"].clone();
    let two = server.upload(&admin, "two.txt", "two").await["id"].clone();
    let collection = server.collection(&admin, "Both", &[one.clone(), two.clone()]).await;
    let links = [
        server.public_link(&admin, &one, json!({})).await,
        server.public_link(&admin, &one, json!({})).await,
        server.collection_link(&admin, &collection, json!({})).await,
    ];
    let url = |link: &Value| link["url"].as_str().unwrap().to_owned();
    let of_two = format!("{}/assets/{}", url(&links[2]), short(&two));
    let addresses = [url(&links[0]), url(&links[1]), url(&links[2]), of_two];
    let look = async |(address, index): (&String, i32)| {
        let visitor = server.visitor();
        let request = visitor.request(Method::GET, address);
        // A tenth asks not to be tracked, and is in no statistics.
        let request = if index % 10 == 0 { request.header("dnt", "1") } else { request };
        assert_eq!(request.send().await.unwrap().status(), 200, "{address}");
    };
    join_all(addresses.iter().flat_map(|address| (0..20).map(move |index| (address, index))).map(look)).await;
    let counted = async |of: &str, id: &Value| {
        let fields = "{ viewCount lastAccessedAt statistics { total { views visitors } } }";
        let told = server
            .data(&admin, &format!("query($id: ID!) {{ of: {of}(id: $id) {fields} }}"), json!({ "id": id }))
            .await;
        assert!(told["of"]["lastAccessedAt"].is_string(), "{told}");
        let total = &told["of"]["statistics"]["total"];
        [&told["of"]["viewCount"], &total["views"], &total["visitors"]].map(|number| number.as_i64().unwrap())
    };
    for (link, numbers) in links.iter().zip([[20, 18, 18], [20, 18, 18], [40, 36, 36]]) {
        assert_eq!(counted("link", &link["id"]).await, numbers);
    }
    assert_eq!(counted("asset", &one).await, [40, 36, 36]);
    assert_eq!(counted("asset", &two).await, [20, 18, 18]);
}

#[tokio::test]
async fn a_link_that_somebody_changes_holds_up_no_visitors_and_no_views_of_others() {
    let server = start().await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "one.txt", "one").await["id"].clone();
    let settings = json!({ "name": "held", "allowOriginal": true });
    let held = server.public_link(&admin, &asset, settings).await;
    let free = server.public_link(&admin, &asset, json!({})).await;
    let mut other = server.database().await;
    other.batch_execute("BEGIN; UPDATE links SET name = 'changed' WHERE name = 'held'").await.unwrap();
    for link in [&held, &free, &held, &free, &free] {
        assert_eq!(server.visitor().get(link["url"].as_str().unwrap()).await.status(), 200);
    }
    assert_eq!(counts(&server, &admin, &free).await, (3, 0));
    assert_eq!(counts(&server, &admin, &held).await, (0, 0));
    other.batch_execute("COMMIT").await.unwrap();
    // Views that are written late are not the last that happened.
    server.advance(TimeDelta::hours(1));
    let original = format!("{}/assets/{}/original", held["url"].as_str().unwrap(), short(&asset));
    assert_eq!(server.visitor().get(&original).await.status(), 200);
    let last = "query($id: ID!) { link(id: $id) { lastAccessedAt } }";
    let last = async || server.data(&admin, last, json!({ "id": held["id"] })).await["link"]["lastAccessedAt"].clone();
    assert_eq!(counts(&server, &admin, &held).await, (2, 1));
    assert!(
        last().await.as_str().unwrap().parse::<DateTime<Utc>>().unwrap()
            > server.services.now() - TimeDelta::minutes(30)
    );
    assert_eq!(counts(&server, &admin, &free).await, (3, 0));
}

#[tokio::test]
async fn a_count_that_is_full_loses_no_views_of_others() {
    let server = start().await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "one.txt", "one").await["id"].clone();
    let full = server.public_link(&admin, &asset, json!({ "name": "full" })).await;
    let mut links = vec![full];
    for _ in 0..4 {
        links.push(server.public_link(&admin, &asset, json!({})).await);
    }
    server.sql("UPDATE links SET view_count = 2147483647, last_accessed_at = now() WHERE name = 'full'").await;
    for link in &links {
        assert_eq!(server.visitor().get(link["url"].as_str().unwrap()).await.status(), 200);
    }
    for (link, expected) in links.iter().zip([i64::from(i32::MAX), 1, 1, 1, 1]) {
        assert_eq!(counts(&server, &admin, link).await, (expected, 0));
    }
}

#[tokio::test]
async fn views_are_written_soon_by_themselves() {
    let server = start().await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "one.txt", "one").await["id"].clone();
    let link = server.public_link(&admin, &asset, json!({})).await;
    // Whose questions do not make the other one write.
    let another = server.another();
    for views in 1..=2 {
        server.visitor().get(link["url"].as_str().unwrap()).await;
        let written = async { while counts(&another, &admin, &link).await != (views, 0) {} };
        timeout(LONG, written).await.expect("they are written");
    }
    // Tests that count statements count what requests ask for.
    server.visitor().get(link["url"].as_str().unwrap()).await;
    let before = server.statements();
    server.views_written().await;
    assert_eq!(server.statements(), before);
}
