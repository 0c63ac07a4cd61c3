//! What people have made with one version, and that all of it is there at the other.
//!
//! It asks for nothing but what both versions know, with requests of its own where those of other tests ask for more.

use reqwest::Response;
use serde_json::{Value, json};
use tests::{ADMIN_EMAIL, ADMIN_PASSWORD, Api, PUBLIC_URL, Visitor, check_marked, fixtures, short};

const PASSWORD: &str = "open sesame";

/// A photograph with its links, and who may see it.
pub(super) struct Made {
    name: String,
    bytes: Vec<u8>,
    asset: Value,
    /// Of a person who has signed in by the API, and of a program of theirs.
    tokens: [String; 2],
    /// In which a person has signed in.
    browser: Visitor,
    /// In which the link with a password is open.
    visitor: Visitor,
    /// The same without cookies.
    grant: Value,
    /// Signed addresses: of the original, and of a zip of the link with a password.
    original: String,
    archive: String,
    public: Value,
    locked: Value,
    marked: Value,
    download: Value,
    of_collection: Value,
}

/// The path of a link, which any process answers.
fn path(url: &Value) -> &str {
    url.as_str().and_then(|url| url.strip_prefix(PUBLIC_URL)).unwrap_or_else(|| panic!("{url}"))
}

async fn page(visitor: &Visitor, path: &str) -> String {
    let answer = visitor.get(path).await;
    assert_eq!(answer.status(), 200, "{path}");
    answer.text().await.expect("a whole page")
}

async fn bytes(answer: Response) -> Vec<u8> {
    assert_eq!(answer.status(), 200, "{}", answer.url());
    answer.bytes().await.expect("a whole file").to_vec()
}

/// Whether this is a zip with this file in it. Files are stored in it as they are.
fn has(zip: &[u8], file: &[u8]) -> bool {
    zip.starts_with(b"PK") && zip.windows(file.len()).any(|part| part == file)
}

/// Makes a link to what `input` names, and returns `id url`.
pub(super) async fn link(api: &Api, token: &str, mutation: &str, input: Value) -> Value {
    let kind = format!("{}{}", mutation[..1].to_uppercase(), &mutation[1..]);
    let query = format!(
        "mutation($input: {kind}Input!) {{ {mutation}(input: $input) {{ link {{ id url }} userErrors {{ code }} }} }}"
    );
    let data = api.data(token, &query, json!({ "input": input })).await;
    let link = data[mutation]["link"].clone();
    assert!(link.is_object(), "{data}");
    link
}

/// Makes it with one version, whose jobs either version runs. Each has a name of its own.
pub(super) async fn make(api: &Api, name: &str, number: u32) -> Made {
    let session = api.admin().await;
    let query = "mutation { createAccessToken(input: { name: \"robot\" }) { token } }";
    let robot = api.data(&session, query, Value::Null).await["createAccessToken"]["token"].clone();
    let bytes = fixtures::jpeg(700 + number, 500);
    let asset = api.upload(&session, &format!("{name}.jpg"), bytes.clone()).await["id"].clone();
    let collection = api.collection(&session, name, std::slice::from_ref(&asset)).await;

    let of_asset = async |settings: Value| {
        let input = json!({ "assetId": asset, "settings": settings });
        link(api, &session, "createPublicLink", input).await
    };
    let public = of_asset(json!({ "name": "public", "allowOriginal": true, "allowProxies": true })).await;
    let locked = of_asset(json!({ "allowOriginal": true, "password": PASSWORD })).await;
    let marked = of_asset(json!({ "watermark": true })).await;
    let download = link(api, &session, "createDownloadLink", json!({ "assetId": asset })).await;
    let settings = json!({ "collectionId": collection, "settings": { "allowOriginal": true } });
    let of_collection = link(api, &session, "createCollectionLink", settings).await;
    let proxies = api.proxies(&session, &asset).await;
    assert!(
        proxies.as_array().is_some_and(|proxies| proxies.iter().all(|proxy| proxy["state"] == "READY")),
        "{proxies}"
    );

    let visitor = api.visitor();
    let unlock = format!("{}/unlock", path(&locked["url"]));
    assert_eq!(visitor.post_form(&unlock, &[("password", PASSWORD)]).await.status(), 303);
    let query = "mutation($token: String!, $password: String!) {
        unlockSharedLink(token: $token, password: $password) { grant } }";
    let variables = json!({ "token": token(&locked), "password": PASSWORD });
    let grant = api.data("", query, variables).await["unlockSharedLink"]["grant"].clone();
    let query = "query($token: String!, $grant: String, $id: ID!) { asset(id: $id) { originalUrl }
        sharedLink(token: $token, grant: $grant) { archiveUrl } }";
    let variables = json!({ "token": token(&locked), "grant": grant, "id": asset });
    let signed = api.data(&session, query, variables).await;
    Made {
        name: name.to_owned(),
        bytes,
        asset,
        tokens: [session, robot.as_str().expect("a token").to_owned()],
        browser: api.signed_in(ADMIN_EMAIL, ADMIN_PASSWORD).await,
        visitor,
        grant,
        original: path(&signed["asset"]["originalUrl"]).to_owned(),
        archive: path(&signed["sharedLink"]["archiveUrl"]).to_owned(),
        public,
        locked,
        marked,
        download,
        of_collection,
    }
}

/// The token of a link, for `sharedLink`.
fn token(link: &Value) -> &str {
    path(&link["url"]).rsplit('/').next().expect("a token")
}

impl Made {
    /// The token of who has made it.
    pub(super) fn session(&self) -> &str {
        &self.tokens[0]
    }

    /// Asks a process for all of it.
    pub(super) async fn is_at(&self, api: &Api) {
        self.is_of_its_owner(api).await;
        self.is_for_visitors(api).await;
        self.is_behind_its_password(api).await;
    }

    /// Listed and changed by the API, and on the pages of who has signed in.
    async fn is_of_its_owner(&self, api: &Api) {
        let query = "query($id: ID!) { viewer { email } asset(id: $id) { fileName links(first: 9) { nodes { id } } }
            assets(first: 99) { nodes { id } } }";
        for token in &self.tokens {
            let data = api.data(token, query, json!({ "id": self.asset })).await;
            assert_eq!(
                (&data["viewer"]["email"], &data["asset"]["fileName"]),
                (&json!(ADMIN_EMAIL), &json!(self.file_name()))
            );
            assert_eq!(data["asset"]["links"]["nodes"].as_array().map(Vec::len), Some(5), "{data}");
            assert!(data["assets"]["nodes"].as_array().is_some_and(|all| all.contains(&json!({ "id": self.asset }))));
        }
        let query =
            "mutation($input: UpdateLinkInput!) { updateLink(input: $input) { link { name } userErrors { code } } }";
        for name in ["renamed", "public"] {
            let input = json!({ "id": self.public["id"], "settings": { "name": name } });
            let data = api.data(self.session(), query, json!({ "input": input })).await;
            assert_eq!(data["updateLink"]["link"]["name"], name, "{data}");
        }
        assert!(page(&self.browser.at(api), "/library").await.contains(&self.name));
        assert!(bytes(api.visitor().get(&self.original).await).await == self.bytes);
    }

    /// Pages, previews, downloads and zips.
    async fn is_for_visitors(&self, api: &Api) {
        let visitor = api.visitor();
        let public = path(&self.public["url"]);
        assert!(page(&visitor, public).await.contains(&self.name));
        let file = async |link: &Value, version: &str| {
            bytes(visitor.get(&format!("{}/assets/{}/{version}", path(&link["url"]), short(&self.asset))).await).await
        };
        let preview = file(&self.public, "preview").await;
        assert!(image::load_from_memory(&preview).is_ok() && preview != self.bytes);
        check_marked(&file(&self.marked, "preview").await).expect("the watermark");
        assert!(file(&self.public, "original").await == self.bytes);
        assert!(bytes(visitor.get(path(&self.download["url"])).await).await == self.bytes);
        let collection = path(&self.of_collection["url"]);
        assert!(page(&visitor, collection).await.contains(&self.name));
        assert!(has(&bytes(visitor.get(&format!("{collection}/archive.zip")).await).await, &self.bytes));
    }

    /// For who has unlocked the link before, and for who does now.
    async fn is_behind_its_password(&self, api: &Api) {
        let locked = path(&self.locked["url"]);
        assert!(page(&self.visitor.at(api), locked).await.contains(&self.name));
        assert!(has(&bytes(api.visitor().get(&self.archive).await).await, &self.bytes));
        let query = "query($token: String!, $grant: String) { sharedLink(token: $token, grant: $grant) { locked } }";
        let variables = json!({ "token": token(&self.locked), "grant": self.grant });
        assert_eq!(api.data("", query, variables).await["sharedLink"]["locked"], false);

        let visitor = api.visitor();
        assert!(!page(&visitor, locked).await.contains(&self.name));
        assert_eq!(visitor.post_form(&format!("{locked}/unlock"), &[("password", PASSWORD)]).await.status(), 303);
        assert!(page(&visitor, locked).await.contains(&self.name));
    }

    fn file_name(&self) -> String {
        format!("{}.jpg", self.name)
    }
}
