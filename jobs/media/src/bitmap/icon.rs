//! Takes the largest picture of an icon or a cursor, which is a PNG, or a bitmap without the header of the file.
//!
//! The decoder of `image` takes the one with the most colours, and refuses those of which the directory says something
//! else than the picture itself. Many programs write such icons, and all that show icons show them.

use super::shown;
use crate::{MediaError, decoded::Decoded, raster};
use image::ImageFormat;
use std::{cmp::Reverse, fs::File, io::Read, path::Path};

/// The largest file that is read, in bytes.
const MAX_BYTES: u64 = 64 * 1024 * 1024;

/// How many pictures are tried, because the largest one may be damaged.
const MAX_TRIED: usize = 4;

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

/// A picture of an icon.
struct Entry<'a> {
    /// In pixels, as the directory says; 0 stands for 256, or for more.
    size: [u8; 2],
    /// In bits; a cursor has its hot spot there.
    depth: u16,
    data: &'a [u8],
}

/// Decodes the largest picture of a file.
pub(crate) fn open(path: &Path) -> Result<Decoded, MediaError> {
    let what = "the original cannot be read";
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(|error| MediaError::of_io(error, what))?;
    file.take(MAX_BYTES).read_to_end(&mut bytes).map_err(|error| MediaError::of_io(error, what))?;
    let mut entries = entries(&bytes);
    let area = |entry: &Entry<'_>| entry.size.map(|edge| u32::from(edge.wrapping_sub(1)) + 1).iter().product::<u32>();
    let is_cursor = bytes.get(2) == Some(&2);
    entries.sort_by_key(|entry| Reverse((area(entry), if is_cursor { 0 } else { entry.depth }, entry.data.len())));
    let mut refusal = None;
    for entry in entries.into_iter().take(MAX_TRIED) {
        match decode(&entry) {
            Ok(decoded) => return Ok(decoded),
            Err(error @ MediaError::Unusable(_)) => refusal = refusal.or(Some(error)),
            Err(error) => return Err(error),
        }
    }
    Err(refusal.unwrap_or_else(|| MediaError::unusable("The icon holds no picture, or ends before it begins.")))
}

fn entries(bytes: &[u8]) -> Vec<Entry<'_>> {
    let count = bytes.get(4..6).map_or(0, |count| u16::from_le_bytes([count[0], count[1]]));
    let directory = bytes.get(6..).unwrap_or_default().as_chunks::<16>().0.iter().take(count.into());
    let entry = |[width, height, _, _, _, _, low, high, rest @ ..]: &[u8; 16]| {
        let (numbers, _) = rest.as_chunks::<4>();
        let [length, place] = [0, 1].map(|at| u32::from_le_bytes(numbers[at]) as usize);
        let data = bytes.get(place..)?;
        let data = &data[..length.min(data.len())];
        (!data.is_empty()).then_some(Entry { size: [*width, *height], depth: u16::from_le_bytes([*low, *high]), data })
    };
    directory.filter_map(entry).collect()
}

fn decode(entry: &Entry<'_>) -> Result<Decoded, MediaError> {
    if entry.data.starts_with(PNG) {
        return raster::decode(entry.data, ImageFormat::Png);
    }
    let icon = alone(entry);
    let decoded = raster::decode(&icon, ImageFormat::Ico)?;
    Ok(Decoded { picture: shown(decoded.picture), ..decoded })
}

/// An icon of this picture only, with a directory that agrees with it.
fn alone(entry: &Entry<'_>) -> Vec<u8> {
    let number = |at: usize| entry.data.get(at..at + 4)?.try_into().ok().map(u32::from_le_bytes);
    // What is 256 or more is 0. The height is that of the picture and of its mask.
    let edge = |edge: u32| u8::try_from(edge).unwrap_or_default();
    let [width, height] = match (number(0), number(4), number(8)) {
        (Some(40..), Some(width), Some(both)) => [edge(width), edge(both / 2)],
        _ => entry.size,
    };
    let length = u32::try_from(entry.data.len()).unwrap_or(u32::MAX);
    let mut icon = vec![0, 0, 1, 0, 1, 0, width, height, 0, 0, 1, 0, 32, 0];
    icon.extend(length.to_le_bytes());
    icon.extend(22_u32.to_le_bytes());
    icon.extend(entry.data);
    icon
}
