//! What is played on a link's page: videos in the sizes that the link shows, their captions, and recordings; and the facts
//! that the page tells.

use reqwest::{Method, Response};
use serde_json::{Value, json};
use tests::{Options, Running, fixtures, made, short, start_with};

const VTT: &str = "WEBVTT\n\n00:00.000 --> 00:01.000\n<script>alert(1)</script>Hello <b>there</b>\n";
const SRT: &str = "1\n00:00:00,000 --> 00:00:01,000\nGrüße\n";

async fn working() -> (Running, String) {
    let server = start_with(Options { workers: true, ..Options::default() }).await;
    let admin = server.admin().await;
    (server, admin)
}

fn path(link: &Value) -> &str {
    link["url"].as_str().unwrap()
}

async fn page(server: &Running, link: &Value) -> String {
    let answer = server.visitor().get(path(link)).await;
    assert_eq!(answer.status(), 200);
    answer.text().await.unwrap()
}

async fn file(server: &Running, link: &Value, asset: &Value, name: &str) -> Response {
    server.visitor().get(&format!("{}/assets/{}/{name}", path(link), short(asset))).await
}

/// The addresses of an attribute in a page, by their last parts.
fn sources<'p>(page: &'p str, element: &str) -> Vec<&'p str> {
    let start = format!("<{element} ");
    let elements = page.split(&start).skip(1);
    let source = |text: &'p str| {
        let source = text.split_once("src=\"").unwrap().1.split_once('"').unwrap().0;
        source.rsplit('/').next().unwrap()
    };
    elements.map(source).collect()
}

#[tokio::test]
async fn a_large_video_is_played_where_it_may_be_downloaded_as_often_as_one_likes() {
    let (server, admin) = working().await;
    let asset = server.upload(&admin, "a.mp4", made::video("a.mp4", "1280x720", 1)).await["id"].clone();
    server.proxies(&admin, &asset).await;
    let cases = [
        (json!({}), false),
        (json!({ "allowOriginal": true }), false),
        (json!({ "allowProxies": true }), true),
        (json!({ "allowProxies": true, "proxyPresets": ["video-480p"] }), false),
        (json!({ "allowProxies": true, "maxDownloads": 5 }), false),
    ];
    for (settings, is_large) in cases {
        let link = server.public_link(&admin, &asset, settings.clone()).await;
        let page = page(&server, &link).await;
        let expected: &[&str] = if is_large { &["video-1080p", "video-480p"] } else { &["video-480p"] };
        assert_eq!(sources(&page, "source"), expected, "{settings}");
        let of_large = "data-quality=\"720p\" media=\"(min-width: 60rem)\"";
        assert_eq!(page.contains(of_large), is_large, "{page}");
        // Nothing is loaded before somebody plays it, and small screens and those without the large one have this.
        assert!(page.contains("preload=\"none\"") && page.contains("data-quality=\"480p\">"), "{page}");
        let statuses = [200, if is_large { 200 } else { 404 }];
        for (name, status) in ["video-480p", "video-1080p"].into_iter().zip(statuses) {
            let answer = file(&server, &link, &asset, name).await;
            assert_eq!(answer.status(), status, "{settings} {name}");
            if status == 200 {
                assert!(!answer.headers().contains_key("content-disposition"));
                // Safari asks for this first.
                let path = format!("{}/assets/{}/{name}", path(&link), short(&asset));
                let two =
                    server.visitor().request(Method::GET, &path).header("range", "bytes=0-1").send().await.unwrap();
                assert_eq!((two.status().as_u16(), two.content_length()), (206, Some(2)), "{name}");
            }
        }
        let token = path(&link).rsplit('/').next().unwrap();
        let query = "query($token: String!) { sharedLink(token: $token) { downloadsLeft assets { nodes {
            video { url width } largeVideo { url width } } } } }";
        let shown = server.data("", query, json!({ "token": token })).await["sharedLink"].clone();
        let node = &shown["assets"]["nodes"][0];
        assert_eq!(node["video"]["width"], 854);
        assert_eq!(node["largeVideo"]["width"], if is_large { json!(1280) } else { Value::Null }, "{settings}");
        assert_eq!(shown["downloadsLeft"], settings["maxDownloads"], "looking is no download");
    }
}

#[tokio::test]
async fn a_page_says_that_its_video_is_being_made_and_loads_itself_again_until_it_plays() {
    // Without workers, the videos stay as the test makes them.
    let server = tests::start().await;
    let admin = server.admin().await;
    let asset = server.upload(&admin, "a.mp4", made::video("a.mp4", "160x120", 1)).await["id"].clone();
    server.set_watermark(&admin, json!({ "file": null }), Some(fixtures::png_with_alpha(40, 30))).await;
    // With the watermark first: without a plain video that can be made, there would be none to wait for.
    for watermark in [true, false] {
        let link = server.public_link(&admin, &asset, json!({ "watermark": watermark })).await;
        let set_to = async |preset: &str, state: &str| {
            let ready = "file_id = gen_random_uuid(), media_type = 'video/mp4', byte_size = 9, width = 8, height = 6";
            let none = "file_id = NULL, media_type = NULL, byte_size = NULL, width = NULL, height = NULL";
            let facts = if state == "READY" { ready } else { none };
            let which = format!("preset = '{preset}' AND watermarked = {watermark}");
            server
                .sql(format!("UPDATE proxies SET state = '{state}', {facts} WHERE {which}; DELETE FROM outbox"))
                .await;
        };
        set_to("poster", "READY").await;
        for (state, is_pending) in [("PENDING", true), ("READY", false), ("FAILED", false)] {
            set_to("video-480p", state).await;
            let page = page(&server, &link).await;
            assert_eq!(page.contains("The video is being prepared."), is_pending, "{state}: {page}");
            assert_eq!(page.contains("http-equiv=\"refresh\""), is_pending, "{state}: {page}");
            assert_eq!(sources(&page, "source").len(), usize::from(state == "READY"), "{state}: {page}");
            let urgent = "outbox WHERE priority = 0 AND job::text LIKE '%render_video%'";
            let is_urgent = server.count(urgent).await > 0;
            assert_eq!(is_urgent, is_pending, "{state}: somebody waits for it");
            let token = path(&link).rsplit('/').next().unwrap();
            let query = "query($token: String!) { sharedLink(token: $token) { assets { nodes {
                pending preview { url } video { url } } } } }";
            server.sql("DELETE FROM outbox").await;
            let seen =
                server.data("", query, json!({ "token": token })).await["sharedLink"]["assets"]["nodes"][0].clone();
            assert_eq!(seen["pending"], json!(is_pending), "{state}: {seen}");
            assert_eq!((seen["preview"].is_null(), seen["video"].is_null()), (false, state != "READY"), "{seen}");
            assert_eq!(server.count(urgent).await > 0, is_pending, "{state}");
        }
    }
}

#[tokio::test]
async fn two_sizes_of_a_video_have_two_names_or_are_one_version() {
    let (server, admin) = working().await;
    for (size, names) in [
        ("860x480", vec!["Video 480p (854 × 476)"]),
        ("1280x536", vec!["Video 480p (854 × 358)", "Video 720p (1280 × 536)"]),
        ("1000x100", vec!["Video 480p (854 × 84)", "Video 562p (1000 × 100)"]),
    ] {
        let asset = server.upload(&admin, "a.mp4", made::video("a.mp4", size, 1)).await["id"].clone();
        server.proxies(&admin, &asset).await;
        let link = server.public_link(&admin, &asset, json!({ "allowProxies": true })).await;
        let page = page(&server, &link).await;
        let buttons = page.split("<span dir=\"auto\">").skip(1).map(|text| text.split('<').next().unwrap());
        let videos: Vec<&str> = buttons.filter(|name| name.starts_with("Video")).collect();
        assert_eq!(videos, names, "{size}");
        let played = sources(&page, "source");
        assert_eq!(played.len(), names.len(), "{size}: {page}");
        let token = path(&link).rsplit('/').next().unwrap();
        let query = "query($token: String!) { sharedLink(token: $token) { assets { nodes { largeVideo { url }
            downloads { label } } } } }";
        let seen = server.data("", query, json!({ "token": token })).await["sharedLink"]["assets"]["nodes"][0].clone();
        assert_eq!(seen["largeVideo"].is_null(), names.len() == 1, "{seen}");
        let labels = seen["downloads"].as_array().unwrap().iter().map(|file| file["label"].as_str().unwrap());
        assert_eq!(labels.filter(|label| label.starts_with("Video")).collect::<Vec<_>>(), names);
    }
    // A link that hands out the large one only has it.
    let asset = server.upload(&admin, "a.mp4", made::video("a.mp4", "860x480", 1)).await["id"].clone();
    server.proxies(&admin, &asset).await;
    let large = json!({ "allowProxies": true, "proxyPresets": ["video-1080p"] });
    let page = page(&server, &server.public_link(&admin, &asset, large).await).await;
    assert!(page.contains("Video 480p (860 × 480)") && page.contains("/video-1080p?download"), "{page}");
}

#[tokio::test]
async fn captions_are_shown_with_their_video_and_saved_where_attachments_are() {
    let (server, admin) = working().await;
    let video = server.upload(&admin, "a.mp4", made::video("a.mp4", "160x120", 1)).await["id"].clone();
    let picture = server.upload(&admin, "a.jpg", fixtures::jpeg(40, 30)).await["id"].clone();
    let html = "<!DOCTYPE html><script>alert(1)</script>";
    let large = format!("{VTT}{}", " ".repeat(2 * 1024 * 1024));
    let all =
        [("Interview.de.vtt", VTT), ("Interview.srt", SRT), ("page.vtt", html), ("notes.txt", VTT), ("l.vtt", &large)];
    let mut attached = Value::Null;
    for (name, text) in all {
        attached = server.attach(&admin, &video, name, text.to_owned()).await;
    }
    let of_picture = server.attach(&admin, &picture, "a.vtt", VTT).await[0]["id"].clone();
    server.proxies(&admin, &video).await;
    let id = |index: usize| short(&attached[index]["id"]).to_owned();
    let names = [0, 1, 2, 3, 4].map(|index| format!("captions-{}", id(index)));

    let shown_only = server.public_link(&admin, &video, json!({ "maxDownloads": 1 })).await;
    let saved_too = server.public_link(&admin, &video, json!({ "allowAttachments": true })).await;
    for (link, may_save) in [(&shown_only, false), (&saved_too, true)] {
        let page = page(&server, link).await;
        assert_eq!(sources(&page, "track"), names[..2], "{page}");
        assert!(page.contains("label=\"Deutsch\" srclang=\"de\">") && page.contains("label=\"Interview\">"), "{page}");
        assert_eq!(page.contains("attachment-"), may_save, "{page}");
        for (name, text) in [(&names[0], "alert(1)Hello <b>there</b>"), (&names[1], "Grüße")] {
            let answer = file(&server, link, &video, name).await;
            assert_eq!(answer.status(), 200, "{name}");
            let header = |name: &str| answer.headers()[name].to_str().unwrap().to_owned();
            assert_eq!(header("content-type"), "text/vtt; charset=utf-8");
            assert_eq!([header("x-content-type-options"), header("access-control-allow-origin")], ["nosniff", "*"]);
            assert_eq!(header("content-security-policy"), "default-src 'none'; sandbox");
            let expected = format!("WEBVTT\n\n00:00:00.000 --> 00:00:01.000\n{text}\n");
            assert_eq!(answer.text().await.unwrap(), expected);
            let saved = file(&server, link, &video, &format!("{name}?download")).await;
            assert_eq!(saved.status(), if may_save { 200 } else { 404 });
        }
        for name in &names[2..] {
            assert_eq!(file(&server, link, &video, name).await.status(), 404, "{name}");
        }
    }
    let raw = file(&server, &saved_too, &video, &format!("{}?download", names[0])).await;
    assert!(raw.headers()["content-disposition"].to_str().unwrap().starts_with("attachment"));
    assert_eq!(raw.text().await.unwrap(), VTT);
    // Those of another asset, and of what is no video, are none.
    let other = server.public_link(&admin, &picture, json!({})).await;
    for name in [&format!("captions-{}", short(&of_picture)), &names[0]] {
        assert_eq!(file(&server, &other, &picture, name).await.status(), 404);
    }
    assert!(!page(&server, &other).await.contains("<track"));

    // Pages of others get them, too, with a password by URLs of their own.
    let locked = server.public_link(&admin, &video, json!({ "password": "open sesame" })).await;
    assert_eq!(file(&server, &locked, &video, &names[0]).await.status(), 401);
    let token = path(&locked).rsplit('/').next().unwrap();
    let unlock = "mutation($token: String!) { unlockSharedLink(token: $token, password: \"open sesame\") { grant } }";
    let grant = server.data("", unlock, json!({ "token": token })).await["unlockSharedLink"]["grant"].clone();
    let query = "query($token: String!, $grant: String) { sharedLink(token: $token, grant: $grant) {
        assets { nodes { tracks { url language label } } } } }";
    let seen = server.data("", query, json!({ "token": token, "grant": grant })).await;
    let tracks = seen["sharedLink"]["assets"]["nodes"][0]["tracks"].clone();
    assert_eq!((&tracks[0]["language"], &tracks[0]["label"]), (&json!("de"), &json!("Deutsch")), "{tracks}");
    assert_eq!((&tracks[1]["language"], &tracks[1]["label"]), (&Value::Null, &json!("Interview")));
    let url = tracks[0]["url"].as_str().unwrap();
    assert_eq!(server.visitor().get(url).await.status(), 200);
    let elsewhere = url.replace(&names[0], &names[1]);
    assert_eq!(server.visitor().get(&elsewhere).await.status(), 401, "a URL is for one file");
}

#[tokio::test]
async fn captions_of_other_encodings_are_read_and_those_of_one_language_are_told_apart() {
    let (server, admin) = working().await;
    let video = server.upload(&admin, "a.mp4", made::video("a.mp4", "160x120", 1)).await["id"].clone();
    server.proxies(&admin, &video).await;
    let text = "1\n00:00:00,000 --> 00:00:01,000\nGr\u{fc}\u{df}e aus dem sch\u{f6}nen Land am Meer\n";
    let utf16: Vec<u8> = [0xfeff].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let latin: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    let expected = "WEBVTT\n\n00:00:00.000 --> 00:00:01.000\nGr\u{fc}\u{df}e aus dem sch\u{f6}nen Land am Meer\n";
    let files = [
        ("film.de.srt", utf16, expected),
        ("film.forced.de.srt", latin, expected),
        ("film.en.vtt", b"No times are in this text.\n".to_vec(), "WEBVTT\n"),
    ];
    let mut attached = Value::Null;
    for (name, bytes, _) in &files {
        attached = server.attach(&admin, &video, name, bytes.clone()).await;
    }
    let link = server.public_link(&admin, &video, json!({})).await;
    let page = page(&server, &link).await;
    for label in ["Deutsch (film.de.srt)", "Deutsch (film.forced.de.srt)", "English"] {
        assert!(page.contains(&format!("label=\"{label}\"")), "{label}: {page}");
    }
    for (index, (name, _, expected)) in files.iter().enumerate() {
        let answer = file(&server, &link, &video, &format!("captions-{}", short(&attached[index]["id"]))).await;
        assert_eq!(answer.status(), 200, "{name}");
        assert_eq!(answer.text().await.unwrap(), *expected, "{name}");
    }
}

#[tokio::test]
async fn a_recording_is_heard_under_every_link_also_with_a_watermark() {
    let (server, admin) = working().await;
    assert_eq!(
        server.set_watermark(&admin, json!({ "file": null }), Some(fixtures::png_with_alpha(40, 30))).await["userErrors"],
        json!([])
    );
    let cover = fixtures::jpeg(300, 300);
    let song = server.upload(&admin, "Song.mp3", made::sound_with_cover("a.mp3", &cover)).await["id"].clone();
    let proxies = server.proxies(&admin, &song).await;
    let states = |proxies: &Value| -> Vec<String> {
        let one = |proxy: &Value| format!("{} {} {}", proxy["preset"], proxy["state"], proxy["watermarked"]);
        proxies.as_array().unwrap().iter().map(|proxy| one(proxy).replace('"', "")).collect()
    };
    assert!(states(&proxies).contains(&"audio READY false".to_owned()), "{proxies}");
    for watermark in [false, true] {
        let settings = json!({ "watermark": watermark, "allowProxies": true, "proxyPresets": ["audio"] });
        let link = server.public_link(&admin, &song, settings).await;
        let proxies = server.proxies(&admin, &song).await;
        assert_eq!(states(&proxies).iter().filter(|state| state.starts_with("audio")).count(), 1, "{proxies}");
        let page = page(&server, &link).await;
        assert_eq!((sources(&page, "audio"), sources(&page, "img")), (vec!["audio"], vec!["preview"]), "{page}");
        let heard = file(&server, &link, &song, "audio").await;
        assert_eq!((heard.status().as_u16(), &heard.headers()["content-type"]), (200, &"audio/mp4".parse().unwrap()));
        let heard = heard.bytes().await.unwrap();
        let told = made::told_of(&heard);
        assert!(told.contains("codec_name=aac") && !told.contains("mjpeg"), "{told}");
        let saved = file(&server, &link, &song, "audio?download").await;
        assert!(saved.headers()["content-disposition"].to_str().unwrap().contains("Song-audio.m4a"));
        assert_eq!(saved.bytes().await.unwrap(), heard);
        let zip = server.visitor().get(&format!("{}/archive.zip", path(&link))).await;
        assert_eq!(zip.status(), 200, "the sound is in the archive");
        let token = path(&link).rsplit('/').next().unwrap();
        let query = "query($token: String!) { sharedLink(token: $token) { preparation { total ready failed } assets {
            nodes { pending audio { url width mediaType } } } } }";
        let seen = server.data("", query, json!({ "token": token })).await["sharedLink"].clone();
        assert_eq!(seen["preparation"], json!({ "total": 4, "ready": 4, "failed": 0 }), "{seen}");
        let node = &seen["assets"]["nodes"][0];
        assert_eq!((&node["pending"], &node["audio"]["mediaType"]), (&json!(false), &json!("audio/mp4")), "{node}");
        let collection = server.collection(&admin, "Songs", std::slice::from_ref(&song)).await;
        let all = server.collection_link(&admin, &collection, json!({ "watermark": watermark })).await;
        assert_eq!(file(&server, &all, &song, "audio").await.status(), 200);
        assert_eq!(file(&server, &all, &song, "audio?download").await.status(), 404);
        let preparation = "query($id: ID!) { link(id: $id) { preparation { total ready } } }";
        let told = server.data(&admin, preparation, json!({ "id": all["id"] })).await;
        assert_eq!(told["link"]["preparation"], json!({ "total": 4, "ready": 4 }));
    }
}

#[tokio::test]
async fn the_page_tells_what_a_file_is_and_not_where_it_comes_from() {
    let (server, admin) = working().await;
    let video = server.upload(&admin, "Secret name.mp4", made::video("a.mp4", "160x120", 2)).await["id"].clone();
    let document = server.upload(&admin, "a.pdf", fixtures::pdf()).await["id"].clone();
    server.proxies(&admin, &video).await;
    server.proxies(&admin, &document).await;
    let title = "mutation($id: ID!) { updateAsset(input: { assetId: $id, title: \"Film\" }) { userErrors { code } } }";
    server.data(&admin, title, json!({ "id": video })).await;
    for original in [false, true] {
        let settings = json!({ "allowOriginal": original });
        let page = page(&server, &server.public_link(&admin, &video, settings.clone()).await).await;
        let facts = page.split_once("<summary>Details</summary>").unwrap().1.split_once("</details>").unwrap().0;
        for fact in ["<dd>Video</dd>", "<dd>MP4</dd>", "<dd>160 × 120 pixels</dd>", "<dd>0:02</dd>"] {
            assert!(facts.contains(fact), "{fact}: {facts}");
        }
        assert_eq!(facts.contains("Size of the original"), original, "{facts}");
        assert!(!page.contains("Secret") && !page.contains("48.8584"), "{page}");
    }
    let page = page(&server, &server.public_link(&admin, &document, json!({})).await).await;
    assert!(
        page.contains("<dd>Document</dd>") && page.contains("<dd>PDF</dd>") && !page.contains("pixels</dd>"),
        "{page}"
    );
}
