//! Videos that `ffmpeg` makes, made into smaller ones.

use super::*;
use crate::{
    pictures,
    test_files::{clip, file, made_by, turned},
};
use domain::{
    Preset,
    watermark::{Opacity, Placement},
};
use image::{DynamicImage, GenericImageView, ImageFormat, RgbImage, Rgba, RgbaImage};
use serde_json::{Value, json};
use std::process::Command;

mod colours;
mod length;
mod posters;
mod tracks;

const SMALL: ProxySpec = ProxySpec { rendition: Preset::Video480.plain(), size: 160 };

fn streams(path: &Path) -> Value {
    let done = Command::new("ffprobe")
        .args(["-v", "error", "-of", "json", "-show_streams", "-show_format", "-show_chapters"])
        .arg(path)
        .output()
        .unwrap();
    serde_json::from_slice(&done.stdout).unwrap()
}

async fn made(
    original: &Path,
    wanted: ProxySpec,
    mark: Option<Arc<WatermarkImage>>,
) -> (RenderedVideo, tempfile::NamedTempFile) {
    let output = tempfile::NamedTempFile::new().unwrap();
    (video(original, &wanted, mark, VideoQuality::default(), output.path()).await.unwrap(), output)
}

/// A frame of a proxy as it is shown: the proxy says that it is BT.709 with 16 to 235.
fn shown(path: &Path, seconds: f64) -> RgbImage {
    let told = &streams(path)["streams"][0];
    for name in ["color_space", "color_transfer", "color_primaries"] {
        assert_eq!(told[name], "bt709", "{name}");
    }
    assert_eq!(told["color_range"], "tv");
    let png = tempfile::Builder::new().suffix(".png").tempfile().unwrap();
    let exact = "scale=in_color_matrix=bt709:in_range=limited:flags=accurate_rnd+full_chroma_int,format=rgb24";
    let done = Command::new("ffmpeg")
        .args(["-v", "error", "-ss", &seconds.to_string(), "-i"])
        .arg(path)
        .args(["-vf", exact, "-frames:v", "1", "-y"])
        .arg(png.path())
        .status();
    assert!(done.unwrap().success());
    image::open(png.path()).unwrap().into_rgb8()
}

/// The poster of a video.
async fn poster(original: &Path) -> RgbImage {
    let wanted = ProxySpec { rendition: Preset::Poster.plain(), size: 1280 };
    let made = pictures(original, "video/mp4", vec![wanted], None).await.unwrap();
    image::load_from_memory(&made.proxies[0].bytes).unwrap().into_rgb8()
}

/// Whether each of the three values is as far from the other as is allowed.
fn near(one: [u8; 3], other: [u8; 3], most: u8) -> bool {
    one.into_iter().zip(other).all(|(one, other)| one.abs_diff(other) <= most)
}

#[tokio::test]
async fn a_video_becomes_small_and_plays_everywhere() {
    let original =
        clip("322x242", 1.0, "-c:v mpeg4 -c:a ac3 -ac 1 -metadata location=+48-016/ -metadata title=Secret", ".mov");
    let (size, output) = made(&original, SMALL, None).await;
    assert_eq!((size.width, size.height), (160, 120));
    let told = streams(output.path());
    assert_eq!(
        (&told["streams"][0]["codec_name"], &told["streams"][0]["pix_fmt"]),
        (&"h264".into(), &"yuv420p".into())
    );
    assert_eq!((&told["streams"][0]["width"], &told["streams"][0]["height"]), (&160.into(), &120.into()));
    assert_eq!((&told["streams"][1]["codec_name"], &told["streams"][1]["channels"]), (&"aac".into(), &2.into()));
    let bytes = std::fs::read(output.path()).unwrap();
    let at = |part: &[u8]| bytes.windows(part.len()).position(|window| window == part);
    assert!(at(b"moov") < at(b"mdat"), "the table comes before the frames");
    assert_eq!((at(b"Secret"), at(b"+48-016")), (None, None));
}

#[tokio::test]
async fn nothing_is_enlarged_and_sizes_are_even() {
    let original = clip("99x51", 0.4, "-an -c:v ffv1", ".mkv");
    let (size, output) = made(&original, ProxySpec { size: 1920, ..SMALL }, None).await;
    assert_eq!((size.width, size.height), (98, 50));
    assert_eq!(streams(output.path())["streams"].as_array().unwrap().len(), 1, "a silent one stays silent");
}

#[tokio::test]
async fn a_turned_video_is_upright() {
    let upright = clip("320x240", 0.4, "", ".mp4");
    let turned = turned(&upright);
    let (size, output) = made(turned.path(), SMALL, None).await;
    assert_eq!((size.width, size.height), (120, 160));
    assert_eq!(streams(output.path())["streams"][0]["width"], 120);
}

#[tokio::test]
async fn every_frame_is_marked() {
    let mark = DynamicImage::ImageRgba8(RgbaImage::from_pixel(10, 10, Rgba([0, 255, 0, 255])));
    let mark =
        WatermarkImage::decode(&file(&mark, ImageFormat::Png), Opacity::try_from(1.0).unwrap(), Placement::Center)
            .unwrap();
    let mark = Arc::new(mark);
    let black = made_by("ffmpeg", "-v error -f lavfi -i color=black:size=320x240:rate=10:duration=1 -y %", ".mp4");
    let (_, output) = made(&black, ProxySpec { rendition: Preset::Video480.watermarked(), ..SMALL }, Some(mark)).await;
    let frames = tempfile::tempdir().unwrap();
    let pattern = frames.path().join("%d.png");
    let done = Command::new("ffmpeg").args(["-v", "error", "-i"]).arg(output.path()).arg(pattern).status().unwrap();
    assert!(done.success());
    let frames: Vec<_> =
        std::fs::read_dir(frames.path()).unwrap().map(|frame| image::open(frame.unwrap().path()).unwrap()).collect();
    assert_eq!(frames.len(), 10);
    for frame in frames {
        let (marked, plain) = (frame.get_pixel(80, 60).0, frame.get_pixel(10, 10).0);
        assert!(marked[1] > 200 && marked[0] < 60 && plain[1] < 30, "{marked:?} {plain:?}");
    }
}

#[tokio::test]
async fn what_is_no_video_is_refused() {
    let sound = made_by("ffmpeg", "-v error -f lavfi -i sine=duration=1 -y %", ".mp4");
    let cut = clip("320x240", 1.0, "", ".mp4");
    let bytes = std::fs::read(&cut).unwrap();
    std::fs::write(&cut, &bytes[..bytes.len() / 3]).unwrap();
    let none = clip("320x240", 1.0, "-frames:v 0 -an", ".avi");
    let nothing = clip("320x240", 1.0, "-frames:v 0 -an", ".mkv");
    for (original, part) in [
        (&sound, "The file holds no video."),
        (&cut, "The file is incomplete: its end is missing. Upload it again"),
        (&none, "The video has no frames."),
        (&nothing, "The video has no frames."),
    ] {
        let output = tempfile::NamedTempFile::new().unwrap();
        let refusal = video(original, &SMALL, None, VideoQuality::default(), output.path()).await.unwrap_err();
        assert!(matches!(&refusal, MediaError::Unusable(reason) if reason.contains(part)), "{refusal:?}");
        let refusal = pictures(original, "video/mp4", vec![SMALL], None).await.unwrap_err();
        assert!(matches!(&refusal, MediaError::Unusable(reason) if reason.contains(part)), "{refusal:?}");
    }
}

#[tokio::test]
async fn a_playlist_opens_no_other_file() {
    let hidden = clip("320x240", 0.4, "", ".ts");
    for list in [
        format!("#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{}\n#EXT-X-ENDLIST\n", hidden.display()),
        format!("ffconcat version 1.0\nfile {}\n", hidden.display()),
    ] {
        let list = crate::test_files::on_disk(list.as_bytes());
        let output = tempfile::NamedTempFile::new().unwrap();
        let refusal = video(list.path(), &SMALL, None, VideoQuality::default(), output.path()).await.unwrap_err();
        assert!(matches!(refusal, MediaError::Unusable(_)), "{refusal:?}");
    }
}

#[tokio::test]
async fn a_mark_that_is_missing_is_ours_to_mend() {
    let original = clip("320x240", 0.4, "", ".mp4");
    let output = tempfile::NamedTempFile::new().unwrap();
    let wanted = ProxySpec { rendition: Preset::Video480.watermarked(), ..SMALL };
    let failed = video(&original, &wanted, None, VideoQuality::default(), output.path()).await;
    assert!(matches!(failed, Err(MediaError::Failed(_))), "{failed:?}");
}
