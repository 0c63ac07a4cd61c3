//! The language of what visitors read: the one that they chose, or else that of their browser, or else English.

use reqwest::{Method, Response, StatusCode};
use serde_json::json;
use tests::{Running, fixtures, start};

/// A link to a collection, one of them with a password.
struct Links {
    server: Running,
    open: String,
    locked: String,
    frame: String,
}

async fn links() -> Links {
    let server = start().await;
    let admin = server.admin().await;
    let mut assets = Vec::new();
    for name in ["Harbour.jpg", "Bridge.jpg"] {
        assets.push(server.upload(&admin, name, fixtures::jpeg(40, 30)).await["id"].clone());
    }
    let collection = server.collection(&admin, "Season", &assets).await;
    let path = |link: &serde_json::Value| link["url"].as_str().unwrap().strip_prefix(&server.url).unwrap().to_owned();
    let settings = json!({ "allowOriginal": true });
    let open = path(&server.collection_link(&admin, &collection, settings).await);
    let locked = path(&server.collection_link(&admin, &collection, json!({ "password": "open sesame" })).await);
    Links { frame: format!("{open}/embed"), server, open, locked }
}

async fn get(server: &Running, path: &str, headers: &[(&str, &str)]) -> Response {
    let mut request = server.visitor().request(Method::GET, path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.send().await.unwrap()
}

/// The language that a page says it has, and whether its header says so, too.
async fn language(answer: Response) -> String {
    let header = answer.headers()["content-language"].to_str().unwrap().to_owned();
    let html = answer.text().await.unwrap();
    let direction = if header == "ar" { "rtl" } else { "ltr" };
    assert!(html.contains(&format!(r#"<html lang="{header}" dir="{direction}""#)), "{html}");
    header
}

#[tokio::test]
async fn a_page_is_in_the_language_that_the_browser_asks_for() {
    let Links { server, open, .. } = links().await;
    for (accept, expected) in [
        ("de", "de"),
        ("de-AT,de;q=0.9,en;q=0.8", "de"),
        ("fr,ar-EG;q=0.7,de;q=0.3", "ar"),
        ("en-GB,en;q=0.9,de;q=0.8", "en"),
        ("fr-FR,fr", "en"),
        ("*", "en"),
        ("", "en"),
        ("de;q=nothing", "de"),
        ("de;q=0", "en"),
        ("de; q=0.000, fr, ar;q=0.001", "ar"),
        ("\u{e4}\u{f6},,;;=;q=", "en"),
        ("x-klingon, -, de_DE_@euro, zz-zz-zz-zz-zz-zz-zz-zz-zz", "en"),
    ] {
        assert_eq!(language(get(&server, &open, &[("accept-language", accept)]).await).await, expected, "{accept}");
    }
    assert_eq!(language(get(&server, &open, &[]).await).await, "en");
    let german = get(&server, &open, &[("accept-language", "de")]).await.text().await.unwrap();
    for text in ["2 Elemente", "Alles herunterladen", "2 Dateien, ", "Reihenfolge", "Harbour auswählen", ", 1 von 2"] {
        assert!(german.contains(text), "{text} in {german}");
    }
    let arabic = get(&server, &open, &[("accept-language", "ar")]).await.text().await.unwrap();
    for text in ["عنصران", "تنزيل الكل", "ملفان", "\u{2068}Harbour\u{2069}، 1 من 2"] {
        assert!(arabic.contains(text), "{text} in {arabic}");
    }
}

#[tokio::test]
async fn a_visitor_chooses_a_language_for_all_links() {
    let Links { server, open, locked, .. } = links().await;
    let visitor = server.visitor();
    let english = visitor.get(&format!("{open}?search=a&sort=name")).await.text().await.unwrap();
    let way = format!("{open}?lang=de&#38;search=a&#38;sort=name");
    assert!(english.contains(&way), "{way} in {english}");
    let chosen = visitor.get(&format!("{open}?lang=de&search=a&sort=name")).await;
    assert_eq!(
        (chosen.status(), chosen.headers()["location"].to_str().unwrap()),
        (StatusCode::SEE_OTHER, format!("{open}?search=a&sort=name").as_str()),
        "nobody sends the language on with the address"
    );
    let cookie = chosen.headers()["set-cookie"].to_str().unwrap().to_owned();
    for part in ["vitrine_language=de", "HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=31536000"] {
        assert!(cookie.contains(part), "{part} in {cookie}");
    }
    for path in [&open, &locked, &format!("{open}/nothing")] {
        let asked = [("cookie", "vitrine_language=de"), ("accept-language", "ar")];
        assert_eq!(language(get(&server, path, &asked).await).await, "de", "{path}");
    }
    // What is no language of ours is not there.
    for odd in ["fr", "", "d", "deu", "../de", "%00"] {
        let asked = [("cookie", &*format!("vitrine_language={odd}")), ("accept-language", "ar")];
        assert_eq!(language(get(&server, &open, &asked).await).await, "ar", "{odd}");
        let page = get(&server, &format!("{open}?lang={odd}"), &[]).await;
        assert_eq!((page.status(), language(page).await.as_str()), (StatusCode::OK, "en"), "{odd}");
    }
    // However it is written, it leads to an address without it.
    for written in ["lang=ar", "l%61ng=ar", "lang=ar&l%61ng=de", "lang=AR-eg"] {
        let chosen = get(&server, &format!("{open}?{written}"), &[]).await;
        assert_eq!(chosen.headers()["location"].to_str().unwrap(), open, "{written}");
        assert!(chosen.headers()["set-cookie"].to_str().unwrap().starts_with("vitrine_language=ar"), "{written}");
    }
    let plain = get(&server, &format!("{open}?lang=ar"), &[]).await;
    assert_eq!(plain.headers()["location"].to_str().unwrap(), open);
}

#[tokio::test]
async fn frames_keep_the_language_in_their_addresses() {
    let Links { server, frame, locked, .. } = links().await;
    let page = get(&server, &format!("{frame}?lang=ar"), &[]).await;
    let mut cookies = page.headers().get_all("set-cookie").iter();
    assert!(cookies.all(|cookie| !cookie.to_str().unwrap().contains("language")), "browsers keep none in some frames");
    let html = page.text().await.unwrap();
    assert!(html.contains(r#"<html lang="ar" dir="rtl""#), "{html}");
    let member = html.split(r#"class="tile-link" href=""#).nth(1).unwrap().split('"').next().unwrap().to_owned();
    assert!(member.ends_with("?lang=ar"), "{member}");
    assert_eq!(language(get(&server, &member, &[]).await).await, "ar");
    // What the script asks for is there, and chooses nothing for other pages.
    let layout = get(&server, &format!("{}/layout?lang=ar", frame.strip_suffix("/embed").unwrap()), &[]).await;
    assert!(layout.status() == StatusCode::OK && !layout.headers().contains_key("set-cookie"));
    // So do the search, the order, and the way back from them.
    let found = get(&server, &format!("{frame}?search=Harbour&lang=ar"), &[]).await.text().await.unwrap();
    assert!(found.contains(r#"<input type="hidden" name="lang" value="ar">"#), "{found}");
    assert!(found.contains(&format!(r#"<a href="{frame}?lang=ar">عرض الكل</a>"#)), "{found}");
    // After the password, too.
    let form = get(&server, &format!("{locked}/embed?lang=ar"), &[]).await.text().await.unwrap();
    let action = form.split(r#"action=""#).nth(1).unwrap().split('"').next().unwrap().replace("&#38;", "&");
    let visitor = server.visitor();
    let wrong = visitor.post_form(&action, &[("password", "sesame")]).await;
    assert_eq!((wrong.status(), language(wrong).await.as_str()), (StatusCode::FORBIDDEN, "ar"));
    let right = visitor.post_form(&action, &[("password", "open sesame")]).await;
    assert_eq!(right.headers()["location"].to_str().unwrap(), format!("{locked}/embed?unlocked&lang=ar"));
}

#[tokio::test]
async fn refusals_are_in_the_language_of_the_visitor() {
    let Links { server, open, locked, .. } = links().await;
    let german = [("accept-language", "de")];
    let unknown = "/s/0000000000000000000000";
    let nothing = get(&server, unknown, &german).await;
    assert_eq!(nothing.status(), StatusCode::NOT_FOUND);
    let nothing = nothing.text().await.unwrap();
    assert!(nothing.contains("Hier ist nichts"), "{nothing}");
    // Dead and unknown links, and every other path, look alike in each language.
    for path in ["/d/0000000000000000000000", "/nothing", &format!("{open}/nothing"), &format!("{open}/assets/x")] {
        assert_eq!(get(&server, path, &german).await.text().await.unwrap(), nothing, "{path}");
    }
    let empty = get(&server, &format!("{open}/archive.zip?select="), &german).await.text().await.unwrap();
    assert!(empty.contains("Nichts herunterzuladen") && empty.contains("Zurück zu den Dateien"), "{empty}");
    let request = server.visitor().request(Method::POST, &format!("{locked}/unlock"));
    let request = request.header("accept-language", "de").header("origin", "https://evil.example");
    let request = request.header("content-type", "application/x-www-form-urlencoded").body("password=open+sesame");
    let foreign = request.send().await.unwrap();
    assert_eq!(foreign.status(), StatusCode::FORBIDDEN);
    let foreign = foreign.text().await.unwrap();
    assert!(foreign.contains("https://evil.example") && foreign.contains("VITRINE_PUBLIC_URL darauf"), "{foreign}");
    // Who tries many links that do not exist waits, and is told how long.
    let visitor = server.visitor();
    for _ in 0..400 {
        let request = visitor.request(Method::GET, unknown).header("accept-language", "ar");
        let answer = request.send().await.unwrap();
        if answer.status() == StatusCode::TOO_MANY_REQUESTS {
            assert!(answer.headers().contains_key("retry-after"));
            assert_eq!(language(answer).await, "ar");
            return;
        }
    }
    panic!("nobody was slowed down");
}
