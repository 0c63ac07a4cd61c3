//! Parts of an archive, at any server and at any time.

use super::zips::unzipped;
use rand::{RngExt, SeedableRng, rngs::StdRng};
use reqwest::{Method, Response};
use serde_json::json;
use std::fs;
use tests::{Running, Visitor, fixtures, start};

async fn get(visitor: &Visitor, path: &str, headers: &[(&str, &str)]) -> Response {
    let request =
        headers.iter().fold(visitor.request(Method::GET, path), |request, (name, value)| request.header(*name, *value));
    request.send().await.unwrap()
}

fn header(response: &Response, name: &str) -> String {
    response.headers().get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()
}

/// A link to some files, small ones and one that is sent in several pieces, and the path of its archive.
async fn shared(server: &Running) -> String {
    let admin = server.admin().await;
    let mut assets = Vec::new();
    let large: Vec<u8> = (0..700_000_u32).flat_map(u32::to_le_bytes).collect();
    for (name, bytes) in [
        ("tiny.txt", b".".to_vec()),
        ("a.txt", b"text".to_vec()),
        ("large.bin", large.clone()),
        ("b.jpg", fixtures::jpeg(200, 100)),
        ("middle.bin", large[..900_000].to_vec()),
    ] {
        let asset = server.upload(&admin, name, bytes).await["id"].clone();
        server.attach(&admin, &asset, "note.txt", "a note").await;
        assets.push(asset);
    }
    let settings = json!({ "allowOriginal": true, "allowAttachments": true });
    let shared = server.share(&admin, json!({ "assetIds": assets, "settings": settings })).await;
    let url = shared["link"]["url"].as_str().unwrap();
    format!("{}/archive.zip", url.strip_prefix(&server.url).unwrap())
}

#[tokio::test]
async fn any_range_is_that_part_of_the_whole() {
    let server = start().await;
    let path = shared(&server).await;
    let visitor = server.visitor();
    let whole = visitor.get(&path).await.bytes().await.unwrap();
    assert_eq!(unzipped(&whole).len(), 10);
    let (mut random, size) = (StdRng::seed_from_u64(7), whole.len());
    let mut ranges = vec![(0, 0), (0, size - 1), (size - 1, size - 1), (size - 22, size - 1), (1, size - 2)];
    for _ in 0..150 {
        let first = random.random_range(0..size);
        let length = if random.random_bool(0.5) { random.random_range(0..200) } else { random.random_range(0..size) };
        ranges.push((first, (first + length).min(size - 1)));
    }
    for (first, last) in ranges {
        let response = get(&visitor, &path, &[("range", &format!("bytes={first}-{last}"))]).await;
        assert_eq!(response.status(), 206);
        assert_eq!(header(&response, "content-range"), format!("bytes {first}-{last}/{size}"));
        assert!(response.bytes().await.unwrap() == whole[first..=last], "{first}-{last}");
    }
}

#[tokio::test]
async fn conditions_of_an_archive_are_those_of_a_file() {
    let server = start().await;
    let path = shared(&server).await;
    let visitor = server.visitor();
    let whole = visitor.get(&path).await;
    let (tag, modified) = (header(&whole, "etag"), header(&whole, "last-modified"));
    assert!(tag.starts_with('"') && modified.ends_with("GMT"), "{tag} {modified}");
    let size = whole.bytes().await.unwrap().len();
    let before = "Tue, 24 Nov 2020 10:00:00 GMT";
    for (headers, status) in [
        (vec![("if-none-match", tag.as_str())], 304),
        (vec![("if-none-match", "\"other\"")], 200),
        (vec![("if-match", tag.as_str()), ("range", "bytes=5-")], 206),
        (vec![("if-match", "\"other\"")], 412),
        (vec![("if-match", "*"), ("range", "bytes=5-")], 206),
        (vec![("if-unmodified-since", before)], 412),
        (vec![("if-unmodified-since", modified.as_str()), ("range", "bytes=5-")], 206),
        (vec![("if-unmodified-since", before), ("if-match", tag.as_str())], 200),
        (vec![("if-unmodified-since", "nonsense")], 200),
        (vec![("if-modified-since", modified.as_str())], 200),
        (vec![("range", "bytes=5-"), ("if-range", tag.as_str())], 206),
        (vec![("range", "bytes=5-"), ("if-range", "\"other\"")], 200),
        (vec![("range", "bytes=5-"), ("if-range", modified.as_str())], 200),
        (vec![("range", &format!("bytes={size}-"))], 416),
        (vec![("range", "bytes=0-1,5-6")], 200),
    ] {
        assert_eq!(get(&visitor, &path, &headers).await.status(), status, "{headers:?}");
    }
    let head = visitor.head(&path).await;
    assert_eq!((head.status().as_u16(), header(&head, "content-length")), (200, size.to_string()));
    assert_eq!((header(&head, "etag"), header(&head, "last-modified")), (tag.clone(), modified));
    assert_eq!(header(&head, "accept-ranges"), "bytes");
    // Another selection and another name are other archives.
    let part = visitor.head(&format!("{path}?select=1-3")).await;
    assert_ne!(header(&part, "etag"), tag);
}

#[tokio::test]
async fn a_download_goes_on_at_another_server_with_the_same_bytes() {
    let server = start().await;
    let path = shared(&server).await;
    let whole = server.visitor().get(&path).await;
    let tag = header(&whole, "etag");
    let whole = whole.bytes().await.unwrap();
    let other = server.another();
    for file in server.blob_files() {
        let below = file.strip_prefix(server.folder.path()).unwrap();
        let copy = other.folder.path().join(below);
        fs::create_dir_all(copy.parent().unwrap()).unwrap();
        fs::copy(&file, copy).unwrap();
    }
    server.advance(chrono::TimeDelta::hours(3));
    let middle = whole.len() / 2;
    let range = format!("bytes={middle}-");
    let rest = get(&other.visitor(), &path, &[("range", &range), ("if-range", &tag)]).await;
    assert_eq!((rest.status().as_u16(), header(&rest, "etag")), (206, tag.clone()));
    assert!(rest.bytes().await.unwrap() == whole[middle..]);
    // A file less is another archive, which starts anew.
    server.sql("DELETE FROM collection_assets WHERE position = 1").await;
    let anew = get(&other.visitor(), &path, &[("range", &range), ("if-range", &tag)]).await;
    assert_eq!(anew.status(), 200);
    assert_eq!(unzipped(&anew.bytes().await.unwrap()).len(), 8);
    let refused = get(&other.visitor(), &path, &[("range", &range), ("if-match", &tag)]).await;
    assert_eq!(refused.status(), 412);
}
