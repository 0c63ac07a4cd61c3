//! What can be done with assets, in a browser: their texts, their attachments, deleting and restoring them.

use super::driver::run;
use serde_json::{Value, json};
use tests::{ADMIN_EMAIL, ADMIN_PASSWORD, Options, fixtures, start_with};

#[tokio::test]
async fn assets_are_edited_deleted_and_restored() {
    let server = start_with(Options { workers: true, ..Options::default() }).await;
    let admin = server.admin().await;
    let eddi = server.user(&admin, "Eddi", "EDITOR").await;
    let photo = server.upload(&admin, "Harbour at dawn.jpg", fixtures::jpeg(1200, 800)).await["id"].clone();
    // One for each view, because what is deleted does not come back.
    for view in ["phone", "phone-without-scripts", "desktop", "desktop-without-scripts", "desktop-dark"] {
        server.attach(&admin, &photo, &format!("Terms for {view}.pdf"), fixtures::pdf()).await;
    }
    server.upload(&admin, "Damaged.jpg", fixtures::jpeg(300, 200)[..80].to_vec()).await;
    let mut sheets = Vec::new();
    for index in 0..6 {
        let title = format!("Contact sheet {index:02}.jpg");
        sheets.push(server.upload(&admin, &title, fixtures::jpeg(600 + index, 400)).await["id"].clone());
    }
    server.proxies(&admin, &photo).await;
    for sheet in &sheets {
        server.proxies(&admin, sheet).await;
    }
    server.collection(&admin, "Season", &[photo.clone(), sheets[5].clone()]).await;
    server.public_link(&admin, &photo, json!({ "name": "For the press" })).await;
    let delete = "mutation($ids: [ID!]!) { deleteAssets(ids: $ids) { deletedIds } }";
    server.data(&eddi, delete, json!({ "ids": sheets[..2] })).await;
    server.upload(&admin, "Notes.txt", "notes").await;
    server.user(&admin, "Vera", "VIEWER").await;
    let facts = json!({ "email": ADMIN_EMAIL, "password": ADMIN_PASSWORD, "viewer": "vera@example.com",
        "viewerPassword": "a long password", "damaged": Value::String("VTR-2".to_owned()) });
    run("bin", &server, facts).await;
}
