//! What is deleted of the logs when their workspace does not keep it any more.

use crate::jobs::hands::until;
use chrono::TimeDelta;
use schema::periodic::PeriodicJob;
use serde_json::{Value, json};
use tests::{Running, fixtures, start};

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
