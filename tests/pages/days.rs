//! The order by capture, and the days that visitors see in it; and in no other.

use reqwest::Method;
use serde_json::{Value, json};
use tests::{Running, Visitor, short, start};

/// What stands between two texts, each time.
fn between<'a>(page: &'a str, before: &str, after: &str) -> Vec<&'a str> {
    page.split(before).skip(1).map(|part| part.split(after).next().unwrap()).collect()
}

/// A link to a collection of texts that were taken then, and the members by their titles.
async fn gallery_of(server: &Running, admin: &str, taken: &[&str], settings: Value) -> (Value, Vec<Value>) {
    let mut assets = Vec::new();
    for (index, date) in taken.iter().enumerate() {
        let name = format!("Text {}", index + 1);
        let asset = server.upload(admin, &format!("{name}.txt"), name.clone()).await["id"].clone();
        if !date.is_empty() {
            server.sql(format!("UPDATE assets SET captured_at = '{date}' WHERE title = '{name}'")).await;
        }
        assets.push(asset);
    }
    let link = server.share(admin, json!({ "assetIds": assets, "settings": settings })).await["link"].clone();
    (link, assets)
}

fn path<'a>(server: &Running, link: &'a Value) -> &'a str {
    link["url"].as_str().unwrap().strip_prefix(&server.url).unwrap()
}

/// The headings and the titles of a page, as they come.
async fn read(visitor: &Visitor, url: &str) -> Vec<String> {
    let page = visitor.get(url).await.text().await.unwrap();
    let list = between(&page, "<ul class=\"grid", "</ul>")[0];
    let items = list.split("<li ").skip(1).map(|item| match item.strip_prefix("class=\"day\"><h2>") {
        Some(heading) => format!("# {}", heading.split('<').next().unwrap()),
        None => between(item, "<span dir=\"auto\">", "<")[0].to_owned(),
    });
    items.collect()
}

async fn headless(server: &Running, link: &Value) -> Value {
    let query = "query($token: String!) { sharedLink(token: $token) { assets { nodes { title capturedDay } } } }";
    let token = link["url"].as_str().unwrap().rsplit('/').next().unwrap();
    server.data("", query, json!({ "token": token })).await["sharedLink"]["assets"]["nodes"].clone()
}

#[tokio::test]
async fn members_come_by_day_where_the_owner_chose_it() {
    let server = start().await;
    let admin = server.admin().await;
    let taken =
        ["", "2024-05-02 00:00:00", "2024-05-01 23:59:59.5", "1861-07-04 10:00:00", "", "2024-05-01 23:59:59.25"];
    let (link, assets) = gallery_of(&server, &admin, &taken, json!({ "memberOrder": "CAPTURED" })).await;
    // The first of those without a date was added last.
    server.sql("UPDATE assets SET created_at = created_at + interval '1 day' WHERE title = 'Text 1'").await;
    let (visitor, path) = (server.visitor(), path(&server, &link));
    let expected = [
        "# Thursday, 4 July 1861",
        "Text 4",
        "# Wednesday, 1 May 2024",
        "Text 6",
        "Text 3",
        "# Thursday, 2 May 2024",
        "Text 2",
        "# Without a date",
        "Text 5",
        "Text 1",
    ];
    for below in ["", "?sort=captured", "?part=tiles", "/embed"] {
        assert_eq!(read(&visitor, &format!("{path}{below}")).await, expected, "{below}");
    }
    let layout: Value = visitor.get(&format!("{path}/layout")).await.json().await.unwrap();
    let days = json!([
        ["Thursday, 4 July 1861", 1],
        ["Wednesday, 1 May 2024", 2],
        ["Thursday, 2 May 2024", 1],
        ["Without a date", 2],
    ]);
    assert_eq!((&layout["days"], &layout["positions"]), (&days, &json!([4, 6, 3, 2, 5, 1])));
    let told: Vec<(String, Value)> = headless(&server, &link)
        .await
        .as_array()
        .unwrap()
        .iter()
        .map(|asset| (asset["title"].as_str().unwrap().to_owned(), asset["capturedDay"].clone()))
        .collect();
    let [old, first, second] = ["1861-07-04", "2024-05-01", "2024-05-02"].map(Value::from);
    let days = [("4", old), ("6", first.clone()), ("3", first), ("2", second), ("5", Value::Null), ("1", Value::Null)];
    assert_eq!(told, days.map(|(number, day)| (format!("Text {number}"), day)));
    // Places and neighbours count members, not headings.
    let page = visitor.get(path).await.text().await.unwrap();
    assert!(page.contains("aria-label=\"Text 3, 3 of 6\"") && page.contains("id=\"t3\""), "{page}");
    assert!(page.contains("<option value=\"captured\" selected>Date taken</option>"), "{page}");
    let beside = visitor.get(&format!("{path}/assets/{}", short(&assets[2]))).await.text().await.unwrap();
    assert!(beside.contains("beside-place\">3 of 6<"), "{beside}");
}

#[tokio::test]
async fn each_page_begins_with_a_heading() {
    let server = start().await;
    let admin = server.admin().await;
    let taken: Vec<&str> = (1..=63).map(|index| if index < 62 { "2024-05-01" } else { "" }).collect();
    let (link, _) = gallery_of(&server, &admin, &taken, json!({ "memberOrder": "CAPTURED" })).await;
    let (visitor, path) = (server.visitor(), path(&server, &link));
    let first = read(&visitor, path).await;
    assert_eq!((first.len(), first[0].as_str()), (61, "# Wednesday, 1 May 2024"));
    let second = read(&visitor, &format!("{path}?page=2")).await;
    assert_eq!(second, ["# Wednesday, 1 May 2024", "Text 61", "# Without a date", "Text 62", "Text 63"]);
    let layout: Value = visitor.get(&format!("{path}/layout")).await.json().await.unwrap();
    assert_eq!(layout["days"], json!([["Wednesday, 1 May 2024", 61], ["Without a date", 2]]));
}

#[tokio::test]
async fn days_are_in_the_language_of_the_visitor() {
    let server = start().await;
    let admin = server.admin().await;
    let (link, _) = gallery_of(&server, &admin, &["2024-05-01", ""], json!({ "memberOrder": "CAPTURED" })).await;
    let path = path(&server, &link);
    for (tag, day, without) in [
        ("de", "Mittwoch, 1. Mai 2024", "Ohne Datum"),
        ("ar", "الأربعاء، 1 مايو 2024", "بلا تاريخ"),
        ("en", "Wednesday, 1 May 2024", "Without a date"),
    ] {
        let asked = async |url: String| {
            let request = server.visitor().request(Method::GET, &url).header("accept-language", tag);
            request.send().await.unwrap().text().await.unwrap()
        };
        let page = asked(path.to_owned()).await;
        assert_eq!(between(&page, "<li class=\"day\"><h2>", "<"), [day, without], "{tag}");
        let layout: Value = serde_json::from_str(&asked(format!("{path}/layout")).await).unwrap();
        assert_eq!(layout["days"], json!([[day, 1], [without, 1]]), "{tag}");
        // In a frame, the address says it, also to what the script asks for.
        let frame = server.visitor().get(&format!("{path}/embed?lang={tag}")).await.text().await.unwrap();
        let url = between(&frame, "data-layout=\"", "\"")[0];
        assert_eq!(url, format!("{path}/layout?lang={tag}"));
        let answer = server.visitor().get(url).await;
        assert!(!answer.headers().contains_key("set-cookie"), "{tag}");
        let layout: Value = answer.json().await.unwrap();
        assert_eq!(layout["days"], json!([[day, 1], [without, 1]]), "{tag}");
    }
}

/// Every order of a link × every way in which visitors ask × all that they are shown: a date is where the owner chose it,
/// and nowhere else.
#[tokio::test]
async fn no_date_is_told_under_any_other_order() {
    let server = start().await;
    let admin = server.admin().await;
    let taken = ["1987-03-06 10:00:00", "1987-03-05 10:00:00", ""];
    let (link, assets) = gallery_of(&server, &admin, &taken, json!({ "allowOriginal": true })).await;
    let single = server.public_link(&admin, &assets[0], json!({ "memberOrder": "CAPTURED" })).await;
    let (visitor, path) = (server.visitor(), path(&server, &link));
    let orders = "{ __type(name: \"MemberOrder\") { enumValues { name } } }";
    let orders = server.data(&admin, orders, Value::Null).await["__type"]["enumValues"].clone();
    let orders: Vec<&str> = orders.as_array().unwrap().iter().map(|order| order["name"].as_str().unwrap()).collect();
    // Ids can have any four digits.
    let told = ["1987-", " 1987", "March", "Thursday", "Friday", "Without a date"];
    let says = |text: &str| told.iter().any(|part| text.contains(part));
    let [member, embedded] = ["assets", "embed"].map(|kind| format!("/{kind}/{}", short(&assets[0])));
    let mut seen = 0;
    for usual in &orders {
        server.update_link(&admin, &link["id"], json!({ "memberOrder": usual })).await;
        let mut queries: Vec<(String, bool)> = vec![(String::new(), true), ("search=text".to_owned(), false)];
        for sort in &orders {
            let sort = sort.to_lowercase();
            queries.push((format!("sort={sort}&search=text"), false));
            queries.push((format!("sort={sort}"), sort == "captured"));
        }
        for (query, is_usual) in &queries {
            let is_shown = *usual == "CAPTURED" && *is_usual;
            for (below, has_days) in
                [("", true), ("/embed", true), ("/layout", true), (member.as_str(), false), (embedded.as_str(), false)]
            {
                for part in ["", "part=tiles"] {
                    let url = format!("{path}{below}?{query}&{part}");
                    let answer = visitor.get(&url).await;
                    assert_eq!(answer.status(), 200, "{url}");
                    let headers = format!("{:?}", answer.headers());
                    let text = answer.text().await.unwrap();
                    assert_eq!(says(&text), is_shown && has_days, "{usual} {url}: {text}");
                    assert!(!says(&headers), "{usual} {url}: {headers}");
                    seen += usize::from(is_shown && has_days);
                }
            }
            // That of an order which the owner did not choose does not even tell what came first.
            let layout: Value = visitor.get(&format!("{path}/layout?{query}")).await.json().await.unwrap();
            let is_by_date = layout["positions"] == json!([2, 1, 3]);
            assert!(!is_by_date || *usual == "CAPTURED", "{usual} {query}: {layout}");
        }
        let page = visitor.get(path).await.text().await.unwrap();
        assert_eq!(page.contains("value=\"captured\""), *usual == "CAPTURED", "{page}");
        let days: Vec<bool> = headless(&server, &link)
            .await
            .as_array()
            .unwrap()
            .iter()
            .map(|asset| asset["capturedDay"].is_string())
            .collect();
        assert_eq!(days, if *usual == "CAPTURED" { [true, true, false] } else { [false; 3] }, "{usual}");
    }
    assert_eq!(seen, 2 * 3 * 2, "the link itself and its order by name, three parts, with and without what is around");
    // One picture has no order.
    assert_eq!(headless(&server, &single).await[0]["capturedDay"], Value::Null);
    let page = visitor.get(single["url"].as_str().unwrap()).await.text().await.unwrap();
    assert!(!says(&page), "{page}");
    // The form that asks for the password says nothing either.
    server.update_link(&admin, &link["id"], json!({ "memberOrder": "CAPTURED", "password": "open sesame" })).await;
    for below in ["", "/embed", "/layout"] {
        let answer = server.visitor().get(&format!("{path}{below}")).await;
        assert!(!says(&answer.text().await.unwrap()), "{below}");
    }
}

#[tokio::test]
async fn days_cost_no_statement_more() {
    let server = start().await;
    let admin = server.admin().await;
    let (link, _) = gallery_of(&server, &admin, &["2024-05-01", "2024-05-02"], json!({})).await;
    let (visitor, path) = (server.visitor(), path(&server, &link));
    // Whoever was counted is not counted again, which would be a statement.
    visitor.get(path).await;
    let mut costs = Vec::new();
    for order in ["OLDEST", "CAPTURED"] {
        server.update_link(&admin, &link["id"], json!({ "memberOrder": order })).await;
        let mut cost = Vec::new();
        for below in ["?page=1", "/layout"] {
            let before = server.statements();
            assert_eq!(visitor.get(&format!("{path}{below}")).await.status(), 200);
            cost.push(server.statements() - before);
        }
        costs.push(cost);
    }
    assert_eq!(costs[0], costs[1]);
}
