//! Statements and locks of Postgres that take too long.

use api::config::Timeouts;
use diesel::{QueryableByName, sql_types::Integer};
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use schema::Database;
use serde_json::{Value, json};
use std::{fs, path::Path, time::Duration};
use tests::{LONG, Options, Paused, client, fixtures, servers, start_with};

#[tokio::test]
async fn a_statement_that_takes_too_long_is_an_outage_to_whoever_asks() {
    let short = Duration::from_millis(300);
    for (statement, lock) in [(LONG, short), (short, LONG)] {
        let timeouts = Timeouts { statement, lock, ..Options::default().timeouts };
        let server = start_with(Options { timeouts, ..Options::default() }).await;
        let admin = server.admin().await;
        let asset = server.upload(&admin, "a.jpg", fixtures::jpeg(40, 30)).await["id"].clone();
        let link = server.public_link(&admin, &asset, Value::Null).await;
        let (page, visitor) = (link["url"].as_str().unwrap(), server.visitor());

        let mut holder = server.database().await;
        holder.batch_execute("BEGIN; LOCK TABLE links IN ACCESS EXCLUSIVE MODE").await.unwrap();
        let answer = visitor.get(page).await;
        assert_eq!((answer.status().as_u16(), answer.headers().contains_key("retry-after")), (503, true));
        let request = client().post(format!("{}/graphql", server.url)).bearer_auth(&admin);
        let request = request.json(&json!({ "query": "{ links(first: 1) { nodes { id } } }" }));
        let answer: Value = request.send().await.unwrap().json().await.unwrap();
        assert_eq!(answer["errors"][0]["extensions"]["code"], "UNAVAILABLE", "{answer}");

        holder.batch_execute("COMMIT").await.unwrap();
        assert_eq!(visitor.get(page).await.status(), 200);
    }
}

/// The newest migration that runs in a transaction, and its version.
fn newest() -> (std::path::PathBuf, String) {
    let all = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../migrations")).unwrap().flatten();
    let in_transaction = |path: &std::path::PathBuf| path.is_dir() && !path.join("metadata.toml").exists();
    let folder = all.map(|entry| entry.path()).filter(in_transaction).max().unwrap();
    let name = folder.file_name().unwrap().to_str().unwrap();
    let version = name.split('_').next().unwrap().replace('-', "");
    (folder, version)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_migration_that_waits_for_a_table_lets_requests_pass() {
    let url = servers().database_url(&servers().new_database().await);
    let database: Database = url.parse().unwrap();
    let mut conn = database.connect().await.unwrap();
    let (folder, version) = newest();
    let back = fs::read_to_string(folder.join("down.sql")).unwrap();
    conn.batch_execute(&back).await.unwrap();
    let again = diesel::sql_query("DELETE FROM __diesel_schema_migrations WHERE version = $1");
    assert_eq!(again.bind::<diesel::sql_types::Text, _>(version).execute(&mut conn).await.unwrap(), 1);

    // Every migration ends by writing into this table, with all its other locks in its hands.
    let mut reader = database.connect().await.unwrap();
    reader.batch_execute("BEGIN; LOCK TABLE __diesel_schema_migrations IN SHARE MODE").await.unwrap();
    let migrating = tokio::spawn({
        let database = database.clone();
        async move { schema::migrations::run(&database).await }
    });
    let waits =
        "DO $$ BEGIN WHILE NOT EXISTS (SELECT FROM pg_locks WHERE relation = '__diesel_schema_migrations'::regclass AND NOT granted)
        LOOP PERFORM pg_sleep(0.005); END LOOP; END $$";
    for _ in 0..2 {
        conn.batch_execute(waits).await.unwrap();
        // Others would wait as long as the reader reads, if the migration did.
        tokio::time::timeout(LONG, conn.batch_execute("SELECT FROM workspaces")).await.unwrap().unwrap();
    }
    assert!(!migrating.is_finished());
    reader.batch_execute("COMMIT").await.unwrap();
    let ran = migrating.await.unwrap().unwrap();
    assert_eq!(ran.len(), 1, "{ran:?}");
}

/// All visitors of a thread wait for one connection, so that it must not be waited for when nothing comes back any more.
#[tokio::test]
async fn a_connection_that_says_nothing_any_more_is_replaced() {
    let statement = Duration::from_secs(1);
    let timeouts = Timeouts { statement, postgres: Duration::from_secs(3), ..Options::default().timeouts };
    let server = start_with(Options { timeouts, threads: 1, ..Options::default() }).await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "a.txt", "text").await["id"].clone();
    let link = server.public_link(&admin, &asset, Value::Null).await;
    let url = link["url"].as_str().unwrap();
    assert_eq!(server.visitor().get(url).await.status(), 200);
    let query =
        "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'SELECT key.position%'";
    let processes: Vec<ProcessRow> =
        diesel::sql_query(query).load(&mut server.database().await).await.expect("the statistics");
    assert_eq!(processes.len(), 1);
    let _paused = Paused::new(&processes[0].pid.to_string());
    assert_eq!(server.visitor().get(url).await.status(), 503);
    assert_eq!(server.visitor().get(url).await.status(), 200);
}

#[derive(QueryableByName)]
struct ProcessRow {
    #[diesel(sql_type = Integer)]
    pid: i32,
}

/// Visitors share statements. What a later version has written, and this one cannot read, is nobody's business but of those
/// who ask for it.
#[tokio::test]
async fn a_row_that_cannot_be_read_fails_for_its_visitors_only() {
    let server = start_with(Options { threads: 1, ..Options::default() }).await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "a.txt", "text").await["id"].clone();
    let [known, unknown] = ["known", "unknown"].map(|name| json!({ "name": name }));
    let (known, unknown) =
        (server.public_link(&admin, &asset, known).await, server.public_link(&admin, &asset, unknown).await);
    server.sql("ALTER TABLE links DROP CONSTRAINT links_member_order_check").await;
    server.sql("UPDATE links SET member_order = 'of a later version' WHERE name = 'unknown'").await;

    // While the first waits, the others gather.
    let mut holder = server.database().await;
    holder.batch_execute("BEGIN; LOCK TABLE links IN ACCESS EXCLUSIVE MODE").await.unwrap();
    let visitor = server.visitor();
    let asked = (0..20).map(|turn| {
        let (link, status) = if turn % 2 == 0 { (&known, 200) } else { (&unknown, 500) };
        let (visitor, url) = (&visitor, link["url"].as_str().unwrap());
        async move { assert_eq!(visitor.get(url).await.status(), status, "{turn}") }
    });
    let released = async {
        server.until_somebody_waits().await;
        holder.batch_execute("COMMIT").await.unwrap();
    };
    futures::future::join(futures::future::join_all(asked), released).await;
}
