//! Files to upload, made on the spot.

use image::{DynamicImage, ImageEncoder, Rgb, RgbImage, codecs::jpeg::JpegEncoder, codecs::png::PngEncoder};

/// A JPEG of this size: red at the left, blue at the right, lighter at the top.
pub fn jpeg(width: u32, height: u32) -> Vec<u8> {
    jpeg_with_exif(width, height, None)
}

/// A JPEG with as much detail as a photograph has.
pub fn detailed_jpeg(width: u32, height: u32) -> Vec<u8> {
    let mut state = 1_u32;
    let mut picture = gradient(width, height);
    for pixel in picture.pixels_mut() {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let grain = u8::try_from(state >> 26).unwrap_or_default();
        pixel.0 = pixel.0.map(|value| value.saturating_add(grain));
    }
    let mut bytes = Vec::new();
    let encoder = JpegEncoder::new_with_quality(&mut bytes, 90);
    encoder.write_image(&picture, width, height, image::ExtendedColorType::Rgb8).expect("a picture");
    bytes
}

/// The same, with an EXIF block.
pub fn jpeg_with_exif(width: u32, height: u32, exif: Option<Vec<u8>>) -> Vec<u8> {
    let picture = gradient(width, height);
    let mut bytes = Vec::new();
    let mut encoder = JpegEncoder::new_with_quality(&mut bytes, 90);
    if let Some(exif) = exif {
        encoder.set_exif_metadata(exif).expect("JPEG takes EXIF");
    }
    encoder.write_image(&picture, width, height, image::ExtendedColorType::Rgb8).expect("a picture");
    bytes
}

/// The same, with a colour profile.
pub fn jpeg_with_profile(width: u32, height: u32, profile: Vec<u8>) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = JpegEncoder::new_with_quality(&mut bytes, 90);
    encoder.set_icc_profile(profile).expect("JPEG takes a profile");
    encoder.write_image(&gradient(width, height), width, height, image::ExtendedColorType::Rgb8).expect("a picture");
    bytes
}

/// A PNG that claims to be this large, and holds nothing.
pub fn png_header(width: u32, height: u32) -> Vec<u8> {
    let mut header = b"IHDR".to_vec();
    header.extend(width.to_be_bytes());
    header.extend(height.to_be_bytes());
    header.extend([8, 2, 0, 0, 0]);
    let checksum = crc32(&header);
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\x0d".to_vec();
    bytes.extend(header);
    bytes.extend(checksum.to_be_bytes());
    bytes.extend(b"\0\0\0\0IDAT\x35\xaf\x06\x1e");
    bytes
}

/// A small PNG that unpacks to very many black pixels.
pub fn png_of_zeros(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_compression(png::Compression::Fast);
    let mut writer = encoder.write_header().expect("a header");
    let mut stream = writer.stream_writer().expect("a stream");
    let row = vec![0; width as usize];
    (0..height).for_each(|_| std::io::Write::write_all(&mut stream, &row).expect("a row"));
    stream.finish().expect("the end");
    writer.finish().expect("the end");
    bytes
}

/// A GIF of so many small frames.
pub fn long_gif(frames: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = image::codecs::gif::GifEncoder::new(&mut bytes);
    let frame = DynamicImage::ImageRgb8(gradient(8, 8)).into_rgba8();
    encoder.encode_frames((0..frames).map(|_| image::Frame::new(frame.clone()))).expect("a GIF");
    drop(encoder);
    bytes
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 })
    })
}

/// An EXIF block with an orientation (1 to 8) and a place on earth.
pub fn exif(orientation: u16) -> Vec<u8> {
    // Little endian; one directory with the orientation and a pointer to the GPS directory, which has one entry.
    let mut block = b"II*\0\x08\0\0\0".to_vec();
    block.extend(2_u16.to_le_bytes());
    let mut entry = |tag: u16, kind: u16, count: u32, value: u32| {
        block.extend(tag.to_le_bytes());
        block.extend(kind.to_le_bytes());
        block.extend(count.to_le_bytes());
        block.extend(value.to_le_bytes());
    };
    entry(0x0112, 3, 1, orientation.into());
    entry(0x8825, 4, 1, 38);
    block.extend(0_u32.to_le_bytes());
    block.extend(1_u16.to_le_bytes());
    block.extend([0x01, 0x00, 0x02, 0x00, 0x02, 0x00, 0x00, 0x00, b'N', 0, 0, 0]);
    block.extend(0_u32.to_le_bytes());
    block
}

/// A PNG that is half transparent.
pub fn png_with_alpha(width: u32, height: u32) -> Vec<u8> {
    let mut picture = DynamicImage::ImageRgb8(gradient(width, height)).into_rgba8();
    picture.enumerate_pixels_mut().for_each(|(x, _, pixel)| pixel.0[3] = if x * 2 < width { 0 } else { 255 });
    let mut bytes = Vec::new();
    let encoder = PngEncoder::new(&mut bytes);
    encoder.write_image(&picture, width, height, image::ExtendedColorType::Rgba8).expect("a picture");
    bytes
}

/// A PNG of one colour.
pub fn plain_png(width: u32, height: u32, colour: [u8; 3]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let picture = RgbImage::from_pixel(width, height, Rgb(colour));
    let encoder = PngEncoder::new(&mut bytes);
    encoder.write_image(&picture, width, height, image::ExtendedColorType::Rgb8).expect("a picture");
    bytes
}

/// The colour in the middle of a picture.
pub fn middle(picture: &[u8]) -> [u8; 3] {
    let picture = image::load_from_memory(picture).expect("a picture").into_rgb8();
    picture.get_pixel(picture.width() / 2, picture.height() / 2).0
}

/// Whether two colours are about the same.
pub fn alike(one: [u8; 3], other: [u8; 3]) -> bool {
    one.iter().zip(other).all(|(one, other)| one.abs_diff(other) < 40)
}

/// The smallest thing that is a PDF by its signature.
pub fn pdf() -> Vec<u8> {
    b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n".to_vec()
}

fn gradient(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        let share = |part: u32, whole: u32| u8::try_from(part * 255 / whole.max(1)).unwrap_or(255);
        Rgb([255 - share(x, width), 200 - share(y, height) / 2, share(x, width)])
    })
}
