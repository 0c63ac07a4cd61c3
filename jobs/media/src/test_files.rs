//! Originals for the tests, made on the spot.

use image::{
    DynamicImage, ImageEncoder, ImageFormat, RgbImage,
    codecs::{jpeg::JpegEncoder, png::PngEncoder, webp::WebPEncoder},
};
use std::{io::Cursor, process::Command};
use tempfile::{NamedTempFile, TempPath};

/// Red at the left, blue at the right, lighter at the top.
pub(super) fn gradient(width: u32, height: u32) -> DynamicImage {
    DynamicImage::ImageRgb8(RgbImage::from_fn(width, height, |x, y| {
        let share = |part: u32, whole: u32| u8::try_from(part * 255 / whole.max(1)).unwrap();
        image::Rgb([255 - share(x, width), 200 - share(y, height) / 2, share(x, width)])
    }))
}

/// A picture as a file.
pub(super) fn file(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// A JPEG of the gradient.
pub(super) fn jpeg(width: u32, height: u32) -> Vec<u8> {
    file(&gradient(width, height), ImageFormat::Jpeg)
}

/// Bytes as a file on the disk, gone when it is dropped.
pub(super) fn on_disk(bytes: &[u8]) -> NamedTempFile {
    let file = NamedTempFile::new().unwrap();
    std::fs::write(file.path(), bytes).unwrap();
    file
}

/// A JPEG of the gradient with what a camera writes beside it.
pub(super) fn photo(width: u32, height: u32, orientation: u16, profile: Option<Vec<u8>>) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = JpegEncoder::new_with_quality(&mut bytes, 95);
    encoder.set_exif_metadata(exif(orientation)).unwrap();
    if let Some(profile) = profile {
        encoder.set_icc_profile(profile).unwrap();
    }
    encoder.encode_image(&gradient(width, height)).unwrap();
    bytes
}

/// An EXIF block with an orientation (1 to 8) and a place on earth.
fn exif(orientation: u16) -> Vec<u8> {
    let mut block = b"II*\0\x08\0\0\0\x02\0\x12\x01\x03\0\x01\0\0\0".to_vec();
    block.extend(u32::from(orientation).to_le_bytes());
    block.extend(b"\x25\x88\x04\0\x01\0\0\0\x26\0\0\0\0\0\0\0");
    block.extend(b"\x01\0\x01\0\x02\0\x02\0\0\0N\0\0\0\0\0\0\0");
    block
}

/// The coordinates in that block.
pub(super) const PLACE: &[u8] = b"\x01\0\x01\0\x02\0\x02\0\0\0N\0\0\0";

/// A picture as a PNG, WebP or TIFF with what a camera or an editor writes beside it.
pub(super) fn with_facts(picture: &DynamicImage, format: ImageFormat, orientation: u16, profile: Vec<u8>) -> Vec<u8> {
    fn written(mut encoder: impl ImageEncoder, picture: &DynamicImage, orientation: u16, profile: Vec<u8>) {
        encoder.set_icc_profile(profile).unwrap();
        encoder.set_exif_metadata(exif(orientation)).unwrap();
        let (width, height) = (picture.width(), picture.height());
        encoder.write_image(picture.as_bytes(), width, height, picture.color().into()).unwrap();
    }
    let mut bytes = Vec::new();
    match format {
        ImageFormat::Png => written(PngEncoder::new(&mut bytes), picture, orientation, profile),
        ImageFormat::WebP => written(WebPEncoder::new_lossless(&mut bytes), picture, orientation, profile),
        ImageFormat::Tiff => bytes = tiff(picture, orientation, &profile),
        other => panic!("{other:?}"),
    }
    bytes
}

/// A TIFF of one strip: its directory is what EXIF is in other formats.
fn tiff(picture: &DynamicImage, orientation: u16, profile: &[u8]) -> Vec<u8> {
    let number = |length: usize| u32::try_from(length).unwrap();
    let (pixels, entries) = (picture.as_bytes(), 12);
    let bits = 8 + 2 + entries * 12 + 4;
    let place = bits + 6;
    let colours = place + 2 + 12 + 4;
    let strip = colours + number(profile.len());
    let mut bytes = b"II*\0\x08\0\0\0\x0c\0".to_vec();
    let all: [(u16, u16, u32, u32); 12] = [
        (256, 4, 1, picture.width()),
        (257, 4, 1, picture.height()),
        (258, 3, 3, bits),
        (259, 3, 1, 1),
        (262, 3, 1, 2),
        (273, 4, 1, strip),
        (274, 3, 1, orientation.into()),
        (277, 3, 1, 3),
        (278, 4, 1, picture.height()),
        (279, 4, 1, number(pixels.len())),
        (34675, 7, number(profile.len()), colours),
        (34853, 4, 1, place),
    ];
    for (tag, kind, count, value) in all {
        bytes.extend(tag.to_le_bytes());
        bytes.extend(kind.to_le_bytes());
        bytes.extend(count.to_le_bytes());
        bytes.extend(value.to_le_bytes());
    }
    bytes.extend(b"\0\0\0\0\x08\0\x08\0\x08\0");
    bytes.extend(PLACE);
    bytes.extend([0; 4]);
    bytes.extend(profile);
    bytes.extend(pixels);
    bytes
}

/// The header of a colour profile for this space (`RGB `, `GRAY`, `CMYK`), without the tables that are needed to apply
/// it.
pub(super) fn profile(space: [u8; 4]) -> Vec<u8> {
    let mut profile = vec![7; 200];
    profile[16..20].copy_from_slice(&space);
    profile[36..40].copy_from_slice(b"acsp");
    profile
}

/// A program of the system that makes an original: `%` in its arguments is the file it is to write.
pub(super) fn made_by(program: &str, arguments: &str, ending: &str) -> TempPath {
    let output = tempfile::Builder::new().suffix(ending).tempfile().unwrap().into_temp_path();
    let arguments = arguments.split_whitespace().map(|argument| match argument {
        "%" => output.as_os_str().to_owned(),
        other => other.into(),
    });
    let done = Command::new(program).args(arguments).output().expect("./dev packages installs it");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    output
}

/// A video with a moving picture and a tone.
pub(super) fn clip(size: &str, seconds: f64, more: &str, ending: &str) -> TempPath {
    let sources = format!(
        "-v error -f lavfi -i testsrc2=size={size}:rate=25:duration={seconds} -f lavfi -i sine=duration={seconds}"
    );
    made_by("ffmpeg", &format!("{sources} {more} -y %"), ending)
}

/// The same MP4, to be turned by a quarter when it is shown.
pub(super) fn turned(mp4: &TempPath) -> NamedTempFile {
    let mut bytes = std::fs::read(mp4).unwrap();
    let header = bytes.windows(4).position(|four| four == b"tkhd").unwrap();
    let matrix: [i32; 9] = [0, 1 << 16, 0, -(1 << 16), 0, 0, 0, 0, 1 << 30];
    let matrix: Vec<u8> = matrix.iter().flat_map(|value| value.to_be_bytes()).collect();
    bytes[header + 44..header + 80].copy_from_slice(&matrix);
    on_disk(&bytes)
}

/// A PDF of one page, wider than high, that is blue all over.
pub(super) fn pdf() -> Vec<u8> {
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n\
      3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 300]/Contents 4 0 R>>endobj\n\
      4 0 obj<</Length 29>>stream\n0 0 1 rg 0 0 600 300 re f    \nendstream endobj\n\
      trailer<</Root 1 0 R>>\n%%EOF\n"
        .to_vec()
}
