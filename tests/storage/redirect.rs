//! Downloads that browsers get from S3 itself.

use super::{SOON, noise, on_s3};
use api::config::StorageRedirect;
use chrono::TimeDelta;
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};
use std::time::Duration;
use tests::{ADMIN_EMAIL, ADMIN_PASSWORD, Fault, LONG, Options, Running, S3, Visitor, client, fixtures, short};

const PASSWORD: &str = "open sesame";

/// What a browser sends when its visitor follows a link.
const FOLLOWED: [(&str, &str); 2] = [("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "document")];

/// A server that sends browsers to its bucket, by addresses that open for so many seconds.
async fn redirecting(options: Options, seconds: u64, patience: Duration) -> (S3, Running, String) {
    let s3 = S3::start();
    let (place, mut s3_options) = s3.storage(patience);
    s3_options.storage_redirect = StorageRedirect::For(Duration::from_secs(seconds));
    let server = tests::start_with(Options { storage: Some((place, s3_options)), ..options }).await;
    let admin = server.admin().await;
    (s3, server, admin)
}

/// The same installation without the setting.
fn without_redirect(server: &Running, s3: &S3) -> Running {
    let options = Options { storage: Some(s3.storage(LONG)), ..Options::default() };
    tests::start_with_key(server.database_url.clone(), server.redis_url.clone(), server.secret_key.clone(), options)
}

async fn ask(visitor: &Visitor, method: Method, path: &str, headers: &[(&str, &str)]) -> Response {
    let request =
        headers.iter().fold(visitor.request(method, path), |asked, (name, value)| asked.header(*name, *value));
    request.send().await.unwrap()
}

async fn follow_link(visitor: &Visitor, path: &str) -> Response {
    ask(visitor, Method::GET, path, &FOLLOWED).await
}

fn header(response: &Response, name: &str) -> String {
    response.headers().get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()
}

/// The address that an answer leads to, which opens for so many seconds.
fn address(answer: &Response, s3: &S3, seconds: u64) -> String {
    assert_eq!(answer.status(), StatusCode::TEMPORARY_REDIRECT);
    let address = header(answer, "location");
    assert!(address.starts_with(&s3.url) && address.contains(&format!("X-Amz-Expires={seconds}&")), "{address}");
    assert_eq!(header(answer, "cache-control"), "private, no-store");
    assert_eq!(header(answer, "referrer-policy"), "no-referrer");
    address
}

/// A picture of which the original and the largest version are large, with a large and a small attachment.
struct Shared {
    asset: Value,
    /// The names of its files, whether they are large, and whether the watermark is for them.
    files: Vec<(String, bool, bool)>,
}

async fn shared(server: &Running, admin: &str) -> Shared {
    let mark = fixtures::plain_png(40, 40, [255, 0, 255]);
    server.set_watermark(admin, json!({ "file": null, "opacity": 1.0, "placement": "CENTER" }), Some(mark)).await;
    let asset = server.upload(admin, "Größe.jpg", fixtures::noisy_jpeg(1600, 1200)).await["id"].clone();
    server.attach(admin, &asset, "Vertrag №1.bin", noise(1_500_000)).await;
    let attached = server.attach(admin, &asset, "note.txt", "short").await;
    let attachment = |index: usize| format!("attachment-{}", short(&attached[index]["id"]));
    let files = vec![
        ("original".to_owned(), true, false),
        ("fullscreen?download".to_owned(), true, true),
        ("thumbnail?download".to_owned(), false, true),
        (attachment(0), true, false),
        (attachment(1), false, false),
    ];
    Shared { asset, files }
}

/// Compares what a visitor gets by a redirect with what they get without one.
async fn same_bytes(answer: Response, s3: &S3, direct: Response, what: &str) {
    assert_eq!(direct.status(), 200, "{what}");
    let stored = client().get(address(&answer, s3, 60)).send().await.unwrap();
    assert_eq!(stored.status(), 200, "{what}");
    for name in ["content-type", "content-disposition", "content-length"] {
        assert_eq!(header(&stored, name), header(&direct, name), "{what}: {name}");
    }
    assert!(header(&stored, "content-disposition").starts_with("attachment"), "{what}");
    assert_eq!(header(&stored, "cache-control"), "private, no-store", "{what}");
    assert!(stored.bytes().await.unwrap() == direct.bytes().await.unwrap(), "{what}");
}

/// A visitor of a link, who has given its password, if it has one.
async fn guest(server: &Running, link: &str, has_password: bool) -> Visitor {
    let visitor = server.visitor();
    if has_password {
        let path = link.strip_prefix(&server.url).unwrap_or(link);
        let to = if path.contains("/s/") { format!("{path}/unlock") } else { path.to_owned() };
        assert_eq!(visitor.post_form(&to, &[("password", PASSWORD)]).await.status(), 303, "{to}");
    }
    visitor
}

/// All kinds of links with and without a password, a limit, an end and the watermark, for each file, with and without the
/// setting.
#[tokio::test(flavor = "multi_thread")]
async fn a_redirect_is_for_large_files_without_a_watermark_of_links_that_anybody_may_use_for_a_while() {
    let (s3, server, admin) = redirecting(Options { workers: true, ..Options::default() }, 60, LONG).await;
    let plain = without_redirect(&server, &s3);
    let Shared { asset, files } = shared(&server, &admin).await;
    // The marked versions are made for the first link that wants them.
    server.public_link(&admin, &asset, json!({ "watermark": true })).await;
    server.proxies(&admin, &asset).await;
    let (mut redirected, mut direct) = (0, 0);
    for bits in 0..16_u8 {
        let [has_password, has_limit, has_watermark, is_public] = [1, 2, 4, 8].map(|bit| bits & bit != 0);
        if has_watermark && !is_public {
            continue;
        }
        for (ends, is_soon) in [(None, false), (Some(TimeDelta::hours(1)), false), (Some(TimeDelta::seconds(50)), true)]
        {
            let mut settings = json!({
                "password": has_password.then_some(PASSWORD), "maxDownloads": has_limit.then_some(1000),
                "expiresAt": ends.map(|ends| server.services.now() + ends),
            });
            let link = if is_public {
                settings["watermark"] = json!(has_watermark);
                for allowed in ["allowOriginal", "allowProxies", "allowAttachments"] {
                    settings[allowed] = json!(true);
                }
                server.public_link(&admin, &asset, settings).await
            } else {
                settings["assetId"] = asset.clone();
                server.download_link(&admin, settings).await
            };
            let url = link["url"].as_str().unwrap();
            let path = url.strip_prefix(&server.url).unwrap();
            let [on, off] = [&server, &plain].map(|server| guest(server, path, has_password));
            let (on, off) = (on.await, off.await);
            let offered = if is_public { &files[..] } else { &files[..1] };
            for (name, is_large, is_marked) in offered {
                let file = if is_public { format!("{path}/assets/{}/{name}", short(&asset)) } else { path.to_owned() };
                let what = format!("{file} of {link} {bits:04b} {ends:?}");
                let free = !(has_password || has_limit || is_soon || has_watermark && *is_marked);
                let (answer, without) = (follow_link(&on, &file).await, follow_link(&off, &file).await);
                if *is_large && free {
                    redirected += 1;
                    same_bytes(answer, &s3, without, &what).await;
                } else {
                    direct += 1;
                    assert_eq!((answer.status().as_u16(), without.status().as_u16()), (200, 200), "{what}");
                    assert!(answer.bytes().await.unwrap() == without.bytes().await.unwrap(), "{what}");
                }
                assert_eq!(follow_link(&server.visitor(), &file).await.status() == 307, *is_large && free, "{what}");
            }
        }
    }
    // Of 12 kinds of links, those without password and limit: the original and one attachment, and the preview if unmarked.
    assert_eq!((redirected, direct), (2 * (3 + 2) + 2, 24 * 5 + 12 - 12));
}

/// What a request says, what part of the file it wants, and whether it is redirected.
#[tokio::test]
async fn only_a_browser_that_goes_to_a_file_is_redirected() {
    let (s3, server, admin) = redirecting(Options::default(), 60, LONG).await;
    let bytes = noise(3_000_000);
    let asset = server.upload(&admin, "a.bin", bytes.clone()).await["id"].clone();
    let link = server.download_link(&admin, json!({ "assetId": asset })).await;
    let path = link["url"].as_str().unwrap();
    let followed = |further: &[(&'static str, &'static str)]| [&FOLLOWED[..], further].concat();
    let visitor = server.visitor();
    let mode = |mode, dest| vec![("sec-fetch-mode", mode), ("sec-fetch-dest", dest)];
    let page = ("accept", "text/html,application/xhtml+xml,*/*;q=0.8");
    for (headers, status) in [
        (followed(&[]), 307),
        (followed(&[("range", "bytes=1000-")]), 307),
        (followed(&[("range", "bytes=0-1,3-4")]), 307),
        (followed(&[("range", "bytes=0-1000")]), 206),
        (followed(&[("range", "bytes=-1000")]), 206),
        (followed(&[("range", "bytes=3000000-")]), 416),
        (followed(&[("if-none-match", "\"other\"")]), 200),
        (followed(&[("if-none-match", "*")]), 304),
        (followed(&[("if-match", "\"other\"")]), 412),
        (followed(&[("if-modified-since", "Tue, 24 Nov 2026 10:00:00 GMT")]), 200),
        (followed(&[("if-unmodified-since", "Tue, 24 Nov 2026 10:00:00 GMT")]), 200),
        (followed(&[("range", "bytes=1000-"), ("if-range", "\"other\"")]), 200),
        (mode("navigate", "iframe"), 200),
        (mode("cors", "empty"), 200),
        (mode("same-origin", "empty"), 200),
        (mode("no-cors", "empty"), 200),
        (mode("no-cors", "image"), 200),
        (mode("no-cors", "video"), 200),
        (vec![("sec-fetch-mode", "cors"), page], 200),
        (vec![page], 307),
        (vec![("accept", "*/*")], 200),
        (vec![], 200),
    ] {
        let answer = ask(&visitor, Method::GET, path, &headers).await;
        assert_eq!(answer.status(), status, "{headers:?}");
        if status == 307 {
            let range = headers.iter().find(|(name, _)| *name == "range").map_or("bytes=0-", |(_, range)| *range);
            let part = client().get(address(&answer, &s3, 60)).header("range", range).send().await.unwrap();
            let from = if range.starts_with("bytes=1000-") { 1000 } else { 0 };
            // Several ranges are not asked for by browsers, and servers of S3 differ about them.
            if !range.contains(',') {
                assert_eq!(header(&part, "content-range"), format!("bytes {from}-2999999/3000000"));
                assert!(part.bytes().await.unwrap() == bytes[from..], "{headers:?}");
            }
        }
        let head = ask(&visitor, Method::HEAD, path, &headers).await;
        assert_ne!(head.status(), 307, "{headers:?}");
    }
    let ahead = ask(&server.visitor(), Method::GET, path, &followed(&[("sec-purpose", "prefetch")])).await;
    assert!(ahead.status() != 307 && !ahead.status().is_success(), "{}", ahead.status());
    let bot = ask(&server.visitor(), Method::GET, path, &followed(&[("user-agent", "Slackbot 1.0")])).await;
    assert_ne!(bot.status(), 307);
}

async fn downloads(server: &Running, admin: &str, link: &Value) -> i64 {
    let query = "query($id: ID!) { link(id: $id) { downloadCount } }";
    server.data(admin, query, json!({ "id": link["id"] })).await["link"]["downloadCount"].as_i64().unwrap()
}

#[tokio::test]
async fn a_redirect_is_counted_once_and_not_where_the_file_cannot_be_had() {
    let (s3, server, admin) = redirecting(Options::default(), 60, SOON).await;
    let asset = server.upload(&admin, "a.bin", noise(3_000_000)).await["id"].clone();
    let link = server.public_link(&admin, &asset, json!({ "allowOriginal": true })).await;
    let path = super::original(&link, &asset);
    let visitor = server.visitor();
    for (fault, status) in [(Fault::Away, 503), (Fault::Broken, 503), (Fault::Denied, 503)] {
        s3.fail("HEAD", "files", fault, usize::MAX);
        assert_eq!(follow_link(&visitor, &path).await.status(), status, "{fault:?}");
        s3.heal();
    }
    assert_eq!(downloads(&server, &admin, &link).await, 0);
    let first = follow_link(&visitor, &path).await;
    assert!(header(&first, "set-cookie").contains("HttpOnly"), "{first:?}");
    assert_eq!(downloads(&server, &admin, &link).await, 1, "before the first byte");
    for _ in 0..2 {
        let stored = client().get(address(&follow_link(&visitor, &path).await, &s3, 60)).send().await.unwrap();
        assert_eq!(stored.bytes().await.unwrap().len(), 3_000_000);
    }
    assert_eq!(downloads(&server, &admin, &link).await, 1, "the same visitor repeats it");
    let part = [&FOLLOWED[..], &[("range", "bytes=1000-")]].concat();
    assert_eq!(ask(&visitor, Method::GET, &path, &part).await.status(), 307);
    assert_eq!(downloads(&server, &admin, &link).await, 1, "and goes on with it");
    for others in 2..=3 {
        address(&follow_link(&server.visitor(), &path).await, &s3, 60);
        assert_eq!(downloads(&server, &admin, &link).await, others);
    }
    s3.delete(s3.objects("files").remove(0));
    assert_eq!(follow_link(&server.visitor(), &path).await.status(), 500);
    assert_eq!(downloads(&server, &admin, &link).await, 3);
}

#[tokio::test]
async fn an_address_is_for_what_is_stored_and_opens_for_as_long_as_the_setting_says() {
    let (s3, server, admin) = redirecting(Options::default(), 1, LONG).await;
    let asset = server.upload(&admin, "a.bin", noise(3_000_000)).await["id"].clone();
    let link = server.public_link(&admin, &asset, json!({ "allowOriginal": true })).await;
    let address = address(&follow_link(&server.visitor(), &super::original(&link, &asset)).await, &s3, 1);
    let get = async |address: &str| client().get(address).send().await.unwrap().status();
    let other = address.replace(".bin", ".exe");
    assert!(other != address && get(&other).await == 403, "the name is signed");
    // Servers differ about the status.
    let refused = async {
        while !get(&address).await.is_client_error() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(LONG, refused).await.expect("it ends");
}

/// Those who are signed in get files of internal links as the rights say, and the API's URLs, which programs follow, never
/// lead to S3.
#[tokio::test]
async fn an_internal_link_redirects_those_who_may_download_and_the_urls_of_the_api_redirect_nobody() {
    let (s3, server, admin) = redirecting(Options { workers: true, ..Options::default() }, 60, LONG).await;
    let plain = without_redirect(&server, &s3);
    let Shared { asset, files } = shared(&server, &admin).await;
    server.proxies(&admin, &asset).await;
    server.user(&admin, "Vera", "VIEWER").await;
    let browser = server.signed_in(ADMIN_EMAIL, ADMIN_PASSWORD).await;
    let without = plain.signed_in(ADMIN_EMAIL, ADMIN_PASSWORD).await;
    let vera = server.signed_in("vera@example.com", "a long password").await;
    for (name, is_large, _) in &files {
        let path = format!("/a/VTR-1/{name}");
        let (answer, direct) = (follow_link(&browser, &path).await, follow_link(&without, &path).await);
        if *is_large {
            same_bytes(answer, &s3, direct, name).await;
        } else {
            assert_eq!((answer.status().as_u16(), direct.status().as_u16()), (200, 200), "{name}");
        }
        assert_eq!(follow_link(&server.visitor(), &path).await.status(), 401, "{name}");
        let expected = match (name.as_str(), is_large) {
            ("fullscreen?download", true) => 307,
            ("thumbnail?download", _) => 200,
            _ => 404,
        };
        assert_eq!(follow_link(&vera, &path).await.status(), expected, "{name}");
    }
    assert_eq!(follow_link(&browser, "/a/VTR-1/preview").await.status(), 200, "it is shown, not downloaded");
    let query = "query($id: ID!) { asset(id: $id) { originalUrl } }";
    let url = server.data(&admin, query, json!({ "id": asset })).await["asset"]["originalUrl"].clone();
    for headers in [&FOLLOWED[..], &[]] {
        assert_eq!(ask(&server.visitor(), Method::GET, url.as_str().unwrap(), headers).await.status(), 200);
    }
}

#[tokio::test]
async fn nothing_is_redirected_unless_somebody_wants_it() {
    let (_s3, server, admin) = on_s3(Options::default(), LONG).await;
    let asset = server.upload(&admin, "a.bin", noise(3_000_000)).await["id"].clone();
    let link = server.download_link(&admin, json!({ "assetId": asset })).await;
    let path = link["url"].as_str().unwrap();
    assert_eq!(follow_link(&server.visitor(), path).await.status(), 200);
}
