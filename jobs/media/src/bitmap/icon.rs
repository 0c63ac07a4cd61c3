//! Takes the largest picture of an icon or a cursor, which is a PNG, or a bitmap without the header of the file.
//!
//! The decoder of `image` takes the one with the most colours, and refuses those of which the directory says something
//! else than the picture itself. Many programs write such icons, and all that show icons show them.

use super::{WINDOWS, shown};
use crate::{MediaError, decoded::Decoded, raster};
use image::ImageFormat;
use std::{borrow::Cow, cmp::Reverse, fs::File, io::Read, path::Path};

/// The largest file that is read, in bytes.
const MAX_BYTES: u64 = 64 * 1024 * 1024;

/// How many pictures are tried, because the largest one may be damaged.
const MAX_TRIED: usize = 4;

const LARGER_IS_DAMAGED: &str = "The largest picture of the icon is damaged, so that a smaller one is shown. If there is a sound copy, upload that.";

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

/// A picture of an icon.
struct Entry<'a> {
    /// In pixels, as the picture says, or else the directory.
    size: [u32; 2],
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
    let area = |entry: &Entry<'_>| u64::from(entry.size[0]) * u64::from(entry.size[1]);
    let is_cursor = bytes.get(2) == Some(&2);
    entries.sort_by_key(|entry| Reverse((area(entry), if is_cursor { 0 } else { entry.depth }, entry.data.len())));
    let mut refusal = None;
    for entry in entries.into_iter().take(MAX_TRIED) {
        match decode(&entry) {
            Ok(decoded) => {
                let warning = decoded.warning.or_else(|| refusal.map(|_| Cow::Borrowed(LARGER_IS_DAMAGED)));
                return Ok(Decoded { warning, ..decoded });
            }
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
        // 0 stands for 256, or for more.
        let told = [*width, *height].map(|edge| u32::from(edge.wrapping_sub(1)) + 1);
        let size = size(data).unwrap_or(told);
        (!data.is_empty()).then_some(Entry { size, depth: u16::from_le_bytes([*low, *high]), data })
    };
    directory.filter_map(entry).collect()
}

fn decode(entry: &Entry<'_>) -> Result<Decoded, MediaError> {
    if entry.data.starts_with(PNG) {
        return raster::decode(entry.data, ImageFormat::Png);
    }
    let icon = alone(entry);
    let decoded = raster::decode(&icon, ImageFormat::Ico)?;
    // Of other depths, the opacity comes from the mask alone; of this one, if nothing is to be seen.
    let is_meant = depth(entry.data) != Some(32) || is_masked(entry);
    let picture = if is_meant { decoded.picture } else { shown(decoded.picture) };
    Ok(Decoded { picture, ..decoded })
}

/// The size that a picture says.
fn size(data: &[u8]) -> Option<[u32; 2]> {
    let number = |at: usize| data.get(at..at + 4)?.try_into().ok();
    if data.starts_with(PNG) {
        return Some([u32::from_be_bytes(number(16)?), u32::from_be_bytes(number(20)?)]);
    }
    let [header, width, both] = [0, 4, 8].map(|at| number(at).map_or(0, u32::from_le_bytes));
    // The height is that of the picture and of its mask.
    (header >= WINDOWS && width > 0 && both > 1).then_some([width, both / 2])
}

/// How many bits a pixel of a bitmap has.
fn depth(data: &[u8]) -> Option<u16> {
    data.get(14..16)?.try_into().ok().map(u16::from_le_bytes)
}

/// Whether the mask behind a picture of 32 bits hides all of it.
fn is_masked(entry: &Entry<'_>) -> bool {
    let [width, height] = entry.size.map(|edge| edge as usize);
    let row = width.div_ceil(32) * 4;
    let mask = width.checked_mul(height).and_then(|pixels| pixels.checked_mul(4)?.checked_add(WINDOWS as usize));
    let mask = mask.and_then(|at| entry.data.get(at..)).unwrap_or_default();
    let is_set = |row: &[u8]| (0..width).all(|x| row[x / 8] & (0x80 >> (x % 8)) != 0);
    let mut rows = mask.chunks_exact(row).take(height);
    rows.len() == height && rows.all(is_set)
}

/// An icon of this picture only, with a directory that agrees with it.
fn alone(entry: &Entry<'_>) -> Vec<u8> {
    // What is 256 or more is 0.
    let [width, height] = entry.size.map(|edge| u8::try_from(edge).unwrap_or_default());
    let missing = missing_of_mask(entry);
    let length = u32::try_from(entry.data.len() + missing).unwrap_or(u32::MAX);
    let mut icon = vec![0, 0, 1, 0, 1, 0, width, height, 0, 0, 1, 0, 32, 0];
    icon.extend(length.to_le_bytes());
    icon.extend(22_u32.to_le_bytes());
    icon.extend(entry.data);
    icon.resize(icon.len() + missing, 0);
    icon
}

/// How many bytes of the mask are missing behind whole pixels. What has no mask is opaque.
fn missing_of_mask(entry: &Entry<'_>) -> usize {
    let number =
        |at: usize| entry.data.get(at..at + 4).and_then(|four| four.try_into().ok()).map_or(0, u32::from_le_bytes);
    let (header, bits, compression, used) = (number(0), depth(entry.data).unwrap_or_default(), number(16), number(32));
    let [width, height] = entry.size.map(u64::from);
    if header < WINDOWS || compression != 0 || !matches!(bits, 1 | 4 | 8 | 24 | 32) || width.max(height) > 1024 {
        return 0;
    }
    let colours = match used {
        _ if bits > 8 => 0,
        0 => 1 << bits,
        used => u64::from(used.min(256)),
    };
    let row = |bits: u64| (width * bits).div_ceil(32) * 4;
    let pixels = u64::from(header) + colours * 4 + row(bits.into()) * height;
    let (whole, length) = (pixels + row(1) * height, entry.data.len() as u64);
    if length >= pixels { usize::try_from(whole.saturating_sub(length)).unwrap_or_default() } else { 0 }
}
