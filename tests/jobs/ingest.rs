//! Proxies of pictures: size, orientation, colours, and what is left out.

use image::{DynamicImage, GenericImageView, ImageFormat};
use serde_json::Value;
use std::io::Cursor;
use tests::{Options, Running, fixtures, short, start_with};

async fn working() -> (Running, String) {
    let server = start_with(Options { workers: true, ..Options::default() }).await;
    let admin = server.admin().await;
    (server, admin)
}

/// The preview that visitors see, and its media type.
async fn preview(server: &Running, admin: &str, asset: &Value) -> (Vec<u8>, String) {
    let link = server.public_link(admin, asset, Value::Null).await;
    let short = short(asset);
    let response = server.visitor().get(&format!("{}/assets/{short}/preview", link["url"].as_str().unwrap())).await;
    let media_type = response.headers()["content-type"].to_str().unwrap().to_owned();
    (response.bytes().await.unwrap().to_vec(), media_type)
}

async fn uploaded(server: &Running, admin: &str, bytes: Vec<u8>) -> (Value, Value) {
    let asset = server.upload(admin, "a", bytes).await["id"].clone();
    let proxies = server.proxies(admin, &asset).await;
    (asset, proxies)
}

/// Preset, state and size of each proxy.
fn told(proxies: &Value) -> Vec<String> {
    let told = |proxy: &Value| {
        format!(
            "{} {} {}x{}",
            proxy["preset"].as_str().unwrap(),
            proxy["state"].as_str().unwrap(),
            proxy["width"],
            proxy["height"]
        )
    };
    proxies.as_array().unwrap().iter().map(told).collect()
}

#[tokio::test]
async fn pictures_become_smaller_and_never_larger() {
    let (server, admin) = working().await;
    for (size, expected) in [
        ((3000, 2000), ["thumbnail READY 320x213", "preview READY 1280x853", "fullscreen READY 2560x1707"]),
        ((1000, 2000), ["thumbnail READY 160x320", "preview READY 640x1280", "fullscreen READY 1000x2000"]),
        ((7, 5), ["thumbnail READY 7x5", "preview READY 7x5", "fullscreen READY 7x5"]),
        ((3000, 1), ["thumbnail READY 320x1", "preview READY 1280x1", "fullscreen READY 2560x1"]),
    ] {
        let (asset, proxies) = uploaded(&server, &admin, fixtures::jpeg(size.0, size.1)).await;
        assert_eq!(told(&proxies), expected);
        let query = "query($id: ID!) { asset(id: $id) { width height } }";
        let data = server.data(&admin, query, serde_json::json!({ "id": asset })).await;
        assert_eq!(data["asset"], serde_json::json!({ "width": size.0, "height": size.1 }));
    }
}

#[tokio::test]
async fn every_format_that_is_promised_is_read() {
    let (server, admin) = working().await;
    let picture = image::load_from_memory(&fixtures::jpeg(60, 40)).unwrap();
    for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP, ImageFormat::Gif, ImageFormat::Tiff] {
        let mut bytes = Cursor::new(Vec::new());
        picture.write_to(&mut bytes, format).unwrap();
        let (_, proxies) = uploaded(&server, &admin, bytes.into_inner()).await;
        assert_eq!(told(&proxies)[0], "thumbnail READY 60x40", "{format:?}");
    }
    let sixteen_bits = DynamicImage::ImageRgb16(picture.to_rgb16());
    let mut bytes = Cursor::new(Vec::new());
    sixteen_bits.write_to(&mut bytes, ImageFormat::Png).unwrap();
    assert_eq!(told(&uploaded(&server, &admin, bytes.into_inner()).await.1)[0], "thumbnail READY 60x40");
}

#[tokio::test]
async fn a_picture_is_upright_whichever_way_the_camera_was_held() {
    let (server, admin) = working().await;
    // Where the red edge (left in the file) and the light edge (top in the file) are shown.
    for (orientation, red, light) in [
        (1, "left", "top"),
        (2, "right", "top"),
        (3, "right", "bottom"),
        (4, "left", "bottom"),
        (5, "top", "left"),
        (6, "top", "right"),
        (7, "bottom", "right"),
        (8, "bottom", "left"),
    ] {
        let photo = fixtures::jpeg_with_exif(200, 100, Some(fixtures::exif(orientation)));
        let (asset, _) = uploaded(&server, &admin, photo).await;
        let (bytes, _) = preview(&server, &admin, &asset).await;
        let shown = image::load_from_memory(&bytes).unwrap();
        let (width, height) = shown.dimensions();
        assert_eq!((width, height), if orientation < 5 { (200, 100) } else { (100, 200) }, "{orientation}");
        let middle_of = |edge: &str| {
            let (x, y) = match edge {
                "left" => (2, height / 2),
                "right" => (width - 3, height / 2),
                "top" => (width / 2, 2),
                _ => (width / 2, height - 3),
            };
            shown.get_pixel(x, y).0
        };
        let opposite = |edge: &str| match edge {
            "left" => "right",
            "right" => "left",
            "top" => "bottom",
            _ => "top",
        };
        let (reddest, bluest) = (middle_of(red), middle_of(opposite(red)));
        assert!(
            reddest[0] > 220 && reddest[2] < 40 && bluest[0] < 40 && bluest[2] > 220,
            "{orientation}: {reddest:?} {bluest:?}"
        );
        let (lightest, darkest) = (middle_of(light), middle_of(opposite(light)));
        assert!(lightest[1] > darkest[1] + 80, "{orientation}: {lightest:?} {darkest:?}");
    }
}

#[tokio::test]
async fn what_the_camera_wrote_stays_behind_and_colours_stay_right() {
    let (server, admin) = working().await;
    let photo = fixtures::jpeg_with_exif(200, 100, Some(fixtures::exif(6)));
    let has = |bytes: &[u8], part: &[u8]| bytes.windows(part.len()).any(|window| window == part);
    assert!(has(&photo, b"Exif") && has(&photo, b"II*\0"), "the fixture has something to lose");
    let (asset, _) = uploaded(&server, &admin, photo).await;
    let (bytes, media_type) = preview(&server, &admin, &asset).await;
    assert_eq!(media_type, "image/jpeg");
    assert!(!has(&bytes, b"Exif") && !has(&bytes, b"II*\0"));

    // The header of a profile for red, green and blue.
    let mut profile = vec![7; 200];
    profile[16..20].copy_from_slice(b"RGB ");
    profile[36..40].copy_from_slice(b"acsp");
    let (asset, _) = uploaded(&server, &admin, fixtures::jpeg_with_profile(200, 100, profile.clone())).await;
    assert!(has(&preview(&server, &admin, &asset).await.0, &profile));

    let (asset, _) = uploaded(&server, &admin, fixtures::png_with_alpha(200, 100)).await;
    let (bytes, media_type) = preview(&server, &admin, &asset).await;
    let shown = image::load_from_memory(&bytes).unwrap();
    assert_eq!((media_type.as_str(), shown.get_pixel(2, 2).0[3], shown.get_pixel(197, 2).0[3]), ("image/png", 0, 255));
}

#[tokio::test]
async fn what_cannot_be_decoded_fails_clearly_and_harms_nobody() {
    let (server, admin) = working().await;
    let mut truncated = fixtures::jpeg(400, 300);
    truncated.truncate(200);
    let mut noise = b"\x89PNG\r\n\x1a\n".to_vec();
    noise.extend((0..5000_u32).flat_map(u32::to_le_bytes));
    for (what, bytes) in [
        ("truncated", truncated),
        ("noise", noise),
        ("a bomb", fixtures::png_header(60_000, 60_000)),
        ("a wide bomb", fixtures::png_header(29_999, 29_999)),
        ("nothing but a signature", b"GIF89a".to_vec()),
        ("a document without pages", fixtures::pdf()),
    ] {
        let (asset, proxies) = uploaded(&server, &admin, bytes).await;
        for proxy in told(&proxies) {
            assert!(proxy.contains(" FAILED "), "{what}: {proxy}");
        }
        assert_eq!(preview(&server, &admin, &asset).await.1, "image/svg+xml", "{what} has a placeholder");
    }
    // A thing that has no picture has no proxies, and the worker is still well.
    assert_eq!(uploaded(&server, &admin, b"words".to_vec()).await.1, serde_json::json!([]));
    assert_eq!(told(&uploaded(&server, &admin, fixtures::jpeg(7, 5)).await.1)[0], "thumbnail READY 7x5");
}
