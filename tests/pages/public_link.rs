//! A public link's page and files, over all combinations of what decides.

use serde_json::{Value, json};
use std::collections::BTreeSet;
use tests::{Options, Running, Visitor, fixtures, short, start, start_with};

const PRESETS: [&str; 3] = ["thumbnail", "preview", "fullscreen"];

/// What decides, besides time.
#[derive(Debug, Clone, Copy)]
struct Case {
    original: bool,
    proxies: bool,
    only_preview: bool,
    attachments: bool,
    password: bool,
}

impl Case {
    fn all() -> Vec<Self> {
        let bit = |bits: u32, place: u32| bits & (1 << place) != 0;
        let case = |bits| Self {
            original: bit(bits, 0),
            proxies: bit(bits, 1),
            only_preview: bit(bits, 2),
            attachments: bit(bits, 3),
            password: bit(bits, 4),
        };
        (0..32).map(case).collect()
    }

    fn settings(self) -> Value {
        json!({
            "allowOriginal": self.original,
            "allowProxies": self.proxies,
            "proxyPresets": self.only_preview.then_some(["preview"]),
            "allowAttachments": self.attachments,
            "password": self.password.then_some("open sesame"),
        })
    }

    /// What the page hands out, by the last part of its address.
    fn downloads(self, original: &str, attachment: &str) -> BTreeSet<String> {
        let mut files = BTreeSet::new();
        if self.original && original == "AVAILABLE" {
            files.insert("original".to_owned());
        }
        for preset in PRESETS {
            if self.proxies && (!self.only_preview || preset == "preview") {
                files.insert(format!("{preset}?download"));
            }
        }
        if self.attachments {
            files.insert(attachment.to_owned());
        }
        files
    }
}

async fn status(visitor: &Visitor, path: &str) -> u16 {
    let (get, head) = (visitor.get(path).await.status(), visitor.head(path).await.status());
    assert_eq!(get, head, "GET and HEAD of {path}");
    get.as_u16()
}

/// The addresses that a page offers to save files from.
fn offered(page: &str) -> BTreeSet<String> {
    let addresses = page.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    addresses.filter(|address| address.contains("/assets/") && address.starts_with("/s/")).map(str::to_owned).collect()
}

fn path<'a>(server: &Running, link: &'a Value) -> &'a str {
    link["url"].as_str().unwrap().strip_prefix(&server.url).unwrap()
}

#[tokio::test]
async fn a_visitor_gets_what_the_settings_allow_and_nothing_else() {
    let server = start_with(Options { workers: true, ..Options::default() }).await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "a.jpg", fixtures::jpeg(1400, 300)).await["id"].clone();
    let other = server.upload(&admin, "b.jpg", fixtures::jpeg(1400, 300)).await["id"].clone();
    let attachment =
        format!("attachment-{}", short(&server.attach(&admin, &asset, "t.pdf", fixtures::pdf()).await[0]["id"]));
    let foreign =
        format!("attachment-{}", short(&server.attach(&admin, &other, "t.pdf", fixtures::pdf()).await[0]["id"]));
    server.proxies(&admin, &asset).await;
    let mut links = Vec::new();
    for case in Case::all() {
        let link = server.public_link(&admin, &asset, case.settings()).await;
        let (page, visitor, stranger) = (path(&server, &link).to_owned(), server.visitor(), server.visitor());
        if case.password {
            let unlocked = visitor.post_form(&format!("{page}/unlock"), &[("password", "open sesame")]).await;
            assert_eq!(unlocked.status(), 303);
        }
        links.push((case, page, visitor, stranger));
    }
    let files: Vec<String> = ["original", "nonsense", "poster", "poster?download", &attachment, &foreign]
        .map(str::to_owned)
        .into_iter()
        .chain(PRESETS.iter().flat_map(|preset| [(*preset).to_owned(), format!("{preset}?download")]))
        .collect();
    for original in ["AVAILABLE", "ARCHIVED", "UNAVAILABLE"] {
        let set = format!(
            "mutation($id: ID!) {{ setOriginalState(assetId: $id, state: {original}) {{ userErrors {{ code }} }} }}"
        );
        server.data(&admin, &set, json!({ "id": asset })).await;
        for (case, page, visitor, stranger) in &links {
            let downloads = case.downloads(original, &attachment);
            let base = format!("{page}/assets/{}", short(&asset));
            for file in &files {
                let is_large = file == "fullscreen" && downloads.iter().any(|file| file == "fullscreen?download");
                let shown = ["thumbnail", "preview"].contains(&file.as_str()) || file == "poster" || is_large;
                let expected = if shown || downloads.contains(file) { 200 } else { 404 };
                assert_eq!(status(visitor, &format!("{base}/{file}")).await, expected, "{case:?} {original} {file}");
                let wrong_asset = format!("{page}/assets/{}/{file}", short(&other));
                assert_eq!(status(visitor, &wrong_asset).await, 404, "{case:?} {file}");
                if case.password {
                    for address in [format!("{base}/{file}"), wrong_asset] {
                        assert_eq!(status(stranger, &address).await, 401, "{case:?} {address}");
                    }
                }
            }
            for whole in [page.clone(), format!("{page}/embed")] {
                let text = visitor.get(&whole).await.text().await.unwrap();
                let expected: BTreeSet<_> = downloads.iter().map(|file| format!("{base}/{file}")).collect();
                assert_eq!(offered(&text), expected, "{case:?} {original}");
                let locked = stranger.get(&whole).await.text().await.unwrap();
                assert_eq!(locked.contains("type=\"password\""), case.password, "{case:?}");
            }
        }
    }
}

#[tokio::test]
async fn a_link_hands_out_no_more_than_its_maker_may() {
    let server = start().await;
    let admin = server.admin().await;
    let editor = server.user(&admin, "Eddi", "EDITOR").await;
    let asset = server.upload(&admin, "a.jpg", fixtures::jpeg(40, 30)).await["id"].clone();
    let public = server.public_link(&editor, &asset, json!({ "allowOriginal": true })).await;
    let download = server.download_link(&editor, json!({ "assetId": asset })).await;
    let addresses = [
        path(&server, &public).to_owned(),
        format!("{}/assets/{}/original", path(&server, &public), short(&asset)),
        format!("{}/assets/{}/preview", path(&server, &public), short(&asset)),
        path(&server, &download).to_owned(),
    ];
    let visitor = server.visitor();
    for (role, expected) in [("EDITOR", 200), ("VIEWER", 404), ("EDITOR", 200)] {
        server.sql(format!("UPDATE users SET role = '{role}' WHERE email = 'eddi@example.com'")).await;
        for address in &addresses {
            assert_eq!(status(&visitor, address).await, expected, "{role} {address}");
        }
    }
}

#[tokio::test]
async fn the_page_shows_names_as_text_and_sends_careful_headers() {
    let server = start().await;
    let admin = server.admin().await;
    let nasty = "\"><script>alert('1')</script>&amp;";
    let upload = "mutation($input: UploadAssetInput!) { uploadAsset(input: $input) { asset { id } } }";
    let answer: Value = server
        .upload_call(&admin, upload, json!({ "file": null, "title": nasty }), "a.jpg", fixtures::jpeg(40, 30))
        .await
        .json()
        .await
        .unwrap();
    let asset = answer["data"]["uploadAsset"]["asset"]["id"].clone();
    let link = server.public_link(&admin, &asset, json!({ "name": format!("link {nasty}") })).await;
    let visitor = server.visitor();
    for (address, frames) in
        [(path(&server, &link).to_owned(), "'none'"), (format!("{}/embed", path(&server, &link)), "*")]
    {
        let response = visitor.get(&address).await;
        let header = |name: &str| response.headers()[name].to_str().unwrap().to_owned();
        assert!(header("content-type").starts_with("text/html"));
        assert_eq!((header("x-content-type-options"), header("cache-control")), ("nosniff".into(), "no-store".into()));
        assert_eq!((header("x-robots-tag"), header("referrer-policy")), ("noindex".into(), "same-origin".into()));
        let policy = header("content-security-policy");
        assert!(
            policy.contains(&format!("frame-ancestors {frames}")) && policy.contains("script-src 'self';"),
            "{policy}"
        );
        let page = response.text().await.unwrap();
        let scripts: Vec<_> =
            page.split("<script").skip(1).map(|part| part.split("</script>").next().unwrap()).collect();
        let [texts, script] = scripts[..] else { panic!("{scripts:?}") };
        assert!(texts.starts_with(" type=\"application/json\""), "data of the script: {texts}");
        assert_eq!(script, " type=\"module\" src=\"/assets/gallery/member.js\">");
        assert!(page.contains("script&#62;") | page.contains("script&gt;"), "{page}");
    }
}

#[tokio::test]
async fn a_picture_that_is_not_ready_is_a_placeholder() {
    let server = start().await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "a.jpg", fixtures::jpeg(40, 30)).await["id"].clone();
    let text = server.upload(&admin, "a.txt", "only text").await["id"].clone();
    let visitor = server.visitor();
    for asset in [asset, text] {
        let link = server.public_link(&admin, &asset, Value::Null).await;
        let picture = visitor.get(&format!("{}/assets/{}/preview", path(&server, &link), short(&asset))).await;
        assert_eq!(
            (picture.status().as_u16(), &picture.headers()["content-type"]),
            (200, &"image/svg+xml".parse().unwrap())
        );
        assert_eq!(picture.headers()["cache-control"], "no-store");
        assert_eq!(visitor.get(path(&server, &link)).await.status(), 200);
    }
}
