//! Reads from a HEIC or AVIF file what the program that decodes it does not tell: the colour space of its main picture.

use crate::colour::ColourSpace;
use std::{
    fs::File,
    io::{Read, Seek, SeekFrom},
    path::Path,
};

/// The most bytes of the description of a file.
const MAX_META: u64 = 4 * 1024 * 1024;

/// The most boxes that are looked at on each level.
const MAX_BOXES: usize = 10_000;

/// The colour space of the main picture, unless it is sRGB or is not told.
pub(crate) fn colour_space(path: &Path) -> Option<ColourSpace> {
    let meta = meta(&mut File::open(path).ok()?)?;
    let (primaries, transfer) = code_points(&meta)?;
    ColourSpace::of_video_code_points(primaries, transfer)
}

/// The content of the box that describes the pictures.
fn meta(file: &mut File) -> Option<Vec<u8>> {
    for _ in 0..MAX_BOXES {
        let mut header = [0; 16];
        file.read_exact(&mut header[..8]).ok()?;
        let (mut size, mut before) = (u64::from(number(&header[..4])), 8);
        if size == 1 {
            file.read_exact(&mut header[8..]).ok()?;
            (size, before) = (u64::from_be_bytes(header[8..].try_into().ok()?), 16);
        }
        let rest = size.checked_sub(before)?;
        if &header[4..8] == b"meta" {
            let mut meta = Vec::new();
            file.take(rest.min(MAX_META)).read_to_end(&mut meta).ok()?;
            // A version and flags come first.
            return meta.get(4..).map(<[u8]>::to_vec);
        }
        file.seek(SeekFrom::Current(i64::try_from(rest).ok()?)).ok()?;
    }
    None
}

/// The code points for primaries and transfer of the main picture.
fn code_points(meta: &[u8]) -> Option<(u8, u8)> {
    let (_, properties) = boxes(meta).find(|(kind, _)| *kind == *b"iprp")?;
    let (_, all) = boxes(properties).find(|(kind, _)| *kind == *b"ipco")?;
    let all: Vec<_> = boxes(all).collect();
    let main = boxes(meta).find(|(kind, _)| *kind == *b"pitm").and_then(|(_, data)| main(data));
    let mut associations = boxes(properties).filter(|(kind, _)| *kind == *b"ipma");
    let of_main = main.and_then(|main| associations.find_map(|(_, data)| associated(data, main)));
    let colour = |index: &usize| match all.get(index.checked_sub(1)?)? {
        ([b'c', b'o', b'l', b'r'], [b'n', b'c', b'l', b'x', 0, primaries, 0, transfer, ..]) => {
            Some((*primaries, *transfer))
        }
        _ => None,
    };
    // A picture of tiles may leave it to them.
    of_main
        .and_then(|indices| indices.iter().find_map(colour))
        .or_else(|| (1..=all.len()).find_map(|index| colour(&index)))
}

/// The id of the main picture.
fn main(data: &[u8]) -> Option<u32> {
    match data {
        [0, _, _, _, id @ ..] => id.get(..2).map(number),
        [_, _, _, _, id @ ..] => id.get(..4).map(number),
        _ => None,
    }
}

/// The indices of the properties of a picture, from 1.
fn associated(data: &[u8], wanted: u32) -> Option<Vec<usize>> {
    let (version, is_wide) = (*data.first()?, data.get(3)? & 1 == 1);
    let count = number(data.get(4..8)?);
    let (id_bytes, index_bytes) = (if version == 0 { 2 } else { 4 }, if is_wide { 2 } else { 1 });
    let mut rest = data.get(8..)?;
    for _ in 0..count {
        let id = number(rest.get(..id_bytes)?);
        let length = usize::from(*rest.get(id_bytes)?) * index_bytes;
        let indices = rest.get(id_bytes + 1..)?.get(..length)?;
        if id == wanted {
            // The highest bit says whether the property is essential.
            let mask = if is_wide { 0x7fff } else { 0x7f };
            return Some(indices.chunks(index_bytes).map(|index| (number(index) & mask) as usize).collect());
        }
        rest = &rest[id_bytes + 1 + length..];
    }
    None
}

/// The boxes in a box: their types and contents.
fn boxes(mut data: &[u8]) -> impl Iterator<Item = ([u8; 4], &[u8])> {
    std::iter::from_fn(move || {
        let size = number(data.get(..4)?) as usize;
        let kind: [u8; 4] = data.get(4..8)?.try_into().ok()?;
        // A size of 0 stands for all that is left.
        let size = if size == 0 { data.len() } else { size };
        let content = data.get(8..size)?;
        data = &data[size..];
        Some((kind, content))
    })
    .take(MAX_BOXES)
}

/// A number of up to four bytes.
fn number(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0, |number, byte| number << 8 | u32::from(*byte))
}
