//! Links to collections: what visitors see of them, as it is now.

use reqwest::Method;
use serde_json::{Value, json};
use tests::{Options, Running, fixtures, short, start, start_with};

async fn titles(server: &Running, path: &str) -> Vec<String> {
    let page = server.visitor().get(path).await.text().await.unwrap();
    let titles = page.split("tile-title\"").skip(1);
    titles.map(|part| part.split('>').nth(2).unwrap().split('<').next().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn the_page_follows_the_collection() {
    let server = start_with(Options { workers: true, ..Options::default() }).await;
    let admin = server.admin().await;
    let one = server.upload(&admin, "one.jpg", fixtures::jpeg(400, 300)).await["id"].clone();
    let two = server.upload(&admin, "two.jpg", fixtures::jpeg(300, 400)).await["id"].clone();
    let three = server.upload(&admin, "three.txt", "three").await["id"].clone();
    server.proxies(&admin, &one).await;
    server.proxies(&admin, &two).await;
    let shared = server
        .share(&admin, json!({ "assetIds": [one, two], "settings": { "name": "Für Anna", "allowOriginal": true } }))
        .await;
    let (path, collection) = (shared["link"]["url"].as_str().unwrap(), &shared["collection"]["id"]);
    assert_eq!(titles(&server, path).await, ["one", "two"]);
    let visitor = server.visitor();
    let page = visitor.get(path).await.text().await.unwrap();
    assert!(page.contains("Für Anna") && page.contains("2 items"), "{page}");
    let picture = format!(
        "{}{}",
        server.url,
        page.split("og:image\" content=\"")
            .nth(1)
            .unwrap()
            .split('"')
            .next()
            .unwrap()
            .strip_prefix(&server.url)
            .unwrap()
    );
    assert_eq!(visitor.get(&picture).await.headers()["content-type"], "image/jpeg");
    let member = format!("{path}/assets/{}", short(&two));
    for (route, status) in [
        ("", 200),
        ("/thumbnail", 200),
        ("/preview", 200),
        ("/original", 200),
        ("/preview?download", 404),
        ("/fullscreen", 404),
    ] {
        assert_eq!(visitor.get(&format!("{member}{route}")).await.status(), status, "{route}");
    }
    assert_eq!(visitor.get(&format!("{path}/assets/{}/original", short(&three))).await.status(), 404, "not a member");

    let change = async |mutation: &str, asset: &Value| {
        let query = format!(
            "mutation($c: ID!, $a: [ID!]!) {{ {mutation}(collectionId: $c, assetIds: $a) {{ userErrors {{ code }} }} }}"
        );
        server.data(&admin, &query, json!({ "c": collection, "a": [asset] })).await;
    };
    change("addToCollection", &three).await;
    change("removeFromCollection", &two).await;
    assert_eq!(titles(&server, path).await, ["one", "three"]);
    assert_eq!(visitor.get(&format!("{member}/original")).await.status(), 404, "taken out");
    let downloaded = visitor.get(&format!("{path}/assets/{}/original", short(&three))).await;
    assert_eq!(downloaded.text().await.unwrap(), "three");
    change("removeFromCollection", &one).await;
    change("removeFromCollection", &three).await;
    let empty = visitor.get(path).await;
    assert_eq!(empty.status(), 200);
    assert!(empty.text().await.unwrap().contains("nothing here"));
}

#[tokio::test]
async fn the_page_shows_what_its_creator_may_share() {
    let server = start().await;
    let admin = server.admin().await;
    let vera = server.user(&admin, "Vera", "VIEWER").await;
    let user = server.user_id(&vera).await;
    let mut assets = Vec::new();
    for index in 0..4 {
        assets.push(server.upload(&admin, &format!("{index}.txt"), format!("text {index}")).await["id"].clone());
    }
    assets.push(server.external("4.mov").await);
    let collection = server.collection(&admin, "C", &assets).await;
    let mut rules = Vec::new();
    for asset in &assets[1..] {
        rules.push(server.grant(&admin, json!({ "userId": user, "assetId": asset, "rights": ["SHARE"] })).await);
    }
    // For everyone: a rule of hers on the asset would be the one that she has.
    let original = server.grant(&admin, json!({ "assetId": assets[2], "rights": ["DOWNLOAD_ORIGINAL"] })).await;
    let link = server.collection_link(&vera, &collection, json!({ "allowOriginal": true })).await;
    let path = link["url"].as_str().unwrap();
    assert_eq!(titles(&server, path).await, ["1", "2", "3"]);
    let visitor = server.visitor();
    let originals = async || {
        let mut statuses = Vec::new();
        for asset in &assets {
            statuses.push(visitor.get(&format!("{path}/assets/{}/original", short(asset))).await.status().as_u16());
        }
        statuses
    };
    assert_eq!(originals().await, [404, 404, 200, 404, 404]);
    let page = visitor.get(path).await.text().await.unwrap();
    assert!(page.contains("3 items"), "{page}");
    let mut offered = Vec::new();
    for asset in &assets[1..4] {
        let page = visitor.get(&format!("{path}/assets/{}", short(asset))).await.text().await.unwrap();
        offered.push(page.matches("/original\"").count());
    }
    assert_eq!(offered, [0, 1, 0]);
    server.revoke(&admin, &original).await;
    assert_eq!(originals().await, [404; 5]);
    for rule in &rules {
        server.revoke(&admin, rule).await;
    }
    assert_eq!(titles(&server, path).await.len(), 0);
    assert_eq!(visitor.get(&format!("{path}/assets/{}", short(&assets[1]))).await.status(), 404);
    // By a rule on the collection.
    server.grant(&admin, json!({ "collectionId": collection, "rights": ["SHARE", "DOWNLOAD_ORIGINAL"] })).await;
    assert_eq!(titles(&server, path).await, ["0", "1", "2", "3"]);
    assert_eq!(originals().await, [200, 200, 200, 200, 404]);
}

#[tokio::test]
async fn a_password_guards_everything_in_it() {
    let server = start().await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "Geheim.txt", "text").await["id"].clone();
    let settings = json!({ "name": "Secret", "allowOriginal": true, "password": "open sesame" });
    let shared = server.share(&admin, json!({ "assetIds": [asset], "settings": settings })).await;
    let path = shared["link"]["url"].as_str().unwrap().strip_prefix(&server.url).unwrap();
    let visitor = server.visitor();
    let member = format!("{path}/assets/{}", short(&asset));
    for route in [path.to_owned(), format!("{path}/embed"), format!("{path}?page=2"), member.clone()] {
        let page = visitor.get(&route).await.text().await.unwrap();
        assert!(!page.contains("Geheim") && !page.contains("Secret") && page.contains("password"), "{route}: {page}");
    }
    for file in ["original", "thumbnail", "preview"] {
        assert_eq!(visitor.get(&format!("{member}/{file}")).await.status(), 401);
    }
    visitor.post_form(&format!("{path}/unlock"), &[("password", "open sesame")]).await;
    for route in [path.to_owned(), format!("{path}/embed"), member.clone()] {
        assert!(visitor.get(&route).await.text().await.unwrap().contains("Geheim"), "{route}");
    }
    assert_eq!(visitor.get(&format!("{member}/original")).await.text().await.unwrap(), "text");
}

#[tokio::test]
async fn many_members_come_a_page_at_a_time_and_views_are_counted_once() {
    let server = start().await;
    let admin = server.admin().await;
    let mut assets = Vec::new();
    for index in 0..130 {
        assets.push(server.upload(&admin, &format!("{index}.txt"), format!("text {index}")).await["id"].clone());
    }
    let shared = server.share(&admin, json!({ "assetIds": assets })).await;
    let path = shared["link"]["url"].as_str().unwrap();
    let (visitor, mut next, mut seen) = (server.visitor(), path.to_owned(), Vec::new());
    loop {
        seen.extend(titles(&server, &next).await);
        let page = visitor.request(Method::GET, &next).send().await.unwrap().text().await.unwrap();
        let Some(link) = page.split("button-main\" href=\"").nth(1) else { break };
        next = link.split('"').next().unwrap().to_owned();
    }
    let expected: Vec<_> = (0..130).map(|index| index.to_string()).collect();
    assert_eq!(seen, expected);
    let count = "query($id: ID!) { link(id: $id) { viewCount } }";
    let data = server.data(&admin, count, json!({ "id": shared["link"]["id"] })).await;
    assert_eq!(
        data["link"]["viewCount"], 4,
        "one visitor leafed through it, and others came to each of its three pages"
    );
}
