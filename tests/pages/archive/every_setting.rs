//! The contents of archives against a slow, obvious model: settings × rights × original's state × version.

use super::zips::names;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use tests::{Options, fixtures, start_with};

/// The names in the archive of a version, as one would say them: each file with the folder of its version.
fn expected(flags: [bool; 3], rights: &[&str], available: bool, version: &str) -> BTreeSet<String> {
    let [original, proxies, attachments] = flags;
    let may = |right: &str| rights.contains(&right);
    let mut files = Vec::new();
    if may("SHARE") {
        if original && may("DOWNLOAD_ORIGINAL") && ["", "original"].contains(&version) {
            files.push(("Originals", "b.txt"));
            if available {
                files.push(("Originals", "a.jpg"));
            }
        }
        // Viewers may always take proxies.
        if proxies && ["", "preview"].contains(&version) {
            files.push(("Preview", "a-preview.jpg"));
        }
        if attachments && may("DOWNLOAD_ATTACHMENT") && version.is_empty() {
            files.push(("Attachments/a.jpg", "terms.pdf"));
        }
    }
    let folders: BTreeSet<&str> = files.iter().map(|(folder, _)| *folder).collect();
    let several = folders.len() > 1;
    files
        .into_iter()
        .map(|(folder, name)| {
            let in_folder = several || folder.starts_with("Attachments");
            if in_folder { format!("{folder}/{name}") } else { name.to_owned() }
        })
        .collect()
}

#[tokio::test]
async fn every_archive_has_what_the_model_says() {
    let server = start_with(Options { workers: true, ..Options::default() }).await;
    let admin = server.admin().await;
    let vera = server.user(&admin, "Vera", "VIEWER").await;
    let user = server.user_id(&vera).await;
    let asset = server.upload(&admin, "a.jpg", fixtures::jpeg(400, 300)).await["id"].clone();
    server.attach(&admin, &asset, "terms.pdf", fixtures::pdf()).await;
    server.proxies(&admin, &asset).await;
    let other = server.upload(&admin, "b.txt", "text").await["id"].clone();
    let external = server.external("c.mov").await;
    let collection = server.collection(&admin, "C", &[asset.clone(), external, other]).await;
    let everything = json!({ "userId": user, "rights": ["SHARE", "DOWNLOAD_ORIGINAL", "DOWNLOAD_ATTACHMENT"] });
    let all = server.grant(&admin, everything).await;
    let mut links = Vec::new();
    for bits in 0..8 {
        let flags = [1, 2, 4].map(|flag| bits & flag != 0);
        let [original, proxies, attachments] = flags;
        let settings = json!({ "allowOriginal": original, "allowProxies": proxies, "allowAttachments": attachments,
            "proxyPresets": if proxies { json!(["preview"]) } else { Value::Null } });
        links.push((flags, server.collection_link(&vera, &collection, settings).await["url"].clone()));
    }
    server.revoke(&admin, &all).await;

    // A rule on the workspace, or one on the collection.
    let scopes = [json!({}), json!({ "collectionId": collection })];
    let mut seen = [0, 0];
    for bits in 0..8 {
        let rights: Vec<_> = ["SHARE", "DOWNLOAD_ORIGINAL", "DOWNLOAD_ATTACHMENT"]
            .into_iter()
            .enumerate()
            .filter(|(index, _)| bits >> index & 1 == 1)
            .map(|(_, right)| right)
            .collect();
        let mut rules = Vec::new();
        for (index, right) in rights.iter().enumerate() {
            let mut rule = scopes[(bits + index) % 2].clone();
            rule["rights"] = json!([right]);
            rule["userId"] = user.clone();
            // Of two rights on the same scope, the second is added to the rule with the first.
            let rule = server.grant(&admin, rule).await;
            if !rules.contains(&rule) {
                rules.push(rule);
            }
        }
        for (state, available) in [("ARCHIVED", false), ("AVAILABLE", true)] {
            let archive = "mutation($id: ID!, $state: OriginalState!) { setOriginalState(assetId: $id, state: $state) { userErrors { code } } }";
            server.data(&admin, archive, json!({ "id": asset, "state": state })).await;
            for (flags, url) in &links {
                for version in ["", "original", "preview", "fullscreen"] {
                    let path = format!("{}/archive.zip?version={version}", url.as_str().unwrap());
                    let response = server.visitor().get(&path).await;
                    let right = expected(*flags, &rights, available, version);
                    assert_eq!(
                        response.status(),
                        if right.is_empty() { 404 } else { 200 },
                        "{rights:?} {state} {flags:?} {version}"
                    );
                    if !right.is_empty() {
                        let found = names(&response.bytes().await.unwrap()).into_iter().collect::<BTreeSet<_>>();
                        assert_eq!(found, right, "{rights:?} {state} {flags:?} {version}");
                    }
                    seen[usize::from(right.is_empty())] += 1;
                }
            }
        }
        for rule in rules {
            server.revoke(&admin, &rule).await;
        }
    }
    assert!(seen[0] > 80 && seen[1] > 80, "{seen:?}");
}
