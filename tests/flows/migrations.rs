//! Every migration has its way back, and processes tell when the schema is another than theirs.

use crate::jobs::command::{configuration, run, vitrine};
use diesel::{QueryableByName, sql_types::Text};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use std::process::Stdio;
use tests::{LONG, servers, start};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    time::timeout,
};

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

/// Columns, constraints, indexes, triggers and functions of a database.
async fn shape(url: &str) -> Vec<String> {
    let query = "
        SELECT format('column %s.%s %s %s %s', table_name, column_name, data_type, is_nullable, column_default) AS line
            FROM information_schema.columns WHERE table_schema = 'public'
        UNION ALL SELECT format('constraint %s %s', conrelid::regclass, pg_get_constraintdef(oid)) FROM pg_constraint
            WHERE connamespace = 'public'::regnamespace
        UNION ALL SELECT format('index %s', indexdef) FROM pg_indexes WHERE schemaname = 'public'
        UNION ALL SELECT format('trigger %s', pg_get_triggerdef(oid)) FROM pg_trigger WHERE NOT tgisinternal
        UNION ALL SELECT format('function %s', pg_get_functiondef(oid)) FROM pg_proc
            WHERE pronamespace = 'public'::regnamespace
        ORDER BY 1";
    let mut conn = AsyncPgConnection::establish(url).await.unwrap();
    let lines: Vec<Line> = diesel::sql_query(query).load(&mut conn).await.unwrap();
    lines.into_iter().map(|line| line.line).filter(|line| !line.contains("__diesel_schema_migrations")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn migrations_go_up_and_down_and_up_again() {
    let url = servers().database_url(&servers().new_empty_database().await);
    let database: schema::Database = url.parse().unwrap();
    let first = schema::migrations::run(&database).await.unwrap();
    assert!(first.len() >= 4, "{first:?}");
    let whole = shape(&url).await;
    assert!(whole.len() > 60, "{whole:?}");
    schema::migrations::revert_all(&database).await.unwrap();
    assert_eq!(shape(&url).await, Vec::<String>::new());
    assert_eq!(schema::migrations::run(&database).await.unwrap(), first);
    assert_eq!(shape(&url).await, whole);
    assert!(schema::migrations::run(&database).await.unwrap().is_empty(), "the second time nothing is left to do");
}

#[tokio::test(flavor = "multi_thread")]
async fn several_processes_may_migrate_at_once() {
    let url = servers().database_url(&servers().new_empty_database().await);
    let database: schema::Database = url.parse().unwrap();
    let runs: Vec<_> = (0..4)
        .map(|_| {
            let database = database.clone();
            tokio::spawn(async move { schema::migrations::run(&database).await })
        })
        .collect();
    let mut counts = Vec::new();
    for run in runs {
        counts.push(run.await.unwrap().unwrap().len());
    }
    counts.sort_unstable();
    assert_eq!((&counts[..3], counts[3] >= 4), (&[0, 0, 0][..], true), "{counts:?}");
}

#[tokio::test]
async fn no_process_starts_before_the_migrations_of_its_version_have_run() {
    let server = start().await;
    let mut all = configuration(&server);
    all.push(("VITRINE_LISTEN", "127.0.0.1:0".to_owned()));
    // As the version before has left it.
    server.sql("DELETE FROM __diesel_schema_migrations WHERE version = (SELECT max(version) FROM __diesel_schema_migrations)").await;
    for words in ["serve", "worker"] {
        let (code, _, errors) = run(&all, words).await;
        assert_eq!(code, 69, "{words}: {errors}");
        assert!(errors.contains("1 migrations have not run, the next of them 20"), "{words}: {errors}");
        assert!(errors.contains("run `vitrine migrate` of this version first"), "{words}: {errors}");
    }
}

#[tokio::test]
async fn a_process_goes_on_with_a_newer_schema_and_says_so() {
    let server = start().await;
    let all = configuration(&server);
    server.sql("INSERT INTO __diesel_schema_migrations (version) VALUES ('99991231000001')").await;
    let (code, told, errors) = run(&all, "migrate").await;
    assert!(code == 0 && errors.is_empty(), "{errors}");
    assert!(told.contains("the database is newer than this version, and has the migration 99991231000001"), "{told}");

    let mut worker = vitrine(&all).arg("worker").stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut errors = BufReader::new(worker.stderr.take().unwrap()).lines();
    let warned = async {
        while let Some(line) = errors.next_line().await.unwrap() {
            if line.contains("the database is newer than this version") && line.contains("99991231000001") {
                return true;
            }
        }
        false
    };
    assert!(timeout(LONG, warned).await.expect("a line in time"), "it warns");
    let mut told = BufReader::new(worker.stdout.take().unwrap()).lines();
    let line = timeout(LONG, told.next_line()).await.expect("a line in time").unwrap();
    assert_eq!(line.as_deref(), Some("working"));
    worker.kill().await.unwrap();
}
