//! Generates files to upload.

use image::{DynamicImage, ImageEncoder, Rgb, RgbImage, codecs::jpeg::JpegEncoder, codecs::png::PngEncoder};
use rand::{RngExt, SeedableRng, rngs::SmallRng};

/// A JPEG of this size: red at the left, blue at the right, lighter at the top.
pub fn jpeg(width: u32, height: u32) -> Vec<u8> {
    jpeg_with_exif(width, height, None)
}

/// A JPEG with as much detail as a photograph has.
pub fn detailed_jpeg(width: u32, height: u32) -> Vec<u8> {
    grainy_jpeg(width, height, 6)
}

/// A JPEG with this many bits of grain. With four, its versions are about as large as those of most photographs.
pub fn grainy_jpeg(width: u32, height: u32, bits: u32) -> Vec<u8> {
    let mut state = 1_u32;
    let mut picture = gradient(width, height);
    for pixel in picture.pixels_mut() {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let grain = u8::try_from(state >> (32 - bits)).unwrap_or_default();
        pixel.0 = pixel.0.map(|value| value.saturating_add(grain));
    }
    let mut bytes = Vec::new();
    let encoder = JpegEncoder::new_with_quality(&mut bytes, 90);
    encoder.write_image(&picture, width, height, image::ExtendedColorType::Rgb8).expect("a picture");
    bytes
}

/// A JPEG that no encoder makes small.
pub fn noisy_jpeg(width: u32, height: u32) -> Vec<u8> {
    let mut state = 1_u32;
    let mut noise = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state.to_be_bytes()[0]
    };
    let picture = RgbImage::from_fn(width, height, |_, _| Rgb([noise(), noise(), noise()]));
    let mut bytes = Vec::new();
    let encoder = JpegEncoder::new_with_quality(&mut bytes, 95);
    encoder.write_image(&picture, width, height, image::ExtendedColorType::Rgb8).expect("a picture");
    bytes
}

/// A photograph of a person: Eileen Collins, an astronaut, by NASA (public domain).
pub fn portrait() -> Vec<u8> {
    include_bytes!("../../faces/tests/astronaut.jpg").to_vec()
}

/// A photograph of another person: Grace Hopper, an admiral, by the US Navy (public domain).
pub fn other_portrait() -> Vec<u8> {
    include_bytes!("../../faces/tests/admiral.jpg").to_vec()
}

/// Both people side by side.
pub fn two_portraits() -> Vec<u8> {
    let [one, other] = [portrait(), other_portrait()].map(|file| {
        image::load_from_memory(&file)
            .expect("a picture")
            .resize_exact(500, 500, image::imageops::FilterType::Triangle)
            .into_rgb8()
    });
    let mut both = RgbImage::new(1000, 500);
    image::imageops::replace(&mut both, &one, 0, 0);
    image::imageops::replace(&mut both, &other, 500, 0);
    let mut bytes = Vec::new();
    let encoder = JpegEncoder::new_with_quality(&mut bytes, 92);
    encoder.write_image(&both, 1000, 500, image::ExtendedColorType::Rgb8).expect("a picture");
    bytes
}

/// The portrait as a camera stores it that is held on its side.
pub fn turned_portrait() -> Vec<u8> {
    let stored = image::load_from_memory(&portrait()).expect("a picture").rotate270().into_rgb8();
    let mut bytes = Vec::new();
    let mut encoder = JpegEncoder::new_with_quality(&mut bytes, 95);
    encoder.set_exif_metadata(exif(6)).expect("JPEG takes EXIF");
    let colour = image::ExtendedColorType::Rgb8;
    encoder.write_image(&stored, stored.width(), stored.height(), colour).expect("a picture");
    bytes
}

/// The same as [`jpeg`], with an EXIF block.
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

/// A PNG with this size in its header and no pixels.
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

/// A small PNG that decompresses to very many black pixels.
pub fn png_of_zeros(width: u32, height: u32) -> Vec<u8> {
    png_of_zeros_as(width, height, png::ColorType::Grayscale, png::BitDepth::Eight)
}

/// The same with other channels and bit depths.
pub fn png_of_zeros_as(width: u32, height: u32, color: png::ColorType, depth: png::BitDepth) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(color);
    encoder.set_depth(depth);
    encoder.set_compression(png::Compression::Fast);
    let mut writer = encoder.write_header().expect("a header");
    let mut stream = writer.stream_writer().expect("a stream");
    let row = vec![0; width as usize * color.samples() * if depth == png::BitDepth::Sixteen { 2 } else { 1 }];
    (0..height).for_each(|_| std::io::Write::write_all(&mut stream, &row).expect("a row"));
    stream.finish().expect("the end");
    writer.finish().expect("the end");
    bytes
}

/// A GIF with this many small frames.
pub fn long_gif(frames: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = image::codecs::gif::GifEncoder::new(&mut bytes);
    let frame = DynamicImage::ImageRgb8(gradient(8, 8)).into_rgba8();
    encoder.encode_frames((0..frames).map(|_| image::Frame::new(frame.clone()))).expect("a GIF");
    drop(encoder);
    bytes
}

/// Compressed zeros, as in PNG and TIFF, that decompress to at least this many million bytes.
pub fn packed_zeros(millions: u32) -> Vec<u8> {
    let png = png_of_zeros(1_000_000, millions);
    let mut packed = Vec::new();
    let mut rest = &png[8..];
    while let [a, b, c, d, kind @ ..] = rest {
        let length = u32::from_be_bytes([*a, *b, *c, *d]) as usize;
        if kind.starts_with(b"IDAT") {
            packed.extend_from_slice(&kind[4..4 + length]);
        }
        rest = &kind[4 + length + 4..];
    }
    packed
}

/// A small PNG with another chunk before its pixels.
pub fn png_with_chunk(kind: [u8; 4], data: &[u8]) -> Vec<u8> {
    let png = plain_png(9, 9, [200, 10, 10]);
    // After the signature and the header, which is a chunk of 13 bytes.
    let (before, after) = png.split_at(8 + 4 + 4 + 13 + 4);
    let named = [&kind[..], data].concat();
    let length = u32::try_from(data.len()).expect("a length");
    [before, &length.to_be_bytes(), &named, &crc32(&named).to_be_bytes(), after].concat()
}

/// A gray progressive JPEG of this size, whose passes do not change it.
pub fn jpeg_of_passes(width: u16, height: u16, passes: usize) -> Vec<u8> {
    let [[wide, w], [high, h]] = [width.to_be_bytes(), height.to_be_bytes()];
    let mut bytes = vec![0xff, 0xd8, 0xff, 0xdb, 0, 67, 0];
    bytes.extend([1; 64]);
    bytes.extend([0xff, 0xc2, 0, 11, 8, high, h, wide, w, 1, 1, 0x11, 0]);
    // One code of one bit in each table: no difference to the block before; and nothing in so many blocks to come.
    for (table, symbol) in [(0x00, 0x00), (0x10, 0xe0)] {
        bytes.extend([0xff, 0xc4, 0, 20, table, 1]);
        bytes.extend([0; 15]);
        bytes.push(symbol);
    }
    let blocks = usize::from(width).div_ceil(8) * usize::from(height).div_ceil(8);
    bytes.extend([0xff, 0xda, 0, 8, 1, 1, 0, 0, 0, 0]);
    bytes.resize(bytes.len() + blocks.div_ceil(8), 0);
    // A zero and fourteen ones stand for a run of 32,767 blocks.
    let runs = blocks.div_ceil(32_767);
    let bits = (0..runs).flat_map(|_| std::iter::once(false).chain([true; 14])).collect::<Vec<_>>();
    let mut run = Vec::new();
    for eight in bits.chunks(8) {
        let byte = (0..8).fold(0_u8, |byte, at| byte << 1 | u8::from(eight.get(at).copied().unwrap_or(true)));
        run.push(byte);
        if byte == 0xff {
            run.push(0);
        }
    }
    for _ in 1..passes {
        bytes.extend([0xff, 0xda, 0, 8, 1, 1, 0, 1, 63, 0]);
        bytes.extend_from_slice(&run);
    }
    bytes.extend([0xff, 0xd9]);
    bytes
}

/// A progressive colour JPEG with this size in its header, and almost no data.
pub fn jpeg_header_of_passes(width: u16, height: u16) -> Vec<u8> {
    let mut encoder = turbojpeg::Compressor::new().expect("an encoder");
    encoder.set_subsamp(turbojpeg::Subsamp::None).expect("a subsampling");
    encoder.set_progressive(true).expect("a mode");
    let pixels = vec![100; 16 * 16 * 3];
    let image =
        turbojpeg::Image { pixels: &pixels[..], width: 16, pitch: 48, height: 16, format: turbojpeg::PixelFormat::RGB };
    let mut bytes = encoder.compress_to_vec(image).expect("a JPEG");
    let frame = bytes.windows(2).position(|pair| pair == [0xff, 0xc2]).expect("a header");
    bytes[frame + 5..frame + 7].copy_from_slice(&height.to_be_bytes());
    bytes[frame + 7..frame + 9].copy_from_slice(&width.to_be_bytes());
    bytes
}

/// A TIFF of one strip with these channels of eight bits, whose pixels are compressed bytes.
pub fn tiff_of(width: u32, height: u32, channels: u16, packed: &[u8]) -> Vec<u8> {
    let length = u32::try_from(packed.len()).expect("a length");
    let bits = 8 + 2 + 10 * 12 + 4;
    let entries: [(u16, u16, u32, u32); 10] = [
        (256, 4, 1, width),
        (257, 4, 1, height),
        (258, 3, channels.into(), if channels == 1 { 8 } else { bits }),
        (259, 3, 1, 8),
        (262, 3, 1, if channels == 1 { 1 } else { 2 }),
        (273, 4, 1, bits + 8),
        (277, 3, 1, channels.into()),
        (278, 4, 1, height),
        (279, 4, 1, length),
        (284, 3, 1, 1),
    ];
    let mut bytes = b"II*\0\x08\0\0\0\x0a\0".to_vec();
    for (tag, kind, count, value) in entries {
        bytes.extend(tag.to_le_bytes());
        bytes.extend(kind.to_le_bytes());
        bytes.extend(count.to_le_bytes());
        bytes.extend(value.to_le_bytes());
    }
    bytes.extend([0; 4]);
    bytes.extend([8, 0, 8, 0, 8, 0, 8, 0]);
    bytes.extend_from_slice(packed);
    bytes
}

/// A lossless WebP, black all over.
pub fn black_webp(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    let encoder = image::codecs::webp::WebPEncoder::new_lossless(&mut bytes);
    let pixels = vec![0; width as usize * height as usize * 3];
    encoder.write_image(&pixels, width, height, image::ExtendedColorType::Rgb8).expect("a picture");
    bytes
}

/// A GIF with a frame of 8 × 8 pixels on a larger canvas.
pub fn gif_on_a_screen(width: u16, height: u16) -> Vec<u8> {
    let mut bytes = long_gif(1);
    bytes[6..8].copy_from_slice(&width.to_le_bytes());
    bytes[8..10].copy_from_slice(&height.to_le_bytes());
    bytes
}

/// A fully transparent PNG.
pub fn clear_png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    let pixels = vec![0; width as usize * height as usize * 4];
    let encoder = PngEncoder::new(&mut bytes);
    encoder.write_image(&pixels, width, height, image::ExtendedColorType::Rgba8).expect("a picture");
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

/// An EXIF block that says when the picture was taken.
pub fn exif_taken(date: &str) -> Vec<u8> {
    // One directory with a pointer to that of EXIF, which has one text.
    let mut block = b"II*\0\x08\0\0\0\x01\0\x69\x87\x04\0\x01\0\0\0\x1a\0\0\0\0\0\0\0".to_vec();
    block.extend(b"\x01\0\x03\x90\x02\0");
    block.extend(u32::try_from(date.len() + 1).expect("a short text").to_le_bytes());
    block.extend(b"\x2c\0\0\0\0\0\0\0");
    block.extend([date.as_bytes(), &[0]].concat());
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

/// Whether two colours are nearly equal.
pub fn alike(one: [u8; 3], other: [u8; 3]) -> bool {
    one.iter().zip(other).all(|(one, other)| one.abs_diff(other) < 40)
}

/// A file that has only the signature of a PDF.
pub fn pdf() -> Vec<u8> {
    b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n".to_vec()
}

/// Bytes that are the same at each call, and of which no two pieces are alike.
pub fn noise(length: usize) -> Vec<u8> {
    let mut bytes = vec![0; length];
    SmallRng::seed_from_u64(length as u64).fill(&mut bytes[..]);
    bytes
}

fn gradient(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        let share = |part: u32, whole: u32| u8::try_from(part * 255 / whole.max(1)).unwrap_or(255);
        Rgb([255 - share(x, width), 200 - share(y, height) / 2, share(x, width)])
    })
}
