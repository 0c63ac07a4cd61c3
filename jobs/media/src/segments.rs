//! Reads the segments of a JPEG before its pixels: orientation, colour profile, and how the pixels are coded.

use super::exif::is_adobe_rgb;
use image::metadata::Orientation;

/// What a segment with EXIF begins with.
pub(super) const EXIF: &[u8] = b"Exif\0\0";
const ICC: &[u8] = b"ICC_PROFILE\0";

/// The most bytes of a profile in one segment: the length of a segment has two bytes, and counts itself, the name and
/// two numbers.
const ICC_PIECE: usize = 0xffff - 2 - ICC.len() - 2;

/// The contents of the segments that we use.
#[derive(Debug, Default)]
pub(super) struct Segments {
    /// The orientation, if the camera wrote it.
    pub(super) orientation: Option<Orientation>,
    /// The whole colour profile; none if a piece is missing.
    pub(super) profile: Option<Vec<u8>>,
    /// Whether the camera wrote that the colours are Adobe RGB, which counts where there is no profile.
    pub(super) is_adobe_rgb: bool,
    /// How the pixels are coded: the marker of the frame, and the ids of its channels.
    pub(super) frame: Option<(u8, Vec<u8>)>,
    /// The width and the height.
    pub(super) size: Option<(u16, u16)>,
    /// Where the first scan begins.
    pub(super) scan: Option<usize>,
    /// Whether the first scan has all channels, so that the decoder does not have to collect scans.
    pub(super) in_one_pass: bool,
}

impl Segments {
    /// Reads the segments up to the first scan, and stops at the first invalid one.
    pub(super) fn read(jpeg: &[u8]) -> Self {
        let mut found = Self::default();
        let mut pieces: Vec<(u8, u8, &[u8])> = Vec::new();
        for Segment { at, marker, data } in Walk::new(jpeg) {
            match marker {
                0xe1 if found.orientation.is_none() && data.starts_with(EXIF) => {
                    found.orientation = Orientation::from_exif_chunk(&data[EXIF.len()..]);
                    found.is_adobe_rgb = is_adobe_rgb(&data[EXIF.len()..]);
                }
                0xe2 if data.starts_with(ICC) => {
                    if let [number, count, piece @ ..] = &data[ICC.len()..] {
                        pieces.push((*number, *count, piece));
                    }
                }
                0xc0..=0xcf if !matches!(marker, 0xc4 | 0xc8 | 0xcc) => {
                    found.frame = channels(marker, data);
                    found.size = size(data);
                }
                SCAN => {
                    found.scan = Some(at);
                    found.in_one_pass = data.first().is_some_and(|count| usize::from(*count) == found.channel_count());
                }
                _ => {}
            }
        }
        found.profile = whole(pieces);
        found
    }

    /// How many channels the picture has.
    pub(super) fn channel_count(&self) -> usize {
        self.frame.as_ref().map_or(0, |(_, ids)| ids.len())
    }

    /// Whether the scans send the values of their channels one after the other, and completely.
    pub(super) fn is_sequential(&self) -> bool {
        matches!(self.frame, Some((0xc0 | 0xc1 | 0xc9, _)))
    }

    /// Whether each scan sends only some values of its channels, or some of their bits.
    pub(super) fn is_progressive(&self) -> bool {
        matches!(self.frame, Some((0xc2 | 0xca, _)))
    }
}

/// The marker of a frame and the ids of its channels, each of which takes three bytes.
fn channels(marker: u8, data: &[u8]) -> Option<(u8, Vec<u8>)> {
    let (count, channels) = data.get(5..)?.split_first()?;
    let ids: Vec<u8> = channels.chunks_exact(3).take((*count).into()).map(|channel| channel[0]).collect();
    (ids.len() == usize::from(*count)).then_some((marker, ids))
}

/// The width and the height in a frame.
fn size(data: &[u8]) -> Option<(u16, u16)> {
    let number = |at: usize| Some(u16::from_be_bytes([*data.get(at)?, *data.get(at + 1)?]));
    Some((number(3)?, number(1)?))
}

/// The marker that begins a scan.
pub(super) const SCAN: u8 = 0xda;

/// A segment of a JPEG.
pub(super) struct Segment<'a> {
    /// Where its marker is.
    pub(super) at: usize,
    /// The second byte of its marker; the first is 255.
    pub(super) marker: u8,
    /// What follows its length.
    pub(super) data: &'a [u8],
}

/// Iterates over the segments from the start of a file to its first scan, including the header of that scan. Bytes
/// between segments are skipped, as decoders do.
pub(super) struct Walk<'a> {
    jpeg: &'a [u8],
    at: usize,
}

impl<'a> Walk<'a> {
    pub(super) const fn new(jpeg: &'a [u8]) -> Self {
        Self { jpeg, at: 2 }
    }
}

impl<'a> Iterator for Walk<'a> {
    type Item = Segment<'a>;

    fn next(&mut self) -> Option<Self::Item> {
        let (at, marker, rest) = loop {
            let rest = self.jpeg.get(self.at..)?;
            self.at += rest.iter().position(|byte| *byte == 0xff)?;
            self.at += self.jpeg[self.at..].iter().take_while(|byte| **byte == 0xff).count();
            let marker = *self.jpeg.get(self.at)?;
            self.at += 1;
            match marker {
                // No marker, and markers without a length.
                0x00 | 0x01 | 0xd0..=0xd7 => {}
                0xd8 | 0xd9 => return None,
                _ => break (self.at - 2, marker, &self.jpeg[self.at..]),
            }
        };
        let length = usize::from(u16::from_be_bytes([*rest.first()?, *rest.get(1)?]));
        let data = rest.get(2..length)?;
        // After the header of a scan, coded pixels follow.
        self.at = if marker == SCAN { self.jpeg.len() } else { self.at + length };
        Some(Segment { at, marker, data })
    }
}

fn whole(mut pieces: Vec<(u8, u8, &[u8])>) -> Option<Vec<u8>> {
    pieces.sort_by_key(|(number, ..)| *number);
    let count = usize::from(pieces.first()?.1);
    let complete = pieces.len() == count && pieces.iter().zip(1_u8..).all(|((number, ..), wanted)| *number == wanted);
    complete.then(|| pieces.iter().flat_map(|(.., piece)| *piece).copied().collect())
}

/// Inserts a profile into a JPEG that an encoder has just written. A profile that is too large for the format is left
/// out.
pub(super) fn with_profile(jpeg: &[u8], profile: &[u8]) -> Vec<u8> {
    let count = profile.len().div_ceil(ICC_PIECE);
    let Ok(count) = u8::try_from(count) else { return jpeg.to_vec() };
    // The JFIF segment comes first, if there is one.
    let at = match Walk::new(jpeg).next() {
        Some(Segment { marker: 0xe0, data, at }) => at + 4 + data.len(),
        _ => 2,
    };
    let mut bytes = Vec::with_capacity(jpeg.len() + profile.len() + usize::from(count) * 18);
    bytes.extend_from_slice(&jpeg[..at]);
    for (piece, number) in profile.chunks(ICC_PIECE).zip(1_u8..) {
        let length = u16::try_from(2 + ICC.len() + 2 + piece.len()).unwrap_or(u16::MAX);
        bytes.extend_from_slice(&[0xff, 0xe2]);
        bytes.extend_from_slice(&length.to_be_bytes());
        bytes.extend_from_slice(ICC);
        bytes.extend_from_slice(&[number, count]);
        bytes.extend_from_slice(piece);
    }
    bytes.extend_from_slice(&jpeg[at..]);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_of_any_length_comes_out_as_it_went_in() {
        let jpeg = super::super::test_files::jpeg(20, 10);
        for length in [1, 1000, ICC_PIECE, ICC_PIECE + 1, 3 * ICC_PIECE + 7] {
            let profile: Vec<u8> = (0..length).map(|at| u8::try_from(at % 251).unwrap()).collect();
            let with = with_profile(&jpeg, &profile);
            assert_eq!(Segments::read(&with).profile, Some(profile));
            assert_eq!(image::load_from_memory(&with).unwrap().width(), 20);
        }
    }

    #[test]
    fn rubbish_says_nothing() {
        let jpeg = with_profile(&super::super::test_files::jpeg(20, 10), &vec![1; 2 * ICC_PIECE]);
        for end in 0..200 {
            assert!(Segments::read(&jpeg[..end]).profile.is_none());
        }
        // Its second piece is missing.
        assert!(Segments::read(&jpeg[..ICC_PIECE + 100]).profile.is_none());
    }
}
