//! Leaves the colour profile out of a file.
//!
//! The program writes it into a PNG, and writes an empty file if libpng does not like it. libpng refuses the most common
//! profile of sRGB, that of Hewlett-Packard, which states its white point in another way than the standard. The profile is
//! then kept beside the picture.

use super::boxes;
use crate::{
    MediaError,
    patched::{self, Patches},
    pictures::blocking,
};
use std::{
    fs::File,
    io::Seek,
    path::{Path, PathBuf},
};

/// The beginnings of boxes with a profile, and the name of a box that means nothing.
const PROFILES: [&[u8]; 2] = [b"colrprof", b"colrrICC"];
const NOTHING: &[u8] = b"skip";

/// A copy without a profile in this folder, and the profile; none if the file has none.
pub(super) async fn left_out(source: &Path, folder: &Path) -> Result<Option<(PathBuf, Vec<u8>)>, MediaError> {
    let (source, copy) = (source.to_path_buf(), folder.join("plain"));
    blocking(move || {
        let failed = |error| MediaError::of_io(error, "a HEIC cannot be copied");
        let mut file = File::open(&source).map_err(failed)?;
        let Some((patches, profile)) = without_profiles(&mut file) else { return Ok(None) };
        patched::copy(file, patches, &copy).map_err(failed)?;
        Ok(Some((copy, profile)))
    })
    .await
}

/// The description of the pictures with all boxes of profiles renamed, and the first profile.
fn without_profiles(file: &mut File) -> Option<(Patches, Vec<u8>)> {
    let mut meta = boxes::meta(file)?;
    let at = file.stream_position().ok()?.checked_sub(meta.len() as u64)?;
    let names = meta.windows(8).enumerate().filter(|(_, part)| PROFILES.contains(part));
    let places: Vec<usize> = names.map(|(place, _)| place).collect();
    // The size of the box comes before its name, and is counted from there.
    let from = places.first()?.checked_sub(4)?;
    let end = from.checked_add(boxes::number(meta.get(from..from + 4)?) as usize)?;
    let profile = meta.get(from + 12..end)?.to_vec();
    for place in places {
        meta[place..place + NOTHING.len()].copy_from_slice(NOTHING);
    }
    Some((Patches::replacing(at, &meta), profile))
}
