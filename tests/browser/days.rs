//! A gallery with the days on which its pictures were taken.

use super::driver::run;
use serde_json::{Value, json};
use tests::{Options, Running, fixtures, many_assets, start_with};

/// How many pictures the large gallery has.
const MANY: usize = 10_000;

/// Ten thousand assets, of which some days have one and some have many. They have no pictures, because only their places
/// count here.
async fn add_many(server: &Running) {
    server.sql(many_assets(MANY)).await;
    server
        .sql(
            "DELETE FROM proxies;
            UPDATE assets SET width = 300 + number % 7 * 50, height = 400, number = number + 100000,
                captured_at = CASE WHEN number < 9900 THEN '2020-01-01'::timestamp + sqrt(number) * interval '40 hours' END",
        )
        .await;
}

/// A link to a collection of these.
async fn large(server: &Running, admin: &str, first: &Value) -> Value {
    let collection = server.collection(admin, "Years", std::slice::from_ref(first)).await;
    server
        .sql(
            "WITH years AS (SELECT id FROM collections WHERE name = 'Years')
            INSERT INTO collection_assets (collection_id, asset_id, position)
            SELECT years.id, assets.id, number FROM years, assets WHERE title LIKE 'Picture %';
            DELETE FROM collection_assets USING collections
            WHERE collections.id = collection_id AND name = 'Years' AND position = 1; ANALYZE",
        )
        .await;
    server.collection_link(admin, &collection, json!({ "name": "Years", "memberOrder": "CAPTURED" })).await
}

#[tokio::test]
async fn a_gallery_is_grouped_by_day() {
    let server = start_with(Options { workers: true, ..Options::default() }).await;
    let admin = server.admin().await;
    add_many(&server).await;
    let mut assets = Vec::new();
    for index in 1..=66_u32 {
        let (width, height) = [(600, 400), (400, 600), (500, 500)][index as usize % 3];
        let taken = match index {
            1 => Some("2024:05:01 09:00:00".to_owned()),
            // Several rows, and over the end of a page.
            2..=8 => Some(format!("2024:05:02 10:00:{index:02}")),
            9..=62 => Some(format!("2024:05:03 10:00:{:02}", index % 60)),
            _ => None,
        };
        let photo = fixtures::jpeg_with_exif(width, height + index, taken.map(|date| fixtures::exif_taken(&date)));
        assets.push(server.upload(&admin, &format!("Harbour {index}.jpg"), photo).await["id"].clone());
    }
    for asset in &assets {
        server.proxies(&admin, asset).await;
    }
    let settings = json!({ "name": "Three days in May", "allowOriginal": true, "memberOrder": "CAPTURED" });
    let link = server.share(&admin, json!({ "assetIds": assets, "settings": settings })).await["link"].clone();
    let settings = json!({ "name": "Two days", "memberOrder": "CAPTURED" });
    let short = server.share(&admin, json!({ "assetIds": &assets[..6], "settings": settings })).await["link"].clone();
    let large = large(&server, &admin, &assets[0]).await;
    let facts = json!({ "link": link["url"], "short": short["url"], "large": large["url"], "count": assets.len() });
    run("days", &server, facts).await;
}
