//! The first share, end to end.

use chrono::TimeDelta;
use serde_json::json;
use sha2::{Digest, Sha256};
use tests::{Options, fixtures, start_with};

#[tokio::test]
async fn a_photo_is_shared_with_a_password_and_an_expiry() {
    let server = start_with(Options { workers: true, ..Options::default() }).await;
    let admin = server.admin().await;
    let photo = fixtures::jpeg(1600, 900);
    let asset = server.upload(&admin, "Abendlicht am See.jpg", photo.clone()).await;
    assert_eq!((asset["kind"].as_str(), asset["number"].as_str()), (Some("IMAGE"), Some("VTR-1")));
    server.proxies(&admin, &asset["id"]).await;

    let expires = server.services.now() + TimeDelta::hours(1);
    let settings = json!({ "name": "Für Anna", "allowOriginal": true, "password": "open sesame", "expiresAt": expires.to_rfc3339() });
    let link = server.public_link(&admin, &asset["id"], settings).await;
    let url = link["url"].as_str().unwrap().to_owned();
    let path = url.strip_prefix(&server.url).unwrap();

    let visitor = server.visitor();
    let locked = visitor.get(path).await.text().await.unwrap();
    assert!(locked.contains("password") && !locked.contains("Abendlicht") && !locked.contains("Anna"), "{locked}");
    let wrong = visitor.post_form(&format!("{path}/unlock"), &[("password", "open barley")]).await;
    assert_eq!(wrong.status(), 403);
    let right = visitor.post_form(&format!("{path}/unlock"), &[("password", "open sesame")]).await;
    assert_eq!(right.status(), 303);
    let page = visitor.get(path).await.text().await.unwrap();
    assert!(page.contains("Abendlicht am See") && page.contains("Für Anna"), "{page}");

    let linked =
        |end: &str| page.split('"').find(|part| part.starts_with("/s/") && part.ends_with(end)).expect("a link");
    let (preview, original) = (linked("/preview"), linked("/original"));
    let picture = visitor.get(preview).await;
    assert_eq!(picture.headers()["content-type"], "image/jpeg");
    let download = visitor.get(original).await;
    assert_eq!(download.status(), 200);
    assert_eq!(Sha256::digest(download.bytes().await.unwrap()), Sha256::digest(&photo));

    server.advance(TimeDelta::hours(1) + TimeDelta::seconds(1));
    for dead in [path, preview, original, &format!("{path}/embed")] {
        assert_eq!(visitor.get(dead).await.status(), 404, "{dead}");
    }
}
