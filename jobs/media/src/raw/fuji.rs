//! Reads RAF, the raw files of Fujifilm.

use super::found::{Found, Part, Picture};
use crate::{heif::boxes::number, source::Source};

/// Where the header tells the place and the length of the JPEG, and then those of facts about the sensor.
const PLACES: u64 = 84;

/// The most facts about the sensor that are looked at.
const MAX_FACTS: u32 = 255;

/// The height and the width of the picture.
const SIZE: u32 = 0x111;

/// Reads the header of a file.
pub(super) fn read(source: &mut Source) -> Option<Found> {
    let header = source.bytes(PLACES, 16)?;
    let mut places = header.chunks_exact(4).map(|place| u64::from(number(place)));
    let (jpeg, length, facts) = (places.next()?, places.next()?, places.next()?);
    let pictures = size(source, facts).map(|size| Picture { size, shown: None, interpretation: None, is_other: false });
    Some(Found { parts: vec![Part::new(jpeg, length)], pictures: pictures.into_iter().collect(), ..Found::default() })
}

fn size(source: &mut Source, mut at: u64) -> Option<(u64, u64)> {
    let count = number(&source.bytes(at, 4)?).min(MAX_FACTS);
    at += 4;
    for _ in 0..count {
        let fact = source.bytes(at, 4)?;
        let (tag, length) = (number(&fact[..2]), number(&fact[2..]));
        if tag == SIZE && length == 4 {
            let size = source.bytes(at + 4, 4)?;
            return Some((number(&size[2..]).into(), number(&size[..2]).into()));
        }
        at += 4 + u64::from(length);
    }
    None
}
