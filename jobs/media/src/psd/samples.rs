//! The samples of the merged picture. They are stored channel by channel, and become eight bits, pixel by pixel.

use super::{
    header::{Header, Mode, refusal},
    sections::{long, short, skip},
};
use crate::{MediaError, colour::srgb_of_light};
use std::io::{self, Read, Seek};

/// Reads the first channels of the picture.
pub(super) fn read(file: &mut (impl Read + Seek), header: &Header, kept: usize) -> Result<Vec<u8>, MediaError> {
    let of_io = |error| MediaError::of_io(error, "the original cannot be read");
    match short(file).map_err(of_io)? {
        0 => channels(header, kept, |row| file.read_exact(row)).map_err(of_io),
        1 => {
            let lengths = lengths(file, header, kept).map_err(of_io)?;
            let mut packed = Vec::new();
            let mut lengths = lengths.into_iter();
            let unpack = |row: &mut [u8]| {
                packed.resize(lengths.next().unwrap_or_default(), 0);
                file.read_exact(&mut packed)?;
                unpack(&packed, row)
            };
            channels(header, kept, unpack).map_err(of_io)
        }
        _ => Err(refusal("is compressed in a way that is not known")),
    }
}

/// The lengths of the packed rows of the first channels.
fn lengths(file: &mut (impl Read + Seek), header: &Header, kept: usize) -> io::Result<Vec<usize>> {
    let rows = header.height as usize;
    let mut lengths = Vec::with_capacity(rows * kept);
    for _ in 0..rows * kept {
        lengths.push(if header.is_large { long(file)? as usize } else { short(file)?.into() });
    }
    // Packing never makes a row twice as long, so that a longer one is damaged.
    if lengths.iter().any(|length| *length > 2 * header.row_bytes() + 64) {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let bytes = if header.is_large { 4 } else { 2 };
    skip(file, bytes * u64::from(header.height) * (u64::from(header.channels) - kept as u64))?;
    Ok(lengths)
}

/// Reads the rows of each channel, and puts the samples of a pixel side by side.
fn channels(header: &Header, kept: usize, mut next: impl FnMut(&mut [u8]) -> io::Result<()>) -> io::Result<Vec<u8>> {
    let (width, height) = (header.width as usize, header.height as usize);
    let mut samples = vec![0; width * height * kept];
    let mut row = vec![0; header.row_bytes()];
    for channel in 0..kept {
        for into in samples.chunks_exact_mut(width * kept) {
            next(&mut row)?;
            let into = into.iter_mut().skip(channel).step_by(kept);
            let is_light = channel < header.mode.channels().into();
            match header.depth {
                1 => into.enumerate().for_each(|(x, into)| {
                    *into = if row[x / 8] >> (7 - x % 8) & 1 == 1 { 0 } else { u8::MAX };
                }),
                8 => into.zip(&row).for_each(|(into, sample)| *into = *sample),
                16 => into.zip(row.as_chunks::<2>().0).for_each(|(into, sample)| *into = eight_bits(*sample)),
                _ => into.zip(row.as_chunks::<4>().0).for_each(|(into, sample)| {
                    *into = of_float(f32::from_be_bytes(*sample), is_light);
                }),
            }
        }
    }
    Ok(samples)
}

/// Sixteen bits as eight, rounded.
fn eight_bits(sample: [u8; 2]) -> u8 {
    let value = u32::from(u16::from_be_bytes(sample));
    u8::try_from((value * 255 + 32_767) / 65_535).unwrap_or(u8::MAX)
}

/// Floating-point numbers are light itself, and 1 is white; or an opacity.
fn of_float(sample: f32, is_light: bool) -> u8 {
    if is_light {
        return srgb_of_light(sample);
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is between 0 and 255")]
    let opacity = (sample.clamp(0.0, 1.0) * 255.0).round() as u8;
    opacity
}

/// Unpacks a row (`PackBits`).
fn unpack(mut packed: &[u8], row: &mut [u8]) -> io::Result<()> {
    let mut at = 0;
    while let [count, rest @ ..] = packed {
        let (from, used) = match *count {
            // A run of one byte.
            129.. => (rest.get(..1), 1),
            128 => (Some(&[][..]), 0),
            // Bytes as they are.
            count => (rest.get(..=usize::from(count)), usize::from(count) + 1),
        };
        let from = from.ok_or(io::ErrorKind::InvalidData)?;
        let length = if *count > 128 { 257 - usize::from(*count) } else { from.len() };
        let into = &mut row[at..];
        let length = length.min(into.len());
        if *count > 128 {
            into[..length].fill(from[0]);
        } else {
            into[..length].copy_from_slice(&from[..length]);
        }
        (at, packed) = (at + length, &rest[used..]);
    }
    if at < row.len() { Err(io::ErrorKind::InvalidData.into()) } else { Ok(()) }
}

impl Mode {
    /// Whether its numbers are opaque colours on white where nothing is.
    pub(super) const fn is_on_white(self) -> bool {
        matches!(self, Self::Gray | Self::Rgb)
    }
}
