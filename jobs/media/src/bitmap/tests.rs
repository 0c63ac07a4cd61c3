//! BMP, icons and cursors, written by hand.

use crate::{
    MediaError, ProxySpec, Rendered, pictures,
    test_files::{file, gradient, on_disk, profile},
};
use domain::{Preset, media::sniff};
use image::{DynamicImage, GenericImageView, ImageFormat, RgbImage};

const RED: [u8; 3] = [200, 10, 10];
const BLUE: [u8; 3] = [10, 10, 200];

async fn made(bytes: &[u8]) -> Result<Rendered, MediaError> {
    let wanted = vec![ProxySpec { rendition: Preset::Preview.plain(), size: 1280 }];
    pictures(on_disk(bytes).path(), sniff(bytes).media_type, wanted, None).await
}

async fn shown(bytes: &[u8]) -> DynamicImage {
    image::load_from_memory(&made(bytes).await.unwrap().proxies[0].bytes).unwrap()
}

fn assert_colour(what: &str, picture: &DynamicImage, (x, y): (u32, u32), colour: [u8; 3]) {
    let is = picture.get_pixel(x, y).0;
    assert!(is.iter().zip(colour).all(|(one, other)| one.abs_diff(other) < 8), "{what}: {is:?}, not {colour:?}");
}

/// A picture without the header of a file: 32 × 32 pixels, red above and blue below.
fn bare(header: u32, bits: u16, compression: u32, both_heights: i32, after_header: &[u8], pixels: &[u8]) -> Vec<u8> {
    let mut bytes = header.to_le_bytes().to_vec();
    bytes.extend(32_i32.to_le_bytes());
    bytes.extend(both_heights.to_le_bytes());
    bytes.extend([1, 0]);
    bytes.extend(bits.to_le_bytes());
    bytes.extend(compression.to_le_bytes());
    bytes.resize(header as usize, 0);
    [&bytes, after_header, pixels].concat()
}

fn bmp(bare: &[u8], pixels: usize) -> Vec<u8> {
    let number = |length: usize| u32::try_from(length).unwrap().to_le_bytes();
    let length = 14 + bare.len();
    [&b"BM"[..], &number(length), &[0; 4], &number(length - pixels), bare].concat()
}

/// Rows from below, each pixel with these bytes after its blue, green and red.
fn rows(last: &[u8]) -> Vec<u8> {
    let pixel = |[red, green, blue]: [u8; 3]| [&[blue, green, red], last].concat();
    [pixel(BLUE).repeat(32 * 16), pixel(RED).repeat(32 * 16)].concat()
}

#[tokio::test]
async fn bitmaps_of_all_kinds_are_read() {
    let (three, four) = (rows(&[]), rows(&[0]));
    let masks: Vec<u8> =
        [0xff_0000_u32, 0xff00, 0xff, 0xff00_0000].iter().flat_map(|mask| mask.to_le_bytes()).collect();
    let palette = [&[BLUE[2], BLUE[1], BLUE[0], 0], &[RED[2], RED[1], RED[0], 0], &[0; 254 * 4][..]].concat();
    let indices = [[0; 32 * 16], [1; 32 * 16]].concat();
    // Runs of a row, and the end of it.
    let runs = [[32, 0, 0, 0].repeat(16), [32, 1, 0, 0].repeat(16), vec![0, 1]].concat();
    let upright: Vec<u8> = three.chunks(96).rev().flatten().copied().collect();
    for (what, bytes) in [
        ("24 bits", bmp(&bare(40, 24, 0, 32, &[], &three), three.len())),
        ("from above", bmp(&bare(40, 24, 0, -32, &[], &upright), three.len())),
        ("32 bits", bmp(&bare(40, 32, 0, 32, &[], &four), four.len())),
        ("an opacity that means nothing", bmp(&bare(56, 32, 3, 32, &[], &four), four.len()).with_masks(&masks)),
        ("a palette", bmp(&bare(40, 8, 0, 32, &palette, &indices), indices.len())),
        ("runs", bmp(&bare(40, 8, 1, 32, &palette, &runs), runs.len())),
        ("OS/2", bmp(&bare(64, 24, 0, 32, &[], &three), three.len())),
        ("runs of OS/2", bmp(&bare(64, 8, 1, 32, &palette, &runs), runs.len())),
        ("pixels in the header", lying(&bmp(&bare(40, 24, 0, 32, &[], &three), three.len()), 0)),
        ("pixels in the palette", lying(&bmp(&bare(40, 8, 0, 32, &palette, &indices), indices.len()), 54)),
        ("a short header of OS/2", bmp(&[&bare(16, 24, 0, 32, &[], &[])[..16], &three].concat(), three.len())),
    ] {
        let picture = shown(&bytes).await;
        assert_eq!((picture.width(), picture.height(), picture.color().has_alpha()), (32, 32, false), "{what}");
        assert_colour(what, &picture, (16, 5), RED);
        assert_colour(what, &picture, (16, 26), BLUE);
    }
}

/// A file that says that its pixels begin at a wrong place.
fn lying(bmp: &[u8], pixels: u32) -> Vec<u8> {
    [&bmp[..10], &pixels.to_le_bytes(), &bmp[14..]].concat()
}

trait WithMasks {
    /// Writes where the colours are in a pixel, into a header that has room for them.
    fn with_masks(self, masks: &[u8]) -> Self;
}

impl WithMasks for Vec<u8> {
    fn with_masks(mut self, masks: &[u8]) -> Self {
        self[54..54 + masks.len()].copy_from_slice(masks);
        self
    }
}

#[tokio::test]
async fn an_opacity_that_means_something_is_kept_and_so_is_a_profile() {
    let masks: Vec<u8> =
        [0xff_0000_u32, 0xff00, 0xff, 0xff00_0000].iter().flat_map(|mask| mask.to_le_bytes()).collect();
    let half = rows(&[128]);
    let sheer = shown(&bmp(&bare(56, 32, 3, 32, &[], &half), half.len()).with_masks(&masks)).await;
    assert_eq!(sheer.get_pixel(16, 5).0, [RED[0], RED[1], RED[2], 128]);
    let (pixels, profile) = (rows(&[]), profile(*b"RGB "));
    let mut bytes = bmp(&bare(124, 24, 0, 32, &[], &pixels), pixels.len());
    let place = u32::try_from(bytes.len() - 14).unwrap();
    bytes[70..74].copy_from_slice(b"DEBM");
    bytes[126..130].copy_from_slice(&place.to_le_bytes());
    bytes[130..134].copy_from_slice(&u32::try_from(profile.len()).unwrap().to_le_bytes());
    bytes.extend(&profile);
    let made = made(&bytes).await.unwrap();
    assert!(made.proxies[0].bytes.windows(profile.len()).any(|part| part == profile));
}

/// An icon or cursor of pictures: the edge and the depth that the directory says, and the data.
fn icon(kind: u8, pictures: &[(u8, u16, Vec<u8>)]) -> Vec<u8> {
    let count = u8::try_from(pictures.len()).unwrap();
    let mut bytes = vec![0, 0, kind, 0, count, 0];
    let mut place = 6 + 16 * pictures.len();
    for (edge, depth, data) in pictures {
        bytes.extend([*edge, *edge, 0, 0, 1, 0]);
        bytes.extend(depth.to_le_bytes());
        bytes.extend(u32::try_from(data.len()).unwrap().to_le_bytes());
        bytes.extend(u32::try_from(place).unwrap().to_le_bytes());
        place += data.len();
    }
    bytes.extend(pictures.iter().flat_map(|(_, _, data)| data));
    bytes
}

fn png(edge: u32, colour: [u8; 3]) -> Vec<u8> {
    file(&DynamicImage::ImageRgb8(RgbImage::from_pixel(edge, edge, image::Rgb(colour))), ImageFormat::Png)
}

#[tokio::test]
async fn of_an_icon_the_largest_picture_is_shown() {
    // A mask that hides the lower half.
    let mask = [[0xff; 4 * 16], [0; 4 * 16]].concat();
    let bitmap = bare(40, 24, 0, 64, &[], &[rows(&[]), mask].concat());
    let (small, large) = ((32, 32, bitmap.clone()), (0, 0, png(256, BLUE)));
    for (what, kind, pictures, edge) in [
        ("PNG without a depth", 1, vec![small.clone(), large.clone()], 256),
        ("hot spot", 2, vec![(32, 300, bitmap.clone()), (64, 2, png(64, BLUE))], 64),
        ("another size than said", 1, vec![(48, 32, png(64, BLUE))], 64),
        ("small, and said to be large", 1, vec![(0, 32, png(16, RED)), (48, 32, png(48, BLUE))], 48),
        ("damaged large one", 1, vec![(0, 32, b"\x89PNG\r\n\x1a\n".to_vec()), (64, 32, png(64, BLUE))], 64),
    ] {
        let picture = shown(&icon(kind, &pictures)).await;
        assert_eq!((picture.width(), picture.height()), (edge, edge), "{what}");
        assert_colour(what, &picture, (20, 20), BLUE);
    }
    let masked = shown(&icon(1, &[small])).await;
    assert_eq!((masked.width(), masked.height()), (32, 32));
    assert_eq!((masked.get_pixel(16, 5).0[3], masked.get_pixel(16, 26).0[3]), (255, 0));
    assert_colour("mask", &masked, (16, 5), RED);
    // A mask that is cut hides no more than it says, and costs no picture.
    for missing in [1, 64, 128] {
        let cut = bitmap[..bitmap.len() - missing].to_vec();
        let picture = shown(&icon(1, &[(32, 32, cut)])).await;
        assert_colour("cut mask", &picture, (16, 5), RED);
    }
    // What is shown instead of a damaged one has a warning.
    let damaged = icon(1, &[(0, 32, b"\x89PNG\r\n\x1a\n".to_vec()), (64, 32, png(64, BLUE))]);
    assert!(made(&damaged).await.unwrap().warning.unwrap().contains("a smaller one is shown"));
    // Where nothing is opaque, the mask tells whether that is meant.
    for (what, mask, is_seen) in [("none of it is hidden", 0, true), ("all is hidden", 0xff, false)] {
        for bitmap in [bare(40, 32, 0, 64, &[], &rows(&[0])), bare(40, 24, 0, 64, &[], &rows(&[]))] {
            let picture = shown(&icon(1, &[(32, 32, [bitmap, vec![mask; 4 * 32]].concat())])).await;
            assert_eq!(picture.get_pixel(16, 5).0[3] == 255, is_seen, "{what}");
        }
    }
}

#[tokio::test]
async fn bitmaps_and_icons_that_cannot_be_read_are_refused_with_a_reason() {
    let whole = file(&gradient(40, 30), ImageFormat::Bmp);
    let embedded = bmp(&bare(40, 24, 4, 32, &[], &[0xff; 100]), 100);
    for (bytes, part) in [
        (whole[..200].to_vec(), "ends in the middle"),
        (whole[..20].to_vec(), "ends in the middle"),
        (embedded, "of another format"),
        (lying(&bmp(&bare(64, 24, 0, 32, &[], &[0; 99]), 99), u32::MAX), "ends in the middle"),
        (icon(1, &[]), "holds no picture"),
        (icon(1, &[(0, 32, vec![1, 2, 3])]), "ends in the middle"),
        (icon(1, &[(32, 32, png(32, RED)[..40].to_vec())]), "ends in the middle"),
        (b"\0\0\x01\0\xff\xff\0\0".to_vec(), "holds no picture"),
    ] {
        match made(&bytes).await {
            Err(MediaError::Unusable(reason)) => assert!(reason.contains(part), "{part}: {reason}"),
            other => panic!("{part}: {other:?}"),
        }
    }
}
