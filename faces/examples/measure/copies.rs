//! Altered copies of a photograph, as libraries and visitors have them.

use image::{
    DynamicImage, ImageDecoder, ImageReader, RgbImage, codecs::jpeg::JpegEncoder, imageops, metadata::Orientation,
};
use std::io::Cursor;

/// Where a face of the original is.
#[derive(Clone, Copy)]
pub(crate) struct Known {
    pub(crate) place: faces::Place,
}

/// How a copy is made, and where a point of the original is in it.
pub(crate) struct Alteration {
    pub(crate) name: &'static str,
    pub(crate) make: fn(&RgbImage, &[Known]) -> RgbImage,
    pub(crate) map: fn(f32, f32) -> (f32, f32),
}

const SAME: fn(f32, f32) -> (f32, f32) = |x, y| (x, y);

/// All of them. The first is the photograph itself.
pub(crate) const ALL: [Alteration; 13] = [
    Alteration { name: "unaltered", make: |picture, _| picture.clone(), map: SAME },
    Alteration { name: "turned, and upright by EXIF", make: |picture, _| turned(picture), map: SAME },
    Alteration {
        name: "cropped to 90 %",
        make: |picture, _| cropped(picture),
        map: |x, y| ((x - 0.05) / 0.9, (y - 0.02) / 0.9),
    },
    Alteration { name: "darker (40 %)", make: |picture, _| each(picture, |byte, _| f32::from(byte) * 0.4), map: SAME },
    Alteration {
        name: "noise (σ 15)",
        make: |picture, _| each(picture, |byte, at| f32::from(byte) + noise(at) * 15.0),
        map: SAME,
    },
    Alteration { name: "JPEG of quality 40", make: |picture, _| jpeg(picture, 40), map: SAME },
    Alteration { name: "half the size", make: |picture, _| smaller(picture, 2), map: SAME },
    Alteration { name: "a quarter of the size", make: |picture, _| smaller(picture, 4), map: SAME },
    Alteration { name: "mirrored", make: |picture, _| imageops::flip_horizontal(picture), map: |x, y| (1.0 - x, y) },
    Alteration {
        name: "grey",
        make: |picture, _| DynamicImage::from(imageops::grayscale(picture)).to_rgb8(),
        map: SAME,
    },
    Alteration { name: "sunglasses drawn", make: sunglasses, map: SAME },
    Alteration { name: "a little blurred (σ 2 px)", make: |picture, _| imageops::fast_blur(picture, 2.0), map: SAME },
    Alteration { name: "blurred (σ 6 px)", make: |picture, _| imageops::fast_blur(picture, 6.0), map: SAME },
];

/// Stored on its side with an orientation in its EXIF data, and read as readers do.
fn turned(picture: &RgbImage) -> RgbImage {
    let mut stored = Vec::new();
    let mut encoder = JpegEncoder::new_with_quality(&mut stored, 92);
    let mut exif = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".to_vec();
    exif.extend([Orientation::Rotate90.to_exif(), 0, 0, 0, 0, 0, 0, 0]);
    image::ImageEncoder::set_exif_metadata(&mut encoder, exif).expect("JPEG has EXIF data");
    encoder.encode_image(&imageops::rotate270(picture)).expect("it can be stored");
    read(&stored)
}

fn jpeg(picture: &RgbImage, quality: u8) -> RgbImage {
    let mut stored = Vec::new();
    JpegEncoder::new_with_quality(&mut stored, quality).encode_image(picture).expect("it can be stored");
    read(&stored)
}

/// Decodes a picture and turns it upright.
pub(crate) fn read(bytes: &[u8]) -> RgbImage {
    let reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().expect("bytes can be read");
    let mut decoder = reader.into_decoder().expect("a picture");
    let orientation = decoder.orientation().expect("an orientation, or none");
    let mut picture = DynamicImage::from_decoder(decoder).expect("a whole picture");
    picture.apply_orientation(orientation);
    picture.to_rgb8()
}

fn cropped(picture: &RgbImage) -> RgbImage {
    let part = |edge: u32, share: f32| (edge as f32 * share) as u32;
    let (width, height) = picture.dimensions();
    imageops::crop_imm(picture, part(width, 0.05), part(height, 0.02), part(width, 0.9), part(height, 0.9)).to_image()
}

pub(crate) fn smaller(picture: &RgbImage, times: u32) -> RgbImage {
    imageops::resize(picture, picture.width() / times, picture.height() / times, imageops::FilterType::Triangle)
}

fn each(picture: &RgbImage, change: impl Fn(u8, usize) -> f32) -> RgbImage {
    let mut copy = picture.clone();
    for (at, byte) in copy.iter_mut().enumerate() {
        *byte = change(*byte, at).round().clamp(0.0, 255.0) as u8;
    }
    copy
}

/// About normally distributed, and the same at each run: the sum of three numbers from a hash of the place.
fn noise(at: usize) -> f32 {
    let mut bits = (at as u64).wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    bits ^= bits >> 27;
    let part = |shift: u32| ((bits >> shift) & 0xFFFF) as f32 / 65_535.0 - 0.5;
    (part(0) + part(16) + part(32)) * 2.0
}

/// Covers the eyes of each face with dark glass.
fn sunglasses(picture: &RgbImage, faces: &[Known]) -> RgbImage {
    let mut copy = picture.clone();
    for Known { place } in faces {
        for (from, to) in [(0.08, 0.46), (0.54, 0.92)] {
            let columns = |at: f32| ((place.x + place.width * at) * picture.width() as f32) as u32;
            let rows = |at: f32| ((place.y + place.height * at) * picture.height() as f32) as u32;
            for y in rows(0.3).min(picture.height())..rows(0.5).min(picture.height()) {
                for x in columns(from).min(picture.width())..columns(to).min(picture.width()) {
                    copy.get_pixel_mut(x, y).0 = [20, 20, 24];
                }
            }
        }
    }
    copy
}
