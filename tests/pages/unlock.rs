//! The password of a link, and how long it is remembered.

use chrono::TimeDelta;
use reqwest::{Method, Response};
use serde_json::{Value, json};
use std::time::Duration;
use tests::{ADMIN_EMAIL, ADMIN_PASSWORD, Bucket, Options, Running, Visitor, fixtures, short, start, start_with};

async fn locked(server: &Running, admin: &str) -> String {
    let asset = server.upload(admin, "a.jpg", fixtures::jpeg(40, 30)).await["id"].clone();
    let link = server.public_link(admin, &asset, json!({ "password": "open sesame", "name": "the name" })).await;
    link["url"].as_str().unwrap().strip_prefix(&server.url).unwrap().to_owned()
}

async fn is_open(response: Response) -> bool {
    response.text().await.unwrap().contains("the name")
}

#[tokio::test]
async fn the_right_password_opens_this_link_for_twelve_hours() {
    let server = start().await;
    let admin = server.admin().await;
    let (one, two) = (locked(&server, &admin).await, locked(&server, &admin).await);
    let visitor = server.visitor();
    assert!(!is_open(visitor.get(&one).await).await);
    for wrong in ["", "open", "OPEN SESAME", "open sesame ", &"x".repeat(100_000)] {
        let answer = visitor.post_form(&format!("{one}/unlock"), &[("password", wrong)]).await;
        assert!([403, 413].contains(&answer.status().as_u16()), "{} for {} characters", answer.status(), wrong.len());
        assert!(!is_open(visitor.get(&one).await).await, "{wrong}");
    }
    let right = visitor.post_form(&format!("{one}/unlock"), &[("password", "open sesame")]).await;
    assert_eq!((right.status().as_u16(), right.headers()["location"].to_str().unwrap()), (303, one.as_str()));
    let cookie = cookie(&right, "vitrine_unlocked");
    for part in ["HttpOnly", "SameSite=Lax", &format!("Path={one}"), "Max-Age=43200"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert!(!cookie.contains("Secure") && !cookie.contains("Partitioned"), "{cookie}");
    assert!(is_open(visitor.get(&one).await).await);
    assert!(!is_open(visitor.get(&two).await).await, "another link stays locked");
    assert!(!is_open(server.visitor().get(&one).await).await, "another visitor, too");

    // The grant does not open another link with the same password, nor does a forged one.
    let grant = cookie.split(';').next().unwrap();
    let last = if grant.ends_with('x') { 'y' } else { 'x' };
    let forged = format!("{}{last}", &grant[..grant.len() - 1]);
    for (path, cookie, open) in
        [(&one, grant, true), (&two, grant, false), (&one, &forged, false), (&one, "vitrine_unlocked=", false)]
    {
        let request = server.visitor().request(Method::GET, path).header("cookie", cookie);
        assert_eq!(is_open(request.send().await.unwrap()).await, open, "{path} {cookie}");
    }
    server.advance(TimeDelta::hours(12) - TimeDelta::minutes(1));
    assert!(is_open(visitor.get(&one).await).await);
    server.advance(TimeDelta::minutes(2));
    let late = server.visitor().request(Method::GET, &one).header("cookie", grant).send().await.unwrap();
    assert!(!is_open(late).await, "the server itself says when it ends");
}

#[tokio::test]
async fn the_password_leads_back_to_the_page_that_asked_for_it() {
    let server = start().await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "a.jpg", fixtures::jpeg(40, 30)).await["id"].clone();
    let settings = json!({ "password": "open sesame", "name": "the name" });
    let shared = server.share(&admin, json!({ "assetIds": [asset], "settings": settings })).await;
    let link = shared["link"]["url"].as_str().unwrap().strip_prefix(&server.url).unwrap().to_owned();
    let other = locked(&server, &admin).await;
    let id = short(&asset);
    let unlock = async |frame: bool, back: &str| {
        let path = format!("{link}/unlock{}", if frame { "?embed" } else { "" });
        let form = [("password", "open sesame"), ("back", back)];
        let answer = server.visitor().post_form(&path, &form).await;
        assert_eq!(answer.status(), 303, "{back}");
        answer.headers()["location"].to_str().unwrap().to_owned()
    };
    // Each page says in its form where it is, and a wrong password changes nothing about it.
    for (path, query) in [
        (link.clone(), ""),
        (link.clone(), "?sort=name&search=a%20%26b&page=2"),
        (format!("{link}/assets/{id}"), ""),
        (format!("{link}/assets/{id}"), "?sort=newest"),
        (format!("{link}/embed"), "?sort=name&lang=de"),
        (format!("{link}/embed/{id}"), ""),
        (format!("{link}/embed/{id}"), "?lang=ar"),
    ] {
        let frame = path.contains("/embed");
        let back = format!("{path}{query}");
        let field = format!("name=\"back\" value=\"{}\"", back.replace('&', "&#38;"));
        let form = server.visitor().get(&back).await.text().await.unwrap();
        assert!(form.contains(&field), "{field} in {form}");
        let wrong = [("password", "wrong"), ("back", &back)];
        let action = format!("{link}/unlock{}", if frame { "?embed" } else { "" });
        let form = server.visitor().post_form(&action, &wrong).await.text().await.unwrap();
        assert!(form.contains(&field), "{field} in {form}");
        let expected = match (frame, query) {
            (false, _) => back.clone(),
            (true, "") => format!("{path}?unlocked"),
            (true, query) => format!("{path}?unlocked&{}", &query[1..]),
        };
        assert_eq!(unlock(frame, &back).await, expected);
    }
    // Nowhere else.
    for elsewhere in [
        "",
        "/",
        "//evil.example/",
        "https://evil.example/",
        &other,
        &format!("{link}/layout"),
        &format!("{link}/unlock"),
        &format!("{link}/archive.zip"),
        &format!("{link}/assets/{id}/original"),
        &format!("{link}/assets/../../{id}"),
        &format!("{link}/embed/{id}"),
        &format!("//evil.example{link}"),
        &format!("{link}\r\nx: y"),
        &format!("{other}/assets/{id}"),
    ] {
        assert_eq!(unlock(false, elsewhere).await, link, "{elsewhere}");
    }
    assert_eq!(unlock(false, &format!("{link}?search=a\r\nx: y")).await, format!("{link}?search=a%0D%0Ax%3A%20y"));
}

/// Whether the form on the page itself leads out of a frame.
async fn page_has_way_out(visitor: &Visitor, path: &str) -> bool {
    let form = visitor.get(path).await.text().await.unwrap();
    assert!(form.contains("type=\"password\""), "{form}");
    form.contains("_blank")
}

/// The one cookie of this name that an answer sets.
fn cookie(answer: &Response, name: &str) -> String {
    let cookies = answer.headers().get_all("set-cookie").iter().map(|cookie| cookie.to_str().unwrap().to_owned());
    let mut cookies = cookies.filter(|cookie| cookie.split('=').next() == Some(name));
    let cookie = cookies.next().expect("a cookie");
    assert!(cookies.next().is_none(), "one only");
    cookie
}

#[tokio::test]
async fn a_frame_on_another_site_is_unlocked() {
    let public_url = "https://media.example.com";
    let server = start_with(Options { public_url: Some(public_url), ..Options::default() }).await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "a.jpg", fixtures::jpeg(40, 30)).await["id"].clone();
    let settings = json!({ "password": "open sesame", "name": "the name", "allowOriginal": true });
    let link = server.public_link(&admin, &asset, settings).await;
    let path = link["url"].as_str().unwrap().strip_prefix(public_url).unwrap().to_owned();
    let framed = |answer: &Response| {
        let policy = answer.headers()["content-security-policy"].to_str().unwrap();
        assert!(policy.contains("frame-ancestors *") && policy.contains("form-action 'self'"), "{policy}");
    };
    let visitor = server.visitor();
    let unlock = format!("{path}/unlock?embed");
    let post = async |origin: &str, password: &str| {
        let form = format!("password={}", password.replace(' ', "+"));
        let request = visitor.request(Method::POST, &unlock).header("origin", origin);
        request.header("content-type", "application/x-www-form-urlencoded").body(form).send().await.unwrap()
    };

    let form = visitor.get(&format!("{path}/embed")).await;
    framed(&form);
    let form = form.text().await.unwrap();
    assert!(form.contains(&format!("action=\"{unlock}\"")) && !form.contains("the name"), "{form}");
    let wrong = post(public_url, "open barley").await;
    assert_eq!((wrong.status().as_u16(), wrong.headers().contains_key("set-cookie")), (403, false));
    framed(&wrong);
    assert!(wrong.text().await.unwrap().contains(&format!("action=\"{unlock}\"")), "the form stays in the frame");
    // The site around the frame, or whatever else is not ours, cannot send the form.
    for (origin, words) in [
        ("https://blog.example", "a page of https://blog.example"),
        ("null", "Origin: null"),
        ("http://media.example.com", "a page of http://media.example.com"),
        ("https://media.example.com.evil.example", "evil.example"),
    ] {
        let refused = post(origin, "open sesame").await;
        assert_eq!((refused.status().as_u16(), refused.headers().contains_key("set-cookie")), (403, false), "{origin}");
        let page = refused.text().await.unwrap();
        assert!(page.contains(words), "{page}");
    }
    let right = post("HTTPS://Media.Example.COM:443", "open sesame").await;
    assert_eq!(
        (right.status().as_u16(), right.headers()["location"].to_str().unwrap()),
        (303, &*format!("{path}/embed?unlocked"))
    );
    assert!(!right.headers().get_all("set-cookie").iter().any(|cookie| {
        let cookie = cookie.to_str().unwrap();
        cookie.starts_with("vitrine_unlocked=") || cookie.starts_with("vitrine_device=")
    }));
    let unlocked = cookie(&right, "vitrine_unlocked_frame");
    let attributes = |cookie: &str| {
        let mut parts: Vec<_> = cookie.split("; ").skip(1).map(str::to_owned).collect();
        parts.sort();
        parts
    };
    let cross_site = |path: &str, seconds: i64| {
        let (path, age) = (format!("Path={path}"), format!("Max-Age={seconds}"));
        ["HttpOnly", &age, "Partitioned", &path, "SameSite=None", "Secure"].map(str::to_owned)
    };
    assert_eq!(attributes(&unlocked), cross_site(&path, 43200));
    assert_eq!(attributes(&cookie(&right, "vitrine_device_frame")), cross_site(&path, 365 * 24 * 60 * 60));

    let with = async |path: &str, cookie: &str| {
        let cookie = cookie.split(';').next().unwrap();
        server.visitor().request(Method::GET, path).header("cookie", cookie).send().await.unwrap()
    };
    let page = with(&format!("{path}/embed"), &unlocked).await;
    framed(&page);
    assert!(is_open(page).await);
    // Where the browser keeps no such cookie, the form says so, and leads out of the frame.
    let blocked = server.visitor().get(&format!("{path}/embed?unlocked")).await;
    framed(&blocked);
    let blocked = blocked.text().await.unwrap();
    let way_out = format!("href=\"{path}\" target=\"_blank\"");
    assert!(blocked.contains(&way_out) && blocked.contains("Open the link in a new tab"), "{blocked}");
    assert!(form.contains(&way_out) && !form.contains("Open the link in a new tab"), "{form}");
    // The cookie of the page itself is never sent to a frame of another site.
    let at_the_top = visitor.request(Method::POST, &format!("{path}/unlock")).header("origin", public_url);
    let at_the_top = at_the_top.header("content-type", "application/x-www-form-urlencoded");
    let at_the_top = at_the_top.body("password=open+sesame").send().await.unwrap();
    for name in ["vitrine_unlocked", "vitrine_device"] {
        let cookie = cookie(&at_the_top, name);
        assert!(cookie.contains("SameSite=Lax") && cookie.contains("Secure"), "{cookie}");
        assert!(!cookie.contains("Partitioned") && !cookie.contains("None"), "{cookie}");
    }
    assert!(is_open(with(&path, &cookie(&at_the_top, "vitrine_unlocked")).await).await);
    assert!(!page_has_way_out(&server.visitor(), &path).await);
    // A download that was counted is remembered in the same way.
    let id = short(&asset);
    let original = format!("{path}/assets/{id}/original");
    let download = with(&original, &unlocked).await;
    assert_eq!(download.status(), 200);
    assert_eq!(attributes(&cookie(&download, "vitrine_counted")), cross_site(&original, 7 * 24 * 60 * 60));

    // Who signs in does so at the top, and nowhere else.
    let body = format!("email={}&password={}", ADMIN_EMAIL.replace('@', "%40"), ADMIN_PASSWORD.replace(' ', "+"));
    let sign_in = visitor.request(Method::POST, "/a/VTR-1").header("origin", public_url);
    let sign_in = sign_in.header("content-type", "application/x-www-form-urlencoded").body(body).send().await.unwrap();
    let session = cookie(&sign_in, "vitrine_user");
    assert!(session.contains("SameSite=Lax") && session.contains("Secure"), "{session}");
    assert!(!session.contains("Partitioned"), "{session}");
}

#[tokio::test]
async fn a_new_url_or_a_new_password_ends_what_was_unlocked() {
    for column in ["password_version", "token_version"] {
        let server = start().await;
        let admin = server.admin().await;
        let path = locked(&server, &admin).await;
        let visitor = server.visitor();
        visitor.post_form(&format!("{path}/unlock"), &[("password", "open sesame")]).await;
        assert!(is_open(visitor.get(&path).await).await);
        server.sql(format!("UPDATE links SET {column} = {column} + 1")).await;
        assert!(!is_open(visitor.get(&path).await).await, "{column}");
    }
}

#[tokio::test]
async fn a_form_of_another_site_is_refused() {
    let server = start().await;
    let path = locked(&server, &server.admin().await).await;
    let send = async |headers: &[(&str, &str)], path: &str| {
        let request = server.visitor().request(Method::POST, &format!("{path}/unlock"));
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        let request =
            request.header("content-type", "application/x-www-form-urlencoded").body("password=open%20sesame");
        request.send().await.unwrap()
    };
    let own = server.url.as_str();
    for (headers, status) in [
        (vec![("origin", "https://evil.example")], 403),
        (vec![("origin", "null")], 403),
        (vec![("origin", "")], 403),
        (vec![("origin", own)], 303),
        (vec![], 303),
        // What the browser itself says counts more.
        (vec![("origin", "null"), ("sec-fetch-site", "same-origin")], 303),
        (vec![("origin", own), ("sec-fetch-site", "cross-site")], 403),
        (vec![("sec-fetch-site", "same-site")], 403),
        (vec![("origin", own), ("sec-fetch-site", "none")], 303),
        // The host that the proxy was asked for. Tests come through a proxy that is trusted.
        (vec![("origin", "https://media.example"), ("x-forwarded-host", "media.example:443")], 303),
        (vec![("origin", "https://media.example"), ("x-forwarded-host", "other.example, media.example")], 403),
        (vec![("origin", "https://media.example"), ("forwarded", "host=media.example")], 403),
    ] {
        assert_eq!(send(&headers, &path).await.status(), status, "{headers:?}");
    }
    // A link that does not exist is told nothing else.
    let refused = [&*path, "/s/nothing"].map(|path| send(&[("origin", "https://evil.example")], path));
    let [one, other] = futures::future::join_all(refused).await.try_into().unwrap();
    assert_eq!((one.status(), one.text().await.unwrap()), (other.status(), other.text().await.unwrap()));
}

#[tokio::test]
async fn guessing_is_slowed_down_for_each_link_apart() {
    let server = start().await;
    let admin = server.admin().await;
    let (one, two) = (locked(&server, &admin).await, locked(&server, &admin).await);
    let visitor = server.visitor();
    let unlock = async |path: &str, text| visitor.post_form(&format!("{path}/unlock"), &[("password", text)]).await;
    let guess = async |path: &str| unlock(path, "guess").await;
    // Colleagues behind one address who know the password take nothing from each other.
    for _ in 0..12 {
        let colleague = server.visitor();
        assert_eq!(colleague.post_form(&format!("{one}/unlock"), &[("password", "open sesame")]).await.status(), 303);
    }
    Bucket::new(10, Duration::from_mins(2)).empty(async |_| guess(&one).await).await;
    assert_eq!(guess(&two).await.status(), 403);
}

#[tokio::test]
async fn a_download_link_asks_for_its_password_too() {
    let server = start().await;
    let admin = server.admin().await;
    let photo = fixtures::jpeg(40, 30);
    let asset = server.upload(&admin, "a.jpg", photo.clone()).await["id"].clone();
    let link: Value = server.download_link(&admin, json!({ "assetId": asset, "password": "open sesame" })).await;
    let path = link["url"].as_str().unwrap();
    let visitor = server.visitor();
    let form = visitor.get(path).await;
    assert_eq!(form.status(), 401);
    assert!(form.text().await.unwrap().contains("type=\"password\""));
    assert_eq!(visitor.head(path).await.status(), 401);
    let route = path.strip_prefix(&server.url).unwrap();
    assert_eq!(visitor.post_form(route, &[("password", "wrong")]).await.status(), 403);
    assert_eq!(visitor.post_form(route, &[("password", "open sesame")]).await.status(), 303);
    assert_eq!(visitor.get(path).await.bytes().await.unwrap(), photo);
}
