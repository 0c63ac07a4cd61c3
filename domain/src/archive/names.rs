//! The names of files in an archive: names that every system can unpack, each only once.

use crate::name::changes_direction;
use std::collections::HashMap;
use unicode_normalization::UnicodeNormalization;

/// The longest name of a file or a folder, in bytes. File systems allow 255; a suffix has to fit, too.
const MAX_BYTES: usize = 200;

/// The longest extension that is kept when a name is cut, with its dot.
const MAX_EXTENSION_BYTES: usize = 20;

/// Names that Windows keeps for devices, with any extension.
const DEVICES: [&str; 4] = ["con", "prn", "aux", "nul"];

/// A name for a file or a folder that every system can unpack: composed (NFC), without characters that a system forbids
/// or that change the direction of writing, without dots and spaces at its ends, and not too long.
pub fn clean(name: &str) -> String {
    let allowed = |c: char| if is_forbidden(c) { '_' } else { c };
    // Most names are ASCII, which is composed already and has one direction. Archives have many thousands.
    let composed: String = if name.is_ascii() {
        name.chars().map(allowed).collect()
    } else {
        name.nfc().filter(|c| !changes_direction(*c)).map(allowed).collect()
    };
    let trimmed = composed.trim_end_matches(|c: char| c == '.' || c.is_whitespace()).trim_start();
    let mut name = shortened(if trimmed.is_empty() { "file" } else { trimmed });
    if is_device(&name) {
        name.insert(0, '_');
    }
    name
}

fn is_forbidden(c: char) -> bool {
    c.is_control() || "<>:*|\"?\\/".contains(c)
}

fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end();
    if stem.chars().count() > 4 {
        return false;
    }
    let stem = stem.to_lowercase();
    let port = |kind: &str| {
        let mut number = stem.strip_prefix(kind).unwrap_or_default().chars();
        matches!((number.next(), number.next()), (Some('1'..='9' | '¹' | '²' | '³'), None))
    };
    DEVICES.contains(&stem.as_str()) || port("com") || port("lpt")
}

/// Cuts the stem of a name that is too long; its extension stays.
fn shortened(name: &str) -> String {
    if name.len() <= MAX_BYTES {
        return name.to_owned();
    }
    let (stem, extension) = split(name);
    let extension = if extension.len() <= MAX_EXTENSION_BYTES { extension } else { "" };
    let mut end = MAX_BYTES - extension.len();
    while !stem.is_char_boundary(end.min(stem.len())) {
        end -= 1;
    }
    let stem = &stem[..end.min(stem.len())];
    format!("{}{extension}", stem.trim_end_matches(|c: char| c == '.' || c.is_whitespace()))
}

/// A name without its extension, and the extension with its dot.
fn split(name: &str) -> (&str, &str) {
    match name.rfind('.') {
        Some(dot) if dot > 0 => name.split_at(dot),
        _ => (name, ""),
    }
}

/// Gives each file of an archive a path that no other has, on systems too for which `A` and `a` are the same. The same
/// files in the same order get the same paths.
#[derive(Debug, Default)]
pub struct Names {
    /// How often each path was asked for. A path that was made with a number was asked for once.
    asked: HashMap<String, u32>,
}

impl Names {
    /// The path of a file in a folder, with a number if the path is taken. The folder is empty or ends with a slash.
    pub fn unique(&mut self, folder: &str, name: &str) -> String {
        let name = clean(name);
        let mut path = format!("{folder}{name}");
        let wanted = folded(&path);
        let mut number = self.asked.get(&wanted).copied().unwrap_or_default();
        let (stem, extension) = split(&name);
        let mut taken = number > 0;
        while taken {
            number += 1;
            path = format!("{folder}{stem} ({number}){extension}");
            taken = self.asked.contains_key(&folded(&path));
        }
        if number > 1 {
            self.asked.insert(folded(&path), 1);
        }
        self.asked.insert(wanted, number.max(1));
        path
    }
}

/// The same for names that differ by capitals only.
fn folded(path: &str) -> String {
    if path.is_ascii() {
        return path.to_ascii_lowercase();
    }
    path.chars().flat_map(char::to_uppercase).flat_map(char::to_lowercase).collect()
}
