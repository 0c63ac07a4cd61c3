//! Every way into a link against a slow, obvious model: rights × settings × state × password × asset × its original's
//! state × route.

use chrono::TimeDelta;
use reqwest::Method;
use serde_json::{Value, json};
use tests::{Options, Running, Visitor, fixtures, short, start_with};

/// A link as the model knows it.
struct Case {
    url: String,
    download: bool,
    collection: bool,
    open: bool,
    password: bool,
    original: bool,
    proxies: bool,
    attachments: bool,
    /// Whether people can be searched for.
    people: bool,
    /// Whether its downloads are limited.
    limited: bool,
    /// Whether no download is left.
    used_up: bool,
}

const PASSWORD: &str = "open sesame";

/// What is asked for below an asset of a link, and which files that is.
const ROUTES: [&str; 9] = [
    "",
    "/thumbnail",
    "/preview",
    "/preview?download",
    "/fullscreen",
    "/fullscreen?download",
    "/original",
    "/ATTACHMENT",
    "/CAPTIONS",
];

/// The page of the whole link, by itself or in a frame.
const PAGE: &str = "the page";

/// Archives of the whole link: of everything, and of the originals.
const ARCHIVES: [&str; 2] = ["/archive.zip", "/archive.zip?version=original"];
/// The shapes of all members of the link's collection.
const LAYOUT: &str = "/layout";
/// The search by person, and what somebody finds who made up a face.
const PEOPLE: [&str; 2] = ["/person", "?person=made-up"];
/// The cover of the whole link: the picture of the asset.
const COVER: &str = "the cover";

impl Case {
    /// All that is asked of the link: whether it is of its external asset, the route, and the path.
    fn paths(
        &self,
        [asset, external]: [&str; 2],
        [attachment, captions]: [&str; 2],
    ) -> Vec<(bool, &'static str, String)> {
        if self.download {
            return vec![(false, "", self.url.clone())];
        }
        let mut all = vec![(false, PAGE, self.url.clone()), (false, PAGE, format!("{}/embed", self.url))];
        all.extend(ARCHIVES.map(|archive| (false, archive, format!("{}{archive}", self.url))));
        all.push((false, COVER, format!("{}/cover.jpg", self.url)));
        all.push((false, LAYOUT, format!("{}/layout", self.url)));
        all.extend(PEOPLE.map(|path| (false, path, format!("{}{path}", self.url))));
        for (asset, external) in [(asset, false), (external, true)] {
            if self.collection || !external {
                all.extend(ROUTES.map(|route| {
                    let below = route.replace("/ATTACHMENT", attachment).replace("/CAPTIONS", captions);
                    (external, route, format!("{}/assets/{asset}{below}", self.url))
                }));
                all.push((external, "", format!("{}/embed/{asset}", self.url)));
            }
        }
        all
    }
}

/// What is asked for: which asset, how its original is, and whether it is deleted.
#[derive(Clone, Copy, Debug)]
struct Target {
    external: bool,
    available: bool,
    /// The asset is in the bin; its link is then as good as none, and its collection goes on without it.
    deleted: bool,
}

/// The rules as one would say them. `of_other` are the rights on the other asset of the collection, which is a text.
fn expected(case: &Case, unlocked: bool, [rights, of_other]: [&[&str]; 2], target: Target, route: &str) -> u16 {
    let open = case.open && (case.collection || !target.deleted);
    if open && case.password && !unlocked {
        return 401;
    }
    let may = |right: &str| rights.contains(&right);
    let available = target.available;
    let mut fine = open && may("SHARE") && !target.external && !target.deleted;
    if route == PAGE && case.collection {
        // It is there for all members that are left, even for none.
        fine = open;
    } else if ARCHIVES.contains(&route) {
        let everything = !route.contains("original");
        let original = case.original && available && may("DOWNLOAD_ORIGINAL");
        let attachment = case.attachments && may("DOWNLOAD_ATTACHMENT");
        let any = original || everything && (case.proxies || attachment);
        let all = |rights: &[&str]| rights.iter().all(|right| of_other.contains(right));
        let other = case.collection && case.original && all(&["SHARE", "DOWNLOAD_ORIGINAL"]);
        fine = open && (may("SHARE") && any && !target.deleted || other);
    } else if route == LAYOUT {
        fine = open && case.collection;
    } else if PEOPLE.contains(&route) {
        fine = open && case.collection && case.people;
        if fine && route != PEOPLE[0] {
            return 410;
        }
        // An address that names a person is that of the page, where it is for one asset.
        fine |= route != PEOPLE[0] && !case.collection && open && may("SHARE") && !target.deleted;
    } else if case.download {
        fine &= available && may("DOWNLOAD_ORIGINAL");
    } else if route == "/original" {
        fine &= case.original && available && may("DOWNLOAD_ORIGINAL");
    } else if route == "/ATTACHMENT" {
        fine &= case.attachments && may("DOWNLOAD_ATTACHMENT");
    } else if route == "/fullscreen" {
        fine &= case.proxies && !case.limited;
    } else if route.ends_with("?download") {
        // Viewers may always take proxies.
        fine &= case.proxies;
    }
    let is_download =
        ARCHIVES.contains(&route) || ["/original", "/ATTACHMENT"].contains(&route) || route.ends_with("?download");
    match (fine, is_download && case.used_up) {
        (false, _) => 404,
        (true, true) => 403,
        (true, false) => 200,
    }
}

const LINK: &str = "query($token: String!, $grant: String) { sharedLink(token: $token, grant: $grant) {
    locked assets { nodes { id previewUrl tracks { url } downloads { version url } } } } }";

const UNLOCK: &str = "mutation($token: String!, $password: String!) {
    unlockSharedLink(token: $token, password: $password) { grant userErrors { code } } }";

async fn call(visitor: &Visitor, query: &str, variables: Value) -> Value {
    let request = visitor.request(Method::POST, "/graphql").json(&json!({ "query": query, "variables": variables }));
    let answer: Value = request.send().await.unwrap().json().await.unwrap();
    assert!(answer["errors"].is_null(), "{answer}");
    answer["data"].as_object().unwrap().values().next().unwrap().clone()
}

/// Asks the API for the link, as a page of another site does, and compares with the model what it gets and where the
/// URLs lead. Files of an open link are requested by somebody else, who has no cookie.
async fn check_api(
    (visitor, stranger): (&Visitor, &Visitor),
    case: &Case,
    unlocked: bool,
    rights: &[&str],
    asset: (&Value, Target, &str),
) {
    let (asset, target, attachment) = asset;
    let token = case.url.rsplit('/').next().unwrap();
    let grant = if unlocked && case.open {
        call(visitor, UNLOCK, json!({ "token": token, "password": PASSWORD })).await["grant"].clone()
    } else {
        Value::Null
    };
    let seen = call(visitor, LINK, json!({ "token": token, "grant": grant })).await;
    let about = format!("{rights:?} {target:?} {unlocked} {} {seen}", case.url);
    let status = |route: &str| expected(case, unlocked, [rights, &[]], target, route);
    match status(if case.collection { PAGE } else { "" }) {
        404 => return assert!(seen.is_null(), "{about}"),
        401 => return assert!(seen["locked"] == true && seen["assets"].is_null(), "{about}"),
        _ => assert_eq!(seen["locked"], false, "{about}"),
    }
    let nodes = seen["assets"]["nodes"].as_array().unwrap();
    let shown = nodes.iter().find(|node| node["id"] == *asset);
    assert_eq!(shown.is_some(), status("") == 200, "{about}");
    let Some(shown) = shown else { return };
    assert_eq!(shown["previewUrl"].is_string(), !case.download, "{about}");
    let offered = shown["downloads"].as_array().unwrap();
    let offers = |version: &str| offered.iter().any(|file| file["version"] == version);
    assert_eq!(offers("original"), status(if case.download { "" } else { "/original" }) == 200, "{about}");
    assert_eq!(offers(attachment.trim_start_matches('/')), !case.download && status("/ATTACHMENT") == 200, "{about}");
    for preset in ["thumbnail", "preview", "fullscreen"] {
        let route = format!("/{preset}?download");
        assert_eq!(offers(preset), !case.download && status(&route) == 200, "{about}");
    }
    let tracks = shown["tracks"].as_array().unwrap();
    assert_eq!(tracks.len(), usize::from(!case.download), "{about}");
    let files = offered.iter().chain(tracks).map(|file| &file["url"]);
    for url in files.chain((!case.download).then_some(&shown["previewUrl"])) {
        assert_eq!(stranger.get(url.as_str().unwrap()).await.status(), 200, "{url} {about}");
    }
}

/// How a path is answered. A page that asks for the password counts as a refusal.
async fn status(visitor: &Visitor, path: &str) -> u16 {
    let answer = visitor.get(path).await;
    match answer.status().as_u16() {
        200 if answer.headers()["content-type"] == "text/html; charset=utf-8" => {
            let locked = answer.text().await.unwrap().contains("type=\"password\"");
            if locked { 401 } else { 200 }
        }
        status => status,
    }
}

async fn links(server: &Running, vera: &str, asset: &Value, collection: &Value) -> Vec<Case> {
    let mut cases = Vec::new();
    let at = |hours: i64| (server.services.now() + TimeDelta::hours(hours)).to_rfc3339();
    let url = |link: &Value| link["url"].as_str().unwrap().to_owned();
    let lives = [
        (json!({}), true),
        (json!({ "startsAt": at(-1), "expiresAt": at(9), "maxDownloads": 100_000 }), true),
        (json!({ "expiresAt": at(1) }), false),
        (json!({ "startsAt": at(9) }), false),
        (json!({ "name": "disabled" }), false),
        // The page is left to look at.
        (json!({ "name": "exhausted", "maxDownloads": 1 }), true),
        (json!({ "name": "exhausted", "maxDownloads": 1, "password": PASSWORD }), true),
        (json!({ "password": PASSWORD }), true),
        (json!({ "password": PASSWORD, "expiresAt": at(1) }), false),
    ];
    for (life, open) in lives {
        let (password, limited) = (life["password"].is_string(), life["maxDownloads"].is_number());
        let used_up = life["name"] == "exhausted";
        for flags in 0..8 {
            let [original, proxies, attachments] = [1, 2, 4].map(|flag| flags & flag != 0);
            if flags != 7 && (!open || life != json!({})) {
                continue;
            }
            let mut settings = life.clone();
            settings["allowOriginal"] = json!(original);
            settings["allowProxies"] = json!(proxies);
            settings["allowAttachments"] = json!(attachments);
            let one = server.public_link(vera, asset, settings.clone()).await;
            let all = server.collection_link(vera, collection, settings).await;
            for (link, collection) in [(one, false), (all, true)] {
                let url = url(&link);
                cases.push(Case {
                    url,
                    download: false,
                    collection,
                    open,
                    password,
                    original,
                    proxies,
                    attachments,
                    people: collection && proxies,
                    limited,
                    used_up,
                });
            }
        }
        if life["startsAt"].is_null() {
            let mut input = life;
            input["assetId"] = asset.clone();
            let link = server.download_link(vera, input).await;
            cases.push(Case {
                url: url(&link),
                download: true,
                collection: false,
                open: open && !used_up,
                password,
                original: true,
                proxies: false,
                attachments: false,
                people: false,
                limited,
                used_up,
            });
        }
    }
    server.sql("UPDATE links SET disabled_at = now() WHERE name = 'disabled'; UPDATE links SET download_count = 1 WHERE name = 'exhausted';
        UPDATE workspaces SET person_search = true; UPDATE links SET person_search = allow_proxies AND collection_id IS NOT NULL").await;
    cases
}

#[tokio::test]
async fn every_route_of_every_link_does_what_the_model_says() {
    let server = start_with(Options { workers: true, threads: 2, ..Options::default() }).await;
    let admin = server.admin().await;
    let vera = server.user(&admin, "Vera", "VIEWER").await;
    let user = server.user_id(&vera).await;
    let asset = server.upload(&admin, "a.jpg", fixtures::jpeg(1400, 300)).await["id"].clone();
    let attachments = server.attach(&admin, &asset, "terms.pdf", fixtures::pdf()).await;
    let captions = "WEBVTT\n\n00:00.000 --> 00:01.000\nHello\n";
    let captions = server.attach(&admin, &asset, "a.en.vtt", captions).await;
    server.proxies(&admin, &asset).await;
    // It has the pictures of an image, and the captions of a video.
    server.sql("UPDATE assets SET kind = 'VIDEO'").await;
    let other = server.upload(&admin, "b.txt", "text").await["id"].clone();
    let external = server.external("c.mov").await;
    let collection = server.collection(&admin, "C", &[other, external.clone(), asset.clone()]).await;
    let attachment = format!("/attachment-{}", short(&attachments[0]["id"]));
    let captions = format!("/captions-{}", short(&captions[1]["id"]));

    let everything = json!({ "userId": user, "rights": ["SHARE", "DOWNLOAD_ORIGINAL", "DOWNLOAD_ATTACHMENT"] });
    let all = server.grant(&admin, everything).await;
    let cases = links(&server, &vera, &asset, &collection).await;
    server.revoke(&admin, &all).await;
    server.advance(TimeDelta::hours(2));

    let scopes = [json!({ "assetId": asset }), json!({ "collectionId": collection }), json!({})];
    let (mut seen, mut address) = ([0, 0], 0);
    for bits in 0..8 {
        let rights: Vec<_> = ["SHARE", "DOWNLOAD_ORIGINAL", "DOWNLOAD_ATTACHMENT"]
            .into_iter()
            .enumerate()
            .filter(|(index, _)| bits >> index & 1 == 1)
            .map(|(_, right)| right)
            .collect();
        // Each right by a rule of its own, over a scope of its own.
        let (mut rules, mut of_other) = (Vec::new(), Vec::new());
        for (index, right) in rights.iter().enumerate() {
            if (bits + index) % 3 != 0 {
                of_other.push(*right);
            }
            let mut rule = scopes[(bits + index) % 3].clone();
            rule["rights"] = json!([right]);
            rule["userId"] = user.clone();
            rules.push(server.grant(&admin, rule).await);
        }
        for state in ["ARCHIVED", "UNAVAILABLE", "AVAILABLE", "DELETED"] {
            let (available, deleted) = (["AVAILABLE", "DELETED"].contains(&state), state == "DELETED");
            let bin = async |mutation: &str| {
                let query = format!("mutation($id: ID!) {{ {mutation}(ids: [$id]) {{ userErrors {{ code }} }} }}");
                let data = server.data(&admin, &query, json!({ "id": asset })).await;
                assert_eq!(data[mutation]["userErrors"], json!([]), "{mutation}");
            };
            if deleted {
                bin("deleteAssets").await;
            }
            let archive = "mutation($id: ID!, $state: OriginalState!) { setOriginalState(assetId: $id, state: $state) { userErrors { code } } }";
            if !deleted {
                server.data(&admin, archive, json!({ "id": asset, "state": state })).await;
            }
            for case in &cases {
                let paths = case.paths([&asset, &external].map(short), [&attachment, &captions]);
                // Misses are slowed down by address.
                address += 1;
                let visitor = server.visitor_from(&format!("10.0.{}.{}", address / 250, address % 250));
                for unlocked in [false, true].into_iter().take(if case.password { 2 } else { 1 }) {
                    if unlocked && case.open && (case.collection || !deleted) {
                        let form = if case.download { case.url.clone() } else { format!("{}/unlock", case.url) };
                        let answer = visitor.post_form(&form, &[("password", PASSWORD)]).await;
                        assert_eq!(answer.status(), 303, "{rights:?} {state} {form}");
                    }
                    for (external, route, path) in &paths {
                        let deleted = deleted && !external;
                        let target = Target { external: *external, available, deleted };
                        let status = status(&visitor, path).await;
                        let right = expected(case, unlocked, [&rights, &of_other], target, route);
                        assert_eq!(status, right, "{rights:?} {state} {target:?} {unlocked} {path}");
                        seen[usize::from(status == 200)] += 1;
                    }
                    let stranger = server.visitor();
                    let target = Target { external: false, available, deleted };
                    check_api((&visitor, &stranger), case, unlocked, &rights, (&asset, target, &attachment)).await;
                }
            }
            if deleted {
                bin("restoreAssets").await;
            }
        }
        for rule in rules {
            server.revoke(&admin, &rule).await;
        }
    }
    assert!(seen[0] > 1000 && seen[1] > 500, "{seen:?}");
}
