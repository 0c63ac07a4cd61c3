//! Finds the still picture of a file that is named a sequence, or a video. Programs of libheif refuse such a file by its
//! first brand alone, although most of these files have a main picture, too.

use super::boxes;
use crate::{
    MediaError,
    patched::{self, Patches},
    pictures::blocking,
};
use std::{
    fs::File,
    io::Read,
    path::{Path, PathBuf},
};

/// The largest file of which a copy is made, in bytes.
const MAX_COPY: u64 = 1_000_000_000;

/// The most bytes of the box of brands.
const MAX_BRANDS: u64 = 4096;

/// The first brands of sequences, and those of stills of the same kind.
const BRANDS: [(&[u8; 4], &[u8; 4]); 4] =
    [(b"avis", b"avif"), (b"msf1", b"mif1"), (b"hevc", b"heic"), (b"hevx", b"heix")];

/// The first brands of files that are named pictures.
const PICTURES: [&[u8]; 4] = [b"mif1", b"avif", b"hei", b"hev"];

/// A copy in this folder that is named a still; none if the file is named one, or has no main picture.
pub(super) async fn named_one(original: &Path, folder: &Path) -> Result<Option<PathBuf>, MediaError> {
    let (original, copy) = (original.to_path_buf(), folder.join("still"));
    blocking(move || {
        let failed = |error| MediaError::of_io(error, "an image sequence cannot be copied");
        let mut file = File::open(&original).map_err(failed)?;
        let Some(brands) = brands_of_still(&mut file) else { return Ok(None) };
        patched::copy(file, Patches::replacing(8, &brands), &copy).map_err(failed)?;
        Ok(Some(copy))
    })
    .await
}

/// The content of the box of brands as a still would have it; none as above.
fn brands_of_still(file: &mut File) -> Option<Vec<u8>> {
    if file.metadata().ok()?.len() > MAX_COPY {
        return None;
    }
    let mut header = [0; 8];
    file.read_exact(&mut header).ok()?;
    let length = u64::from(boxes::number(&header[..4])).checked_sub(8).filter(|length| *length <= MAX_BRANDS)?;
    let mut brands = Vec::new();
    file.take(length).read_to_end(&mut brands).ok()?;
    let first: [u8; 4] = *brands.first_chunk()?;
    let still = match BRANDS.into_iter().find(|(sequence, _)| **sequence == first) {
        Some((_, still)) => still,
        None if PICTURES.iter().any(|brand| first.starts_with(brand)) => return None,
        None => b"mif1",
    };
    boxes::main(&boxes::meta(file)?)?;
    brands.chunks_exact_mut(4).filter(|brand| **brand == first).for_each(|brand| brand.copy_from_slice(still));
    (&header[4..] == b"ftyp").then_some(brands)
}
