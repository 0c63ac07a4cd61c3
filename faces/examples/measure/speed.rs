//! How much of one core it takes: time of the processor, which other programs on the machine do not lengthen much.

use crate::copies::read;
use faces::{Embedding, EmbeddingList, InPhoto, Models, Pass, Rgb};
use image::{RgbImage, imageops};
use nix::time::{ClockId, clock_gettime};
use std::{fs, hint::black_box, path::Path, time::Duration};

const ROUNDS: usize = 7;

pub(crate) fn run(models: &Models, folder: &Path) -> Vec<String> {
    let photo = |name: &str| read(&fs::read(folder.join(name)).expect("it was fetched"));
    let at = |picture: &RgbImage, width: u32| {
        let height = picture.height() * width / picture.width();
        imageops::resize(picture, width, height, imageops::FilterType::CatmullRom)
    };
    let (people, none) = (at(&photo("people/sample3.jpg"), 2560), at(&photo("animals/chelsea.png"), 2560));
    let visitor = at(&photo("people/obama3.jpg"), 2000);
    let found = |picture: &RgbImage, pass| faces::find(models, rgb(picture), pass).expect("models run").len();
    let mut rows = Vec::new();
    let mut row = |what: &str, time: Duration, wanted: &str| {
        rows.push(format!("| {what} | {:.0} ms | {wanted} |", time.as_secs_f64() * 1e3));
    };
    row("first pass over 2560 × 1703 without a face", median(|| found(&none, Pass::First)), "≤ 250 ms");
    row("first pass over 2560 × 1800 with three faces, indexed", median(|| found(&people, Pass::First)), "–");
    row("the same with tiles for small faces", median(|| found(&people, Pass::Thorough)), "–");
    row("the same with tiles, without a face", median(|| found(&none, Pass::Thorough)), "–");
    let InPhoto::Faces { faces: query, .. } = faces::find_in_photo(models, rgb(&visitor)).expect("models run") else {
        panic!("there is a face")
    };
    let mut list = EmbeddingList::with_capacity(50_000);
    for number in 0..50_000_u32 {
        list.push(&made(number));
    }
    let search = |list: &EmbeddingList, query: &Embedding| {
        list.distances(query).filter(|distance| faces::band(*distance).is_some()).count()
    };
    let whole = median(|| {
        let InPhoto::Faces { faces: query, .. } = faces::find_in_photo(models, rgb(&visitor)).expect("models run")
        else {
            return 0;
        };
        search(&list, &query[0].likeness)
    });
    row("a visitor's photo of 12 megapixels at 2000 px, searched in 50,000 faces", whole, "≤ 500 ms");
    let one = median(|| (0..20).map(|_| search(&list, black_box(&query[0].likeness))).sum::<usize>());
    let rate = 20.0 * 50_000.0 / one.as_secs_f64() / 1e6;
    rows.push(format!("| comparisons | {rate:.0} million/s | ≥ 20 million/s |"));
    rows
}

/// The most memory of a process that loads the models and looks at one large picture.
pub(crate) fn memory(folder: &Path) -> String {
    let models = Models::load(None).expect("the models of the program");
    let picture = read(&fs::read(folder.join("people/sample3.jpg")).expect("it was fetched"));
    let picture = imageops::resize(&picture, 2560, 1800, imageops::FilterType::Nearest);
    black_box(faces::find(&models, rgb(&picture), Pass::Thorough).expect("models run"));
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let kilobytes =
        status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.parse::<f64>().ok());
    kilobytes.map_or("unknown".into(), |kilobytes| format!("{:.0} MB", kilobytes * 1024.0 / 1e6))
}

fn rgb(picture: &RgbImage) -> Rgb<'_> {
    Rgb::new(picture.width(), picture.height(), picture).expect("as many bytes as it has")
}

fn made(seed: u32) -> Embedding {
    let byte = |at: u32| (seed.wrapping_mul(2_654_435_761).wrapping_add(at.wrapping_mul(40_503)) >> 13) as u8;
    Embedding::from_bytes(&(0..128).map(byte).collect::<Vec<u8>>()).expect("128 numbers")
}

fn median<T>(mut work: impl FnMut() -> T) -> Duration {
    let mut times: Vec<Duration> = (0..ROUNDS)
        .map(|_| {
            let start = used();
            black_box(work());
            used().saturating_sub(start)
        })
        .collect();
    times.sort();
    times[ROUNDS / 2]
}

/// The processor's time that this process has used, in all of its threads.
fn used() -> Duration {
    clock_gettime(ClockId::CLOCK_PROCESS_CPUTIME_ID).expect("a clock of Linux").into()
}
