//! Every page of the workspace, tried by somebody who has not signed in, by a viewer without rights, and by a user of
//! another workspace.

use super::redirect;
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use tests::{Running, Visitor, fixtures, start};

/// Each route with a path below it, and what it answers: without a sign-in, to a viewer, and to a user of another
/// workspace. `LINK` is the administrator's link, `VTR-1` the administrator's asset, `COLLECTION` a collection with it, and
/// `ATTACHMENT` hangs on it; `VTR-2` is an asset in the bin; `PERSON` is another person of the workspace, with the session
/// `SESSION` and the token `TOKEN`.
const ROUTES: &[(&str, Method, &str, [u16; 3])] = &[
    ("/sign-in", Method::GET, "/sign-in", [200, 303, 303]),
    ("/password/{token}", Method::GET, "/password/x", [404, 404, 404]),
    ("/password/{token}", Method::POST, "/password/x", [404, 404, 404]),
    ("/forgot-password", Method::GET, "/forgot-password", [404, 404, 404]),
    ("/forgot-password", Method::POST, "/forgot-password", [404, 404, 404]),
    ("/library", Method::GET, "/library", [303, 200, 200]),
    ("/library", Method::POST, "/library", [303, 200, 200]),
    ("/library/share", Method::GET, "/library/share", [303, 303, 303]),
    ("/library/share", Method::POST, "/library/share", [303, 200, 200]),
    ("/library/link", Method::GET, "/library/link", [303, 303, 303]),
    ("/library/link", Method::POST, "/library/link", [303, 422, 422]),
    ("/library/delete", Method::GET, "/library/delete", [303, 303, 303]),
    ("/library/delete", Method::POST, "/library/delete", [303, 422, 422]),
    ("/bin", Method::GET, "/bin", [303, 200, 200]),
    ("/bin/restore", Method::POST, "/bin/restore", [303, 303, 303]),
    ("/bin/deleted", Method::GET, "/bin/deleted?at=1", [303, 200, 200]),
    ("/bin/{number}/{file}", Method::GET, "/bin/VTR-2/preview", [401, 404, 404]),
    ("/a/{number}", Method::GET, "/a/VTR-1", [200, 200, 404]),
    ("/a/{number}", Method::GET, "/a/VTR-2", [200, 404, 404]),
    ("/a/{number}/edit", Method::GET, "/a/VTR-1/edit", [303, 403, 404]),
    ("/a/{number}/edit", Method::POST, "/a/VTR-1/edit", [303, 403, 404]),
    ("/a/{number}/edit", Method::POST, "/a/VTR-2/edit", [303, 404, 404]),
    ("/a/{number}/retry", Method::POST, "/a/VTR-1/retry", [303, 403, 404]),
    ("/a/{number}/attachments/{id}/delete", Method::GET, "/a/VTR-1/attachments/ATTACHMENT/delete", [303, 403, 404]),
    ("/a/{number}/attachments/{id}/delete", Method::POST, "/a/VTR-1/attachments/ATTACHMENT/delete", [303, 403, 404]),
    ("/a/{number}/delete", Method::GET, "/a/VTR-1/delete", [303, 403, 404]),
    ("/a/{number}/delete", Method::POST, "/a/VTR-1/delete", [303, 403, 404]),
    ("/a/{number}/delete", Method::POST, "/a/VTR-2/delete", [303, 404, 404]),
    ("/a/{number}/public-link", Method::GET, "/a/VTR-1/public-link", [303, 403, 404]),
    ("/a/{number}/public-link", Method::POST, "/a/VTR-1/public-link", [303, 403, 404]),
    ("/a/{number}/download-link", Method::GET, "/a/VTR-1/download-link", [303, 403, 404]),
    ("/a/{number}/download-link", Method::POST, "/a/VTR-1/download-link", [303, 403, 404]),
    ("/a/{number}/{file}", Method::GET, "/a/VTR-1/original", [401, 404, 404]),
    ("/collections/{id}/public-link", Method::GET, "/collections/COLLECTION/public-link", [303, 200, 404]),
    ("/collections/{id}/public-link", Method::POST, "/collections/COLLECTION/public-link", [303, 422, 404]),
    ("/links", Method::GET, "/links", [303, 200, 200]),
    ("/links/change", Method::POST, "/links/change", [303, 303, 303]),
    ("/links/password", Method::POST, "/links/password", [303, 200, 200]),
    ("/links/{id}", Method::GET, "/links/LINK", [303, 404, 404]),
    ("/links/{id}/qr-code.{format}", Method::GET, "/links/LINK/qr-code.svg", [303, 404, 404]),
    ("/links/{id}/edit", Method::GET, "/links/LINK/edit", [303, 404, 404]),
    ("/links/{id}/edit", Method::POST, "/links/LINK/edit", [303, 404, 404]),
    ("/links/{id}/enable", Method::POST, "/links/LINK/enable", [303, 404, 404]),
    ("/links/{id}/disable", Method::POST, "/links/LINK/disable", [303, 404, 404]),
    ("/links/{id}/new-url", Method::GET, "/links/LINK/new-url", [303, 404, 404]),
    ("/links/{id}/new-url", Method::POST, "/links/LINK/new-url", [303, 404, 404]),
    ("/links/{id}/delete", Method::GET, "/links/LINK/delete", [303, 404, 404]),
    ("/links/{id}/delete", Method::POST, "/links/LINK/delete", [303, 404, 404]),
    ("/account", Method::GET, "/account", [303, 200, 200]),
    ("/account/password", Method::GET, "/account/password", [303, 200, 200]),
    ("/account/password", Method::POST, "/account/password", [303, 422, 422]),
    ("/account/email", Method::GET, "/account/email", [303, 200, 200]),
    ("/account/email", Method::POST, "/account/email", [303, 422, 422]),
    ("/account/sessions/end-all", Method::POST, "/account/sessions/end-all", [303, 303, 303]),
    ("/account/sessions/{token}/end", Method::POST, "/account/sessions/SESSION/end", [303, 404, 404]),
    ("/account/tokens/new", Method::GET, "/account/tokens/new", [303, 200, 200]),
    ("/account/tokens/new", Method::POST, "/account/tokens/new", [303, 422, 422]),
    ("/account/tokens/revoke-all", Method::GET, "/account/tokens/revoke-all", [303, 200, 200]),
    ("/account/tokens/revoke-all", Method::POST, "/account/tokens/revoke-all", [303, 303, 303]),
    ("/account/tokens/{token}/revoke", Method::GET, "/account/tokens/TOKEN/revoke", [303, 404, 404]),
    ("/account/tokens/{token}/revoke", Method::POST, "/account/tokens/TOKEN/revoke", [303, 404, 404]),
    ("/account/leave", Method::GET, "/account/leave", [303, 200, 200]),
    ("/account/leave", Method::POST, "/account/leave", [303, 422, 422]),
    ("/people", Method::GET, "/people", [303, 403, 200]),
    ("/people/invite", Method::GET, "/people/invite", [303, 403, 200]),
    ("/people/invite", Method::POST, "/people/invite", [303, 403, 422]),
    ("/people/{id}", Method::GET, "/people/PERSON", [303, 403, 404]),
    ("/people/{id}", Method::POST, "/people/PERSON", [303, 403, 404]),
    ("/people/{id}/password-link", Method::POST, "/people/PERSON/password-link", [303, 403, 404]),
    ("/people/{id}/disable", Method::GET, "/people/PERSON/disable", [303, 403, 404]),
    ("/people/{id}/disable", Method::POST, "/people/PERSON/disable", [303, 403, 404]),
    ("/people/{id}/enable", Method::POST, "/people/PERSON/enable", [303, 403, 404]),
    ("/people/{id}/delete", Method::GET, "/people/PERSON/delete", [303, 403, 404]),
    ("/people/{id}/delete", Method::POST, "/people/PERSON/delete", [303, 403, 404]),
    ("/people/{id}/access", Method::POST, "/people/PERSON/access", [303, 403, 404]),
    ("/people/{id}/access/{rule}/revoke", Method::POST, "/people/PERSON/access/RULE/revoke", [303, 403, 404]),
    ("/people/{id}/sessions/end-all", Method::POST, "/people/PERSON/sessions/end-all", [303, 403, 404]),
    ("/people/{id}/sessions/{token}/end", Method::POST, "/people/PERSON/sessions/SESSION/end", [303, 403, 404]),
    ("/people/{id}/tokens/revoke-all", Method::GET, "/people/PERSON/tokens/revoke-all", [303, 403, 404]),
    ("/people/{id}/tokens/revoke-all", Method::POST, "/people/PERSON/tokens/revoke-all", [303, 403, 404]),
    ("/people/{id}/tokens/{token}/revoke", Method::GET, "/people/PERSON/tokens/TOKEN/revoke", [303, 403, 404]),
    ("/people/{id}/tokens/{token}/revoke", Method::POST, "/people/PERSON/tokens/TOKEN/revoke", [303, 403, 404]),
    ("/settings", Method::GET, "/settings", [303, 403, 200]),
    ("/settings", Method::POST, "/settings", [303, 403, 422]),
    ("/settings/logo", Method::POST, "/settings/logo", [303, 403, 422]),
    ("/settings/logo/remove", Method::POST, "/settings/logo/remove", [303, 403, 303]),
    ("/settings/person-search", Method::POST, "/settings/person-search", [303, 403, 422]),
    // Last, because it ends the session.
    ("/sign-out", Method::POST, "/sign-out", [303, 303, 303]),
];

struct Things {
    asset: String,
    in_bin: String,
    attachment: String,
    link: String,
    collection: String,
    person: String,
    session: String,
    token: String,
}

impl Things {
    /// A path with the ids of these things.
    fn path(&self, path: &str) -> String {
        let names = [
            ("LINK", &self.link),
            ("COLLECTION", &self.collection),
            ("ATTACHMENT", &self.attachment),
            ("PERSON", &self.person),
            ("SESSION", &self.session),
            ("TOKEN", &self.token),
        ];
        names.iter().fold(path.to_owned(), |path, (name, id)| path.replace(name, id))
    }
}

async fn things(server: &Running, admin: &str) -> Things {
    let asset = server.upload(admin, "Secret title.jpg", fixtures::jpeg(40, 30)).await["id"].clone();
    let link = server.public_link(admin, &asset, json!({ "name": "Secret name" })).await["id"].clone();
    let collection = server.collection(admin, "Secret collection", std::slice::from_ref(&asset)).await;
    let theirs = server.user(admin, "Penelope", "EDITOR").await;
    let token = "mutation { createAccessToken(input: { name: \"Secret program\" }) { accessToken { id } } }";
    let token = server.data(&theirs, token, Value::Null).await["createAccessToken"]["accessToken"]["id"].clone();
    let session = server.data(&theirs, "{ sessions { id } }", Value::Null).await["sessions"][0]["id"].clone();
    let person = server.user_id(&theirs).await;
    let in_bin =
        server.upload(admin, "Secret name of what is in the bin.jpg", fixtures::jpeg(30, 40)).await["id"].clone();
    let delete = "mutation($id: ID!) { deleteAssets(ids: [$id]) { deletedIds } }";
    server.data(admin, delete, json!({ "id": in_bin })).await;
    let attachment = server.attach(admin, &asset, "Secret title.pdf", fixtures::pdf()).await[0]["id"].clone();
    let text = |id: Value| id.as_str().unwrap().to_owned();
    let short = |id: &Value| tests::short(id).to_owned();
    Things {
        in_bin: text(in_bin),
        attachment: text(attachment),
        asset: text(asset),
        link: text(link),
        collection: text(collection),
        person: short(&person),
        session: short(&session),
        token: short(&token),
    }
}

/// Sends a request with everything that a form of the route could want.
async fn send(visitor: &Visitor, method: &Method, path: &str, things: &Things) -> reqwest::Response {
    let path = things.path(path);
    if *method == Method::GET {
        return visitor.get(&path).await;
    }
    let fields = [
        ("form", "a form"),
        ("asset", things.asset.as_str()),
        ("asset", things.in_bin.as_str()),
        ("link", things.link.as_str()),
        ("action", "delete"),
        ("confirmed", "yes"),
        ("title", "Mine"),
        ("email", "nobody@example.com"),
        ("password", "a password of my own"),
    ];
    visitor.post_form(&path, &fields).await
}

#[tokio::test]
async fn everybody_gets_what_is_theirs_and_no_more() {
    let server = start().await;
    let admin = server.admin().await;
    let things = things(&server, &admin).await;
    server.user(&admin, "Vera", "VIEWER").await;
    server.add_workspace("FOR", "foreign@example.com", "another long password").await;
    let browsers = [
        ("nobody", server.visitor()),
        ("a viewer", server.signed_in("vera@example.com", "a long password").await),
        ("a stranger", server.signed_in("foreign@example.com", "another long password").await),
    ];
    for (index, (who, browser)) in browsers.iter().enumerate() {
        for (_, method, path, expected) in ROUTES {
            let answer = send(browser, method, path, &things).await;
            let (status, to) = redirect(&answer);
            assert_eq!(status, expected[index], "{method} {path} for {who}");
            if *who == "nobody" && status == 303 && *path != "/sign-out" {
                assert!(to.starts_with("/sign-in?to=%2F"), "{method} {path}: {to}");
            }
            let text = answer.text().await.unwrap();
            assert!(
                !text.contains("Penelope") && !text.contains("Secret program"),
                "{method} {path} for {who}: {text}"
            );
            assert!(!text.contains("Secret name"), "{method} {path} for {who}: {text}");
            let is_hidden = !text.contains("Secret title") && !text.contains("Secret collection");
            assert!(*who == "a viewer" || is_hidden, "{method} {path} for {who}: {text}");
        }
    }
    // Nothing of all this changed what the administrator has.
    let query = "{ links(first: 9) { totalCount nodes { name state } } collections(first: 9) { totalCount }
        assets { nodes { number title attachments { fileName } } } bin: assets(filter: { deleted: true }) { nodes { number } } }";
    let left = server.data(&admin, query, Value::Null).await;
    let links = json!({ "totalCount": 1, "nodes": [{ "name": "Secret name", "state": "ACTIVE" }] });
    let attachments = json!([{ "fileName": "Secret title.pdf" }]);
    let assets = json!({ "nodes": [{ "number": "VTR-1", "title": "Secret title", "attachments": attachments }] });
    let bin = json!({ "nodes": [{ "number": "VTR-2" }] });
    assert_eq!(left, json!({ "links": links, "collections": { "totalCount": 1 }, "assets": assets, "bin": bin }));
    let person = json!({ "user": format!("user_{}", things.person) });
    let query = "query($user: ID!) { sessions(userId: $user) { id } accessTokens(userId: $user) { name }
        node(id: $user) { ... on User { name state role } } }";
    let person = server.data(&admin, query, person).await;
    assert_eq!(person["accessTokens"], json!([{ "name": "Secret program" }]));
    assert_eq!(person["node"], json!({ "name": "Penelope", "state": "ACTIVE", "role": "EDITOR" }));
    assert_eq!(person["sessions"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn editors_manage_their_own_links_only() {
    let server = start().await;
    let admin = server.admin().await;
    let things = things(&server, &admin).await;
    let editor = server.user(&admin, "Eddi", "EDITOR").await;
    let own = server.public_link(&editor, &json!(things.asset), json!({ "name": "Eddi's" })).await;
    let browser = server.signed_in("eddi@example.com", "a long password").await;
    for (_, method, path, _) in ROUTES.iter().filter(|(route, ..)| route.starts_with("/links/{id}")) {
        assert_eq!(send(&browser, method, path, &things).await.status(), 404, "{method} {path}");
    }
    for path in ["/links", "/a/VTR-1"] {
        let text = browser.get(path).await.text().await.unwrap();
        assert!(text.contains("Eddi&#39;s") && !text.contains("Secret name"), "{path}: {text}");
    }
    // An administrator sees the links of all, and who made them.
    let text = server.admin_browser().await.get("/links").await.text().await.unwrap();
    assert!(text.contains("Secret name") && text.contains("Eddi&#39;s") && text.contains(">Eddi<"), "{text}");
    let id = own["id"].as_str().unwrap();
    assert_eq!(browser.get(&format!("/links/{id}")).await.status(), 200);
}

#[tokio::test]
async fn forms_of_other_sites_do_nothing() {
    let server = start().await;
    let admin = server.admin().await;
    let things = things(&server, &admin).await;
    let browser = server.admin_browser().await;
    for (_, _, path, _) in ROUTES.iter().filter(|(_, method, ..)| *method == Method::POST) {
        let path = things.path(path);
        let sent = browser.request(Method::POST, &path).header("origin", "https://evil.example");
        let sent = sent.header("content-type", "application/x-www-form-urlencoded");
        let body = format!(
            "form=x&asset={}&asset={}&link={}&action=delete&confirmed=yes&title=Mine&email=x&password=x",
            things.asset, things.in_bin, things.link
        );
        assert_eq!(sent.body(body).send().await.unwrap().status(), 403, "{path}");
    }
    let left = "{ links(first: 9) { nodes { state } } assets { nodes { number title } } }";
    let left = server.data(&admin, left, Value::Null).await;
    assert_eq!(left["links"]["nodes"], json!([{ "state": "ACTIVE" }]));
    assert_eq!(left["assets"]["nodes"], json!([{ "number": "VTR-1", "title": "Secret title" }]));
    assert_eq!(browser.get("/library").await.status(), 200, "nobody was signed out");
}

#[test]
fn every_route_is_in_the_list() {
    let source = include_str!("../../../api/src/pages/workspace/routes.rs");
    let routes: BTreeSet<&str> =
        source.split('"').filter(|part| part.starts_with('/') && !part.contains('\n')).collect();
    let listed: BTreeSet<&str> = ROUTES.iter().map(|(route, ..)| *route).collect();
    assert_eq!(routes, listed);
}
