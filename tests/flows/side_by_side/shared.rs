//! What one process has given out opens at the other, and what one has ended is at an end at the other.

use super::{header, installation, path, token};
use reqwest::Method;
use serde_json::{Value, json};
use tests::{ADMIN_EMAIL, ADMIN_PASSWORD, Api, fixtures, short};

/// Whose token this is; null, where it is nobody's.
async fn who(api: &Api, token: &str) -> Value {
    api.data(token, "{ viewer { email } }", Value::Null).await["viewer"]["email"].clone()
}

#[tokio::test]
async fn sessions_and_tokens() {
    let installation = installation(9).await;
    let [a, b] = &installation.serves;
    for (one, other) in [(a, b), (b, a)] {
        let session = one.admin().await;
        assert_eq!(who(other, &session).await, ADMIN_EMAIL);
        let create = "mutation { createAccessToken(input: { name: \"robot\" }) { token accessToken { id } } }";
        let made = one.data(&session, create, Value::Null).await["createAccessToken"].clone();
        let robot = made["token"].as_str().unwrap();
        assert_eq!(who(other, robot).await, ADMIN_EMAIL);
        let revoke = "mutation($id: ID!) { revokeAccessToken(id: $id) { userErrors { code } } }";
        other.data(&session, revoke, json!({ "id": made["accessToken"]["id"] })).await;
        assert_eq!(who(one, robot).await, Value::Null);
        other.data(&session, "mutation { signOut { userErrors { code } } }", Value::Null).await;
        assert_eq!(who(one, &session).await, Value::Null);

        let browser = one.signed_in(ADMIN_EMAIL, ADMIN_PASSWORD).await;
        assert_eq!(browser.at(other).get("/library").await.status(), 200);
        assert_eq!(browser.at(other).post_form("/sign-out", &[]).await.status(), 303);
        assert_eq!(browser.at(one).get("/library").await.status(), 303, "to the sign-in");
    }
}

#[tokio::test]
async fn files_and_zips() {
    let installation = installation(10).await;
    let [a, b] = &installation.serves;
    let admin = a.admin().await;
    let mut assets = Vec::new();
    for (index, (one, other)) in [(a, b), (b, a), (a, b)].into_iter().enumerate() {
        // One is larger than a part of an upload to S3.
        let bytes = if index == 2 { fixtures::noise(11_000_000) } else { fixtures::jpeg(300, 200) };
        let asset = one.upload(&admin, &format!("{index}.jpg"), bytes.clone()).await["id"].clone();
        let query = "query($id: ID!) { asset(id: $id) { originalUrl } assets(first: 5) { nodes { id } } }";
        let seen = other.data(&admin, query, json!({ "id": asset })).await;
        assert_eq!(seen["assets"]["nodes"][0]["id"], asset, "it is listed at once");
        let signed = path(&seen["asset"]["originalUrl"]);
        for api in [one, other] {
            assert!(api.visitor().get(signed).await.bytes().await.unwrap() == bytes, "{index}");
        }
        assets.push((asset, bytes));
    }
    let ids: Vec<Value> = assets.iter().map(|(asset, _)| asset.clone()).collect();
    let collection = a.collection(&admin, "All", &ids).await;
    let settings = json!({ "allowOriginal": true, "password": "open sesame" });
    let link = b.collection_link(&admin, &collection, settings).await;
    let page = path(&link["url"]);
    let all = format!("{page}/archive.zip");

    // Who has unlocked it at one is let in at the other, also to continue a download.
    let visitor = a.visitor();
    assert!(visitor.get(page).await.text().await.unwrap().contains("type=\"password\""));
    assert_eq!(visitor.get(&all).await.status(), 401);
    assert_eq!(visitor.post_form(&format!("{page}/unlock"), &[("password", "open sesame")]).await.status(), 303);
    let visitor = visitor.at(b);
    let html = visitor.get(page).await.text().await.unwrap();
    assert!(ids.iter().all(|id| html.contains(short(id))), "{html}");
    let selected = format!("{all}?select=1,3");
    for zip in [&all, &selected] {
        let [at_a, at_b] = [visitor.at(a).get(zip).await, visitor.get(zip).await];
        let tag = header(&at_a, "etag");
        assert!(tag.len() > 2 && tag == header(&at_b, "etag"), "{tag}");
        let (bytes, same) = (at_a.bytes().await.unwrap(), at_b.bytes().await.unwrap());
        assert!(bytes == same && bytes.starts_with(b"PK"), "{zip}");
        let from = bytes.len() / 2;
        let rest = visitor.request(Method::GET, zip).header("range", format!("bytes={from}-"));
        let rest = rest.header("if-range", tag).send().await.unwrap();
        assert_eq!(rest.status(), 206, "{zip}");
        assert!(rest.bytes().await.unwrap() == bytes[from..], "{zip}");
    }
    for (asset, bytes) in &assets {
        let original = format!("{page}/assets/{}/original", short(asset));
        let [at_a, at_b] = [visitor.at(a).get(&original).await, visitor.get(&original).await];
        assert_eq!(header(&at_a, "etag"), header(&at_b, "etag"), "{original}");
        assert!(at_a.bytes().await.unwrap() == *bytes && at_b.bytes().await.unwrap() == *bytes, "{original}");
    }

    // The same without cookies, as pages of others do it.
    let unlock = "mutation($token: String!) { unlockSharedLink(token: $token, password: \"open sesame\") { grant } }";
    let grant = a.data("", unlock, json!({ "token": token(&link) })).await["unlockSharedLink"]["grant"].clone();
    let query = "query($token: String!, $grant: String, $assets: [ID!]) {
        sharedLink(token: $token, grant: $grant) { locked archiveUrl(assetIds: $assets) } }";
    let variables = json!({ "token": token(&link), "grant": grant, "assets": [ids[0], ids[2]] });
    let opened = b.data("", query, variables).await["sharedLink"].clone();
    assert_eq!(opened["locked"], false, "{opened}");
    let [at_a, at_b] = [a, b].map(|api| api.visitor());
    let address = path(&opened["archiveUrl"]);
    let (at_a, at_b) = (at_a.get(address).await, at_b.get(address).await);
    assert_eq!((at_a.status().as_u16(), at_b.status().as_u16()), (200, 200));
    assert!(at_a.bytes().await.unwrap() == at_b.bytes().await.unwrap());

    // What is ended at one is ended at the other.
    a.data(&admin, "mutation($id: ID!) { disableLink(id: $id) { userErrors { code } } }", json!({ "id": link["id"] }))
        .await;
    assert_eq!(visitor.get(page).await.status(), 404);
    assert_eq!(b.visitor().get(address).await.status(), 404);
}

#[tokio::test]
async fn the_downloads_that_a_link_has_left() {
    let installation = installation(11).await;
    let [a, b] = &installation.serves;
    let admin = a.admin().await;
    let asset = a.upload(&admin, "a.txt", "a").await["id"].clone();
    let link = a.download_link(&admin, json!({ "assetId": asset, "maxDownloads": 5 })).await;
    // Each is another visitor, and all come at once.
    let come = (0..20).map(async |index| {
        let at = if index % 2 == 0 { a } else { b };
        at.visitor().get(path(&link["url"])).await.status().as_u16()
    });
    let statuses = futures::future::join_all(come).await;
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 5, "{statuses:?}");
    assert!(statuses.iter().all(|status| [200, 404].contains(status)), "{statuses:?}");
}
