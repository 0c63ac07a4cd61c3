//! One request holds at most five connections to Postgres, so that others get theirs.

use diesel_async::SimpleAsyncConnection;
use serde_json::Value;
use tests::start;

#[tokio::test]
async fn one_request_with_many_fields_leaves_connections_to_others() {
    let server = start().await;
    let admin = server.admin().await;
    let collection = server.collection(&admin, "C", &[]).await;
    let fields = [
        format!("collection(id: {collection}) {{ name }}"),
        format!("assets(first: 1, filter: {{ collectionId: {collection} }}) {{ nodes {{ title }} }}"),
        "collections(first: 1) { nodes { name } }".to_owned(),
        format!("shareOptions(collectionId: {collection}) {{ requested }}"),
    ];
    for field in fields {
        let aliases: Vec<String> = (0..40).map(|index| format!("f{index}: {field}")).collect();
        let query = format!("{{ {} }}", aliases.join(" "));
        let mut lock = server.database().await;
        lock.batch_execute("BEGIN; LOCK TABLE collections").await.unwrap();
        let many = async {
            let answer = server.call(&admin, &query, Value::Null).await;
            assert_eq!(answer.get("errors"), None, "{field}");
        };
        let other = async {
            let waiting = "SELECT count(*) FROM pg_stat_activity \
                WHERE datname = current_database() AND wait_event_type = 'Lock'";
            server.until_activity(&format!("({waiting}) >= 5")).await;
            let answer = server.data(&admin, "{ workspace { name } }", Value::Null).await;
            assert!(answer["workspace"]["name"].is_string(), "{answer}");
            server.until_activity(&format!("({waiting}) = 5")).await;
            lock.batch_execute("COMMIT").await.unwrap();
        };
        tokio::join!(many, other);
    }
}
