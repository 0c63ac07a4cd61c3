//! The windows that make, show and change links, in a browser.

use super::driver::run;
use chrono::Days;
use domain::Clock;
use serde_json::{Value, json};
use tests::{ADMIN_EMAIL, ADMIN_PASSWORD, Options, Running, fixtures, start_with};

async fn library() -> (Running, Value) {
    let server = start_with(Options { workers: true, ..Options::default() }).await;
    let admin = server.admin().await;
    let photo = server.upload(&admin, "Harbour at dawn.jpg", fixtures::jpeg(1200, 800)).await;
    server.attach(&admin, &photo["id"], "Terms of use.pdf", fixtures::pdf()).await;
    server.proxies(&admin, &photo["id"]).await;
    let facts = json!({ "email": ADMIN_EMAIL, "password": ADMIN_PASSWORD, "asset": photo["id"] });
    (server, facts)
}

#[tokio::test]
async fn a_link_is_made_shown_changed_and_deleted() {
    let (server, facts) = library().await;
    run("windows", &server, facts).await;
}

#[tokio::test]
async fn assets_are_found_selected_and_shared() {
    let (server, facts) = library().await;
    let admin = server.admin().await;
    server.external("A film that lives elsewhere.mov").await;
    for index in 0..60 {
        server.upload(&admin, &format!("Contact sheet {index:02}.jpg"), fixtures::jpeg(60 + index, 40)).await;
    }
    run("library", &server, facts).await;
}

#[tokio::test]
async fn links_are_listed_filtered_and_changed_together() {
    let (server, mut facts) = library().await;
    let admin = server.admin().await;
    for index in 0..35 {
        let name = json!({ "name": format!("Press kit {index:02}") });
        server.public_link(&admin, &facts["asset"], name).await;
    }
    // A month of visits of one of them, which the chart shows. Days are those of the workspace's zone, which
    // begin before those of the database.
    let today = Clock::system().now().with_timezone(&chrono_tz::Europe::Berlin).date_naive();
    server
        .sql(&format!(
            "INSERT INTO link_days SELECT id, date '{today}' - n, 3 * n % 17, 2 * n % 7, n % 5
             FROM links, generate_series(1, 40) AS n WHERE name = 'Press kit 07';
             INSERT INTO asset_days SELECT id, date '{today}' - n, 900 * n % 1700, n, n * n % 1300
             FROM assets, generate_series(1, 40) AS n",
        ))
        .await;
    facts["day"] = json!((today - Days::new(1)).format("%-d %B %Y").to_string());
    run("links", &server, facts).await;
}
