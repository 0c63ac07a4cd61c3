//! The protocol `graphql-transport-ws`, and clients that do not keep to it.

use crate::jobs::hands::until;
use api::config::{SocketLimits, SocketTimes};
use serde_json::{Value, json};
use std::time::Duration;
use tests::{ADMIN_EMAIL, ADMIN_PASSWORD, Bucket, Options, Running, Socket, fixtures, start, start_with};
use tokio_tungstenite::tungstenite::{self, Message};

const PROTOCOL: &str = "graphql-transport-ws";

async fn raw(server: &Running) -> Socket {
    server.connect(PROTOCOL).await.expect("a connection")
}

#[tokio::test]
async fn queries_and_mutations_work_as_over_http() {
    let server = start().await;
    let admin = server.admin().await;
    let mut socket = server.socket(&admin).await;
    socket.subscribe("q", "{ viewer { email } }", Value::Null).await;
    let expected = json!({ "type": "next", "id": "q", "payload": { "data": { "viewer": { "email": ADMIN_EMAIL } } } });
    assert_eq!(socket.next().await, Ok(expected));
    assert_eq!(socket.next().await, Ok(json!({ "type": "complete", "id": "q" })));
    socket.send(json!({ "type": "ping", "payload": { "at": 1 } })).await;
    assert_eq!(socket.next().await, Ok(json!({ "type": "pong" })));
    socket.send(json!({ "type": "pong" })).await;
    // What is refused before it begins ends with an error, and its id is free again.
    let deep = format!(
        "{{ links {{ nodes {}{{ id }}{} }} }}",
        "{ target { ... on Asset { links { nodes ".repeat(5),
        "} } } }".repeat(5)
    );
    for (query, code) in [
        ("{ nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ("{", "GRAPHQL_PARSE_FAILED"),
        (&deep, "GRAPHQL_VALIDATION_FAILED"),
        ("mutation { uploadAsset { asset { id } } }", "GRAPHQL_VALIDATION_FAILED"),
    ] {
        socket.subscribe("q", query, Value::Null).await;
        let answer = socket.next().await.unwrap();
        assert_eq!((&answer["type"], &answer["id"]), (&json!("error"), &json!("q")), "{query}: {answer}");
        assert_eq!(answer["payload"][0]["extensions"]["code"], code, "{answer}");
    }
    // One that fails while it runs is answered.
    let mut anonymous = server.socket("").await;
    anonymous.subscribe("q", "mutation { generatePassword }", Value::Null).await;
    let answer = anonymous.next().await.unwrap();
    assert_eq!(answer["payload"]["errors"][0]["extensions"]["code"], "UNAUTHENTICATED", "{answer}");
    assert_eq!(anonymous.next().await.unwrap()["type"], "complete");
    let sign_in = "mutation($input: SignInInput!) { signIn(input: $input) { token } }";
    let input = json!({ "input": { "email": ADMIN_EMAIL, "password": ADMIN_PASSWORD } });
    anonymous.subscribe("q", sign_in, input).await;
    assert!(anonymous.next().await.unwrap()["payload"]["data"]["signIn"]["token"].is_string());
}

#[tokio::test]
async fn guessing_over_a_socket_is_slow_too() {
    let server = start().await;
    let mut socket = server.socket("").await;
    let wrong =
        format!("signIn(input: {{ email: \"{ADMIN_EMAIL}\", password: \"wrong\" }}) {{ userErrors {{ code }} }}");
    let query = (0..20).map(|index| format!("a{index}: {wrong}")).collect::<Vec<_>>().join(" ");
    let bucket = Bucket::new(10, Duration::from_mins(2));
    socket.subscribe("1", &format!("mutation {{ {query} }}"), Value::Null).await;
    let answer = socket.next().await.unwrap().to_string();
    let passed = 20 - answer.matches("TOO_MANY_ATTEMPTS").count();
    assert!(bucket.admits().contains(&passed), "{answer}");
}

#[tokio::test]
async fn each_breach_of_the_protocol_has_its_code() {
    let server = start().await;
    let admin = server.admin().await;
    let init = json!({ "type": "connection_init" });
    let with = |token: &str| json!({ "type": "connection_init", "payload": { "Authorization": token } });
    let subscribe = |id: &str| json!({ "type": "subscribe", "id": id, "payload": { "query": "subscription { linkPreparation(linkId: \"LINK\") { total } }" } });
    let asset = server.upload(&admin, "a.jpg", fixtures::jpeg(40, 30)).await["id"].clone();
    let link = server.public_link(&admin, &asset, Value::Null).await["id"].clone();
    let lasting = |id: &str| {
        let text = subscribe(id).to_string().replace("LINK", link.as_str().unwrap());
        serde_json::from_str::<Value>(&text).unwrap()
    };
    let said = [
        (vec![json!("rubbish")], 4400),
        (vec![json!({ "type": "start", "id": "1", "payload": {} })], 4400),
        (vec![init.clone(), json!({ "type": "subscribe", "payload": { "query": "{ viewer { id } }" } })], 4400),
        (vec![subscribe("1")], 4401),
        (vec![with("Bearer vts_unknown")], 4403),
        (vec![with("Basic abc")], 4403),
        (vec![with("")], 4403),
        (vec![init.clone(), init.clone()], 4429),
        (vec![with(&format!("Bearer {admin}")), lasting("1"), lasting("1")], 4409),
        (vec![json!({ "type": "ping", "payload": "x".repeat(65_537) })], 1009),
        (vec![json!({ "type": "ping", "payload": "x".repeat(1_000_000) })], 1009),
    ];
    for (messages, code) in said {
        let mut socket = raw(&server).await;
        for message in &messages {
            socket.send(message.clone()).await;
        }
        let closed = loop {
            if let Err(code) = socket.next().await {
                break code;
            }
        };
        assert_eq!(closed, code, "{}", json!(messages).to_string().chars().take(300).collect::<String>());
    }
    for rubbish in [Message::binary(b"{}".to_vec()), Message::text(""), Message::text("[".repeat(10_000))] {
        let mut socket = raw(&server).await;
        socket.send_raw(rubbish).await;
        assert_eq!(socket.next().await, Err(4400));
    }
    // All that is only refused, and the server goes on.
    for protocol in ["graphql-ws", "chat"] {
        let refused = server.connect(protocol).await.err().expect("a refusal");
        assert!(matches!(&refused, tungstenite::Error::Http(response) if response.status() == 400), "{refused}");
    }
    assert_eq!(server.visitor().get("/graphql/ws").await.status(), 400);
    server.socket(&admin).await;
}

#[tokio::test]
async fn who_does_not_introduce_itself_is_not_waited_for() {
    let socket_times = SocketTimes { init: Duration::from_millis(50), ..SocketTimes::default() };
    let server = start_with(Options { socket_times, ..Options::default() }).await;
    assert_eq!(raw(&server).await.next().await, Err(4408));
}

#[tokio::test]
async fn who_does_not_answer_is_gone() {
    let ping = Duration::from_secs(3);
    let socket_times = SocketTimes { ping, ..SocketTimes::default() };
    let server = start_with(Options { socket_times, ..Options::default() }).await;
    // A client answers pings while somebody reads from it; this one is alive for longer than two of them.
    let mut socket = server.socket("").await;
    assert_eq!(tokio::time::timeout(3 * ping, socket.next()).await.ok(), None);
    socket.subscribe("1", "{ viewer { id } }", Value::Null).await;
    assert_eq!(socket.next().await.unwrap()["type"], "next");
    // And is gone when nobody does.
    let metrics = async || server.visitor().get("/metrics").await.text().await.unwrap();
    until(true, async || metrics().await.contains("vitrine_sockets_open 0\n")).await;
}

#[tokio::test]
async fn an_address_has_so_many_connections_and_fewer_without_a_user() {
    let socket_limits = SocketLimits { signed_in: 2, anonymous: 2 };
    let server = start_with(Options { socket_limits, ..Options::default() }).await;
    let admin = server.admin().await;
    let init = |token: &str| json!({ "type": "connection_init", "payload": { "authorization": token } });
    let (mut silent, mut one, mut two) = (raw(&server).await, raw(&server).await, raw(&server).await);
    assert_eq!(silent.next().await, Err(4408), "who has said nothing for longest makes room");
    for socket in [&mut one, &mut two] {
        socket.send(json!({ "type": "connection_init" })).await;
        assert_eq!(socket.next().await.unwrap()["type"], "connection_ack");
    }
    // Strangers who stay do not keep users of the same address out.
    let mut stranger = raw(&server).await;
    stranger.send(json!({ "type": "connection_init" })).await;
    assert_eq!(stranger.next().await, Err(4429));
    let users = (server.socket(&admin).await, server.socket(&admin).await);
    let mut third = raw(&server).await;
    third.send(init(&format!("Bearer {admin}"))).await;
    assert_eq!(third.next().await, Err(4429));
    // Whoever goes makes room.
    drop(users);
    until(true, async || {
        let mut again = raw(&server).await;
        again.send(init(&format!("Bearer {admin}"))).await;
        again.next().await.is_ok()
    })
    .await;
}

#[tokio::test]
async fn a_connection_runs_so_many_operations_and_no_more() {
    let server = start().await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "a.jpg", fixtures::jpeg(40, 30)).await["id"].clone();
    let link = server.public_link(&admin, &asset, Value::Null).await["id"].clone();
    let query = "subscription($id: ID!) { linkPreparation(linkId: $id) { total } }";
    let mut socket = server.socket(&admin).await;
    for index in 0..50 {
        socket.subscribe(&index.to_string(), query, json!({ "id": link })).await;
        assert_eq!(socket.next().await.unwrap()["type"], "next");
    }
    socket.subscribe("more", query, json!({ "id": link })).await;
    let refused = socket.next().await.unwrap();
    assert_eq!((&refused["type"], &refused["id"]), (&json!("error"), &json!("more")), "{refused}");
    for id in ["7", "7", "never"] {
        socket.send(json!({ "type": "complete", "id": id })).await;
    }
    socket.subscribe("7", query, json!({ "id": link })).await;
    assert_eq!(socket.next().await.unwrap()["id"], "7", "an id that has ended is free");
    // What has ended is silent, what has not is told.
    server.sql("UPDATE proxies SET state = 'FAILED'").await;
    let mut told = Vec::new();
    for _ in 0..100 {
        told.push(socket.next().await.unwrap()["type"].clone());
    }
    assert_eq!(told.iter().filter(|kind| **kind == "complete").count(), 50);
}

#[tokio::test]
async fn a_server_that_stops_says_so() {
    let server = start().await;
    let mut socket = server.socket("").await;
    drop(server);
    assert_eq!(socket.next().await, Err(1001));
}

#[tokio::test]
async fn what_cannot_begin_is_an_error_and_no_answer() {
    let server = start().await;
    let admin = server.admin().await;
    let query = "subscription($id: ID!) { linkPreparation(linkId: $id) { total } }";
    for (token, code) in [("", "UNAUTHENTICATED"), (admin.as_str(), "NOT_FOUND")] {
        let mut socket = server.socket(token).await;
        socket.subscribe("1", query, json!({ "id": "link_0000000000000000000000" })).await;
        let refused = socket.next().await.unwrap();
        assert_eq!((&refused["type"], &refused["payload"][0]["extensions"]["code"]), (&json!("error"), &json!(code)));
    }
    // What is no request is about no place of a document.
    let mut socket = server.socket("").await;
    for (id, payload) in
        [("1", Value::Null), ("2", json!([])), ("3", json!({ "query": "{ __typename }", "variables": "x" }))]
    {
        socket.send(json!({ "type": "subscribe", "id": id, "payload": payload })).await;
        let refused = socket.next().await.unwrap();
        assert_eq!((&refused["type"], refused["payload"][0].get("locations")), (&json!("error"), None), "{refused}");
    }
}
