//! Files with the defects that cameras, telephones and broken cards produce.
//!
//! What a picture must look like is said by another decoder (zune-jpeg, in the `image` crate), which decodes the file
//! without the defect. It and libjpeg differ by at most three of 255.

use super::*;
use crate::test_files::{gradient, jpeg as plain, photo, profile};
use image::{GenericImageView, RgbImage, imageops::crop_imm};
use turbojpeg::{Compressor, Subsamp};

const SIZE: (u32, u32) = (320, 240);
const MISSING: &str = "ends in the middle";
const DAMAGED: &str = "is damaged";

/// The picture and its warning.
fn decoded(bytes: Vec<u8>) -> (RgbImage, Option<Cow<'static, str>>) {
    let decoded = decode(bytes, 320).unwrap();
    (decoded.picture.into_rgb8(), decoded.warning)
}

fn reference(jpeg: &[u8]) -> RgbImage {
    image::load_from_memory_with_format(jpeg, ImageFormat::Jpeg).unwrap().into_rgb8()
}

/// The largest difference in the first rows.
fn difference(one: &RgbImage, other: &RgbImage, rows: u32) -> u8 {
    assert_eq!(one.dimensions(), other.dimensions());
    let top = |picture: &RgbImage| crop_imm(picture, 0, 0, picture.width(), rows).to_image();
    top(one).iter().zip(top(other).iter()).map(|(one, other)| one.abs_diff(*other)).max().unwrap()
}

fn mean_difference(one: &RgbImage, other: &RgbImage) -> usize {
    let sum: usize = one.iter().zip(other.iter()).map(|(one, other)| usize::from(one.abs_diff(*other))).sum();
    sum / one.len()
}

fn find(jpeg: &[u8], marker: u8) -> usize {
    jpeg.windows(2).rposition(|pair| pair == [0xff, marker]).unwrap()
}

fn insert(jpeg: &[u8], at: usize, more: &[u8]) -> Vec<u8> {
    [&jpeg[..at], more, &jpeg[at..]].concat()
}

fn progressive() -> Vec<u8> {
    let mut encoder = Compressor::new().unwrap();
    encoder.set_progressive(true).unwrap();
    encoder.set_quality(90).unwrap();
    let picture = gradient(SIZE.0, SIZE.1);
    let (width, height) = (SIZE.0 as usize, SIZE.1 as usize);
    let image = Image { pixels: picture.as_bytes(), width, pitch: width * 3, height, format: PixelFormat::RGB };
    encoder.compress_to_vec(image).unwrap()
}

/// A JPEG whose rows of blocks can each be decoded alone: they are coded alone, and put one after the other with the
/// numbered markers between them.
fn with_restarts() -> Vec<u8> {
    let (picture, whole) = (gradient(SIZE.0, SIZE.1), plain(SIZE.0, SIZE.1));
    let coded = |jpeg: &[u8]| {
        let scan = find(jpeg, 0xda);
        jpeg[scan + 2 + usize::from(jpeg[scan + 3])..jpeg.len() - 2].to_vec()
    };
    let scan = find(&whole, 0xda);
    let blocks = u8::try_from(SIZE.0 / 8).unwrap();
    let interval = [0xff, 0xdd, 0, 4, 0, blocks];
    let mut jpeg = [&whole[..scan], &interval, &whole[scan..scan + 2 + usize::from(whole[scan + 3])]].concat();
    for row in 0..SIZE.1 / 8 {
        if row > 0 {
            jpeg.extend([0xff, 0xd0 + u8::try_from((row - 1) % 8).unwrap()]);
        }
        let strip = picture.crop_imm(0, row * 8, SIZE.0, 8);
        jpeg.extend(coded(&crate::test_files::file(&strip, ImageFormat::Jpeg)));
    }
    jpeg.extend([0xff, 0xd9]);
    jpeg
}

#[test]
fn what_is_wrong_around_a_whole_picture_does_not_matter() {
    let (sound, passes) = (plain(SIZE.0, SIZE.1), progressive());
    let scan = find(&sound, 0xda);
    let zeros_in_scan = {
        let mut bytes = sound.clone();
        // Three channels: two bytes each.
        assert_eq!(bytes[scan + 11..scan + 14], [0, 63, 0]);
        bytes[scan + 11..scan + 14].fill(0);
        bytes
    };
    let without_end = |bytes: &[u8]| bytes[..bytes.len() - 2].to_vec();
    let revision = [&[0xff, 0xd8, 0xff, 0xe0, 0, 16][..], b"JFIF\0\x07\x02\0\0\x01\0\x01\0\0", &sound[2..]].concat();
    let adobe = |transform| insert(&sound, 2, &[&b"\xff\xee\0\x0eAdobe\0\x64\0\0\0\0"[..], &[transform]].concat());
    let broken_profile = photo(SIZE.0, SIZE.1, 1, Some(profile(*b"RGB ")));
    let broken_profile = {
        let mut bytes = broken_profile;
        let name = bytes.windows(11).position(|window| window == b"ICC_PROFILE").unwrap();
        bytes[name + 12] = 9;
        bytes
    };
    let table: Vec<(&str, Vec<u8>, RgbImage)> = vec![
        ("zeros in the header of the scan", zeros_in_scan.clone(), reference(&sound)),
        ("the same without an end", without_end(&zeros_in_scan), reference(&sound)),
        ("no end", without_end(&sound), reference(&sound)),
        ("half an end", sound[..sound.len() - 1].to_vec(), reference(&sound)),
        ("no end, then zeros", [without_end(&sound), vec![0; 5000]].concat(), reference(&sound)),
        ("no end, then another picture", [without_end(&sound), plain(64, 48)].concat(), reference(&sound)),
        ("no end in passes", without_end(&passes), reference(&passes)),
        ("bytes before the end", insert(&sound, sound.len() - 2, &[1, 2, 3]), reference(&sound)),
        ("bytes between segments", insert(&sound, scan, &[0, 7, 0]), reference(&sound)),
        ("an unknown revision", revision, reference(&sound)),
        ("an unknown transform", adobe(7), reference(&sound)),
        ("a broken profile", broken_profile.clone(), reference(&broken_profile)),
        ("restarts", with_restarts(), reference(&with_restarts())),
    ];
    for (what, bytes, expected) in table {
        let (picture, warning) = decoded(bytes);
        let most = difference(&picture, &expected, SIZE.1);
        assert!(most <= 3 && warning.is_none(), "{what}: {most} {warning:?}");
    }
}

#[test]
fn what_is_there_of_a_cut_picture_is_shown_with_a_warning() {
    let (sound, passes) = (plain(SIZE.0, SIZE.1), progressive());
    for (what, bytes) in [
        ("cut", sound[..sound.len() * 3 / 4].to_vec()),
        ("cut, and the zeros of a card", [&sound[..sound.len() * 3 / 4], &vec![0; 30_000]].concat()),
        ("cut, and another picture", [&sound[..sound.len() * 3 / 4], &plain(64, 48)[..]].concat()),
    ] {
        let (picture, warning) = decoded(bytes);
        assert!(difference(&picture, &reference(&sound), SIZE.1 / 2) <= 3, "{what}");
        assert!(
            warning.as_ref().is_some_and(|warning| warning.contains(MISSING) || warning.contains(DAMAGED)),
            "{what}: {warning:?}"
        );
        // What is missing is gray, as in browsers, and not black.
        let corner = picture.get_pixel(SIZE.0 - 1, SIZE.1 - 1).0;
        assert!(
            corner.iter().all(|value| *value > 60) && difference(&picture, &reference(&sound), SIZE.1) > 20,
            "{what}"
        );
    }
    // Each pass sends the whole picture; the last ones make it sharper.
    let last_scan = find(&passes, 0xda);
    for (what, end) in
        [("before the last pass", last_scan), ("in its header", last_scan + 5), ("in it", last_scan + 40)]
    {
        let (picture, warning) = decoded(passes[..end].to_vec());
        assert!(warning.as_ref().is_some_and(|warning| warning.contains(MISSING)), "{what}: {warning:?}");
        let mean = mean_difference(&picture, &reference(&passes));
        assert!(mean < 3, "{what}: {mean}");
    }
}

#[test]
fn damage_is_shown_with_a_warning_and_decoding_goes_on_after_it() {
    let sound = with_restarts();
    let cut_out = |from: usize, to: usize| [&sound[..from], &sound[to..]].concat();
    let number = sound.windows(2).position(|pair| pair == [0xff, 0xd2]).unwrap();
    for (what, bytes) in [
        ("a missing number", cut_out(number, number + 2)),
        ("a wrong number", {
            let mut bytes = sound.clone();
            bytes[number + 1] = 0xd6;
            bytes
        }),
        ("a missing row", cut_out(number + 2, number + 20)),
        ("a byte that is no code", {
            let mut bytes = sound.clone();
            bytes[number + 6..number + 30].fill(0xfe);
            bytes
        }),
    ] {
        let (picture, warning) = decoded(bytes);
        assert!(warning.is_some(), "{what}");
        assert!(difference(&picture, &reference(&sound), 24) <= 3, "{what}");
        // The last rows are right again.
        let bottom = |picture: &RgbImage| picture.view(0, SIZE.1 - 40, SIZE.0, 40).to_image();
        assert!(difference(&bottom(&picture), &bottom(&reference(&sound)), 40) <= 3, "{what}");
    }
}

#[test]
fn inks_are_inverted_with_and_without_the_marker_of_adobe() {
    // Orange without black: the values that an Adobe program writes. Without a profile, browsers, Pillow and ffmpeg
    // show each channel times the light that black lets through, of 255.
    let pixels = [255, 128, 0, 255].repeat(64 * 64);
    for colorspace in [Colorspace::CMYK, Colorspace::YCCK] {
        let mut encoder = Compressor::new().unwrap();
        encoder.set_colorspace(colorspace).unwrap();
        encoder.set_subsamp(Subsamp::None).unwrap();
        encoder.set_quality(95).unwrap();
        let image = Image { pixels: &pixels[..], width: 64, pitch: 256, height: 64, format: PixelFormat::CMYK };
        let with = encoder.compress_to_vec(image).unwrap();
        let marker = find(&with, 0xee);
        let without = [&with[..marker], &with[marker + 16..]].concat();
        // Without the marker, the colour transform is unknown, and CMYK is assumed.
        let all = if colorspace == Colorspace::CMYK { vec![with, without] } else { vec![with] };
        for bytes in all {
            let (picture, warning) = decoded(bytes);
            let colour = picture.get_pixel(30, 30).0;
            assert!(
                warning.is_none() && colour.iter().zip([255, 128, 0]).all(|(is, must)| is.abs_diff(must) <= 3),
                "{colour:?}"
            );
        }
    }
}
