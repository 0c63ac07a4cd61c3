//! Signing in for all pages of the workspace.

use super::redirect;
use reqwest::Method;
use serde_json::json;
use tests::{ADMIN_EMAIL, ADMIN_PASSWORD, fixtures, start};

const RIGHT: [(&str, &str); 2] = [("email", ADMIN_EMAIL), ("password", ADMIN_PASSWORD)];

#[tokio::test]
async fn signing_in_leads_to_own_pages_only() {
    let server = start().await;
    let cases = [
        ("", "/library"),
        ("?to=%2Flinks%3Fstate%3DACTIVE", "/links?state=ACTIVE"),
        ("?to=%2Flinks&to=%2F&more=x", "/links"),
        ("?to=%2F", "/"),
        ("?to=", "/library"),
        ("?to=https%3A%2F%2Fevil.example", "/library"),
        ("?to=%2F%2Fevil.example", "/library"),
        ("?to=%2F%5Cevil.example", "/library"),
        ("?to=%2F%09%2Fevil.example", "/library"),
        ("?to=javascript%3Aalert(1)", "/library"),
    ];
    for (index, (query, to)) in cases.into_iter().enumerate() {
        // An address has few wrong guesses.
        let visitor = server.visitor_from(&format!("203.0.113.{index}"));
        let path = format!("/sign-in{query}");
        let page = visitor.get(&path).await.text().await.unwrap();
        assert!(!page.contains("evil.example"), "{query}: {page}");
        let wrong = visitor.post_form(&path, &[RIGHT[0], ("password", "wrong")]).await;
        assert_eq!(wrong.status(), 403, "{query}");
        assert!(wrong.text().await.unwrap().contains(&format!("value=\"{ADMIN_EMAIL}\"")), "{query}");
        assert_eq!(redirect(&visitor.post_form(&path, &RIGHT).await), (303, to.to_owned()), "{query}");
        // Whoever is signed in is led on.
        assert_eq!(redirect(&visitor.get(&path).await), (303, to.to_owned()), "{query}");
    }
}

#[tokio::test]
async fn a_session_counts_for_all_pages_until_it_ends() {
    let server = start().await;
    server.upload(&server.admin().await, "a.jpg", fixtures::jpeg(40, 30)).await;
    let visitor = server.visitor();
    let wanted = visitor.get("/library?search=a%20b&kind=IMAGE").await;
    let (_, to) = redirect(&wanted);
    assert_eq!(to, "/sign-in?to=%2Flibrary%3Fsearch%3Da%2520b%26kind%3DIMAGE");
    assert_eq!(redirect(&visitor.post_form(&to, &RIGHT).await).1, "/library?search=a%20b&kind=IMAGE");
    for path in ["/library", "/links", "/a/VTR-1", "/a/VTR-1/original", "/a/VTR-1/public-link"] {
        assert_eq!(visitor.get(path).await.status(), 200, "{path}");
    }
    // A form that arrives after the end of the session leads to the page with the form, not to the form's own address.
    let (_, to) = redirect(&visitor.post_form("/sign-out", &[]).await);
    assert!(visitor.get(&to).await.text().await.unwrap().contains("You are signed out."), "{to}");
    let late = visitor.request(Method::POST, "/library/link").header("referer", format!("{}/library", server.url));
    assert_eq!(redirect(&late.send().await.unwrap()), (303, "/sign-in?to=%2Flibrary".to_owned()));
    let foreign =
        visitor.request(Method::POST, "/library/link").header("referer", "https://evil.example//evil.example/");
    assert_eq!(redirect(&foreign.send().await.unwrap()), (303, "/sign-in?to=%2Flibrary".to_owned()));
}

#[tokio::test]
async fn a_cookie_of_an_earlier_version_does_not_hide_the_session() {
    let server = start().await;
    server.upload(&server.admin().await, "a.jpg", fixtures::jpeg(40, 30)).await;
    let entered = server.visitor().post_form("/sign-in", &RIGHT).await;
    let cookies: Vec<_> = entered.headers().get_all("set-cookie").iter().map(|it| it.to_str().unwrap()).collect();
    let session = cookies.iter().find(|cookie| cookie.starts_with("vitrine_user=")).unwrap();
    assert!(
        session.contains("HttpOnly") && session.contains("SameSite=Lax") && session.contains("Path=/;"),
        "{session}"
    );
    // Browsers send cookies with longer paths first.
    let both = format!("vitrine_session=vts_old; {}", session.split(';').next().unwrap());
    let page = server.visitor().request(Method::GET, "/a/VTR-1").header("cookie", both).send().await.unwrap();
    assert!(page.text().await.unwrap().contains("Ada Admin"));
}

#[tokio::test]
async fn the_pages_of_visitors_do_not_depend_on_a_session() {
    let server = start().await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "a.jpg", fixtures::jpeg(40, 30)).await["id"].clone();
    let locked = server.public_link(&admin, &asset, json!({ "password": "open sesame" })).await;
    let open = server.public_link(&admin, &asset, json!({ "allowOriginal": true, "startsAt": null })).await;
    let disabled = server.public_link(&admin, &asset, json!({})).await;
    let disable = "mutation($id: ID!) { disableLink(id: $id) { userErrors { code } } }";
    server.data(&admin, disable, json!({ "id": disabled["id"] })).await;
    let (stranger, owner) = (server.visitor(), server.admin_browser().await);
    for link in [&locked, &open, &disabled] {
        let url = link["url"].as_str().unwrap();
        let (theirs, own) = (stranger.get(url).await, owner.get(url).await);
        assert_eq!(theirs.status(), own.status());
        // A page that waits for its picture names the second in which it was opened.
        let text = |page: String| page.lines().filter(|line| !line.contains("refresh")).collect::<String>();
        assert_eq!(text(theirs.text().await.unwrap()), text(own.text().await.unwrap()));
    }
}
