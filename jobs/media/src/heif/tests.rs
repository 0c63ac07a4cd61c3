//! Files that hold a sequence, and cut files.

use super::boxes::{content, number};
use crate::{
    MediaError, ProxySpec, pictures,
    test_files::{file, made_by, on_disk},
};
use domain::Preset;
use image::{DynamicImage, ImageFormat, Rgb, RgbImage, RgbaImage};
use moxcms::ColorProfile;
use std::path::Path;

async fn shown(original: &Path, media_type: &str) -> Result<RgbaImage, MediaError> {
    let wanted = vec![ProxySpec { rendition: Preset::Preview.plain(), size: 1280 }];
    let made = pictures(original, media_type, wanted, None).await?;
    Ok(image::load_from_memory(&made.proxies[0].bytes).unwrap().into_rgba8())
}

fn assert_all_are(picture: &RgbaImage, colour: [u8; 4]) {
    for pixel in picture.pixels() {
        assert!(pixel.0.iter().zip(colour).all(|(is, must)| is.abs_diff(must) <= 12), "{pixel:?} {colour:?}");
    }
}

/// An AVIF sequence in red whose pixels are opaque by a quarter, as a file.
fn translucent() -> Vec<u8> {
    let source = |colour: &str| format!("-f lavfi -i color=c={colour}:size=128x96:rate=5:duration=0.4");
    let sources = format!("-v error {} {}", source("0xc02020"), source("0x404040"));
    let filter = "-filter_complex [0]scale=out_color_matrix=bt709:out_range=tv[c];[1]format=gray[a] -map [c] -map [a]";
    let encoder = "-c:v libaom-av1 -cpu-used 8 -crf 20 -pix_fmt:v:0 yuv420p -colorspace:v:0 bt709 \
        -color_primaries:v:0 bt709 -color_trc:v:0 bt709 -color_range:v:0 tv";
    std::fs::read(made_by("ffmpeg", &format!("{sources} {filter} {encoder} -f avif -y %"), ".avif")).unwrap()
}

fn place_of(bytes: &[u8], name: &[u8]) -> usize {
    bytes.windows(name.len()).position(|part| part == name).unwrap()
}

#[tokio::test]
async fn an_avif_sequence_keeps_its_transparency() {
    let with_still = translucent();
    let mut without_still = with_still.clone();
    let meta = place_of(&without_still, b"meta");
    without_still[meta..meta + 4].copy_from_slice(b"free");
    for bytes in [with_still, without_still] {
        let picture = shown(on_disk(&bytes).path(), "image/avif").await.unwrap();
        assert_eq!(picture.dimensions(), (128, 96));
        assert_all_are(&picture, [0xc0, 0x20, 0x20, 0x40]);
    }
}

#[tokio::test]
async fn a_cut_sequence_is_told_as_a_cut_picture() {
    let whole = translucent();
    let meta = place_of(&whole, b"meta");
    let mut without_still = whole.clone();
    without_still[meta..meta + 4].copy_from_slice(b"free");
    for bytes in [&whole[..meta + 60], &whole[..whole.len() - 100], &without_still[..whole.len() - 100]] {
        let refusal = shown(on_disk(bytes).path(), "image/avif").await.unwrap_err();
        assert_eq!(refusal.to_string(), "The HEIC or AVIF ends in the middle. If there is a whole copy, upload that.");
    }
}

/// A still followed by a track that is red.
fn with_track(mut still: Vec<u8>) -> Vec<u8> {
    let source = "-v error -f lavfi -i color=c=red:size=128x96:rate=5:duration=0.4 -pix_fmt yuv420p";
    let track = std::fs::read(made_by("ffmpeg", &format!("{source} -y %"), ".mp4")).unwrap();
    let (start, offset) = (still.len(), place_of(&track, b"stco") + 12);
    still.extend(&track);
    // The boxes of the track are not at the beginning of the file; its own brands count for nothing.
    let brands = start + place_of(&track, b"ftyp");
    still[brands..brands + 4].copy_from_slice(b"free");
    let moved = number(&track[offset..offset + 4]) + u32::try_from(start).unwrap();
    still[start + offset..start + offset + 4].copy_from_slice(&moved.to_be_bytes());
    assert!(content(&still, *b"moov").is_some());
    still
}

#[tokio::test]
async fn the_main_picture_of_a_file_that_is_named_a_sequence_is_shown() {
    let green = on_disk(&file(
        &DynamicImage::ImageRgb8(RgbImage::from_pixel(64, 48, Rgb([0x20, 0xc0, 0x20]))),
        ImageFormat::Png,
    ));
    for (ending, media_type, brand) in
        [(".heic", "image/heif", b"msf1"), (".heic", "image/heif", b"hevc"), (".avif", "image/avif", b"avis")]
    {
        let named = tempfile::Builder::new().suffix(".png").tempfile().unwrap();
        std::fs::copy(green.path(), named.path()).unwrap();
        let still = made_by("heif-enc", &format!("-q 95 {} -o %", named.path().display()), ending);
        let mut bytes = with_track(std::fs::read(still).unwrap());
        bytes[8..12].copy_from_slice(brand);
        let picture = shown(on_disk(&bytes).path(), media_type).await.unwrap();
        assert_eq!(picture.dimensions(), (64, 48), "{brand:?}");
        assert_all_are(&picture, [0x20, 0xc0, 0x20, 255]);
        // Without a main picture, there is the track.
        let main = place_of(&bytes, b"pitm");
        bytes[main..main + 4].copy_from_slice(b"free");
        let picture = shown(on_disk(&bytes).path(), media_type).await.unwrap();
        assert_all_are(&picture, [255, 0, 0, 255]);
    }
}

#[tokio::test]
async fn a_picture_whose_brand_is_that_of_a_video_is_shown() {
    let photo = crate::test_files::photo(64, 48, 1, None);
    let named = tempfile::Builder::new().suffix(".jpg").tempfile().unwrap();
    std::fs::write(named.path(), photo).unwrap();
    for (ending, media_type) in [(".heic", "image/heif"), (".avif", "image/avif")] {
        let still = made_by("heif-enc", &format!("-q 95 {} -o %", named.path().display()), ending);
        let mut bytes = std::fs::read(still).unwrap();
        for brand in [b"isom", b"mp42", b"qt  ", b"mif2", b"1pic"] {
            bytes[8..12].copy_from_slice(brand);
            let original = on_disk(&bytes);
            let found = crate::identify(original.path()).await.unwrap();
            assert_eq!(found.media.media_type, media_type, "{brand:?}");
            let picture = shown(original.path(), media_type).await.unwrap();
            assert!(picture.get_pixel(1, 24).0[0] > 200 && picture.get_pixel(62, 24).0[2] > 200, "{brand:?}");
        }
    }
}

#[tokio::test]
async fn a_profile_that_the_program_refuses_costs_no_picture() {
    // libpng refuses this white point, and a profile that is longer than it says.
    let mut moved = ColorProfile::new_display_p3().encode().unwrap();
    moved[68..80].fill(0);
    let long = [ColorProfile::new_display_p3().encode().unwrap(), vec![0]].concat();
    for profile in [moved, long] {
        let photo = crate::test_files::photo(64, 48, 1, Some(profile.clone()));
        let named = tempfile::Builder::new().suffix(".jpg").tempfile().unwrap();
        std::fs::write(named.path(), photo).unwrap();
        for (ending, media_type) in [(".heic", "image/heic"), (".avif", "image/avif")] {
            let heif = made_by("heif-enc", &format!("-q 95 {} -o %", named.path().display()), ending);
            let wanted = vec![ProxySpec { rendition: Preset::Preview.plain(), size: 1280 }];
            let made = pictures(&heif, media_type, wanted, None).await.unwrap();
            assert_eq!(crate::segments::Segments::read(&made.proxies[0].bytes).profile.as_ref(), Some(&profile));
            let pixels = image::load_from_memory(&made.proxies[0].bytes).unwrap().into_rgb8();
            // The gradient of the photo: red on the left and blue on the right.
            assert!(pixels.get_pixel(1, 24).0[0] > 200 && pixels.get_pixel(62, 24).0[2] > 200, "{ending}");
        }
    }
}
