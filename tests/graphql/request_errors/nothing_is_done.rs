//! Calls each mutation twice, and looks whether anything was done.

use super::{
    calls::{self, CALLS, UNSEEN},
    input_types::InputTypes,
    mistakes::{Call, Writer},
};
use diesel::{QueryableByName, sql_types::Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use futures::{StreamExt, stream};
use reqwest::{
    Client,
    multipart::{Form, Part},
};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use tests::{Options, Running, fixtures, start, start_with};

const REFUSALS: [&str; 3] = ["GRAPHQL_PARSE_FAILED", "GRAPHQL_VALIDATION_FAILED", "BAD_USER_INPUT"];

/// All rows of all tables in one text each, which changes with anything that is done.
const FINGERPRINT: &str = "SELECT string_agg(relname || ' ' || (xpath('/row/rows/text()', query_to_xml(format(
        'SELECT md5(coalesce(string_agg(of::text, '','' ORDER BY of::text), '''')) AS rows FROM %I of', relname
    ), false, true, '')))[1]::text, ' ' ORDER BY relname) AS rows
    FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace";

#[derive(QueryableByName)]
struct Fingerprint {
    #[diesel(sql_type = Text)]
    rows: String,
}

/// A server that can be asked for mail.
async fn mailing() -> Running {
    start_with(Options { smtp_url: Some("smtp://127.0.0.1:1".to_owned()), ..Options::default() }).await
}

/// What there is: the rows, and how many blobs.
async fn fingerprint(server: &Running, conn: &mut AsyncPgConnection) -> (String, usize) {
    let found: Fingerprint = diesel::sql_query(FINGERPRINT).get_result(conn).await.expect("a fingerprint");
    (found.rows, server.blobs())
}

/// Sends calls of a mutation in one document, with as many files as they want.
async fn send(server: &Running, client: &Client, token: &str, field: &str, calls: &[&Call]) -> Value {
    let definitions: Vec<_> = calls.iter().flat_map(|call| call.definitions.clone()).collect();
    let definitions = if definitions.is_empty() { String::new() } else { format!("({})", definitions.join(", ")) };
    let selection = if field == "generatePassword" { "" } else { "{ userErrors { code message } }" };
    let fields =
        calls.iter().zip(["a", "b"]).map(|(call, alias)| format!("{alias}: {field}{} {selection}", call.arguments));
    let query = format!("mutation{definitions} {{ {} }}", fields.collect::<Vec<_>>().join(" "));
    let variables: Map<String, Value> = calls.iter().flat_map(|call| call.variables.clone()).collect();
    let operations = json!({ "query": query, "variables": variables });
    let files: Vec<_> = calls.iter().flat_map(|call| call.files.clone()).collect();
    let request = client.post(format!("{}/graphql", server.url)).bearer_auth(token);
    let request = if files.is_empty() {
        request.json(&operations)
    } else {
        let map: Map<String, Value> =
            files.iter().enumerate().map(|(index, path)| (index.to_string(), json!([path]))).collect();
        let form = Form::new().text("operations", operations.to_string()).text("map", Value::Object(map).to_string());
        let picture =
            if field == "searchSharedLinkByPerson" { fixtures::portrait() } else { fixtures::png_with_alpha(16, 16) };
        let part = || Part::bytes(picture.clone()).file_name("a.png");
        request.multipart((0..files.len()).fold(form, |form, index| form.part(index.to_string(), part())))
    };
    request.send().await.expect("an answer").json().await.expect("JSON")
}

#[tokio::test]
async fn nothing_of_a_document_with_a_mistake_is_done() {
    let server = mailing().await;
    let admin = server.admin().await;
    let things = calls::things(&server, &admin).await;
    let types = InputTypes::of(&server).await;
    let (client, mut conn) = (tests::client(), server.database().await);
    let (mut faults, mut tried) = (Vec::new(), 0);
    for (field, call) in CALLS {
        let arguments = calls::arguments(call, &things);
        let writer = |prefix| Writer { types: &types, arguments: &types.mutations[*field], prefix };
        let first = writer("a").by_variables(&arguments);
        let before = fingerprint(&server, &mut conn).await;
        let answers: Vec<(String, Value)> = stream::iter(writer("b").mistakes(&arguments))
            .map(|(what, second)| {
                let (server, client, admin, first) = (&server, &client, &admin, &first);
                async move { (what, send(server, client, admin, field, &[first, &second]).await) }
            })
            .buffered(4)
            .collect()
            .await;
        tried += answers.len();
        for (what, answer) in answers {
            let code = answer["errors"][0]["extensions"]["code"].as_str().unwrap_or("no code");
            if answer.get("data").is_some() || !REFUSALS.contains(&code) {
                faults.push(format!("{field}, {what}: {answer}"));
            }
        }
        if fingerprint(&server, &mut conn).await != before {
            faults.push(format!("{field}: one of these documents has changed something"));
        }
    }
    assert!(tried > 1000, "{tried}");
    assert!(faults.is_empty(), "{} faults in {tried} documents:\n{}", faults.len(), faults.join("\n"));
}

/// Else the test above would find nothing done for another reason.
#[tokio::test]
async fn the_first_call_of_each_would_have_been_done() {
    let server = mailing().await;
    let admin = server.admin().await;
    let things = calls::things(&server, &admin).await;
    let types = InputTypes::of(&server).await;
    let (client, mut conn) = (tests::client(), server.database().await);
    for (field, call) in CALLS {
        let writer = Writer { types: &types, arguments: &types.mutations[*field], prefix: "a" };
        let before = fingerprint(&server, &mut conn).await;
        let answer =
            send(&server, &client, &admin, field, &[&writer.by_variables(&calls::arguments(call, &things))]).await;
        assert!(answer.get("errors").is_none(), "{field}: {answer}");
        let refused = answer["data"]["a"]["userErrors"].as_array().is_some_and(|errors| !errors.is_empty());
        assert!(!refused, "{field}: {answer}");
        let done = fingerprint(&server, &mut conn).await != before;
        assert_eq!(done, !UNSEEN.contains(field), "{field}");
    }
}

#[tokio::test]
async fn every_mutation_is_called() {
    let server = start().await;
    let types = InputTypes::of(&server).await;
    let all: BTreeSet<&str> = types.mutations.keys().map(String::as_str).collect();
    let called: BTreeSet<&str> = CALLS.iter().map(|(field, _)| *field).collect();
    assert_eq!(all, called);
}
