//! Reads the segments of a JPEG before its pixels: orientation, colour profile, and Adobe marker.

use image::metadata::Orientation;

const EXIF: &[u8] = b"Exif\0\0";
const ICC: &[u8] = b"ICC_PROFILE\0";
const ADOBE: &[u8] = b"Adobe";

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
    /// Whether an Adobe program wrote the file, which stores inks inverted.
    pub(super) adobe: bool,
    /// Whether the first scan has all channels, so that the decoder does not have to collect scans.
    pub(super) in_one_pass: bool,
}

impl Segments {
    /// Reads the segments up to the first scan, and stops at the first invalid one.
    pub(super) fn read(jpeg: &[u8]) -> Self {
        let mut found = Self::default();
        let mut pieces: Vec<(u8, u8, &[u8])> = Vec::new();
        let mut channels = None;
        for (marker, data) in Walk(jpeg.get(2..).unwrap_or_default()) {
            match marker {
                0xe1 if found.orientation.is_none() && data.starts_with(EXIF) => {
                    found.orientation = Orientation::from_exif_chunk(&data[EXIF.len()..]);
                }
                0xe2 if data.starts_with(ICC) => {
                    if let [number, count, piece @ ..] = &data[ICC.len()..] {
                        pieces.push((*number, *count, piece));
                    }
                }
                0xc0..=0xcf if !matches!(marker, 0xc4 | 0xc8 | 0xcc) => channels = data.get(5),
                SCAN => found.in_one_pass = channels.is_some() && channels == data.first(),
                0xee if data.starts_with(ADOBE) => found.adobe = true,
                _ => {}
            }
        }
        found.profile = whole(pieces);
        found
    }
}

/// The marker that begins a scan.
const SCAN: u8 = 0xda;

/// Iterates over the segments from the start of a file to its first scan, including the header of that scan.
struct Walk<'a>(&'a [u8]);

impl<'a> Iterator for Walk<'a> {
    type Item = (u8, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let fill = self.0.iter().take_while(|byte| **byte == 0xff).count();
        let (marker, rest) = self.0[fill..].split_first()?;
        let length = usize::from(u16::from_be_bytes([*rest.first()?, *rest.get(1)?]));
        // A marker begins with at least one fill byte.
        if fill == 0 {
            return None;
        }
        let data = rest.get(2..length)?;
        // After the header of a scan, coded pixels follow.
        self.0 = if *marker == SCAN { &[] } else { &rest[length..] };
        Some((*marker, data))
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
    let at = match Walk(&jpeg[2..]).next() {
        Some((0xe0, data)) => 2 + 4 + data.len(),
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
