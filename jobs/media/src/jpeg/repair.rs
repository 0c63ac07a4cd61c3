//! Mends what libjpeg stumbles over although nothing of the picture is lost: defects of the header, wrong values in the
//! first scan, and a missing end.

use super::super::segments::{SCAN, Segment, Segments, Walk};

/// The marker that ends a picture.
const END: [u8; 2] = [0xff, 0xd9];

/// A copy whose header has only what is needed to decode, in its usual form: no bytes between segments, no metadata, a
/// known revision, a known colour transform. None if there is no scan.
pub(super) fn with_plain_header(jpeg: &[u8], segments: &Segments) -> Option<Vec<u8>> {
    let mut plain = vec![0xff, 0xd8];
    for Segment { at, marker, data } in Walk::new(jpeg) {
        let start = plain.len();
        match marker {
            SCAN => {
                plain.extend_from_slice(&jpeg[at..]);
                return Some(plain);
            }
            0xe0 if data.starts_with(b"JFIF\0") && data.len() >= 14 => {
                push(&mut plain, marker, data);
                plain[start + 9] = 1;
            }
            0xee if data.starts_with(b"Adobe") && data.len() >= 12 => {
                push(&mut plain, marker, data);
                // Three channels are RGB (0) or YCbCr (1), four are CMYK (0) or YCCK (2).
                let other = if segments.channel_count() == 4 { 2 } else { 1 };
                plain[start + 15] = data[11].min(1) * other;
            }
            0xe0..=0xef | 0xfe => {}
            _ => push(&mut plain, marker, data),
        }
    }
    None
}

fn push(jpeg: &mut Vec<u8>, marker: u8, data: &[u8]) {
    let length = u16::try_from(data.len() + 2).unwrap_or(u16::MAX);
    jpeg.extend_from_slice(&[0xff, marker]);
    jpeg.extend_from_slice(&length.to_be_bytes());
    jpeg.extend_from_slice(data);
}

/// Writes into the header of the first scan what must be there unless the picture is progressive. Telephones wrote
/// zeros for years. Decoders do not need the values, but libjpeg warns and then keeps all further warnings to itself.
pub(super) fn mend_first_scan(jpeg: &mut [u8], segments: &Segments) {
    let Some(scan) = segments.scan.filter(|_| segments.is_sequential()) else { return };
    let Some(channels) = jpeg.get(scan + 4) else { return };
    let values = scan + 5 + 2 * usize::from(*channels);
    if let Some(values) = jpeg.get_mut(values..values + 3) {
        values.copy_from_slice(&[0, 63, 0]);
    }
}

/// How the coded pixels end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// By the marker for it.
    Marked,
    /// By the end of the file.
    Missing,
    /// By something that cannot be in a picture.
    Foreign,
}

/// Appends the end that a file lacks, and returns whether it was missing. All whole segments stay.
pub(super) fn append_end(jpeg: &mut Vec<u8>, segments: &Segments) -> bool {
    let Some(scan) = segments.scan.filter(|_| !jpeg.ends_with(&END)) else { return false };
    let (at, end) = extent(jpeg, scan, |_| {});
    if end == End::Missing {
        jpeg.truncate(at);
        jpeg.extend_from_slice(&END);
    }
    end == End::Missing
}

/// How many zeros are before the end of a file.
pub(super) fn zeros_before_end(jpeg: &[u8]) -> usize {
    jpeg.iter().rev().skip(END.len()).take_while(|byte| **byte == 0).count()
}

/// Cuts the file before what cannot be in a picture, such as another picture, and returns whether there was something.
pub(super) fn cut_foreign(jpeg: &mut Vec<u8>, segments: &Segments) -> bool {
    let Some((at, end)) = segments.scan.map(|scan| extent(jpeg, scan, |_| {})) else { return false };
    if end == End::Foreign {
        jpeg.truncate(at);
        jpeg.extend_from_slice(&END);
    }
    end == End::Foreign
}

/// Whether the scans send all bits of all channels. For one scan, the decoder tells.
pub(super) fn is_all_sent(jpeg: &[u8], segments: &Segments) -> bool {
    let (Some(scan), Some((_, ids))) = (segments.scan, &segments.frame) else { return false };
    // For each value of each channel, how many of its lowest bits are missing.
    let mut missing = vec![[u8::MAX; 64]; ids.len()];
    extent(jpeg, scan, |header| {
        let count = header.first().map_or(0, |count| usize::from(*count));
        let Some(&[from, to, bits]) = header.get(1 + 2 * count..) else { return };
        let (from, to, bits) = if segments.is_progressive() { (from, to.min(63), bits & 15) } else { (0, 63, 0) };
        for channel in header[1..=2 * count].chunks_exact(2) {
            for (_, missing) in ids.iter().zip(&mut missing).filter(|(id, _)| **id == channel[0]) {
                missing.iter_mut().take(usize::from(to) + 1).skip(from.into()).for_each(|missing| *missing = bits);
            }
        }
    });
    missing.iter().flatten().all(|bits| *bits == 0)
}

/// Where the scans end, and how; `of_scan` is called with the header of each. In coded pixels, 255 is followed by 0, or
/// it begins a marker.
fn extent(jpeg: &[u8], scan: usize, mut of_scan: impl FnMut(&[u8])) -> (usize, End) {
    let mut at = scan;
    while let Some(found) = jpeg.get(at..).and_then(|rest| rest.iter().position(|byte| *byte == 0xff)) {
        at += found;
        let Some(marker) = jpeg.get(at + 1) else { return (at, End::Missing) };
        at += match marker {
            // The byte itself, one that means nothing, and the numbers by which decoders go on after damage.
            0x00 | 0x01 | 0xd0..=0xd7 => 2,
            0xff => 1,
            0xd9 => return (at, End::Marked),
            // Tables, a further scan, the height, metadata, comments.
            0xc4 | 0xcc | 0xda..=0xdd | 0xe0..=0xef | 0xfe => {
                let Some(data) = segment(jpeg, at + 2) else { return (at, End::Missing) };
                if *marker == SCAN {
                    of_scan(data);
                }
                4 + data.len()
            }
            _ => return (at, End::Foreign),
        };
    }
    (jpeg.len(), End::Missing)
}

/// What follows the length of a segment, if all of it is in the file.
fn segment(jpeg: &[u8], at: usize) -> Option<&[u8]> {
    let length = usize::from(u16::from_be_bytes([*jpeg.get(at)?, *jpeg.get(at + 1)?]));
    jpeg.get(at + 2..at + length)
}
