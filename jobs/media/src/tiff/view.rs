//! The form in which decoders read the page of a TIFF: as the only page, with a directory that is written anew.
//!
//! The `tiff` crate refuses photometric interpretations whose samples it could read, such as a palette; samples of
//! unusual sizes; files that do not say how long their parts are; and the opposite order of bits. And it fails in the
//! padding of some tiles. The directory that it is shown describes the same data in a way that it knows.

use super::page::{
    BITS, EXTRA_SAMPLES, FILL_ORDER, HEIGHT, INTERPRETATION, PREDICTOR, Page, SAMPLE_FORMAT, SAMPLES, STRIP_LENGTHS,
    STRIP_OFFSETS, TILE_LENGTHS, TILE_OFFSETS, TILE_WIDTH, WIDTH,
};
use crate::{limits::MAX_EDGE, patched::Patches};
use std::{
    io::{self, Read, Seek, SeekFrom},
    ops::Range,
};
use tiff::ColorType;

/// LZW, whose decoder fails in the padding of tiles.
const LZW: u16 = 5;

/// JPEG, in which the order of bits is always the same.
const JPEG: u16 = 7;

/// The parts of a page: strips or tiles.
struct Parts {
    offsets: Vec<u64>,
    lengths: Vec<u64>,
}

impl Page {
    /// Whether the decoder is to read bytes, of which the samples are unpacked here.
    pub(super) const fn is_packed(&self) -> bool {
        let is_unusual = !matches!(self.bits, 8 | 16 | 32 | 64) && self.bits > 0 && self.bits <= 24;
        let is_number = self.sample_format == 1 || self.bits < 16 && self.sample_format == 4;
        // Compressions of pictures know what a sample is.
        is_unusual && is_number && self.predictor == 1 && matches!(self.compression, 1 | 5 | 8 | 32773 | 32946 | 50_000)
    }

    /// The size with the padding of tiles, where the decoder has to read it as well.
    pub(super) fn padded(&self) -> (u32, u32) {
        let Some((width, height)) = self.tile else { return (self.width, self.height) };
        let whole = |edge: u32, tile: u32| edge.div_ceil(tile).saturating_mul(tile);
        let is_wide = self.is_packed() || self.is_planar || self.compression == LZW;
        let padded = (
            if is_wide { whole(self.width, width) } else { self.width },
            if self.is_planar { whole(self.height, height) } else { self.height },
        );
        if padded.0.max(padded.1) <= MAX_EDGE { padded } else { (self.width, self.height) }
    }

    /// What the samples of a packed page are.
    pub(super) fn packed_colour(&self) -> ColorType {
        let bits = u8::try_from(self.bits).unwrap_or(u8::MAX);
        match (self.interpretation, self.samples) {
            (2, 4..) if matches!(self.extra, None | Some(1 | 2)) => ColorType::RGBA(bits),
            (2 | 8..=10, 3..) => ColorType::RGB(bits),
            (5, 4..) => ColorType::CMYK(bits),
            (6, 3) => ColorType::YCbCr(bits),
            (_, 1) => ColorType::Gray(bits),
            (_, num_samples) => ColorType::Multiband { bit_depth: bits, num_samples },
        }
    }

    /// The bytes that hold this many pixels of a packed page.
    fn bytes_of(&self, pixels: u32) -> u64 {
        let samples = if self.is_planar { 1 } else { u64::from(self.samples) };
        (u64::from(pixels) * samples * u64::from(self.bits)).div_ceil(8)
    }

    /// The page for the decoder.
    pub(super) fn for_decoder(&self, file: &mut (impl Read + Seek)) -> io::Result<Patches> {
        let (width, height) = self.padded();
        // White for 0 and palettes are gray to the decoder; L*a*b* has three channels like RGB.
        let known = match self.interpretation {
            _ if self.is_packed() => 1,
            0 | 3 => 1,
            8..=10 => 2,
            // Some programs do not say it.
            u16::MAX if self.samples < 3 => 1,
            u16::MAX => 2,
            other => other,
        };
        let mut numbers = vec![(INTERPRETATION, u64::from(known)), (WIDTH, width.into()), (HEIGHT, height.into())];
        let mut without = vec![];
        if self.is_packed() {
            let samples = if self.is_planar { self.samples } else { 1 };
            numbers.extend([(WIDTH, self.bytes_of(width)), (BITS, 8), (SAMPLES, samples.into())]);
            numbers.extend(self.tile.map(|(width, _)| (TILE_WIDTH, self.bytes_of(width))));
            without = vec![EXTRA_SAMPLES, SAMPLE_FORMAT, PREDICTOR];
        }
        self.view(file, &numbers, &without)
    }

    /// The page for a program that reads the usual kinds.
    pub(super) fn for_program(&self, file: &mut (impl Read + Seek)) -> io::Result<Patches> {
        self.view(file, &[], &[])
    }

    /// Whether a program reads the page of the file as it is.
    pub(super) const fn is_plain(&self) -> bool {
        self.is_first && !self.is_reversed && self.has_lengths
    }

    fn view(&self, file: &mut (impl Read + Seek), numbers: &[(u16, u64)], without: &[u16]) -> io::Result<Patches> {
        let length = file.seek(SeekFrom::End(0))?;
        let mut entries = self.entries.clone();
        entries.retain(|entry| !without.contains(&entry.tag) && entry.tag != FILL_ORDER);
        for (tag, number) in numbers {
            entries.retain(|entry| entry.tag != *tag);
            entries.push(self.format.entry(*tag, &[*number]));
        }
        let mut reversed = Vec::new();
        if !self.has_lengths || self.is_reversed && self.compression != JPEG {
            let Parts { offsets, lengths } = self.parts(file, length)?;
            if !self.has_lengths {
                let tag = if self.tile.is_some() { TILE_LENGTHS } else { STRIP_LENGTHS };
                entries.push(self.format.entry(tag, &lengths));
            }
            if self.is_reversed && self.compression != JPEG {
                let part = |(at, length): (u64, u64)| Range { start: at, end: at.saturating_add(length) };
                reversed = offsets.into_iter().zip(lengths).map(part).collect();
            }
        }
        let (at, link) = self.format.link(length).ok_or(io::ErrorKind::InvalidData)?;
        let tail = self.format.written(entries, length);
        Ok(Patches::replacing(at, &link).with_tail(tail).with_reversed(reversed))
    }

    /// Where the parts are. Where the file does not say how long they are, each ends where the next begins.
    fn parts(&self, file: &mut (impl Read + Seek), end: u64) -> io::Result<Parts> {
        let mut of = |tags: [u16; 2]| {
            let entry = self.entries.iter().find(|entry| tags.contains(&entry.tag));
            entry.map(|entry| self.format.numbers(file, entry, u64::MAX)).transpose().map(Option::unwrap_or_default)
        };
        let offsets = of([STRIP_OFFSETS, TILE_OFFSETS])?;
        let lengths = of([STRIP_LENGTHS, TILE_LENGTHS])?;
        if self.has_lengths {
            return Ok(Parts { offsets, lengths });
        }
        let mut sorted = offsets.clone();
        sorted.sort_unstable();
        let length = |at: &u64| {
            let next = sorted.get(sorted.partition_point(|other| other <= at)).copied().unwrap_or(end);
            next.min(end).saturating_sub(*at)
        };
        Ok(Parts { lengths: offsets.iter().map(length).collect(), offsets })
    }
}
