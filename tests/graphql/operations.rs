//! The ready examples work, in their order.

use serde_json::{Value, json};
use std::fs;
use tests::{ADMIN_EMAIL, ADMIN_PASSWORD, fixtures, start};

#[tokio::test]
async fn each_example_works() {
    let server = start().await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "a.jpg", fixtures::jpeg(40, 30)).await["id"].clone();
    let attachment = server.attach(&admin, &asset, "terms.pdf", fixtures::pdf()).await[0]["id"].clone();
    let link = server.public_link(&admin, &asset, Value::Null).await["id"].clone();
    let other = server.public_link(&admin, &asset, Value::Null).await["id"].clone();
    let locked = server.public_link(&admin, &asset, json!({ "password": ADMIN_PASSWORD })).await;
    let token = locked["url"].as_str().unwrap().rsplit('/').next().unwrap();
    let leaver = server.user(&admin, "Eddi", "EDITOR").await;
    let (leaver, successor) = (server.user_id(&leaver).await, server.user_id(&admin).await);
    let collection = server.collection(&admin, "Season", std::slice::from_ref(&asset)).await;
    server.sql("UPDATE workspaces SET person_search = true").await;
    let searched = server.collection_link(&admin, &collection, json!({ "personSearch": true })).await;
    let searched = searched["url"].as_str().unwrap().rsplit('/').next().unwrap();
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../graphql/operations");
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(files.len() >= 20);
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        let variables = text.lines().find_map(|line| line.strip_prefix("# variables: ")).unwrap_or("{}");
        // One example deletes the link of the others.
        let link = if text.contains("\nsubscription") { &other } else { &link };
        let variables = variables
            .replace("<asset id>", asset.as_str().unwrap())
            .replace("<attachment id>", attachment.as_str().unwrap())
            .replace("<link id>", link.as_str().unwrap())
            .replace("<link token>", token)
            .replace("<user id>", leaver.as_str().unwrap())
            .replace("<other user id>", successor.as_str().unwrap())
            .replace("<collection id>", collection.as_str().unwrap())
            .replace("<password>", ADMIN_PASSWORD)
            .replace("<the password>", ADMIN_PASSWORD);
        let mut variables: Value = serde_json::from_str(&variables).unwrap_or_else(|error| panic!("{file:?}: {error}"));
        if text.contains("signIn") {
            variables = json!({ "input": { "email": ADMIN_EMAIL, "password": ADMIN_PASSWORD } });
        }
        let answer = if variables["input"].get("file").is_some() {
            server
                .upload_call(&admin, &text, variables["input"].clone(), "b.jpg", fixtures::jpeg(8, 8))
                .await
                .json()
                .await
                .unwrap()
        } else if variables.get("photo").is_some() {
            variables["token"] = json!(searched);
            let answer = server.search_by_person("", &text, variables.clone(), "photo", fixtures::portrait()).await;
            answer.json().await.unwrap()
        } else if text.contains("\nsubscription") {
            server.first(&admin, &text, variables.clone()).await
        } else {
            server.call(&admin, &text, variables.clone()).await
        };
        assert!(answer.get("errors").is_none(), "{file:?} {variables}: {answer}");
        let refused = answer.to_string().contains("\"userErrors\":[{");
        assert!(!refused, "{file:?} {variables}: {answer}");
    }
}
