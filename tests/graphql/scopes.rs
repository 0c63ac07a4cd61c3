//! The scopes of personal access tokens: what each may be used for, by every entry.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use tests::{Options, Running, fixtures, start, start_with};

const SCOPES: [&str; 5] = ["LINKS_READ", "LINKS_WRITE", "ASSETS_READ", "ASSETS_WRITE", "ADMIN"];

/// The root fields that need each scope. What is in no line needs none.
const NEEDED: [(&str, &[&str]); 5] = [
    ("LINKS_READ", &["link", "linkActivity", "linkPreparation", "links", "shareOptions"]),
    (
        "LINKS_WRITE",
        &[
            "changeLinks",
            "createCollectionLink",
            "createDownloadLink",
            "createPublicLink",
            "createUser",
            "deleteAssets",
            "deleteCollection",
            "deleteLinks",
            "deleteUser",
            "disableLink",
            "disableUser",
            "enableLink",
            "inviteUser",
            "restoreAssets",
            "rotateLink",
            "shareAssets",
            "updateLink",
        ],
    ),
    ("ASSETS_READ", &["asset", "assets", "collection", "collections"]),
    (
        "ASSETS_WRITE",
        &[
            "addToCollection",
            "attachFile",
            "createCollection",
            "createUser",
            "deleteAssets",
            "deleteAttachment",
            "deleteCollection",
            "inviteUser",
            "removeFromCollection",
            "restoreAssets",
            "retryProxies",
            "setOriginalState",
            "updateAsset",
            "updateCollection",
            "uploadAsset",
        ],
    ),
    (
        "ADMIN",
        &[
            "accessRules",
            "addToUserGroup",
            "clearLogo",
            "clearWatermark",
            "createPasswordLink",
            "createUser",
            "createUserGroup",
            "deleteUser",
            "deleteUserGroup",
            "disableUser",
            "discardJobs",
            "enableUser",
            "grantAccess",
            "inviteUser",
            "jobQueue",
            "linkEvents",
            "removeFromUserGroup",
            "retryJobs",
            "revokeAccess",
            "securityEvents",
            "setLogo",
            "setWatermark",
            "updateUser",
            "updateWorkspace",
            "userGroups",
            "users",
        ],
    ),
];

/// Those that need no scope. A new field has to be put into one of the lists.
const FREE: [&str; 19] = [
    "accessToken",
    "accessTokens",
    "changeEmail",
    "changePassword",
    "choosePassword",
    "createAccessToken",
    "generatePassword",
    "node",
    "requestPasswordLink",
    "revokeAccessToken",
    "revokeSession",
    "searchSharedLinkByPerson",
    "sessions",
    "sharedLink",
    "signIn",
    "signOut",
    "unlockSharedLink",
    "viewer",
    "workspace",
];

const CREATE: &str = "mutation($input: CreateAccessTokenInput!) { createAccessToken(input: $input) {
    token userErrors { code field message } } }";

/// A token of this user's with these scopes.
async fn token(server: &Running, user: &str, scopes: &[&str]) -> String {
    let input = json!({ "name": "robot", "scopes": scopes });
    let made = server.data(user, CREATE, json!({ "input": input })).await;
    made["createAccessToken"]["token"].as_str().unwrap_or_else(|| panic!("{made}")).to_owned()
}

/// The scopes that a refusal names. A refused request has run nothing.
fn missing(answer: &Value) -> BTreeSet<&str> {
    let errors = answer["errors"].as_array().map(Vec::as_slice).unwrap_or_default();
    let named = errors.iter().filter_map(|error| {
        let (_, rest) = error["message"].as_str()?.split_once("lacks the scope ")?;
        assert_eq!(error["extensions"]["code"], "FORBIDDEN", "{answer}");
        assert!(answer["data"].is_null(), "{answer}");
        rest.split('.').next()
    });
    named.collect()
}

/// A root field with arguments that are of the right types, and nothing else.
struct Call {
    name: String,
    query: String,
    takes_file: bool,
}

/// A call of each root field, made from the API's schema. `signOut` is the last one, because it ends the token.
async fn calls(server: &Running) -> Vec<Call> {
    const OF: &str = "name kind ofType { name kind ofType { name kind ofType { name kind } } }";
    let query = format!(
        "{{ __schema {{ types {{ name enumValues {{ name }} inputFields {{ name defaultValue type {{ {OF} }} }} }}
            query: queryType {{ ...fields }} mutation: mutationType {{ ...fields }}
            subscription: subscriptionType {{ ...fields }} }} }}
         fragment fields on __Type {{ fields {{ name args {{ name defaultValue type {{ {OF} }} }} type {{ {OF} }} }} }}"
    );
    let schema = server.data("", &query, Value::Null).await["__schema"].clone();
    let types: BTreeMap<&str, &Value> =
        schema["types"].as_array().unwrap().iter().map(|ty| (ty["name"].as_str().unwrap(), ty)).collect();
    let mut calls = Vec::new();
    for root in ["query", "mutation", "subscription"] {
        for field in schema[root]["fields"].as_array().unwrap() {
            let name = field["name"].as_str().unwrap();
            let takes_file = ["attachFile", "setLogo", "uploadAsset"].contains(&name);
            let given = if takes_file { "input: $input".to_owned() } else { required(&field["args"], &types) };
            let given = if given.is_empty() { given } else { format!("({given})") };
            let selected = if is_leaf(&field["type"]) { "" } else { "{ __typename }" };
            let variables = match name {
                "attachFile" => "($input: AttachFileInput!)",
                "setLogo" => "($input: SetLogoInput!)",
                "uploadAsset" => "($input: UploadAssetInput!)",
                _ => "",
            };
            let query = format!("{root}{variables} {{ {name}{given} {selected} }}");
            calls.push(Call { name: name.to_owned(), query, takes_file });
        }
    }
    calls.sort_by_key(|call| call.name == "signOut");
    calls
}

/// The arguments or fields that must be given.
fn required(inputs: &Value, types: &BTreeMap<&str, &Value>) -> String {
    let required = inputs
        .as_array()
        .unwrap()
        .iter()
        .filter(|input| input["type"]["kind"] == "NON_NULL" && input["defaultValue"].is_null());
    let given = required
        .map(|input| format!("{}: {}", input["name"].as_str().unwrap(), literal(&input["type"]["ofType"], types)));
    given.collect::<Vec<_>>().join(", ")
}

fn literal(ty: &Value, types: &BTreeMap<&str, &Value>) -> String {
    let name = ty["name"].as_str().unwrap_or_default();
    match ty["kind"].as_str().unwrap() {
        "LIST" => "[]".to_owned(),
        "ENUM" => types[name]["enumValues"][0]["name"].as_str().unwrap().to_owned(),
        "INPUT_OBJECT" => format!("{{ {} }}", required(&types[name]["inputFields"], types)),
        _ => "\"x\"".to_owned(),
    }
}

fn is_leaf(ty: &Value) -> bool {
    match ty["kind"].as_str().unwrap() {
        "NON_NULL" | "LIST" => is_leaf(&ty["ofType"]),
        kind => ["SCALAR", "ENUM"].contains(&kind),
    }
}

async fn answer(server: &Running, token: &str, call: &Call) -> Value {
    if call.takes_file {
        let input =
            if call.name == "attachFile" { json!({ "assetId": "x", "file": null }) } else { json!({ "file": null }) };
        let sent = server.upload_call(token, &call.query, input, "b.jpg", fixtures::jpeg(8, 8)).await;
        return sent.json().await.unwrap();
    }
    if call.query.starts_with("subscription") {
        return server.first(token, &call.query, Value::Null).await;
    }
    server.call(token, &call.query, Value::Null).await
}

#[tokio::test]
async fn every_set_of_scopes_is_asked_for_every_field() {
    let server = start().await;
    let admin = server.admin().await;
    let calls = calls(&server).await;
    let listed = NEEDED.iter().flat_map(|(_, fields)| *fields).chain(&FREE).copied().collect::<BTreeSet<_>>();
    assert_eq!(calls.iter().map(|call| call.name.as_str()).collect::<BTreeSet<_>>(), listed);
    for set in 1..1 << SCOPES.len() {
        let chosen: Vec<&str> = (0..SCOPES.len()).filter(|bit| set >> bit & 1 == 1).map(|bit| SCOPES[bit]).collect();
        let has = |scope: &str| {
            chosen.contains(&scope)
                || scope.strip_suffix("READ").is_some_and(|kind| chosen.contains(&format!("{kind}WRITE").as_str()))
        };
        let token = token(&server, &admin, &chosen).await;
        for call in &calls {
            let lacks: BTreeSet<&str> = NEEDED
                .iter()
                .filter(|(scope, fields)| fields.contains(&call.name.as_str()) && !has(scope))
                .map(|(scope, _)| *scope)
                .collect();
            let answer = answer(&server, &token, call).await;
            assert_eq!(missing(&answer), lacks, "{} with {chosen:?}: {answer}", call.query);
        }
        let ended = server.data(&token, "{ viewer { id } }", Value::Null).await;
        assert!(ended["viewer"].is_null(), "it was allowed to sign out");
    }
}

#[tokio::test]
async fn what_is_reached_needs_its_scope_too() {
    let server = start().await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "a.jpg", fixtures::jpeg(40, 30)).await["id"].clone();
    let link = server.public_link(&admin, &asset, Value::Null).await["id"].clone();
    let collection = server.collection(&admin, "Shown", std::slice::from_ref(&asset)).await;
    let variables = json!({ "asset": asset, "link": link, "no": false, "yes": true });
    let (links, assets) = ("LINKS_READ", "ASSETS_READ");
    let cases: &[(&str, &str, &[&str])] = &[
        // A link says what it leads to by its id only.
        ("{ links { nodes { url target { __typename ... on Asset { id } ... on Collection { id } } } } }", links, &[]),
        ("{ links { nodes { url target { ... on Asset { title } } } } }", links, &[assets]),
        ("{ links { nodes { target { ... on Asset { originalUrl } } } } }", links, &[assets]),
        ("{ links { nodes { target { ... on Collection { name } } } } }", links, &[assets]),
        ("{ links { nodes { createdBy { name } settings { hasPassword } preparation { total } } } }", links, &[]),
        ("{ links { totalCount } assets { totalCount } }", links, &[assets]),
        ("{ assets { nodes { title proxies { url } links { nodes { id } } } } }", assets, &[links]),
        ("{ assets { nodes { links { totalCount } } } }", assets, &[links]),
        (
            "{ assets { edges { node { title thumbnailUrl attachments { url } } } pageInfo { hasNextPage } } }",
            assets,
            &[],
        ),
        ("{ collections { nodes { createdBy { email } assets { nodes { sharing { canShare } } } } } }", assets, &[]),
        ("{ collections { nodes { links { nodes { url } } } } }", assets, &[links]),
        // Fragments, aliases and other operations.
        (
            "{ ...a } fragment a on Query { ...b } fragment b on Query { all: assets { nodes { id } } }",
            links,
            &[assets],
        ),
        ("{ ... on Query { all: assets { nodes { id } } } }", links, &[assets]),
        (
            "{ links { nodes { ...l } } } fragment l on Link { target { ...t } }
            fragment t on LinkTarget { ... on Asset { number } }",
            links,
            &[assets],
        ),
        ("query($yes: Boolean!) { viewer { id } assets @skip(if: $yes) { totalCount } }", links, &[]),
        ("query($no: Boolean!) { viewer { id } ... @include(if: $no) { assets { totalCount } } }", links, &[]),
        ("query($no: Boolean!) { viewer { id } assets @skip(if: $no) { totalCount } }", links, &[assets]),
        ("query($yes: Boolean = true) { assets @include(if: $yes) { totalCount } }", links, &[assets]),
        // Objects by their id.
        ("query($asset: ID!) { node(id: $asset) { __typename } }", links, &[assets]),
        ("query($link: ID!) { node(id: $link) { id ... on Link { url } } }", links, &[]),
        ("query($link: ID!) { node(id: $link) { ... on Asset { title } } }", links, &[assets]),
        ("query($asset: ID!) { node(id: $asset) { ... on Asset { title } } }", assets, &[]),
        ("query($link: ID!) { node(id: $link) { id } }", assets, &[links]),
        ("{ node(id: \"ASSET\") { id } }", links, &[assets]),
        ("{ node(id: \"COLLECTION\") { id } }", links, &[assets]),
        ("{ node(id: \"COLLECTION\") { id } }", assets, &[]),
        // What is about the token's owner and their workspace, without its files.
        (
            "{ viewer { name email role storage { used } } workspace { name watermark { opacity } } __typename }",
            links,
            &[],
        ),
        ("{ workspace { watermark { url } } }", links, &[assets]),
        ("{ workspace { watermark { url } } }", assets, &[]),
        ("{ __schema { queryType { name } } }", links, &[]),
        // What mutations answer.
        (
            "mutation($asset: ID!) { createPublicLink(input: { assetId: $asset }) { link { url } userErrors { code } } }",
            "LINKS_WRITE",
            &[],
        ),
        (
            "mutation($asset: ID!) { createPublicLink(input: { assetId: $asset }) { link { target { ... on Asset { title } } } } }",
            "LINKS_WRITE",
            &[assets],
        ),
        (
            "mutation($asset: ID!) { shareAssets(input: { assetIds: [$asset] }) { shared collection { id } link { url } } }",
            "LINKS_WRITE",
            &[],
        ),
        (
            "mutation($asset: ID!) { updateAsset(input: { assetId: $asset, title: \"New\" }) { asset { title } } }",
            "ASSETS_WRITE",
            &[],
        ),
        (
            "mutation($asset: ID!) { updateAsset(input: { assetId: $asset, title: \"Newer\" }) {
            asset { title links { totalCount } } } }",
            "ASSETS_WRITE",
            &[links],
        ),
        ("{ accessRules { nodes { rights user { name } scope { ... on Asset { id } } } } }", "ADMIN", &[]),
        ("{ accessRules { nodes { scope { ... on Asset { title } } } } }", "ADMIN", &[assets]),
    ];
    let links_before = server.count("links").await;
    for (query, scope, lacks) in cases {
        let query = query.replace("ASSET\"", &format!("{}\"", asset.as_str().unwrap()));
        let query = query.replace("COLLECTION", collection.as_str().unwrap());
        let token = token(&server, &admin, &[scope]).await;
        let answer = server.call(&token, &query, variables.clone()).await;
        assert_eq!(missing(&answer), lacks.iter().copied().collect(), "{query}: {answer}");
        assert!(!lacks.is_empty() || answer.get("errors").is_none(), "{query}: {answer}");
        // A session reaches all of it.
        if !query.starts_with("mutation") {
            server.data(&admin, &query, variables.clone()).await;
        }
    }
    assert_eq!(server.count("links").await, links_before + 2, "a refused mutation has done nothing");
    let title = server.data(&admin, "query($asset: ID!) { asset(id: $asset) { title } }", variables.clone()).await;
    assert_eq!(title["asset"]["title"], "New");
}

#[tokio::test]
async fn a_refusal_says_what_to_do_over_http_and_over_a_socket() {
    let server = start().await;
    let admin = server.admin().await;
    let robot = token(&server, &admin, &["LINKS_WRITE"]).await;
    let query = "{ viewer { id } assets { nodes { title } } }";
    let expected = json!({ "errors": [{
        "message": "The access token lacks the scope ASSETS_READ. Create another one that has it, or sign in. The field \
            `Query.assets` needs it.",
        "extensions": { "code": "FORBIDDEN" },
    }] });
    for (accept, status) in
        [("application/json", StatusCode::OK), ("application/graphql-response+json", StatusCode::FORBIDDEN)]
    {
        let visitor = server.visitor();
        let post = visitor.request(Method::POST, "/graphql").json(&json!({ "query": query }));
        let encoded = query.replace(' ', "%20").replace('{', "%7B").replace('}', "%7D");
        let get = visitor.request(Method::GET, &format!("/graphql?query={encoded}"));
        for request in [post, get] {
            let sent = request.bearer_auth(&robot).header("accept", accept).send().await.unwrap();
            assert_eq!(sent.status(), status, "{accept}");
            assert_eq!(sent.json::<Value>().await.unwrap(), expected);
        }
    }
    let over_socket = server.first(&robot, query, Value::Null).await;
    assert_eq!(over_socket["errors"], expected["errors"]);
    let upload = "mutation($input: UploadAssetInput!) { uploadAsset(input: $input) { asset { id } } }";
    let sent = server.upload_call(&robot, upload, json!({ "file": null }), "a.jpg", fixtures::jpeg(40, 30)).await;
    assert_eq!(missing(&sent.json().await.unwrap()), BTreeSet::from(["ASSETS_WRITE"]));
    assert_eq!((server.count("assets").await, server.blobs()), (0, 0));
}

#[tokio::test]
async fn a_signed_url_opens_nothing_for_a_token_without_the_scope() {
    let server = start_with(Options { workers: true, ..Options::default() }).await;
    let admin = server.admin().await;
    server.set_watermark(&admin, json!({ "file": null }), Some(fixtures::plain_png(40, 20, [200, 0, 0]))).await;
    let asset = server.upload(&admin, "a.jpg", fixtures::jpeg(400, 300)).await["id"].clone();
    server.proxies(&admin, &asset).await;
    let robot = token(&server, &admin, &["ASSETS_READ"]).await;
    let query = "query($id: ID!) { asset(id: $id) { thumbnailUrl originalUrl } workspace { watermark { url } } }";
    let data = server.data(&robot, query, json!({ "id": asset })).await;
    let urls = [&data["asset"]["thumbnailUrl"], &data["asset"]["originalUrl"], &data["workspace"]["watermark"]["url"]];
    let statuses = async || {
        let mut statuses = Vec::new();
        for url in urls {
            statuses.push(server.visitor().get(url.as_str().unwrap()).await.status().as_u16());
        }
        statuses
    };
    assert_eq!(statuses().await, [200, 200, 200]);
    // All but that scope. No operation takes a scope from a token; this asks whether the file's own look-up minds it.
    server.sql("UPDATE bearer_tokens SET scopes = 27 WHERE kind = 'PERSONAL'").await;
    assert_eq!(statuses().await, [404, 404, 404]);
}

#[tokio::test]
async fn pages_take_no_token_of_a_program() {
    let server = start().await;
    let admin = server.admin().await;
    server.upload(&admin, "a.jpg", fixtures::jpeg(40, 30)).await;
    let robot = token(&server, &admin, &SCOPES).await;
    for (token, is_shown) in [(&admin, true), (&robot, false)] {
        for path in ["/library", "/a/VTR-1", "/links"] {
            let cookie = format!("vitrine_user={token}");
            let page = server.visitor().request(Method::GET, path).header("cookie", cookie).send().await.unwrap();
            assert_eq!(page.text().await.unwrap().contains("Ada Admin"), is_shown, "{path}");
        }
    }
}

#[tokio::test]
async fn a_token_has_the_scopes_that_were_chosen_and_tells_them() {
    let server = start().await;
    let admin = server.admin().await;
    let editor = server.user(&admin, "Eddi", "EDITOR").await;
    let all_but_admin = &SCOPES[..4];
    let own = "{ accessToken { name scopes expiresAt } }";
    for (user, chosen, expected) in [
        (&admin, Value::Null, &SCOPES[..]),
        (&editor, Value::Null, all_but_admin),
        (&admin, json!(["ADMIN"]), &SCOPES[4..]),
        (&editor, json!(["LINKS_WRITE"]), &SCOPES[..2]),
        (
            &editor,
            json!(["ASSETS_WRITE", "ASSETS_WRITE", "LINKS_READ"]),
            &["LINKS_READ", "ASSETS_READ", "ASSETS_WRITE"],
        ),
    ] {
        let input = json!({ "input": { "name": "robot", "scopes": chosen } });
        let made = server.data(user, CREATE, input).await["createAccessToken"]["token"].clone();
        let told = server.data(made.as_str().unwrap(), own, Value::Null).await["accessToken"].clone();
        assert_eq!((&told["name"], &told["scopes"]), (&json!("robot"), &json!(expected)));
        assert!(told["expiresAt"].is_string(), "{told}");
        let listed = server.data(user, "{ accessTokens { scopes } }", Value::Null).await;
        assert_eq!(listed["accessTokens"][0]["scopes"], json!(expected), "the newest is the first");
    }
    assert_eq!(server.data(&admin, own, Value::Null).await["accessToken"], Value::Null, "a session is no access token");
    let anonymous = server.call("", own, Value::Null).await;
    assert_eq!(anonymous["errors"][0]["extensions"]["code"], "UNAUTHENTICATED");
    for (user, scopes) in [(&admin, json!([])), (&editor, json!(["ADMIN"])), (&editor, json!(["LINKS_READ", "ADMIN"]))]
    {
        let refusal = server.refusal(user, CREATE, json!({ "input": { "name": "x", "scopes": scopes } })).await;
        assert_eq!(refusal, ("INVALID_INPUT".into(), vec!["scopes".into()]));
    }
    let events = "{ securityEvents(first: 1, filter: { action: TOKEN_CREATED }) { nodes { changes { field to } } } }";
    let event = server.data(&admin, events, Value::Null).await["securityEvents"]["nodes"][0].clone();
    assert_eq!(event["changes"][1], json!({ "field": "scopes", "to": "LINKS_READ, ASSETS_READ, ASSETS_WRITE" }));
}

#[tokio::test]
async fn a_scope_gives_no_right() {
    let server = start().await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "a.jpg", fixtures::jpeg(40, 30)).await["id"].clone();
    let viewer = server.user(&admin, "Vera", "VIEWER").await;
    let robot = token(&server, &viewer, &SCOPES[..4]).await;
    let share = "mutation($id: ID!) { createPublicLink(input: { assetId: $id }) { userErrors { code message } } }";
    assert_eq!(server.refusal(&robot, share, json!({ "id": asset })).await.0, "NOT_SHAREABLE");
    // Who becomes an administrator makes no administrators of the programs that they had before.
    let promote = "mutation($id: ID!) { updateUser(input: { id: $id, role: ADMIN }) { userErrors { code } } }";
    server.data(&admin, promote, json!({ "id": server.user_id(&viewer).await })).await;
    assert!(server.data(&viewer, "{ users { totalCount } }", Value::Null).await["users"]["totalCount"].is_number());
    let refused = server.call(&robot, "{ users { totalCount } }", Value::Null).await;
    assert_eq!(missing(&refused), BTreeSet::from(["ADMIN"]));
    let other = json!({ "id": server.user_id(&admin).await });
    let storage = "query($id: ID!) { node(id: $id) { ... on User { storage { used } } } }";
    assert!(server.data(&viewer, storage, other.clone()).await["node"]["storage"].is_object());
    assert!(server.data(&robot, storage, other).await["node"]["storage"].is_null(), "that of others");
}

#[tokio::test]
async fn a_token_that_an_earlier_version_makes_has_all_scopes() {
    let server = start().await;
    let admin = server.admin().await;
    server
        .sql(
            "INSERT INTO bearer_tokens (id, sha256, user_id, kind, name, created_at)
                SELECT gen_random_uuid(), '\\x00', id, 'PERSONAL', 'old', now() FROM users",
        )
        .await;
    let listed = server.data(&admin, "{ accessTokens { name scopes } }", Value::Null).await;
    assert_eq!(listed["accessTokens"], json!([{ "name": "old", "scopes": SCOPES }]));
}
