//! Nobody locks somebody else out: strangers use up what strangers may try, and whoever has been in before does not
//! notice.

use api::installation::servers::Durability;
use chrono::TimeDelta;
use reqwest::{Method, Response};
use serde_json::{Value, json};
use std::time::Duration;
use tests::{
    ADMIN_EMAIL, ADMIN_PASSWORD, Bucket, Options, Running, Visitor, fixtures, kill, private, redis_process, start,
    start_on,
};

const SIGN_IN: &str = "mutation($input: SignInInput!) { signIn(input: $input) {
    token deviceToken retryAfter userErrors { code message } } }";

/// All that strangers may try at one account or link, from wherever.
fn of_strangers() -> Bucket {
    Bucket::new(30, Duration::from_mins(1))
}

/// One of many addresses, each of another network.
fn address(index: usize) -> String {
    format!("203.0.{}.{}", 113 + index / 250, index % 250)
}

/// The whole payload of a sign-in from an address.
async fn sign_in(server: &Running, address: &str, email: &str, password: &str, device: Option<&Value>) -> Value {
    let mut input = json!({ "email": email, "password": password });
    if let Some(device) = device {
        input["deviceToken"] = device.clone();
    }
    let request = server.visitor_from(address).request(Method::POST, "/graphql");
    let answer = request.json(&json!({ "query": SIGN_IN, "variables": { "input": input } })).send().await.unwrap();
    let answer: Value = answer.json().await.unwrap();
    assert!(answer["errors"].is_null(), "{answer}");
    answer["data"]["signIn"].clone()
}

fn is_in(payload: &Value) -> bool {
    payload["token"].is_string()
}

/// Wrong passwords from many addresses until none is even looked at; how many were.
async fn guess(server: &Running, email: &str) -> usize {
    let mut passed = 0;
    for index in 0..200 {
        let payload = sign_in(server, &address(index), email, "a wrong guess", None).await;
        match payload["userErrors"][0]["code"].as_str().unwrap() {
            "WRONG_CREDENTIALS" => passed += 1,
            "TOO_MANY_ATTEMPTS" => return passed,
            code => panic!("{code}"),
        }
    }
    panic!("nobody is ever told to wait");
}

fn waits(payload: &Value) {
    assert_eq!(payload["userErrors"][0]["code"], "TOO_MANY_ATTEMPTS", "{payload}");
    let seconds = payload["retryAfter"].as_u64().unwrap();
    assert!((1..=61).contains(&seconds), "{payload}");
    let message = payload["userErrors"][0]["message"].as_str().unwrap();
    assert!(message.contains(&format!("{seconds} seconds")) && !is_in(payload), "{payload}");
}

#[tokio::test]
async fn a_device_that_has_signed_in_is_not_held_up_by_those_who_guess() {
    let server = start().await;
    let admin = server.admin().await;
    server.user(&admin, "Eddi", "EDITOR").await;
    let home = sign_in(&server, "192.0.2.1", ADMIN_EMAIL, ADMIN_PASSWORD, None).await;
    let foreign = sign_in(&server, "192.0.2.1", "eddi@example.com", "a long password", None).await;
    let device = &home["deviceToken"];
    assert!(device.as_str().unwrap().starts_with("vtd_") && home["retryAfter"].is_null(), "{home}");

    let bucket = of_strangers();
    let passed = guess(&server, ADMIN_EMAIL).await;
    assert!(bucket.admits().contains(&passed), "{passed} of {:?}", bucket.admits());
    // The attacker even has the same address, and uses up what it may try.
    for index in 0..100 {
        sign_in(&server, "198.51.100.1", &format!("nobody{index}@example.com"), "a wrong guess", None).await;
    }
    guess(&server, ADMIN_EMAIL).await;
    waits(&sign_in(&server, "198.51.100.2", ADMIN_EMAIL, ADMIN_PASSWORD, None).await);
    let again = sign_in(&server, "198.51.100.1", ADMIN_EMAIL, ADMIN_PASSWORD, Some(device)).await;
    assert!(is_in(&again), "{again}");
    let renewed = sign_in(&server, "198.51.100.1", ADMIN_EMAIL, ADMIN_PASSWORD, Some(&again["deviceToken"])).await;
    assert!(is_in(&renewed), "{renewed}");

    // What is no token of this account is as good as none, and as bad.
    let text = device.as_str().unwrap();
    let last = if text.ends_with('x') { 'y' } else { 'x' };
    let forged = json!(format!("{}{last}", &text[..text.len() - 1]));
    for none in [&foreign["deviceToken"], &forged, &json!(""), &json!("vtd_1.2.3"), &again["token"], &Value::Null] {
        guess(&server, ADMIN_EMAIL).await;
        waits(&sign_in(&server, "198.51.100.2", ADMIN_EMAIL, ADMIN_PASSWORD, Some(none)).await);
    }
    // Other accounts are not meant. Whoever has a token may not guess without end.
    assert!(is_in(&sign_in(&server, "198.51.100.2", "eddi@example.com", "a long password", None).await));
    let bucket = Bucket::new(10, Duration::from_mins(1));
    let mut tried = 0;
    while sign_in(&server, "198.51.100.3", ADMIN_EMAIL, "a wrong guess", Some(device)).await["retryAfter"].is_null() {
        tried += 1;
    }
    assert!(bucket.admits().contains(&tried), "{tried} of {:?}", bucket.admits());
    // After a year without a sign-in a device is forgotten.
    server.advance(TimeDelta::days(366));
    guess(&server, ADMIN_EMAIL).await;
    waits(&sign_in(&server, "198.51.100.2", ADMIN_EMAIL, ADMIN_PASSWORD, Some(&again["deviceToken"])).await);
}

#[tokio::test]
async fn a_new_key_of_the_server_keeps_the_devices() {
    let server = start().await;
    let device = sign_in(&server, "192.0.2.1", ADMIN_EMAIL, ADMIN_PASSWORD, None).await["deviceToken"].clone();
    let renamed = server.another_with_key(format!("{},{}", "n".repeat(32), server.secret_key));
    let other = server.another_with_key("o".repeat(32));
    for (server, known) in [(renamed, true), (other, false)] {
        guess(&server, ADMIN_EMAIL).await;
        let payload = sign_in(&server, "192.0.2.1", ADMIN_EMAIL, ADMIN_PASSWORD, Some(&device)).await;
        assert_eq!(is_in(&payload), known, "{payload}");
    }
}

#[tokio::test]
async fn without_redis_nobody_is_locked_out_and_nobody_guesses_more() {
    let folder = tempfile::tempdir().unwrap();
    let servers = private(folder.path(), Durability::Throwaway).await;
    let (database_url, redis_url) = (servers.database_url().to_owned(), servers.redis_url().to_owned());
    let server = start_on(database_url, redis_url.clone(), Options::default());
    let device = sign_in(&server, "192.0.2.1", ADMIN_EMAIL, ADMIN_PASSWORD, None).await["deviceToken"].clone();
    let bucket = of_strangers();
    let before = guess(&server, ADMIN_EMAIL).await;
    kill(&redis_process(&redis_url).await);
    let passed = before + guess(&server, ADMIN_EMAIL).await;
    assert!(bucket.admits().contains(&passed), "{passed}: what was tried before counts");
    waits(&sign_in(&server, "198.51.100.2", ADMIN_EMAIL, ADMIN_PASSWORD, None).await);
    assert!(is_in(&sign_in(&server, &address(0), ADMIN_EMAIL, ADMIN_PASSWORD, Some(&device)).await));
}

/// A form from an address.
async fn post(visitor: &Visitor, path: &str, address: &str, body: &str) -> Response {
    let request = visitor.request(Method::POST, path).header("x-forwarded-for", address);
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    request.body(body.to_owned()).send().await.unwrap()
}

/// The same from many addresses until none is even looked at.
async fn guess_form(server: &Running, path: &str, body: &str) {
    let (attacker, bucket) = (server.visitor(), of_strangers());
    bucket.empty(async |index| post(&attacker, path, &address(index), body).await).await;
}

/// Uses up what strangers have got back meanwhile.
async fn guess_form_again(server: &Running, path: &str, body: &str) {
    let attacker = server.visitor();
    while post(&attacker, path, "198.51.100.77", body).await.status() != 429 {}
}

async fn is_told_to_wait(answer: Response) {
    assert_eq!(answer.status(), 429);
    let seconds = answer.headers()["retry-after"].to_str().unwrap().to_owned();
    let text = answer.text().await.unwrap();
    assert!(text.contains(&format!("Try again in {seconds} seconds")) && text.contains("device"), "{text}");
}

#[tokio::test]
async fn a_browser_that_has_signed_in_is_not_held_up_by_those_who_guess() {
    let server = start().await;
    let admin = server.admin().await;
    server.upload(&admin, "a.jpg", fixtures::jpeg(40, 30)).await;
    server.user(&admin, "Eddi", "EDITOR").await;
    let right = |email: &str, password: &str| {
        format!("email={}&password={}", email.replace('@', "%40"), password.replace(' ', "+"))
    };
    let (ada, eddi) = (right(ADMIN_EMAIL, ADMIN_PASSWORD), right("eddi@example.com", "a long password"));
    let wrong = right(ADMIN_EMAIL, "a wrong guess");
    // Two people use this browser.
    let browser = server.visitor_from("192.0.2.1");
    for form in [&ada, &eddi] {
        let entered = post(&browser, "/a/VTR-1", "192.0.2.1", form).await;
        assert_eq!(entered.status(), 303);
        let cookies: Vec<_> =
            entered.headers().get_all("set-cookie").iter().map(|it| it.to_str().unwrap().to_owned()).collect();
        let device = cookies.iter().find(|cookie| cookie.starts_with("vitrine_device_")).unwrap();
        for part in ["HttpOnly", "SameSite=Lax", "Path=/;", "Max-Age=31536000"] {
            assert!(device.contains(part), "{device}");
        }
        browser.post_form("/sign-out", &[]).await;
    }
    guess_form(&server, "/a/VTR-1", &wrong).await;
    is_told_to_wait(post(&server.visitor(), "/a/VTR-1", "198.51.100.2", &ada).await).await;
    assert_eq!(post(&browser, "/a/VTR-1", &address(0), &ada).await.status(), 303);
    assert_eq!(post(&browser, "/a/VTR-1", &address(0), &eddi).await.status(), 303);
}

#[tokio::test]
async fn a_visitor_who_has_opened_a_link_is_not_held_up_by_those_who_guess() {
    let server = start().await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "a.jpg", fixtures::jpeg(40, 30)).await["id"].clone();
    let settings = json!({ "password": "open sesame", "name": "the name" });
    let link = server.public_link(&admin, &asset, settings.clone()).await;
    let other = server.public_link(&admin, &asset, settings).await;
    let download = server.download_link(&admin, json!({ "assetId": asset, "password": "open sesame" })).await;
    let path = |link: &Value| link["url"].as_str().unwrap().strip_prefix(&server.url).unwrap().to_owned();
    let (page, other, download) = (path(&link), path(&other), path(&download));
    let (right, wrong) = ("password=open+sesame", "password=guess");
    for (page, door) in [(&page, format!("{page}/unlock")), (&download, download.clone())] {
        let visitor = server.visitor_from("192.0.2.1");
        let opened = post(&visitor, &door, "192.0.2.1", right).await;
        let cookies: Vec<_> =
            opened.headers().get_all("set-cookie").iter().map(|it| it.to_str().unwrap().to_owned()).collect();
        let device = cookies.iter().find(|cookie| cookie.starts_with("vitrine_device=")).unwrap();
        for part in ["HttpOnly", &format!("Path={page}"), "Max-Age=31536000"] {
            assert!(device.contains(part), "{device}");
        }
        guess_form(&server, &door, wrong).await;
        is_told_to_wait(post(&server.visitor(), &door, "198.51.100.2", right).await).await;
        if door.ends_with("/unlock") {
            guess_form_again(&server, &door, wrong).await;
            let framed = post(&server.visitor(), &format!("{door}?embed"), "198.51.100.2", right).await;
            let policy = framed.headers()["content-security-policy"].to_str().unwrap().to_owned();
            assert!(policy.contains("frame-ancestors *"), "{policy}");
            is_told_to_wait(framed).await;
        }
        // The grant ends after half a day; the device is still known.
        server.advance(TimeDelta::hours(13));
        assert_eq!(post(&visitor, &door, &address(0), right).await.status(), 303);
        // What the device is known by opens nothing, here or elsewhere.
        let device = device.split(';').next().unwrap();
        let with = async |page: &str| {
            let request = server.visitor().request(Method::GET, page).header("cookie", device);
            request.send().await.unwrap().text().await.unwrap()
        };
        assert!(with(page).await.contains("type=\"password\"") && with(&other).await.contains("type=\"password\""));
    }
    // It makes nobody known to another link.
    let opened = post(&server.visitor(), &format!("{other}/unlock"), "192.0.2.9", right).await;
    assert_eq!(opened.status(), 303);
    let device = opened.headers().get_all("set-cookie").iter().map(|it| it.to_str().unwrap().to_owned());
    let mut device = device.into_iter();
    let device = device.find(|cookie| cookie.starts_with("vitrine_device=")).unwrap();
    let request = server.visitor().request(Method::POST, &format!("{page}/unlock"));
    let request = request.header("cookie", device.split(';').next().unwrap());
    let request = request.header("content-type", "application/x-www-form-urlencoded").body(right);
    guess_form_again(&server, &format!("{page}/unlock"), wrong).await;
    is_told_to_wait(request.send().await.unwrap()).await;
}

#[tokio::test]
async fn a_new_password_makes_no_strangers_of_those_who_knew_the_old_one() {
    let server = start().await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "a.jpg", fixtures::jpeg(40, 30)).await["id"].clone();
    let link = server.public_link(&admin, &asset, json!({ "password": "open sesame" })).await;
    let door = format!("{}/unlock", link["url"].as_str().unwrap().strip_prefix(&server.url).unwrap());
    let visitors: Vec<_> = (0..5).map(|index| server.visitor_from(&format!("192.0.2.{index}"))).collect();
    for visitor in &visitors {
        assert_eq!(visitor.post_form(&door, &[("password", "open sesame")]).await.status(), 303);
    }
    server.update_link(&admin, &link["id"], json!({ "password": "open barley" })).await;
    guess_form(&server, &door, "password=guess").await;
    assert_eq!(visitors[0].post_form(&door, &[("password", "open barley")]).await.status(), 303);
    // However many devices they have made themselves known with, they guess no more often in sum.
    let bucket = of_strangers();
    bucket.empty(async |index| visitors[1 + index % 4].post_form(&door, &[("password", "guess")]).await).await;
    assert_eq!(visitors[0].post_form(&door, &[("password", "open barley")]).await.status(), 303);
}
