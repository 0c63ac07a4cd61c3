//! Chooses the page of a TIFF that is shown.
//!
//! The first page may be a thumbnail, which says so; its picture is a later page, or a page below it. How a decoder is
//! made to read the page is in `view`.

use super::directory::{Directory, Entry, Format};
use std::io::{self, Read, Seek};

/// The most pages that are looked at.
const MAX_PAGES: usize = 64;

pub(super) const SUBFILE: u16 = 254;
pub(super) const WIDTH: u16 = 256;
pub(super) const HEIGHT: u16 = 257;
pub(super) const BITS: u16 = 258;
pub(super) const COMPRESSION: u16 = 259;
pub(super) const INTERPRETATION: u16 = 262;
pub(super) const FILL_ORDER: u16 = 266;
pub(super) const STRIP_OFFSETS: u16 = 273;
pub(super) const ORIENTATION: u16 = 274;
pub(super) const SAMPLES: u16 = 277;
pub(super) const STRIP_LENGTHS: u16 = 279;
pub(super) const PLANAR: u16 = 284;
pub(super) const PREDICTOR: u16 = 317;
pub(super) const TILE_WIDTH: u16 = 322;
pub(super) const TILE_HEIGHT: u16 = 323;
pub(super) const TILE_OFFSETS: u16 = 324;
pub(super) const TILE_LENGTHS: u16 = 325;
pub(super) const SUB_PAGES: u16 = 330;
pub(super) const EXTRA_SAMPLES: u16 = 338;
pub(super) const SAMPLE_FORMAT: u16 = 339;
pub(super) const SUBSAMPLING: u16 = 530;

/// What is known of a page before it is decoded.
#[derive(Debug, Clone, Default)]
pub(super) struct Page {
    pub(super) format: Format,
    pub(super) entries: Vec<Entry>,
    /// Where its directory is.
    at: u64,
    /// Whether it is the first of the file.
    pub(super) is_first: bool,
    /// Whether it is a smaller version of another page, or a mask.
    is_other: bool,
    pub(super) compression: u16,
    pub(super) interpretation: u16,
    /// How many pixels share a colour, in each direction.
    pub(super) subsampling: (u16, u16),
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) bits: u16,
    /// The samples of a pixel.
    pub(super) samples: u16,
    /// What the first sample beside the colours says.
    pub(super) extra: Option<u16>,
    pub(super) sample_format: u16,
    /// Whether all samples of one kind come before those of the next.
    pub(super) is_planar: bool,
    pub(super) predictor: u16,
    pub(super) tile: Option<(u32, u32)>,
    /// Whether the bits of each byte are in the opposite order.
    pub(super) is_reversed: bool,
    /// Whether it says how long its parts are.
    pub(super) has_lengths: bool,
    next: u64,
    below: Vec<u64>,
}

/// The page to show: the first that is not a smaller version of another, or else the first.
pub(super) fn choose(file: &mut (impl Read + Seek)) -> io::Result<Page> {
    let (format, first) = Format::read(file)?;
    let mut pages: Vec<Page> = Vec::new();
    let mut offsets = vec![first];
    while let Some(at) = offsets.pop() {
        if at == 0 || pages.len() == MAX_PAGES || pages.iter().any(|page| page.at == at) {
            continue;
        }
        match read(file, format, at) {
            Ok(page) if !page.is_other => return Ok(Page { is_first: at == first, ..page }),
            Ok(page) => {
                offsets.push(page.next);
                offsets.extend(page.below.iter().rev());
                pages.push(page);
            }
            // A thumbnail is better than nothing.
            Err(_) if !pages.is_empty() => {}
            Err(error) => return Err(error),
        }
    }
    let page = pages.into_iter().next().map(|page| Page { is_first: true, ..page });
    page.ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
}

fn read(file: &mut (impl Read + Seek), format: Format, at: u64) -> io::Result<Page> {
    let Directory { entries, next } = format.directory(file, at)?;
    let mut page = Page { format, at, next, ..Page::default() };
    (page.compression, page.samples, page.bits, page.sample_format, page.predictor) = (1, 1, 1, 1, 1);
    (page.interpretation, page.subsampling) = (u16::MAX, (2, 2));
    for entry in &entries {
        let is_short = matches!(entry.tag, STRIP_LENGTHS | TILE_LENGTHS);
        let numbers =
            if is_short { vec![1] } else { format.numbers(file, entry, MAX_PAGES as u64).unwrap_or_default() };
        let Some(number) = numbers.first().copied() else { continue };
        let (long, short) = (u32::try_from(number).unwrap_or(u32::MAX), u16::try_from(number).unwrap_or(u16::MAX));
        match entry.tag {
            SUBFILE => page.is_other = number & 5 != 0,
            WIDTH => page.width = long,
            HEIGHT => page.height = long,
            // Samples of different sizes are left to the decoder, which refuses them.
            BITS => page.bits = if numbers.iter().all(|bits| *bits == number) { short } else { 8 },
            COMPRESSION => page.compression = short,
            INTERPRETATION => page.interpretation = short,
            FILL_ORDER => page.is_reversed = short == 2,
            SAMPLES => page.samples = short,
            PLANAR => page.is_planar = short == 2,
            PREDICTOR => page.predictor = short,
            TILE_WIDTH => page.tile = Some((long, page.tile.map_or(0, |tile| tile.1))),
            TILE_HEIGHT => page.tile = Some((page.tile.map_or(0, |tile| tile.0), long)),
            SUB_PAGES => page.below = numbers,
            EXTRA_SAMPLES => page.extra = Some(short),
            SAMPLE_FORMAT => page.sample_format = short,
            SUBSAMPLING => {
                let other = numbers.get(1).copied().unwrap_or(number);
                page.subsampling = (short, u16::try_from(other).unwrap_or(u16::MAX));
            }
            STRIP_LENGTHS | TILE_LENGTHS => page.has_lengths = true,
            _ => {}
        }
    }
    // One plane is the same either way.
    page.is_planar &= page.samples > 1;
    page.tile = page.tile.filter(|(width, height)| *width > 0 && *height > 0);
    page.entries = entries;
    Ok(page)
}
