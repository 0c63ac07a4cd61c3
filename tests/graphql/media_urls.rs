//! The signed URLs of files: who gets them, what they open, and when they end.

use chrono::TimeDelta;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tests::{Options, Running, fixtures, start_with};

const FILES: &str = "query($id: ID!) { asset(id: $id) {
    thumbnailUrl preview: thumbnailUrl(preset: \"preview\") fullscreen: thumbnailUrl(preset: \"fullscreen\") originalUrl
    proxies { id preset watermarked url download: url(download: true) } attachments { id url }
} workspace { watermark { url } personSearch } }";

/// A server with a photograph that has proxies, watermarked ones too, and an attachment.
async fn ready() -> (Running, String, Value) {
    let server = start_with(Options { workers: true, ..Options::default() }).await;
    let admin = server.admin().await;
    server.set_watermark(&admin, json!({ "file": null }), Some(fixtures::plain_png(40, 20, [200, 0, 0]))).await;
    let asset = server.upload(&admin, "Brücke.jpg", fixtures::jpeg(1600, 1200)).await["id"].clone();
    server.attach(&admin, &asset, "terms.pdf", fixtures::pdf()).await;
    server.public_link(&admin, &asset, json!({ "watermark": true })).await;
    server.proxies(&admin, &asset).await;
    (server, admin, asset)
}

async fn files(server: &Running, token: &str, asset: &Value) -> Value {
    server.data(token, FILES, json!({ "id": asset })).await
}

/// All URLs in an answer.
fn urls(answer: &Value) -> Vec<String> {
    match answer {
        Value::String(text) if text.starts_with("http") => vec![text.clone()],
        Value::Array(values) => values.iter().flat_map(urls).collect(),
        Value::Object(fields) => fields.values().flat_map(urls).collect(),
        _ => Vec::new(),
    }
}

#[tokio::test]
async fn every_file_has_a_url_that_works_without_a_token_on_any_site() {
    let (server, admin, asset) = ready().await;
    let answer = files(&server, &admin, &asset).await;
    let (all, visitor) = (urls(&answer), server.visitor());
    // Three pictures, the original, six proxies to show and to save, the attachment and the watermark.
    assert_eq!(all.len(), 3 + 1 + 12 + 1 + 1, "{answer}");
    for url in &all {
        let got = visitor.get(url).await;
        assert_eq!(got.status(), 200, "{url}");
        let header = |name: &str| got.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
        assert_eq!(header("access-control-allow-origin").as_deref(), Some("*"));
        assert_eq!(header("cross-origin-resource-policy").as_deref(), Some("cross-origin"));
        assert_eq!(header("referrer-policy").as_deref(), Some("no-referrer"));
        assert_eq!(header("cache-control").as_deref(), Some("private, no-cache"));
        let saved = url.contains("download") || url.contains("/original") || url.contains("/attachment-");
        assert_eq!(header("content-disposition").is_some(), saved, "{url}");
        let tag = header("etag").unwrap();
        let known = visitor.request(Method::GET, url).header("if-none-match", tag).send().await.unwrap();
        assert_eq!(known.status(), 304, "{url}");
        let part = visitor.request(Method::GET, url).header("range", "bytes=1-4").send().await.unwrap();
        assert_eq!((part.status().as_u16(), part.bytes().await.unwrap().len()), (206, 4), "{url}");
        let preflight = visitor.request(Method::OPTIONS, url).header("origin", "https://example.com");
        let preflight = preflight.header("access-control-request-headers", "range").send().await.unwrap();
        assert_eq!(preflight.status(), 204);
        assert!(preflight.headers()["access-control-allow-headers"].to_str().unwrap().contains("range"));
    }
    let proxies = answer["asset"]["proxies"].as_array().unwrap();
    let ids: std::collections::BTreeSet<&str> = proxies.iter().map(|proxy| proxy["id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), 6, "{ids:?}");
    assert_eq!(answer["workspace"]["personSearch"], false);
    let bytes = async |url: &str| visitor.get(url).await.bytes().await.unwrap();
    let plain = proxies.iter().find(|proxy| proxy["preset"] == "preview" && proxy["watermarked"] == false).unwrap();
    let marked = proxies.iter().find(|proxy| proxy["preset"] == "preview" && proxy["watermarked"] == true).unwrap();
    let [plain, marked] = [plain, marked].map(|proxy| proxy["url"].as_str().unwrap().to_owned());
    assert_ne!(bytes(&plain).await, bytes(&marked).await);
    assert_eq!(bytes(&plain).await, bytes(answer["asset"]["preview"].as_str().unwrap()).await);
}

#[tokio::test]
async fn a_url_opens_nothing_else_and_stays_the_same_for_a_while() {
    let (server, admin, asset) = ready().await;
    let (all, visitor) = (urls(&files(&server, &admin, &asset).await), server.visitor());
    let [thumbnail, original] =
        ["/thumbnail?", "/original?"].map(|part| all.iter().find(|url| url.contains(part)).unwrap());
    // The same for other users' URLs: each is signed for one token.
    let vera = server.user(&admin, "Vera", "VIEWER").await;
    let hers = urls(&files(&server, &vera, &asset).await);
    let query = |url: &str| url.split_once('?').unwrap().1.to_owned();
    let swapped = [
        original.replace("/original", "/preview"),
        thumbnail.replace("/thumbnail", "/thumbnail-watermarked"),
        format!("{}?{}", original.split_once('?').unwrap().0, query(thumbnail)),
        thumbnail.replace("signature=", "signature=1"),
        thumbnail.split_once('&').unwrap().0.to_owned(),
        thumbnail.split_once('?').unwrap().0.to_owned(),
        format!(
            "{}?for={}&{}",
            thumbnail.split_once('?').unwrap().0,
            query(&hers[0])[4..26].to_owned(),
            query(thumbnail).split_once('&').unwrap().1
        ),
    ];
    for url in &swapped {
        let refused = visitor.get(url).await;
        assert_eq!(refused.status(), 403, "{url}");
        assert!(refused.text().await.unwrap().contains("ask the API for a new one"));
    }
    for unknown in ["/media/", "/media/x", "/media/x/preview?for=a&signature=b", "/media/a/b/c?for=a&signature=b"] {
        let status = visitor.get(unknown).await.status();
        assert!(matches!(status, StatusCode::NOT_FOUND | StatusCode::FORBIDDEN), "{unknown}: {status}");
    }
    server.advance(TimeDelta::minutes(29));
    let later = urls(&files(&server, &admin, &asset).await);
    server.advance(TimeDelta::minutes(31));
    for (url, later) in all.iter().zip(&later) {
        assert_eq!(visitor.get(url).await.status(), 403, "{url}");
        // The tests begin at any moment of a period.
        assert!(url == later || visitor.get(later).await.status() == 200, "{later}");
    }
}

#[tokio::test]
async fn rights_are_asked_at_each_access_and_sessions_end() {
    let (server, admin, asset) = ready().await;
    let (vera, visitor) = (server.user(&admin, "Vera", "VIEWER").await, server.visitor());
    let user = server.user_id(&vera).await;
    let limited = files(&server, &vera, &asset).await;
    assert_eq!(limited["asset"]["originalUrl"], Value::Null);
    assert_eq!(limited["asset"]["attachments"][0]["url"], Value::Null);
    assert!(limited["asset"]["thumbnailUrl"].is_string(), "{limited}");
    let rights = json!({ "userId": user, "assetId": asset, "rights": ["DOWNLOAD_ORIGINAL", "DOWNLOAD_ATTACHMENT"] });
    let rule = server.grant(&admin, rights).await;
    let granted = files(&server, &vera, &asset).await;
    let [original, attachment] =
        [&granted["asset"]["originalUrl"], &granted["asset"]["attachments"][0]["url"]].map(|url| url.as_str().unwrap());
    for url in [original, attachment] {
        assert_eq!(visitor.get(url).await.status(), 200);
    }
    server.revoke(&admin, &rule).await;
    for url in [original, attachment] {
        assert_eq!(visitor.get(url).await.status(), 404);
    }
    let archive = "mutation($id: ID!) { setOriginalState(assetId: $id, state: ARCHIVED) { userErrors { code } } }";
    let own = files(&server, &admin, &asset).await;
    server.data(&admin, archive, json!({ "id": asset })).await;
    assert_eq!(visitor.get(own["asset"]["originalUrl"].as_str().unwrap()).await.status(), 404);
    assert_eq!(files(&server, &admin, &asset).await["asset"]["originalUrl"], Value::Null);
    // Signing out ends what was signed for the session, and for no other.
    let (hers, admins) = (urls(&limited), urls(&own));
    server.data(&vera, "mutation { signOut { userErrors { code } } }", Value::Null).await;
    for url in &hers {
        assert_eq!(visitor.get(url).await.status(), 404, "{url}");
    }
    assert_eq!(visitor.get(admins.iter().find(|url| url.contains("thumbnail?")).unwrap()).await.status(), 200);
}

#[tokio::test]
async fn other_workspaces_and_wrong_arguments_get_nothing() {
    let (server, admin, asset) = ready().await;
    server.add_workspace("FOR", "foreign@example.com", "another long password").await;
    let foreign = server.sign_in("foreign@example.com", "another long password").await;
    let nothing = files(&server, &foreign, &asset).await;
    assert_eq!(nothing, json!({ "asset": null, "workspace": { "watermark": null, "personSearch": false } }));
    let query = "query($id: ID!) { asset(id: $id) { thumbnailUrl(preset: \"huge\") } }";
    let answer = server.call(&admin, query, json!({ "id": asset })).await;
    let message = answer["errors"][0]["message"].as_str().unwrap();
    assert!(message.contains("fullscreen") && answer["data"]["asset"]["thumbnailUrl"].is_null(), "{answer}");
    let video = server.upload(&admin, "a.txt", "text").await["id"].clone();
    let without = files(&server, &admin, &video).await;
    assert_eq!(without["asset"]["thumbnailUrl"], Value::Null);
}

#[tokio::test]
async fn urls_that_are_opened_at_the_same_time_are_decided_each_for_its_user() {
    let server = start_with(Options::default()).await;
    let admin = server.admin().await;
    let (eddi, olga) = (server.user(&admin, "Eddi", "EDITOR").await, server.user(&admin, "Olga", "EDITOR").await);
    let original = "query($id: ID!) { asset(id: $id) { originalUrl } }";
    let mut wanted = Vec::new();
    let mut assets = Vec::new();
    for index in 0..12 {
        let text = format!("text {index}");
        let asset = server.upload(&admin, &format!("{index}.txt"), text.clone()).await["id"].clone();
        for (user, may) in [(&admin, true), (&eddi, index == 3), (&olga, false)] {
            let answer = server.data(user, original, json!({ "id": asset })).await;
            let url = answer["asset"]["originalUrl"].as_str().unwrap().to_owned();
            wanted.push((url, may.then(|| text.clone())));
        }
        assets.push(asset);
    }
    // Eddi keeps the right to one of them, and Olga is gone.
    server.sql("UPDATE users SET role = 'VIEWER' WHERE name = 'Eddi'").await;
    let viewer = server.data(&eddi, "{ viewer { id } }", Value::Null).await;
    let rule =
        json!({ "userId": viewer["viewer"]["id"], "assetId": assets[3], "rights": ["READ", "DOWNLOAD_ORIGINAL"] });
    server.grant(&admin, rule).await;
    server.data(&olga, "mutation { signOut { userErrors { code } } }", Value::Null).await;
    let visitor = server.visitor();
    let open = async |(url, text): &(String, Option<String>)| {
        let got = visitor.get(url).await;
        let status = got.status().as_u16();
        let got = (status == 200).then_some(got.text().await.unwrap());
        assert_eq!((status, &got), (if text.is_some() { 200 } else { 404 }, text), "{url}");
    };
    for _ in 0..5 {
        futures::future::join_all(wanted.iter().map(open)).await;
    }
}

#[tokio::test]
async fn a_vector_picture_is_shown_and_its_original_runs_no_script() {
    let server = start_with(Options { workers: true, ..Options::default() }).await;
    let admin = server.admin().await;
    let svg = r#"<svg xmlns="http://www.w3.org/2000/svg" width="20" height="10" onload="alert(1)">
        <script>alert(document.domain)</script><rect width="20" height="10" fill="red"/></svg>"#;
    let asset = server.upload(&admin, "logo.txt", svg.as_bytes().to_vec()).await["id"].clone();
    server.proxies(&admin, &asset).await;
    let answer = files(&server, &admin, &asset).await;
    let visitor = server.visitor();
    let thumbnail = visitor.get(answer["asset"]["thumbnailUrl"].as_str().unwrap()).await;
    assert_eq!(thumbnail.headers()["content-type"], "image/jpeg");
    let original = visitor.get(answer["asset"]["originalUrl"].as_str().unwrap()).await;
    let header = |name: &str| original.headers()[name].to_str().unwrap();
    assert_eq!(header("content-type"), "image/svg+xml");
    assert_eq!(header("content-security-policy"), "default-src 'none'; sandbox");
    assert_eq!(header("x-content-type-options"), "nosniff");
    assert!(header("content-disposition").starts_with("attachment"));
}
