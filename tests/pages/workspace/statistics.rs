//! The statistics on the pages of links and assets.

use chrono::TimeDelta;
use serde_json::json;
use tests::{Visitor, short, start};

/// The statistics of a page: what is between their heading and the next section.
async fn statistics(browser: &Visitor, path: &str) -> String {
    let page = browser.get(path).await.text().await.unwrap();
    let from = page.split_once("id=\"statistics\"").unwrap_or_else(|| panic!("{page}")).1;
    from.split("</section>").next().unwrap().to_owned()
}

/// The numbers of the rows of all tables, after the names of the rows.
fn rows(html: &str) -> Vec<(String, Vec<String>)> {
    let text = |cell: &str| cell.split('<').next().unwrap().to_owned();
    let rows = html.split("<tr><th scope=\"row\">").skip(1).map(|row| row.split("</tr>").next().unwrap());
    rows.map(|row| (text(row), row.split("<td>").skip(1).map(text).collect())).collect()
}

#[tokio::test]
async fn the_pages_of_a_link_and_an_asset_show_what_the_api_tells() {
    let server = start().await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "a.txt", "a").await["id"].clone();
    let link = server.public_link(&admin, &asset, json!({ "allowOriginal": true })).await;
    let browser = server.admin_browser().await;
    let window = format!("/links/{}", link["id"].as_str().unwrap());
    let asset_page = "/a/VTR-1";
    for path in [&window, asset_page] {
        let empty = statistics(&browser, path).await;
        assert!(empty.contains("Nobody has opened it by a link yet.") && !empty.contains("<svg"), "{empty}");
    }
    let just_made = browser.get(&format!("{window}?new")).await.text().await.unwrap();
    assert!(!just_made.contains("id=\"statistics\""), "{just_made}");
    let url = link["url"].as_str().unwrap();
    let old = server.visitor();
    old.get(url).await;
    server.advance(TimeDelta::days(30));
    let visitor = server.visitor();
    for _ in 0..3 {
        visitor.get(url).await;
    }
    visitor.get(&format!("{url}/assets/{}/original", short(&asset))).await.bytes().await.unwrap();
    server.views_written().await;
    let browser = server.admin_browser().await;
    let now = server.services.now().with_timezone(&chrono_tz::Europe::Berlin);
    let today = now.format("%-d %B %Y").to_string();
    for path in [&window, asset_page] {
        let shown = statistics(&browser, path).await;
        let rows = rows(&shown);
        let row = |name: &str, counts: [&str; 3]| (name.to_owned(), counts.map(str::to_owned).to_vec());
        assert_eq!(rows.len(), 32, "{shown}");
        assert_eq!(rows[0], row("Last 30 days", ["3", "1", "1"]));
        assert_eq!(rows[1], row("In all", ["4", "2", "1"]));
        assert_eq!(rows[2], row(&today, ["3", "1", "1"]), "the latest day comes first");
        assert!(rows[3..].iter().all(|(_, counts)| *counts == ["0", "0", "0"]));
        let label = format!("Most on {today}: 3 views, 1 download.");
        assert!(shown.contains("role=\"img\"") && shown.contains(&label), "{shown}");
        assert_eq!((shown.matches("chart-views\"").count(), shown.matches("chart-downloads\"").count()), (1, 1));
        assert!(!shown.contains("style="), "the policy of the page forbids it");
    }
}
