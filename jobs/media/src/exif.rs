//! What EXIF says of colours.
//!
//! Cameras that are set to Adobe RGB say so by the name of a file standard (DCF 2.0), and write no profile. Without this,
//! their pictures would be shown as sRGB, which is too gray.

use super::{
    directory::{Directory, Layout},
    source::Source,
};
use moxcms::ColorProfile;

const EXIF: u16 = 34665;
const COLOUR_SPACE: u16 = 40961;
/// The directory with the name of the standard for files, and the name.
const INTEROPERABILITY: u16 = 40965;
const STANDARD: u16 = 1;
/// The standard for files with Adobe RGB.
const ADOBE_STANDARD: &str = "R03";

/// Whether the EXIF part of a picture says that its colours are Adobe RGB.
pub(super) fn is_adobe_rgb(exif: &[u8]) -> bool {
    let mut source = Source::of_bytes(exif.to_vec());
    adobe_rgb_below(&mut source).unwrap_or_default()
}

fn adobe_rgb_below(source: &mut Source) -> Option<bool> {
    let (layout, first) = Layout::read(source, 0)?;
    let at = Directory::read(source, layout, first)?.number(source, EXIF)?;
    let directory = Directory::read(source, layout, layout.place(at)?)?;
    Some(says_adobe_rgb(source, &directory))
}

/// Whether an EXIF directory says that colours are Adobe RGB.
pub(super) fn says_adobe_rgb(source: &mut Source, directory: &Directory) -> bool {
    match directory.number(source, COLOUR_SPACE) {
        Some(1) => return false,
        // Not of the standard, but written by some cameras.
        Some(2) => return true,
        _ => {}
    }
    let at = directory.number(source, INTEROPERABILITY).and_then(|at| directory.layout.place(at));
    let standard = at.and_then(|at| Directory::read(source, directory.layout, at));
    standard.and_then(|standard| standard.text(source, STANDARD)).is_some_and(|name| name == ADOBE_STANDARD)
}

/// The profile of Adobe RGB.
pub(super) fn adobe_rgb() -> Option<Vec<u8>> {
    ColorProfile::new_adobe_rgb().encode().ok()
}
