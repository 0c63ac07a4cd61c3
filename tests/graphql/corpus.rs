//! Every request of the corpus is taken or refused as graphql-js says, and nothing of one that is refused is done.
//!
//! `tests/corpus/README.md` tells what the corpus is and how it is written anew.

use futures::{StreamExt, stream};
use reqwest::{Client, header::ACCEPT};
use serde_json::{Value, json};
use std::{collections::BTreeMap, fmt::Write, fs};
use tests::{Running, start};

/// What makes a response one to a request that was refused before anything ran.
const REFUSALS: [&str; 3] = ["GRAPHQL_PARSE_FAILED", "GRAPHQL_VALIDATION_FAILED", "BAD_USER_INPUT"];

/// Where we differ on purpose: the entry's name, our outcome, and why.
const KNOWN: &[(&str, &str, &str)] = &[
    (
        "syntax: description of an operation",
        "GRAPHQL_PARSE_FAILED",
        "descriptions of operations came with the specification of September 2025, and our parser is older",
    ),
    (
        "text: code point in braces, with zeros",
        "OK",
        "the specification takes zeros in front; graphql-js reads no more than eight digits",
    ),
    (
        "values: Float 1e400",
        "GRAPHQL_VALIDATION_FAILED",
        "no finite number, so that the specification refuses it; graphql-js takes it for Infinity",
    ),
    (
        "variables: default makes null impossible, null sent",
        "BAD_USER_INPUT",
        "an error of the field by the specification, found while mutations before it are done; we tell it before",
    ),
    (
        "values: ID 99999999999999999999999999",
        "GRAPHQL_VALIDATION_FAILED",
        "the executor reads no number as long as that for an id; none of ours is a number",
    ),
    (
        "operations: subscription of one field twice",
        "GRAPHQL_VALIDATION_FAILED",
        "our validator counts fields, not names in the response; nobody needs it",
    ),
];

/// What is to become of an entry: "OK" once it may run, whatever comes of that, else the code of its first error.
fn expected(entry: &Value) -> &'static str {
    match entry["verdict"].as_str().unwrap() {
        "OK" => "OK",
        "PARSE" => "GRAPHQL_PARSE_FAILED",
        "VALIDATION" => "GRAPHQL_VALIDATION_FAILED",
        "SCALAR" | "OPERATION" | "VARIABLES" => "BAD_USER_INPUT",
        verdict => panic!("{verdict}"),
    }
}

/// A request as the entry's client would write it; the text of variables is sent as it stands.
fn body(entry: &Value) -> String {
    let mut body = format!("{{\"query\":{}", entry["query"]);
    if let Some(text) = entry["variablesText"].as_str() {
        write!(body, ",\"variables\":{text}").unwrap();
    } else if let Some(variables) = entry.get("variables") {
        write!(body, ",\"variables\":{variables}").unwrap();
    }
    if let Some(name) = entry.get("operationName") {
        write!(body, ",\"operationName\":{name}").unwrap();
    }
    body + "}"
}

fn code(errors: &Value) -> &str {
    errors[0]["extensions"]["code"].as_str().unwrap_or("no code")
}

/// What became of an entry over HTTP. Without a token nothing is done even by those that run. Each comes from an
/// address of its own, so that none waits for the others.
async fn send(server: &Running, client: &Client, viewer: &str, index: usize, entry: &Value) -> (String, Value) {
    let mut request = client.post(format!("{}/graphql", server.url)).body(body(entry));
    request = request.header("content-type", "application/json").header(ACCEPT, "application/graphql-response+json");
    request = request.header("x-forwarded-for", format!("10.0.{}.{}", index / 250, index % 250 + 1));
    if entry["signedIn"] == true {
        request = request.bearer_auth(viewer);
    }
    let response = request.send().await.expect("an answer");
    let status = response.status().as_u16();
    let answer: Value = response.json().await.unwrap_or_default();
    let outcome = match code(&answer["errors"]) {
        _ if answer.get("data").is_some() => "OK".to_owned(),
        code if status == 400 => code.to_owned(),
        code => format!("{code} with status {status}"),
    };
    (outcome, answer)
}

/// What became of a subscription, which runs over a WebSocket only.
async fn subscribe(server: &Running, entry: &Value) -> (String, Value) {
    let mut socket = server.socket("").await;
    let payload: Value = serde_json::from_str(&body(entry)).unwrap();
    socket.send(json!({ "type": "subscribe", "id": "1", "payload": payload })).await;
    let message = socket.next().await.expect("an answer");
    let code = code(&message["payload"]);
    let refused = message["type"] == "error" && REFUSALS.contains(&code);
    (if refused { code.to_owned() } else { "OK".to_owned() }, message)
}

fn corpus() -> Vec<Value> {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/corpus/verdicts.json");
    serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap()
}

/// The beginning of an answer, without the data of those that run.
fn short(answer: &Value) -> String {
    answer.to_string().chars().take(300).collect()
}

#[tokio::test]
async fn each_request_gets_the_verdict_of_graphql_js() {
    let server = start().await;
    let admin = server.admin().await;
    let viewer = server.user(&admin, "Vera", "VIEWER").await;
    let (client, entries) = (tests::client(), corpus());
    assert!(entries.len() >= 300, "{}", entries.len());
    let mut known: BTreeMap<&str, &str> = KNOWN.iter().map(|(name, ours, _)| (*name, *ours)).collect();

    let outcomes = stream::iter(entries.iter().enumerate())
        .map(|(index, entry)| {
            let (server, client, viewer) = (&server, &client, &viewer);
            async move {
                if entry["socket"] == true {
                    subscribe(server, entry).await
                } else {
                    send(server, client, viewer, index, entry).await
                }
            }
        })
        .buffered(8)
        .collect::<Vec<_>>()
        .await;

    let mut differences = Vec::new();
    for (entry, (outcome, answer)) in entries.iter().zip(&outcomes) {
        let (name, theirs) = (entry["name"].as_str().unwrap(), expected(entry));
        let wanted = known.remove(name).unwrap_or(theirs);
        if wanted == theirs && KNOWN.iter().any(|(known, ..)| *known == name) {
            differences.push(format!("{name}\n    is in the list of known differences, and is none"));
        } else if outcome != wanted {
            let message = &entry["message"];
            differences.push(format!("{name}\n    {wanted} {message}\n    but {outcome} {}", short(answer)));
        }
    }
    differences.extend(known.keys().map(|name| format!("{name}\n    is a known difference of no entry")));
    assert!(
        differences.is_empty(),
        "{} of {} requests are not answered as graphql-js would:\n{}",
        differences.len(),
        entries.len(),
        differences.join("\n")
    );
}
