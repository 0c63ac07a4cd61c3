//! The proxies of a photograph: against the bare decoder, which nobody can do without, and against sharp.

use crate::measure::{Row, median};
use domain::{
    Preset,
    watermark::{Opacity, Placement},
};
use image::{ImageEncoder, Rgba, RgbaImage, codecs::png::PngEncoder};
use media::{ProxySpec, WatermarkImage, pictures};
use std::{
    fs,
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    sync::{Arc, LazyLock},
    time::{Duration, Instant},
};
use tests::fixtures;
use turbojpeg::{Compressor, Decompressor, Image, PixelFormat, Subsamp};

/// The argument that makes this program make the proxies once, and tell its memory.
pub(crate) const ONCE: &str = "pictures-once";

const SIZE: (u32, u32) = (5640, 3172);
const EDGES: [(Preset, u32); 3] = [(Preset::Fullscreen, 2560), (Preset::Preview, 1280), (Preset::Thumbnail, 320)];
const ROUNDS: usize = 7;

/// Where a real photograph is, if the package with it was unpacked there. There is one of 18 megapixels and 16 MB.
const PHOTO: &str = ".cache/packages/mate-backgrounds/usr/share/backgrounds/mate/abstract/Elephants_5640x3172.jpg";

pub(crate) async fn run() -> Vec<Row> {
    let folder = tempfile::tempdir().expect("a folder");
    let mark = folder.path().join("mark.png");
    fs::write(&mark, &*MARK).expect("a file");
    let found = fs::read(PHOTO);
    let source = if found.is_ok() { "real" } else { "generated" };
    let original = found.unwrap_or_else(|_| fixtures::detailed_jpeg(SIZE.0, SIZE.1));
    let mut rows = Vec::new();
    for (kind, jpeg) in [("baseline", encoded(&original, false)), ("progressive", as_downloaded(original))] {
        let photo = folder.path().join(kind).with_extension("jpg");
        fs::write(&photo, &jpeg).expect("a file");
        let what = format!("a {kind} JPEG of 18 megapixels and {} MB ({source})", jpeg.len() / 1_000_000);
        rows.extend(against_others(&photo, &jpeg, &mark, &what).await);
        rows.push(memory(&photo, kind));
        if kind == "baseline" {
            rows.push(threads(&photo).await);
        }
    }
    rows
}

async fn against_others(photo: &Path, jpeg: &[u8], mark: &Path, what: &str) -> Vec<Row> {
    let bare = turns(photo, || bare(jpeg)).await;
    let mut rows = vec![row(&format!("watermarked proxies of {what}, against its bare decoding"), &bare, |ratio| {
        (format!("{ratio:.2} ×"), "≤ 1.2 ×")
    })];
    match Sharp::start(photo, mark) {
        Ok(mut sharp) => {
            let sharp = turns(photo, || sharp.once()).await;
            rows.push(row("the same, against sharp", &sharp, |ratio| {
                (format!("{:.1} × as fast", 1.0 / ratio), "≥ 3 ×")
            }));
        }
        Err(reason) => rows.push(Row::alone("the same, against sharp", format!("left out: {reason}"), "≥ 3 ×")),
    }
    rows
}

fn row(what: &str, turns: &Turns, verdict: impl Fn(f64) -> (String, &'static str)) -> Row {
    let told = |seconds: &[f64]| format!("{:.0} ms", median(seconds.to_vec()) * 1000.0);
    let ratios = turns.ours.iter().zip(&turns.baseline).map(|(ours, baseline)| ours / baseline);
    let (ratio, wanted) = verdict(median(ratios.collect()));
    let (ours, baseline) = (told(&turns.ours), told(&turns.baseline));
    Row { what: what.to_owned(), ours, baseline, ratio, wanted: wanted.to_owned() }
}

/// As cameras write it, in one pass from top to bottom; or in many passes over the whole.
fn encoded(jpeg: &[u8], progressive: bool) -> Vec<u8> {
    let picture = turbojpeg::decompress(jpeg, PixelFormat::RGB).expect("a picture");
    let mut encoder = Compressor::new().expect("an encoder");
    encoder.set_quality(97).expect("a quality");
    encoder.set_subsamp(Subsamp::Sub2x1).expect("a subsampling");
    encoder.set_progressive(progressive).expect("a mode");
    encoder.compress_to_vec(picture.as_deref()).expect("a JPEG")
}

/// The photograph of the package comes in many passes, as pictures of the web do.
fn as_downloaded(jpeg: Vec<u8>) -> Vec<u8> {
    if turbojpeg::read_header(&jpeg).expect("a JPEG").is_progressive { jpeg } else { encoded(&jpeg, true) }
}

/// Seconds of each round.
#[derive(Default)]
struct Turns {
    ours: Vec<f64>,
    baseline: Vec<f64>,
}

/// Lets both sides take turns; each keeps one core busy.
async fn turns(photo: &Path, mut baseline: impl FnMut() -> Duration) -> Turns {
    let mut turns = Turns::default();
    for round in 0..=ROUNDS {
        let (our, their) = (make(photo).await, baseline());
        // The first round warms up.
        if round > 0 {
            turns.ours.push(our.as_secs_f64());
            turns.baseline.push(their.as_secs_f64());
        }
    }
    turns
}

/// Half transparent, as marks are.
static MARK: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let mark = RgbaImage::from_fn(600, 200, |x, y| {
        let round = |edge: u32| u8::try_from(edge % 256).unwrap_or_default();
        Rgba([255, 255, 255, round(x + y)])
    });
    let mut bytes = Vec::new();
    PngEncoder::new(&mut bytes).write_image(&mark, 600, 200, image::ExtendedColorType::Rgba8).expect("a picture");
    bytes
});

/// Decoded once, as workers do.
static DECODED: LazyLock<Arc<WatermarkImage>> = LazyLock::new(|| {
    Arc::new(WatermarkImage::decode(&MARK, Opacity::default(), Placement::Center).expect("a watermark"))
});

async fn make(photo: &Path) -> Duration {
    let start = Instant::now();
    let wanted = EDGES.map(|(preset, size)| ProxySpec { rendition: preset.watermarked(), size });
    let made = pictures(photo, "image/jpeg", wanted.to_vec(), Some(DECODED.clone())).await.expect("proxies");
    assert_eq!(made.proxies.iter().map(|made| made.width).collect::<Vec<_>>(), [2560, 1280, 320]);
    start.elapsed()
}

/// What libjpeg-turbo takes for all pixels, and nothing else.
fn bare(jpeg: &[u8]) -> Duration {
    let start = Instant::now();
    let mut decoder = Decompressor::new().expect("a decoder");
    let header = decoder.read_header(jpeg).expect("a JPEG");
    let (width, height) = (header.width, header.height);
    let pixels = vec![0; width * height * 3];
    let mut image = Image { pixels, width, pitch: width * 3, height, format: PixelFormat::RGB };
    decoder.decompress(jpeg, image.as_deref_mut()).expect("a picture");
    start.elapsed()
}

/// A process of Node that makes the same with sharp.
struct Sharp {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Drop for Sharp {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Sharp {
    fn start(photo: &Path, mark: &Path) -> Result<Self, String> {
        let folder = std::path::absolute(".cache/sharp").map_err(|error| error.to_string())?;
        if !folder.join("node_modules/sharp").is_dir() {
            fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
            let install = ["install", "--no-audit", "--no-fund", "--prefix", ".", "sharp"];
            let done = Command::new("npm").args(install).current_dir(&folder).stdout(Stdio::null()).status();
            if !done.is_ok_and(|status| status.success()) {
                return Err("npm is not here, or cannot install it".to_owned());
            }
        }
        let script = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("bench/sharp.mjs");
        let mut child = Command::new("node")
            .arg(script)
            .args([&folder, photo, mark])
            .env("UV_THREADPOOL_SIZE", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("node: {error}"))?;
        let (input, output) = (child.stdin.take().expect("a pipe"), child.stdout.take().expect("a pipe"));
        Ok(Self { child, input, output: BufReader::new(output) })
    }

    fn once(&mut self) -> Duration {
        writeln!(self.input, "again").expect("node listens");
        let mut answer = String::new();
        self.output.read_line(&mut answer).expect("node answers");
        Duration::from_secs_f64(answer.trim().parse::<f64>().expect("milliseconds") / 1000.0)
    }
}

/// Makes the proxies in this process, which does nothing else, and returns its highest memory in kilobytes.
pub(crate) fn once(photo: &Path) -> u64 {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
    runtime.expect("a runtime").block_on(make(photo));
    let status = fs::read_to_string("/proc/self/status").expect("Linux tells");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("the figure");
    line.trim().trim_end_matches(" kB").parse().expect("a number")
}

fn memory(photo: &Path, kind: &str) -> Row {
    let program = std::env::current_exe().expect("a path");
    let output = Command::new(program).arg(ONCE).arg(photo).output().expect("this program");
    let highest: f64 = String::from_utf8_lossy(&output.stdout).trim().parse().expect("kilobytes");
    let (width, height) = image::image_dimensions(photo).expect("a picture");
    // It is decoded at the smallest scale, in eighths, that covers the largest proxy.
    let scale = (1..=8).find(|eighths| (width * eighths).div_ceil(8) >= EDGES[0].1).unwrap_or(8);
    let decoded = f64::from((width * scale).div_ceil(8) * (height * scale).div_ceil(8) * 3) / 1e6;
    let more = highest * 1024.0 / 1e6 - decoded;
    let what = format!("memory at its highest for the {kind} JPEG, over the {decoded:.0} MB of the decoded picture");
    Row::alone(&what, format!("{more:.0} MB"), "≤ 50 MB")
}

async fn threads(photo: &Path) -> Row {
    const EACH: u32 = 3;
    let (mut one, mut two) = (Vec::new(), Vec::new());
    for _ in 0..3 {
        let start = Instant::now();
        for _ in 0..EACH {
            make(photo).await;
        }
        one.push(f64::from(EACH) / start.elapsed().as_secs_f64());
        let start = Instant::now();
        let both = [photo.to_owned(), photo.to_owned()].map(|photo| {
            tokio::spawn(async move {
                for _ in 0..EACH {
                    make(&photo).await;
                }
            })
        });
        for each in both {
            each.await.expect("proxies");
        }
        two.push(f64::from(2 * EACH) / start.elapsed().as_secs_f64());
    }
    let (one, two) = (median(one), median(two));
    let told = |rate: f64| format!("{rate:.2}/s");
    let what = "photographs done by two threads, against one".to_owned();
    Row {
        what, ours: told(two), baseline: told(one), ratio: format!("{:.2} ×", two / one), wanted: "the cores".into()
    }
}
