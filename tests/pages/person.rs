//! Visitors search for a person by a photo, of which nothing stays.

use crate::{
    graphql::secrets::dump,
    jobs::{
        faces::{hex, library, redis_dump, turn, until_progress},
        hands::until,
    },
};
use chrono::TimeDelta;
use reqwest::{
    Method, Response,
    multipart::{Form, Part},
};
use serde_json::{Value, json};
use tests::{Running, Visitor, fixtures, short};

const SEARCH: &str = "mutation($token: String!, $grant: String, $photo: Upload!, $face: Int) {
    searchSharedLinkByPerson(token: $token, grant: $grant, photo: $photo, face: $face) {
        faces { person x y width height } matches { totalCount nodes { likelihood asset { title } } }
        userErrors { code field message } } }";

const MATCHES: &str = "query($token: String!, $persons: [String!]!, $first: Int, $after: String) {
    sharedLink(token: $token) { personMatches(persons: $persons, first: $first, after: $after) {
        unsearchedCount totalCount pageInfo { hasNextPage endCursor } nodes { likelihood asset { title } } } } }";

/// A gallery with two pictures of one person, one of another, and a landscape, all of which are indexed.
struct Gallery {
    server: Running,
    admin: String,
    collection: Value,
    link: Value,
    assets: Vec<Value>,
}

impl Gallery {
    async fn with(settings: Value) -> Self {
        let pictures = [
            ("Eileen.jpg", fixtures::portrait()),
            ("Eileen once more.jpg", fixtures::turned_portrait()),
            ("Somebody else.jpg", fixtures::other_portrait()),
            ("Landscape.jpg", fixtures::jpeg(600, 400)),
        ];
        let (server, admin, assets) = library(&pictures).await;
        turn(&server, &admin, true).await;
        until_progress(&server, &admin, json!([4, 0, 0])).await;
        let collection = server.collection(&admin, "Season", &assets).await;
        let mut all = json!({ "personSearch": true, "allowOriginal": true });
        for (name, value) in settings.as_object().unwrap() {
            all[name] = value.clone();
        }
        let link = server.collection_link(&admin, &collection, all).await;
        Self { server, admin, collection, link, assets }
    }

    fn path(&self) -> String {
        self.link["url"].as_str().unwrap().strip_prefix(&self.server.url).unwrap().to_owned()
    }

    fn token(&self) -> &str {
        self.link["url"].as_str().unwrap().rsplit('/').next().unwrap()
    }

    async fn send(&self, visitor: &Visitor, consent: bool, photo: Vec<u8>) -> Response {
        let form = if consent { Form::new().text("consent", "yes") } else { Form::new() };
        let form = form.part("photo", Part::bytes(photo).file_name("photo.jpg"));
        let request = visitor.request(Method::POST, &format!("{}/person", self.path()));
        request.header("origin", &self.server.url).multipart(form).send().await.unwrap()
    }

    /// The address of what is found.
    async fn found(&self, visitor: &Visitor) -> String {
        let answer = self.send(visitor, true, fixtures::portrait()).await;
        assert_eq!(answer.status(), 303, "{:?}", answer.text().await);
        answer.headers()["location"].to_str().unwrap().to_owned()
    }

    async fn search(&self, variables: Value, photo: Vec<u8>) -> Value {
        let mut all = json!({ "token": self.token() });
        for (name, value) in variables.as_object().unwrap() {
            all[name] = value.clone();
        }
        let answer = self.server.search_by_person("", SEARCH, all, "photo", photo).await;
        let answer: Value = answer.json().await.unwrap();
        assert!(answer["errors"].is_null(), "{answer}");
        answer["data"]["searchSharedLinkByPerson"].clone()
    }
}

/// The titles of the tiles of a page.
async fn titles(visitor: &Visitor, path: &str) -> Vec<String> {
    let page = visitor.get(path).await;
    assert_eq!(page.status(), 200, "{path}");
    let page = page.text().await.unwrap();
    let after = page.split("class=\"tile-title\" aria-hidden=\"true\"><span dir=\"auto\">").skip(1);
    after.map(|rest| rest.split('<').next().unwrap().to_owned()).collect()
}

const BOTH: [&str; 2] = ["Eileen", "Eileen once more"];

#[tokio::test]
async fn a_photo_finds_its_person_as_long_as_that_is_allowed() {
    let gallery = Gallery::with(json!({})).await;
    let (server, visitor) = (&gallery.server, gallery.server.visitor());
    let page = visitor.get(&gallery.path()).await.text().await.unwrap();
    assert!(page.contains(&format!("{}/person\"", gallery.path())), "the gallery leads to it");
    let found = gallery.found(&visitor).await;
    assert_eq!(titles(&visitor, &found).await, BOTH);
    // All that goes with a gallery is about what was found.
    let (path, query) = found.split_once('?').unwrap();
    let page = visitor.get(&found).await.text().await.unwrap();
    assert!(page.contains("value=\"1-2\">Download these 2 items<"), "{page}");
    assert!(!page.contains("not been looked at"), "all were");
    server.sql("DELETE FROM face_indexes WHERE asset_id = (SELECT id FROM assets WHERE title = 'Landscape')").await;
    let page = visitor.get(&found).await.text().await.unwrap();
    assert!(page.contains("1 item has not been looked at yet"), "{page}");
    let layout: Value = visitor.get(&format!("{path}/layout?{query}")).await.json().await.unwrap();
    assert_eq!(layout["positions"], json!([1, 2]));
    let member = format!("{path}/assets/{}?{query}", short(&gallery.assets[0]));
    let member = visitor.get(&member).await.text().await.unwrap();
    assert!(member.contains("1 of 2") && member.contains("person="), "{member}");
    assert_eq!(titles(&visitor, &format!("{found}&search=once")).await, ["Eileen once more"]);
    let counted = "query($id: ID!) { link(id: $id) { viewCount } }";
    let counted = server.data(&gallery.admin, counted, json!({ "id": gallery.link["id"] })).await;
    assert_eq!(counted["link"]["viewCount"], 2, "the gallery and the picture: a search is no view");

    // What leaves the collection is not found, nor what comes to it unless it shows the person.
    let remove = "mutation($c: ID!, $a: [ID!]!) { removeFromCollection(collectionId: $c, assetIds: $a) { userErrors { code } } }";
    let some = json!({ "c": gallery.collection, "a": [gallery.assets[0]] });
    server.data(&gallery.admin, remove, some.clone()).await;
    assert_eq!(titles(&visitor, &found).await, ["Eileen once more"]);
    let add =
        "mutation($c: ID!, $a: [ID!]!) { addToCollection(collectionId: $c, assetIds: $a) { userErrors { code } } }";
    server.data(&gallery.admin, add, some).await;
    let delete = "mutation($a: [ID!]!) { deleteAssets(ids: $a) { userErrors { code } } }";
    server.data(&gallery.admin, delete, json!({ "a": [gallery.assets[1]] })).await;
    assert_eq!(titles(&visitor, &found).await, ["Eileen"]);

    // A face is for its link, and for a while.
    let other = server.collection_link(&gallery.admin, &gallery.collection, json!({ "personSearch": true })).await;
    let other = other["url"].as_str().unwrap().strip_prefix(&server.url).unwrap().to_owned();
    assert_eq!(visitor.get(&format!("{other}?{query}")).await.status(), 410);
    server.update_link(&gallery.admin, &gallery.link["id"], json!({ "personSearch": false })).await;
    let ended = visitor.get(&found).await;
    let form = visitor.get(&format!("{path}/person")).await;
    let sent = gallery.send(&visitor, true, fixtures::portrait()).await;
    for off in [ended, form, sent] {
        assert_eq!(off.status(), 404);
        let off = off.text().await.unwrap();
        assert!(off.contains("No search for a person") && off.contains(&format!("href=\"{path}\"")), "{off}");
    }
    server.update_link(&gallery.admin, &gallery.link["id"], json!({ "personSearch": true })).await;
    assert_eq!(visitor.get(&found).await.status(), 200);
    server.advance(TimeDelta::minutes(30));
    let ended = visitor.get(&found).await;
    assert_eq!(ended.status(), 410);
    let ended = ended.text().await.unwrap();
    assert!(ended.contains("The search has ended") && ended.contains(&format!("href=\"{path}\"")), "{ended}");
    turn(server, &gallery.admin, false).await;
    assert_eq!(gallery.send(&visitor, true, fixtures::portrait()).await.status(), 404);
}

#[tokio::test]
async fn what_cannot_be_searched_for_is_refused_with_a_sentence() {
    let gallery = Gallery::with(json!({ "password": "open sesame" })).await;
    let (server, visitor) = (&gallery.server, gallery.server.visitor());
    assert_eq!(gallery.send(&visitor, true, fixtures::portrait()).await.status(), 200, "the form for the password");
    assert!(
        visitor.get(&format!("{}/person", gallery.path())).await.text().await.unwrap().contains("type=\"password\"")
    );
    visitor.post_form(&format!("{}/unlock", gallery.path()), &[("password", "open sesame")]).await;
    let cases = [
        (false, fixtures::portrait(), "Tick the box"),
        (true, Vec::new(), "Choose a photo"),
        (true, b"hello".to_vec(), "cannot be read as a picture"),
        (true, fixtures::pdf(), "cannot be read as a picture"),
        (true, fixtures::jpeg(600, 400), "No face was found"),
        (true, vec![0; 20_000_001], "more than 20 MB"),
    ];
    for (consent, photo, expected) in cases {
        let refused = gallery.send(&visitor, consent, photo).await;
        assert_eq!(refused.status(), 422, "{expected}");
        let page = refused.text().await.unwrap();
        assert!(page.contains(expected), "{expected}: {page}");
    }
    // Only a ticked box is consent, and a form that is none is not called slow.
    for (form, status) in [
        (Form::new().text("consent", "no").part("photo", Part::bytes(fixtures::portrait())), 422),
        (Form::new().text("other", "x").part("photo", Part::bytes(fixtures::portrait())), 422),
    ] {
        let request = visitor.request(Method::POST, &format!("{}/person", gallery.path()));
        let answer = request.header("origin", &server.url).multipart(form).send().await.unwrap();
        assert_eq!(answer.status(), status);
    }
    let request = visitor.request(Method::POST, &format!("{}/person", gallery.path()));
    let request = request.header("origin", &server.url).header("content-type", "multipart/form-data; boundary=x");
    assert_eq!(request.body("--y\r\n").send().await.unwrap().status(), 400);
    let other_site = visitor.request(Method::POST, &format!("{}/person", gallery.path()));
    let other_site = other_site.header("origin", "https://example.com").multipart(Form::new());
    assert_eq!(other_site.send().await.unwrap().status(), 403);
    // The owner locks the link anew while the form is open: it asks for the password, as the gallery does.
    server.update_link(&gallery.admin, &gallery.link["id"], json!({ "password": "open barley" })).await;
    let locked = gallery.send(&visitor, true, fixtures::portrait()).await.text().await.unwrap();
    assert!(locked.contains("type=\"password\""), "{locked}");
    server.update_link(&gallery.admin, &gallery.link["id"], json!({ "password": "open sesame" })).await;
    // Looking takes a core: one address gets so many, and then has to wait.
    let someone = server.visitor_from("203.0.113.7");
    someone.post_form(&format!("{}/unlock", gallery.path()), &[("password", "open sesame")]).await;
    let mut statuses = Vec::new();
    for _ in 0..21 {
        statuses.push(gallery.send(&someone, false, Vec::new()).await.status().as_u16());
    }
    assert_eq!((statuses[0], statuses[20]), (422, 429), "{statuses:?}");
    let later = gallery.send(&someone, true, vec![0; 20_000_000]).await;
    assert_eq!(later.status(), 429, "the answer arrives also where the photo is not wanted");
    assert!(later.headers()["retry-after"].to_str().unwrap().parse::<u64>().unwrap() > 0);
    let later = later.text().await.unwrap();
    assert!(later.contains("Too many attempts") && later.contains("name=\"photo\""), "{later}");
}

#[tokio::test]
async fn of_several_faces_the_visitor_chooses() {
    let gallery = Gallery::with(json!({})).await;
    let visitor = gallery.server.visitor();
    let page = gallery.send(&visitor, true, fixtures::two_portraits()).await;
    assert_eq!(page.status(), 200);
    assert_eq!(page.headers()["cache-control"], "no-store", "no browser keeps the faces");
    let page = page.text().await.unwrap();
    let faces: Vec<&str> = page.split("name=\"person\" type=\"checkbox\" value=\"").skip(1).collect();
    let faces: Vec<&str> = faces.into_iter().map(|rest| rest.split('"').next().unwrap()).collect();
    assert_eq!(faces.len(), 2, "{page}");
    assert_eq!(page.matches("src=\"data:image/jpeg;base64,").count(), 2);
    let mut each = Vec::new();
    for face in &faces {
        each.push(titles(&visitor, &format!("{}?person={face}&together=", gallery.path())).await);
    }
    each.sort();
    assert_eq!(each, [BOTH.map(str::to_owned).to_vec(), vec!["Somebody else".to_owned()]]);
    let [one, other] = faces[..] else { panic!("{faces:?}") };
    let any = titles(&visitor, &format!("{}?person={one}&person={other}", gallery.path())).await;
    assert_eq!(any, ["Eileen", "Eileen once more", "Somebody else"]);
    let together = format!("{}?person={one}&person={other}&together=1", gallery.path());
    assert_eq!(titles(&visitor, &together).await, Vec::<String>::new());
    let looked = async |query: &str| visitor.get(&format!("{}?{query}", gallery.path())).await.text().await.unwrap();
    let six = vec![format!("person={one}"); 6].join("&");
    assert!(looked(&six).await.contains("Only the first five faces"));
    assert!(looked("together=").await.contains("You have chosen no face"));
    let counted = "query($id: ID!) { link(id: $id) { viewCount } }";
    let views = async || {
        let link = gallery.server.data(&gallery.admin, counted, json!({ "id": gallery.link["id"] })).await;
        link["link"]["viewCount"].clone()
    };
    let before = views().await;
    looked("together=").await;
    assert_eq!(views().await, before, "an empty choice is no view");
    let whole = looked("").await;
    assert!(!whole.contains("no face") && !whole.contains("the first five"));
    let group = gallery.server.upload(&gallery.admin, "Both.jpg", fixtures::two_portraits()).await["id"].clone();
    let add =
        "mutation($c: ID!, $a: [ID!]!) { addToCollection(collectionId: $c, assetIds: $a) { userErrors { code } } }";
    gallery.server.data(&gallery.admin, add, json!({ "c": gallery.collection, "a": [group] })).await;
    until(vec!["Both".to_owned()], async || titles(&visitor, &together).await).await;
}

#[tokio::test]
async fn nothing_of_a_search_stays() {
    let gallery = Gallery::with(json!({})).await;
    let (server, visitor) = (&gallery.server, gallery.server.visitor());
    let before = server.blobs();
    let photo = [fixtures::portrait(), b"a mark at the end of the photo".to_vec()].concat();
    let answer = gallery.send(&visitor, true, photo.clone()).await;
    let found = answer.headers()["location"].to_str().unwrap().to_owned();
    let person = found.split_once("person=").unwrap().1.to_owned();
    titles(&visitor, &found).await;
    let told = gallery.search(json!({}), photo).await;
    let of_api = told["faces"][0]["person"].as_str().unwrap().to_owned();
    assert_eq!(server.blobs(), before, "no file");
    let database = dump(server).await;
    let redis = redis_dump(server).await;
    for secret in [person.as_str(), &of_api, "a mark at the end"] {
        assert!(!database.contains(secret), "{secret}");
        assert!(!redis.contains(&hex(secret.as_bytes())), "{secret}");
    }
    for folder in [std::env::temp_dir(), "/dev/shm".into()] {
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            let photo = entry.path().join("photo");
            assert!(!std::fs::read(photo).is_ok_and(|file| file.ends_with(b"end of the photo")), "{entry:?}");
        }
    }
}

#[tokio::test]
async fn pages_of_other_sites_search_as_ours_do() {
    let gallery = Gallery::with(json!({})).await;
    let server = &gallery.server;
    let told = gallery.search(json!({}), fixtures::portrait()).await;
    assert_eq!(told["userErrors"], json!([]));
    let [face] = &told["faces"].as_array().unwrap()[..] else { panic!("{told}") };
    for part in ["x", "y", "width", "height"] {
        assert!((0.0..=1.0).contains(&face[part].as_f64().unwrap()), "{face}");
    }
    let titles = |matches: &Value| -> Vec<String> {
        let nodes = matches["nodes"].as_array().unwrap();
        nodes
            .iter()
            .map(|node| {
                format!("{} {}", node["likelihood"].as_str().unwrap(), node["asset"]["title"].as_str().unwrap())
            })
            .collect()
    };
    let mut sure: Vec<String> = titles(&told["matches"]).into_iter().filter(|text| text.starts_with("SURE")).collect();
    sure.sort();
    assert_eq!(sure, ["SURE Eileen", "SURE Eileen once more"]);
    let person = face["person"].clone();
    let ask = async |variables: Value| {
        let mut all = json!({ "token": gallery.token(), "persons": [person] });
        for (name, value) in variables.as_object().unwrap() {
            all[name] = value.clone();
        }
        server.data("", MATCHES, all).await["sharedLink"]["personMatches"].clone()
    };
    let first = ask(json!({ "first": 1 })).await;
    assert_eq!(first["unsearchedCount"], 0);
    assert_eq!((first["nodes"].as_array().unwrap().len(), &first["pageInfo"]["hasNextPage"]), (1, &json!(true)));
    let next = ask(json!({ "first": 1, "after": first["pageInfo"]["endCursor"] })).await;
    assert_ne!(next["nodes"], first["nodes"]);
    let wrong = json!({ "token": gallery.token(), "persons": ["made up"] });
    let refused = server.call("", MATCHES, wrong).await;
    assert_eq!(refused["errors"][0]["extensions"]["code"], "BAD_USER_INPUT", "{refused}");

    // Of several faces, one is said.
    let several = gallery.search(json!({}), fixtures::two_portraits()).await;
    assert_eq!((several["faces"].as_array().unwrap().len(), &several["matches"]), (2, &Value::Null));
    let one = gallery.search(json!({ "face": 1 }), fixtures::two_portraits()).await;
    assert!(one["matches"]["totalCount"].as_i64().unwrap() > 0, "{one}");
    let code = |answer: &Value| answer["userErrors"][0]["code"].as_str().unwrap_or_default().to_owned();
    for face in [-1, 2] {
        assert_eq!(code(&gallery.search(json!({ "face": face }), fixtures::two_portraits()).await), "INVALID_INPUT");
    }
    for (photo, expected) in [
        (fixtures::jpeg(600, 400), "INVALID_FILE"),
        (b"hello".to_vec(), "INVALID_FILE"),
        (Vec::new(), "INVALID_FILE"),
        (vec![0; 20_000_001], "FILE_TOO_LARGE"),
    ] {
        assert_eq!(code(&gallery.search(json!({}), photo).await), expected);
    }
    let plain = server.collection_link(&gallery.admin, &gallery.collection, json!({})).await;
    let token = plain["url"].as_str().unwrap().rsplit('/').next().unwrap();
    assert_eq!(code(&gallery.search(json!({ "token": token }), fixtures::portrait()).await), "OPTION_NOT_AVAILABLE");
    assert_eq!(code(&gallery.search(json!({ "token": "nothing" }), fixtures::portrait()).await), "NOT_FOUND");
    let locked = json!({ "personSearch": true, "password": "open sesame" });
    let locked = server.collection_link(&gallery.admin, &gallery.collection, locked).await;
    let token = locked["url"].as_str().unwrap().rsplit('/').next().unwrap();
    assert_eq!(code(&gallery.search(json!({ "token": token }), fixtures::portrait()).await), "WRONG_PASSWORD");
    // Whoever is not signed in sends no other file.
    let upload = "mutation($input: UploadAssetInput!) { uploadAsset(input: $input) { userErrors { code } } }";
    let refused = server.upload_call("", upload, json!({ "file": null }), "a.jpg", fixtures::jpeg(8, 8)).await;
    let refused: Value = refused.json().await.unwrap();
    assert_eq!(refused["errors"][0]["extensions"]["code"], "UNAUTHENTICATED", "{refused}");
}
