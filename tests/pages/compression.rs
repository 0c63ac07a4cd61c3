//! What is sent compressed, what is not, and how much the first screen of a gallery weighs.

use flate2::read::GzDecoder;
use reqwest::{Method, Response, header::HeaderMap};
use serde_json::{Value, json};
use std::{collections::BTreeSet, io::Read};
use tests::{Running, Visitor, many_assets, short, start};

/// The body as it went over the line, with its headers.
async fn sent(visitor: &Visitor, path: &str, headers: &[(&str, &str)]) -> (HeaderMap, Vec<u8>) {
    let request = visitor.request(Method::GET, path);
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    let answer: Response = request.send().await.unwrap();
    (answer.headers().clone(), answer.bytes().await.unwrap().to_vec())
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).map(|value| value.to_str().unwrap())
}

/// What was compressed.
fn unpacked(headers: &HeaderMap, body: &[u8]) -> Vec<u8> {
    match header(headers, "content-encoding") {
        Some("gzip") => {
            let mut text = Vec::new();
            GzDecoder::new(body).read_to_end(&mut text).unwrap();
            text
        }
        Some("zstd") => zstd::bulk::decompress(body, 10_000_000).unwrap(),
        other => panic!("{other:?}"),
    }
}

/// The path of a link to a collection of ten thousand pictures.
async fn large_gallery(server: &Running, settings: Value) -> String {
    let admin = server.admin().await;
    server.sql(many_assets(10_000)).await;
    let some = server.data(&admin, "{ assets(first: 1) { nodes { id } } }", Value::Null).await;
    let collection = server.collection(&admin, "Season", &[some["assets"]["nodes"][0]["id"].clone()]).await;
    let fill = "INSERT INTO collection_assets (collection_id, asset_id, position)
        SELECT collections.id, assets.id, number + 10 FROM collections, assets ON CONFLICT DO NOTHING; ANALYZE";
    server.sql(fill).await;
    let link = server.collection_link(&admin, &collection, settings).await;
    link["url"].as_str().unwrap().strip_prefix(&server.url).unwrap().to_owned()
}

#[tokio::test]
async fn pages_json_and_graphql_are_compressed_as_the_client_accepts() {
    let server = start().await;
    let path = large_gallery(&server, json!({ "allowProxies": true })).await;
    let visitor = server.visitor();
    let graphql = format!("/graphql?query={}", "{__schema{types{name description}}}".replace(' ', "%20"));
    for path in [&path, &format!("{path}/layout"), &graphql, "/graphiql/operations.json"] {
        let (plain_headers, plain) = sent(&visitor, path, &[]).await;
        assert_eq!(header(&plain_headers, "content-encoding"), None, "{path}");
        assert_eq!(header(&plain_headers, "vary"), Some("accept-encoding"), "{path}");
        for (accepted, encoding) in [
            ("gzip", Some("gzip")),
            ("gzip, deflate, br", Some("gzip")),
            ("gzip, deflate, br, zstd", Some("zstd")),
            ("zstd;q=0.1, gzip", Some("gzip")),
            ("gzip;q=0", None),
            ("br", None),
            ("identity", None),
            ("", None),
        ] {
            let (headers, body) = sent(&visitor, path, &[("accept-encoding", accepted)]).await;
            assert_eq!(header(&headers, "content-encoding"), encoding, "{path} {accepted}");
            assert_eq!(header(&headers, "content-length"), Some(&*body.len().to_string()), "{path} {accepted}");
            let Some(encoding) = encoding else { continue };
            assert!(body.len() * 2 < plain.len(), "{path} {encoding}: {} of {}", body.len(), plain.len());
            assert_eq!(unpacked(&headers, &body), plain, "{path} {encoding}");
            let head = visitor.request(Method::HEAD, path).header("accept-encoding", accepted).send().await.unwrap();
            if head.status() == 200 {
                assert_eq!(head.headers().get("content-encoding"), headers.get("content-encoding"), "{path}");
                assert_eq!(head.headers().get("content-length"), headers.get("content-length"), "{path}");
            }
        }
    }
    let (headers, _) = sent(&visitor, "/graphql?query={__typename}", &[("accept-encoding", "gzip")]).await;
    assert_eq!(header(&headers, "content-encoding"), None, "a short text");
}

#[tokio::test]
async fn files_keep_their_length_tag_and_ranges() {
    let server = start().await;
    let admin = server.admin().await;
    let texts = ["a.txt", "b.html", "c.json"];
    let mut assets = Vec::new();
    for name in texts {
        assets.push(server.upload(&admin, name, "all the same ".repeat(1000)).await["id"].clone());
    }
    let settings = json!({ "allowOriginal": true });
    let shared = server.share(&admin, json!({ "assetIds": assets, "settings": settings })).await;
    let link = shared["link"]["url"].as_str().unwrap();
    let download = server.download_link(&admin, json!({ "assetId": assets[1] })).await;
    let mut paths: Vec<String> =
        assets.iter().map(|asset| format!("{link}/assets/{}/original", short(asset))).collect();
    paths.extend([format!("{link}/archive.zip"), download["url"].as_str().unwrap().to_owned()]);
    let visitor = server.visitor();
    for path in &paths {
        let (plain_headers, plain) = sent(&visitor, path, &[]).await;
        let (headers, body) = sent(&visitor, path, &[("accept-encoding", "gzip, zstd")]).await;
        assert_eq!(body, plain, "{path}");
        for name in ["content-encoding", "content-length", "etag", "accept-ranges", "vary"] {
            assert_eq!(headers.get(name), plain_headers.get(name), "{path} {name}");
        }
        assert!(headers.contains_key("etag") && !headers.contains_key("content-encoding"), "{path}");
        let (headers, body) =
            sent(&visitor, path, &[("accept-encoding", "gzip, zstd"), ("range", "bytes=1-1200")]).await;
        assert_eq!(body, plain[1..=1200], "{path}");
        assert_eq!(header(&headers, "content-encoding"), None, "{path}");
    }
}

#[tokio::test]
async fn files_of_the_binary_are_compressed_and_have_a_tag_for_each_encoding() {
    let server = start().await;
    let visitor = server.visitor();
    for path in ["/assets/pages.css", "/assets/gallery/viewer.js", "/assets/copy.js", "/graphiql/graphiql.min.js"] {
        let (plain_headers, plain) = sent(&visitor, path, &[]).await;
        let mut tags = BTreeSet::from([header(&plain_headers, "etag").unwrap().to_owned()]);
        for encoding in ["gzip", "zstd"] {
            let (headers, body) = sent(&visitor, path, &[("accept-encoding", encoding)]).await;
            assert_eq!(header(&headers, "content-encoding"), Some(encoding), "{path}");
            assert_eq!(header(&headers, "vary"), Some("accept-encoding"), "{path}");
            assert_eq!(unpacked(&headers, &body), plain, "{path}");
            assert!(body.len() * 3 < plain.len() * 2, "{path}: {} of {}", body.len(), plain.len());
            let tag = header(&headers, "etag").unwrap().to_owned();
            let known = [("accept-encoding", encoding), ("if-none-match", tag.as_str())];
            let request = visitor.request(Method::GET, path);
            let again = known.iter().fold(request, |request, (name, value)| request.header(*name, *value));
            let again = again.send().await.unwrap();
            assert_eq!((again.status().as_u16(), again.headers().get("etag")), (304, headers.get("etag")), "{path}");
            let (_, other) = sent(&visitor, path, &[("accept-encoding", "identity"), ("if-none-match", &tag)]).await;
            assert_eq!(other, plain, "{path}: the tag of another encoding");
            tags.insert(tag);
        }
        assert_eq!(tags.len(), 3, "{path}");
    }
}

/// Over all that a browser may send along: another site, which makes a browser send cookies, learns nothing from lengths.
#[tokio::test]
async fn pages_with_cookies_are_compressed_for_our_own_pages_only() {
    let server = start().await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "a.txt", "a").await["id"].clone();
    let locked = server.share(&admin, json!({ "assetIds": [asset], "settings": { "password": "open sesame" } })).await;
    let locked = locked["link"]["url"].as_str().unwrap();
    let unlocked = server.visitor();
    unlocked.post_form(&format!("{locked}/unlock"), &[("password", "open sesame")]).await;
    let open = server.share(&admin, json!({ "assetIds": [asset] })).await;
    let sites = [None, Some("none"), Some("same-origin"), Some("same-site"), Some("cross-site"), Some("odd")];
    for (visitor, path, has_cookies) in [
        (server.visitor(), open["link"]["url"].as_str().unwrap(), false),
        (unlocked, locked, true),
        (server.admin_browser().await, "/library?search=a", true),
    ] {
        for site in sites {
            let mut headers = vec![("accept-encoding", "gzip")];
            headers.extend(site.map(|site| ("sec-fetch-site", site)));
            let (answered, _) = sent(&visitor, path, &headers).await;
            let is_ours = matches!(site, Some("none" | "same-origin"));
            let expected = (!has_cookies || is_ours).then_some("gzip");
            assert_eq!(header(&answered, "content-encoding"), expected, "{path} {site:?}");
        }
    }
}

#[tokio::test]
async fn the_first_screen_of_ten_thousand_pictures_weighs_little() {
    let server = start().await;
    let settings = json!({ "allowProxies": true, "allowOriginal": true, "name": "A season of pictures" });
    let path = large_gallery(&server, settings).await;
    let visitor = server.visitor();
    let accepted = [("accept-encoding", "gzip")];
    let (headers, page) = sent(&visitor, &path, &accepted).await;
    let mut weights = vec![(path.clone(), page.len())];
    let mut waiting = vec![String::from_utf8(unpacked(&headers, &page)).unwrap()];
    let mut seen = BTreeSet::new();
    // Style sheets, and scripts with all that they import.
    while let Some(text) = waiting.pop() {
        let named = text.split(['"', '\'']).filter(|part| part.starts_with("/assets/"));
        let files = named.filter(|part| {
            let path = std::path::Path::new(part);
            path.extension().is_some_and(|kind| kind == "css" || kind == "js")
        });
        for file in files.map(str::to_owned).collect::<Vec<_>>() {
            if seen.insert(file.clone()) {
                let (headers, body) = sent(&visitor, &file, &accepted).await;
                weights.push((file, body.len()));
                waiting.push(String::from_utf8(unpacked(&headers, &body)).unwrap());
            }
        }
    }
    let (_, layout) = sent(&visitor, &format!("{path}/layout"), &accepted).await;
    weights.push(("layout".to_owned(), layout.len()));
    assert!(seen.contains("/assets/gallery.css") && seen.contains("/assets/gallery/rows.js"), "{weights:?}");
    let total: usize = weights.iter().map(|(_, bytes)| bytes).sum();
    assert!(total < 150_000, "{total}: {weights:?}");
}
