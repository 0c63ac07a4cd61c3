//! Reads CR3, the raw files of Canon that consist of boxes as videos do.

use super::{
    found::{Found, Part, Picture},
    walk,
};
use crate::{
    directory::{Directory, Layout},
    heif::boxes::{boxes, content, header, number},
    source::Source,
};

/// The most bytes of the description of a file.
const MAX_BYTES: u64 = 4 * 1024 * 1024;

/// The most boxes of a file.
const MAX_BOXES: usize = 100;

/// The box with what the camera wrote, and the one with a preview.
pub(crate) const CAMERA: [u8; 16] = 0x85c0_b687_820f_11e0_8111_f4ce_462b_6a48_u128.to_be_bytes();
const PREVIEW: [u8; 16] = 0xeaf4_2b5e_1c98_4b88_b9fb_b7dc_406e_4d16_u128.to_be_bytes();

/// How many bytes come before the JPEG of a preview: the id of the box, and numbers; a box in it, and its numbers.
const BEFORE_JPEG: u64 = 16 + 8 + 24;

/// Reads the boxes of a file.
pub(super) fn read(source: &mut Source) -> Found {
    let mut found = Found::default();
    let mut at = 0;
    for _ in 0..MAX_BOXES {
        let Some((kind, from, length)) = header(source, at) else { break };
        match &kind {
            b"moov" => {
                let description = source.bytes(from, length.min(MAX_BYTES)).unwrap_or_default();
                describe(&description, &mut found);
            }
            b"uuid" => found.parts.extend(preview(source, from, length)),
            _ => {}
        }
        let Some(end) = from.checked_add(length) else { break };
        at = end;
    }
    found
}

fn preview(source: &mut Source, at: u64, length: u64) -> Option<Part> {
    let id = source.bytes(at, 16)?;
    Some(Part::new(at + BEFORE_JPEG, length.checked_sub(BEFORE_JPEG)?)).filter(|_| id == PREVIEW)
}

/// Reads the box that describes the file.
fn describe(moov: &[u8], found: &mut Found) {
    for (kind, data) in boxes(moov) {
        match &kind {
            b"uuid" if data.starts_with(&CAMERA) => camera(&data[CAMERA.len()..], found),
            b"trak" => found.parts.extend(first_sample(data)),
            _ => {}
        }
    }
}

/// Reads what the camera wrote: two small TIFFs.
fn camera(data: &[u8], found: &mut Found) {
    for (kind, data) in boxes(data).filter(|(kind, _)| kind == b"CMT1" || kind == b"CMT2") {
        let mut source = Source::of_bytes(data.to_vec());
        let directory = Layout::read(&mut source, 0).and_then(|(layout, at)| Directory::read(&mut source, layout, at));
        let Some(directory) = directory else { continue };
        if &kind == b"CMT2" {
            walk::exif(&mut source, &directory, found);
            continue;
        }
        found.orientation = walk::orientation(&mut source, &directory);
        let size = directory.number(&mut source, 256).zip(directory.number(&mut source, 257));
        let shown = |size| Picture { size, shown: None, interpretation: None, is_other: false };
        found.pictures.extend(size.map(shown));
    }
}

/// The first sample of a track. That of the first track is the full picture as a JPEG.
fn first_sample(track: &[u8]) -> Option<Part> {
    let table = [*b"mdia", *b"minf", *b"stbl"].into_iter().try_fold(track, content)?;
    let sizes = content(table, *b"stsz")?;
    let length = match number(sizes.get(4..8)?) {
        0 => number(sizes.get(12..16)?),
        all => all,
    };
    let at = match content(table, *b"co64") {
        Some(offsets) => u64::from_be_bytes(offsets.get(8..16)?.try_into().ok()?),
        None => number(content(table, *b"stco")?.get(8..12)?).into(),
    };
    Some(Part::new(at, length.into()))
}
