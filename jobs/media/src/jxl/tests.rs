//! JPEG XL. The files beside this one were written by `cjxl` 0.7.0 from pictures of 16 × 8 pixels with the colour (200,
//! 100, 50): `p3` in Display P3, `adobe` in Adobe RGB with losses, so that the file has other colours than its profile
//! says; and `pq` in BT.2020 with PQ. `turned` is a JPEG with the orientation 6, blue at the left and that colour at the
//! right, without losses. The expected values were computed with the formulas of CSS Color 4.

use crate::{
    MediaError, ProxySpec, Rendered,
    colour::tests::shown,
    pictures,
    test_files::{file, gradient, made_by, on_disk},
};
use domain::{Preset, media::sniff};
use image::{GenericImageView, ImageFormat};

async fn made(bytes: &[u8]) -> Result<Rendered, MediaError> {
    let wanted = vec![ProxySpec { rendition: Preset::Preview.plain(), size: 320 }];
    pictures(on_disk(bytes).path(), sniff(bytes).media_type, wanted, None).await
}

/// The gradient, encoded by libjxl.
fn encoded(options: &str) -> Vec<u8> {
    let png = on_disk(&file(&gradient(1500, 600), ImageFormat::Png));
    let arguments = format!("-v error -i {} {options} -c:v libjxl -update 1 -y %", png.path().display());
    std::fs::read(made_by("ffmpeg", &arguments, ".jxl")).unwrap()
}

#[tokio::test]
async fn jpeg_xl_is_decoded_with_its_size_and_its_transparency() {
    let opaque = made(&encoded("")).await.unwrap();
    assert_eq!((opaque.width, opaque.height, opaque.proxies[0].width), (1500, 600, 320));
    let picture = image::load_from_memory(&opaque.proxies[0].bytes).unwrap();
    let expected = gradient(320, 128);
    for (x, y) in [(3, 3), (160, 64), (310, 120)] {
        let (is, wanted) = (picture.get_pixel(x, y).0, expected.get_pixel(x, y).0);
        assert!(is.iter().zip(wanted).all(|(one, other)| one.abs_diff(other) < 8), "{x} {y}: {is:?}, not {wanted:?}");
    }
    let sheer = made(&encoded("-vf format=rgba,colorchannelmixer=aa=0.5")).await.unwrap();
    let sheer = image::load_from_memory(&sheer.proxies[0].bytes).unwrap();
    assert!(sheer.get_pixel(160, 64).0[3].abs_diff(128) < 4, "{:?}", sheer.get_pixel(160, 64));
}

#[tokio::test]
async fn jpeg_xl_is_upright() {
    let made = made(include_bytes!("tests/turned.jxl")).await.unwrap();
    assert_eq!((made.width, made.height), (8, 16));
    let picture = image::load_from_memory(&made.proxies[0].bytes).unwrap();
    // The left becomes the top.
    let (top, bottom) = (picture.get_pixel(4, 2).0, picture.get_pixel(4, 13).0);
    assert!(top[2] > 180 && top[0] < 60 && bottom[0] > 160 && bottom[2] < 90, "{top:?} {bottom:?}");
}

#[tokio::test]
async fn jpeg_xl_has_its_colours() {
    for (name, bytes, expected) in [
        ("p3", &include_bytes!("tests/p3.jxl")[..], [215, 93, 31]),
        ("adobe", include_bytes!("tests/adobe.jxl"), [227, 100, 42]),
        ("pq", include_bytes!("tests/pq.jxl"), [200, 40, 40]),
    ] {
        let (picture, _) = shown(on_disk(bytes).path(), "image/jxl").await;
        let is = picture.get_pixel(8, 4).0;
        assert!(
            is.iter().zip(expected).all(|(one, other)| one.abs_diff(other) < 5),
            "{name}: {is:?}, not {expected:?}"
        );
    }
}

#[tokio::test]
async fn a_damaged_jpeg_xl_is_refused_with_a_reason() {
    let whole = encoded("");
    for bytes in
        [&b"\xff\x0a\0"[..], &whole[..60], b"\xff\x0a\0nothing of that kind", &include_bytes!("tests/p3.jxl")[..20]]
    {
        match made(bytes).await {
            Err(MediaError::Unusable(reason)) => assert!(reason.starts_with("The JPEG XL file is damaged"), "{reason}"),
            other => panic!("{other:?}"),
        }
    }
}
