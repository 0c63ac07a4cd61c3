//! JPEG 2000, encoded by `ffmpeg`; with 16 bits by libopenjpeg, because its own encoder stores others than it was given.
//! What a file says of its colours is changed by hand.

use super::to_png;
use crate::{
    MediaError, ProxySpec, Rendered,
    colour::tests::shown,
    pictures,
    test_files::{file, gradient, made_by, on_disk},
};
use domain::{Preset, media::sniff};
use image::{DynamicImage, GenericImageView, ImageFormat, RgbImage};
use moxcms::ColorProfile;

const COLOUR: [u8; 3] = [200, 100, 50];

async fn made(bytes: &[u8]) -> Result<Rendered, MediaError> {
    let wanted = vec![ProxySpec { rendition: Preset::Preview.plain(), size: 320 }];
    pictures(on_disk(bytes).path(), sniff(bytes).media_type, wanted, None).await
}

fn encoded(picture: &DynamicImage, options: &str, ending: &str) -> Vec<u8> {
    let png = on_disk(&file(picture, ImageFormat::Png));
    let arguments = format!("-v error -i {} {options} -update 1 -y %", png.path().display());
    std::fs::read(made_by("ffmpeg", &arguments, ending)).unwrap()
}

fn flat() -> DynamicImage {
    DynamicImage::ImageRgb8(RgbImage::from_pixel(64, 64, image::Rgb(COLOUR)))
}

/// The file with something else for its colours: the content of the box behind its length and name.
fn with_colours(file: &[u8], content: &[u8]) -> Vec<u8> {
    let at = |name: &[u8]| file.windows(4).position(|four| four == name).unwrap() - 4;
    let (header, colours) = (at(b"jp2h"), at(b"colr"));
    let number = |at: usize| u32::from_be_bytes(file[at..at + 4].try_into().unwrap());
    let (old, new) = (number(colours), u32::try_from(content.len()).unwrap() + 8);
    let header_length = number(header) - old + new;
    let mut bytes = [&file[..header], &header_length.to_be_bytes(), &file[header + 4..colours]].concat();
    bytes.extend(new.to_be_bytes());
    bytes.extend(b"colr");
    bytes.extend(content);
    bytes.extend(&file[colours + old as usize..]);
    bytes
}

async fn assert_colour(what: &str, bytes: &[u8], expected: [u8; 3]) {
    let (picture, _) = shown(on_disk(bytes).path(), sniff(bytes).media_type).await;
    let is = picture.get_pixel(32, 32).0;
    assert!(is.iter().zip(expected).all(|(one, other)| one.abs_diff(other) < 4), "{what}: {is:?}, not {expected:?}");
}

#[tokio::test]
async fn jpeg_2000_is_decoded_in_a_container_and_without() {
    for (options, ending, media_type) in
        [("-c:v jpeg2000", ".jp2", "image/jp2"), ("-c:v jpeg2000 -format j2k -f image2", ".j2k", "image/j2c")]
    {
        let bytes = encoded(&gradient(1500, 600), options, ending);
        assert_eq!(sniff(&bytes).media_type, media_type);
        let made = made(&bytes).await.unwrap();
        assert_eq!((made.width, made.height, made.proxies[0].width, made.proxies[0].height), (1500, 600, 320, 128));
        let picture = image::load_from_memory(&made.proxies[0].bytes).unwrap();
        let expected = gradient(320, 128);
        for (x, y) in [(3, 3), (160, 64), (310, 120)] {
            let (is, wanted) = (picture.get_pixel(x, y).0, expected.get_pixel(x, y).0);
            assert!(is.iter().zip(wanted).all(|(one, other)| one.abs_diff(other) < 8), "{is:?}, not {wanted:?}");
        }
    }
}

#[tokio::test]
async fn jpeg_2000_has_its_colours() {
    assert_colour("RGB", &encoded(&flat(), "-c:v jpeg2000", ".jp2"), COLOUR).await;
    let video = "-vf scale=out_range=pc:out_color_matrix=bt601 -pix_fmt yuv420p -c:v jpeg2000";
    assert_colour("YCbCr", &encoded(&flat(), video, ".jp2"), COLOUR).await;
    assert_colour("gray", &encoded(&flat().grayscale(), "-pix_fmt gray -c:v jpeg2000", ".jp2"), {
        [flat().to_luma8().get_pixel(0, 0).0[0]; 3]
    })
    .await;
    let deep = encoded(&DynamicImage::ImageRgb16(flat().into_rgb16()), "-c:v libopenjpeg -pix_fmt rgb48le", ".jp2");
    assert_colour("16 bits", &deep, COLOUR).await;
    // What these numbers are in Display P3, by the formulas of CSS Color 4.
    let profile = ColorProfile::new_display_p3().encode().unwrap();
    let with_profile = with_colours(&encoded(&flat(), "-c:v jpeg2000", ".jp2"), &[&b"\x02\0\0"[..], &profile].concat());
    assert_colour("Display P3", &with_profile, [215, 93, 31]).await;
}

#[tokio::test]
async fn jpeg_2000_for_print_becomes_colours() {
    let inks = DynamicImage::ImageRgba8(image::RgbaImage::from_pixel(64, 64, image::Rgba([255, 0, 0, 51])));
    let cyan = with_colours(&encoded(&inks, "-c:v libopenjpeg -pix_fmt rgba", ".jp2"), b"\x01\0\0\0\0\0\x0c");
    assert_colour("CMYK", &cyan, [0, 204, 204]).await;
    let lab = with_colours(&encoded(&flat(), "-c:v jpeg2000", ".jp2"), b"\x01\0\0\0\0\0\x0e");
    let refused = made(&lab).await.unwrap_err().to_string();
    assert!(refused.contains("L*a*b*") && refused.contains("TIFF"), "{refused}");
}

#[tokio::test]
async fn jpeg_2000_is_decoded_no_larger_than_needed_and_no_smaller() {
    let jp2 = on_disk(&encoded(&gradient(1600, 800), "-c:v jpeg2000", ".jp2"));
    for (wanted, width) in [(1600, 1600), (801, 1600), (800, 800), (320, 400), (50, 50)] {
        let decoded = to_png(jp2.path(), wanted).await.unwrap().open().unwrap();
        assert_eq!((decoded.picture.width(), decoded.width, decoded.height), (width, 1600, 800), "{wanted}");
    }
}

#[tokio::test]
async fn a_damaged_jpeg_2000_is_refused_with_a_reason() {
    let whole = encoded(&flat(), "-c:v jpeg2000", ".jp2");
    let begin = whole.windows(4).position(|four| four == [0xff, 0x4f, 0xff, 0x51]).unwrap();
    let mut huge = whole.clone();
    huge[begin + 8..begin + 12].copy_from_slice(&50_000_u32.to_be_bytes());
    for (bytes, part) in [
        (&whole[..begin], "ends before its picture begins"),
        (&whole[..begin + 60], "is damaged"),
        (&huge, "more than 30000 on an edge"),
    ] {
        match made(bytes).await {
            Err(MediaError::Unusable(reason)) => assert!(reason.contains(part), "{reason}"),
            other => panic!("{part}: {other:?}"),
        }
    }
}
