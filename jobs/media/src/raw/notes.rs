//! Previews in the notes of cameras, each maker's in its own format.

use super::found::Part;
use crate::{
    directory::{Directory, Layout},
    source::Source,
};

/// The JPEG of a directory: where it is, and its length.
const JPEG: (u16, u16) = (513, 514);

const NIKON_PREVIEW: u16 = 0x11;
const OLYMPUS_SETTINGS: u16 = 0x2020;
const OLYMPUS_JPEG: (u16, u16) = (0x101, 0x102);
const PENTAX_JPEG: (u16, u16) = (4, 3);

/// The parts of the file that may be previews. `layout`: of the file. `place`: where the notes are.
pub(super) fn parts(source: &mut Source, layout: Layout, (at, length): (u64, u64)) -> Option<Vec<Part>> {
    let head = source.up_to(at, length.min(16))?;
    // Where offsets count from differs even among cameras of one maker. What is no JPEG is sorted out later.
    let own = Layout { base: at, ..layout };
    match &*head {
        [b'N', b'i', b'k', b'o', b'n', 0, 2, ..] => nikon(source, at + 10),
        [b'O', b'L', b'Y', b'M', b'P', b'U', b'S', 0, order, ..] => {
            olympus(source, Layout { is_big_endian: *order == b'M', ..own }, layout, at + 12)
        }
        [b'O', b'M', b' ', b'S', b'Y', b'S', b'T', b'E', b'M', 0, 0, 0, order, ..] => {
            olympus(source, Layout { is_big_endian: *order == b'M', ..own }, layout, at + 16)
        }
        [b'O', b'L', b'Y', b'M', b'P', 0, ..] => olympus(source, layout, own, at + 8),
        [b'A', b'O', b'C', 0, order, ..] => {
            let noted =
                Layout { is_big_endian: if *order == 0 { layout.is_big_endian } else { *order == b'M' }, ..layout };
            pentax(source, noted, own, at + 6)
        }
        [b'P', b'E', b'N', b'T', b'A', b'X', b' ', 0, order, ..] => {
            pentax(source, Layout { is_big_endian: *order == b'M', ..own }, layout, at + 10)
        }
        _ => None,
    }
}

/// The notes are a TIFF of their own, and a directory of it has the preview.
fn nikon(source: &mut Source, base: u64) -> Option<Vec<Part>> {
    let (layout, first) = Layout::read(source, base)?;
    let notes = Directory::read(source, layout, first)?;
    let preview = layout.place(notes.number(source, NIKON_PREVIEW)?)?;
    let of = Directory::read(source, layout, preview)?;
    jpeg(source, &of, JPEG, layout)
}

/// The preview is in the settings of the camera, which are a directory of their own.
fn olympus(source: &mut Source, layout: Layout, other: Layout, at: u64) -> Option<Vec<Part>> {
    let notes = Directory::read(source, layout, at)?;
    let (place, length) = notes.place(OLYMPUS_SETTINGS)?;
    // Old cameras have the directory as the value, others say where it is.
    let settings = if length == 4 { layout.place(notes.number(source, OLYMPUS_SETTINGS)?)? } else { place };
    let of = Directory::read(source, layout, settings)?;
    jpeg(source, &of, OLYMPUS_JPEG, other)
}

fn pentax(source: &mut Source, layout: Layout, other: Layout, at: u64) -> Option<Vec<Part>> {
    let of = Directory::read(source, layout, at)?;
    jpeg(source, &of, PENTAX_JPEG, other)
}

/// The JPEG that a directory tells, by its own layout or by another one.
fn jpeg(source: &mut Source, of: &Directory, (at, length): (u16, u16), other: Layout) -> Option<Vec<Part>> {
    let (offset, length) = (of.number(source, at)?, of.number(source, length)?);
    let mut bases = vec![of.layout.base];
    bases.extend(Some(other.base).filter(|base| *base != of.layout.base));
    Some(bases.into_iter().filter_map(|base| Some(Part::new(base.checked_add(offset)?, length))).collect())
}
