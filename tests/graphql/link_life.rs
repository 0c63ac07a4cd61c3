//! A link after it was made: changed, switched off and on, given another URL, deleted with others; and who did it.

use chrono::TimeDelta;
use diesel_async::SimpleAsyncConnection;
use serde_json::{Value, json};
use tests::{Running, fixtures, short, start};

async fn act(server: &Running, token: &str, mutation: &str, id: &Value) -> Value {
    let query = format!(
        "mutation($id: ID!) {{ {mutation}(id: $id) {{ link {{ id url state name }} userErrors {{ code }} }} }}"
    );
    server.data(token, &query, json!({ "id": id })).await[mutation]["link"].clone()
}

async fn status(server: &Running, url: &Value) -> u16 {
    server.visitor().get(url.as_str().unwrap()).await.status().as_u16()
}

#[tokio::test]
async fn what_is_left_out_stays_and_null_clears() {
    let server = start().await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "a.jpg", fixtures::jpeg(40, 30)).await["id"].clone();
    let at = |hours: i64| (server.services.now() + TimeDelta::hours(hours)).to_rfc3339();
    let settings = json!({ "name": "First", "allowOriginal": true, "allowProxies": true, "proxyPresets": ["preview"],
        "startsAt": at(-1), "expiresAt": at(1), "maxDownloads": 3, "password": "open sesame" });
    let link = server.public_link(&admin, &asset, settings).await;
    let same = server.update_link(&admin, &link["id"], json!({})).await["link"].clone();
    assert_eq!((&same["name"], &same["url"]), (&link["name"], &link["url"]));
    for (field, value) in link["settings"].as_object().unwrap() {
        assert!(
            same["settings"][field] == *value || field == "watermark" || field == "personSearch",
            "{field}: {same}"
        );
    }
    let renamed =
        server.update_link(&admin, &link["id"], json!({ "name": " Second ", "maxDownloads": 9 })).await["link"].clone();
    assert_eq!((&renamed["name"], &renamed["settings"]["maxDownloads"]), (&json!("Second"), &json!(9)));
    assert_eq!(
        (&renamed["settings"]["hasPassword"], &renamed["settings"]["proxyPresets"]),
        (&json!(true), &json!(["preview"]))
    );
    let cleared = json!({ "name": null, "allowOriginal": null, "proxyPresets": null, "startsAt": null, "expiresAt": null,
        "maxDownloads": null, "password": null });
    let cleared = server.update_link(&admin, &link["id"], cleared).await["link"].clone();
    assert!(cleared["name"].as_str().unwrap().starts_with("Link from 20"), "{cleared}");
    assert_eq!(
        cleared["settings"],
        json!({ "allowOriginal": false, "allowProxies": true, "allowAttachments": false,
            "proxyPresets": ["thumbnail", "preview", "fullscreen"], "startsAt": null, "expiresAt": null,
            "maxDownloads": null, "hasPassword": false })
    );
    assert_eq!(cleared["url"], link["url"], "all under the same URL");
}

/// Typed clients send one document for all changes, with a variable for each setting.
#[tokio::test]
async fn a_variable_that_is_left_out_leaves_its_setting_as_it_is() {
    let server = start().await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "a.jpg", fixtures::jpeg(40, 30)).await["id"].clone();
    let settings = json!({ "allowOriginal": true, "maxDownloads": 3, "password": "open sesame" });
    let link = server.public_link(&admin, &asset, settings).await;
    let query = "mutation($id: ID!, $name: String, $max: Int, $password: String, $original: Boolean) {
        updateLink(input: { id: $id, settings: {
            name: $name, maxDownloads: $max, password: $password, allowOriginal: $original } }) {
            link { name settings { allowOriginal maxDownloads hasPassword } } userErrors { message } } }";
    let stands = |answer: &Value| answer["updateLink"]["link"].clone();
    let kept = json!({ "allowOriginal": true, "maxDownloads": 3, "hasPassword": true });
    let renamed = server.data(&admin, query, json!({ "id": link["id"], "name": "Second" })).await;
    assert_eq!(stands(&renamed), json!({ "name": "Second", "settings": kept }));
    let variables = json!({ "id": link["id"], "name": "Third" });
    let renamed = server.first(&admin, query, variables).await["data"].clone();
    assert_eq!(stands(&renamed), json!({ "name": "Third", "settings": kept }));
    let variables = json!({ "id": link["id"], "name": "Third", "max": null, "password": null });
    let cleared = server.data(&admin, query, variables).await;
    let left = json!({ "allowOriginal": true, "maxDownloads": null, "hasPassword": false });
    assert_eq!(stands(&cleared), json!({ "name": "Third", "settings": left }));
}

#[tokio::test]
async fn a_change_is_checked_as_a_whole() {
    let server = start().await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "a.jpg", fixtures::jpeg(40, 30)).await["id"].clone();
    let at = |hours: i64| (server.services.now() + TimeDelta::hours(hours)).to_rfc3339();
    let link = server.public_link(&admin, &asset, json!({ "allowOriginal": true, "expiresAt": at(2) })).await;
    let download = server.download_link(&admin, json!({ "assetId": asset })).await;
    for (id, settings, code, field) in [
        (&link["id"], json!({ "name": "" }), "INVALID_NAME", "name"),
        (&link["id"], json!({ "expiresAt": at(-1) }), "INVALID_EXPIRATION", "expiresAt"),
        (&link["id"], json!({ "startsAt": at(3) }), "INVALID_EXPIRATION", "expiresAt"),
        (&link["id"], json!({ "maxDownloads": 0 }), "INVALID_LIMIT", "maxDownloads"),
        (&link["id"], json!({ "password": "x" }), "INVALID_PASSWORD", "password"),
        (&link["id"], json!({ "allowAttachments": true }), "OPTION_NOT_AVAILABLE", "allowAttachments"),
        (&link["id"], json!({ "proxyPresets": ["huge"] }), "UNKNOWN_PRESET", "proxyPresets"),
        (&download["id"], json!({ "allowProxies": true }), "OPTION_NOT_AVAILABLE", "allowProxies"),
        (&download["id"], json!({ "allowOriginal": false }), "OPTION_NOT_AVAILABLE", "allowOriginal"),
    ] {
        let refused = server.update_link(&admin, id, settings.clone()).await;
        let error = &refused["userErrors"][0];
        assert_eq!((&error["code"], &error["field"]), (&json!(code), &json!(["settings", field])), "{settings}");
        assert!(refused["link"].is_null());
    }
    // What was allowed once and is no longer there may stay, so that a name can be changed; visitors do not get it. Once it is
    // given up, it is not allowed anew.
    let archive = "mutation($id: ID!) { setOriginalState(assetId: $id, state: ARCHIVED) { userErrors { code } } }";
    server.data(&admin, archive, json!({ "id": asset })).await;
    for (settings, refused) in [
        (json!({ "name": "New" }), json!([])),
        (json!({ "name": "Newer", "allowOriginal": true }), json!([])),
        (json!({ "allowOriginal": false }), json!([])),
        (json!({ "allowOriginal": true }), json!([["settings", "allowOriginal"]])),
    ] {
        let changed = server.update_link(&admin, &link["id"], settings.clone()).await;
        let errors = changed["userErrors"].as_array().unwrap().iter().map(|error| error["field"].clone());
        assert_eq!(json!(errors.collect::<Vec<_>>()), refused, "{settings}");
        let original = format!("{}/assets/{}/original", link["url"].as_str().unwrap(), short(&asset));
        assert_eq!(server.visitor().get(&original).await.status(), 404, "{settings}");
    }
    let unknown = server.update_link(&admin, &json!("link_0000000000000000000001"), json!({})).await;
    assert_eq!(
        (&unknown["userErrors"][0]["code"], &unknown["userErrors"][0]["field"]),
        (&json!("NOT_FOUND"), &json!(["id"]))
    );
}

#[tokio::test]
async fn an_administrator_gives_a_link_no_more_than_its_creator_has() {
    let server = start().await;
    let admin = server.admin().await;
    let vera = server.user(&admin, "Vera", "VIEWER").await;
    let asset = server.upload(&admin, "a.bin", "bytes").await["id"].clone();
    server.grant(&admin, json!({ "userId": server.user_id(&vera).await, "rights": ["SHARE"] })).await;
    let link = server.public_link(&vera, &asset, Value::Null).await;
    let refused = server.update_link(&admin, &link["id"], json!({ "allowOriginal": true })).await;
    assert_eq!(refused["userErrors"][0]["code"], "OPTION_NOT_AVAILABLE");
}

#[tokio::test]
async fn a_link_is_switched_off_and_on_and_given_another_url() {
    let server = start().await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "a.jpg", fixtures::jpeg(40, 30)).await["id"].clone();
    let link = server.public_link(&admin, &asset, json!({ "password": "open sesame" })).await;
    let path = link["url"].as_str().unwrap().strip_prefix(&server.url).unwrap();
    let visitor = server.visitor();
    let unlock = async |path: &str| {
        visitor.post_form(&format!("{path}/unlock"), &[("password", "open sesame")]).await.status().as_u16()
    };
    let is_open = async |path: &str| visitor.get(path).await.text().await.unwrap().contains("showcase");
    assert_eq!(unlock(path).await, 303);
    assert!(is_open(path).await);

    let off = act(&server, &admin, "disableLink", &link["id"]).await;
    assert_eq!((&off["state"], status(&server, &link["url"]).await), (&json!("DISABLED"), 404));
    let on = act(&server, &admin, "enableLink", &link["id"]).await;
    assert_eq!((&on["state"], &on["url"]), (&json!("ACTIVE"), &link["url"]));
    assert!(is_open(path).await, "who had unlocked it may go on");

    let moved = act(&server, &admin, "rotateLink", &link["id"]).await;
    assert_ne!(moved["url"], link["url"]);
    assert_eq!((status(&server, &link["url"]).await, status(&server, &moved["url"]).await), (404, 200));
    let new_path = moved["url"].as_str().unwrap().strip_prefix(&server.url).unwrap().to_owned();
    assert!(!is_open(&new_path).await, "and asks everybody for the password again");
    assert_eq!(unlock(&new_path).await, 303);
    assert!(is_open(&new_path).await);
    let password = server.update_link(&admin, &link["id"], json!({ "password": "open barley" })).await;
    assert_eq!(password["link"]["url"], moved["url"]);
    assert!(!is_open(&new_path).await, "another password ends what was unlocked");
}

#[tokio::test]
async fn an_expired_link_comes_back_under_its_old_url() {
    let server = start().await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "a.jpg", fixtures::jpeg(40, 30)).await["id"].clone();
    let at = |hours: i64| (server.services.now() + TimeDelta::hours(hours)).to_rfc3339();
    let end = at(1);
    let link = server.public_link(&admin, &asset, json!({ "expiresAt": end })).await;
    server.advance(TimeDelta::hours(2));
    assert_eq!(status(&server, &link["url"]).await, 404);
    // A form sends back all that it has read.
    let same = server.update_link(&admin, &link["id"], json!({ "name": "Same", "expiresAt": end })).await;
    assert_eq!((&same["link"]["name"], &same["link"]["state"]), (&json!("Same"), &json!("EXPIRED")));
    let renamed = server.update_link(&admin, &link["id"], json!({ "name": "Old" })).await;
    assert_eq!((&renamed["link"]["name"], &renamed["link"]["state"]), (&json!("Old"), &json!("EXPIRED")));
    let extended = server.update_link(&admin, &link["id"], json!({ "expiresAt": at(1) })).await;
    assert_eq!((&extended["link"]["state"], &extended["link"]["url"]), (&json!("ACTIVE"), &link["url"]));
    assert_eq!(status(&server, &link["url"]).await, 200);
    let ended = server.update_link(&admin, &link["id"], json!({ "maxDownloads": 1, "startsAt": at(0) })).await;
    assert_eq!(ended["link"]["state"], "ACTIVE");
}

#[tokio::test]
async fn links_that_match_are_changed_at_once_after_a_dry_run() {
    let server = start().await;
    let admin = server.admin().await;
    let editor = server.user(&admin, "Eddi", "EDITOR").await;
    let one = server.upload(&admin, "one.txt", "one").await["id"].clone();
    let two = server.upload(&admin, "two.txt", "two").await["id"].clone();
    let at = |hours: i64| (server.services.now() + TimeDelta::hours(hours)).to_rfc3339();
    for (token, name, asset, hours) in
        [(&editor, "a", &one, 1), (&editor, "b", &one, 5), (&editor, "c", &two, 9), (&admin, "d", &one, 9)]
    {
        server.public_link(token, asset, json!({ "name": name, "expiresAt": at(hours) })).await;
    }
    server.share(&admin, json!({ "assetIds": [one], "settings": { "name": "e" } })).await;
    let query = "mutation($input: ChangeLinksInput!) { changeLinks(input: $input) { matched changed userErrors { code field message } } }";
    let change = async |token: &str, filter: Value, action: &str, dry: bool| {
        let input = json!({ "filter": filter, "action": action, "dryRun": dry });
        let data = server.data(token, query, json!({ "input": input })).await["changeLinks"].clone();
        (data["matched"].as_i64().unwrap(), data["changed"].as_i64().unwrap())
    };
    let states = async || {
        let data =
            server.data(&admin, "{ links(orderBy: { field: NAME }) { nodes { name state } } }", Value::Null).await;
        data["links"]["nodes"]
            .as_array()
            .unwrap()
            .iter()
            .map(|link| format!("{} {}", link["name"].as_str().unwrap(), link["state"].as_str().unwrap()))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let later = json!({ "expiresAfter": at(4) });
    assert_eq!(change(&editor, later.clone(), "DISABLE", true).await, (2, 2));
    assert_eq!(states().await, "a ACTIVE, b ACTIVE, c ACTIVE, d ACTIVE, e ACTIVE", "a dry run changes nothing");
    assert_eq!(change(&editor, later.clone(), "DISABLE", false).await, (2, 2));
    assert_eq!(states().await, "a ACTIVE, b DISABLED, c DISABLED, d ACTIVE, e ACTIVE", "only their own");
    assert_eq!(change(&admin, later.clone(), "DISABLE", false).await, (3, 1));
    assert_eq!(change(&admin, json!({ "state": "DISABLED", "assetId": two }), "ENABLE", false).await, (1, 1));
    assert_eq!(states().await, "a ACTIVE, b DISABLED, c ACTIVE, d DISABLED, e ACTIVE");
    // All of an asset: also the link to a collection that holds it.
    assert_eq!(change(&admin, json!({ "assetId": one }), "DELETE", false).await, (4, 4));
    assert_eq!(states().await, "c ACTIVE");
    let events = server.data(&admin, "{ linkEvents { nodes { linkName action actor { name } } } }", Value::Null).await;
    let mut done: Vec<_> = events["linkEvents"]["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|event| event["action"] != "CREATED")
        .map(|event| format!("{} {} {}", event["actor"]["name"], event["action"], event["linkName"]).replace('"', ""))
        .collect();
    done.sort_unstable();
    assert_eq!(
        done.join(", "),
        "Ada Admin DELETED a, Ada Admin DELETED b, Ada Admin DELETED d, Ada Admin DELETED e, Ada Admin DISABLED d, \
        Ada Admin ENABLED c, Eddi DISABLED b, Eddi DISABLED c"
    );
    let all =
        server.refusal(&admin, query, json!({ "input": { "filter": { "search": " " }, "action": "DELETE" } })).await;
    assert_eq!(all, ("INVALID_INPUT".to_owned(), vec!["filter".to_owned()]));
}

#[tokio::test]
async fn links_that_match_get_new_urls_at_once() {
    let server = start().await;
    let admin = server.admin().await;
    let editor = server.user(&admin, "Eddi", "EDITOR").await;
    let asset = server.upload(&admin, "one.txt", "one").await["id"].clone();
    let mut old = Vec::new();
    for (token, name) in [(&admin, "Press a"), (&admin, "Press b"), (&admin, "Family"), (&editor, "Press c")] {
        old.push(server.public_link(token, &asset, json!({ "name": name })).await);
    }
    let rotate = async |token: &str, dry: bool| {
        let query = "mutation($dry: Boolean!) { changeLinks(input: { filter: { search: \"press\" }, action: ROTATE, dryRun: $dry }) {
            matched changed userErrors { message } } }";
        server.data(token, query, json!({ "dry": dry })).await["changeLinks"].clone()
    };
    let done = |matched: i64| json!({ "matched": matched, "changed": matched, "userErrors": [] });
    assert_eq!(rotate(&admin, true).await, done(3));
    assert_eq!(status(&server, &old[0]["url"]).await, 200, "a dry run changes nothing");
    assert_eq!(rotate(&editor, false).await, done(1), "only their own");
    assert_eq!(rotate(&admin, false).await, done(3));
    let query = "query($id: ID!) { link(id: $id) { url }
        linkEvents(filter: { linkId: $id, action: ROTATED }) { totalCount } }";
    for (index, link) in old.iter().enumerate() {
        let now = server.data(&admin, query, json!({ "id": link["id"] })).await;
        let (url, is_rotated) = (&now["link"]["url"], index != 2);
        assert_eq!(*url != link["url"], is_rotated, "{now}");
        assert_eq!(status(&server, url).await, 200, "{now}");
        assert_eq!(status(&server, &link["url"]).await, if is_rotated { 404 } else { 200 }, "{now}");
        assert_eq!(now["linkEvents"]["totalCount"], [1, 1, 0, 2][index], "{now}");
    }
}

#[tokio::test]
async fn a_link_that_is_extended_meanwhile_is_not_deleted_with_the_expired() {
    let server = start().await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "one.txt", "one").await["id"].clone();
    let end = (server.services.now() + TimeDelta::hours(1)).to_rfc3339();
    server.public_link(&admin, &asset, json!({ "expiresAt": end })).await;
    server.advance(TimeDelta::hours(2));
    let query =
        "mutation($dry: Boolean!) { changeLinks(input: { filter: { state: EXPIRED }, action: DELETE, dryRun: $dry }) {
        matched changed } }";
    // Somebody extends it and is not done yet.
    let mut other = server.database().await;
    other.batch_execute("BEGIN; UPDATE links SET expires_at = NULL").await.unwrap();
    let dry = server.data(&admin, query, json!({ "dry": true })).await;
    assert_eq!(dry["changeLinks"], json!({ "matched": 1, "changed": 1 }), "who only counts waits for nobody");
    let done = async {
        server.until_somebody_waits().await;
        other.batch_execute("COMMIT").await.unwrap();
    };
    let (changed, ()) = tokio::join!(server.data(&admin, query, json!({ "dry": false })), done);
    assert_eq!(changed["changeLinks"], json!({ "matched": 0, "changed": 0 }));
    let left = server.data(&admin, "{ links { nodes { state } } }", Value::Null).await;
    assert_eq!(left["links"]["nodes"], json!([{ "state": "ACTIVE" }]));
}

#[tokio::test]
async fn a_download_link_is_checked_anew_when_it_is_changed() {
    let server = start().await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "one.txt", "one").await["id"].clone();
    let link = server.download_link(&admin, json!({ "assetId": asset })).await;
    let archive = async |state: &str| {
        let query = "mutation($id: ID!, $state: OriginalState!) { setOriginalState(assetId: $id, state: $state) { userErrors { code } } }";
        server.data(&admin, query, json!({ "id": asset, "state": state })).await;
    };
    archive("ARCHIVED").await;
    let refused = server.update_link(&admin, &link["id"], json!({ "name": "New" })).await;
    assert_eq!((&refused["link"], &refused["userErrors"][0]["code"]), (&Value::Null, &json!("ORIGINAL_NOT_AVAILABLE")));
    archive("AVAILABLE").await;
    let renamed = server.update_link(&admin, &link["id"], json!({ "name": "New" })).await;
    assert_eq!(renamed["link"]["name"], "New", "{renamed}");
}

#[tokio::test]
async fn links_are_sorted_and_paged_in_every_order() {
    let server = start().await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "a.txt", "text").await["id"].clone();
    let at = |hours: i64| (server.services.now() + TimeDelta::hours(hours)).to_rfc3339();
    for (name, hours) in [("beta", Some(3)), ("Alpha", None), ("gamma", Some(1)), ("alpha", Some(3)), ("delta", None)] {
        server.public_link(&admin, &asset, json!({ "name": name, "expiresAt": hours.map(at) })).await;
    }
    server.sql("UPDATE links SET download_count = length(name)").await;
    let query = "query($order: LinkOrder, $first: Int, $after: String, $last: Int, $before: String) {
        links(orderBy: $order, first: $first, after: $after, last: $last, before: $before) {
            nodes { name } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }";
    for (field, direction, expected) in [
        ("CREATED", json!(null), ["delta", "alpha", "gamma", "Alpha", "beta"]),
        ("CREATED", json!("ASC"), ["beta", "Alpha", "gamma", "alpha", "delta"]),
        ("EXPIRES", json!(null), ["gamma", "beta", "alpha", "Alpha", "delta"]),
        ("EXPIRES", json!("DESC"), ["delta", "Alpha", "alpha", "beta", "gamma"]),
        ("NAME", json!(null), ["Alpha", "alpha", "beta", "delta", "gamma"]),
        ("NAME", json!("DESC"), ["gamma", "delta", "beta", "alpha", "Alpha"]),
        ("DOWNLOADS", json!(null), ["delta", "alpha", "gamma", "Alpha", "beta"]),
        ("DOWNLOADS", json!("ASC"), ["beta", "Alpha", "gamma", "alpha", "delta"]),
    ] {
        let order = json!({ "field": field, "direction": direction });
        let (mut forward, mut cursor) = (Vec::new(), Value::Null);
        loop {
            let page =
                server.data(&admin, query, json!({ "order": order, "first": 2, "after": cursor })).await["links"]
                    .clone();
            forward
                .extend(page["nodes"].as_array().unwrap().iter().map(|link| link["name"].as_str().unwrap().to_owned()));
            cursor = page["pageInfo"]["endCursor"].clone();
            if page["pageInfo"]["hasNextPage"] == false {
                break;
            }
        }
        assert_eq!(forward, expected, "{order}");
        let (mut backward, mut cursor) = (Vec::new(), Value::Null);
        loop {
            let page =
                server.data(&admin, query, json!({ "order": order, "last": 2, "before": cursor })).await["links"]
                    .clone();
            let names = page["nodes"].as_array().unwrap().iter().map(|link| link["name"].as_str().unwrap().to_owned());
            backward.splice(0..0, names);
            cursor = page["pageInfo"]["startCursor"].clone();
            if page["pageInfo"]["hasPreviousPage"] == false {
                break;
            }
        }
        assert_eq!(backward, expected, "{order}, from the end");
        // A cursor belongs to its order.
        let other = if field == "NAME" { "EXPIRES" } else { "NAME" };
        let answer = server.call(&admin, query, json!({ "order": { "field": other }, "after": cursor })).await;
        assert_eq!(answer["errors"][0]["extensions"]["code"], "BAD_USER_INPUT", "{answer}");
    }
}

#[tokio::test]
async fn everything_done_to_a_link_is_written_down() {
    let server = start().await;
    let admin = server.admin().await;
    let editor = server.user(&admin, "Eddi", "EDITOR").await;
    let asset = server.upload(&admin, "a.jpg", fixtures::jpeg(40, 30)).await["id"].clone();
    let link = server
        .public_link(&editor, &asset, json!({ "name": "One", "allowOriginal": true, "password": "open sesame" }))
        .await;
    let settings = json!({ "name": "Two", "allowOriginal": null, "maxDownloads": 5, "password": "open barley",
        "expiresAt": "2100-01-02T03:04:05.000000789Z" });
    server.update_link(&admin, &link["id"], settings).await;
    let changed = server.update_link(&admin, &link["id"], json!({ "password": null })).await;
    server.update_link(&admin, &link["id"], json!({ "name": " " })).await;
    server.advance(TimeDelta::minutes(1));
    let settings = json!({ "name": "Two", "password": null, "expiresAt": "2100-01-02T03:04:05.000000789Z" });
    let same = server.update_link(&admin, &link["id"], settings).await;
    assert_eq!(same["link"]["updatedAt"], changed["link"]["updatedAt"], "what changes nothing is no change");
    act(&server, &editor, "disableLink", &link["id"]).await;
    act(&server, &editor, "disableLink", &link["id"]).await;
    act(&server, &editor, "enableLink", &link["id"]).await;
    act(&server, &admin, "rotateLink", &link["id"]).await;
    server
        .data(&editor, "mutation($id: ID!) { deleteLinks(ids: [$id]) { deletedIds } }", json!({ "id": link["id"] }))
        .await;
    server.public_link(&admin, &asset, json!({ "name": "Other" })).await;

    let query = "query($filter: LinkEventFilter, $first: Int, $after: String) { linkEvents(filter: $filter, first: $first, after: $after) {
        totalCount nodes { linkId linkName action actor { name } changes { field from to } } pageInfo { endCursor hasNextPage } } }";
    let data = server.data(&admin, query, json!({ "filter": { "linkId": link["id"] } })).await["linkEvents"].clone();
    let seen: Vec<_> = data["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .rev()
        .map(|event| {
            assert_eq!(event["linkId"], link["id"]);
            format!(
                "{} {} {}",
                event["actor"]["name"].as_str().unwrap(),
                event["action"].as_str().unwrap(),
                event["linkName"].as_str().unwrap()
            )
        })
        .collect();
    assert_eq!(
        seen,
        [
            "Eddi CREATED One",
            "Ada Admin UPDATED Two",
            "Ada Admin UPDATED Two",
            "Eddi DISABLED Two",
            "Eddi ENABLED Two",
            "Ada Admin ROTATED Two",
            "Eddi DELETED Two",
        ],
        "{data}"
    );
    let changes = |index: usize| data["nodes"][6 - index]["changes"].clone();
    assert_eq!(
        changes(0),
        json!([
            { "field": "kind", "from": null, "to": "PUBLIC" }, { "field": "assetId", "from": null, "to": asset },
            { "field": "name", "from": null, "to": "One" }, { "field": "allowOriginal", "from": null, "to": "true" },
            { "field": "password", "from": null, "to": "set" },
        ])
    );
    assert_eq!(
        changes(1),
        json!([
            { "field": "name", "from": "One", "to": "Two" }, { "field": "allowOriginal", "from": "true", "to": null },
            { "field": "expiresAt", "from": null, "to": "2100-01-02T03:04:05Z" }, { "field": "maxDownloads", "from": null, "to": "5" },
            { "field": "password", "from": "set", "to": "changed" },
        ])
    );
    assert_eq!(changes(2), json!([{ "field": "password", "from": "set", "to": null }]));
    assert!(!data.to_string().contains("argon") && !data.to_string().contains("sesame"));

    let by_action =
        server.data(&admin, query, json!({ "filter": { "action": "CREATED" }, "first": 1 })).await["linkEvents"]
            .clone();
    assert_eq!((&by_action["totalCount"], &by_action["nodes"][0]["linkName"]), (&json!(2), &json!("Other")));
    let after = json!({ "filter": { "action": "CREATED" }, "first": 1, "after": by_action["pageInfo"]["endCursor"] });
    let next = server.data(&admin, query, after).await["linkEvents"].clone();
    assert_eq!((&next["nodes"][0]["linkName"], &next["pageInfo"]["hasNextPage"]), (&json!("One"), &json!(false)));
    let editor_id = server.user_id(&editor).await;
    let by_actor =
        server.data(&admin, query, json!({ "filter": { "actorId": editor_id } })).await["linkEvents"].clone();
    assert_eq!(by_actor["totalCount"], 4);
}

#[tokio::test]
async fn after_a_change_of_the_key_links_keep_their_urls_until_they_get_another() {
    let old = start().await;
    let admin = old.admin().await;
    let asset = old.upload(&admin, "a.jpg", fixtures::jpeg(40, 30)).await["id"].clone();
    let settings = json!({ "name": "the name", "password": "open sesame" });
    let link = old.public_link(&admin, &asset, settings).await;
    let path = |link: &Value| format!("/s/{}", link["url"].as_str().unwrap().rsplit_once('/').unwrap().1);
    let first = path(&link);
    let unlocked = old.visitor().post_form(&format!("{first}/unlock"), &[("password", "open sesame")]).await;
    let cookie = unlocked.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();

    let key = "another key of the same server and longer";
    let both = old.another_with_key(format!("{key},{}", old.secret_key));
    let query = "query($id: ID!) { link(id: $id) { url } }";
    let shown = async |server: &Running| path(&server.data(&admin, query, json!({ "id": link["id"] })).await["link"]);
    let open = async |server: &Running, path: &str| {
        let page = server.visitor().request(reqwest::Method::GET, path).header("cookie", &cookie).send().await.unwrap();
        (page.status().as_u16(), page.text().await.unwrap().contains("the name"))
    };
    assert_eq!(shown(&both).await, first);
    assert_eq!(open(&both, &first).await, (200, true), "whoever has unlocked it is still in");
    let rotated = path(&act(&both, &admin, "rotateLink", &link["id"]).await);
    assert_ne!(rotated, first);
    assert_eq!((open(&both, &first).await.0, open(&both, &rotated).await.0), (404, 200));

    // Once all have another URL, the old key can go.
    let new = old.another_with_key(key.to_owned());
    assert_eq!(shown(&new).await, rotated);
    assert_eq!(open(&new, &rotated).await.0, 200);
}

#[tokio::test]
async fn an_id_that_is_none_does_not_hide_what_was_done_before() {
    let server = start().await;
    let admin = server.admin().await;
    let query = "mutation {
        generatePassword
        changeLinks(input: { filter: { assetId: \"link_7N42dgm5tFLK9N8MT7fHC7\" }, action: DELETE }) {
            changed userErrors { code field message } } }";
    let data = server.data(&admin, query, Value::Null).await;
    assert!(data["generatePassword"].is_string(), "{data}");
    let expected = json!([{
        "code": "INVALID_INPUT",
        "field": ["filter"],
        "message": "\"link_7N42dgm5tFLK9N8MT7fHC7\" is not an id of this kind.",
    }]);
    assert_eq!(data["changeLinks"]["userErrors"], expected);
}
