use super::*;
use crate::{
    identify,
    test_files::{file, gradient, made_by, on_disk, photo},
};
use domain::Preset;
use image::{DynamicImage, ImageFormat};
use tempfile::NamedTempFile;

/// A sound with these pictures.
fn sound(pictures: &[&Path], ending: &str) -> tempfile::TempPath {
    let inputs: Vec<String> = pictures.iter().map(|path| format!(" -i {}", path.display())).collect();
    let maps: Vec<String> = (1..=pictures.len()).map(|index| format!(" -map {index}")).collect();
    let (inputs, maps) = (inputs.concat(), maps.concat());
    let source = "-v error -f lavfi -i sine=duration=1";
    made_by("ffmpeg", &format!("{source}{inputs} -map 0{maps} -c:v copy -disposition:v attached_pic -y %"), ending)
}

async fn shown(original: &Path, media_type: &str) -> Result<DynamicImage, MediaError> {
    let wanted = vec![ProxySpec { rendition: Preset::Preview.plain(), size: 1280 }];
    let made = pictures(original, media_type, wanted, None).await?;
    Ok(image::load_from_memory(&made.proxies[0].bytes).unwrap())
}

fn assert_left_is_red(picture: &DynamicImage) {
    let (picture, middle) = (picture.to_rgb8(), picture.height() / 2);
    let (left, right) = (picture.get_pixel(2, middle).0, picture.get_pixel(picture.width() - 3, middle).0);
    assert!(left[0] > 215 && left[2] < 45 && right[0] < 45 && right[2] > 215, "{left:?} {right:?}");
}

#[tokio::test]
async fn the_cover_of_any_recording_is_found_and_shown() {
    let jpeg = on_disk(&file(&gradient(300, 200), ImageFormat::Jpeg));
    let png = on_disk(&file(&gradient(300, 200), ImageFormat::Png));
    for (picture, ending, media_type) in [
        (&jpeg, ".mp3", "audio/mpeg"),
        (&png, ".mp3", "audio/mpeg"),
        (&jpeg, ".m4a", "audio/m4a"),
        (&jpeg, ".flac", "audio/x-flac"),
    ] {
        let sound = sound(&[picture.path()], ending);
        let identified = identify(&sound).await.unwrap();
        assert!(identified.has_cover, "{ending}");
        assert!(identified.duration_seconds.is_some_and(|seconds| (0.9..1.2).contains(&seconds)), "{identified:?}");
        let shown = shown(&sound, media_type).await.unwrap();
        assert_eq!((shown.width(), shown.height()), (300, 200), "{ending}");
        assert_left_is_red(&shown);
    }
    let plain = made_by("ffmpeg", "-v error -f lavfi -i sine=duration=1 -y %", ".mp3");
    assert!(!identify(&plain).await.unwrap().has_cover);
    assert!(matches!(shown(&plain, "audio/mpeg").await, Err(MediaError::Unusable(_))));
}

#[tokio::test]
async fn the_front_is_the_cover_and_it_is_upright() {
    let back = on_disk(&file(&gradient(50, 50), ImageFormat::Jpeg));
    let front = on_disk(&photo(200, 300, 6, None));
    let sound = sound(&[back.path(), front.path()], ".mp3");
    let mut told = probe::ask(&sound).await.unwrap();
    assert_eq!(places(&told), [Place::Stream(1), Place::Stream(2)]);
    // As `ffprobe` names the kind of a picture in ID3.
    told["streams"][2]["tags"]["comment"] = "Cover (front)".into();
    assert_eq!(places(&told), [Place::Stream(2), Place::Stream(1)]);
    let turned = self::sound(&[front.path()], ".flac");
    let shown = shown(&turned, "audio/x-flac").await.unwrap();
    assert_eq!((shown.width(), shown.height()), (300, 200));
}

/// A sound of which the bytes of this picture are others.
fn damaged(pictures: &[&[u8]], picture: &[u8], others: impl Fn(&mut [u8])) -> NamedTempFile {
    let files: Vec<_> = pictures.iter().map(|bytes| on_disk(bytes)).collect();
    let sound = sound(&files.iter().map(NamedTempFile::path).collect::<Vec<_>>(), ".mp3");
    let mut bytes = std::fs::read(&sound).unwrap();
    let at = bytes.windows(picture.len()).position(|part| part == picture).unwrap();
    others(&mut bytes[at..at + picture.len()]);
    on_disk(&bytes)
}

#[tokio::test]
async fn a_cover_that_is_no_picture_is_refused() {
    let jpeg = file(&gradient(300, 200), ImageFormat::Jpeg);
    let sound = damaged(&[&jpeg], &jpeg, |bytes| bytes.fill(0xaa));
    let refusal = shown(sound.path(), "audio/mpeg").await.unwrap_err();
    let words = "The cover of the recording is no picture that can be read. Set another one, as a JPEG or PNG.";
    assert_eq!(refusal.to_string(), words);
}

#[tokio::test]
async fn another_cover_is_shown_if_the_best_one_is_damaged() {
    let (front, back) = (file(&gradient(60, 60), ImageFormat::Jpeg), file(&gradient(300, 200), ImageFormat::Png));
    let sound = damaged(&[&front, &back], &front, |bytes| bytes[20..].fill(0xaa));
    let shown = shown(sound.path(), "audio/mpeg").await.unwrap();
    assert_eq!((shown.width(), shown.height()), (300, 200));
}

#[tokio::test]
async fn a_cover_is_shown_whatever_type_is_told() {
    let jpeg = on_disk(&file(&gradient(300, 200), ImageFormat::Jpeg));
    for ending in [".mp3", ".flac"] {
        let sound = sound(&[jpeg.path()], ending);
        let mut bytes = std::fs::read(&sound).unwrap();
        // The name of the type is kept as long as it was.
        let at = bytes.windows(10).position(|part| part == b"image/jpeg").unwrap();
        bytes[at..at + 10].copy_from_slice(b"image/tiff");
        let shown = shown(on_disk(&bytes).path(), "audio/mpeg").await.unwrap();
        assert_eq!((shown.width(), shown.height()), (300, 200), "{ending}");
    }
}

#[tokio::test]
async fn a_cover_that_is_left_out_is_told() {
    let jpeg = on_disk(&file(&gradient(300, 200), ImageFormat::Jpeg));
    for ending in [".mp3", ".flac"] {
        let sound = sound(&[jpeg.path()], ending);
        let mut bytes = std::fs::read(&sound).unwrap();
        let at = bytes.windows(10).position(|part| part == b"image/jpeg").unwrap();
        assert_eq!(identify(on_disk(&bytes).path()).await.unwrap().warning, None, "{ending}");
        bytes[at..at + 10].copy_from_slice(b"image/webq");
        let found = identify(on_disk(&bytes).path()).await.unwrap();
        let told = found.warning.is_some_and(|warning| warning.contains("has a cover whose type is told wrong"));
        assert!(!found.has_cover && told, "{ending} {found:?}");
    }
}

/// A PNG of one color that says that it has this many pixels.
fn png_of(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = file(&gradient(8, 8), ImageFormat::Png);
    bytes[16..24].copy_from_slice(&[width.to_be_bytes(), height.to_be_bytes()].concat());
    let mut crc = flate2::Crc::new();
    crc.update(&bytes[12..29]);
    bytes[29..33].copy_from_slice(&crc.sum().to_be_bytes());
    bytes
}

#[tokio::test]
async fn a_cover_that_is_too_large_is_told_so() {
    let (small, large) = (png_of(8, 8), png_of(40_000, 40_000));
    let sound = damaged(&[&small], &small, |bytes| bytes.copy_from_slice(&large));
    let refusal = shown(sound.path(), "audio/mpeg").await.unwrap_err().to_string();
    assert!(
        refusal.starts_with("The cover of the recording cannot be shown: the picture has 40000 × 40000 pixels;"),
        "{refusal}"
    );
    assert!(refusal.ends_with("Set another one, as a JPEG or PNG."), "{refusal}");
    let mut heavy = file(&gradient(300, 200), ImageFormat::Jpeg);
    heavy.resize(65 * 1024 * 1024, 0);
    let sound = self::sound(&[on_disk(&heavy).path()], ".mp3");
    let refusal = shown(&sound, "audio/mpeg").await.unwrap_err().to_string();
    let words = "The cover of the recording cannot be shown: the picture has more than 64 MB. Set another one, as a JPEG or PNG.";
    assert_eq!(refusal, words);
}

#[tokio::test]
async fn the_warning_of_a_cut_cover_speaks_of_the_cover() {
    let jpeg = file(&gradient(300, 200), ImageFormat::Jpeg);
    let cut = on_disk(&jpeg[..jpeg.len() * 2 / 3]);
    let sound = sound(&[cut.path()], ".mp3");
    let wanted = vec![ProxySpec { rendition: Preset::Preview.plain(), size: 1280 }];
    let warning = pictures(&sound, "audio/mpeg", wanted, None).await.unwrap().warning.unwrap();
    assert_eq!(
        warning,
        "The cover of the recording is shown, but has a defect: the JPEG ends in the middle, so that a part of its \
         pictures is missing. Set another one, as a JPEG or PNG."
    );
}

/// A Matroska recording with these attachments: their contents, types and names.
fn with_attachments(all: &[(&[u8], &str, &str)]) -> tempfile::TempPath {
    let files: Vec<_> = all.iter().map(|(bytes, ..)| on_disk(bytes)).collect();
    let attached: Vec<_> = files.iter().map(|file| format!(" -attach {}", file.path().display())).collect();
    let attached = attached.concat();
    let of = |(at, (_, media_type, name)): (usize, &(&[u8], &str, &str))| {
        format!(" -metadata:s:{0} mimetype={media_type} -metadata:s:{0} filename={name}", at + 1)
    };
    let told = all.iter().enumerate().map(of).collect::<Vec<_>>().concat();
    made_by("ffmpeg", &format!("-v error -f lavfi -i sine=duration=1{attached}{told} -y %"), ".mka")
}

#[tokio::test]
async fn of_the_attachments_the_one_named_cover_is_shown() {
    let (small, cover) = (file(&gradient(60, 40), ImageFormat::Png), file(&gradient(300, 200), ImageFormat::WebP));
    let sound = with_attachments(&[
        (b"a note", "text/plain", "notes.txt"),
        (&small, "image/png", "small_cover.png"),
        (&cover, "image/webp", "cover.webp"),
    ]);
    assert!(identify(&sound).await.unwrap().has_cover);
    let picture = shown(&sound, "audio/x-matroska").await.unwrap();
    assert_eq!((picture.width(), picture.height()), (300, 200));
    assert_left_is_red(&picture);
    let without = with_attachments(&[(b"a note", "text/plain", "notes.txt"), (b"\0\x01\0\0", "font/ttf", "a.ttf")]);
    assert!(!identify(&without).await.unwrap().has_cover);
}
