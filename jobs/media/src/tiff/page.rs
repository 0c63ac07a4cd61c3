//! Chooses the page of a TIFF that is shown, and lets the decoder read it.
//!
//! The first page may be a thumbnail, which says so; its picture is a later page, or a page below it. And the decoder
//! (the `tiff` crate) refuses photometric interpretations whose samples it could read, such as a palette. It reads the
//! file through [`Patched`], in which the chosen page is the first and its interpretation is one that it knows.

use crate::limits::MAX_EDGE;
use std::io::{self, Read, Seek, SeekFrom};

/// The most pages that are looked at.
const MAX_PAGES: usize = 64;

/// The most entries of a page that are looked at; a page has some twenty.
const MAX_ENTRIES: u64 = 1000;

const SUBFILE: u64 = 254;
const WIDTH: u64 = 256;
const COMPRESSION: u64 = 259;
const INTERPRETATION: u64 = 262;
const TILE_WIDTH: u64 = 322;
const SUB_PAGES: u64 = 330;
const SUBSAMPLING: u64 = 530;

/// LZW, whose decoder fails in the padding of tiles.
const LZW: u16 = 5;

/// What is known of a page before it is decoded.
#[derive(Debug, Clone, Default)]
pub(super) struct Page {
    /// Where its directory is.
    at: u64,
    /// Whether it is a smaller version of another page, or a mask.
    is_other: bool,
    pub(super) compression: u16,
    pub(super) interpretation: u16,
    /// How many pixels share a colour, in each direction.
    pub(super) subsampling: (u16, u16),
    /// The width of the picture; with the padding of its tiles, the decoder is told another.
    pub(super) width: u32,
    tile_width: Option<u32>,
    interpretation_at: Option<u64>,
    /// Where the width is, and in how many bytes.
    width_at: Option<(u64, usize)>,
    next: u64,
    next_at: Option<u64>,
    below: Vec<u64>,
}

/// How the numbers of a file are written.
#[derive(Debug, Clone, Copy)]
struct Format {
    is_big_endian: bool,
    /// `BigTIFF`, in which offsets have eight bytes.
    is_big: bool,
}

/// The page to show, and the changes by which the decoder reads it.
pub(super) fn choose(file: &mut (impl Read + Seek)) -> io::Result<(Page, Vec<Patch>)> {
    let mut header = [0; 16];
    file.rewind()?;
    file.read_exact(&mut header[..8])?;
    let is_big_endian = &header[..2] == b"MM";
    let format = Format { is_big_endian, is_big: header[2..4].contains(&43) };
    if format.is_big {
        file.read_exact(&mut header[8..])?;
    }
    let first_at = if format.is_big { 8 } else { 4 };
    let first = format.number(&header[first_at..][..format.offset_size()]);
    let page = largest(file, format, first)?;
    let mut patches = vec![Patch::of(first_at as u64, &format.bytes(page.at, format.offset_size()))];
    // The decoder refuses pages that lead back to earlier ones.
    patches.extend(page.next_at.map(|at| Patch::of(at, &format.bytes(0, format.offset_size()))));
    // White for 0 and palettes are gray to the decoder; L*a*b* has three channels like RGB.
    let known = match page.interpretation {
        0 | 3 => Some(1),
        8..=10 => Some(2),
        _ => None,
    };
    if let (Some(known), Some(at)) = (known, page.interpretation_at) {
        patches.push(Patch::of(at, &format.bytes(known, 2)));
    }
    if let (Some(padded), Some((at, size))) = (page.padded_width(), page.width_at) {
        patches.push(Patch::of(at, &format.bytes(padded.into(), size)));
    }
    Ok((page, patches))
}

impl Page {
    /// The width of all tiles, where the decoder has to read their padding as well.
    fn padded_width(&self) -> Option<u32> {
        let tile = self.tile_width.filter(|tile| *tile > 0 && self.compression == LZW)?;
        let padded = self.width.div_ceil(tile).checked_mul(tile)?;
        (padded != self.width && padded <= MAX_EDGE).then_some(padded)
    }
}

/// The first page that is not a smaller version of another, or else the first.
fn largest(file: &mut (impl Read + Seek), format: Format, first: u64) -> io::Result<Page> {
    let mut pages: Vec<Page> = Vec::new();
    let mut offsets = vec![first];
    while let Some(at) = offsets.pop() {
        if at == 0 || pages.len() == MAX_PAGES || pages.iter().any(|page| page.at == at) {
            continue;
        }
        match read(file, format, at) {
            Ok(page) if !page.is_other => return Ok(page),
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
    pages.into_iter().next().ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
}

fn read(file: &mut (impl Read + Seek), format: Format, at: u64) -> io::Result<Page> {
    let mut page = Page { at, compression: 1, interpretation: u16::MAX, subsampling: (2, 2), ..Page::default() };
    file.seek(SeekFrom::Start(at))?;
    let count_size = if format.is_big { 8 } else { 2 };
    let entry_size = if format.is_big { 20 } else { 12 };
    let mut number = [0; 8];
    file.read_exact(&mut number[..count_size])?;
    let count = format.number(&number[..count_size]);
    let mut entries = vec![0; usize::try_from(count.min(MAX_ENTRIES)).unwrap_or_default() * entry_size];
    file.read_exact(&mut entries)?;
    if count <= MAX_ENTRIES {
        page.next_at = Some(at + (count_size + entries.len()) as u64);
        file.read_exact(&mut number[..format.offset_size()])?;
        page.next = format.number(&number[..format.offset_size()]);
    }
    let mut below = None;
    for (entry, place) in entries.chunks_exact(entry_size).zip(1_u64..) {
        // The value is the last part of an entry.
        let (facts, value) = entry.split_at(entry_size - format.offset_size());
        let value_at = at + (count_size as u64) + place * (entry_size as u64) - (format.offset_size() as u64);
        let size = size_of(format.number(&facts[2..4]));
        let number = format.number(&value[..size.min(value.len())]);
        let short = |from: usize| u16::try_from(format.number(&value[from..from + 2])).unwrap_or_default();
        match format.number(&facts[..2]) {
            SUBFILE => page.is_other = number & 5 != 0,
            WIDTH => {
                page.width = u32::try_from(number).unwrap_or(u32::MAX);
                page.width_at = Some((value_at, size));
            }
            COMPRESSION => page.compression = short(0),
            INTERPRETATION => {
                page.interpretation = short(0);
                page.interpretation_at = Some(value_at);
            }
            TILE_WIDTH => page.tile_width = u32::try_from(number).ok(),
            SUBSAMPLING => page.subsampling = (short(0), short(2)),
            SUB_PAGES => below = Some((size, format.number(&facts[4..]), value.to_vec())),
            _ => {}
        }
    }
    if let Some((size, count, value)) = below {
        page.below = offsets(file, format, size, count, value)?;
    }
    Ok(page)
}

/// How many bytes a number of this type has.
const fn size_of(kind: u64) -> usize {
    match kind {
        1 | 2 | 6 | 7 => 1,
        3 | 8 => 2,
        16..=18 => 8,
        _ => 4,
    }
}

/// The offsets of the pages below a page: where they do not fit into the entry, it says where they are.
fn offsets(
    file: &mut (impl Read + Seek),
    format: Format,
    size: usize,
    count: u64,
    mut value: Vec<u8>,
) -> io::Result<Vec<u64>> {
    let length = usize::try_from(count).unwrap_or(MAX_PAGES).min(MAX_PAGES) * size;
    if length > value.len() {
        file.seek(SeekFrom::Start(format.number(&value)))?;
        value = vec![0; length];
        file.read_exact(&mut value)?;
    }
    Ok(value[..length].chunks_exact(size).map(|offset| format.number(offset)).collect())
}

impl Format {
    const fn offset_size(self) -> usize {
        if self.is_big { 8 } else { 4 }
    }

    fn number(self, bytes: &[u8]) -> u64 {
        let add = |number: u64, byte: &u8| number << 8 | u64::from(*byte);
        if self.is_big_endian { bytes.iter().fold(0, add) } else { bytes.iter().rev().fold(0, add) }
    }

    fn bytes(self, number: u64, size: usize) -> Vec<u8> {
        if self.is_big_endian {
            number.to_be_bytes()[8 - size..].to_vec()
        } else {
            number.to_le_bytes()[..size].to_vec()
        }
    }
}

/// Bytes that are read in place of those of the file.
#[derive(Debug, Clone)]
pub(super) struct Patch {
    at: u64,
    bytes: Vec<u8>,
}

impl Patch {
    fn of(at: u64, bytes: &[u8]) -> Self {
        Self { at, bytes: bytes.to_vec() }
    }
}

/// A file of which some bytes are replaced.
#[derive(Debug)]
pub(super) struct Patched<R> {
    file: R,
    at: u64,
    patches: Vec<Patch>,
}

impl<R: Seek> Patched<R> {
    pub(super) fn new(mut file: R, patches: Vec<Patch>) -> io::Result<Self> {
        file.rewind()?;
        Ok(Self { file, at: 0, patches })
    }
}

impl<R: Read> Read for Patched<R> {
    fn read(&mut self, piece: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read(piece)?;
        for patch in &self.patches {
            for (byte, at) in patch.bytes.iter().zip(patch.at..) {
                let place = at.checked_sub(self.at).and_then(|place| usize::try_from(place).ok());
                if let Some(place) = place.filter(|place| *place < count) {
                    piece[place] = *byte;
                }
            }
        }
        self.at += count as u64;
        Ok(count)
    }
}

impl<R: Seek> Seek for Patched<R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.at = self.file.seek(to)?;
        Ok(self.at)
    }
}
