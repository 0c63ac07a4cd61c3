//! Dates in files of all formats that have one, and in broken ones.

use super::*;
use crate::{
    identify,
    test_files::{clip, file, gradient, made_by, on_disk},
};
use domain::Preset;
use image::{
    ImageEncoder, ImageFormat,
    codecs::{jpeg::JpegEncoder, png::PngEncoder, webp::WebPEncoder},
};

const DATE: &str = "2024:05:01 18:30:05";

fn taken() -> Option<Captured> {
    Captured::of_exif(DATE, Some("25"))
}

/// A directory of texts, which follow it; `at` is where it begins.
fn texts(at: u32, entries: &[(u16, &str)]) -> Vec<u8> {
    let count = u16::try_from(entries.len()).unwrap();
    let mut after = at + 2 + 12 * u32::from(count) + 4;
    let (mut block, mut values) = (count.to_be_bytes().to_vec(), Vec::new());
    for (tag, text) in entries {
        let value = [text.as_bytes(), &[0]].concat();
        let length = u32::try_from(value.len()).unwrap();
        block.extend([tag.to_be_bytes(), 2_u16.to_be_bytes()].concat());
        block.extend(length.to_be_bytes());
        if length <= 4 {
            block.extend([&value[..], &[0; 4]].concat().into_iter().take(4));
        } else {
            block.extend(after.to_be_bytes());
            after += length;
            values.extend(value);
        }
    }
    block.extend([0; 4]);
    block.extend(values);
    block
}

/// EXIF in which the picture was taken then, and changed and scanned at other times.
fn exif(date: &str) -> Vec<u8> {
    let main = [b"MM\0\x2a\0\0\0\x08\0\x01\x87\x69\0\x04\0\0\0\x01\0\0\0\x1a\0\0\0\0".as_slice()].concat();
    let below = texts(26, &[(36867, date), (36868, "2001:02:03 04:05:06"), (36881, "+02:00"), (37521, "25")]);
    [main, below].concat()
}

fn jpeg(exif: Vec<u8>) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = JpegEncoder::new_with_quality(&mut bytes, 90);
    encoder.set_exif_metadata(exif).unwrap();
    encoder.encode_image(&gradient(40, 30)).unwrap();
    bytes
}

fn boxed(kind: [u8; 4], content: &[u8]) -> Vec<u8> {
    [&u32::try_from(content.len() + 8).unwrap().to_be_bytes(), &kind[..], content].concat()
}

/// A Photoshop file up to its resources, of which the first has a name of an odd length and an odd length.
fn photoshop(exif: &[u8]) -> Vec<u8> {
    let length = |bytes: &[u8]| u32::try_from(bytes.len()).unwrap().to_be_bytes();
    let padding = vec![0; exif.len() % 2];
    let other = b"8BIM\x03\xed\x03abc\0\0\0\x03xyz\0";
    let ours = [b"8BIM\x04\x22\0\0", &length(exif)[..], exif, &padding].concat();
    let resources = [&other[..], &ours].concat();
    [b"8BPS\0\x01\0\0\0\0\0\0\0\x03\0\0\0\x1e\0\0\0\x28\0\x08\0\x03\0\0\0\0", &length(&resources)[..], &resources]
        .concat()
}

fn canon(exif: &[u8]) -> Vec<u8> {
    let camera = [&CAMERA[..], &boxed(*b"CMT1", b"II"), &boxed(*b"CMT2", exif)].concat();
    [boxed(*b"ftyp", b"crx \0\0\0\x01crx isom"), boxed(*b"moov", &boxed(*b"uuid", &camera))].concat()
}

fn fuji(jpeg: &[u8]) -> Vec<u8> {
    let mut bytes = b"FUJIFILMCCD-RAW 0201FF383501".to_vec();
    bytes.resize(84, 0);
    bytes.extend(148_u32.to_be_bytes());
    bytes.resize(148, 0);
    bytes.extend(jpeg);
    bytes
}

/// The same picture in all formats that keep EXIF.
fn files(exif: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    fn written(mut encoder: impl ImageEncoder, exif: &[u8]) {
        encoder.set_exif_metadata(exif.to_vec()).unwrap();
        let picture = gradient(40, 30);
        encoder.write_image(picture.as_bytes(), 40, 30, picture.color().into()).unwrap();
    }
    let (mut png, mut webp) = (Vec::new(), Vec::new());
    written(PngEncoder::new(&mut png), exif);
    written(WebPEncoder::new_lossless(&mut webp), exif);
    let counted = [&[0; 4], exif].concat();
    let named = [b"\0\0\0\x06Exif\0\0", exif].concat();
    let jxl = |content: &[u8]| [b"\0\0\0\x0cJXL \r\n\x87\n".to_vec(), boxed(*b"Exif", content)].concat();
    vec![
        ("image/jpeg", jpeg(exif.to_vec())),
        ("image/png", png),
        ("image/webp", webp),
        ("image/tiff", exif.to_vec()),
        ("image/x-nikon-nef", exif.to_vec()),
        ("image/jxl", jxl(&counted)),
        ("image/jxl", jxl(&named)),
        ("image/vnd.adobe.photoshop", photoshop(exif)),
        ("image/x-canon-cr3", canon(exif)),
        ("image/x-fuji-raf", fuji(&jpeg(exif.to_vec()))),
    ]
}

#[test]
fn every_format_that_keeps_a_date_is_read() {
    for (media_type, bytes) in files(&exif(DATE)) {
        assert_eq!(of_picture(on_disk(&bytes).path(), media_type).unwrap(), taken(), "{media_type}");
    }
    // In raw files of Canon, the directory is by itself.
    let alone = [b"MM\0\x2a\0\0\0\x08".as_slice(), &texts(8, &[(36867, DATE), (37521, "25")])].concat();
    assert_eq!(of_picture(on_disk(&canon(&alone)).path(), "image/x-canon-cr3").unwrap(), taken());
    for ending in [".heic", ".avif"] {
        let source = tempfile::Builder::new().suffix(".jpg").tempfile().unwrap();
        std::fs::write(source.path(), jpeg(exif(DATE))).unwrap();
        let heif = made_by("heif-enc", &format!("-q 80 {} -o %", source.path().display()), ending);
        assert_eq!(of_picture(&heif, "image/heif").unwrap(), taken(), "{ending}");
    }
}

#[test]
fn what_has_no_date_or_is_cut_has_none() {
    for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP, ImageFormat::Gif, ImageFormat::Tiff] {
        let bytes = file(&gradient(40, 30), format);
        assert_eq!(of_picture(on_disk(&bytes).path(), format.to_mime_type()).unwrap(), None, "{format:?}");
    }
    // That of the last change, and that of a scan, are not that of the picture.
    let others = [b"MM\0\x2a\0\0\0\x08".as_slice(), &texts(8, &[(306, DATE), (36868, DATE)])].concat();
    assert_eq!(of_picture(on_disk(&others).path(), "image/tiff").unwrap(), None);
    for (media_type, bytes) in
        files(&exif("    :  :     :  :  ")).into_iter().chain(files(&exif("0000:00:00 00:00:00")))
    {
        assert_eq!(of_picture(on_disk(&bytes).path(), media_type).unwrap(), None, "{media_type}");
    }
    for (media_type, bytes) in files(&exif(DATE)) {
        for end in 0..bytes.len().min(500) {
            let found = of_picture(on_disk(&bytes[..end]).path(), media_type).unwrap();
            assert!(
                found.is_none() || found == taken() || found == Captured::of_exif(DATE, None),
                "{media_type} {end}"
            );
        }
        // Each byte is a wrong one at some time, also in the places of offsets and lengths.
        for at in 0..bytes.len().min(500) {
            let mut wrong = bytes.clone();
            wrong[at] = !wrong[at];
            of_picture(on_disk(&wrong).path(), media_type).unwrap();
        }
    }
}

#[tokio::test]
async fn videos_tell_it_in_their_container() {
    let utc = Captured::of_container("2024-05-01T22:30:05.000000Z");
    let local = Captured::of_container("2024-05-01T18:30:05-0400");
    let date = "-metadata creation_time=2024-05-01T22:30:05Z";
    let apple = "-movflags use_metadata_tags -metadata com.apple.quicktime.creationdate=2024-05-01T18:30:05-0400";
    for (options, ending, expected) in [
        (date.to_owned(), ".mp4", utc),
        (date.to_owned(), ".mkv", utc),
        (format!("{date} {apple}"), ".mov", local),
        (String::new(), ".mp4", None),
    ] {
        let video = clip("64x48", 0.2, &options, ending);
        assert_eq!(identify(&video).await.unwrap().captured, expected, "{options} {ending}");
    }
    let recording = made_by("ffmpeg", &format!("-v error -f lavfi -i sine=duration=0.2 {date} -y %"), ".m4a");
    assert_eq!(identify(&recording).await.unwrap().captured, None, "nothing was taken");
    let photo = on_disk(&jpeg(exif(DATE)));
    assert_eq!(identify(photo.path()).await.unwrap().captured, taken());
}

/// What a file tells of its picture stays in the original.
#[tokio::test]
async fn no_date_is_left_in_what_is_made() {
    let photo = on_disk(&jpeg(exif(DATE)));
    let wanted = [Preset::Thumbnail, Preset::Preview]
        .map(|preset| crate::ProxySpec { rendition: preset.plain(), size: preset.default_size() });
    let made = crate::pictures(photo.path(), "image/jpeg", wanted.to_vec(), None).await.unwrap();
    for proxy in made.proxies {
        let has_date = proxy.bytes.windows(DATE.len()).any(|part| part == DATE.as_bytes());
        assert!(!has_date, "{:?}", proxy.rendition);
    }
}
