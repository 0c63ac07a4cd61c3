//! What is deleted of the logs when their workspace does not keep it any more.

use crate::jobs::hands::until;
use chrono::TimeDelta;
use diesel_async::SimpleAsyncConnection;
use schema::periodic::PeriodicJob;
use serde_json::{Value, json};
use tests::{Running, fixtures, short, start};

async fn keep(server: &Running, admin: &str, audit: Value, security: Value) {
    let query = "mutation($input: UpdateWorkspaceInput!) { updateWorkspace(input: $input) { userErrors { code } } }";
    let retention = json!({ "auditDays": audit, "securityEventDays": security });
    let data = server.data(admin, query, json!({ "input": { "retention": retention } })).await;
    assert_eq!(data["updateWorkspace"]["userErrors"], json!([]));
}

async fn prune(server: &Running) -> (usize, usize) {
    let report = server.upkeep(PeriodicJob::PruneLogs).await.unwrap();
    (report["link_events"], report["security_events"])
}

/// The names of the links in the audit trail, newest first.
async fn trail(server: &Running, admin: &str) -> Value {
    let nodes = server.data(admin, "{ linkEvents { totalCount nodes { linkName } } }", Value::Null).await;
    let nodes = nodes["linkEvents"]["nodes"].as_array().unwrap().clone();
    nodes.iter().map(|node| node["linkName"].clone()).collect()
}

async fn actions(server: &Running, admin: &str) -> Value {
    let nodes = server.data(admin, "{ securityEvents { nodes { action } } }", Value::Null).await;
    let nodes = nodes["securityEvents"]["nodes"].as_array().unwrap().clone();
    nodes.iter().map(|node| node["action"].clone()).collect()
}

#[tokio::test]
async fn each_workspace_loses_what_is_older_than_it_wants() {
    let server = start().await;
    let admin = server.admin().await;
    server.add_workspace("FOR", "foreign@example.com", "another long password").await;
    let foreign = server.sign_in("foreign@example.com", "another long password").await;
    let (asset, theirs) = (
        server.upload(&admin, "a.jpg", fixtures::jpeg(8, 8)).await["id"].clone(),
        server.upload(&foreign, "a.jpg", fixtures::jpeg(8, 8)).await["id"].clone(),
    );
    server.public_link(&foreign, &theirs, json!({ "name": "theirs" })).await;
    server.public_link(&admin, &asset, json!({ "name": "first" })).await;
    server.advance(TimeDelta::days(10));
    server.public_link(&admin, &asset, json!({ "name": "second" })).await;
    server.advance(TimeDelta::days(20) - TimeDelta::hours(1));
    // Nearly thirty days after the first and twenty after the second. The sessions have ended.
    let admin = server.admin().await;
    server.public_link(&admin, &asset, json!({ "name": "third" })).await;
    assert_eq!(prune(&server).await, (0, 0), "all is kept for ever");
    keep(&server, &admin, json!(30), Value::Null).await;
    assert_eq!(prune(&server).await, (0, 0), "nothing is older than thirty days");
    server.advance(TimeDelta::hours(1));
    assert_eq!(prune(&server).await, (1, 0));
    assert_eq!(trail(&server, &admin).await, json!(["third", "second"]));
    keep(&server, &admin, json!(1), json!(1)).await;
    let settings = json!(["SETTINGS_CHANGED", "SETTINGS_CHANGED", "SIGNED_IN"]);
    assert_eq!(prune(&server).await, (1, 1), "the second link, and the first sign-in");
    assert_eq!((trail(&server, &admin).await, actions(&server, &admin).await), (json!(["third"]), settings));
    assert_eq!(prune(&server).await, (0, 0));
    let foreign = server.sign_in("foreign@example.com", "another long password").await;
    assert_eq!(trail(&server, &foreign).await, json!(["theirs"]), "another workspace keeps its own");
    assert_eq!(actions(&server, &foreign).await, json!(["SIGNED_IN", "SIGNED_IN"]));
    // The links themselves stay.
    let links = server.data(&admin, "{ links { totalCount } }", Value::Null).await;
    assert_eq!(links["links"]["totalCount"], 3);
}

#[tokio::test]
async fn a_long_log_is_deleted_in_batches_by_a_worker() {
    let server = start().await;
    let admin = server.admin().await;
    // Two batches and a half that are old, and some that are not.
    for (table, columns, values) in [
        ("link_events", "link_id, link_name, action, changes", "gen_random_uuid(), 'Old', 'CREATED', '[]'"),
        ("security_events", "action, changes", "'SIGNED_IN', '[]'"),
    ] {
        server
            .sql(format!(
                "INSERT INTO {table} (workspace_id, created_at, {columns})
                SELECT id, now() - CASE WHEN n <= 12500 THEN interval '40 days' ELSE interval '20 days' END, {values}
                FROM workspaces, generate_series(1, 12600) AS n ORDER BY n"
            ))
            .await;
    }
    keep(&server, &admin, json!(30), json!(30)).await;
    let _workers = server.workers();
    let old = "created_at < now() - interval '30 days'";
    let left = async || {
        let events = server.count(&format!("link_events WHERE {old}")).await;
        events + server.count(&format!("security_events WHERE {old}")).await
    };
    until(0, left).await;
    assert_eq!(server.count("link_events").await, 100);
    // The sign-in and the change of the settings are of today.
    assert_eq!(server.count("security_events").await, 102);
}

/// The total of a link or an asset, and how many of its last 366 days have views.
async fn statistics(server: &Running, admin: &str, of: &str, id: &Value) -> (Value, usize) {
    let query = format!(
        "query($id: ID!) {{ {of}(id: $id) {{ statistics {{ total {{ views visitors downloads }} days(last: 366) {{ views }} }} }} }}"
    );
    let found = server.data(admin, &query, json!({ "id": id })).await[of]["statistics"].clone();
    let days = found["days"].as_array().unwrap().iter().filter(|day| day["views"] != 0).count();
    (found["total"].clone(), days)
}

async fn keep_days(server: &Running, admin: &str, days: Value) {
    let query = "mutation($input: UpdateWorkspaceInput!) { updateWorkspace(input: $input) { userErrors { code } } }";
    let data = server.data(admin, query, json!({ "input": { "retention": { "statisticsDays": days } } })).await;
    assert_eq!(data["updateWorkspace"]["userErrors"], json!([]));
}

async fn add_up(server: &Running) -> usize {
    server.upkeep(PeriodicJob::PruneLogs).await.unwrap()["days_of_statistics"]
}

#[tokio::test]
async fn days_that_are_not_kept_stay_in_the_total() {
    let server = start().await;
    let admin = server.admin().await;
    server.add_workspace("FOR", "foreign@example.com", "another long password").await;
    let foreign = server.sign_in("foreign@example.com", "another long password").await;
    let mut of = Vec::new();
    for token in [&admin, &foreign] {
        let asset = server.upload(token, "a.txt", "a").await["id"].clone();
        let link = server.public_link(token, &asset, json!({ "allowOriginal": true })).await;
        of.push((asset, link));
    }
    for day in 0..4 {
        if day > 0 {
            server.advance(TimeDelta::days(1));
        }
        for (asset, link) in &of {
            let (visitor, url) = (server.visitor(), link["url"].as_str().unwrap());
            visitor.get(url).await;
            visitor.get(url).await;
            visitor.get(&format!("{url}/assets/{}/original", short(asset))).await.bytes().await.unwrap();
        }
    }
    let (admin, foreign) = (server.admin().await, server.sign_in("foreign@example.com", "another long password").await);
    let total = json!({ "views": 8, "visitors": 4, "downloads": 4 });
    let (asset, link) = &of[0];
    let both = async || {
        let found = statistics(&server, &admin, "link", &link["id"]).await;
        assert_eq!(statistics(&server, &admin, "asset", asset).await, found);
        found
    };
    assert_eq!((add_up(&server).await, both().await), (0, (total.clone(), 4)), "all is kept for ever");
    keep_days(&server, &admin, json!(3)).await;
    assert_eq!((add_up(&server).await, both().await), (0, (total.clone(), 4)), "today and three days before");
    keep_days(&server, &admin, json!(2)).await;
    assert_eq!(
        (add_up(&server).await, both().await),
        (2, (total.clone(), 3)),
        "a day of the link, and one of the asset"
    );
    keep_days(&server, &admin, json!(1)).await;
    assert_eq!((add_up(&server).await, both().await), (2, (total.clone(), 2)), "another one, to the first");
    assert_eq!((add_up(&server).await, both().await), (0, (total.clone(), 2)));
    let (theirs, their_link) = &of[1];
    assert_eq!(statistics(&server, &foreign, "link", &their_link["id"]).await, (total.clone(), 4));
    assert_eq!(statistics(&server, &foreign, "asset", theirs).await, (total, 4));
}

#[tokio::test]
async fn many_days_are_added_up_in_batches_beside_deletions() {
    let server = start().await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "a.txt", "a").await["id"].clone();
    let link = server.public_link(&admin, &asset, Value::Null).await;
    server.public_link(&admin, &asset, json!({ "name": "Other" })).await;
    let rows = |table: &str, of: &str| {
        format!(
            "INSERT INTO {table} SELECT id, (now() - interval '100 days')::date - n, 2, 1, 0
            FROM {of}, generate_series(1, 6000) AS n"
        )
    };
    server.sql(rows("link_days", "links")).await;
    server.sql(rows("asset_days", "all_assets")).await;
    keep_days(&server, &admin, json!(99)).await;
    // The other link is being deleted; its days go with it, and nobody waits for the other.
    let mut deleting = server.database().await;
    deleting.batch_execute("BEGIN; DELETE FROM links WHERE name = 'Other'").await.unwrap();
    assert_eq!(add_up(&server).await, 12_000);
    deleting.batch_execute("COMMIT").await.unwrap();
    assert_eq!((server.count("link_days").await, server.count("asset_days").await), (1, 1));
    let total = json!({ "views": 12_000, "visitors": 6_000, "downloads": 0 });
    assert_eq!(statistics(&server, &admin, "link", &link["id"]).await, (total.clone(), 0));
    assert_eq!(statistics(&server, &admin, "asset", &asset).await, (total, 0));
}
