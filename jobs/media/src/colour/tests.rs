//! Colours that a file tells without a profile.
//!
//! The expected values are those of sRGB from which the stored ones were computed with the formulas of CSS Color 4
//! (matrices of Display P3, Adobe RGB and BT.2020), SMPTE ST 2084 and the PNG specification, in numpy.

use crate::{
    ProxySpec, pictures,
    test_files::{file, made_by, on_disk},
};
use domain::Preset;
use image::{DynamicImage, ImageFormat};
use moxcms::{ColorProfile, Layout, TransformOptions};
use std::path::Path;

const SRGB: [[u8; 3]; 5] = [[200, 40, 40], [40, 180, 60], [230, 200, 60], [128, 128, 128], [255, 255, 255]];
const DISPLAY_P3: [[u8; 3]; 5] = [[184, 56, 49], [88, 177, 77], [225, 201, 88], [128, 128, 128], [255, 255, 255]];
const ADOBE_18: [[u8; 3]; 5] = [[157, 30, 30], [87, 165, 54], [214, 188, 57], [109, 109, 109], [255, 255, 255]];
const BT_709: [[u8; 3]; 5] = [[194, 24, 24], [24, 172, 44], [227, 194, 44], [115, 115, 115], [255, 255, 255]];
const LIGHT: [[u16; 3]; 5] = [[37852, 1391, 1391], [1391, 29911, 2961], [51858, 37852, 2961], [14146; 3], [65535; 3]];
/// With the power of 1.8.
const PRO_PHOTO: [[u16; 3]; 5] =
    [[34537, 15651, 9446], [24349, 39501, 17532], [50063, 48589, 20218], [27962; 3], [65535; 3]];
/// White has 203 candelas per square metre, as BT.2408 recommends.
const PQ: [[u16; 3]; 5] = [[31438, 20644, 17225], [26424, 32280, 22300], [35524, 34449, 23719], [28037; 3], [38055; 3]];

/// The edge of the patch of one colour.
const EDGE: usize = 64;

/// A PNG with a patch of each colour, side by side, and with these chunks.
fn png_of(colours: &[[u16; 3]], chunks: &[([u8; 4], Vec<u8>)]) -> Vec<u8> {
    let (width, height) = (EDGE * colours.len(), EDGE);
    let row: Vec<u8> = colours.iter().flat_map(|colour| colour.map(u16::to_be_bytes).concat().repeat(EDGE)).collect();
    let mut bytes = Vec::new();
    let size = (u32::try_from(width).unwrap(), u32::try_from(height).unwrap());
    let mut encoder = png::Encoder::new(&mut bytes, size.0, size.1);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Sixteen);
    let mut writer = encoder.write_header().unwrap();
    for (name, data) in chunks {
        writer.write_chunk(png::chunk::ChunkType(*name), data).unwrap();
    }
    writer.write_image_data(&row.repeat(height)).unwrap();
    writer.finish().unwrap();
    bytes
}

fn deep(colours: [[u8; 3]; 5]) -> Vec<[u16; 3]> {
    colours.iter().map(|colour| colour.map(|value| u16::from(value) * 257)).collect()
}

fn points(primaries: u8, transfer: u8) -> Vec<([u8; 4], Vec<u8>)> {
    vec![(*b"cICP", vec![primaries, transfer, 0, 1])]
}

fn numbers(all: &[u32]) -> Vec<u8> {
    all.iter().flat_map(|number| number.to_be_bytes()).collect()
}

/// The picture as a screen with sRGB shows it, and whether it has a profile.
pub(crate) async fn shown(file: &Path, media_type: &str) -> (DynamicImage, bool) {
    let wanted = vec![ProxySpec { rendition: Preset::Fullscreen.plain(), size: 2560 }];
    let made = pictures(file, media_type, wanted, None).await.unwrap();
    let bytes = &made.proxies[0].bytes;
    let picture = image::load_from_memory(bytes).unwrap();
    let Some(profile) = crate::segments::Segments::read(bytes).profile else { return (picture, false) };
    let (profile, srgb) = (ColorProfile::new_from_slice(&profile).unwrap(), ColorProfile::new_srgb());
    let mut pixels = picture.to_rgb8();
    let layout = Layout::Rgb;
    let transform = profile.create_transform_8bit(layout, &srgb, layout, TransformOptions::default()).unwrap();
    transform.transform(picture.to_rgb8().as_raw(), &mut pixels).unwrap();
    (DynamicImage::ImageRgb8(pixels), true)
}

fn assert_patches(what: &str, picture: &DynamicImage, colours: &[[u8; 3]], most: u8) {
    let picture = picture.to_rgb8();
    for (colour, at) in colours.iter().zip(0_u32..) {
        let is = picture.get_pixel(at * 64 + 32, 32).0;
        let alike = is.iter().zip(colour).all(|(one, other)| one.abs_diff(*other) <= most);
        assert!(alike, "{what}: {is:?}, not {colour:?}");
    }
}

#[tokio::test]
async fn a_profile_without_light_is_left_out() {
    let mut dark = ColorProfile::new_srgb();
    dark.green_colorant = dark.red_colorant;
    let wide = [ColorProfile::new_adobe_rgb(), ColorProfile::new_pro_photo_rgb(), ColorProfile::new_bt2020()];
    for (profile, is_kept) in wide.into_iter().map(|wide| (wide, true)).chain([(dark, false)]) {
        let photo = crate::test_files::photo(40, 30, 1, Some(profile.encode().unwrap()));
        assert_eq!(shown(on_disk(&photo).path(), "image/jpeg").await.1, is_kept);
    }
}

#[tokio::test]
async fn what_a_png_says_of_its_colours_counts() {
    let adobe = numbers(&[31270, 32900, 64000, 33000, 21000, 71000, 15000, 6000]);
    let pro_photo = numbers(&[34570, 35850, 73470, 26530, 15960, 84040, 3660, 10]);
    let white_is_red = numbers(&[64000, 33000, 64000, 33000, 30000, 60000, 15000, 6000]);
    let gamma = |value| (*b"gAMA", numbers(&[value]));
    let table = [
        ("nothing", deep(SRGB), vec![], false),
        ("sRGB by its power", deep(SRGB), vec![gamma(45455)], false),
        ("sRGB by code points", deep(SRGB), points(1, 13), false),
        ("a code point for nothing", deep(SRGB), points(2, 2), false),
        ("Display P3", deep(DISPLAY_P3), points(12, 13), true),
        ("the curve of a camera", deep(BT_709), points(1, 1), true),
        ("a power and the primaries of Adobe RGB", deep(ADOBE_18), vec![gamma(55556), (*b"cHRM", adobe)], true),
        ("light", LIGHT.to_vec(), vec![gamma(100_000)], false),
        ("light by code points", LIGHT.to_vec(), points(1, 8), false),
        ("points on a line", deep(SRGB), vec![(*b"cHRM", numbers(&[31270, 32900, 1, 1, 2, 2, 3, 3]))], false),
        ("high dynamic range", PQ.to_vec(), points(9, 16), false),
        (
            "a power and the primaries of ProPhoto RGB",
            PRO_PHOTO.to_vec(),
            vec![gamma(55556), (*b"cHRM", pro_photo)],
            true,
        ),
        ("white is red", deep(SRGB), vec![(*b"cHRM", white_is_red)], false),
        ("XYZ", deep(SRGB), points(10, 13), false),
        ("code points of a video", deep(SRGB), vec![(*b"cICP", vec![9, 16, 9, 1])], false),
        ("code points of no range", deep(SRGB), vec![(*b"cICP", vec![9, 16, 0, 2])], false),
        ("unknown code points", deep(SRGB), points(99, 99), false),
        // A chunk that says sRGB counts more than older ones, and code points more than all others.
        ("sRGB and a power", deep(SRGB), vec![(*b"sRGB", vec![0]), gamma(100_000)], false),
        ("code points and sRGB", deep(DISPLAY_P3), [points(12, 13), vec![(*b"sRGB", vec![0])]].concat(), true),
    ];
    for (what, colours, chunks, has_profile) in table {
        let file = on_disk(&png_of(&colours, &chunks));
        let (picture, profile) = shown(file.path(), "image/png").await;
        assert_eq!(profile, has_profile, "{what}");
        // In a space so wide, steps of eight bits are large.
        let most = if what.contains("ProPhoto") { 6 } else { 3 };
        assert_patches(what, &picture, &SRGB, most);
    }
}

#[tokio::test]
async fn white_is_white_in_high_dynamic_range_and_what_is_brighter_stays_visible() {
    // BT.2408: white has 58 % of the signal in PQ and 75 % in HLG. 1,000 candelas have 75 % in PQ and all in HLG.
    let share = |percent: u32| [u16::try_from(percent * 65535 / 100).unwrap(); 3];
    for (transfer, white, bright) in [(16, share(58), share(75)), (18, share(75), share(100))] {
        let file = on_disk(&png_of(&[white], &points(9, transfer)));
        assert_patches("white", &shown(file.path(), "image/png").await.0, &[[255; 3]], 2);
        let file = on_disk(&png_of(&[white, bright], &points(9, transfer)));
        let picture = shown(file.path(), "image/png").await.0.to_rgb8();
        let (white, bright) = (picture.get_pixel(32, 32).0[0], picture.get_pixel(96, 32).0[0]);
        assert!((235..250).contains(&white) && bright >= 254, "{transfer}: {white} {bright}");
    }
}

/// Puts code points into a file. The encoder of libheif 1.15 writes none; then they replace the last property of the
/// picture, which is the number of its bits.
fn with_points(mut heif: Vec<u8>, primaries: u8, transfer: u8) -> Vec<u8> {
    let find = |heif: &[u8], name: &[u8]| heif.windows(4).position(|part| part == name);
    if let Some(at) = find(&heif, b"nclx") {
        (heif[at + 5], heif[at + 7]) = (primaries, transfer);
        return heif;
    }
    let colour = [&b"\0\0\0\x13colrnclx\0"[..], &[primaries, 0, transfer, 0, 6, 0x80]].concat();
    let (pixels, count) =
        (u32::try_from(find(&heif, b"mdat").unwrap() + 4).unwrap(), u32::try_from(colour.len()).unwrap());
    // All that is behind the place moves, and the boxes around it grow.
    let add = |heif: &mut [u8], at: usize| {
        let number = u32::from_be_bytes(heif[at..at + 4].try_into().unwrap());
        heif[at..at + 4].copy_from_slice(&(number + count).to_be_bytes());
    };
    let locations = find(&heif, b"iloc").unwrap();
    let location = find(&heif[locations..], &pixels.to_be_bytes()).unwrap() + locations;
    add(&mut heif, location);
    for name in [b"meta", b"iprp", b"ipco"] {
        let at = find(&heif, name).unwrap() - 4;
        add(&mut heif, at);
    }
    let associations = find(&heif, b"ipma").unwrap();
    let properties = find(&heif, b"ipco").unwrap() - 4;
    let number_of = heif[associations + 14];
    // The associations end with the index of the number of bits; the new property comes after all others.
    let last = associations + 14 + usize::from(number_of);
    let all = heif[properties + 8..associations - 4]
        .windows(4)
        .filter(|name| [b"hvcC", b"av1C", b"ispe", b"pixi"].contains(name.first_chunk().as_ref().unwrap()))
        .count();
    heif[last] = 0x80 | (u8::try_from(all).unwrap() + 1);
    [&heif[..associations - 4], &colour, &heif[associations - 4..]].concat()
}

#[tokio::test]
async fn heic_and_avif_are_shown_in_the_space_of_their_code_points() {
    for (colours, primaries, transfer, has_profile) in [(deep(DISPLAY_P3), 12, 13, true), (PQ.to_vec(), 9, 16, false)] {
        let deep = png_of(&colours, &[]);
        let shallow = DynamicImage::ImageRgb8(image::load_from_memory(&deep).unwrap().into_rgb8());
        // With ten bits, the encoder of AVIF in Debian 12 fails.
        for (source, ending, media_type) in
            [(deep, ".heic", "image/heif"), (file(&shallow, ImageFormat::Png), ".avif", "image/avif")]
        {
            let png = tempfile::Builder::new().suffix(".png").tempfile().unwrap();
            std::fs::write(png.path(), source).unwrap();
            let heif = made_by("heif-enc", &format!("-q 95 {} -o %", png.path().display()), ending);
            let heif = on_disk(&with_points(std::fs::read(&heif).unwrap(), primaries, transfer));
            let (picture, profile) = shown(heif.path(), media_type).await;
            assert_eq!(profile, has_profile, "{ending} {primaries}");
            assert_patches(&format!("{ending} {primaries}"), &picture, &SRGB, 12);
        }
    }
}
