//! One's own account, and the people of a workspace, in a browser.

use super::driver::run;
use serde_json::{Value, json};
use tests::{ADMIN_EMAIL, ADMIN_PASSWORD, Running, fixtures, start};

/// A workspace with an editor who has links.
async fn workspace() -> (Running, Value) {
    let server = start().await;
    let admin = server.admin().await;
    let editor = server.user(&admin, "Eddi", "EDITOR").await;
    let asset = server.upload(&admin, "Harbour.jpg", fixtures::jpeg(640, 480)).await["id"].clone();
    server.public_link(&editor, &asset, json!({ "name": "Press kit" })).await;
    (server, json!({ "email": ADMIN_EMAIL, "password": ADMIN_PASSWORD }))
}

#[tokio::test]
async fn people_look_after_their_own_accounts() {
    let (server, facts) = workspace().await;
    run("account", &server, facts).await;
}

#[tokio::test]
async fn administrators_invite_change_and_dismiss_people() {
    let (server, facts) = workspace().await;
    let admin = server.admin().await;
    server.user(&admin, "Hera", "EDITOR").await;
    server.collection(&admin, "Season", &[]).await;
    run("people", &server, facts).await;
}
