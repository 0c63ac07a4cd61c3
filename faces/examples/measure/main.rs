//! Measures how many faces are found, how well people are told apart, what else is taken for a face, and how long it
//! takes. `./dev faces` fetches the pictures (`fetch.py`) and runs this; BENCHMARKS.md has what came out.
//!
//! Copies of a photograph are not independent of it. The intervals are therefore those of as many cases as there are
//! people (for what is found) or pairs of photographs (for pairs), however many copies were looked at.

#![expect(clippy::print_stdout, reason = "the tables are what it is for")]
#![expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "sizes of pictures"
)]

mod copies;
mod speed;
mod statistics;

use copies::{ALL, Alteration, Known, read};
use faces::{Band, Face, Models, Pass, Place, Rgb, band};
use image::RgbImage;
use statistics::Count;
use std::{collections::BTreeSet, fs, path::Path, process::Command};

/// The argument with which the program measures memory in a process of its own.
const MEMORY: &str = "--memory";

/// A labelled face.
struct Label {
    file: String,
    x: f32,
    y: f32,
    person: String,
}

/// A face that was found in a photograph or a copy of one, and whose it is.
struct Found<'a> {
    label: &'a Label,
    alteration: usize,
    face: Face,
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (folder, parts) = arguments.split_first().expect("usage: measure FOLDER [people] [others] [speed]");
    let folder = Path::new(folder);
    if parts == [MEMORY] {
        return println!("{}", speed::memory(folder));
    }
    let wanted = |part: &str| parts.is_empty() || parts.iter().any(|wanted| wanted == part);
    let models = Models::load(None).expect("the models of the program");
    if wanted("people") {
        let labels = labels();
        println!(
            "| copies of {} faces of {} people | found | the same person sure (pairs) | … or maybe | another person sure (pairs) | … or maybe |",
            labels.len(),
            people(&labels)
        );
        println!("| --- | --- | --- | --- | --- | --- |");
        let (found, extra) = find_people(&models, folder, &labels);
        report(&found, &labels);
        println!("\nWhat else was taken for a face in those photographs and copies: {extra}.\n");
    }
    if wanted("others") {
        println!("| without a living person | pictures | with a face | which |\n| --- | --- | --- | --- |");
        for group in ["animals", "statues", "drawings", "paintings"] {
            others(&models, folder, group);
        }
    }
    if wanted("speed") {
        println!("\n| one core | measured | wanted |\n| --- | --- | --- |");
        for row in speed::run(&models, folder) {
            println!("{row}");
        }
        let program = std::env::current_exe().expect("it runs");
        let alone = Command::new(program).arg(folder).arg(MEMORY).output().expect("it runs once more");
        let most = String::from_utf8_lossy(&alone.stdout);
        println!(
            "| memory of a process that looks at a picture of 2560 × 1800 with tiles, at its highest | {} | ≤ 250 MB |",
            most.trim()
        );
    }
}

fn labels() -> Vec<Label> {
    let lines = include_str!("people.txt").lines().filter(|line| !line.starts_with('#'));
    let label = |line: &str| {
        let mut words = line.split(' ');
        let mut next = || words.next().expect("four words");
        let number = |word: &str| word.parse().expect("a number");
        Label { file: next().into(), x: number(next()), y: number(next()), person: next().into() }
    };
    lines.map(label).collect()
}

fn people(labels: &[Label]) -> usize {
    labels.iter().map(|label| &label.person).collect::<BTreeSet<_>>().len()
}

fn faces_of(models: &Models, picture: &RgbImage, pass: Pass) -> Vec<Face> {
    let picture = Rgb::new(picture.width(), picture.height(), picture).expect("as many bytes as it has");
    faces::find(models, picture, pass).expect("models run")
}

fn holds(place: &Place, (x, y): (f32, f32)) -> bool {
    (place.x..place.x + place.width).contains(&x) && (place.y..place.y + place.height).contains(&y)
}

/// Every labelled face that is found in its photograph and in the copies, and how many faces nobody labelled.
fn find_people<'a>(models: &Models, folder: &Path, labels: &'a [Label]) -> (Vec<Found<'a>>, usize) {
    let (mut found, mut extra) = (Vec::new(), 0);
    for file in labels.iter().map(|label| &label.file).collect::<BTreeSet<_>>() {
        let original = read(&fs::read(folder.join("people").join(file)).expect("it was fetched"));
        let of_file: Vec<&Label> = labels.iter().filter(|label| label.file == *file).collect();
        let mut known = Vec::new();
        for (alteration, Alteration { make, map, .. }) in ALL.iter().enumerate() {
            let mut faces = faces_of(models, &make(&original, &known), Pass::First);
            for label in &of_file {
                let Some(at) = faces.iter().position(|face| holds(&face.place, map(label.x, label.y))) else {
                    continue;
                };
                let face = faces.swap_remove(at);
                if alteration == 0 {
                    known.push(Known { place: face.place });
                }
                found.push(Found { label, alteration, face });
            }
            extra += faces.len();
        }
    }
    (found, extra)
}

/// A row for each alteration: each face of it is searched for among the faces of unaltered photographs.
fn report(found: &[Found<'_>], labels: &[Label]) {
    let gallery: Vec<&Found<'_>> = found.iter().filter(|found| found.alteration == 0).collect();
    let mut precision = Vec::new();
    for (alteration, Alteration { name, .. }) in ALL.iter().enumerate() {
        let queries: Vec<&Found<'_>> = found.iter().filter(|found| found.alteration == alteration).collect();
        let (mut sure, mut maybe, mut wrongly_sure, mut wrongly_maybe) = <(Count, Count, Count, Count)>::default();
        for query in &queries {
            let (mut right, mut wrong) = (0, 0);
            for other in gallery.iter().filter(|other| alteration != 0 || !std::ptr::eq(other.label, query.label)) {
                let band = band(query.face.likeness.distance(&other.face.likeness));
                let same = query.label.person == other.label.person;
                let (in_sure, in_any) =
                    if same { (&mut sure, &mut maybe) } else { (&mut wrongly_sure, &mut wrongly_maybe) };
                in_sure.add(band == Some(Band::Sure));
                in_any.add(band.is_some());
                if band == Some(Band::Sure) {
                    if same { right += 1 } else { wrong += 1 }
                }
            }
            if right + wrong > 0 {
                precision.push(f64::from(right) / f64::from(right + wrong));
            }
        }
        let count = Count { hits: queries.len(), of: labels.len() };
        let people = people(labels);
        println!(
            "| {name} | {} | {} | {} | {} | {} |",
            count.with_interval(people),
            sure.with_interval(if alteration == 0 { 4 } else { people }),
            maybe.with_interval(if alteration == 0 { 4 } else { people }),
            wrongly_sure.with_interval(people * (people - 1) / 2),
            wrongly_maybe.with_interval(people * (people - 1) / 2),
        );
    }
    let mean = precision.iter().sum::<f64>() / precision.len() as f64;
    let least = precision.iter().copied().fold(1.0, f64::min);
    println!(
        "\nOf {} searches with a sure result, the sure results were right in {:.1} % on average, and in {:.0} % in the worst search.",
        precision.len(),
        mean * 100.0,
        least * 100.0
    );
}

/// A row for pictures without a living person.
fn others(models: &Models, folder: &Path, group: &str) {
    let mut count = Count::default();
    let mut which = Vec::new();
    let mut files: Vec<_> = fs::read_dir(folder.join(group)).expect("it was fetched").flatten().collect();
    files.sort_by_key(fs::DirEntry::file_name);
    for file in files {
        let Ok(picture) = image::load_from_memory(&fs::read(file.path()).expect("it was fetched")) else { continue };
        let faces = faces_of(models, &picture.to_rgb8(), Pass::Thorough);
        count.add(!faces.is_empty());
        if !faces.is_empty() {
            which.push(file.file_name().to_string_lossy().into_owned());
        }
    }
    println!("| {group} | {} | {} | {} |", count.of, count.with_interval(count.of), which.join(", "));
}
