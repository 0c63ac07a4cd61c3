//! Colours that a camera tells without a profile, in previews and in JPEGs. The stored values were computed from those of
//! sRGB with the matrices and curves of CSS Color 4.

use super::*;
use crate::colour::tests::shown as as_srgb;
use image::ImageEncoder;
use image::codecs::jpeg::JpegEncoder;

const SRGB: [[u8; 3]; 3] = [[200, 40, 40], [40, 180, 60], [230, 200, 60]];
const ADOBE: [[u8; 3]; 3] = [[172, 44, 44], [106, 179, 72], [221, 199, 75]];
const PRO_PHOTO: [[u8; 3]; 3] = [[134, 61, 37], [95, 154, 68], [195, 189, 79]];

/// The EXIF part of a camera: its number for the colours, and its standard for files.
fn exif(space: u32, standard: [u8; 4]) -> Vec<u8> {
    let mut block = Builder::new(*b"II*\0");
    let names = block.directory_of(&[(1, 2, 4, u32::from_le_bytes(standard))], 0);
    let directory = block.directory_of(&[(40961, 3, 1, space), (40965, 4, 1, names)], 0);
    let first = block.directory(&[(34665, directory)], 0);
    block.finish(first)
}

/// A JPEG of three patches.
fn patches(colours: [[u8; 3]; 3], exif: Option<Vec<u8>>) -> Vec<u8> {
    let pixels = RgbImage::from_fn(192, 64, |x, _| Rgb(colours[x as usize / 64]));
    let mut bytes = Vec::new();
    let mut encoder = JpegEncoder::new_with_quality(&mut bytes, 98);
    if let Some(exif) = exif {
        encoder.set_exif_metadata(exif).unwrap();
    }
    encoder.encode_image(&pixels).unwrap();
    bytes
}

async fn assert_shown(what: &str, bytes: &[u8], media_type: &str) {
    let (picture, _) = as_srgb(on_disk(bytes).path(), media_type).await;
    let picture = picture.to_rgb8();
    for (wanted, at) in SRGB.into_iter().zip([32, 96, 160]) {
        let found = picture.get_pixel(at, 32).0;
        assert!(is_near(found, wanted), "{what}: {found:?}, not {wanted:?}");
    }
}

#[tokio::test]
async fn a_jpeg_of_a_camera_may_say_adobe_rgb_without_a_profile() {
    for (what, colours, exif) in [
        ("nothing", SRGB, None),
        ("sRGB", SRGB, Some(exif(1, *b"R98\0"))),
        ("the standard for Adobe RGB", ADOBE, Some(exif(65535, *b"R03\0"))),
        ("a number that some write", ADOBE, Some(exif(2, *b"R98\0"))),
        ("no standard", SRGB, Some(exif(65535, *b"R98\0"))),
        ("both", SRGB, Some(exif(1, *b"R03\0"))),
    ] {
        assert_shown(what, &patches(colours, exif), "image/jpeg").await;
    }
    // A profile says more.
    let mut picture = crate::segments::with_profile(&patches(SRGB, Some(exif(65535, *b"R03\0"))), &srgb());
    assert_shown("a profile", &picture, "image/jpeg").await;
    // Any byte may be wrong.
    let from = picture.windows(4).position(|four| four == b"Exif").unwrap() + 6;
    for at in from..from + 70 {
        picture[at] ^= 0xff;
        Segments::read(&picture);
        picture[at] ^= 0xff;
    }
}

fn srgb() -> Vec<u8> {
    ColorProfile::new_srgb().encode().unwrap()
}

#[tokio::test]
async fn a_preview_has_the_colours_that_the_file_says() {
    let with = |colours, preview_space: Option<u32>, is_dng: bool, is_adobe: bool| {
        let mut file = Builder::new(*b"II*\0");
        let preview = patches(colours, None);
        let (at, length) = (file.put(&preview), preview.len().try_into().unwrap());
        let mut entries = vec![(254, 1), (513, at), (514, length)];
        entries.extend(preview_space.map(|space| (50970, space)));
        let below = file.directory(&entries, 0);
        let names = file.directory_of(&[(1, 2, 4, u32::from_le_bytes(*b"R03\0"))], 0);
        let space = if is_adobe { 65535 } else { 1 };
        let exif = file.directory_of(&[(40961, 3, 1, space), (40965, 4, 1, names)], 0);
        let mut entries = sensor(192, 64).to_vec();
        entries.extend([(330, below), (34665, exif)]);
        entries.extend(is_dng.then_some((50706, 0x0401)));
        let first = file.directory(&entries, 0);
        file.finish(first)
    };
    for (what, file) in [
        ("a camera with sRGB", with(SRGB, None, false, false)),
        ("a camera with Adobe RGB", with(ADOBE, None, false, true)),
        ("a DNG", with(SRGB, None, true, true)),
        ("a DNG with sRGB", with(SRGB, Some(2), true, true)),
        ("a DNG with Adobe RGB", with(ADOBE, Some(3), true, false)),
        ("a DNG with ProPhoto RGB", with(PRO_PHOTO, Some(4), true, false)),
    ] {
        assert_shown(what, &file, "image/tiff").await;
    }
}
