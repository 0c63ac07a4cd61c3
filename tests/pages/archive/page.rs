//! What pages say about archives, and the forms that ask for them.

use super::zips::names;
use serde_json::{Value, json};
use tests::{Options, Running, fixtures, short, start, start_with};

/// The part of a page about archives: the notes in it.
pub(super) async fn notes(server: &Running, link: &Value) -> Vec<String> {
    let page = server.visitor().get(link["url"].as_str().unwrap()).await.text().await.unwrap();
    let Some(part) = page.split("class=\"archive\"").nth(1) else { return Vec::new() };
    let part = part.split("</section>").next().unwrap();
    let notes = part.split("<p class=\"quiet\">").skip(1).map(|note| note.split("</p>").next().unwrap().to_owned());
    notes.collect()
}

/// The values of the fields of this name in a page.
fn values(page: &str, name: &str) -> Vec<String> {
    let field = format!("name=\"{name}\"");
    page.split(&field)
        .skip(1)
        .filter_map(|rest| rest.split('>').next().unwrap().split("value=\"").nth(1))
        .map(|rest| rest.split('"').next().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn the_page_of_a_collection_asks_for_all_or_for_a_selection_without_scripts() {
    let server = start_with(Options { workers: true, ..Options::default() }).await;
    let admin = server.admin().await;
    let one = server.upload(&admin, "one.jpg", fixtures::jpeg(400, 300)).await["id"].clone();
    let two = server.upload(&admin, "two \"2\".txt", "text").await["id"].clone();
    server.proxies(&admin, &one).await;
    let settings = json!({ "allowOriginal": true, "allowProxies": true, "proxyPresets": ["preview", "thumbnail"] });
    let shared = server.share(&admin, json!({ "assetIds": [one, two], "settings": settings })).await;
    let url = shared["link"]["url"].as_str().unwrap();
    let path = url.strip_prefix(&server.url).unwrap();
    for page in [url.to_owned(), format!("{url}/embed")] {
        let page = server.visitor().get(&page).await.text().await.unwrap();
        assert!(
            page.contains(&format!("<form method=\"get\" id=\"choose\" action=\"{path}/archive.zip\" data-whole>")),
            "{page}"
        );
        assert_eq!(values(&page, "select"), ["all", "", "1", "2"]);
        assert!(page.contains("aria-label=\"Select two &#34;2&#34;\""), "{page}");
        assert!(page.contains(">Download all</button>") && page.contains(">Everything (4 files, "), "{page}");
        let options: Vec<&str> = page
            .split("name=\"version\"")
            .nth(1)
            .unwrap()
            .split("<option value=\"")
            .skip(1)
            .map(|rest| rest.split('"').next().unwrap())
            .collect();
        assert_eq!(options, ["", "original", "thumbnail", "preview"]);
        assert!(page.contains(">Originals (2 files, ") && page.contains(">Preview (1 file, "), "{page}");
    }
    // As a browser sends the form.
    let sent = async |query: &str| {
        let response = server.visitor().get(&format!("{url}/archive.zip?{query}")).await;
        (response.status() == 200).then_some(names(&response.bytes().await.unwrap()))
    };
    assert_eq!(sent("select=&version=&select=all&select=2").await.unwrap().len(), 4);
    assert_eq!(sent("select=&version=original&select=2").await.unwrap(), ["two _2_.txt"]);
    let nothing = server.visitor().get(&format!("{url}/archive.zip?select=&version=original")).await;
    assert_eq!(nothing.status(), 404);

    let closed = server.share(&admin, json!({ "assetIds": [one, two] })).await;
    let page = server.visitor().get(closed["link"]["url"].as_str().unwrap()).await.text().await.unwrap();
    assert!(!page.contains("archive.zip") && !page.contains("checkbox"), "{page}");
}

#[tokio::test]
async fn the_page_of_an_asset_offers_all_of_its_files_where_there_are_several() {
    let server = start().await;
    let admin = server.admin().await;
    let one = server.upload(&admin, "one.txt", "one").await["id"].clone();
    let two = server.upload(&admin, "two.txt", "two").await["id"].clone();
    server.attach(&admin, &two, "terms.txt", "terms").await;
    let settings = json!({ "allowOriginal": true, "allowAttachments": true });
    let shared = server.share(&admin, json!({ "assetIds": [one, two], "settings": settings })).await;
    let all = shared["link"]["url"].as_str().unwrap();
    let link = server.public_link(&admin, &two, settings).await;
    for (page, offered) in [
        (format!("{all}/assets/{}", short(&one)), None),
        (format!("{all}/assets/{}", short(&two)), Some("select=2")),
        (link["url"].as_str().unwrap().to_owned(), Some("")),
    ] {
        let page = server.visitor().get(&page).await.text().await.unwrap();
        let url = page.split("href=\"").skip(1).map(|rest| rest.split('"').next().unwrap());
        let url = url.into_iter().find(|url| url.contains("archive.zip"));
        assert_eq!(url.map(|url| url.split_once('?').map_or("", |(_, query)| query)), offered, "{page}");
        if let Some(url) = url {
            let bytes = server.visitor().get(url).await.bytes().await.unwrap();
            assert_eq!(names(&bytes), ["Originals/two.txt", "Attachments/two.txt/terms.txt"]);
            assert!(page.contains("2 files, 8 bytes"), "{page}");
        }
    }
}
