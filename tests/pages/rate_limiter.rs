//! Whoever asks the API for too much is told to wait; whoever has a link is not.

use app::throttle::RequestRate;
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};
use std::time::Duration;
use tests::{LONG, Options, Running, Visitor, fixtures, short, start_with};

/// A server that lets a user spend six thousand units at once, and a stranger six hundred.
async fn slow() -> Running {
    start_with(Options { request_rate: RequestRate::Units(300), ..Options::default() }).await
}

async fn ask(visitor: &Visitor, token: &str, query: &str) -> Response {
    let mut request = visitor.request(Method::POST, "/graphql").header("accept", "application/json");
    if !token.is_empty() {
        request = request.bearer_auth(token);
    }
    request.json(&json!({ "query": query })).send().await.unwrap()
}

/// A query that costs about sixty.
fn much() -> String {
    format!("{{ {} }}", (0..20).map(|index| format!("a{index}: viewer {{ email }}")).collect::<Vec<_>>().join(" "))
}

/// Asks until it is told to wait, and returns after how many answers, and for how long.
async fn until_told(visitor: &Visitor, token: &str) -> (usize, u64) {
    for asked in 0..1000 {
        let answer = ask(visitor, token, &much()).await;
        if answer.status() == StatusCode::TOO_MANY_REQUESTS {
            let header: u64 = answer.headers()["retry-after"].to_str().unwrap().parse().unwrap();
            let body: Value = answer.json().await.unwrap();
            let error = &body["errors"][0];
            assert_eq!(error["extensions"], json!({ "code": "RATE_LIMITED", "retryAfter": header }), "{body}");
            assert!(error["message"].as_str().unwrap().contains(&format!(" {header} second")), "{body}");
            return (asked, header);
        }
        assert_eq!(answer.status(), 200);
    }
    panic!("nobody is ever told to wait");
}

#[tokio::test]
async fn a_stranger_who_asks_for_too_much_waits_and_then_goes_on() {
    let server = slow().await;
    let visitor = server.visitor_from("203.0.113.7");
    let (asked, wait) = until_told(&visitor, "").await;
    assert!(asked >= 5 && (1..=3).contains(&wait), "{asked} {wait}");
    assert_eq!(ask(&server.visitor_from("203.0.113.8"), "", "{ viewer { email } }").await.status(), 200);
    // A client that waits as long as it was told to gets in. Reading a request costs a little, so that asking all the
    // time does not help.
    let healed = async {
        while ask(&visitor, "", &much()).await.status() != 200 {
            tokio::time::sleep(Duration::from_secs(wait)).await;
        }
    };
    tokio::time::timeout(LONG, healed).await.expect("it heals");
}

#[tokio::test]
async fn users_are_charged_wherever_they_are_and_strangers_beside_them_are_not() {
    let server = slow().await;
    let (admin, office) = (server.admin().await, server.visitor_from("203.0.113.7"));
    until_told(&office, &admin).await;
    let (elsewhere, file) = (server.visitor_from("203.0.113.8"), fixtures::jpeg(40, 30));
    assert!(until_told(&elsewhere, &admin).await.0 < 200, "what was asked for elsewhere counts");
    assert_eq!(ask(&office, "", "{ viewer { email } }").await.status(), 200);
    // A file is not even read.
    let upload = "mutation($input: UploadAssetInput!) { uploadAsset(input: $input) { asset { id } } }";
    let refused = server.upload_call(&admin, upload, json!({ "file": null }), "a.jpg", file).await;
    assert_eq!((refused.status().as_u16(), server.blobs()), (429, 0));
    // A WebSocket is no way around it.
    let mut socket = server.socket(&admin).await;
    let told = loop {
        socket.subscribe("1", &much(), Value::Null).await;
        let told = socket.next().await.unwrap();
        if told["type"] == "error" {
            break told;
        }
        assert_eq!(socket.next().await.unwrap()["type"], "complete");
    };
    assert_eq!(told["payload"][0]["extensions"]["code"], "RATE_LIMITED", "{told}");
    assert!(told["payload"][0]["extensions"]["retryAfter"].as_u64().is_some(), "{told}");
}

#[tokio::test]
async fn what_is_under_a_living_link_is_not_limited_by_address() {
    let server =
        start_with(Options { workers: true, request_rate: RequestRate::Units(5000), ..Options::default() }).await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "a.jpg", fixtures::jpeg(40, 30)).await["id"].clone();
    server.proxies(&admin, &asset).await;
    let collection = server.collection(&admin, "Wedding", std::slice::from_ref(&asset)).await;
    let link = server.collection_link(&admin, &collection, json!({ "allowOriginal": true })).await;
    let page = link["url"].as_str().unwrap().strip_prefix(&server.url).unwrap().to_owned();
    let member = format!("{page}/assets/{}", short(&asset));
    // All guests are behind one address, which has used up what it may ask of the API and how often it may miss.
    let guest = server.visitor_from("203.0.113.7");
    while ask(&guest, "", &format!("{{ viewer {{ email }} }} #{}", "x".repeat(4000))).await.status() != 429 {}
    while guest.get("/s/0000000000000000000000").await.status() != 429 {}
    for (path, status) in [
        (page.clone(), 200),
        (member.clone(), 200),
        (format!("{member}/thumbnail"), 200),
        (format!("{member}/original"), 200),
        (format!("{page}/assets/0000000000000000000000/thumbnail"), 404),
    ] {
        let answers = futures::future::join_all((0..200).map(|_| guest.get(&path))).await;
        assert!(answers.iter().all(|answer| answer.status() == status), "{path}");
    }
    let still = tokio::time::timeout(Duration::from_secs(30), guest.get(&page)).await.unwrap();
    assert_eq!(still.status(), 200);
}

#[tokio::test]
async fn what_is_no_request_is_charged_and_a_made_up_token_makes_no_room() {
    // What is not read to its end is charged as well, and told all the same.
    let server = start_with(Options { request_rate: RequestRate::Units(30), ..Options::default() }).await;
    let visitor = server.visitor_from("203.0.113.9");
    let send = async |body: String| {
        let request = visitor.request(Method::POST, "/graphql").header("content-type", "application/json");
        request.bearer_auth("vts_made_up").body(body).send().await.unwrap().status().as_u16()
    };
    let short = "{\"query\":\"{__typename}\"}".to_owned();
    let long = format!("{{\"query\":\"{{__typename}} #{}\"}}", "x".repeat(70_000));
    assert_eq!((send(long.clone()).await, send(short).await, send(long).await), (413, 429, 413));

    let server = slow().await;
    let send = async |address: &str, body: String| {
        let request =
            server.visitor_from(address).request(Method::POST, "/graphql").header("content-type", "application/json");
        request.bearer_auth("vts_made_up").body(body).send().await.unwrap().status().as_u16()
    };
    let by_hash = r#"{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"00"}}}"#;
    for (address, body, status) in
        [("203.0.113.10", "x".repeat(30_000), 400), ("203.0.113.11", format!("{}{by_hash}", " ".repeat(30_000)), 200)]
    {
        let mut refused = Vec::new();
        while refused.last() != Some(&429) && refused.len() < 50 {
            refused.push(send(address, body.clone()).await);
        }
        assert!(refused.len() < 50 && refused[0] == status, "{refused:?}");
    }
}

#[tokio::test]
async fn the_lowest_rate_still_lets_a_sign_in_and_a_dear_request_through() {
    let server = start_with(Options { request_rate: RequestRate::Units(1), ..Options::default() }).await;
    let admin = server.admin().await;
    let dear = "{ assets(first: 100) { nodes { id title number fileName kind links(first: 5) { totalCount } } } }";
    let visitor = server.visitor_from("203.0.113.20");
    assert_eq!(ask(&visitor, &admin, dear).await.status(), 200);
    assert_eq!(ask(&visitor, &admin, dear).await.status(), 429);
}
