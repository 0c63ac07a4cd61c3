//! What each `sslmode` accepts, and how a connection is found again.

use diesel::{QueryableByName, sql_types::Bool};
use diesel_async::{AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use schema::Database;
use std::{fs, net::TcpListener, path::Path};
use tests::{Authority, SecuredPostgres};

#[derive(QueryableByName)]
struct Encrypted {
    #[diesel(sql_type = Bool)]
    ssl: bool,
}

/// Whether a connection is encrypted.
async fn is_encrypted(conn: &mut AsyncPgConnection) -> bool {
    let query = diesel::sql_query("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()");
    query.get_result::<Encrypted>(conn).await.unwrap().ssl
}

/// Makes the users that the server knows, each with the password `secret`.
async fn make_users(postgres: &SecuredPostgres) {
    let mut conn = postgres.operator("postgres").parse::<Database>().unwrap().connect().await.unwrap();
    for user in ["mary", "tls", "plain", "robot"] {
        conn.batch_execute(&format!("CREATE USER {user} PASSWORD 'secret'")).await.unwrap();
    }
}

/// Connects to an address: whether it is encrypted, or why there is no connection.
async fn connect(url: &str) -> Result<bool, String> {
    let database: Database = url.parse().map_err(|error: schema::DatabaseUrlError| error.to_string())?;
    let mut conn = database.connect().await.map_err(|error| error.to_string())?;
    Ok(is_encrypted(&mut conn).await)
}

#[tokio::test]
async fn each_sslmode_connects_or_refuses_as_its_name_says() {
    let (ours, other) = (Authority::new("ours"), Authority::new("another"));
    let (with, without) = (SecuredPostgres::start(Some(&ours)), SecuredPostgres::start(None));
    make_users(&with).await;
    make_users(&without).await;
    let folder = tempfile::tempdir().unwrap();
    for (name, authority) in [("ours", &ours), ("other", &other)] {
        fs::write(folder.path().join(name), &authority.pem).unwrap();
    }

    // The server: without TLS, right, of another authority than the file names, and of another host name.
    let (refused, plain, tls) = (None, Some(false), Some(true));
    for (mode, has_file, expected) in [
        ("", false, [plain, tls, tls, tls]),
        ("disable", false, [plain, plain, plain, plain]),
        ("disable", true, [plain, plain, plain, plain]),
        ("allow", false, [plain, plain, plain, plain]),
        ("allow", true, [plain, plain, plain, plain]),
        ("prefer", false, [plain, tls, tls, tls]),
        ("prefer", true, [plain, tls, tls, tls]),
        ("require", false, [refused, tls, tls, tls]),
        ("require", true, [refused, tls, refused, tls]),
        ("verify-ca", false, [refused, refused, refused, refused]),
        ("verify-ca", true, [refused, tls, refused, tls]),
        ("verify-full", false, [refused, refused, refused, refused]),
        ("verify-full", true, [refused, tls, refused, refused]),
    ] {
        let places = [
            ("localhost", without.port, "ours"),
            ("localhost", with.port, "ours"),
            ("localhost", with.port, "other"),
            ("127.0.0.1", with.port, "ours"),
        ];
        for ((host, port, file), expected) in places.into_iter().zip(expected) {
            let mut url = format!("postgres://mary:secret@{host}:{port}/postgres?application_name=test");
            if !mode.is_empty() {
                url = format!("{url}&sslmode={mode}");
            }
            if has_file {
                url = format!("{url}&sslrootcert={}", folder.path().join(file).display());
            }
            let found = connect(&url).await;
            assert_eq!(found.clone().ok(), expected, "{url}: {found:?}");
            assert!(found.is_ok() || !found.unwrap_err().contains("secret"));
        }
    }

    let file = |name: &str| folder.path().join(name).display().to_string();
    for (url, told) in [
        (format!("localhost:{}/postgres?sslmode=require", without.port), "sslmode=disable"),
        (format!("localhost:{}/postgres?sslmode=verify-ca&sslrootcert={}", with.port, file("other")), "sslrootcert"),
        (format!("127.0.0.1:{}/postgres?sslmode=verify-full&sslrootcert={}", with.port, file("ours")), "host name"),
        // No authority that this machine trusts has signed it.
        (format!("localhost:{}/postgres?sslrootcert=system", with.port), "sslrootcert"),
        (format!("localhost:{}/postgres?sslmode=verify-full", with.port), "sslrootcert"),
    ] {
        let error = connect(&format!("postgres://mary:secret@{url}")).await.unwrap_err();
        assert!(error.contains(told), "{url}: {error}");
    }
}

#[tokio::test]
async fn what_the_server_insists_on_is_tried_where_the_mode_allows_it() {
    let ours = Authority::new("ours");
    let postgres = SecuredPostgres::start(Some(&ours));
    make_users(&postgres).await;
    for (user, mode, expected) in [
        ("tls", "disable", None),
        ("tls", "allow", Some(true)),
        ("tls", "prefer", Some(true)),
        ("tls", "require", Some(true)),
        ("plain", "disable", Some(false)),
        ("plain", "allow", Some(false)),
        ("plain", "prefer", Some(false)),
        ("plain", "require", None),
    ] {
        let url = format!("postgres://{user}:secret@localhost:{}/postgres?sslmode={mode}", postgres.port);
        assert_eq!(connect(&url).await.ok(), expected, "{user} {mode}");
        // A wrong password is wrong both ways.
        let wrong = url.replace("secret", "wrong");
        let error = connect(&wrong).await.unwrap_err();
        assert!(expected.is_none() || error.contains("password authentication failed"), "{error}");
    }
}

#[tokio::test]
async fn a_server_that_asks_for_a_certificate_gets_it() {
    let (ours, other) = (Authority::new("ours"), Authority::new("another"));
    let postgres = SecuredPostgres::start(Some(&ours));
    make_users(&postgres).await;
    let folder = tempfile::tempdir().unwrap();
    ours.sign("robot").write(folder.path(), "right");
    ours.sign("mary").write(folder.path(), "of-another-user");
    other.sign("robot").write(folder.path(), "of-another-authority");
    let file = |name: &str| folder.path().join(name).display().to_string();
    let url = |parameters: &str| format!("postgres://robot:secret@localhost:{}/postgres?{parameters}", postgres.port);
    for (name, expected) in [("right", Some(true)), ("of-another-user", None), ("of-another-authority", None)] {
        let (certificate, key) = (file(&format!("{name}.crt")), file(&format!("{name}.key")));
        let url = url(&format!("sslmode=require&sslcert={certificate}&sslkey={key}"));
        assert_eq!(connect(&url).await.ok(), expected, "{name}");
    }
    assert!(connect(&url("sslmode=require")).await.is_err(), "none is shown");
    let mixed = format!("sslmode=require&sslcert={}&sslkey={}", file("right.crt"), file("of-another-user.key"));
    let error = connect(&url(&mixed)).await.unwrap_err();
    assert!(error.contains("sslcert"), "{error}");
}

#[tokio::test]
async fn a_password_changes_while_we_run() {
    let postgres = SecuredPostgres::start(Some(&Authority::new("ours")));
    make_users(&postgres).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("password");
    fs::write(&file, "secret\n").unwrap();
    let url = format!("postgres://mary@localhost:{}/postgres?sslmode=require", postgres.port);
    let database = Database::new(&url, Some(&file)).unwrap();
    database.connect().await.unwrap();

    let operator: Database = postgres.operator("postgres").parse().unwrap();
    operator.connect().await.unwrap().batch_execute("ALTER USER mary PASSWORD 'other'").await.unwrap();
    assert!(database.connect().await.is_err(), "the file has the old one");
    fs::write(&file, "other\n").unwrap();
    database.connect().await.unwrap();

    fs::remove_file(&file).unwrap();
    let error = database.connect().await.map(drop).unwrap_err().to_string();
    assert!(error.contains(&*file.display().to_string()), "{error}");
    assert!(Database::new(&url, Some(Path::new("/nowhere"))).is_err(), "which is told at the start");
}

#[tokio::test]
async fn the_next_host_is_tried_where_one_is_dead_or_only_reads() {
    let (first, second) = (SecuredPostgres::start(None), SecuredPostgres::start(None));
    make_users(&first).await;
    make_users(&second).await;
    let operator: Database = first.operator("postgres").parse().unwrap();
    let reads = "ALTER SYSTEM SET default_transaction_read_only = on; SELECT pg_reload_conf()";
    for statement in reads.split("; ") {
        operator.connect().await.unwrap().batch_execute(statement).await.unwrap();
    }
    let dead = {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap().port()
    };
    let hosts = format!("127.0.0.1:{dead},127.0.0.1:{},127.0.0.1:{}", first.port, second.port);
    let url = format!("postgres://mary:secret@{hosts}/postgres?target_session_attrs=read-write");
    let database: Database = url.parse().unwrap();
    let mut conn = database.connect().await.unwrap();
    conn.batch_execute("CREATE TEMPORARY TABLE written (n integer)").await.unwrap();

    let nowhere = format!("postgres://mary:secret@127.0.0.1:{dead},127.0.0.1:{}/postgres", first.port);
    let nowhere = format!("{nowhere}?target_session_attrs=read-write");
    assert!(nowhere.parse::<Database>().unwrap().connect().await.is_err());
}
