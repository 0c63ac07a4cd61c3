//! Who may call what: every field of the API, tried by everybody.

use serde_json::{Value, json};
use std::collections::BTreeSet;
use tests::{ADMIN_EMAIL, ADMIN_PASSWORD, Running, fixtures, start};

/// The callers, in the order of the columns below.
const CALLERS: [&str; 4] = ["anonymous", "a viewer", "another editor", "an administrator of another workspace"];

/// Field, the call, and what each caller gets. Ids are those of things that the administrator has.
const CALLS: &[(&str, &str, [&str; 4])] = &[
    ("accessRules", "{ accessRules { nodes { id } } }", ["UNAUTHENTICATED", "FORBIDDEN", "FORBIDDEN", "empty"]),
    ("accessToken", "{ accessToken { id } }", ["UNAUTHENTICATED", "null", "null", "null"]),
    ("accessTokens", "{ accessTokens { id } }", ["UNAUTHENTICATED", "empty", "empty", "empty"]),
    ("asset", "{ asset(id: \"ASSET\") { id links { nodes { id } } } }", ["UNAUTHENTICATED", "done", "done", "null"]),
    ("assets", "{ assets { nodes { id } } }", ["UNAUTHENTICATED", "done", "done", "empty"]),
    ("collection", "{ collection(id: \"COLLECTION\") { id } }", ["UNAUTHENTICATED", "done", "done", "null"]),
    ("collection", "{ collection(id: \"HIDDEN\") { id } }", ["UNAUTHENTICATED", "null", "null", "null"]),
    ("collections", "{ collections { nodes { id } } }", ["UNAUTHENTICATED", "done", "done", "empty"]),
    ("jobQueue", "{ jobQueue { lanes { name } } }", ["UNAUTHENTICATED", "FORBIDDEN", "FORBIDDEN", "done"]),
    ("link", "{ link(id: \"LINK\") { id } }", ["UNAUTHENTICATED", "null", "null", "null"]),
    ("linkEvents", "{ linkEvents { nodes { linkId } } }", ["UNAUTHENTICATED", "FORBIDDEN", "FORBIDDEN", "empty"]),
    ("links", "{ links { nodes { id } } }", ["UNAUTHENTICATED", "empty", "empty", "empty"]),
    ("node", "{ node(id: \"ASSET\") { id } }", ["UNAUTHENTICATED", "done", "done", "null"]),
    ("node", "{ node(id: \"LINK\") { id } }", ["UNAUTHENTICATED", "null", "null", "null"]),
    ("node", "{ node(id: \"ATTACHMENT\") { id } }", ["UNAUTHENTICATED", "done", "done", "null"]),
    ("node", "{ node(id: \"USER\") { id } }", ["UNAUTHENTICATED", "done", "done", "null"]),
    ("node", "{ node(id: \"TOKEN\") { id } }", ["UNAUTHENTICATED", "null", "null", "null"]),
    ("node", "{ node(id: \"COLLECTION\") { id } }", ["UNAUTHENTICATED", "done", "done", "null"]),
    ("node", "{ node(id: \"HIDDEN\") { id } }", ["UNAUTHENTICATED", "null", "null", "null"]),
    ("node", "{ node(id: \"RULE\") { id } }", ["UNAUTHENTICATED", "null", "null", "null"]),
    ("node", "{ node(id: \"GROUP\") { id } }", ["UNAUTHENTICATED", "null", "null", "null"]),
    (
        "shareOptions",
        "{ shareOptions(assetIds: [\"ASSET\"]) { notShareable { reason } } }",
        ["UNAUTHENTICATED", "left out NO_RIGHT", "done", "left out NOT_FOUND"],
    ),
    (
        "shareOptions",
        "{ shareOptions(collectionId: \"COLLECTION\") { notShareable { reason } } }",
        ["UNAUTHENTICATED", "left out NO_RIGHT", "done", "NOT_FOUND"],
    ),
    (
        "shareOptions",
        "{ shareOptions(collectionId: \"HIDDEN\") { requested } }",
        ["UNAUTHENTICATED", "NOT_FOUND", "NOT_FOUND", "NOT_FOUND"],
    ),
    (
        "securityEvents",
        "{ securityEvents(filter: { action: GROUP_CREATED }) { nodes { action } } }",
        ["UNAUTHENTICATED", "FORBIDDEN", "FORBIDDEN", "empty"],
    ),
    ("sessions", "{ sessions(userId: \"USER\") { id } }", ["UNAUTHENTICATED", "FORBIDDEN", "FORBIDDEN", "empty"]),
    (
        "accessTokens",
        "{ accessTokens(userId: \"USER\") { id } }",
        ["UNAUTHENTICATED", "FORBIDDEN", "FORBIDDEN", "empty"],
    ),
    ("sharedLink", "{ sharedLink(token: \"LINK_TOKEN\") { name assets { nodes { id } } } }", ["done"; 4]),
    ("sharedLink", "{ sharedLink(token: \"nothing\") { name } }", ["null"; 4]),
    ("userGroups", "{ userGroups { id } }", ["UNAUTHENTICATED", "FORBIDDEN", "FORBIDDEN", "empty"]),
    ("users", "{ users { nodes { id } } }", ["UNAUTHENTICATED", "FORBIDDEN", "FORBIDDEN", "done"]),
    ("viewer", "{ viewer { id } }", ["null", "done", "done", "done"]),
    ("workspace", "{ workspace { name } }", ["UNAUTHENTICATED", "done", "done", "done"]),
    (
        "addToCollection",
        "mutation { addToCollection(collectionId: \"COLLECTION\", assetIds: [\"ASSET\"]) { userErrors { code } } }",
        ["UNAUTHENTICATED", "FORBIDDEN", "done", "refused NOT_FOUND"],
    ),
    (
        "addToUserGroup",
        "mutation { addToUserGroup(groupId: \"GROUP\", userIds: []) { userErrors { code } } }",
        ["UNAUTHENTICATED", "FORBIDDEN", "FORBIDDEN", "refused NOT_FOUND"],
    ),
    (
        "attachFile",
        "mutation($input: AttachFileInput!) { attachFile(input: $input) { userErrors { code } } }",
        ["UNAUTHENTICATED", "FORBIDDEN", "done", "refused NOT_FOUND"],
    ),
    (
        "changeLinks",
        "mutation { changeLinks(input: { filter: { kind: PUBLIC }, action: DELETE }) { changed } }",
        ["UNAUTHENTICATED", "done", "done", "done"],
    ),
    (
        "changeLinks",
        "mutation { changeLinks(input: { filter: { assetId: \"ASSET\" }, action: DISABLE }) { changed } }",
        ["UNAUTHENTICATED", "done", "done", "done"],
    ),
    (
        "changeEmail",
        "mutation { changeEmail(input: { currentPassword: \"x\", email: \"a@example.com\" }) { userErrors { code } } }",
        ["UNAUTHENTICATED", "refused WRONG_PASSWORD", "refused WRONG_PASSWORD", "refused WRONG_PASSWORD"],
    ),
    (
        "changePassword",
        "mutation { changePassword(input: { currentPassword: \"x\", newPassword: \"quite another one\" }) { userErrors { code } } }",
        ["UNAUTHENTICATED", "refused WRONG_PASSWORD", "refused WRONG_PASSWORD", "refused WRONG_PASSWORD"],
    ),
    (
        "revokeSession",
        "mutation { revokeSession(id: \"SESSION\") { userErrors { code } } }",
        ["UNAUTHENTICATED", "refused NOT_FOUND", "refused NOT_FOUND", "refused NOT_FOUND"],
    ),
    (
        "clearLogo",
        "mutation { clearLogo { userErrors { code } } }",
        ["UNAUTHENTICATED", "FORBIDDEN", "FORBIDDEN", "done"],
    ),
    (
        "clearWatermark",
        "mutation { clearWatermark { userErrors { code } } }",
        ["UNAUTHENTICATED", "FORBIDDEN", "FORBIDDEN", "done"],
    ),
    (
        "createAccessToken",
        "mutation { createAccessToken(input: { name: \"x\" }) { userErrors { code } } }",
        ["UNAUTHENTICATED", "done", "done", "done"],
    ),
    (
        "createCollection",
        "mutation { createCollection(input: { name: \"New\", assetIds: [\"ASSET\"] }) { userErrors { code } } }",
        ["UNAUTHENTICATED", "FORBIDDEN", "done", "refused NOT_FOUND"],
    ),
    (
        "createCollectionLink",
        "mutation { createCollectionLink(input: { collectionId: \"COLLECTION\" }) { userErrors { code } } }",
        ["UNAUTHENTICATED", "refused NOTHING_TO_SHARE", "done", "refused NOT_FOUND"],
    ),
    (
        "createCollectionLink",
        "mutation { createCollectionLink(input: { collectionId: \"HIDDEN\" }) { userErrors { code } } }",
        ["UNAUTHENTICATED", "refused NOT_FOUND", "refused NOT_FOUND", "refused NOT_FOUND"],
    ),
    (
        "createDownloadLink",
        "mutation { createDownloadLink(input: { assetId: \"ASSET\" }) { userErrors { code } } }",
        ["UNAUTHENTICATED", "refused NOT_SHAREABLE", "done", "refused NOT_FOUND"],
    ),
    (
        "createPublicLink",
        "mutation { createPublicLink(input: { assetId: \"ASSET\" }) { userErrors { code } } }",
        ["UNAUTHENTICATED", "refused NOT_SHAREABLE", "done", "refused NOT_FOUND"],
    ),
    (
        "createUser",
        "mutation { createUser(input: { email: \"new@example.com\", name: \"New\", password: \"long enough\",
            role: ADMIN }) { userErrors { code } } }",
        ["UNAUTHENTICATED", "FORBIDDEN", "FORBIDDEN", "done"],
    ),
    (
        "createUserGroup",
        "mutation { createUserGroup(name: \"New\") { userErrors { code } } }",
        ["UNAUTHENTICATED", "FORBIDDEN", "FORBIDDEN", "done"],
    ),
    (
        "deleteAssets",
        "mutation { deleteAssets(ids: [\"OTHER_ASSET\"]) { userErrors { code } } }",
        ["UNAUTHENTICATED", "refused NO_RIGHT", "done", "refused NOT_FOUND"],
    ),
    (
        "restoreAssets",
        "mutation { restoreAssets(ids: [\"OTHER_ASSET\"]) { userErrors { code } } }",
        ["UNAUTHENTICATED", "refused NOT_FOUND", "done", "refused NOT_FOUND"],
    ),
    ("assets", "{ assets(filter: { deleted: true }) { nodes { id } } }", ["UNAUTHENTICATED", "empty", "done", "empty"]),
    ("node", "{ node(id: \"IN_BIN\") { id } }", ["UNAUTHENTICATED", "null", "null", "null"]),
    (
        "deleteAttachment",
        "mutation { deleteAttachment(id: \"OTHER_ATTACHMENT\") { userErrors { code } } }",
        ["UNAUTHENTICATED", "FORBIDDEN", "done", "refused NOT_FOUND"],
    ),
    (
        "deleteCollection",
        "mutation { deleteCollection(id: \"HIDDEN\") { userErrors { code } } }",
        ["UNAUTHENTICATED", "refused NOT_FOUND", "refused NOT_FOUND", "refused NOT_FOUND"],
    ),
    (
        "deleteUserGroup",
        "mutation { deleteUserGroup(id: \"GROUP\") { userErrors { code } } }",
        ["UNAUTHENTICATED", "FORBIDDEN", "FORBIDDEN", "refused NOT_FOUND"],
    ),
    (
        "disableLink",
        "mutation { disableLink(id: \"LINK\") { userErrors { code } } }",
        ["UNAUTHENTICATED", "refused NOT_FOUND", "refused NOT_FOUND", "refused NOT_FOUND"],
    ),
    (
        "enableLink",
        "mutation { enableLink(id: \"LINK\") { userErrors { code } } }",
        ["UNAUTHENTICATED", "refused NOT_FOUND", "refused NOT_FOUND", "refused NOT_FOUND"],
    ),
    (
        "deleteLinks",
        "mutation { deleteLinks(ids: [\"LINK\"]) { userErrors { code } } }",
        ["UNAUTHENTICATED", "refused NOT_FOUND", "refused NOT_FOUND", "refused NOT_FOUND"],
    ),
    (
        "discardJobs",
        "mutation { discardJobs(ids: [\"x\"]) { userErrors { code } } }",
        ["UNAUTHENTICATED", "FORBIDDEN", "FORBIDDEN", "refused NOT_FOUND"],
    ),
    ("generatePassword", "mutation { generatePassword }", ["UNAUTHENTICATED", "done", "done", "done"]),
    (
        "grantAccess",
        "mutation { grantAccess(input: { assetId: \"ASSET\", rights: [SHARE] }) { userErrors { code } } }",
        ["UNAUTHENTICATED", "FORBIDDEN", "FORBIDDEN", "refused NOT_FOUND"],
    ),
    (
        "removeFromCollection",
        "mutation { removeFromCollection(collectionId: \"COLLECTION\", assetIds: []) { userErrors { code } } }",
        ["UNAUTHENTICATED", "FORBIDDEN", "done", "refused NOT_FOUND"],
    ),
    (
        "removeFromUserGroup",
        "mutation { removeFromUserGroup(groupId: \"GROUP\", userIds: [\"USER\"]) { userErrors { code } } }",
        ["UNAUTHENTICATED", "FORBIDDEN", "FORBIDDEN", "refused NOT_FOUND"],
    ),
    (
        "retryJobs",
        "mutation { retryJobs { userErrors { code } } }",
        ["UNAUTHENTICATED", "FORBIDDEN", "FORBIDDEN", "done"],
    ),
    (
        "retryProxies",
        "mutation { retryProxies(assetId: \"ASSET\") { userErrors { code } } }",
        ["UNAUTHENTICATED", "FORBIDDEN", "done", "refused NOT_FOUND"],
    ),
    (
        "revokeAccess",
        "mutation { revokeAccess(id: \"RULE\") { userErrors { code } } }",
        ["UNAUTHENTICATED", "FORBIDDEN", "FORBIDDEN", "refused NOT_FOUND"],
    ),
    (
        "rotateLink",
        "mutation { rotateLink(id: \"LINK\") { userErrors { code } } }",
        ["UNAUTHENTICATED", "refused NOT_FOUND", "refused NOT_FOUND", "refused NOT_FOUND"],
    ),
    (
        "revokeAccessToken",
        "mutation { revokeAccessToken(id: \"TOKEN\") { userErrors { code } } }",
        ["UNAUTHENTICATED", "refused NOT_FOUND", "refused NOT_FOUND", "refused NOT_FOUND"],
    ),
    (
        "setOriginalState",
        "mutation { setOriginalState(assetId: \"ASSET\", state: AVAILABLE) { userErrors { code } } }",
        ["UNAUTHENTICATED", "FORBIDDEN", "done", "refused NOT_FOUND"],
    ),
    (
        "searchSharedLinkByPerson",
        "mutation($input: Upload!) { searchSharedLinkByPerson(token: \"nothing\", photo: $input) { userErrors { code } } }",
        ["refused NOT_FOUND"; 4],
    ),
    (
        "setLogo",
        "mutation($input: SetLogoInput!) { setLogo(input: $input) { userErrors { code } } }",
        ["UNAUTHENTICATED", "FORBIDDEN", "FORBIDDEN", "done"],
    ),
    (
        "setWatermark",
        "mutation { setWatermark(input: { opacity: 0.5 }) { userErrors { code } } }",
        ["UNAUTHENTICATED", "FORBIDDEN", "FORBIDDEN", "refused INVALID_FILE"],
    ),
    (
        "shareAssets",
        "mutation { shareAssets(input: { assetIds: [\"ASSET\"] }) { userErrors { code } } }",
        ["UNAUTHENTICATED", "refused NOTHING_TO_SHARE", "done", "refused NOTHING_TO_SHARE"],
    ),
    (
        "signIn",
        "mutation { signIn(input: { email: \"EMAIL\", password: \"PASSWORD\" }) { userErrors { code } } }",
        ["done", "done", "done", "done"],
    ),
    (
        "updateAsset",
        "mutation { updateAsset(input: { assetId: \"ASSET\", altText: \"A bridge\" }) { userErrors { code } } }",
        ["UNAUTHENTICATED", "FORBIDDEN", "done", "refused NOT_FOUND"],
    ),
    (
        "updateCollection",
        "mutation { updateCollection(input: { id: \"HIDDEN\", name: \"Mine\" }) { userErrors { code } } }",
        ["UNAUTHENTICATED", "refused NOT_FOUND", "refused NOT_FOUND", "refused NOT_FOUND"],
    ),
    (
        "updateLink",
        "mutation { updateLink(input: { id: \"LINK\", settings: { name: \"Mine\" } }) { userErrors { code } } }",
        ["UNAUTHENTICATED", "refused NOT_FOUND", "refused NOT_FOUND", "refused NOT_FOUND"],
    ),
    (
        "deleteUser",
        "mutation { deleteUser(input: { id: \"USER\" }) { userErrors { code } } }",
        ["UNAUTHENTICATED", "FORBIDDEN", "FORBIDDEN", "refused NOT_FOUND"],
    ),
    (
        "choosePassword",
        "mutation { choosePassword(input: { token: \"x\", password: \"a password of my own\" }) { userErrors { code } } }",
        ["refused NOT_FOUND"; 4],
    ),
    (
        "createPasswordLink",
        "mutation { createPasswordLink(userId: \"USER\") { userErrors { code } } }",
        ["UNAUTHENTICATED", "FORBIDDEN", "FORBIDDEN", "refused NOT_FOUND"],
    ),
    (
        "inviteUser",
        "mutation { inviteUser(input: { email: \"EMAIL\", name: \"X\", role: ADMIN }) { userErrors { code } } }",
        ["UNAUTHENTICATED", "FORBIDDEN", "FORBIDDEN", "refused EMAIL_TAKEN"],
    ),
    (
        "requestPasswordLink",
        "mutation { requestPasswordLink(email: \"EMAIL\") { userErrors { code } } }",
        ["BAD_USER_INPUT"; 4],
    ),
    (
        "disableUser",
        "mutation { disableUser(input: { id: \"USER\" }) { userErrors { code } } }",
        ["UNAUTHENTICATED", "FORBIDDEN", "FORBIDDEN", "refused NOT_FOUND"],
    ),
    (
        "enableUser",
        "mutation { enableUser(id: \"USER\") { userErrors { code } } }",
        ["UNAUTHENTICATED", "FORBIDDEN", "FORBIDDEN", "refused NOT_FOUND"],
    ),
    (
        "updateUser",
        "mutation { updateUser(input: { id: \"USER\", name: \"Mine\" }) { userErrors { code } } }",
        ["UNAUTHENTICATED", "FORBIDDEN", "FORBIDDEN", "refused NOT_FOUND"],
    ),
    (
        "unlockSharedLink",
        "mutation { unlockSharedLink(token: \"LINK_TOKEN\", password: \"x\") { userErrors { code } } }",
        ["done"; 4],
    ),
    (
        "updateWorkspace",
        "mutation { updateWorkspace(input: { name: \"Mine\" }) { userErrors { code } } }",
        ["UNAUTHENTICATED", "FORBIDDEN", "FORBIDDEN", "done"],
    ),
    (
        "uploadAsset",
        "mutation($input: UploadAssetInput!) { uploadAsset(input: $input) { userErrors { code } } }",
        ["UNAUTHENTICATED", "FORBIDDEN", "done", "done"],
    ),
    (
        "linkPreparation",
        "subscription { linkPreparation(linkId: \"LINK\") { total } }",
        ["UNAUTHENTICATED", "NOT_FOUND", "NOT_FOUND", "NOT_FOUND"],
    ),
    (
        "linkActivity",
        "subscription { linkActivity(linkId: \"LINK\") { viewCount } }",
        ["UNAUTHENTICATED", "NOT_FOUND", "NOT_FOUND", "NOT_FOUND"],
    ),
    // Last, because it ends the callers' sessions.
    ("signOut", "mutation { signOut { userErrors { code } } }", ["UNAUTHENTICATED", "done", "done", "done"]),
];

/// The ids of things that the administrator has, by the words that stand for them above.
async fn things(server: &Running, admin: &str) -> [(&'static str, String); 14] {
    let asset = server.upload(admin, "a.jpg", fixtures::jpeg(40, 30)).await["id"].clone();
    server.attach(admin, &asset, "terms.pdf", fixtures::pdf()).await;
    let attachments = server.attach(admin, &asset, "other.pdf", fixtures::pdf()).await;
    let other = server.upload(admin, "b.jpg", fixtures::jpeg(30, 40)).await["id"].clone();
    let in_bin = server.upload(admin, "c.jpg", fixtures::jpeg(30, 30)).await["id"].clone();
    let delete = "mutation($id: ID!) { deleteAssets(ids: [$id]) { deletedIds } }";
    server.data(admin, delete, json!({ "id": in_bin })).await;
    let link = server.public_link(admin, &asset, Value::Null).await;
    let create = "mutation { createAccessToken(input: { name: \"robot\" }) { token } }";
    server.data(admin, create, Value::Null).await;
    let data = server.data(admin, "{ viewer { id } accessTokens { id } sessions { id } }", Value::Null).await;
    let user = &data["viewer"]["id"];
    let more = "mutation($asset: ID!, $user: ID!) {
        shown: createCollection(input: { name: \"Shown\", assetIds: [$asset] }) { collection { id } }
        hidden: createCollection(input: { name: \"Hidden\", hidden: true, assetIds: [$asset] }) { collection { id } }
        createUserGroup(name: \"Group\") { group { id } }
        grantAccess(input: { userId: $user, assetId: $asset, rights: [READ] }) { accessRule { id } }
    }";
    let more = server.data(admin, more, json!({ "asset": asset, "user": user })).await;
    let text = |value: &Value| value.as_str().expect("an id").to_owned();
    [
        ("ASSET", text(&asset)),
        ("ATTACHMENT", text(&attachments[0]["id"])),
        ("COLLECTION", text(&more["shown"]["collection"]["id"])),
        ("GROUP", text(&more["createUserGroup"]["group"]["id"])),
        ("HIDDEN", text(&more["hidden"]["collection"]["id"])),
        ("LINK", text(&link["id"])),
        ("LINK_TOKEN", text(&link["url"]).rsplit('/').next().expect("a token").to_owned()),
        ("OTHER_ASSET", text(&other)),
        ("IN_BIN", text(&in_bin)),
        ("OTHER_ATTACHMENT", text(&attachments[1]["id"])),
        ("RULE", text(&more["grantAccess"]["accessRule"]["id"])),
        ("SESSION", text(&data["sessions"][0]["id"])),
        ("TOKEN", text(&data["accessTokens"][0]["id"])),
        ("USER", text(&data["viewer"]["id"])),
    ]
}

fn filled(query: &str, things: &[(&str, String)]) -> String {
    let query = query.replace("EMAIL", ADMIN_EMAIL).replace("PASSWORD", ADMIN_PASSWORD);
    things.iter().fold(query, |query, (word, id)| query.replace(&format!("\"{word}\""), &format!("\"{id}\"")))
}

async fn call(server: &Running, token: &str, query: &str, things: &[(&str, String)]) -> Value {
    let query = filled(query, things);
    if query.starts_with("subscription") {
        return server.first(token, &query, Value::Null).await;
    }
    if !query.contains("$input") {
        return server.call(token, &query, Value::Null).await;
    }
    if query.contains("$input: Upload!") {
        let found = server.search_by_person(token, &query, json!({}), "input", fixtures::jpeg(8, 8)).await;
        return found.json().await.expect("JSON");
    }
    let asset = things.iter().find(|(word, _)| *word == "ASSET").map(|(_, id)| id);
    let input =
        if query.contains("attachFile") { json!({ "assetId": asset, "file": null }) } else { json!({ "file": null }) };
    server.upload_call(token, &query, input, "b.jpg", fixtures::jpeg(8, 8)).await.json().await.expect("JSON")
}

/// What a caller got, in a word.
fn outcome(answer: &Value) -> String {
    if let Some(code) = answer["errors"][0]["extensions"]["code"].as_str() {
        return code.to_owned();
    }
    let value = answer["data"].as_object().and_then(|data| data.values().next()).expect("data");
    if let Some(code) = value["userErrors"][0]["code"].as_str() {
        return format!("refused {code}");
    }
    if let Some(reason) = value["notShareable"][0]["reason"].as_str() {
        return format!("left out {reason}");
    }
    let list = value.as_array().or_else(|| value["nodes"].as_array());
    match list {
        _ if value.is_null() => "null".to_owned(),
        Some(list) if list.is_empty() => "empty".to_owned(),
        _ => "done".to_owned(),
    }
}

#[tokio::test]
async fn everybody_gets_what_is_theirs_and_no_more() {
    let server = start().await;
    let admin = server.admin().await;
    let things = things(&server, &admin).await;
    let viewer = server.user(&admin, "Vera", "VIEWER").await;
    let editor = server.user(&admin, "Eddi", "EDITOR").await;
    server.add_workspace("FOR", "foreign@example.com", "another long password").await;
    let foreign = server.sign_in("foreign@example.com", "another long password").await;
    for (index, token) in ["", &viewer, &editor, &foreign].into_iter().enumerate() {
        for (field, query, expected) in CALLS {
            let answer = call(&server, token, query, &things).await;
            assert_eq!(outcome(&answer), expected[index], "{field} for {}: {answer}", CALLERS[index]);
        }
        let ended = server.call(token, "{ viewer { id } }", Value::Null).await;
        assert_eq!(outcome(&ended), "null", "signed out");
    }
    // Nothing of all this changed what the administrator has.
    for (_, query, _) in CALLS
        .iter()
        .filter(|(field, ..)| ["link", "linkActivity", "linkPreparation", "node", "accessTokens"].contains(field))
        .filter(|(_, query, _)| !query.contains("IN_BIN"))
    {
        assert_eq!(outcome(&call(&server, &admin, query, &things).await), "done", "{query}");
    }
}

/// What is done for guests, too: all of it is about themselves, or for visitors.
const FOR_GUESTS: [&str; 11] = [
    "changeLinks",
    "createAccessToken",
    "generatePassword",
    "requestPasswordLink",
    "searchSharedLinkByPerson",
    "sharedLink",
    "signIn",
    "signOut",
    "unlockSharedLink",
    "viewer",
    "workspace",
];

#[tokio::test]
async fn a_guest_whom_no_rule_names_gets_nothing() {
    let server = start().await;
    let admin = server.admin().await;
    let things = things(&server, &admin).await;
    let guest = server.user(&admin, "Gast", "GUEST").await;
    for (field, query, _) in CALLS.iter().filter(|(field, ..)| !FOR_GUESTS.contains(field)) {
        let answer = call(&server, &guest, query, &things).await;
        let outcome = outcome(&answer);
        let nothing = ["null", "empty", "FORBIDDEN", "NOT_FOUND", "left out NOT_FOUND"].contains(&outcome.as_str());
        let refused = ["refused NOT_FOUND", "refused NOTHING_TO_SHARE", "refused WRONG_PASSWORD"];
        assert!(nothing || refused.contains(&outcome.as_str()), "{field}: {query}: {answer}");
    }
    for (field, query, expected) in CALLS.iter().filter(|(field, ..)| FOR_GUESTS.contains(field)) {
        assert_eq!(outcome(&call(&server, &guest, query, &things).await), expected[1], "{field}: as for a viewer");
    }
}

#[tokio::test]
async fn what_is_somebody_elses_looks_like_what_is_not_there() {
    let server = start().await;
    let admin = server.admin().await;
    let things = things(&server, &admin).await;
    server.add_workspace("FOR", "foreign@example.com", "another long password").await;
    let foreign = server.sign_in("foreign@example.com", "another long password").await;
    let nothing = things.clone().map(|(word, id)| {
        // What is not an id of the API is for everybody.
        let Some((kind, _)) = id.split_once('_') else { return (word, id) };
        (word, format!("{kind}_0000000000000000000001"))
    });
    let with_ids = |query: &str| {
        things.iter().any(|(word, _)| query.contains(&format!("\"{word}\""))) || query.contains("AttachFile")
    };
    for (field, query, _) in CALLS.iter().filter(|(_, query, _)| with_ids(query)) {
        let (theirs, none) =
            (call(&server, &foreign, query, &things).await, call(&server, &foreign, query, &nothing).await);
        assert_eq!(theirs, none, "{field}");
    }
}

#[tokio::test]
async fn every_field_is_in_the_list() {
    let server = start().await;
    let query = "{ __schema { queryType { fields { name } } mutationType { fields { name } }
        subscriptionType { fields { name } } } }";
    let schema = server.data("", query, Value::Null).await["__schema"].clone();
    let fields = |root: &str| {
        let fields = schema[root]["fields"].as_array().expect("fields").clone();
        fields.into_iter().map(|field| field["name"].as_str().expect("a name").to_owned())
    };
    let all: BTreeSet<String> =
        ["queryType", "mutationType", "subscriptionType"].into_iter().flat_map(fields).collect();
    let listed: BTreeSet<String> = CALLS.iter().map(|(field, ..)| (*field).to_owned()).collect();
    assert_eq!(all, listed);
}
