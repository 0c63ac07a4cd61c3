use super::*;
use crate::{
    ProxySpec, pictures,
    test_files::{file, gradient, made_by, on_disk, photo},
};
use domain::Preset;
use image::{DynamicImage, ImageFormat};

/// A sound with these pictures.
fn sound(pictures: &[&Path], ending: &str) -> tempfile::TempPath {
    let inputs: Vec<String> = pictures.iter().map(|path| format!(" -i {}", path.display())).collect();
    let maps: Vec<String> = (1..=pictures.len()).map(|index| format!(" -map {index}")).collect();
    let (inputs, maps) = (inputs.concat(), maps.concat());
    let source = "-v error -f lavfi -i sine=duration=1";
    made_by("ffmpeg", &format!("{source}{inputs} -map 0{maps} -c:v copy -disposition:v attached_pic -y %"), ending)
}

async fn shown(original: &Path, media_type: &str) -> Result<DynamicImage, MediaError> {
    let wanted = vec![ProxySpec { rendition: Preset::Preview.plain(), longest_edge: 1280 }];
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
        assert!(has_cover(&sound).await.unwrap(), "{ending}");
        let shown = shown(&sound, media_type).await.unwrap();
        assert_eq!((shown.width(), shown.height()), (300, 200), "{ending}");
        assert_left_is_red(&shown);
    }
    let plain = made_by("ffmpeg", "-v error -f lavfi -i sine=duration=1 -y %", ".mp3");
    assert!(!has_cover(&plain).await.unwrap());
    assert!(matches!(shown(&plain, "audio/mpeg").await, Err(MediaError::Unusable(_))));
}

#[tokio::test]
async fn the_front_is_the_cover_and_it_is_upright() {
    let back = on_disk(&file(&gradient(50, 50), ImageFormat::Jpeg));
    let front = on_disk(&photo(200, 300, 6, None));
    let sound = sound(&[back.path(), front.path()], ".mp3");
    let mut told = probe::ask(&sound).await.unwrap();
    assert_eq!(stream(&told), Some(1));
    // As `ffprobe` names the kind of a picture in ID3.
    told["streams"][2]["tags"]["comment"] = "Cover (front)".into();
    assert_eq!(stream(&told), Some(2));
    let turned = self::sound(&[front.path()], ".flac");
    let shown = shown(&turned, "audio/x-flac").await.unwrap();
    assert_eq!((shown.width(), shown.height()), (300, 200));
}

#[tokio::test]
async fn a_cover_that_is_no_picture_is_refused() {
    let jpeg = file(&gradient(300, 200), ImageFormat::Jpeg);
    let sound = sound(&[on_disk(&jpeg).path()], ".mp3");
    let mut bytes = std::fs::read(&sound).unwrap();
    let at = bytes.windows(jpeg.len()).position(|part| part == jpeg).unwrap();
    bytes[at..at + jpeg.len()].fill(0xaa);
    let refusal = shown(on_disk(&bytes).path(), "audio/mpeg").await.unwrap_err();
    assert!(matches!(&refusal, MediaError::Unusable(reason) if reason.contains("cover")), "{refusal:?}");
}
