//! An archive is one download, however many files are in it.

use chrono::TimeDelta;
use reqwest::Method;
use serde_json::{Value, json};
use tests::{Running, Visitor, start};

async fn counts(server: &Running, admin: &str, link: &Value, assets: &[Value]) -> (i64, Vec<i64>) {
    let query = "query($id: ID!) { link(id: $id) { downloadCount } }";
    let data = server.data(admin, query, json!({ "id": link["id"] })).await;
    let mut each = Vec::new();
    for asset in assets {
        let query = "query($id: ID!) { asset(id: $id) { downloadCount } }";
        let data = server.data(admin, query, json!({ "id": asset })).await;
        each.push(data["asset"]["downloadCount"].as_i64().unwrap());
    }
    (data["link"]["downloadCount"].as_i64().unwrap(), each)
}

async fn range(visitor: &Visitor, path: &str, range: &str) -> u16 {
    let response = visitor.request(Method::GET, path).header("range", range).send().await.unwrap();
    let status = response.status().as_u16();
    response.bytes().await.unwrap();
    status
}

async fn shared(server: &Running, admin: &str, settings: Value) -> (Value, Vec<Value>, String) {
    let mut assets = Vec::new();
    for index in 0..3 {
        assets.push(server.upload(admin, &format!("{index}.txt"), format!("text {index}")).await["id"].clone());
    }
    let shared = server.share(admin, json!({ "assetIds": assets, "settings": settings })).await;
    let path = format!("{}/archive.zip", shared["link"]["url"].as_str().unwrap());
    (shared["link"].clone(), assets, path)
}

#[tokio::test]
async fn a_zip_is_one_download_of_the_link_and_one_of_each_asset() {
    let server = start().await;
    let admin = server.admin().await;
    let (link, assets, path) = shared(&server, &admin, json!({ "allowOriginal": true })).await;
    let visitor = server.visitor();
    visitor.head(&path).await;
    assert_eq!(counts(&server, &admin, &link, &assets).await, (0, vec![0, 0, 0]));
    let whole = visitor.get(&path).await;
    let tag = whole.headers()["etag"].clone();
    whole.bytes().await.unwrap();
    assert_eq!(counts(&server, &admin, &link, &assets).await, (1, vec![1, 1, 1]));
    let unchanged = visitor.request(Method::GET, &path).header("if-none-match", tag).send().await.unwrap();
    assert_eq!((unchanged.status().as_u16(), range(&visitor, &path, "bytes=9-").await), (304, 206));
    assert_eq!(range(&visitor, &path, "bytes=0-").await, 206, "within half an hour it may begin anew");
    assert_eq!(counts(&server, &admin, &link, &assets).await.0, 1);
    server.advance(TimeDelta::minutes(31));
    range(&visitor, &path, "bytes=9-").await;
    assert_eq!(counts(&server, &admin, &link, &assets).await.0, 1);
    range(&visitor, &path, "bytes=0-").await;
    assert_eq!(counts(&server, &admin, &link, &assets).await, (2, vec![2, 2, 2]));
    // Another selection is another download, and does not end the grant for the first.
    visitor.get(&format!("{path}?select=2")).await.bytes().await.unwrap();
    assert_eq!(counts(&server, &admin, &link, &assets).await, (3, vec![2, 3, 2]));
    range(&visitor, &path, "bytes=9-").await;
    range(&visitor, &format!("{path}?select=2"), "bytes=9-").await;
    assert_eq!(counts(&server, &admin, &link, &assets).await.0, 3);
    range(&server.visitor(), &path, "bytes=9-").await;
    assert_eq!(counts(&server, &admin, &link, &assets).await.0, 4, "somebody else");
}

#[tokio::test]
async fn the_last_download_can_be_finished_and_is_whole() {
    let server = start().await;
    let admin = server.admin().await;
    let settings = json!({ "allowOriginal": true, "maxDownloads": 1, "password": "open sesame" });
    let (link, assets, path) = shared(&server, &admin, settings).await;
    let visitor = server.visitor();
    assert_eq!(visitor.get(&path).await.status(), 401);
    assert_eq!(visitor.head(&path).await.status(), 401);
    assert_eq!(visitor.get(&format!("{path}?select=99")).await.status(), 401, "a locked link tells nothing");
    let page = path.strip_suffix("/archive.zip").unwrap();
    visitor.post_form(&format!("{page}/unlock"), &[("password", "open sesame")]).await;
    let told = visitor.get(page).await.text().await.unwrap();
    assert!(told.contains("The zip counts as one download."), "{told}");
    let whole = visitor.get(&path).await.bytes().await.unwrap();
    assert_eq!(super::zips::unzipped(&whole).len(), 3, "it is not cut off when it was the last");
    assert_eq!(counts(&server, &admin, &link, &assets).await.0, 1);
    assert_eq!(server.visitor().get(&path).await.status(), 401);
    assert_eq!(visitor.get(&format!("{path}?version=original")).await.status(), 403, "another archive");
    server.advance(TimeDelta::hours(30));
    // The grant for the password has ended.
    assert_eq!(range(&visitor, &path, "bytes=9-").await, 206);
    assert_eq!(range(&visitor, &path, "bytes=0-").await, 403);
    server.advance(TimeDelta::days(7));
    assert_eq!(range(&visitor, &path, "bytes=9-").await, 401);
    assert_eq!(counts(&server, &admin, &link, &assets).await.0, 1);
}

#[tokio::test]
async fn preview_bots_and_lost_files_do_not_count() {
    let server = start().await;
    let admin = server.admin().await;
    let (free, _, free_path) = shared(&server, &admin, json!({ "allowOriginal": true })).await;
    let (limited, _, path) = shared(&server, &admin, json!({ "allowOriginal": true, "maxDownloads": 5 })).await;
    let bot = async |path: &str| {
        let request = server.visitor().request(Method::GET, path).header("user-agent", "WhatsApp/2.23.20.0");
        request.send().await.unwrap().status().as_u16()
    };
    assert_eq!((bot(&free_path).await, bot(&path).await), (403, 403));
    assert_eq!(counts(&server, &admin, &free, &[]).await.0 + counts(&server, &admin, &limited, &[]).await.0, 0);
    for file in server.blob_files() {
        std::fs::remove_file(file).unwrap();
    }
    assert_eq!(server.visitor().get(&path).await.status(), 500);
    assert_eq!(counts(&server, &admin, &limited, &[]).await.0, 0);
}

#[tokio::test]
async fn exactly_as_many_zips_as_allowed_get_through() {
    let server = start().await;
    let admin = server.admin().await;
    let (link, assets, path) = shared(&server, &admin, json!({ "allowOriginal": true, "maxDownloads": 10 })).await;
    let visitors: Vec<_> = (0..40).map(|_| server.visitor()).collect();
    let statuses = visitors.iter().map(async |visitor| visitor.get(&path).await.status().as_u16());
    let statuses = futures::future::join_all(statuses).await;
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 10, "{statuses:?}");
    assert_eq!(counts(&server, &admin, &link, &assets).await, (10, vec![10, 10, 10]));
}
