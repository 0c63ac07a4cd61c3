//! Leaves the colour profile out of a file.
//!
//! The program writes it into a PNG, and writes an empty file if libpng does not like it. libpng refuses the most common
//! profile of sRGB, that of Hewlett-Packard, which states its white point in another way than the standard; The
//! profile is then kept beside the picture.

use super::boxes;
use crate::{MediaError, pictures::blocking};
use anyhow::Context;
use std::{
    fs::{self, File, OpenOptions},
    io::{Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

/// The beginnings of boxes with a profile, and the name of a box that means nothing.
const PROFILES: [&[u8]; 2] = [b"colrprof", b"colrrICC"];
const NOTHING: &[u8] = b"skip";

/// A copy without a profile in this folder, and the profile; none if the file has none.
pub(super) async fn left_out(source: &Path, folder: &Path) -> Result<Option<(PathBuf, Vec<u8>)>, MediaError> {
    let (source, copy) = (source.to_path_buf(), folder.join("plain"));
    blocking(move || {
        let found = File::open(&source).ok().and_then(|mut file| profiles(&mut file));
        let Some((places, profile)) = found else { return Ok(None) };
        fs::copy(&source, &copy).context("a HEIC cannot be copied")?;
        let written = OpenOptions::new().write(true).open(&copy).and_then(|mut file| {
            places.into_iter().try_for_each(|place| {
                file.seek(SeekFrom::Start(place))?;
                file.write_all(NOTHING)
            })
        });
        written.context("the copy of a HEIC cannot be written")?;
        Ok(Some((copy, profile)))
    })
    .await
}

/// Where the names of boxes with a profile are, and the first profile.
fn profiles(file: &mut File) -> Option<(Vec<u64>, Vec<u8>)> {
    let meta = boxes::meta(file)?;
    let first = file.stream_position().ok()?.checked_sub(meta.len() as u64)?;
    let names = meta.windows(8).enumerate().filter(|(_, part)| PROFILES.contains(part));
    let places: Vec<usize> = names.map(|(place, _)| place).collect();
    // The size of the box comes before its name, and is counted from there.
    let from = places.first()?.checked_sub(4)?;
    let end = from.checked_add(boxes::number(meta.get(from..from + 4)?) as usize)?;
    let profile = meta.get(from + 12..end)?.to_vec();
    Some((places.into_iter().map(|place| first + place as u64).collect(), profile))
}
