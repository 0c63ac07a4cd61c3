//! Bytes as they leave: ranges, validators, HEAD, names.

use reqwest::{Method, Response};
use serde_json::json;
use tests::{Running, Visitor, fixtures, short, start};

/// The download link of a new asset.
async fn link_to(server: &Running, name: &str, bytes: Vec<u8>) -> String {
    let admin = server.admin().await;
    let asset = server.upload(&admin, name, bytes).await["id"].clone();
    server.download_link(&admin, json!({ "assetId": asset })).await["url"].as_str().unwrap().to_owned()
}

async fn get(visitor: &Visitor, path: &str, headers: &[(&str, &str)]) -> Response {
    let request =
        headers.iter().fold(visitor.request(Method::GET, path), |request, (name, value)| request.header(*name, *value));
    request.send().await.unwrap()
}

fn header(response: &Response, name: &str) -> String {
    response.headers().get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned()).unwrap_or_default()
}

#[tokio::test]
async fn parts_of_a_file_are_sent_as_asked() {
    let server = start().await;
    let visitor = server.visitor();
    // Larger than what is sent in one piece.
    let large: Vec<u8> = (0..3_000_000_u32).flat_map(u32::to_le_bytes).take(3_000_000).collect();
    for bytes in [b"0123456789".to_vec(), large] {
        let size = bytes.len();
        let path = link_to(&server, "a.bin", bytes.clone()).await;
        let tag = header(&visitor.get(&path).await, "etag");
        let last = size - 1;
        for (range, expected) in [
            ("bytes=0-0".to_owned(), Some(0..1)),
            ("bytes=2-4".to_owned(), Some(2..5)),
            (format!("bytes={last}-"), Some(last..size)),
            ("bytes=-3".to_owned(), Some(size - 3..size)),
            (format!("bytes=1-{}", size * 2), Some(1..size)),
            (format!("bytes=-{}", size * 2), Some(0..size)),
            (format!("bytes={size}-"), None),
            ("bytes=-0".to_owned(), None),
        ] {
            let response = get(&visitor, &path, &[("range", &range)]).await;
            if let Some(part) = expected {
                assert_eq!(response.status(), 206, "{range}");
                assert_eq!(header(&response, "content-range"), format!("bytes {}-{}/{size}", part.start, part.end - 1));
                assert_eq!(header(&response, "content-length"), part.len().to_string());
                assert!(response.bytes().await.unwrap() == bytes[part], "{range}");
            } else {
                assert_eq!(
                    (response.status().as_u16(), header(&response, "content-range")),
                    (416, format!("bytes */{size}")),
                    "{range}"
                );
            }
        }
        for whole in ["bytes=0-1,3-4", "bytes=4-2", "bytes=x", "lines=0-1", ""] {
            let response = get(&visitor, &path, &[("range", whole)]).await;
            assert_eq!((response.status().as_u16(), response.bytes().await.unwrap().len()), (200, size), "{whole:?}");
        }
        for (headers, status) in [
            (vec![("if-none-match", tag.as_str())], 304),
            (vec![("if-none-match", "*")], 304),
            (vec![("if-none-match", "\"other\"")], 200),
            (vec![("if-match", tag.as_str())], 200),
            (vec![("if-match", "\"other\"")], 412),
            (vec![("range", "bytes=0-1"), ("if-range", tag.as_str())], 206),
            (vec![("range", "bytes=0-1"), ("if-range", "\"other\"")], 200),
            (vec![("range", "bytes=0-1"), ("if-range", "Tue, 24 Nov 2026 10:00:00 GMT")], 200),
        ] {
            assert_eq!(get(&visitor, &path, &headers).await.status(), status, "{headers:?}");
        }
        let head = visitor.head(&path).await;
        assert_eq!(
            (head.status().as_u16(), header(&head, "content-length"), header(&head, "accept-ranges")),
            (200, size.to_string(), "bytes".into())
        );
        assert_eq!(header(&head, "etag"), tag);
        for range in ["bytes=2-5", "bytes=900000000-"] {
            let head = visitor.request(Method::HEAD, &path).header("range", range).send().await.unwrap();
            let told = [header(&head, "content-length"), header(&head, "content-range")];
            assert_eq!((head.status().as_u16(), told), (200, [size.to_string(), String::new()]), "{range}");
        }
        assert!(head.bytes().await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn a_file_is_saved_under_its_name_in_any_script() {
    let server = start().await;
    let visitor = server.visitor();
    for (name, plain, extended) in [
        ("photo.jpg", "photo.jpg", None),
        ("two words.jpg", "two words.jpg", None),
        ("Würzburg 東京.jpg", "W_rzburg __.jpg", Some("UTF-8''W%C3%BCrzburg%20%E6%9D%B1%E4%BA%AC.jpg")),
        ("a\"b;c.jpg", "a_b;c.jpg", None),
        ("100%.jpg", "100%.jpg", None),
    ] {
        let path = link_to(&server, name, fixtures::jpeg(8, 8)).await;
        let response = visitor.get(&path).await;
        let disposition = header(&response, "content-disposition");
        assert!(disposition.starts_with(&format!("attachment; filename=\"{plain}\"")), "{disposition}");
        assert_eq!(disposition.split_once("filename*=").map(|(_, rest)| rest), extended, "{name}");
    }
}

#[tokio::test]
async fn what_could_run_in_a_browser_is_saved_and_never_shown() {
    let server = start().await;
    let visitor = server.visitor();
    let svg =
        b"<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>".to_vec();
    for (name, bytes) in [
        ("a.html", b"<!doctype html><script>alert(1)</script>".to_vec()),
        ("a.svg", svg),
        ("a.jpg", fixtures::jpeg(8, 8)),
    ] {
        let response = visitor.get(&link_to(&server, name, bytes).await).await;
        assert!(header(&response, "content-disposition").starts_with("attachment"), "{name}");
        assert_eq!(header(&response, "x-content-type-options"), "nosniff");
        assert_eq!(header(&response, "content-security-policy"), "default-src 'none'; sandbox");
        assert_eq!(header(&response, "cache-control"), "private, no-cache");
        assert_eq!(header(&response, "x-robots-tag"), "noindex");
    }
}

#[tokio::test]
async fn an_attachment_comes_whole_under_its_own_name() {
    let server = start().await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "a.jpg", fixtures::jpeg(8, 8)).await["id"].clone();
    let attachment = server.attach(&admin, &asset, "Vertrag №1.pdf", fixtures::pdf()).await[0]["id"].clone();
    let link = server.public_link(&admin, &asset, json!({ "allowAttachments": true })).await;
    let path = format!("{}/assets/{}/attachment-{}", link["url"].as_str().unwrap(), short(&asset), short(&attachment));
    let response = server.visitor().get(&path).await;
    assert_eq!(header(&response, "content-type"), "application/pdf");
    assert!(header(&response, "content-disposition").ends_with("filename*=UTF-8''Vertrag%20%E2%84%961.pdf"));
    assert_eq!(response.bytes().await.unwrap(), fixtures::pdf());
}

#[tokio::test]
async fn a_blob_that_is_gone_is_a_fault_that_is_told() {
    let server = start().await;
    let path = link_to(&server, "a.bin", b"0123456789".to_vec()).await;
    std::fs::remove_dir_all(server.folder.path().join("blobs")).unwrap();
    let response = server.visitor().get(&path).await;
    assert_eq!(response.status(), 500);
    let page = response.text().await.unwrap();
    assert!(page.contains("The fault is on our side") && !page.contains("blobs"), "{page}");
}
