//! How long and how large proxies are.

use super::*;

fn seconds(path: &Path) -> f64 {
    streams(path)["format"]["duration"].as_str().unwrap().parse().unwrap()
}

/// A frame at 0, 10 and 20 seconds, where the file says that it ends at 20.033; and a recording with a pause.
#[tokio::test]
async fn a_pause_makes_no_video_longer() {
    let source = "-v error -f lavfi -i testsrc2=size=320x240:rate=10:duration=20.5 -fps_mode vfr";
    let frames = "-vf select=eq(n\\,0)+eq(n\\,100)+eq(n\\,200)";
    let pause = "-vf select=lt(t\\,1)+gte(t\\,20)";
    for (more, ending) in [
        (format!("{frames} -c:v libvpx -deadline realtime"), ".webm"),
        (format!("{pause} -c:v libx264"), ".mp4"),
        (format!("{pause} -c:v libx264"), ".mkv"),
    ] {
        let original = made_by("ffmpeg", &format!("{source} {more} -y %"), ending);
        let (_, output) = made(&original, SMALL, None).await;
        let (before, after) = (seconds(&original), seconds(output.path()));
        assert!(after <= before + 0.001 && after > before - 0.1, "{ending}: {before} {after}");
        // Each frame is shown at its time.
        let frame = |at: f64| shown(output.path(), at).into_raw();
        let changed: u64 =
            frame(5.0).into_iter().zip(frame(15.0)).map(|(one, other)| u64::from(one.abs_diff(other))).sum();
        let mean = changed / (160 * 120 * 3);
        assert!(if ending == ".webm" { mean > 5 } else { mean < 3 }, "{ending}: {mean}");
    }
}

/// Two frames, and more than a day between them: made to last, they would be millions.
#[tokio::test]
async fn nothing_is_rendered_for_days() {
    let source = "-v error -f lavfi -i testsrc2=size=320x240:rate=1:duration=2";
    let days = "-vf settb=1/1000,setpts=N*90000000 -fps_mode vfr -c:v libx264";
    let original = made_by("ffmpeg", &format!("{source} {days} -y %"), ".mkv");
    let output = tempfile::NamedTempFile::new().unwrap();
    let refused = video(&original, &SMALL, None, VideoQuality::default(), output.path()).await;
    let Err(MediaError::Unusable(reason)) = refused else { panic!("{refused:?}") };
    assert!(reason.contains("longer than a day"), "{reason}");
}

#[tokio::test]
async fn sound_that_begins_late_stays_with_its_picture() {
    let sources =
        "-v error -f lavfi -i testsrc2=size=320x240:rate=25:duration=2 -itsoffset 1 -f lavfi -i sine=duration=1";
    let original = made_by("ffmpeg", &format!("{sources} -map 0 -map 1 -y %"), ".mkv");
    let (_, output) = made(&original, SMALL, None).await;
    let measured = Command::new("ffmpeg")
        .arg("-i")
        .arg(output.path())
        .args(["-af", "silencedetect=noise=-40dB:duration=0.5", "-vn", "-f", "null", "-"])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&measured.stderr).into_owned();
    let end = said.split("silence_end: ").nth(1).unwrap().split(' ').next().unwrap().parse::<f64>().unwrap();
    assert!((end - 1.0).abs() < 0.1, "{end}");
}

/// What an encoder with much time has made small grows when it is encoded in less time.
#[tokio::test]
async fn a_recording_of_a_screen_does_not_grow() {
    let source = "-v error -f lavfi -i testsrc2=size=640x360:rate=30:duration=6 -c:v libx264 -preset slow -crf 30";
    let original = made_by("ffmpeg", &format!("{source} -y %"), ".mp4");
    let (_, output) = made(&original, ProxySpec { size: 1920, ..SMALL }, None).await;
    let bytes = |path: &Path| std::fs::metadata(path).unwrap().len();
    let (before, after) = (bytes(&original), bytes(output.path()));
    assert!(before > 64 * 1024 && after <= before + before / 10, "{before} {after}");
}

#[tokio::test]
async fn a_second_copy_of_the_original_is_known() {
    let full = ProxySpec { size: 1920, ..SMALL };
    let small = clip("640x360", 3.0, "-c:v libx264 -preset slow -crf 30 -c:a aac -b:a 64k", ".mp4");
    assert!(made(&small, full, None).await.0.is_copy);
    assert!(!made(&small, SMALL, None).await.0.is_copy, "it is smaller");
    let large = clip("640x360", 3.0, "-c:v libx264 -preset ultrafast -crf 5 -c:a aac", ".mp4");
    assert!(!made(&large, full, None).await.0.is_copy, "it has fewer bytes");
    let other = clip("640x360", 3.0, "-c:v libvpx-vp9 -deadline realtime -b:v 200k -c:a libopus", ".webm");
    assert!(!made(&other, full, None).await.0.is_copy, "it plays on more devices");
    assert!(has_equal_sizes(&small, 854, 1920).await.unwrap() && !has_equal_sizes(&small, 160, 1920).await.unwrap());
}

#[tokio::test]
async fn a_video_of_noise_stays_within_its_bit_rate() {
    let noise =
        "-v error -f lavfi -i nullsrc=size=640x360:rate=30:duration=4 -vf geq=random(1)*255:128:128 -c:v mjpeg -q:v 2";
    let original = made_by("ffmpeg", &format!("{noise} -y %"), ".avi");
    let (_, output) = made(&original, ProxySpec { size: 640, ..SMALL }, None).await;
    let bits = std::fs::metadata(output.path()).unwrap().len() * 8;
    // Four seconds, and the two that the decoder's buffer holds.
    let most = rate::most_bits((640, 360)) * 6;
    assert!(bits > most / 4 && bits <= most, "{bits} {most}");
}
