//! Calls of clients: GraphQL with a token, uploads, and browsers with cookies.

use crate::{
    Running,
    servers::{ADMIN_EMAIL, ADMIN_PASSWORD},
};
use app::{Owner, library::add_external};
use domain::short_id;
use reqwest::{
    Client, Method, RequestBuilder, Response,
    header::HeaderMap,
    multipart::{Form, Part},
    redirect::Policy,
};
use schema::workspaces;
use serde_json::{Value, json};

/// The code and the input path of a user error.
pub type Refusal = (String, Vec<String>);

/// A client with its own cookies, which follows no redirects.
#[derive(Clone)]
pub struct Visitor {
    base: String,
    client: Client,
}

impl Visitor {
    /// A request to a path or a URL.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let url = if path.starts_with("http") { path.to_owned() } else { format!("{}{path}", self.base) };
        self.client.request(method, url)
    }

    /// The same client, with the same cookies, at another process of the installation.
    #[must_use]
    pub fn at(&self, process: &Api) -> Self {
        Self { base: process.url.clone(), client: self.client.clone() }
    }

    /// Gets a path or a URL.
    pub async fn get(&self, path: &str) -> Response {
        self.request(Method::GET, path).send().await.expect("an answer")
    }

    /// Gets only the headers of a path.
    pub async fn head(&self, path: &str) -> Response {
        self.request(Method::HEAD, path).send().await.expect("an answer")
    }

    /// Sends a form as a browser does from the server's own page.
    pub async fn post_form(&self, path: &str, fields: &[(&str, &str)]) -> Response {
        let body =
            fields.iter().map(|(name, value)| format!("{name}={}", form_encoded(value))).collect::<Vec<_>>().join("&");
        let request = self.request(Method::POST, path).header("origin", &self.base);
        let request = request.header("content-type", "application/x-www-form-urlencoded").body(body);
        request.send().await.expect("an answer")
    }
}

fn form_encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

/// The part of an id of the API that URLs contain.
pub fn short(id: &Value) -> &str {
    id.as_str().and_then(|id| id.split_once('_')).expect("an id").1
}

/// The address of a server, and what clients ask of it.
#[derive(Debug, Clone)]
pub struct Api {
    /// Its URL, such as `http://127.0.0.1:1234`, without a slash at the end.
    pub url: String,
}

impl Api {
    /// Waits until the server is ready.
    pub async fn until_ready(&self) {
        let visitor = self.visitor();
        let ready = async {
            while visitor.get("/readyz").await.status() != 200 {
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(crate::LONG, ready).await.expect("it is ready again");
    }

    /// A new visitor.
    pub fn visitor(&self) -> Visitor {
        self.visitor_from("127.0.0.1")
    }

    /// A new visitor with this address.
    pub fn visitor_from(&self, address: &str) -> Visitor {
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", address.parse().expect("an address"));
        let client = crate::client_builder().cookie_store(true).redirect(Policy::none()).default_headers(headers);
        Visitor { base: self.url.clone(), client: client.build().expect("a client") }
    }

    /// A browser in which this user has signed in.
    pub async fn signed_in(&self, email: &str, password: &str) -> Visitor {
        let browser = self.visitor();
        let entered = browser.post_form("/sign-in", &[("email", email), ("password", password)]).await;
        assert_eq!(entered.status(), 303, "{email}");
        browser
    }

    /// A browser in which the administrator has signed in.
    pub async fn admin_browser(&self) -> Visitor {
        self.signed_in(ADMIN_EMAIL, ADMIN_PASSWORD).await
    }

    /// A GraphQL call; returns the whole response. An empty token stands for an anonymous caller.
    pub async fn call(&self, token: &str, query: &str, variables: Value) -> Value {
        let mut request = crate::client().post(format!("{}/graphql", self.url));
        if !token.is_empty() {
            request = request.bearer_auth(token);
        }
        let response =
            request.json(&json!({ "query": query, "variables": variables })).send().await.expect("an answer");
        response.json().await.expect("JSON")
    }

    /// The `data` of a GraphQL call that must succeed.
    pub async fn data(&self, token: &str, query: &str, variables: Value) -> Value {
        let answer = self.call(token, query, variables).await;
        assert!(answer.get("errors").is_none(), "{query}: {answer}");
        answer["data"].clone()
    }

    /// The first user error of a mutation's payload: code and input path.
    pub async fn refusal(&self, token: &str, query: &str, variables: Value) -> Refusal {
        let data = self.data(token, query, variables).await;
        let payload = data.as_object().and_then(|data| data.values().next()).expect("a payload");
        let error = &payload["userErrors"][0];
        assert!(error["message"].as_str().is_some_and(|text| !text.is_empty()), "{data}");
        let path = error["field"].as_array().cloned().unwrap_or_default();
        let path = path.iter().map(|part| part.as_str().unwrap_or_default().to_owned()).collect();
        (error["code"].as_str().unwrap_or_default().to_owned(), path)
    }

    /// A token of the administrator.
    pub async fn admin(&self) -> String {
        self.sign_in(ADMIN_EMAIL, ADMIN_PASSWORD).await
    }

    /// A token of a user.
    pub async fn sign_in(&self, email: &str, password: &str) -> String {
        let query = "mutation($input: SignInInput!) { signIn(input: $input) { token userErrors { code } } }";
        let data = self.data("", query, json!({ "input": { "email": email, "password": password } })).await;
        data["signIn"]["token"].as_str().unwrap_or_else(|| panic!("{data}")).to_owned()
    }

    /// Adds a user with this role, and returns a token.
    pub async fn user(&self, admin: &str, name: &str, role: &str) -> String {
        let email = format!("{}@example.com", name.to_lowercase());
        let query =
            "mutation($input: CreateUserInput!) { createUser(input: $input) { user { id } userErrors { code } } }";
        let input = json!({ "email": email, "name": name, "password": "a long password", "role": role });
        let data = self.data(admin, query, json!({ "input": input })).await;
        assert!(data["createUser"]["user"]["id"].is_string(), "{data}");
        self.sign_in(&email, "a long password").await
    }

    /// A GraphQL multipart request with one file at `variables.input.file`; the whole response.
    pub async fn upload_call(
        &self,
        token: &str,
        query: &str,
        input: Value,
        file_name: &str,
        bytes: impl Into<reqwest::Body>,
    ) -> Response {
        let operations = json!({ "query": query, "variables": { "input": input } });
        let form = Form::new()
            .text("operations", operations.to_string())
            .text("map", json!({ "0": ["variables.input.file"] }).to_string())
            .part("0", Part::stream(bytes).file_name(file_name.to_owned()));
        let mut request = crate::client().post(format!("{}/graphql", self.url)).multipart(form);
        if !token.is_empty() {
            request = request.bearer_auth(token);
        }
        request.send().await.expect("an answer")
    }

    /// Uploads a file and returns the asset: `id number title fileName kind mediaType byteSize`.
    pub async fn upload(&self, token: &str, file_name: &str, bytes: impl Into<reqwest::Body>) -> Value {
        let query = "mutation($input: UploadAssetInput!) { uploadAsset(input: $input) {
            asset { id number title fileName kind mediaType byteSize } userErrors { code field message } } }";
        let answer: Value =
            self.upload_call(token, query, json!({ "file": null }), file_name, bytes).await.json().await.expect("JSON");
        let asset = answer["data"]["uploadAsset"]["asset"].clone();
        assert!(asset.is_object(), "{answer}");
        asset
    }

    /// Sends a photo for a query whose variable of this name is the file.
    pub async fn search_by_person(
        &self,
        token: &str,
        query: &str,
        variables: Value,
        file: &str,
        photo: impl Into<reqwest::Body>,
    ) -> Response {
        let mut variables = variables;
        variables[file] = Value::Null;
        let form = Form::new()
            .text("operations", json!({ "query": query, "variables": variables }).to_string())
            .text("map", json!({ "0": [format!("variables.{file}")] }).to_string())
            .part("0", Part::stream(photo).file_name("photo.jpg"));
        let request = crate::client().post(format!("{}/graphql", self.url)).multipart(form);
        let request = if token.is_empty() { request } else { request.bearer_auth(token) };
        request.send().await.expect("an answer")
    }

    /// Attaches a file to an asset and returns its attachments: `id fileName mediaType byteSize`.
    pub async fn attach(
        &self,
        token: &str,
        asset_id: &Value,
        file_name: &str,
        bytes: impl Into<reqwest::Body>,
    ) -> Value {
        let query = "mutation($input: AttachFileInput!) { attachFile(input: $input) {
            asset { attachments { id fileName mediaType byteSize } } userErrors { code field message } } }";
        let input = json!({ "file": null, "assetId": asset_id });
        let answer: Value = self.upload_call(token, query, input, file_name, bytes).await.json().await.expect("JSON");
        answer["data"]["attachFile"]["asset"]["attachments"].clone()
    }

    /// Sets the workspace's watermark; the whole payload.
    pub async fn set_watermark(&self, token: &str, input: Value, bytes: Option<Vec<u8>>) -> Value {
        let query = "mutation($input: SetWatermarkInput!) { setWatermark(input: $input) {
            workspace { watermark { opacity placement } } userErrors { code field message } } }";
        let answer: Value = match bytes {
            Some(bytes) => self.upload_call(token, query, input, "mark.png", bytes).await.json().await.expect("JSON"),
            None => self.call(token, query, json!({ "input": input })).await,
        };
        assert!(answer.get("errors").is_none(), "{answer}");
        answer["data"]["setWatermark"].clone()
    }

    /// Makes a public link and returns it: `id url name state settings { … }`.
    pub async fn public_link(&self, token: &str, asset_id: &Value, settings: Value) -> Value {
        let query = "mutation($input: CreatePublicLinkInput!) { createPublicLink(input: $input) {
            link { id url name state kind settings { allowOriginal allowProxies allowAttachments proxyPresets startsAt
            expiresAt maxDownloads hasPassword watermark personSearch } } userErrors { code field message } } }";
        let data = self.data(token, query, json!({ "input": { "assetId": asset_id, "settings": settings } })).await;
        let link = data["createPublicLink"]["link"].clone();
        assert!(link.is_object(), "{data}");
        link
    }

    /// Makes a download link and returns it: `id url name state`.
    pub async fn download_link(&self, token: &str, input: Value) -> Value {
        let query = "mutation($input: CreateDownloadLinkInput!) { createDownloadLink(input: $input) {
            link { id url name state kind } userErrors { code field message } } }";
        let data = self.data(token, query, json!({ "input": input })).await;
        let link = data["createDownloadLink"]["link"].clone();
        assert!(link.is_object(), "{data}");
        link
    }

    /// The id of the user of a token.
    pub async fn user_id(&self, token: &str) -> Value {
        self.data(token, "{ viewer { id } }", Value::Null).await["viewer"]["id"].clone()
    }

    /// Gives rights, and returns the rule's id.
    pub async fn grant(&self, admin: &str, input: Value) -> Value {
        let query = "mutation($input: AccessRuleInput!) { grantAccess(input: $input) {
            accessRule { id } userErrors { code field message } } }";
        let data = self.data(admin, query, json!({ "input": input })).await;
        let rule = data["grantAccess"]["accessRule"]["id"].clone();
        assert!(rule.is_string(), "{data}");
        rule
    }

    /// Deletes a rule.
    pub async fn revoke(&self, admin: &str, rule: &Value) {
        let query = "mutation($id: ID!) { revokeAccess(id: $id) { accessRule { id } } }";
        let data = self.data(admin, query, json!({ "id": rule })).await;
        assert!(data["revokeAccess"]["accessRule"]["id"].is_string(), "{data}");
    }

    /// Shares assets in bulk; the whole payload.
    pub async fn share(&self, token: &str, input: Value) -> Value {
        let query = "mutation($input: ShareAssetsInput!) { shareAssets(input: $input) {
            link { id url name state target { ... on Collection { id } } } collection { id name kind hidden }
            requested shared skipped { assetId reason } userErrors { code field message } } }";
        self.data(token, query, json!({ "input": input })).await["shareAssets"].clone()
    }

    /// Makes a collection and returns its id.
    pub async fn collection(&self, token: &str, name: &str, assets: &[Value]) -> Value {
        let query = "mutation($input: CreateCollectionInput!) { createCollection(input: $input) {
            collection { id } userErrors { code field message } } }";
        let data = self.data(token, query, json!({ "input": { "name": name, "assetIds": assets } })).await;
        let id = data["createCollection"]["collection"]["id"].clone();
        assert!(id.is_string(), "{data}");
        id
    }

    /// Makes a link to a collection and returns it: `id url name`.
    pub async fn collection_link(&self, token: &str, collection: &Value, settings: Value) -> Value {
        let query = "mutation($input: CreateCollectionLinkInput!) { createCollectionLink(input: $input) {
            link { id url name state } userErrors { code field message } } }";
        let input = json!({ "input": { "collectionId": collection, "settings": settings } });
        let data = self.data(token, query, input).await;
        let link = data["createCollectionLink"]["link"].clone();
        assert!(link.is_object(), "{data}");
        link
    }

    /// Changes a link's settings; the whole payload.
    pub async fn update_link(&self, token: &str, id: &Value, settings: Value) -> Value {
        let query = "mutation($input: UpdateLinkInput!) { updateLink(input: $input) {
            link { id url name state updatedAt settings { allowOriginal allowProxies allowAttachments proxyPresets
            startsAt expiresAt maxDownloads hasPassword } } userErrors { code field message } } }";
        self.data(token, query, json!({ "input": { "id": id, "settings": settings } })).await["updateLink"].clone()
    }

    /// Waits until no proxy of an asset is pending any more, and returns its proxies.
    pub async fn proxies(&self, token: &str, asset_id: &Value) -> Value {
        let query =
            "query($id: ID!) { asset(id: $id) { proxies { preset kind state width height byteSize watermarked } } }";
        let work = async {
            loop {
                let data = self.data(token, query, json!({ "id": asset_id })).await;
                let proxies = data["asset"]["proxies"].clone();
                if proxies.as_array().expect("proxies").iter().all(|proxy| proxy["state"] != "PENDING") {
                    return proxies;
                }
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(std::time::Duration::from_mins(1), work).await.expect("the proxies are made in time")
    }
}

impl Running {
    /// Adds an external asset, and returns its id.
    pub async fn external(&self, name: &str) -> Value {
        let mut conn = self.services.pool.get().await.expect("a connection");
        let workspace = workspaces::oldest(&mut conn).await.expect("SQL").expect("a workspace");
        let owner = Owner { workspace: workspace.id, user: None };
        let asset = add_external(&self.services, owner, &format!("file:///elsewhere/{name}"), b"", None).await;
        Value::String(format!("asset_{}", short_id::encode(asset.expect("an asset").id)))
    }
}
