//! What a bad file may cost: each is looked at in a process of its own, whose memory and time are measured.

use domain::{Preset, VideoQuality, media::sniff};
use media::{MediaError, ProxySpec, pictures, video};
use nix::time::{ClockId, clock_gettime};
use serde_json::Value;
use std::{fs, path::Path, process::Command, time::Duration};
use tests::{fixtures, made};

/// In the environment of a process that looks at a file.
const FILE: &str = "VITRINE_TEST_FILE";

/// The most memory of any, in megabytes: what a decoder may take, and what the rest of the process does.
const MOST_MEMORY: u64 = 700;

/// The most processor time of any. The slowest here are those that are almost too large.
const MOST_TIME: Duration = Duration::from_secs(30);

/// What became of a file.
#[derive(Debug)]
struct Looked {
    outcome: String,
    megabytes: u64,
    took: Duration,
}

/// Does nothing, unless this process was started to look at a file.
#[tokio::test]
async fn looks_at_one_file() {
    let Some(file) = std::env::var_os(FILE) else { return };
    // As `vitrine` does.
    #[cfg(target_os = "linux")]
    nix::sys::prctl::set_thp_disable(true).unwrap();
    let outcome = match look(Path::new(&file)).await {
        Ok(made) => made,
        Err(MediaError::Unusable(reason)) => reason,
        Err(MediaError::Failed(error)) => format!("FAILED {error:#}"),
    };
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let highest = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    let kilobytes: u64 = highest.trim().trim_end_matches(" kB").parse().unwrap();
    let took = Duration::from(clock_gettime(ClockId::CLOCK_PROCESS_CPUTIME_ID).unwrap());
    println!("LOOKED {}", serde_json::json!([outcome, kilobytes / 1024, took.as_millis()]));
}

async fn look(file: &Path) -> Result<String, MediaError> {
    let media_type = sniff(&fs::read(file).unwrap()).media_type;
    let wanted = |preset: Preset, size| ProxySpec { rendition: preset.plain(), size };
    let all = [wanted(Preset::Fullscreen, 2560), wanted(Preset::Preview, 1280), wanted(Preset::Thumbnail, 320)];
    let made = pictures(file, media_type, all.to_vec(), None).await?;
    if media_type.starts_with("video/") {
        video(file, &wanted(Preset::Video480, 854), None, VideoQuality::default(), &file.with_extension("out.mp4"))
            .await?;
    }
    Ok(format!("{media_type} {}x{}", made.width, made.height))
}

fn looked(bytes: &[u8]) -> Looked {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, bytes).unwrap();
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", "jobs::bounds::looks_at_one_file", "--nocapture"]).env(FILE, &file);
    let output = child.output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    let line = text.lines().find_map(|line| line.split_once("LOOKED ")).unwrap_or_else(|| panic!("{output:?}")).1;
    let told: Value = serde_json::from_str(line).unwrap();
    Looked {
        outcome: told[0].as_str().unwrap().to_owned(),
        megabytes: told[1].as_u64().unwrap(),
        took: Duration::from_millis(told[2].as_u64().unwrap()),
    }
}

fn cut(mut bytes: Vec<u8>) -> Vec<u8> {
    bytes.truncate(bytes.len() / 2);
    bytes
}

/// A JPEG without its end, but with another picture behind it, for which the decoder gives up on both.
fn without_end(mut jpeg: Vec<u8>) -> Vec<u8> {
    jpeg.truncate(jpeg.len() - 2);
    jpeg.extend(fixtures::jpeg(64, 48));
    jpeg
}

#[test]
fn bad_files_cost_no_more_than_good_ones_and_their_faults_are_told() {
    let photo = fixtures::jpeg(640, 480);
    let zeros = fixtures::packed_zeros(400);
    let text = |before: &[u8]| [before, &zeros[..]].concat();
    let bad: Vec<(&str, Vec<u8>, &str)> = vec![
        ("no bytes", Vec::new(), "The file is empty."),
        ("a PNG of 50,000 by 50,000", fixtures::png_header(50_000, 50_000), "more than 30000 on an edge"),
        ("a PNG that unpacks to 900 megapixels", fixtures::png_of_zeros(30_000, 30_000), "more than 250 megapixels"),
        ("a profile of 400 MB in a PNG", fixtures::png_with_chunk(*b"iCCP", &text(b"profile\0\0")), "image/png 9x9"),
        ("a text of 400 MB in a PNG", fixtures::png_with_chunk(*b"zTXt", &text(b"Comment\0\0")), "image/png 9x9"),
        (
            "a text of 400 MB in a PNG, with its language",
            fixtures::png_with_chunk(*b"iTXt", &text(b"XML:com.adobe.xmp\0\x01\0\0\0")),
            "image/png 9x9",
        ),
        ("a JPEG of 5,000 passes", fixtures::jpeg_of_passes(10_000, 10_000, 5_000), "more passes"),
        ("a huge JPEG in passes", fixtures::jpeg_header_of_passes(20_000, 12_000), "MB of memory"),
        ("a GIF of 10,000 frames", fixtures::long_gif(10_000), "image/gif 8x8"),
        ("a TIFF of 240 megapixels", fixtures::tiff_of(16_000, 15_000, 3, &zeros), "MB of memory"),
        ("a TIFF that unpacks to more than it says", fixtures::tiff_of(100, 100, 3, &zeros), "image/tiff 100x100"),
        ("a WebP of 81 megapixels", fixtures::black_webp(9_000, 9_000), "MB of memory"),
        ("half a JPEG", cut(fixtures::detailed_jpeg(600, 400)), "image/jpeg 600x400"),
        ("half a PNG", cut(fixtures::png_with_alpha(300, 200)), "image/png 300x200"),
        ("half a GIF", cut(made::converted(&photo, "a.gif")), "image/gif 640x480"),
        ("half a WebP", cut(made::converted(&photo, "a.webp")), "The WebP "),
        ("half a TIFF", cut(made::converted(&photo, "a.tiff")), "The file ends in the middle."),
        ("half a HEIC", cut(made::heif(&photo, false)), "The HEIC or AVIF "),
        ("half an AVIF", cut(made::heif(&photo, true)), "The HEIC or AVIF "),
        ("half a PDF", cut(api::installation::samples::pdf().into_bytes()), "The PDF is damaged"),
        ("half a video", cut(made::video("a.mp4", "320x240", 1)), "The file is incomplete: "),
        ("a video without frames", made::video_without_frames(), "The video has no frames."),
        ("a picture that is a page as well", [&photo[..], b"<html><script>alert(1)"].concat(), "image/jpeg 640x480"),
    ];
    for (what, bytes, outcome) in bad {
        assert_bounded(what, &bytes, outcome);
    }
}

#[test]
fn what_is_almost_too_large_costs_no_more_than_allowed() {
    let black = fixtures::packed_zeros(300);
    let rgba = png::ColorType::Rgba;
    let large: Vec<(&str, Vec<u8>, &str)> = vec![
        ("a gray PNG", fixtures::png_of_zeros(15_800, 15_800), "image/png 15800x15800"),
        ("a deep PNG", fixtures::png_of_zeros_as(7_200, 7_200, rgba, png::BitDepth::Sixteen), "image/png 7200x7200"),
        ("a gray JPEG in passes", fixtures::jpeg_of_passes(29_000, 8_600, 2), "image/jpeg 29000x8600"),
        ("a JPEG in 50 passes", fixtures::jpeg_of_passes(14_000, 14_000, 50), "image/jpeg 14000x14000"),
        // Whether it is decoded a second time, without what follows, depends on how long the first time took.
        ("a JPEG in 50 passes before another one", without_end(fixtures::jpeg_of_passes(14_000, 14_000, 50)), ""),
        ("a GIF", fixtures::gif_on_a_screen(8_800, 8_800), "image/gif 8800x8800"),
        ("a TIFF", fixtures::tiff_of(9_500, 9_500, 3, &black), "image/tiff 9500x9500"),
        ("a WebP", fixtures::black_webp(7_500, 7_500), "image/webp 7500x7500"),
    ];
    for (what, bytes, outcome) in large {
        assert_bounded(what, &bytes, outcome);
    }
}

fn assert_bounded(what: &str, bytes: &[u8], outcome: &str) {
    let looked = looked(bytes);
    assert!(looked.outcome.contains(outcome), "{what}: {looked:?}");
    assert!(looked.megabytes < MOST_MEMORY && looked.took < MOST_TIME, "{what}: {looked:?}");
}
