//! What is in an archive, and under which names.

use super::zips::{names, told_by_python, unzipped};
use serde_json::{Value, json};
use tests::{Options, Running, fixtures, short, start, start_with};

/// The archive at a path, which must be there.
async fn archive(server: &Running, path: &str) -> Vec<u8> {
    let response = server.visitor().get(path).await;
    assert_eq!(response.status(), 200, "{path}");
    assert_eq!(response.headers()["content-type"], "application/zip");
    assert_eq!(response.headers()["x-accel-buffering"], "no");
    let length: usize = response.headers()["content-length"].to_str().unwrap().parse().unwrap();
    let bytes = response.bytes().await.unwrap().to_vec();
    assert_eq!(bytes.len(), length);
    bytes
}

#[tokio::test]
async fn an_archive_has_all_that_the_link_hands_out() {
    let server = start_with(Options { workers: true, ..Options::default() }).await;
    let admin = server.admin().await;
    let picture = fixtures::jpeg(400, 300);
    let one = server.upload(&admin, "Würzburg.jpg", picture.clone()).await["id"].clone();
    let two = server.upload(&admin, "würzburg.JPG", fixtures::jpeg(300, 200)).await["id"].clone();
    let text = server.upload(&admin, "a:b?.txt", "some text").await["id"].clone();
    server.attach(&admin, &one, "terms.pdf", fixtures::pdf()).await;
    server.attach(&admin, &two, "terms.pdf", fixtures::pdf()).await;
    server.proxies(&admin, &one).await;
    server.proxies(&admin, &two).await;
    let settings = json!({ "name": "Für: Anna", "allowOriginal": true, "allowProxies": true, "allowAttachments": true,
        "proxyPresets": ["preview"] });
    let shared = server.share(&admin, json!({ "assetIds": [one, two, text], "settings": settings })).await;
    let link = shared["link"]["url"].as_str().unwrap();
    let bytes = archive(&server, &format!("{link}/archive.zip")).await;
    let files = unzipped(&bytes);
    let expected = [
        "Attachments/Würzburg.jpg/terms.pdf",
        "Attachments/würzburg (2).JPG/terms.pdf",
        "Originals/Würzburg.jpg",
        "Originals/a_b_.txt",
        "Originals/würzburg (2).JPG",
        "Preview/Würzburg-preview.jpg",
        "Preview/würzburg-preview (2).jpg",
    ];
    assert_eq!(files.keys().collect::<Vec<_>>(), expected);
    assert_eq!(files["Originals/Würzburg.jpg"], picture);
    assert_eq!(files["Originals/a_b_.txt"], b"some text");
    let preview = server.visitor().get(&format!("{link}/assets/{}/preview?download", short(&one))).await;
    assert_eq!(files["Preview/Würzburg-preview.jpg"], preview.bytes().await.unwrap());
    let disposition =
        server.visitor().head(&format!("{link}/archive.zip")).await.headers()["content-disposition"].clone();
    assert_eq!(
        disposition.to_str().unwrap(),
        "attachment; filename=\"F_r_ Anna.zip\"; filename*=UTF-8''F%C3%BCr_%20Anna.zip"
    );
    if let Some(told) = told_by_python(&bytes) {
        let year = chrono::Datelike::year(&server.services.now());
        for file in told.as_array().unwrap() {
            assert_eq!(
                (&file[2], &file[3][0], &file[4], &file[5]),
                (&json!(0o100_644), &json!(year), &json!(2048), &json!(3))
            );
            assert!(
                file[6].as_str().unwrap().starts_with("55540500") && file[6].as_str().unwrap().len() == 18,
                "{file}"
            );
        }
    }

    // One version only needs no folders; attachments have theirs in any case.
    let of = async |query: &str| names(&archive(&server, &format!("{link}/archive.zip?{query}")).await);
    assert_eq!(of("version=original").await, ["Würzburg.jpg", "würzburg (2).JPG", "a_b_.txt"]);
    assert_eq!(of("version=preview").await, ["Würzburg-preview.jpg", "würzburg-preview (2).jpg"]);
    assert_eq!(of("version=original&select=3&select=").await, ["a_b_.txt"]);
    assert_eq!(of("select=2%2C3&version=original").await, ["würzburg.JPG", "a_b_.txt"]);
    assert_eq!(of("select=2-9&version=").await.len(), 4);
    assert_eq!(of("select=3&select=all").await.len(), 7);
    assert_eq!(of("version=original&other=x").await.len(), 3);
    for nothing in
        ["select=", "select=9", "select=x", "select=3-1", "version=fullscreen", "version=x", "version=preview&select=3"]
    {
        let response = server.visitor().get(&format!("{link}/archive.zip?{nothing}")).await;
        assert_eq!(response.status(), 404, "{nothing}");
        assert!(response.text().await.unwrap().contains("Nothing to download"), "{nothing}");
    }
}

#[tokio::test]
async fn a_link_to_one_asset_has_an_archive_too() {
    let server = start().await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "con.txt", "text").await["id"].clone();
    server.attach(&admin, &asset, "a/terms.txt", "terms").await;
    server.attach(&admin, &asset, "TERMS.txt", "other terms").await;
    let link = server.public_link(&admin, &asset, json!({ "allowOriginal": true, "allowAttachments": true })).await;
    let path = format!("{}/archive.zip", link["url"].as_str().unwrap());
    let files = unzipped(&archive(&server, &path).await);
    let expected = [
        ("Attachments/_con.txt/TERMS (2).txt", "other terms"),
        ("Attachments/_con.txt/terms.txt", "terms"),
        ("Originals/_con.txt", "text"),
    ];
    assert_eq!(files.into_iter().collect::<Vec<_>>(), expected.map(|(name, text)| (name.into(), text.into())));
    assert_eq!(names(&archive(&server, &format!("{path}?version=original&select=1")).await), ["_con.txt"]);
    assert_eq!(server.visitor().get(&format!("{path}?select=2")).await.status(), 404);
    let nothing = server.public_link(&admin, &asset, Value::Null).await;
    let path = format!("{}/archive.zip", nothing["url"].as_str().unwrap());
    assert_eq!(server.visitor().get(&path).await.status(), 404, "a link that hands out nothing");
}

#[tokio::test]
async fn no_archive_has_a_picture_without_the_watermark_that_the_link_wants() {
    let server = start().await;
    let admin = server.admin().await;
    let mark = json!({ "file": null, "opacity": 1, "placement": "TILE" });
    let set = server.set_watermark(&admin, mark, Some(fixtures::plain_png(40, 40, [255, 0, 0]))).await;
    assert_eq!(set["userErrors"], json!([]), "{set}");
    let asset = server.upload(&admin, "a.jpg", fixtures::jpeg(400, 300)).await["id"].clone();
    let workers = server.workers();
    server.proxies(&admin, &asset).await;
    workers.stop().await;
    let settings = json!({ "allowProxies": true, "proxyPresets": ["preview"] });
    let plain = server.share(&admin, json!({ "assetIds": [asset], "settings": settings })).await["link"].clone();
    let file = |link: &Value| format!("{}/archive.zip?version=preview", link["url"].as_str().unwrap());
    let unmarked = unzipped(&archive(&server, &file(&plain)).await);
    // Nobody makes what this link needs.
    let settings = json!({ "allowProxies": true, "proxyPresets": ["preview"], "watermark": true });
    let marked = server.share(&admin, json!({ "assetIds": [asset], "settings": settings })).await["link"].clone();
    assert_eq!(super::page::notes(&server, &marked).await, ["1 file is still being prepared."]);
    assert_eq!(server.visitor().get(&file(&marked)).await.status(), 404);
    // Not even its row is there.
    server.sql("DELETE FROM proxies WHERE watermarked").await;
    assert_eq!(super::page::notes(&server, &marked).await, ["1 file is still being prepared."]);
    assert_eq!(server.visitor().get(&file(&marked)).await.status(), 404);
    let shown = format!("{}/assets/{}/preview", marked["url"].as_str().unwrap(), short(&asset));
    server.visitor().get(&shown).await;
    let _workers = server.workers();
    server.proxies(&admin, &asset).await;
    let with_mark = unzipped(&archive(&server, &file(&marked)).await);
    assert_eq!(with_mark.keys().collect::<Vec<_>>(), unmarked.keys().collect::<Vec<_>>());
    assert_ne!(with_mark, unmarked);
    assert_eq!(with_mark["a-preview.jpg"], server.visitor().get(&shown).await.bytes().await.unwrap());
    // A mark that is pending again leaves nothing of its kind.
    server.sql("UPDATE proxies SET state = 'PENDING', file_id = NULL, media_type = NULL, byte_size = NULL WHERE watermarked").await;
    assert_eq!(server.visitor().get(&file(&marked)).await.status(), 404);
}

#[tokio::test]
async fn the_plan_says_what_is_missing_and_why() {
    let server = start().await;
    let admin = server.admin().await;
    let mut assets = Vec::new();
    for index in 0..4 {
        assets.push(server.upload(&admin, &format!("{index}.jpg"), fixtures::jpeg(40, 30)).await["id"].clone());
    }
    assets.push(server.upload(&admin, "text.txt", "text").await["id"].clone());
    let settings = json!({ "allowOriginal": true, "allowProxies": true, "proxyPresets": ["preview"] });
    let shared = server.share(&admin, json!({ "assetIds": assets, "settings": settings })).await;
    let id = |index: usize| domain::short_id::decode::<uuid::Uuid>(short(&assets[index])).unwrap();
    server
        .sql(format!(
            "UPDATE assets SET original_state = 'ARCHIVED' WHERE id = '{}'; UPDATE assets SET crc32 = NULL WHERE id = '{}';
            UPDATE proxies SET state = 'FAILED', reason = 'broken' WHERE asset_id = '{}'",
            id(0),
            id(1),
            id(2)
        ))
        .await;
    let notes = super::page::notes(&server, &shared["link"]).await;
    assert_eq!(
        notes,
        [
            "3 files are still being prepared.",
            "1 file is still being checked, and not in the zip.",
            "1 file is not available at the moment.",
            "1 file could not be made."
        ]
    );
    let path = format!("{}/archive.zip", shared["link"]["url"].as_str().unwrap());
    let bytes = archive(&server, &path).await;
    assert_eq!(names(&bytes), ["2.jpg", "3.jpg", "text.txt"]);

    let visitor = app::visitor::Visitor {
        address: [127, 0, 0, 1].into(),
        unlocked: Vec::new(),
        file: None,
        counted: None,
        devices: Vec::new(),
        seen: None,
        do_not_track: false,
        is_preview_bot: false,
        is_prefetch: false,
        is_inside: false,
        headers_only: false,
    };
    let token = path.split('/').nth_back(1).unwrap();
    let visit = app::visitor::Visit::open(
        &server.services,
        visitor,
        token,
        domain::LinkKind::Public,
        app::visitor::RequestedFile::default(),
    );
    let visit = visit.await.unwrap();
    let plan = visit.archive_plan(&domain::archive::ArchiveRequest::EVERYTHING).await.unwrap();
    assert_eq!((plan.ready, plan.waiting), (3, 3));
    assert!(plan.byte_size > 0 && plan.byte_size < bytes.len() as u64, "{plan:?}");
    let missing = plan.missing;
    assert_eq!((missing.failed, missing.unavailable, missing.unchecked, missing.count()), (1, 1, 1, 3));
}

#[tokio::test]
async fn the_number_of_statements_does_not_depend_on_the_number_of_members() {
    let server = start().await;
    let admin = server.admin().await;
    let mut assets = Vec::new();
    for index in 0..40 {
        assets.push(server.upload(&admin, &format!("{index}.txt"), format!("text {index}")).await["id"].clone());
    }
    let visitor = server.visitor();
    let mut counts = Vec::new();
    for many in [1, 2, 40] {
        let shared = server
            .share(
                &admin,
                json!({ "assetIds": assets[..many], "settings": { "allowOriginal": true, "maxDownloads": 9 } }),
            )
            .await;
        let path = format!("{}/archive.zip", shared["link"]["url"].as_str().unwrap());
        let before = server.statements();
        let head = visitor.head(&path).await;
        assert_eq!(head.status(), 200);
        let planned = server.statements() - before;
        let whole = visitor.get(&path).await.bytes().await.unwrap();
        assert_eq!(names(&whole).len(), many);
        counts.push((planned, server.statements() - before - 2 * planned - many));
    }
    assert!(counts.iter().all(|count| *count == counts[0]), "{counts:?}");
}
