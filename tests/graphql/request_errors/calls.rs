//! A call of each mutation that succeeds, and what it needs.

use serde_json::{Map, Value, json};
use tests::{ADMIN_EMAIL, ADMIN_PASSWORD, Running, fixtures};

/// The mutations with arguments that succeed, one after the other in this order. Words in capitals stand for ids, and a
/// `file` that is null for an uploaded one.
pub(super) const CALLS: &[(&str, &str)] = &[
    ("generatePassword", "{}"),
    ("signIn", r#"{ "input": { "email": "EMAIL", "password": "PASSWORD" } }"#),
    (
        "createUser",
        r#"{ "input": { "email": "new@example.com", "name": "New", "password": "a long password", "role": "EDITOR" } }"#,
    ),
    ("inviteUser", r#"{ "input": { "email": "invited@example.com", "name": "Invited", "role": "EDITOR" } }"#),
    ("choosePassword", r#"{ "input": { "token": "CHOICE", "password": "a password of my own" } }"#),
    ("createPasswordLink", r#"{ "userId": "USER" }"#),
    ("requestPasswordLink", r#"{ "email": "nobody@example.com" }"#),
    ("createUserGroup", r#"{ "name": "Press" }"#),
    ("createCollection", r#"{ "input": { "name": "Season", "assetIds": ["ASSET"], "hidden": true } }"#),
    ("createCollectionLink", r#"{ "input": { "collectionId": "COLLECTION", "settings": { "name": "All of it" } } }"#),
    ("createPublicLink", r#"{ "input": { "assetId": "ASSET", "settings": { "allowOriginal": true } } }"#),
    ("createDownloadLink", r#"{ "input": { "assetId": "ASSET", "maxDownloads": 5 } }"#),
    ("createAccessToken", r#"{ "input": { "name": "robot", "scopes": ["LINKS_READ", "ASSETS_WRITE"] } }"#),
    ("addToCollection", r#"{ "collectionId": "COLLECTION", "assetIds": ["OTHER_ASSET"] }"#),
    ("addToUserGroup", r#"{ "groupId": "GROUP", "userIds": ["USER"] }"#),
    ("attachFile", r#"{ "input": { "assetId": "ASSET", "file": null } }"#),
    ("changeLinks", r#"{ "input": { "action": "DISABLE", "filter": { "search": "Change me" }, "dryRun": false } }"#),
    ("disableLink", r#"{ "id": "LINK" }"#),
    ("enableLink", r#"{ "id": "LINK" }"#),
    ("rotateLink", r#"{ "id": "LINK" }"#),
    ("updateLink", r#"{ "input": { "id": "LINK", "settings": { "maxDownloads": 3 } } }"#),
    (
        "updateAsset",
        r#"{ "input": { "assetId": "ASSET", "title": "Bridge", "description": "Old", "altText": "A bridge" } }"#,
    ),
    ("updateCollection", r#"{ "input": { "id": "COLLECTION", "hidden": true } }"#),
    ("updateUser", r#"{ "input": { "id": "USER", "name": "Renamed" } }"#),
    (
        "updateWorkspace",
        r##"{ "input": { "name": "Renamed", "personSearch": true,
            "retention": { "auditDays": 30, "securityEventDays": null, "statisticsDays": 365 },
            "branding": { "accentColor": "#ff6600", "galleryBackground": "DARK", "imprint": null } } }"##,
    ),
    ("grantAccess", r#"{ "input": { "assetId": "ASSET", "rights": ["READ", "SHARE"] } }"#),
    ("setOriginalState", r#"{ "assetId": "ASSET", "state": "ARCHIVED" }"#),
    ("setLogo", r#"{ "input": { "file": null } }"#),
    ("clearLogo", "{}"),
    ("setWatermark", r#"{ "input": { "file": null, "opacity": 0.5, "placement": "TILE" } }"#),
    ("clearWatermark", "{}"),
    ("retryProxies", r#"{ "assetId": "ASSET" }"#),
    ("deleteAttachment", r#"{ "id": "ATTACHMENT" }"#),
    ("shareAssets", r#"{ "input": { "assetIds": ["OTHER_ASSET"], "collectionName": "Press kit" } }"#),
    ("deleteAssets", r#"{ "ids": ["OTHER_ASSET"] }"#),
    ("restoreAssets", r#"{ "ids": ["OTHER_ASSET"] }"#),
    ("unlockSharedLink", r#"{ "token": "TOKEN_OF_LOCKED", "password": "PASSWORD", "deviceToken": "x" }"#),
    ("searchSharedLinkByPerson", r#"{ "token": "TOKEN_OF_PEOPLE", "photo": null, "face": 0 }"#),
    ("uploadAsset", r#"{ "input": { "file": null, "title": "Bridge" } }"#),
    ("retryJobs", r#"{ "ids": [] }"#),
    ("discardJobs", r#"{ "ids": [] }"#),
    ("removeFromCollection", r#"{ "collectionId": "COLLECTION", "assetIds": ["ASSET"] }"#),
    ("removeFromUserGroup", r#"{ "groupId": "GROUP", "userIds": ["USER"] }"#),
    ("disableUser", r#"{ "input": { "id": "USER", "transferLinksTo": "ME" } }"#),
    ("enableUser", r#"{ "id": "USER" }"#),
    ("revokeAccess", r#"{ "id": "RULE" }"#),
    ("revokeAccessToken", r#"{ "id": "TOKEN" }"#),
    ("revokeSession", r#"{ "id": "SESSION" }"#),
    ("changePassword", r#"{ "input": { "currentPassword": "PASSWORD", "newPassword": "quite another one" } }"#),
    ("changeEmail", r#"{ "input": { "currentPassword": "quite another one", "email": "other@example.com" } }"#),
    ("deleteLinks", r#"{ "ids": ["LINK"] }"#),
    ("deleteCollection", r#"{ "id": "COLLECTION" }"#),
    ("deleteUserGroup", r#"{ "id": "GROUP" }"#),
    ("deleteUser", r#"{ "input": { "id": "USER", "transferLinksTo": "ME", "currentPassword": "x" } }"#),
    ("signOut", "{}"),
];

/// Those whose work is not seen in the database: the queue is in Redis, passwords, grants and photos are kept nowhere, and nobody
/// gets no mail.
pub(super) const UNSEEN: [&str; 6] = [
    "generatePassword",
    "unlockSharedLink",
    "searchSharedLinkByPerson",
    "retryJobs",
    "discardJobs",
    "requestPasswordLink",
];

/// The ids of things that the administrator has, by the words that stand for them above.
pub(super) async fn things(server: &Running, admin: &str) -> Vec<(&'static str, String)> {
    let asset = server.upload(admin, "a.jpg", fixtures::jpeg(40, 30)).await["id"].clone();
    let other = server.upload(admin, "b.jpg", fixtures::jpeg(30, 40)).await["id"].clone();
    let link = server.public_link(admin, &asset, Value::Null).await["id"].clone();
    server.public_link(admin, &asset, json!({ "name": "Change me" })).await;
    let locked = server.public_link(admin, &asset, json!({ "password": ADMIN_PASSWORD })).await["url"].clone();
    let locked = json!(locked.as_str().expect("a URL").rsplit('/').next());
    let viewer = server.user(admin, "Vera", "VIEWER").await;
    let user = server.user_id(&viewer).await;
    let me = json!(server.user_id(admin).await);
    let create = "mutation($id: ID!) { createPasswordLink(userId: $id) { passwordLink { url } } }";
    let choice = server.data(admin, create, json!({ "id": user })).await;
    let choice = choice["createPasswordLink"]["passwordLink"]["url"].as_str().expect("a URL");
    let choice = json!(choice.rsplit('/').next());
    let more = "mutation($asset: ID!, $user: ID!) {
        createCollection(input: { name: \"Shown\", assetIds: [$asset] }) { collection { id } }
        createUserGroup(name: \"Group\") { group { id } }
        grantAccess(input: { userId: $user, assetId: $asset, rights: [READ] }) { accessRule { id } }
        createAccessToken(input: { name: \"script\" }) { token }
    }";
    let made = server.data(admin, more, json!({ "asset": asset, "user": user })).await;
    let token = server.data(admin, "{ accessTokens { id } }", Value::Null).await["accessTokens"][0]["id"].clone();
    server.admin().await;
    let sessions = server.data(admin, "{ sessions { id isCurrent } }", Value::Null).await["sessions"].clone();
    let session = sessions.as_array().and_then(|all| all.iter().find(|session| session["isCurrent"] == false));
    let session = session.expect("another session")["id"].clone();
    let attachment = server.attach(admin, &asset, "terms.pdf", fixtures::pdf()).await[0]["id"].clone();
    server.sql("UPDATE workspaces SET person_search = true").await;
    let people =
        server.collection_link(admin, &made["createCollection"]["collection"]["id"], json!({ "personSearch": true }));
    let people = people.await["url"].clone();
    let people = json!(people.as_str().expect("a URL").rsplit('/').next());
    let ids = [
        ("ME", &me),
        ("ATTACHMENT", &attachment),
        ("OTHER_ASSET", &other),
        ("ASSET", &asset),
        ("COLLECTION", &made["createCollection"]["collection"]["id"]),
        ("GROUP", &made["createUserGroup"]["group"]["id"]),
        ("LINK", &link),
        ("CHOICE", &choice),
        ("SESSION", &session),
        ("RULE", &made["grantAccess"]["accessRule"]["id"]),
        ("TOKEN", &token),
        ("TOKEN_OF_LOCKED", &locked),
        ("TOKEN_OF_PEOPLE", &people),
        ("USER", &user),
    ];
    ids.into_iter().map(|(word, id)| (word, id.as_str().expect("an id").to_owned())).collect()
}

/// The arguments of a call, with the ids of real things.
pub(super) fn arguments(call: &str, things: &[(&str, String)]) -> Map<String, Value> {
    let call = call.replace("EMAIL", ADMIN_EMAIL).replace("PASSWORD", ADMIN_PASSWORD);
    let filled =
        things.iter().fold(call, |call, (word, id)| call.replace(&format!("\"{word}\""), &format!("\"{id}\"")));
    serde_json::from_str(&filled).expect("JSON")
}
