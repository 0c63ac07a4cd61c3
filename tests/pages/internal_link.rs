//! Internal links: for those who are signed in.

use serde_json::Value;
use std::time::Duration;
use tests::{ADMIN_EMAIL, ADMIN_PASSWORD, Bucket, Options, Visitor, fixtures, short, start, start_with};

async fn enter(visitor: &Visitor, number: &str, email: &str, password: &str) -> u16 {
    visitor.post_form(&format!("/a/{number}"), &[("email", email), ("password", password)]).await.status().as_u16()
}

#[tokio::test]
async fn a_stranger_is_asked_to_sign_in_whether_or_not_there_is_something() {
    let server = start().await;
    let asset = server.upload(&server.admin().await, "Secret title.jpg", fixtures::jpeg(40, 30)).await;
    assert_eq!(asset["number"], "VTR-1");
    let stranger = server.visitor();
    let (there, not_there) = (stranger.get("/a/VTR-1").await, stranger.get("/a/VTR-2").await);
    assert_eq!((there.status().as_u16(), not_there.status().as_u16()), (200, 200));
    let (there, not_there) = (there.text().await.unwrap(), not_there.text().await.unwrap());
    assert_eq!(there.replace("VTR-1", "VTR-2"), not_there);
    assert!(there.contains("type=\"password\"") && !there.contains("Secret title"));
    for file in ["original", "preview", "thumbnail?download", "nonsense"] {
        for number in ["VTR-1", "VTR-2"] {
            assert_eq!(stranger.get(&format!("/a/{number}/{file}")).await.status(), 401, "{number} {file}");
        }
    }
    let odd = stranger.get("/a/%22%3E%3Cscript%3E").await.text().await.unwrap();
    assert!(!odd.contains("<script"), "{odd}");
}

#[tokio::test]
async fn signing_in_leads_to_the_asset_and_nowhere_else() {
    let server = start().await;
    let photo = fixtures::jpeg(40, 30);
    server.upload(&server.admin().await, "Harbour.jpg", photo.clone()).await;
    let visitor = server.visitor();
    assert_eq!(enter(&visitor, "VTR-1", ADMIN_EMAIL, "wrong").await, 403);
    assert_eq!(enter(&visitor, "VTR-1", "nobody@example.com", "wrong").await, 403);
    let form = [("email", ADMIN_EMAIL), ("password", ADMIN_PASSWORD)];
    let entered = visitor.post_form("/a/VTR-1?next=https://evil.example", &form).await;
    assert_eq!((entered.status().as_u16(), entered.headers()["location"].to_str().unwrap()), (303, "/a/VTR-1"));
    let mut cookies = entered.headers().get_all("set-cookie").iter().map(|it| it.to_str().unwrap().to_owned());
    let cookie = cookies.find(|cookie| cookie.starts_with("vitrine_user=")).unwrap();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax") && cookie.contains("Path=/;"), "{cookie}");
    let page = visitor.get("/a/VTR-1").await.text().await.unwrap();
    assert!(page.contains("Harbour") && page.contains("VTR-1"), "{page}");
    assert_eq!(visitor.get("/a/VTR-1/original").await.bytes().await.unwrap(), photo);
    for nothing in ["/a/VTR-2", "/a/FOR-1", "/a/vtr", "/a/VTR-1/nonsense", "/a/VTR-0", "/a/VTR-99999999999999999999"] {
        assert_eq!(visitor.get(nothing).await.status(), 404, "{nothing}");
    }
    // The session of the pages is not a key to the API: a form of another site could use it.
    let query =
        visitor.request(reqwest::Method::POST, "/graphql").json(&serde_json::json!({ "query": "{ viewer { id } }" }));
    assert_eq!(query.send().await.unwrap().json::<Value>().await.unwrap()["data"]["viewer"], Value::Null);

    let left = visitor.post_form("/sign-out", &[]).await;
    assert_eq!(left.status(), 303);
    assert!(visitor.get("/a/VTR-1").await.text().await.unwrap().contains("type=\"password\""));
    let old = visitor.request(reqwest::Method::GET, "/a/VTR-1").header("cookie", cookie.split(';').next().unwrap());
    assert!(old.send().await.unwrap().text().await.unwrap().contains("type=\"password\""), "the session itself ended");
}

#[tokio::test]
async fn everybody_sees_what_their_role_allows() {
    let server = start_with(Options { workers: true, ..Options::default() }).await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "Harbour.jpg", fixtures::jpeg(40, 30)).await["id"].clone();
    let attachments = server.attach(&admin, &asset, "terms.pdf", fixtures::pdf()).await;
    let attachment = format!("attachment-{}", short(&attachments[0]["id"]));
    server.proxies(&admin, &asset).await;
    server.user(&admin, "Vera", "VIEWER").await;
    server.user(&admin, "Eddi", "EDITOR").await;
    server.add_workspace("FOR", "foreign@example.com", "a long password").await;
    for (email, [page, picture, proxy, original, attached]) in [
        ("vera@example.com", [200, 200, 200, 404, 404]),
        ("eddi@example.com", [200, 200, 200, 200, 200]),
        ("foreign@example.com", [404, 404, 404, 404, 404]),
    ] {
        let visitor = server.visitor();
        assert_eq!(enter(&visitor, "VTR-1", email, "a long password").await, 303);
        for (path, expected) in [
            ("/a/VTR-1".to_owned(), page),
            ("/a/VTR-1/preview".to_owned(), picture),
            ("/a/VTR-1/fullscreen?download".to_owned(), proxy),
            ("/a/VTR-1/original".to_owned(), original),
            (format!("/a/VTR-1/{attachment}"), attached),
        ] {
            assert_eq!(visitor.get(&path).await.status(), expected, "{email} {path}");
        }
        let text = visitor.get("/a/VTR-1").await.text().await.unwrap();
        assert_eq!(text.contains("/a/VTR-1/original"), original == 200, "{email}");
    }
}

#[tokio::test]
async fn guessing_is_slowed_down() {
    let server = start().await;
    let visitor = server.visitor();
    let fields = [("email", ADMIN_EMAIL), ("password", "guess")];
    Bucket::new(10, Duration::from_mins(2)).empty(async |_| visitor.post_form("/a/VTR-1", &fields).await).await;
}
