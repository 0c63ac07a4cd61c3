//! Videos, documents and pictures of other programs; and what only pretends to be one.

use serde_json::{Value, json};
use std::time::Duration;
use tests::{Options, Running, fixtures, made, short, start_with};

async fn working() -> (Running, String) {
    let server = start_with(Options { workers: true, ..Options::default() }).await;
    let admin = server.admin().await;
    (server, admin)
}

async fn asset(server: &Running, admin: &str, id: &Value) -> Value {
    let query = "query($id: ID!) { asset(id: $id) { kind mediaType width height durationSeconds
        proxies { preset state width height watermarked failureReason } } }";
    server.data(admin, query, json!({ "id": id })).await["asset"].clone()
}

/// What is uploaded, once its proxies are made.
async fn uploaded(server: &Running, admin: &str, name: &str, bytes: Vec<u8>) -> (Value, Value) {
    let id = server.upload(admin, name, bytes).await["id"].clone();
    server.proxies(admin, &id).await;
    let asset = asset(server, admin, &id).await;
    (id, asset)
}

fn told(asset: &Value) -> Vec<String> {
    let proxies = asset["proxies"].as_array().unwrap().iter();
    let text = |proxy: &Value| {
        format!("{} {} {}x{}", proxy["preset"], proxy["state"], proxy["width"], proxy["height"]).replace('"', "")
    };
    proxies.map(text).collect()
}

async fn fetched(server: &Running, link: &Value, asset: &Value, file: &str) -> Vec<u8> {
    let short = short(asset);
    let path = format!("{}/assets/{short}/{file}", link["url"].as_str().unwrap());
    let response = server.visitor().get(&path).await;
    assert_eq!(response.status(), 200, "{path}");
    response.bytes().await.unwrap().to_vec()
}

#[tokio::test]
async fn a_video_gets_a_poster_and_videos_that_begin_at_once() {
    let (server, admin) = working().await;
    for (name, media_type) in [("a.mp4", "video/mp4"), ("a.mov", "video/quicktime"), ("a.webm", "video/webm")] {
        let (id, asset) = uploaded(&server, &admin, name, made::video(name, "1280x720", 2)).await;
        assert_eq!((&asset["kind"], &asset["mediaType"]), (&json!("VIDEO"), &json!(media_type)));
        assert_eq!((&asset["width"], &asset["height"]), (&json!(1280), &json!(720)));
        assert!((asset["durationSeconds"].as_f64().unwrap() - 2.0).abs() < 0.2, "{asset}");
        // Never enlarged.
        let sizes = ["poster READY 1280x720", "video-480p READY 854x480", "video-1080p READY 1280x720"];
        assert_eq!(told(&asset), sizes, "{name}");

        let link = server.public_link(&admin, &id, json!({ "allowProxies": true })).await;
        let video = fetched(&server, &link, &id, "video-480p?download").await;
        let about = made::told_of(&video);
        for part in ["codec_name=h264", "codec_name=aac", "pix_fmt=yuv420p", "width=854"] {
            assert!(about.contains(part), "{name}: {about}");
        }
        assert!(!about.contains("location") && !about.contains("48.8584"), "where it was taken: {about}");
        let place = |atom: &[u8]| video.windows(4).position(|part| part == atom).unwrap();
        assert!(place(b"moov") < place(b"mdat"), "a player need not wait for the end of the file");
        let page = server.visitor().get(link["url"].as_str().unwrap()).await.text().await.unwrap();
        assert!(page.contains("Video 720p (1280 × 720)"), "{page}");
        assert!(page.contains("<video") && page.contains("/video-480p\"") && page.contains("poster="), "{page}");
    }
}

/// A video of 640 × 360 has no larger version, and that of a squeezed one would be a second copy of it. A copy of the
/// smaller version stands in for it.
#[tokio::test]
async fn no_version_of_a_video_equals_another() {
    let (server, admin) = working().await;
    let videos = [
        ("a.mp4", made::video("a.mp4", "640x360", 2), "640x360", "Video 360p"),
        ("b.mp4", made::squeezed_video(), "854x480", "Video 480p"),
    ];
    for (name, bytes, size, label) in videos {
        let (id, asset) = uploaded(&server, &admin, name, bytes).await;
        assert_eq!(told(&asset)[1..], [format!("video-480p READY {size}"), format!("video-1080p READY {size}")]);
        let everything = server.public_link(&admin, &id, json!({ "allowProxies": true })).await;
        let page = server.visitor().get(everything["url"].as_str().unwrap()).await.text().await.unwrap();
        assert!(page.contains(&format!("{label} ({})", size.replace('x', " × "))), "{page}");
        assert_eq!(
            (page.matches("/video-480p?download").count(), page.matches("/video-1080p").count()),
            (1, 0),
            "{page}"
        );

        let large = json!({ "allowProxies": true, "proxyPresets": ["video-1080p"] });
        let large = server.public_link(&admin, &id, large).await;
        let page = server.visitor().get(large["url"].as_str().unwrap()).await.text().await.unwrap();
        assert_eq!(
            (page.matches("/video-480p?download").count(), page.matches("/video-1080p?download").count()),
            (0, 1),
            "{page}"
        );
        let copy = fetched(&server, &large, &id, "video-1080p?download").await;
        assert!(copy == fetched(&server, &everything, &id, "video-480p?download").await, "{name}");
    }
}

/// All versions of a small picture are the same file, which is offered once; a larger version only where the link offers no
/// smaller one.
#[tokio::test]
async fn a_small_picture_is_offered_once() {
    let (server, admin) = working().await;
    for (size, versions) in [((300, 200), vec!["thumbnail"]), ((900, 600), vec!["thumbnail", "preview"])] {
        let (id, _) = uploaded(&server, &admin, "a.jpg", fixtures::jpeg(size.0, size.1)).await;
        let link = server.public_link(&admin, &id, json!({ "allowProxies": true })).await;
        let page = server.visitor().get(link["url"].as_str().unwrap()).await.text().await.unwrap();
        for preset in ["thumbnail", "preview", "fullscreen"] {
            let offered = page.matches(&format!("/{preset}?download")).count();
            assert_eq!(offered, usize::from(versions.contains(&preset)), "{size:?} {preset}: {page}");
        }
        let large = json!({ "allowProxies": true, "proxyPresets": ["fullscreen"] });
        let link = server.public_link(&admin, &id, large).await;
        let page = server.visitor().get(link["url"].as_str().unwrap()).await.text().await.unwrap();
        assert_eq!(page.matches("/fullscreen?download").count(), 1, "{page}");
    }
}

#[tokio::test]
async fn a_recording_says_how_long_it_plays() {
    let (server, admin) = working().await;
    let id = server.upload(&admin, "a.mp3", made::sound("a.mp3", 3)).await["id"].clone();
    let work = async {
        loop {
            let asset = asset(&server, &admin, &id).await;
            if let Some(seconds) = asset["durationSeconds"].as_f64() {
                return (asset, seconds);
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let (asset, seconds) = tokio::time::timeout(Duration::from_mins(1), work).await.expect("it is read");
    assert!((seconds - 3.0).abs() < 0.2 && asset["kind"] == "AUDIO", "{asset}");
    assert_eq!(asset["proxies"].as_array().unwrap().len(), 1, "{asset}");
}

#[tokio::test]
async fn every_frame_of_a_video_carries_the_watermark() {
    let (server, admin) = working().await;
    let magenta = [255, 0, 255];
    let mark = fixtures::plain_png(60, 60, magenta);
    server.set_watermark(&admin, json!({ "file": null, "opacity": 1.0 }), Some(mark)).await;
    let (id, _) = uploaded(&server, &admin, "a.mp4", made::video("a.mp4", "640x360", 2)).await;
    let link = server.public_link(&admin, &id, json!({ "watermark": true, "allowProxies": true })).await;
    server.proxies(&admin, &id).await;
    for file in ["poster", "poster?download"] {
        let poster = fetched(&server, &link, &id, file).await;
        assert!(fixtures::alike(fixtures::middle(&poster), magenta), "{file}");
    }
    for file in ["video-480p", "video-480p?download", "video-1080p?download"] {
        let frame = made::frame(&fetched(&server, &link, &id, file).await);
        assert!(fixtures::alike(fixtures::middle(&frame), magenta), "{file}: {:?}", fixtures::middle(&frame));
    }
    let plain = server.public_link(&admin, &id, Value::Null).await;
    let frame = made::frame(&fetched(&server, &plain, &id, "video-480p").await);
    assert!(!fixtures::alike(fixtures::middle(&frame), magenta));
}

#[tokio::test]
async fn pictures_of_other_programs_and_the_first_page_of_a_document_are_read() {
    let (server, admin) = working().await;
    let photo = fixtures::jpeg(640, 480);
    let pdf = api::installation::samples::pdf().into_bytes();
    for (name, bytes, media_type, first) in [
        ("a.heic", made::heif(&photo, false), "image/heif", "thumbnail READY 320x240"),
        ("a.avif", made::heif(&photo, true), "image/avif", "thumbnail READY 320x240"),
        ("a.webp", made::converted(&photo, "a.webp"), "image/webp", "thumbnail READY 320x240"),
        ("a.tiff", made::converted(&photo, "a.tiff"), "image/tiff", "thumbnail READY 320x240"),
        ("a.gif", made::converted(&photo, "a.gif"), "image/gif", "thumbnail READY 320x240"),
        ("a.pdf", pdf, "application/pdf", "thumbnail READY 247x320"),
    ] {
        let (id, asset) = uploaded(&server, &admin, name, bytes).await;
        assert_eq!(asset["mediaType"], media_type, "{name}");
        assert_eq!(told(&asset)[0], first, "{name}: {asset}");
        let link = server.public_link(&admin, &id, Value::Null).await;
        let preview = fetched(&server, &link, &id, "preview").await;
        if name != "a.pdf" {
            let (seen, wanted) = (fixtures::middle(&preview), fixtures::middle(&photo));
            assert!(fixtures::alike(seen, wanted), "{name}: {seen:?}, not {wanted:?}");
        }
    }
}

#[tokio::test]
async fn what_only_pretends_fails_with_a_reason_and_the_worker_goes_on() {
    let (server, admin) = working().await;
    let cut = |mut bytes: Vec<u8>, share: usize| {
        bytes.truncate(bytes.len() * share / 100);
        bytes
    };
    let bad = [
        (fixtures::jpeg(400, 300)[..200].to_vec(), "The JPEG ends before its picture begins."),
        (fixtures::png_with_alpha(300, 200)[..45].to_vec(), "The PNG ends in the middle."),
        (cut(made::heif(&fixtures::jpeg(640, 480), false), 50), "The HEIC or AVIF "),
        (cut(api::installation::samples::pdf().into_bytes(), 30), "The PDF is damaged"),
        (cut(made::video("a.mp4", "320x240", 1), 50), "The file is incomplete: "),
        (made::video_without_frames(), "The video has no frames."),
        ([b"\xff\xd8\xff\xe0".to_vec(), vec![7; 5_000]].concat(), "The JPEG ends before its picture begins."),
        ([b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom".to_vec(), vec![7; 5_000]].concat(), "The file is "),
        (fixtures::png_header(50_000, 50_000), "50000 × 50000 pixels; more than 30000 on an edge"),
        (fixtures::png_of_zeros(30_000, 30_000), "30000 × 30000 pixels; more than 250 megapixels"),
        ([b"8BPS\0\x01".to_vec(), vec![0; 200]].concat(), "The Photoshop file is of a kind that is not known"),
        ([b"II\xbc\x01".to_vec(), vec![0; 200]].concat(), "Previews of image/vnd.ms-photo cannot be made"),
    ];
    for (bytes, wanted) in bad {
        let (_, asset) = uploaded(&server, &admin, "a", bytes).await;
        let proxies = asset["proxies"].as_array().unwrap();
        assert!(!proxies.is_empty(), "{wanted}: {asset}");
        for proxy in proxies {
            let reason = proxy["failureReason"].as_str().unwrap_or_default();
            assert!(proxy["state"] == "FAILED" && reason.contains(wanted), "{wanted}: {proxy}");
            assert!(!reason.contains("/tmp") && !reason.contains("blobs"), "tells of our machine: {reason}");
        }
    }
    // A playlist is a text by its first bytes, and nothing is made of it.
    let playlist = b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n".to_vec();
    let (_, asset) = uploaded(&server, &admin, "a.m3u8", playlist).await;
    assert_eq!((&asset["kind"], &asset["proxies"]), (&json!("DOCUMENT"), &json!([])));
    let (_, good) = uploaded(&server, &admin, "a.jpg", fixtures::jpeg(7, 5)).await;
    assert_eq!(told(&good)[0], "thumbnail READY 7x5", "the worker is still well");
}

#[tokio::test]
async fn what_is_there_of_a_cut_picture_is_shown_with_a_warning_until_it_is_made_anew_without_one() {
    let (server, admin) = working().await;
    let warning = async |id: &Value| {
        let query = "query($id: ID!) { asset(id: $id) { warning } }";
        server.data(&admin, query, json!({ "id": id })).await["asset"]["warning"].clone()
    };
    let mut cut = fixtures::detailed_jpeg(600, 400);
    cut.truncate(cut.len() / 2);
    let (id, asset) = uploaded(&server, &admin, "cut.jpg", cut).await;
    assert_eq!(told(&asset)[0], "thumbnail READY 320x213");
    assert!(warning(&id).await.as_str().unwrap().starts_with("The JPEG ends in the middle"));

    let (id, _) = uploaded(&server, &admin, "whole.jpg", fixtures::jpeg(400, 300)).await;
    assert_eq!(warning(&id).await, Value::Null);
    // What an earlier version found wrong.
    server.sql("UPDATE assets SET warning = 'The JPEG is damaged.'").await;
    assert_eq!(warning(&id).await, "The JPEG is damaged.");
    let mark = fixtures::plain_png(40, 40, [255, 0, 255]);
    server.set_watermark(&admin, json!({ "file": null, "opacity": 1.0, "placement": "CENTER" }), Some(mark)).await;
    server.public_link(&admin, &id, json!({ "watermark": true })).await;
    server.proxies(&admin, &id).await;
    assert_eq!(warning(&id).await, Value::Null);
}

#[tokio::test]
async fn nothing_is_no_file() {
    let (server, admin) = working().await;
    let query = "mutation($input: UploadAssetInput!) { uploadAsset(input: $input) {
        asset { id } userErrors { code field message } } }";
    for name in ["a.jpg", "a.mp4", "a"] {
        let call = server.upload_call(&admin, query, json!({ "file": null }), name, Vec::new()).await;
        let payload = call.json::<Value>().await.unwrap()["data"]["uploadAsset"].clone();
        let error = json!({ "code": "INVALID_FILE", "field": ["file"], "message": "The file is empty." });
        assert_eq!(payload, json!({ "asset": null, "userErrors": [error] }), "{name}");
    }
    assert_eq!(server.blobs(), 0);
}

#[tokio::test]
async fn what_is_odd_but_whole_is_made() {
    let (server, admin) = working().await;
    let polyglot = [fixtures::jpeg(60, 40), b"PK\x03\x04<script>alert(1)</script>".to_vec()].concat();
    let (id, asset) = uploaded(&server, &admin, "page.html", polyglot).await;
    assert_eq!((&asset["mediaType"], told(&asset)[0].as_str()), (&json!("image/jpeg"), "thumbnail READY 60x40"));
    let link = server.public_link(&admin, &id, Value::Null).await;
    let preview = fetched(&server, &link, &id, "preview").await;
    assert!(!preview.windows(8).any(|part| part == b"<script>"), "only pixels get through");

    let (_, asset) = uploaded(&server, &admin, "a.gif", fixtures::long_gif(10_000)).await;
    assert_eq!(told(&asset)[0], "thumbnail READY 8x8", "the first of its frames");
    let (_, asset) = uploaded(&server, &admin, "photo.jpg", b"a text, whatever it is called".to_vec()).await;
    assert_eq!((&asset["kind"], &asset["proxies"]), (&json!("DOCUMENT"), &json!([])));
}

#[tokio::test]
async fn a_long_video_holds_up_no_picture() {
    let (server, admin) = working().await;
    let video = server.upload(&admin, "a.mp4", made::video("a.mp4", "1920x1080", 20)).await["id"].clone();
    tokio::time::sleep(Duration::from_millis(10)).await;
    let photo = server.upload(&admin, "a.jpg", fixtures::jpeg(300, 200)).await["id"].clone();
    server.proxies(&admin, &photo).await;
    let proxies = asset(&server, &admin, &video).await["proxies"].clone();
    let pending = proxies.as_array().unwrap().iter().any(|proxy| proxy["state"] == "PENDING");
    assert!(pending, "the picture was ready before the video: {proxies}");
}
