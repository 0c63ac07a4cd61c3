//! Signing in and out in a browser.

use super::driver::run;
use serde_json::json;
use tests::{ADMIN_EMAIL, ADMIN_PASSWORD, Options, fixtures, start_with};

#[tokio::test]
async fn people_sign_in_where_they_wanted_to_go() {
    let server = start_with(Options { workers: true, ..Options::default() }).await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "Harbour.jpg", fixtures::jpeg(1200, 800)).await;
    server.proxies(&admin, &asset["id"]).await;
    run("sign_in", &server, json!({ "email": ADMIN_EMAIL, "password": ADMIN_PASSWORD })).await;
}
