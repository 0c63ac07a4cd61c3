//! The colour space of the main picture, which the program that decodes it does not tell.

use super::boxes::{boxes, content, main, number};
use crate::colour::ColourSpace;

/// The colour space of the main picture, unless it is sRGB or is not told.
pub(super) fn colour_space(meta: &[u8]) -> Option<ColourSpace> {
    let (primaries, transfer) = code_points(meta)?;
    ColourSpace::of_video_code_points(primaries, transfer)
}

/// The code points for primaries and transfer of the main picture.
fn code_points(meta: &[u8]) -> Option<(u8, u8)> {
    let properties = content(meta, *b"iprp")?;
    let all: Vec<_> = boxes(content(properties, *b"ipco")?).collect();
    let mut associations = boxes(properties).filter(|(kind, _)| kind == b"ipma");
    let of_main = main(meta).and_then(|main| associations.find_map(|(_, data)| associated(data, main)));
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
