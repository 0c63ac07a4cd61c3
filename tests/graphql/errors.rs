//! Requests that make no sense, or should not be answered.

use reqwest::{Method, header::ACCEPT};
use serde_json::{Value, json};
use tests::{Options, Running, fixtures, start, start_with};

/// Status and code of a raw request to `/graphql`.
async fn send(server: &Running, method: Method, path: &str, content_type: &str, body: String) -> (u16, String) {
    let request = tests::client().request(method, format!("{}/graphql{path}", server.url)).body(body);
    let response = request.header("content-type", content_type).send().await.expect("an answer");
    let status = response.status().as_u16();
    let answer: Value = response.json().await.unwrap_or_default();
    (status, answer["errors"][0]["extensions"]["code"].as_str().unwrap_or("none").to_owned())
}

#[tokio::test]
async fn a_request_that_is_no_request_is_told_why() {
    let server = start().await;
    let json_type = "application/json";
    let huge = json!({ "query": format!("{{ viewer {{ id }} }} #{}", "x".repeat(1024 * 1024)) }).to_string();
    let deep = format!("{{ links {}", "{ nodes { target { ... on Asset { links ".repeat(10));
    let closed = format!("{deep} {{ totalCount }} {} }}", "} } } }".repeat(10));
    let wide: String = (0..100).fold(String::new(), |wide, index| {
        wide + &format!("a{index}: links(first: 100) {{ nodes {{ id name url }} }} ")
    });
    let ask = |query: &str| json!({ "query": query }).to_string();
    for (what, method, path, content_type, body, expected) in [
        ("not JSON", Method::POST, "", json_type, "{".into(), (400, "BAD_USER_INPUT")),
        ("empty", Method::POST, "", json_type, String::new(), (400, "BAD_USER_INPUT")),
        ("no query", Method::POST, "", json_type, "{}".into(), (400, "BAD_USER_INPUT")),
        ("a batch", Method::POST, "", json_type, "[{\"query\":\"{viewer{id}}\"}]".into(), (400, "BAD_USER_INPUT")),
        ("a form of another site", Method::POST, "", "text/plain", ask("{viewer{id}}"), (415, "BAD_USER_INPUT")),
        ("too large", Method::POST, "", json_type, huge, (413, "BAD_USER_INPUT")),
        ("a syntax error", Method::POST, "", json_type, ask("{ viewer {"), (200, "GRAPHQL_PARSE_FAILED")),
        ("an unknown field", Method::POST, "", json_type, ask("{ nonsense }"), (200, "GRAPHQL_VALIDATION_FAILED")),
        ("too deep", Method::POST, "", json_type, ask(&closed), (200, "GRAPHQL_VALIDATION_FAILED")),
        ("too costly", Method::POST, "", json_type, ask(&format!("{{ {wide} }}")), (200, "GRAPHQL_VALIDATION_FAILED")),
        (
            "a mutation by GET",
            Method::GET,
            "?query=mutation%7BsignOut%7BuserErrors%7Bcode%7D%7D%7D",
            "",
            String::new(),
            (405, "BAD_USER_INPUT"),
        ),
        ("a GET without a query", Method::GET, "", "", String::new(), (400, "BAD_USER_INPUT")),
        (
            "bad variables by GET",
            Method::GET,
            "?query=%7Bviewer%7Bid%7D%7D&variables=x",
            "",
            String::new(),
            (400, "BAD_USER_INPUT"),
        ),
        ("a query by GET", Method::GET, "?query=%7Bviewer%7Bid%7D%7D", "", String::new(), (200, "none")),
        (
            "files of a stranger",
            Method::POST,
            "",
            "multipart/form-data; boundary=x",
            "--x--".into(),
            (200, "UNAUTHENTICATED"),
        ),
    ] {
        let (status, code) = send(&server, method, path, content_type, body).await;
        assert_eq!((status, code.as_str()), expected, "{what}");
    }
}

#[tokio::test]
async fn the_status_follows_the_specification_where_the_client_knows_it() {
    let server = start().await;
    for (query, status) in [("{ nonsense }", 400), ("{ workspace { name } }", 401), ("{ viewer { id } }", 200)] {
        let request = tests::client().post(format!("{}/graphql", server.url)).json(&json!({ "query": query }));
        let response = request.header(ACCEPT, "application/graphql-response+json").send().await.unwrap();
        assert_eq!(response.status(), status, "{query}");
        let media_type = response.headers()["content-type"].to_str().unwrap().to_owned();
        assert!(media_type.starts_with("application/graphql-response+json"), "{media_type}");
    }
}

#[tokio::test]
async fn a_get_is_judged_by_the_operation_that_it_runs_and_a_packed_body_is_refused() {
    let server = start().await;
    let (client, url) = (tests::client(), format!("{}/graphql", server.url));
    let document = "query%20A%7Bviewer%7Bid%7D%7Dmutation%20B%7BsignOut%7BuserErrors%7Bcode%7D%7D%7D";
    for (name, status) in [("A", 200), ("B", 405)] {
        let request = client.get(format!("{url}?query={document}&operationName={name}"));
        assert_eq!(request.send().await.unwrap().status(), status, "{name}");
    }
    let subscription = json!({ "query": "subscription { linkPreparation(linkId: \"x\") { total } }" });
    assert_eq!(client.post(&url).json(&subscription).send().await.unwrap().status(), 400);
    let packed = client.post(&url).header("content-type", "application/json").header("content-encoding", "gzip");
    let answer = packed.body(vec![0x1f, 0x8b]).send().await.unwrap();
    assert_eq!(answer.status(), 415);
    let answer: Value = answer.json().await.unwrap();
    assert_eq!(answer["errors"][0]["message"], "Send the body as it is, without Content-Encoding.");
    assert!(answer.get("data").is_none());
}

#[tokio::test]
async fn whoever_asks_is_told_what_an_operation_costs() {
    let server = start().await;
    let admin = server.admin().await;
    let ask = async |query: &str, extensions: Value| {
        let request = tests::client().post(format!("{}/graphql", server.url)).bearer_auth(&admin);
        let request = request.json(&json!({ "query": query, "extensions": extensions }));
        request.send().await.unwrap().json::<Value>().await.unwrap()
    };
    let query = "{ links(first: 10) { nodes { id name } } }";
    let answer = ask(query, json!({ "cost": true })).await;
    assert_eq!(answer["extensions"]["cost"], json!({ "requested": 22, "limit": 20_000 }));
    assert!(ask(query, json!({})).await.get("extensions").is_none());
    let dear = ask("{ links(first: 100) { nodes { qrCode(format: PNG, size: 2048) { data } } } }", json!({})).await;
    let message = dear["errors"][0]["message"].as_str().unwrap();
    assert!(message.starts_with("The operation costs 104502, and 20000 is the limit"), "{message}");
    assert_eq!(dear["errors"][0]["extensions"]["cost"], json!({ "requested": 104_502, "limit": 20_000 }));
}

#[tokio::test]
async fn a_server_may_keep_its_schema_to_itself() {
    let server = start_with(Options { introspection: false, ..Options::default() }).await;
    for (query, message) in [
        ("{ viewr { id } }", "Cannot query field \"viewr\" on type \"Query\"."),
        (
            "{ __schema { types { name } } }",
            "GraphQL introspection has been disabled, but the requested query contained the field \"__schema\".",
        ),
    ] {
        let answer = server.call("", query, Value::Null).await;
        assert_eq!(answer["errors"][0]["message"], message);
    }
    assert_eq!(server.call("", "{ __typename }", Value::Null).await["data"]["__typename"], "Query");
}

#[tokio::test]
async fn a_front_end_of_another_site_may_call_with_its_users_token() {
    let server = start().await;
    let admin = server.admin().await;
    let url = format!("{}/graphql", server.url);
    let asked = tests::client().request(Method::OPTIONS, &url).header("origin", "https://app.example.com");
    let asked =
        asked.header("access-control-request-headers", "authorization,apollographql-client-name").send().await.unwrap();
    let header = |name: &str| asked.headers()[name].to_str().unwrap().to_owned();
    assert_eq!((asked.status().as_u16(), header("access-control-allow-origin")), (204, "*".into()));
    assert_eq!(header("access-control-allow-headers"), "authorization,apollographql-client-name");
    assert!(!asked.headers().contains_key("access-control-allow-credentials"), "cookies are not sent along");
    let request = tests::client().post(&url).bearer_auth(&admin).header("origin", "https://app.example.com");
    let answer = request.json(&json!({ "query": "{ viewer { email } }" })).send().await.unwrap();
    assert_eq!(answer.headers()["access-control-allow-origin"], "*");
    assert!(answer.json::<Value>().await.unwrap()["data"]["viewer"].is_object());
}

#[tokio::test]
async fn a_field_that_fails_leaves_its_neighbours() {
    let server = start().await;
    let answer = server.call("", "{ viewer { id } asset(number: \"VTR-1\") { id } }", Value::Null).await;
    assert_eq!(answer["data"], json!({ "viewer": null, "asset": null }));
    assert_eq!(answer["errors"][0]["path"], json!(["asset"]));
    assert_eq!(answer["errors"][0]["extensions"]["code"], "UNAUTHENTICATED");
    for token in ["nonsense", "vts_", "\u{e4}", &"x".repeat(5000)] {
        let answer = server.call(token, "{ viewer { id } }", Value::Null).await;
        assert_eq!(answer["data"]["viewer"], Value::Null, "a token that nobody has is nobody");
    }
}

/// Texts that have broken programs before.
fn odd_texts() -> Vec<String> {
    let texts =
        ["", " ", "\u{0}", "a\u{0}b", "\u{1}file:0", "\u{feff}", "\u{202e}x", "';--", "\\", "%00", "NaN", "null", "-1"];
    texts.into_iter().map(str::to_owned).chain(["x".repeat(10_000), "🐦".repeat(3000)]).collect()
}

#[tokio::test]
async fn odd_input_is_refused_and_never_a_fault_of_ours() {
    let server = start().await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "a.jpg", fixtures::jpeg(8, 8)).await["id"].clone();
    let errors = "{ userErrors { code field message } }";
    let queries = [
        "query($x: String!) { asset(number: $x) { id } }".to_owned(),
        "query($x: ID!) { asset(id: $x) { id } link(id: $x) { id } node(id: $x) { id } }".to_owned(),
        "query($x: String!) { assets(after: $x) { totalCount } }".to_owned(),
        "query($x: String!) { assets(filter: { search: $x }) { totalCount nodes { id } } }".to_owned(),
        "query($x: String!) { links(before: $x) { totalCount } }".to_owned(),
        "query($x: String!) { links(filter: { search: $x }) { totalCount nodes { id } } }".to_owned(),
        "query($x: ID!) { links(filter: { assetId: $x }) { totalCount nodes { id } } }".to_owned(),
        "query($x: ID!) { links(filter: { createdById: $x }) { totalCount nodes { id } } }".to_owned(),
        "query($x: DateTime!) { links(filter: { expiresBefore: $x }) { totalCount } }".to_owned(),
        format!("mutation($x: ID!) {{ deleteLinks(ids: [$x]) {errors} }}"),
        format!("mutation($x: ID!) {{ revokeAccessToken(id: $x) {errors} }}"),
        format!("mutation($x: String!) {{ createAccessToken(input: {{ name: $x }}) {errors} }}"),
        format!("mutation($x: DateTime!) {{ createAccessToken(input: {{ name: \"x\", expiresAt: $x }}) {errors} }}"),
        format!("mutation($x: ID!) {{ createPublicLink(input: {{ assetId: $x }}) {errors} }}"),
        format!(
            "mutation($x: String!, $id: ID!) {{ createPublicLink(input: {{ assetId: $id, settings: {{ name: $x }} }}) {errors} }}"
        ),
        format!(
            "mutation($x: String!, $id: ID!) {{ createPublicLink(input: {{ assetId: $id, settings: {{ password: $x }} }}) {errors} }}"
        ),
        format!(
            "mutation($x: String!, $id: ID!) {{ createPublicLink(input: {{ assetId: $id, settings: {{ proxyPresets: [$x] }} }}) {errors} }}"
        ),
        format!(
            "mutation($x: DateTime!, $id: ID!) {{ createPublicLink(input: {{ assetId: $id, settings: {{ expiresAt: $x }} }}) {errors} }}"
        ),
        format!(
            "mutation($x: String!, $id: ID!) {{ createDownloadLink(input: {{ assetId: $id, name: $x }}) {errors} }}"
        ),
        format!("mutation($x: String!) {{ updateWorkspace(input: {{ name: $x }}) {errors} }}"),
        format!("mutation($x: String!) {{ updateWorkspace(input: {{ timeZone: $x }}) {errors} }}"),
        format!(
            "mutation($x: String!) {{ createUser(input: {{ email: $x, name: $x, password: $x, role: VIEWER }}) {errors} }}"
        ),
        format!("mutation($x: ID!) {{ setOriginalState(assetId: $x, state: ARCHIVED) {errors} }}"),
        format!("mutation($x: Upload!) {{ uploadAsset(input: {{ file: $x }}) {errors} }}"),
    ];
    let mut values: Vec<Value> = odd_texts().into_iter().map(Value::from).collect();
    values.extend([
        json!("+262142-01-01T00:00:00Z"),
        json!("-262143-01-01T00:00:00Z"),
        json!("9999-12-31T23:59:60Z"),
        json!(1.5e300),
        json!(u64::MAX),
        json!({}),
        json!([[]]),
        json!(true),
        json!("asset_0000000000000000000000"),
        json!("link_7N42dgm5tFLK9N8MT7fHC7"),
    ]);
    for query in &queries {
        for value in &values {
            let answer = server.call(&admin, query, json!({ "x": value, "id": asset })).await;
            let code = answer["errors"][0]["extensions"]["code"].as_str().unwrap_or("none");
            assert!(["none", "BAD_USER_INPUT"].contains(&code), "{query} {value}: {answer}");
        }
    }
    for number in [json!(i64::MAX), json!(i32::MAX), json!(i32::MIN), json!(-1), json!(0.5)] {
        let query = "query($x: Int) { assets(first: $x) { totalCount } links(last: $x) { totalCount } }";
        let answer = server.call(&admin, query, json!({ "x": number })).await;
        assert_eq!(answer["errors"][0]["extensions"]["code"], "BAD_USER_INPUT", "{number}");
    }
}

#[tokio::test]
async fn who_may_not_is_told_what_is_missing() {
    let server = start().await;
    let admin = server.admin().await;
    let viewer = server.user(&admin, "Vera", "VIEWER").await;
    let users = "{ users(first: 1) { nodes { id } } }";
    let collection = "mutation { createCollection(input: { name: \"Mine\" }) { collection { id } } }";
    for (token, query, code, message) in [
        ("", users, "UNAUTHENTICATED", "Sign in first, and send the token as Authorization: Bearer."),
        (
            "vts_0000000000000000000000000000000000000000000",
            users,
            "UNAUTHENTICATED",
            "The token is wrong, or has ended: sign in again, or create another access token.",
        ),
        (&viewer, users, "FORBIDDEN", "Only administrators may do this."),
        (&viewer, collection, "FORBIDDEN", "You need the right EDIT for this; an administrator can give it to you."),
    ] {
        let answer = server.call(token, query, Value::Null).await;
        let error = &answer["errors"][0];
        assert_eq!((error["extensions"]["code"].as_str(), error["message"].as_str()), (Some(code), Some(message)));
    }
}

#[tokio::test]
async fn other_methods_are_told_in_json_and_a_slash_too_many_does_no_harm() {
    let server = start().await;
    let url = format!("{}/graphql", server.url);
    for method in [Method::PUT, Method::DELETE, Method::PATCH] {
        let answer = tests::client().request(method, &url).send().await.unwrap();
        assert_eq!((answer.status().as_u16(), answer.headers()["allow"].to_str().unwrap()), (405, "GET, POST"));
        let answer: Value = answer.json().await.unwrap();
        assert_eq!(answer["errors"][0]["message"], "Send GraphQL with POST; a query may also come with GET.");
    }
    let answer =
        tests::client().post(format!("{url}/")).json(&json!({ "query": "{ __typename }" })).send().await.unwrap();
    assert_eq!(answer.json::<Value>().await.unwrap(), json!({ "data": { "__typename": "Query" } }));
}

#[tokio::test]
async fn a_text_to_search_for_is_no_longer_than_what_it_could_be_found_in() {
    let server = start().await;
    let admin = server.admin().await;
    for listing in ["assets", "links", "collections"] {
        for (length, code) in [(300, Value::Null), (301, json!("BAD_USER_INPUT"))] {
            let query = format!("{{ {listing}(filter: {{ search: \"{}\" }}) {{ totalCount }} }}", "z".repeat(length));
            let answer = server.call(&admin, &query, Value::Null).await;
            assert_eq!(answer["errors"][0]["extensions"]["code"], code, "{listing}: {answer}");
        }
    }
}
