//! From the numbers of a TIFF to eight bits: integers of any size, with and without sign, and floating-point numbers.

use tiff::decoder::{BufferLayoutPreference, DecodingResult};

/// The numbers of a picture, channel by channel of each pixel.
pub(super) struct Samples {
    pub(super) bytes: Vec<u8>,
    pub(super) channels: usize,
}

/// What the numbers stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    /// Amounts of light or ink, from none to all.
    Amount,
    /// Indices of a palette, or the signed numbers of L*a*b*, of which the first eight bits are kept.
    Bits,
}

/// How the numbers are arranged.
#[derive(Debug, Clone, Copy)]
pub(super) struct Arrangement {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) channels: usize,
    /// How many bits a number has.
    pub(super) bits: u8,
    /// Whether numbers of whole bytes begin with the lowest.
    pub(super) is_little_endian: bool,
}

/// The numbers as eight bits each, in the order of the pixels.
pub(super) fn eight_bits(
    read: DecodingResult,
    layout: &BufferLayoutPreference,
    of: Arrangement,
    meaning: Meaning,
) -> Samples {
    let bytes = match read {
        DecodingResult::U8(bytes) if of.bits == 8 => bytes,
        DecodingResult::U8(bytes) => unpacked(&bytes, layout, of, meaning),
        DecodingResult::U16(all) if meaning == Meaning::Bits => {
            all.iter().map(|number| number.to_be_bytes()[0]).collect()
        }
        DecodingResult::U16(all) => all.iter().map(|number| rounded(f32::from(*number) / 257.0)).collect(),
        DecodingResult::U32(all) => stretched(&all, of, |number| f64::from(*number), (0.0, f64::from(u32::MAX))),
        DecodingResult::U64(all) => stretched(&all, of, |number| wide(*number), (0.0, wide(u64::MAX))),
        DecodingResult::F16(all) => stretched(&all, of, |number| number.to_f64(), (0.0, 1.0)),
        DecodingResult::F32(all) => stretched(&all, of, |number| f64::from(*number), (0.0, 1.0)),
        DecodingResult::F64(all) => stretched(&all, of, |number| *number, (0.0, 1.0)),
        // Programs wrongly call ordinary bytes signed; libtiff and all that use it take them as they are.
        DecodingResult::I8(all) => all.iter().map(|number| number.to_be_bytes()[0]).collect(),
        DecodingResult::I16(all) if meaning == Meaning::Bits => {
            all.iter().map(|number| number.to_be_bytes()[0]).collect()
        }
        DecodingResult::I16(all) => signed(&all, of, |number| f64::from(*number), f64::from(i16::MAX)),
        DecodingResult::I32(all) => signed(&all, of, |number| f64::from(*number), f64::from(i32::MAX)),
        DecodingResult::I64(all) => {
            #[expect(clippy::cast_precision_loss, reason = "the rest is not visible")]
            let number = |number: &i64| *number as f64;
            signed(&all, of, number, wide(u64::MAX) / 2.0)
        }
    };
    Samples { bytes: interleaved(bytes, layout.planes), channels: of.channels }
}

fn wide(number: u64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "the rest is not visible")]
    let number = number as f64;
    number
}

/// The numbers of L*a*b*, if they are floating-point numbers.
pub(super) fn floats(read: &DecodingResult) -> Option<Vec<f32>> {
    Some(match read {
        DecodingResult::F16(all) => all.iter().map(|number| number.to_f32()).collect(),
        DecodingResult::F32(all) => all.clone(),
        DecodingResult::F64(all) => {
            #[expect(clippy::cast_possible_truncation, reason = "the rest is not visible")]
            let number = |number: &f64| *number as f32;
            all.iter().map(number).collect()
        }
        _ => return None,
    })
}

/// Numbers of other sizes than whole bytes, or of three bytes, which are packed in rows of whole bytes.
fn unpacked(bytes: &[u8], layout: &BufferLayoutPreference, of: Arrangement, meaning: Meaning) -> Vec<u8> {
    let per_row = of.width * of.channels / layout.planes.max(1);
    let row = layout.row_stride.map_or(1, std::num::NonZero::get);
    let bits = usize::from(of.bits.clamp(1, 24));
    let most = (1_u32 << bits) - 1;
    let rows = of.height * layout.planes.max(1);
    let mut all = Vec::with_capacity(rows * per_row);
    for row in bytes.chunks_exact(row).take(rows) {
        all.extend((0..per_row).map(|place| {
            let (byte, bit) = (place * bits / 8, place * bits % 8);
            let at = |byte: usize| row.get(byte).copied().unwrap_or_default();
            let mut four = [at(byte), at(byte + 1), at(byte + 2), at(byte + 3)];
            if bits == 24 && of.is_little_endian {
                four[..3].reverse();
            }
            let number = (u32::from_be_bytes(four) << bit) >> (32 - bits);
            let scaled = match meaning {
                Meaning::Amount => (u64::from(number) * 255 + u64::from(most / 2)) / u64::from(most),
                Meaning::Bits => u64::from(number >> bits.saturating_sub(8)),
            };
            u8::try_from(scaled).unwrap_or(u8::MAX)
        }));
    }
    all
}

/// Numbers within a usual range. If some are outside, or all are close to its beginning, what they measure is not
/// light, and they are shown from the lowest to the highest. Those of several channels are colours and opacity, of which
/// only what is outside is cut off: highlights must not darken all else.
fn stretched<T>(all: &[T], of: Arrangement, number: impl Fn(&T) -> f64, usual: (f64, f64)) -> Vec<u8> {
    if of.channels > 1 {
        return scaled(all, number, usual.0, usual.1);
    }
    let finite = all.iter().map(&number).filter(|number| number.is_finite());
    let (low, high) = finite.fold((f64::MAX, f64::MIN), |(low, high), number| (low.min(number), high.max(number)));
    let is_usual = low >= usual.0 && high <= usual.1 && high > usual.1 / 256.0;
    let (low, high) = if is_usual || low >= high { usual } else { (low, high) };
    scaled(all, number, low, high)
}

/// Numbers with a sign: from nothing to the highest possible if none is negative, else from the lowest to the highest.
fn signed<T>(all: &[T], of: Arrangement, number: impl Fn(&T) -> f64, most: f64) -> Vec<u8> {
    stretched(all, of, number, (0.0, most))
}

fn scaled<T>(all: &[T], number: impl Fn(&T) -> f64, low: f64, high: f64) -> Vec<u8> {
    let factor = 255.0 / (high - low);
    all.iter()
        .map(|one| {
            #[expect(clippy::cast_possible_truncation, reason = "it is between 0 and 255")]
            let value = ((number(one) - low) * factor).clamp(0.0, 255.0) as f32;
            rounded(value)
        })
        .collect()
}

fn rounded(value: f32) -> u8 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is between 0 and 255")]
    let value = (value + 0.5) as u8;
    value
}

/// The channels of each pixel side by side, if the file has one channel after the other.
fn interleaved(bytes: Vec<u8>, planes: usize) -> Vec<u8> {
    if planes <= 1 {
        return bytes;
    }
    let pixels = bytes.len() / planes;
    let mut mixed = vec![0; pixels * planes];
    for (plane, channel) in bytes.chunks_exact(pixels.max(1)).zip(0..) {
        mixed.iter_mut().skip(channel).step_by(planes).zip(plane).for_each(|(into, from)| *into = *from);
    }
    mixed
}
