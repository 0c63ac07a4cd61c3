//! What visitors did, by day: whom it counts, and whom it does not.

use chrono::{DateTime, Days, NaiveDate, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;
use futures::future::join_all;
use reqwest::Method;
use schema::periodic::PeriodicJob;
use serde_json::{Value, json};
use tests::{Options, Running, Visitor, short, start_with};

const OF_LINK: &str = "query($id: ID!, $last: Int) { of: link(id: $id) { viewCount downloadCount statistics {
    total { views visitors downloads } lastMonth { views visitors downloads }
    days(last: $last) { date views visitors downloads } } } }";

async fn of_link(server: &Running, token: &str, link: &Value) -> Value {
    server.data(token, OF_LINK, json!({ "id": link["id"], "last": 2 })).await["of"].clone()
}

async fn of_asset(server: &Running, token: &str, asset: &Value) -> Value {
    let query = OF_LINK.replace("link(id", "asset(id");
    server.data(token, &query, json!({ "id": asset, "last": 2 })).await["of"].clone()
}

/// Views, visitors and downloads of today, which are all that there are.
fn today(of: &Value) -> [i64; 3] {
    let counts = |of: &Value| ["views", "visitors", "downloads"].map(|field| of[field].as_i64().unwrap());
    let statistics = &of["statistics"];
    let [total, month] = ["total", "lastMonth"].map(|field| counts(&statistics[field]));
    let [yesterday, today] = [0, 1].map(|day| counts(&statistics["days"][day]));
    assert_eq!((yesterday, total, month), ([0; 3], today, today), "{of}");
    today
}

async fn shared(server: &Running, admin: &str, settings: Value) -> (Value, [Value; 2]) {
    let one = server.upload(admin, "one.txt", "one").await["id"].clone();
    let two = server.upload(admin, "two.txt", "two").await["id"].clone();
    let shared = server.share(admin, json!({ "assetIds": [one, two], "settings": settings })).await;
    (shared["link"].clone(), [one, two])
}

/// A server whose day has just reached noon, so that it does not end while a test runs.
async fn at_noon(options: Options) -> Running {
    let server = start_with(options).await;
    go_to(&server, chrono_tz::Europe::Berlin, "12:00:00");
    server
}

fn url(link: &Value) -> &str {
    link["url"].as_str().unwrap()
}

/// Gets all of what is there, and says whether it was.
async fn get(visitor: &Visitor, path: &str) -> bool {
    let response = visitor.get(path).await;
    let is_there = response.status().is_success();
    response.bytes().await.unwrap();
    is_there
}

async fn set_zone(server: &Running, admin: &str, zone: &str) {
    let update = "mutation($input: UpdateWorkspaceInput!) { updateWorkspace(input: $input) { userErrors { code } } }";
    server.data(admin, update, json!({ "input": { "timeZone": zone } })).await;
}

/// Sets the clock to this time of the next day in a zone.
fn go_to(server: &Running, zone: Tz, time: &str) -> NaiveDate {
    let now = server.services.now();
    let day = now.with_timezone(&zone).date_naive() + Days::new(1);
    let then = zone.from_local_datetime(&day.and_time(time.parse().unwrap())).earliest().unwrap();
    server.advance(then.with_timezone(&Utc) - now);
    day
}

#[tokio::test]
async fn a_day_has_the_views_visitors_and_downloads_of_a_link_and_of_each_asset() {
    let server = at_noon(Options::default()).await;
    let admin = server.admin().await;
    let (link, [one, two]) = shared(&server, &admin, json!({ "allowOriginal": true })).await;
    assert_eq!(today(&of_link(&server, &admin, &link).await), [0, 0, 0]);
    let page = |asset: &Value| format!("{}/assets/{}", url(&link), short(asset));
    let (ada, ben) = (server.visitor(), server.visitor());
    for path in [url(&link).to_owned(), page(&one), page(&two), page(&one), format!("{}/original", page(&one))] {
        assert!(get(&ada, &path).await, "{path}");
    }
    // Both are guests of one network, with the same browser.
    assert!(get(&ben, &page(&one)).await);
    assert!(get(&ben, &format!("{}/archive.zip", url(&link))).await);
    assert_eq!(today(&of_link(&server, &admin, &link).await), [5, 2, 2]);
    assert_eq!(today(&of_asset(&server, &admin, &one).await), [3, 2, 2]);
    assert_eq!(today(&of_asset(&server, &admin, &two).await), [1, 1, 1]);
    // Looking at the next page of a collection is no view, and neither are requests for headers.
    get(&ada, &format!("{}?page=2", url(&link))).await;
    ada.head(url(&link)).await;
    assert_eq!(today(&of_link(&server, &admin, &link).await), [5, 2, 2]);
    // Who only has a file has seen no page.
    assert!(get(&server.visitor(), &format!("{}/original", page(&two))).await);
    assert_eq!(today(&of_link(&server, &admin, &link).await), [5, 2, 3]);
    assert_eq!(today(&of_asset(&server, &admin, &two).await), [1, 1, 2]);
    let viewer = server.user(&admin, "Vera", "VIEWER").await;
    assert_eq!(of_asset(&server, &viewer, &one).await, of_asset(&server, &admin, &one).await, "like the counters");
    assert_eq!(of_link(&server, &viewer, &link).await, Value::Null, "somebody else's link");
}

#[tokio::test]
async fn a_download_link_is_visited_by_who_downloads() {
    let server = at_noon(Options::default()).await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "a.bin", b"0123456789".to_vec()).await["id"].clone();
    let link = server.download_link(&admin, json!({ "assetId": asset })).await;
    let visitor = server.visitor();
    get(&visitor, url(&link)).await;
    server.advance(TimeDelta::minutes(1));
    visitor.request(Method::GET, url(&link)).header("range", "bytes=3-").send().await.unwrap();
    assert_eq!(today(&of_link(&server, &admin, &link).await), [0, 1, 1]);
    assert_eq!(today(&of_asset(&server, &admin, &asset).await), [0, 1, 1]);
    get(&server.visitor(), url(&link)).await;
    assert_eq!(today(&of_link(&server, &admin, &link).await), [0, 2, 2]);
    // The program of a front end opens it first, and hands its visitors the download.
    let query = "query($token: String!) { sharedLink(token: $token) { grant } }";
    let token = url(&link).rsplit('/').next().unwrap();
    server.data("", query, json!({ "token": token })).await;
    assert_eq!(today(&of_link(&server, &admin, &link).await), [1, 2, 2]);
}

#[tokio::test]
async fn a_day_ends_at_midnight_of_the_workspace() {
    let server = at_noon(Options::default()).await;
    for (zone, before, after) in [
        ("Pacific/Kiritimati", "23:40:00", "00:00:30"),
        ("America/Los_Angeles", "23:40:00", "00:00:30"),
        ("UTC", "23:40:00", "00:00:00"),
    ] {
        let zone: Tz = zone.parse().unwrap();
        let first = go_to(&server, zone, before);
        let admin = server.admin().await;
        set_zone(&server, &admin, zone.name()).await;
        let (link, [one, _]) = shared(&server, &admin, Value::Null).await;
        let (visitor, page) = (server.visitor(), format!("{}/assets/{}", url(&link), short(&one)));
        for _ in 0..2 {
            get(&visitor, &page).await;
        }
        assert_eq!(today(&of_link(&server, &admin, &link).await), [2, 1, 0], "{zone}");
        let second = go_to(&server, zone, after);
        assert_eq!(second, first + Days::new(1));
        for _ in 0..3 {
            get(&visitor, &page).await;
        }
        for of in [of_link(&server, &admin, &link).await, of_asset(&server, &admin, &one).await] {
            let day = |day: NaiveDate, views, visitors| json!({ "date": day.to_string(), "views": views, "visitors": visitors, "downloads": 0 });
            assert_eq!(of["statistics"]["days"], json!([day(first, 2, 1), day(second, 3, 1)]), "{zone}");
            assert_eq!(of["statistics"]["total"], json!({ "views": 5, "visitors": 2, "downloads": 0 }));
        }
    }
}

#[tokio::test]
async fn a_visitor_is_one_for_each_link_and_url_whatever_the_password() {
    let server = at_noon(Options::default()).await;
    let admin = server.admin().await;
    let (link, [one, _]) = shared(&server, &admin, json!({ "password": "open sesame" })).await;
    let visitor = server.visitor();
    let enter = async |password: &str| {
        visitor.post_form(&format!("{}/unlock", url(&link)), &[("password", password)]).await;
        assert!(get(&visitor, &format!("{}/assets/{}", url(&link), short(&one))).await);
    };
    get(&visitor, url(&link)).await;
    assert_eq!(today(&of_link(&server, &admin, &link).await), [0, 0, 0], "a locked page shows nothing");
    enter("open sesame").await;
    server.update_link(&admin, &link["id"], json!({ "password": "open barley" })).await;
    enter("open barley").await;
    assert_eq!(today(&of_link(&server, &admin, &link).await), [2, 1, 0]);
    assert_eq!(today(&of_asset(&server, &admin, &one).await), [2, 1, 0]);
    // The same person at another link to the same asset.
    let other = server.public_link(&admin, &one, Value::Null).await;
    for _ in 0..2 {
        get(&visitor, url(&other)).await;
    }
    assert_eq!(today(&of_link(&server, &admin, &other).await), [2, 1, 0]);
    assert_eq!(today(&of_asset(&server, &admin, &one).await), [4, 2, 0]);
    // The marker of one link is none for another, not even under its path.
    let seen = server.visitor().get(url(&other)).await.headers()["set-cookie"].to_str().unwrap().to_owned();
    let cookie = seen.split(';').next().unwrap();
    let third = server.public_link(&admin, &one, Value::Null).await;
    server.visitor().request(Method::GET, url(&third)).header("cookie", cookie).send().await.unwrap();
    assert_eq!(today(&of_link(&server, &admin, &third).await), [1, 1, 0]);
    server.visitor().request(Method::GET, url(&other)).header("cookie", cookie).send().await.unwrap();
    assert_eq!(today(&of_link(&server, &admin, &other).await), [4, 2, 0], "it is for whoever presents it");
    let rotate = "mutation($id: ID!) { rotateLink(id: $id) { link { url } userErrors { code } } }";
    let rotated = server.data(&admin, rotate, json!({ "id": other["id"] })).await["rotateLink"]["link"].clone();
    get(&visitor, url(&rotated)).await;
    assert_eq!(today(&of_link(&server, &admin, &other).await), [5, 3, 0]);
}

#[tokio::test]
async fn the_marker_is_the_same_for_everybody() {
    let server = at_noon(Options::default()).await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "a.txt", "a").await["id"].clone();
    let link = server.public_link(&admin, &asset, Value::Null).await;
    let markers = async || {
        let response = server.visitor().get(url(&link)).await;
        let cookies: Vec<String> =
            response.headers().get_all("set-cookie").iter().map(|cookie| cookie.to_str().unwrap().to_owned()).collect();
        let [cookie] = &cookies[..] else { panic!("{cookies:?}") };
        assert!(cookie.starts_with("vitrine_seen=") && cookie.contains("HttpOnly"), "{cookie}");
        assert!(cookie.contains(&format!("Path={};", &url(&link)[server.url.len()..])), "{cookie}");
        cookie.split(';').next().unwrap().to_owned()
    };
    let first = markers().await;
    server.advance(TimeDelta::minutes(7));
    assert_eq!(markers().await, first);
}

#[tokio::test]
async fn frames_of_other_sites_have_visitors_too() {
    let options = Options { public_url: Some("https://links.example.com"), ..Options::default() };
    let server = at_noon(options).await;
    let admin = server.admin().await;
    let (link, [one, _]) = shared(&server, &admin, Value::Null).await;
    let path = url(&link).strip_prefix("https://links.example.com").unwrap();
    let (frame, inside) =
        (format!("{}{path}/embed", server.url), format!("{}{path}/embed/{}", server.url, short(&one)));
    let first = tests::client().get(&frame).send().await.unwrap();
    let cookie = first.headers()["set-cookie"].to_str().unwrap().to_owned();
    assert!(cookie.contains("SameSite=None") && cookie.contains("Partitioned"), "{cookie}");
    assert!(cookie.contains(&format!("Path={path};")), "{cookie}");
    let marker = cookie.split(';').next().unwrap();
    tests::client().get(&inside).header("cookie", marker).send().await.unwrap();
    assert_eq!(today(&of_link(&server, &admin, &link).await), [2, 1, 0]);
    assert_eq!(today(&of_asset(&server, &admin, &one).await), [1, 1, 0]);
    // A browser that keeps no cookies is another visitor each time.
    tests::client().get(&inside).send().await.unwrap();
    assert_eq!(today(&of_link(&server, &admin, &link).await), [3, 2, 0]);
}

#[tokio::test]
async fn a_front_end_has_a_visitor_for_each_visit() {
    let server = at_noon(Options::default()).await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "a.txt", "a").await["id"].clone();
    let link = server.public_link(&admin, &asset, json!({ "allowOriginal": true })).await;
    let token = url(&link).rsplit('/').next().unwrap();
    let query = "query($token: String!, $grant: String) { sharedLink(token: $token, grant: $grant) { grant } }";
    let visit = async |grant: &Value| {
        let data = server.data("", query, json!({ "token": token, "grant": grant })).await;
        data["sharedLink"]["grant"].clone()
    };
    let grant = visit(&Value::Null).await;
    visit(&grant).await;
    get(&server.visitor(), &format!("{}/assets/{}/original", url(&link), short(&asset))).await;
    assert_eq!(today(&of_link(&server, &admin, &link).await), [1, 1, 1]);
    visit(&Value::Null).await;
    assert_eq!(today(&of_link(&server, &admin, &link).await), [2, 2, 1]);
    let request = tests::client().post(format!("{}/graphql", server.url)).header("sec-gpc", "1");
    let answer = request.json(&json!({ "query": query, "variables": { "token": token } })).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    let of = of_link(&server, &admin, &link).await;
    assert_eq!((&of["viewCount"], today(&of)), (&json!(3), [2, 2, 1]));
}

#[tokio::test]
async fn who_asks_not_to_be_tracked_and_bots_leave_nothing() {
    let server = at_noon(Options::default()).await;
    let admin = server.admin().await;
    let (link, [one, _]) = shared(&server, &admin, json!({ "allowOriginal": true })).await;
    let limited = server.download_link(&admin, json!({ "assetId": one, "maxDownloads": 1 })).await;
    let file = format!("{}/assets/{}/original", url(&link), short(&one));
    let zip = format!("{}/archive.zip", url(&link));
    let whatsapp = "WhatsApp/2.23.20.0";
    for (header, value) in [("dnt", "1"), ("sec-gpc", "1"), ("user-agent", whatsapp)] {
        for path in [url(&link), &format!("{}/assets/{}", url(&link), short(&one)), &file, &zip, url(&limited)] {
            let response = server.visitor().request(Method::GET, path).header(header, value).send().await.unwrap();
            let seen = response.headers().get_all("set-cookie");
            assert!(!seen.iter().any(|cookie| cookie.to_str().unwrap().contains("vitrine_seen")), "{header} {path}");
            response.bytes().await.unwrap();
        }
    }
    for table in ["link_days", "asset_days"] {
        assert_eq!(server.count(table).await, 0, "{table}");
    }
    let of = of_link(&server, &admin, &link).await;
    assert_eq!((&of["viewCount"], &of["downloadCount"], today(&of)), (&json!(4), &json!(4), [0, 0, 0]));
    assert!(!get(&server.visitor(), url(&limited)).await, "the limit holds for all");
    for (header, value) in [("dnt", "0"), ("dnt", "unspecified"), ("sec-gpc", "0"), ("sec-gpc", "")] {
        server.visitor().request(Method::GET, url(&link)).header(header, value).send().await.unwrap();
    }
    assert_eq!(today(&of_link(&server, &admin, &link).await), [4, 4, 0]);
}

#[tokio::test]
async fn none_of_many_at_once_is_lost() {
    let server = at_noon(Options { threads: 2, ..Options::default() }).await;
    let admin = server.admin().await;
    let (shared, [one, two]) = shared(&server, &admin, json!({ "allowOriginal": true })).await;
    let free = server.download_link(&admin, json!({ "assetId": one })).await;
    let limited = server.download_link(&admin, json!({ "assetId": two, "maxDownloads": 40 })).await;
    let client = tests::client();
    let send = async |path: String| loop {
        let response = client.get(&path).send().await.unwrap();
        // With so many at once, a request may be told to come again; it counts for nothing then.
        if response.status() != 503 {
            let status = response.status();
            response.bytes().await.unwrap();
            return status.is_success();
        }
    };
    let mut paths = Vec::new();
    for _ in 0..100 {
        paths.extend([url(&free).to_owned(), url(&limited).to_owned()]);
    }
    for _ in 0..30 {
        paths.extend([format!("{}/archive.zip", url(&shared)), format!("{}/assets/{}", url(&shared), short(&one))]);
    }
    let sent = paths.len();
    let done = join_all(paths.into_iter().map(send)).await.into_iter().filter(|done| *done).count();
    assert_eq!(done, sent - 60, "all but those beyond the limit");
    assert_eq!(today(&of_link(&server, &admin, &free).await), [0, 100, 100]);
    assert_eq!(today(&of_link(&server, &admin, &limited).await), [0, 40, 40]);
    assert_eq!(today(&of_link(&server, &admin, &shared).await), [30, 30, 30]);
    assert_eq!(today(&of_asset(&server, &admin, &one).await), [30, 130, 130]);
    assert_eq!(today(&of_asset(&server, &admin, &two).await), [0, 40, 70]);
}

#[tokio::test]
async fn the_days_are_as_many_as_asked_for() {
    let server = at_noon(Options::default()).await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "a.txt", "a").await["id"].clone();
    let link = server.public_link(&admin, &asset, Value::Null).await;
    let first: DateTime<Utc> = server.services.now();
    get(&server.visitor(), url(&link)).await;
    server.advance(TimeDelta::days(29));
    let admin = server.admin().await;
    let days = async |admin: &str, last: Value| {
        let of = server.data(admin, OF_LINK, json!({ "id": link["id"], "last": last })).await["of"].clone();
        of["statistics"]["days"].as_array().unwrap().clone()
    };
    let month = days(&admin, Value::Null).await;
    assert_eq!(month.len(), 30);
    assert_eq!((&month[0]["date"], &month[0]["views"]), (&json!(first.date_naive().to_string()), &json!(1)));
    assert_eq!(month[29]["date"], server.services.now().date_naive().to_string());
    assert!(month[1..].iter().all(|day| day["views"] == 0));
    server.advance(TimeDelta::days(1));
    let of = of_link(&server, &admin, &link).await["statistics"].clone();
    assert_eq!((&of["total"]["views"], &of["lastMonth"]["views"]), (&json!(1), &json!(0)));
    for last in [1, 31, 366] {
        let days = days(&admin, json!(last)).await;
        assert_eq!(days.len(), last);
        assert_eq!(days.iter().filter(|day| day["views"] == 1).count(), usize::from(last > 30), "{last}");
    }
    for last in [i32::MIN, -1, 0, 367, i32::MAX] {
        let answer = server.call(&admin, OF_LINK, json!({ "id": link["id"], "last": last })).await;
        assert_eq!(answer["errors"][0]["extensions"]["code"], "BAD_USER_INPUT", "{last}: {answer}");
    }
}

#[tokio::test]
async fn what_is_deleted_leaves_no_days() {
    let server = at_noon(Options::default()).await;
    let admin = server.admin().await;
    let (link, [one, two]) = shared(&server, &admin, Value::Null).await;
    for asset in [&one, &two] {
        get(&server.visitor(), &format!("{}/assets/{}", url(&link), short(asset))).await;
    }
    assert_eq!((server.count("link_days").await, server.count("asset_days").await), (1, 2));
    let delete = "mutation($ids: [ID!]!) { deleteAssets(ids: $ids) { userErrors { code } } }";
    server.data(&admin, delete, json!({ "ids": [one] })).await;
    assert_eq!(server.count("asset_days").await, 2, "in the bin, it keeps its own");
    server.advance(TimeDelta::days(31));
    server.upkeep(PeriodicJob::CollectGarbage).await.unwrap();
    assert_eq!((server.count("link_days").await, server.count("asset_days").await), (1, 1));
    let admin = server.admin().await;
    let delete = "mutation($ids: [ID!]!) { deleteLinks(ids: $ids) { userErrors { code } } }";
    server.data(&admin, delete, json!({ "ids": [link["id"]] })).await;
    assert_eq!((server.count("link_days").await, server.count("asset_days").await), (0, 1), "the asset is still there");
    let total = of_asset(&server, &admin, &two).await["statistics"]["total"].clone();
    assert_eq!(total, json!({ "views": 1, "visitors": 1, "downloads": 0 }));
}
