//! Which of the pictures that the program writes is the main one. It writes all pictures of a file in the order of their
//! ids, except thumbnails, parts of others, and those that accompany others, such as depth.

use super::boxes::{boxes, content, main, number};

/// Types of items that are pictures.
const PICTURES: [&[u8; 4]; 8] = [b"hvc1", b"av01", b"grid", b"iden", b"iovl", b"jpeg", b"avc1", b"vvc1"];

/// The place of the main picture among the pictures of a file, from 1, and how many there are.
pub(super) fn place_of_main(meta: &[u8]) -> Option<(usize, usize)> {
    let main = main(meta)?;
    let beside = content(meta, *b"iref").map(beside).unwrap_or_default();
    let mut shown: Vec<u32> = items(content(meta, *b"iinf")?)?.into_iter().filter(|id| !beside.contains(id)).collect();
    shown.sort_unstable();
    let place = shown.iter().position(|id| *id == main)?;
    Some((place + 1, shown.len()))
}

/// The ids of all pictures that are not hidden; tiles of others are.
fn items(info: &[u8]) -> Option<Vec<u32>> {
    let entries = info.get(if *info.first()? == 0 { 6 } else { 8 }..)?;
    let picture = |(kind, entry): ([u8; 4], &[u8])| {
        let (version, flags, rest) = (*entry.first()?, *entry.get(3)?, entry.get(4..)?);
        let id_bytes = if version >= 3 { 4 } else { 2 };
        let name = rest.get(id_bytes + 2..id_bytes + 6)?;
        let is_shown = &kind == b"infe" && flags & 1 == 0 && PICTURES.iter().any(|known| name == *known);
        is_shown.then(|| number(&rest[..id_bytes]))
    };
    Some(boxes(entries).filter_map(picture).collect())
}

/// The ids of thumbnails of others, and of what accompanies others.
fn beside(references: &[u8]) -> Vec<u32> {
    let id_bytes = if references.first() == Some(&0) { 2 } else { 4 };
    let of = |(kind, content): ([u8; 4], &[u8])| {
        let id = content.get(..id_bytes).map(number);
        id.filter(|_| &kind == b"thmb" || &kind == b"auxl")
    };
    boxes(references.get(4..).unwrap_or_default()).filter_map(of).collect()
}
