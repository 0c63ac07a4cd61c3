//! Files with several tracks, some of which cannot be decoded or are not meant to be watched.

use super::*;
use crate::test_files::on_disk;

/// Renames the first track of this codec to one that no program knows.
fn unknown(mp4: &Path, codec: &[u8]) -> tempfile::NamedTempFile {
    let mut bytes = std::fs::read(mp4).unwrap();
    let table = bytes.windows(4).position(|four| four == b"moov").unwrap();
    let at = table + bytes[table..].windows(4).position(|four| four == codec).unwrap();
    bytes[at..at + 4].copy_from_slice(b"apac");
    on_disk(&bytes)
}

fn of_type(path: &Path, kind: &str) -> Vec<Value> {
    let told = streams(path)["streams"].clone();
    told.as_array().unwrap().iter().filter(|stream| stream["codec_type"] == kind).cloned().collect()
}

#[tokio::test]
async fn the_first_sound_that_can_be_decoded_is_taken() {
    let two = "-v error -f lavfi -i testsrc2=size=320x240:rate=25:duration=1 -f lavfi -i anullsrc=duration=1 \
               -f lavfi -i sine=frequency=880:duration=1 -map 0 -map 1 -map 2 -t 1 -c:a:0 ac3 -c:a:1 aac -y %";
    let original = unknown(&made_by("ffmpeg", two, ".mp4"), b"ac-3");
    let (_, output) = made(original.path(), SMALL, None).await;
    assert_eq!(of_type(output.path(), "audio").len(), 1);
    let measured = Command::new("ffmpeg")
        .args(["-i"])
        .arg(output.path())
        .args(["-af", "volumedetect", "-vn", "-f", "null", "-"])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&measured.stderr).into_owned();
    let loud = said.split("max_volume: ").nth(1).unwrap().split(' ').next().unwrap().parse::<f64>().unwrap();
    assert!(loud > -30.0, "the tone is heard: {loud} dB");
}

#[tokio::test]
async fn a_video_whose_sound_cannot_be_decoded_is_silent() {
    let original = unknown(&clip("320x240", 1.0, "-c:a ac3", ".mp4"), b"ac-3");
    let (size, output) = made(original.path(), SMALL, None).await;
    assert_eq!((size.width, size.height), (160, 120));
    assert_eq!((of_type(output.path(), "audio").len(), of_type(output.path(), "video").len()), (0, 1));
}

#[tokio::test]
async fn a_video_that_cannot_be_decoded_is_refused_with_what_to_do() {
    let original = unknown(&clip("320x240", 1.0, "-c:v libx264", ".mp4"), b"avc1");
    let output = tempfile::NamedTempFile::new().unwrap();
    let refusal = video(original.path(), &SMALL, None, VideoQuality::default(), output.path()).await.unwrap_err();
    assert!(refusal.to_string().contains("Export it as MP4 with H.264."), "{refusal}");
}

#[tokio::test]
async fn cover_art_is_no_video_wherever_it_is() {
    let red = made_by("ffmpeg", "-v error -f lavfi -i color=red:size=640x480 -frames:v 1 -y %", ".jpg");
    let sources = format!("-v error -f lavfi -i color=blue:size=320x240:rate=25:duration=1 -i {}", red.display());
    let marked = "-map 1 -map 0 -c:v:0 mjpeg -c:v:1 libx264 -disposition:v:0 attached_pic -disposition:v:1 default";
    let unmarked = "-map 1 -map 0 -c:v:0 mjpeg -c:v:1 libx264 -disposition:v:0 default";
    for (more, ending) in [(marked, ".mp4"), (unmarked, ".mkv")] {
        let original = made_by("ffmpeg", &format!("{sources} {more} -y %"), ending);
        let (size, output) = made(&original, ProxySpec { size: 1920, ..SMALL }, None).await;
        assert_eq!((size.width, size.height), (320, 240), "{ending}");
        let (video, still) = (shown(output.path(), 0.5).get_pixel(9, 9).0, poster(&original).await.get_pixel(9, 9).0);
        assert!(near(video, [0, 0, 255], 4) && near(still, [0, 0, 255], 4), "{ending}: {video:?} {still:?}");
    }
}

#[tokio::test]
async fn of_two_videos_the_main_one_is_taken_or_else_the_largest() {
    let sources = "-v error -f lavfi -i color=red:size=160x90:duration=1 -f lavfi -i color=blue:size=320x180:duration=1 \
                   -map 0 -map 1 -c:v libx264";
    for (main, width) in [
        ("-disposition:v:0 default -disposition:v:1 0", 160),
        ("-disposition:v:0 0 -disposition:v:1 default", 320),
        ("-disposition:v:0 default -disposition:v:1 default", 320),
    ] {
        let original = made_by("ffmpeg", &format!("{sources} {main} -y %"), ".mkv");
        let (size, _) = made(&original, ProxySpec { size: 1920, ..SMALL }, None).await;
        assert_eq!(size.width, width, "{main}");
    }
}

#[tokio::test]
async fn subtitles_that_are_text_are_kept_with_their_language() {
    let text = tempfile::Builder::new().suffix(".srt").tempfile().unwrap();
    std::fs::write(text.path(), "1\n00:00:00,200 --> 00:00:00,900\nGood morning\n").unwrap();
    let sources = format!(
        "-v error -f lavfi -i testsrc2=size=320x240:rate=25:duration=1 -f lavfi -i sine=duration=1 -i {}",
        text.path().display()
    );
    let more =
        "-map 0 -map 1 -map 2 -metadata:s:s:0 language=deu -metadata:s:s:0 title=Secret -metadata:s:a:0 language=eng";
    let original = made_by("ffmpeg", &format!("{sources} {more} -y %"), ".mkv");
    let (_, output) = made(&original, SMALL, None).await;
    let subtitles = of_type(output.path(), "subtitle");
    assert_eq!((&subtitles[0]["codec_name"], &subtitles[0]["tags"]["language"]), (&"mov_text".into(), &"deu".into()));
    assert_eq!(of_type(output.path(), "audio")[0]["tags"]["language"], "eng");
    let bytes = std::fs::read(output.path()).unwrap();
    let holds = |part: &[u8]| bytes.windows(part.len()).any(|window| window == part);
    assert!(holds(b"Good morning") && !holds(b"Secret"));
}

/// A white bar that moves over black has no lines that differ from those above and below, except where two fields of
/// different times are shown as one frame.
fn combed(picture: &RgbImage) -> usize {
    let light = |x: u32, y: u32| i32::from(picture.get_pixel(x, y).0[1]);
    let differs = |x: u32, y: u32| {
        let (above, here, below) = (light(x, y - 1), light(x, y), light(x, y + 1));
        (above - here).abs() > 60 && (here - below).abs() > 60 && (above - below).abs() < 30
    };
    (0..picture.width())
        .flat_map(|x| (1..picture.height() - 1).map(move |y| (x, y)))
        .filter(|(x, y)| differs(*x, *y))
        .count()
}

#[tokio::test]
async fn frames_of_two_fields_are_made_whole() {
    let bar = "-v error -f lavfi -i color=black:size=320x240:rate=50:duration=1 -f lavfi -i color=white:size=40x240:rate=50 \
               -filter_complex [0][1]overlay=x=t*200:shortest=1,tinterlace=interleave_top,setfield=tff,format=yuv420p";
    for (more, ending) in [
        ("-c:v mpeg2video -flags +ildct+ilme -b:v 6M", ".ts"),
        ("-c:v libx264 -flags +ildct+ilme -x264-params tff=1", ".mp4"),
        // Only the container says it.
        ("-c:v rawvideo -pix_fmt uyvy422 -field_order tt", ".mov"),
    ] {
        let original = made_by("ffmpeg", &format!("{bar} {more} -y %"), ending);
        let (_, output) = made(&original, ProxySpec { size: 320, ..SMALL }, None).await;
        let combed = (combed(&shown(output.path(), 0.5)), combed(&poster(&original).await));
        assert_eq!(combed, (0, 0), "{ending}");
    }
}
