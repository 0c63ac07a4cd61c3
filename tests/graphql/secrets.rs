//! A copy of the database opens nothing.

use diesel::{prelude::*, sql_types::Text};
use diesel_async::RunQueryDsl;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::{collections::BTreeSet, fmt::Write};
use tests::{ADMIN_PASSWORD, Running, fixtures, start};

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

/// Every row of every table, as text.
pub(crate) async fn dump(server: &Running) -> String {
    let mut conn = server.database().await;
    let tables = "SELECT format('SELECT t::text AS line FROM %I.%I t', schemaname, tablename) AS line
        FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')";
    let tables: Vec<Line> = diesel::sql_query(tables).load(&mut conn).await.unwrap();
    let mut text = String::new();
    for table in tables {
        let rows: Vec<Line> = diesel::sql_query(table.line).load(&mut conn).await.unwrap();
        for row in rows {
            writeln!(text, "{}", row.line).unwrap();
        }
    }
    text
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

#[tokio::test]
async fn nothing_in_the_database_opens_anything() {
    let server = start().await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "a.jpg", fixtures::jpeg(40, 30)).await["id"].clone();
    server.user(&admin, "Eddi", "EDITOR").await;
    let create = "mutation { createAccessToken(input: { name: \"robot\" }) { token } }";
    let personal = server.data(&admin, create, Value::Null).await["createAccessToken"]["token"].clone();
    let personal = personal.as_str().unwrap();
    let locked = server.public_link(&admin, &asset, json!({ "name": "the link", "password": "open sesame" })).await;
    let download = server.download_link(&admin, json!({ "assetId": asset })).await;
    let share = json!({ "assetIds": [asset], "idempotencyKey": "once", "settings": { "password": "open barley" } });
    let shared = server.share(&admin, share).await["link"].clone();
    server.update_link(&admin, &download["id"], json!({ "password": "open millet" })).await;
    let token = |link: &Value| link["url"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
    let path = format!("/s/{}", token(&locked));
    let visitor = server.visitor();
    let unlocked = visitor.post_form(&format!("{path}/unlock"), &[("password", "open sesame")]).await;
    let cookie = unlocked.headers()["set-cookie"].to_str().unwrap();
    let grant = cookie.split(['=', ';']).nth(1).unwrap();
    assert_eq!(visitor.get(&path).await.status(), 200);

    let dump = dump(&server).await;
    // It is the whole database that was looked through.
    for known in [
        "the link",
        "admin@example.com",
        "robot",
        "once",
        &hex(&Sha256::digest(&admin)),
        &hex(&Sha256::digest(token(&locked))),
    ] {
        assert!(dump.contains(known), "{known} is not in the dump");
    }
    let secrets = [
        &admin,
        personal,
        &token(&locked),
        &token(&download),
        &token(&shared),
        grant,
        ADMIN_PASSWORD,
        "a long password",
        "open sesame",
        "open barley",
        "open millet",
        &server.secret_key,
    ];
    for secret in secrets {
        for form in [
            secret.to_owned(),
            hex(secret.as_bytes()),
            base64::Engine::encode(&base64::prelude::BASE64_STANDARD_NO_PAD, secret),
        ] {
            assert!(!dump.contains(&form), "{form} is in the dump");
        }
    }
    // And whatever else stands in it does not open anything either.
    let word = |c: char| !(c.is_ascii_alphanumeric() || "_-$".contains(c));
    let words: BTreeSet<&str> = dump.split(word).filter(|word| word.len() > 7).collect();
    assert!(words.len() > 20);
    for (index, word) in words.into_iter().enumerate() {
        // Misses are slowed down by address.
        let stranger = server.visitor_from(&format!("10.2.{}.{}", index / 250, index % 250));
        for route in ["s", "d"] {
            assert_eq!(stranger.get(&format!("/{route}/{word}")).await.status(), 404, "{word}");
        }
        let answer = server.call(word, "{ viewer { id } }", Value::Null).await;
        assert_eq!(answer["data"]["viewer"], Value::Null, "{word}");
    }
}
