//! Requests that are checked, without a server.

use super::*;
use async_graphql::ServerError;
use serde_json::{Value as Json, json};
use std::fmt::Write;

fn requests() -> Requests {
    Requests::new(Limits { introspection: true, items: 10, max_share: 10 })
}

fn check_with(requests: &Requests, query: &str, variables: &Json) -> Result<Operation, Vec<ServerError>> {
    let request = ClientRequest::from_value(json!({ "query": query, "variables": variables }), query.len()).unwrap();
    requests.check(request, None).map_err(|refusal| refusal.errors)
}

fn check(query: &str, variables: &Json) -> Result<Operation, Vec<ServerError>> {
    check_with(&requests(), query, variables)
}

/// The same for somebody with a token, who has more room.
fn check_signed_in(query: &str, variables: &Json) -> Result<Operation, Vec<ServerError>> {
    let requests = Requests::new(Limits { introspection: true, items: 40_000, max_share: 10_000 });
    let request = json!({ "query": query, "variables": variables, "operationName": variables["operationName"] });
    let request = ClientRequest::from_value(request, query.len()).unwrap();
    requests.check(request, Some(Scopes::ALL)).map_err(|refusal| refusal.errors)
}

/// Code and message of the first error.
fn refusal(query: &str, variables: &Json) -> (String, String) {
    refused(check(query, variables))
}

fn refused(checked: Result<Operation, Vec<ServerError>>) -> (String, String) {
    match checked {
        Ok(_) => panic!("it is taken"),
        Err(errors) => {
            let code = errors[0].extensions.as_ref().and_then(|extensions| extensions.get("code").cloned());
            (
                code.map(|code| code.into_json().unwrap().as_str().unwrap().to_owned()).unwrap(),
                errors[0].message.clone(),
            )
        }
    }
}

#[test]
fn a_bomb_of_fragments_is_counted_and_not_expanded() {
    let mut bomb = "{ ...F0 }".to_owned();
    for level in 0..25 {
        write!(bomb, " fragment F{level} on Query {{ ...F{next} ...F{next} }}", next = level + 1).unwrap();
    }
    bomb.push_str(" fragment F25 on Query { viewer { id } }");
    let (code, message) = refusal(&bomb, &Json::Null);
    assert_eq!(code, "GRAPHQL_VALIDATION_FAILED");
    assert_eq!(
        message,
        "The operation costs 67108864, and 5000 is the limit: ask for smaller pages (\"first\"), for fewer fields, or \
         in several requests."
    );
}

#[test]
fn what_costs_much_says_so() {
    let cost = |query: &str, variables: Json| check(query, &variables).unwrap().cost.requested;
    assert_eq!(cost("{ viewer { id name } }", json!({})), 3);
    assert_eq!(cost("{ links(first: 10) { nodes { id } } }", json!({})), 2 + 10);
    assert_eq!(cost("query($n: Int) { links(first: $n) { nodes { id } } }", json!({ "n": 7 })), 2 + 7);
    assert_eq!(cost("query($n: Int) { links(last: $n) { nodes { id } } }", json!({ "n": 7 })), 2 + 7);
    assert_eq!(
        cost("{ links { nodes { id } } }", json!({})),
        2 + 20,
        "a page that nobody asks for has its length, too"
    );
    assert_eq!(cost("{ links(first: 0) { nodes { id } } }", json!({})), 2 + 1, "an empty page is no way around");
    let days = |last: &str| format!("{{ link(id: \"a\") {{ statistics {{ days{last} {{ date views }} }} }} }}");
    for (last, expected) in [("", 30), ("(last: null)", 30), ("(last: 7)", 7), ("(last: 366)", 366)] {
        assert_eq!(cost(&days(last), json!({})), 3 + 2 * expected, "{last}");
    }
    for wrong in ["(last: 0)", "(last: -1)", "(last: 2000000000)"] {
        assert!((3 + 2..=3 + 2 * 366).contains(&cost(&days(wrong), json!({}))), "{wrong}");
    }
    let total = "{ assets(first: 5) { ...Total nodes { id } } } fragment Total on AssetConnection { totalCount }";
    assert_eq!(cost(total, json!({})), 2 + 25 + 5, "the total is counted once, the nodes each");
    assert_eq!(cost("{ assets(first: 5) { totalCount } }", json!({})), 1 + 25 + 5);
    assert_eq!(cost("{ assets(first: 5) { edges { cursor node { id number } } } }", json!({})), 2 + 5 * 4);
    let nested = "{ assets(first: 3) { nodes { links(first: 2) { totalCount nodes { id } } } } }";
    assert_eq!(cost(nested, json!({})), 2 + 3 * (2 + 25 + 2));
    assert_eq!(cost("query($s: Int) { link(id: \"x\") { qrCode(size: $s) { data } } }", json!({ "s": 2048 })), 1046);
    assert_eq!(cost("{ link(id: \"x\") { qrCode { data } } }", json!({})), 38);
    let dear = "{ links(first: 100) { nodes { qrCode(format: PNG, size: 2048) { data } } } }";
    assert_eq!(refusal(dear, &json!({})).0, "GRAPHQL_VALIDATION_FAILED");
}

#[test]
fn what_is_sent_costs_at_each_place_where_it_is_used() {
    let cost = |query: &str, variables: Json| check_signed_in(query, &variables).unwrap().cost.requested;
    let ids = |count: usize| json!({ "ids": vec!["asset_0000000000000000000000"; count] });
    let share = "query($ids: [ID!]) { a: shareOptions(assetIds: $ids) { requested } }";
    assert_eq!(cost(share, ids(3)), 2);
    assert_eq!(cost(share, ids(10_000)), 2 + 1000);
    let named = "query($ids: [ID!]) { a: shareOptions(assetIds: $ids) { notShareable { assetId reason } } }";
    assert_eq!(cost(named, ids(3)), 1 + 1 + 2 * 20);
    assert_eq!(cost(named, ids(10_000)), 1 + 1000 + 1 + 2 * 1000, "most are shareable");
    let many = format!(
        "query($ids: [ID!]) {{ {} }}",
        (0..24).fold(String::new(), |all, index| {
            format!("{all} a{index}: shareOptions(assetIds: $ids) {{ requested }}")
        })
    );
    assert_eq!(refused(check_signed_in(&many, &ids(10_000))).0, "GRAPHQL_VALIDATION_FAILED");
    // A list of the document multiplies a long text.
    let copies = format!("query($id: ID!) {{ shareOptions(assetIds: [{}]) {{ requested }} }}", "$id ".repeat(3000));
    let (_, message) = refused(check_signed_in(&copies, &json!({ "id": "z".repeat(900_000) })));
    assert!(message.starts_with("The operation costs 2700"), "{message}");
    // So does a fragment.
    let fragment = "query($ids: [ID!]) { ...F a: shareOptions(assetIds: []) { requested } } \
                    fragment F on Query { b: shareOptions(assetIds: $ids) { requested } }";
    assert_eq!(cost(fragment, ids(10_000)), 4 + 1000);
}

#[test]
fn a_password_that_is_hashed_has_its_price() {
    let cost = |query: &str, variables: Json| check_signed_in(query, &variables).unwrap().cost.requested;
    let create = "mutation($i: CreatePublicLinkInput!) { createPublicLink(input: $i) { link { id } } }";
    let input = |password: Json| json!({ "i": { "assetId": "x", "settings": { "password": password } } });
    assert_eq!(cost(create, input(json!("gravel wombat 77"))), 3 + 500);
    assert_eq!(cost(create, input(Json::Null)), 3);
    let literal = "mutation { updateLink(input: { id: \"x\", settings: { password: \"a b c d\" } }) { link { id } } }";
    assert_eq!(cost(literal, json!({})), 3 + 500);
    let sign_in = "mutation { signIn(input: { email: \"a@example.com\", password: \"p\" }) { token } }";
    assert_eq!(cost(sign_in, json!({})), 2 + 200);
}

#[test]
fn many_operations_are_short() {
    let document = |operations: usize, fields: usize| {
        let all =
            (0..operations).fold(String::new(), |all, index| format!("{all} query Q{index} {{ viewer {{ ...F }} }}"));
        format!("{all} fragment F on User {{ {} }}", "id ".repeat(fields))
    };
    let named = json!({ "operationName": "Q0" });
    assert!(check_signed_in(&document(50, 50), &named).is_ok());
    assert!(check_signed_in(&document(1, 18_000), &named).is_ok());
    let (_, message) = refused(check_signed_in(&document(99, 18_000), &named));
    assert!(message.contains("99 operations"), "{message}");
}

#[test]
fn a_document_that_is_too_long_is_told_so_wherever_it_is_cut() {
    for extra in 0..6 {
        let types = ["Asset", "Link", "User", "Collection", "Attachment"];
        let fragments = (0..7500).fold(String::new(), |all, index| format!("{all}... on {}{{id}}", types[index % 5]));
        let query = format!("{{ node(id: \"x\") {{ {} {fragments} }} }}", "id ".repeat(extra));
        let (code, message) = refused(check_signed_in(&query, &Json::Null));
        assert_eq!(code, "GRAPHQL_PARSE_FAILED");
        assert!(message.contains("words and signs"), "{message}");
    }
}

#[test]
fn the_schema_can_be_read_once_in_a_request_and_not_along_itself() {
    let fields = "types { name fields(includeDeprecated: true) { name args { name type { name ofType { name } } } } }";
    assert!(check(&format!("{{ __schema {{ {fields} }} }}"), &json!({})).is_ok());
    let many: String = (0..60).fold(String::new(), |all, index| format!("{all} a{index}: __schema {{ {fields} }}"));
    assert_eq!(refusal(&format!("{{ {many} }}"), &json!({})).0, "GRAPHQL_VALIDATION_FAILED");
    let along =
        "{ __schema { types { fields { type { fields { type { fields { type { fields { name } } } } } } } } } }";
    assert_eq!(refusal(along, &json!({})).1, "Maximum introspection depth exceeded");
}

#[test]
fn without_introspection_neither_the_schema_is_told_nor_a_name_suggested() {
    let requests = Requests::new(Limits { introspection: false, items: 10, max_share: 10 });
    let refused = |query: &str| check_with(&requests, query, &Json::Null).map(|_| ()).unwrap_err().remove(0).message;
    let disabled = "GraphQL introspection has been disabled, but the requested query contained the field \"__schema\".";
    assert_eq!(refused("{ __schema { types { name } } }"), disabled);
    assert_eq!(refused("{ ...F } fragment F on Query { __schema { types { name } } }"), disabled);
    assert_eq!(refused("{ viewr { id } }"), "Cannot query field \"viewr\" on type \"Query\".");
    assert!(check_with(&requests, "{ __typename }", &Json::Null).is_ok());
}

#[test]
fn messages_are_those_that_graphql_clients_know() {
    for (query, variables, expected) in [
        ("{", json!({}), "Syntax Error: Expected Name, found <EOF>."),
        ("{ viewer { id }", json!({}), "Syntax Error: Expected Name, found <EOF>."),
        ("", json!({}), "Syntax Error: Unexpected <EOF>."),
        ("{ viewr { id } }", json!({}), "Cannot query field \"viewr\" on type \"Query\". Did you mean \"viewer\"?"),
        (
            "query($id: ID!) { link(id: $id) { id } }",
            json!({}),
            "Variable \"$id\" of required type \"ID!\" was not provided.",
        ),
        (
            "query($id: ID!) { link(id: $id) { id } }",
            json!({ "id": null }),
            "Variable \"$id\" of non-null type \"ID!\" must not be null.",
        ),
        (
            "query($n: Int) { links(first: $n) { totalCount } }",
            json!({ "n": 2_147_483_648_i64 }),
            "Variable \"$n\" got invalid value 2147483648; Int cannot represent non 32-bit signed integer value: 2147483648",
        ),
        (
            "query($f: LinkFilter) { links(filter: $f) { totalCount } }",
            json!({ "f": { "expiresBefore": "tomorrow" } }),
            "Variable \"$f\" got invalid value \"tomorrow\" at \"f.expiresBefore\"; Expected type \"DateTime\". Send RFC \
             3339 with an offset, as in \"2030-12-31T23:59:59Z\".",
        ),
        (
            "query($f: LinkFilter) { links(filter: $f) { totalCount } }",
            json!({ "f": { "serch": "x" } }),
            "Variable \"$f\" got invalid value {…}; Field \"serch\" is not defined by type \"LinkFilter\". Did you mean \
             \"search\"?",
        ),
        (
            "query A { viewer { id } } query B { viewer { id } }",
            json!({}),
            "Must provide operation name if query contains multiple operations.",
        ),
    ] {
        assert_eq!(refusal(query, &variables).1, expected, "{query}");
    }
}

#[test]
fn a_secret_that_is_refused_is_not_repeated() {
    let query = "mutation($i: SignInInput!) { signIn(input: $i) { token } }";
    for secret in [json!({ "email": "a", "password": 12_345 }), json!({ "email": "a", "password": ["hunter2"] })] {
        let (_, message) = refusal(query, &json!({ "i": secret }));
        assert!(
            message.contains("i.password") && !message.contains("12345") && !message.contains("hunter2"),
            "{message}"
        );
    }
}

#[test]
fn errors_are_few_and_point_into_the_text_that_was_sent() {
    let wrong: String = (0..1500).fold(String::new(), |all, index| format!("{all} a{index}"));
    let errors = check(&format!("{{\n  viewer {{ id }}{wrong} }}"), &json!({})).map(|_| ()).unwrap_err();
    assert_eq!(errors.len(), 10);
    assert_eq!((errors[0].locations[0].line, errors[0].locations[0].column), (2, 17));
}

/// The arguments of the first field, as the executor gets them.
fn arguments(query: &str, variables: Json) -> String {
    let operation = check(query, &variables).map_err(|errors| format!("{errors:?}")).unwrap();
    let (_, definition) = operation.document.operations.iter().next().unwrap();
    match &definition.node.selection_set.node.items[0].node {
        async_graphql::parser::types::Selection::Field(field) => {
            let shown = field.node.arguments.iter().map(|(name, value)| format!("{name}: {value}"));
            shown.collect::<Vec<_>>().join(" ")
        }
        _ => panic!("a field"),
    }
}

#[test]
fn what_has_no_value_is_left_out_and_null_is_a_value() {
    let query = "query($a: String, $b: LinkKind, $f: Int) { links(first: $f, filter: { search: $a, kind: $b }) { totalCount } }";
    for (variables, expected) in [
        (json!({}), "filter: {}"),
        (json!({ "a": null }), "filter: {search: $a}"),
        (json!({ "b": "PUBLIC", "f": 1 }), "first: $f filter: {kind: $b}"),
    ] {
        assert_eq!(arguments(query, variables), expected);
    }
    let with_default = "query($a: String = \"x\") { links(filter: { search: $a }) { totalCount } }";
    assert_eq!(arguments(with_default, json!({})), "filter: {search: $a}");
    let in_a_list = "query($a: ID!) { shareOptions(assetIds: [$a]) { requested } }";
    assert_eq!(arguments(in_a_list, json!({ "a": "x" })), "assetIds: [$a]");
}

#[test]
fn literals_that_the_executors_own_parser_refuses_are_taken() {
    for (literal, expected) in [(r#""\uD83D\uDE00""#, "😀"), (r#""\u{1F600}""#, "😀")] {
        assert_eq!(
            arguments(&format!("{{ asset(number: {literal}) {{ id }} }}"), json!({})),
            format!("number: \"{expected}\"")
        );
    }
    assert_eq!(arguments("{ links(first: -0) { totalCount } }", json!({})), "first: 0");
}
