//! Animations show their first frame, on a canvas of which it may cover only a part.

use super::*;
use crate::test_files::{made_by, on_disk};
use domain::Preset;
use image::{
    Frame, ImageEncoder, RgbaImage,
    codecs::{gif::GifEncoder, webp::WebPEncoder},
};
use png::{BitDepth, ColorType, Encoder};

const RED: [u8; 4] = [255, 0, 0, 255];
const GREEN: [u8; 4] = [0, 255, 0, 255];
const CANVAS: (u32, u32) = (40, 30);
/// Where the first frame begins; it has ten pixels in each direction.
const AT: (u32, u32) = (20, 10);

fn square(colour: [u8; 4]) -> RgbaImage {
    RgbaImage::from_pixel(10, 10, image::Rgba(colour))
}

/// Whether two colours are about equal; encoders round.
fn is_near(one: [u8; 4], other: [u8; 4]) -> bool {
    one.iter().zip(other).all(|(one, other)| one.abs_diff(other) <= 3)
}

async fn shown(path: &Path, media_type: &str) -> RgbaImage {
    let wanted = vec![ProxySpec { rendition: Preset::Preview.plain(), size: 1280 }];
    let made = pictures(path, media_type, wanted, None).await.unwrap();
    image::load_from_memory(&made.proxies[0].bytes).unwrap().into_rgba8()
}

/// A red square on an empty canvas.
async fn assert_first_on_canvas(bytes: &[u8], media_type: &str) {
    let picture = shown(on_disk(bytes).path(), media_type).await;
    assert_eq!(picture.dimensions(), CANVAS, "{media_type}");
    for (x, y, pixel) in picture.enumerate_pixels() {
        let is_inside = (AT.0..AT.0 + 10).contains(&x) && (AT.1..AT.1 + 10).contains(&y);
        let is_right = if is_inside { is_near(pixel.0, RED) } else { pixel.0[3] == 0 };
        assert!(is_right, "{media_type}: {x} {y} {pixel:?}");
    }
}

#[tokio::test]
async fn a_gif_shows_its_first_frame_where_it_belongs() {
    let mut bytes = Vec::new();
    let mut encoder = GifEncoder::new(&mut bytes);
    encoder.encode_frames([RED, GREEN].map(|colour| Frame::new(square(colour)))).unwrap();
    drop(encoder);
    // The encoder has no larger canvas, and no place for the frame on it.
    bytes[6..10].copy_from_slice(&[40, 0, 30, 0]);
    let frame = bytes.windows(9).position(|part| part == [0x2c, 0, 0, 0, 0, 10, 0, 10, 0]).unwrap();
    bytes[frame + 1..frame + 5].copy_from_slice(&[20, 0, 10, 0]);
    assert_first_on_canvas(&bytes, "image/gif").await;
}

fn chunk(name: [u8; 4], content: &[u8]) -> Vec<u8> {
    let length = u32::try_from(content.len()).unwrap().to_le_bytes();
    [&name[..], &length, content, if content.len() % 2 == 1 { &[0] } else { &[] }].concat()
}

#[tokio::test]
async fn a_webp_shows_its_first_frame_where_it_belongs() {
    let frame = |colour: [u8; 4], at: (u32, u32)| {
        let mut still = Vec::new();
        let encoder = WebPEncoder::new_lossless(&mut still);
        encoder.write_image(&square(colour), 10, 10, image::ExtendedColorType::Rgba8).unwrap();
        let three = |number: u32| number.to_le_bytes()[..3].to_vec();
        // Places are in steps of two pixels, and sizes are one less.
        let header = [three(at.0 / 2), three(at.1 / 2), three(9), three(9), three(100), vec![0]].concat();
        // After the header of the file.
        chunk(*b"ANMF", &[&header, &still[12..]].concat())
    };
    let extended = chunk(*b"VP8X", &[0x12, 0, 0, 0, 39, 0, 0, 29, 0, 0]);
    // The colour behind the frames, which viewers leave out, is blue here.
    let animation = chunk(*b"ANIM", &[255, 0, 0, 255, 0, 0]);
    let content = [&b"WEBP"[..], &extended, &animation, &frame(RED, AT), &frame(GREEN, (0, 0))].concat();
    assert_first_on_canvas(&chunk(*b"RIFF", &content), "image/webp").await;
}

#[tokio::test]
async fn an_animated_png_shows_its_first_frame() {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, 10, 10);
    encoder.set_color(ColorType::Rgba);
    encoder.set_depth(BitDepth::Eight);
    encoder.set_animated(2, 0).unwrap();
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(&square(RED)).unwrap();
    writer.write_image_data(&square(GREEN)).unwrap();
    writer.finish().unwrap();
    let picture = shown(on_disk(&bytes).path(), "image/png").await;
    assert!(picture.dimensions() == (10, 10) && picture.pixels().all(|pixel| is_near(pixel.0, RED)));
}

#[tokio::test]
async fn an_avif_sequence_shows_its_first_frame() {
    let sources = "-f lavfi -i color=c=0xc02020:size=128x96:rate=5:duration=0.4 \
        -f lavfi -i color=c=0x20c020:size=128x96:rate=5:duration=0.4";
    let encoder = "-c:v libaom-av1 -cpu-used 8 -crf 20 -pix_fmt yuv420p -colorspace bt709 -color_primaries bt709 \
        -color_trc bt709 -color_range tv";
    let filter = "-filter_complex [0][1]concat,scale=out_color_matrix=bt709:out_range=tv";
    let sequence = made_by("ffmpeg", &format!("-v error {sources} {filter} {encoder} -f avif -y %"), ".avif");
    let picture = shown(&sequence, "image/avif").await;
    assert_eq!(picture.dimensions(), (128, 96));
    for pixel in picture.pixels() {
        let is_near = pixel.0.iter().zip([0xc0, 0x20, 0x20, 255]).all(|(is, must)| is.abs_diff(must) <= 12);
        assert!(is_near, "{pixel:?}");
    }
}
