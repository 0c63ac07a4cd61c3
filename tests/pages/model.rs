//! Every way into a link against a slow, obvious model: rights × settings × state × original's state × route.

use chrono::TimeDelta;
use serde_json::{Value, json};
use tests::{Options, Running, fixtures, start_with};

/// A link as the model knows it.
struct Case {
    url: String,
    download: bool,
    open: bool,
    original: bool,
    proxies: bool,
    attachments: bool,
}

/// What is asked for below an asset of a link, and which files that is.
const ROUTES: [&str; 7] =
    ["", "/thumbnail", "/preview", "/preview?download", "/fullscreen?download", "/original", "/ATTACHMENT"];

/// The rules as one would say them.
fn expected(case: &Case, rights: &[&str], available: bool, route: &str) -> u16 {
    let may = |right: &str| rights.contains(&right);
    let mut fine = case.open && may("SHARE");
    if case.download {
        fine &= available && may("DOWNLOAD_ORIGINAL");
    } else if route == "/original" {
        fine &= case.original && available && may("DOWNLOAD_ORIGINAL");
    } else if route == "/ATTACHMENT" {
        fine &= case.attachments && may("DOWNLOAD_ATTACHMENT");
    } else if route.ends_with("?download") {
        // Viewers may always take proxies.
        fine &= case.proxies;
    }
    if fine { 200 } else { 404 }
}

async fn links(server: &Running, vera: &str, asset: &Value, collection: &Value) -> Vec<Case> {
    let mut cases = Vec::new();
    let at = |hours: i64| (server.services.now() + TimeDelta::hours(hours)).to_rfc3339();
    let url = |link: &Value| link["url"].as_str().unwrap().to_owned();
    let lives = [
        (json!({}), true),
        (json!({ "startsAt": at(-1), "expiresAt": at(9), "maxDownloads": 100_000 }), true),
        (json!({ "expiresAt": at(1) }), false),
        (json!({ "startsAt": at(9) }), false),
        (json!({ "name": "disabled" }), false),
        (json!({ "name": "exhausted", "maxDownloads": 1 }), false),
    ];
    for (life, open) in lives {
        for flags in 0..8 {
            let [original, proxies, attachments] = [1, 2, 4].map(|flag| flags & flag != 0);
            if flags != 7 && (!open || life != json!({})) {
                continue;
            }
            let mut settings = life.clone();
            settings["allowOriginal"] = json!(original);
            settings["allowProxies"] = json!(proxies);
            settings["allowAttachments"] = json!(attachments);
            let one = server.public_link(vera, asset, settings.clone()).await;
            let all = server.collection_link(vera, collection, settings).await;
            for link in [one, all] {
                cases.push(Case { url: url(&link), download: false, open, original, proxies, attachments });
            }
        }
        if life["startsAt"].is_null() {
            let input = json!({ "assetId": asset, "name": life["name"], "expiresAt": life["expiresAt"], "maxDownloads": life["maxDownloads"] });
            let link = server.download_link(vera, input).await;
            cases.push(Case {
                url: url(&link),
                download: true,
                open,
                original: true,
                proxies: false,
                attachments: false,
            });
        }
    }
    server.sql("UPDATE links SET disabled_at = now() WHERE name = 'disabled'; UPDATE links SET download_count = 1 WHERE name = 'exhausted'").await;
    cases
}

#[tokio::test]
async fn every_route_of_every_link_does_what_the_model_says() {
    let server = start_with(Options { workers: true, threads: 2, ..Options::default() }).await;
    let admin = server.admin().await;
    let vera = server.user(&admin, "Vera", "VIEWER").await;
    let user = server.user_id(&vera).await;
    let asset = server.upload(&admin, "a.jpg", fixtures::jpeg(400, 300)).await["id"].clone();
    let attachments = server.attach(&admin, &asset, "terms.pdf", fixtures::pdf()).await;
    server.proxies(&admin, &asset).await;
    let other = server.upload(&admin, "b.txt", "text").await["id"].clone();
    let collection = server.collection(&admin, "C", &[other, asset.clone()]).await;
    let part = |id: &Value| id.as_str().unwrap().split_once('_').unwrap().1.to_owned();
    let attachment = format!("/attachment-{}", part(&attachments[0]["id"]));

    let everything = json!({ "userId": user, "rights": ["SHARE", "DOWNLOAD_ORIGINAL", "DOWNLOAD_ATTACHMENT"] });
    let all = server.grant(&admin, everything).await;
    let cases = links(&server, &vera, &asset, &collection).await;
    server.revoke(&admin, &all).await;
    server.advance(TimeDelta::hours(2));

    let scopes = [json!({ "assetId": asset }), json!({ "collectionId": collection }), json!({})];
    let (mut seen, mut address) = ([0, 0], 0);
    for bits in 0..8 {
        let rights: Vec<_> = ["SHARE", "DOWNLOAD_ORIGINAL", "DOWNLOAD_ATTACHMENT"]
            .into_iter()
            .enumerate()
            .filter(|(index, _)| bits >> index & 1 == 1)
            .map(|(_, right)| right)
            .collect();
        // Each right by a rule of its own, over a scope of its own.
        let mut rules = Vec::new();
        for (index, right) in rights.iter().enumerate() {
            let mut rule = scopes[(bits + index) % 3].clone();
            rule["rights"] = json!([right]);
            rule["userId"] = user.clone();
            rules.push(server.grant(&admin, rule).await);
        }
        for (state, available) in [("ARCHIVED", false), ("UNAVAILABLE", false), ("AVAILABLE", true)] {
            let archive = "mutation($id: ID!, $state: OriginalState!) { setOriginalState(assetId: $id, state: $state) { userErrors { code } } }";
            server.data(&admin, archive, json!({ "id": asset, "state": state })).await;
            for case in &cases {
                // Misses are slowed down by address.
                address += 1;
                let visitor = server.visitor_from(&format!("10.0.{}.{}", address / 250, address % 250));
                for route in ROUTES.iter().take(if case.download { 1 } else { ROUTES.len() }) {
                    let below = route.replace("/ATTACHMENT", &attachment);
                    let path = if case.download {
                        case.url.clone()
                    } else {
                        format!("{}/assets/{}{below}", case.url, part(&asset))
                    };
                    let status = visitor.get(&path).await.status().as_u16();
                    assert_eq!(
                        status,
                        expected(case, &rights, available, route),
                        "{rights:?} {state} {route} of {path}"
                    );
                    seen[usize::from(status == 200)] += 1;
                }
            }
        }
        for rule in rules {
            server.revoke(&admin, &rule).await;
        }
    }
    assert!(seen[0] > 1000 && seen[1] > 500, "{seen:?}");
}
