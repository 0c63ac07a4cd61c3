//! Detects the type of a file from its first bytes, because a file's name may be wrong.

mod contained;
mod raw;
mod svg;

pub use contained::{Streams, by_entry, by_streams, by_told, by_unpacked, if_svg};
pub use raw::{by_camera, is_raw};
pub use svg::{SvgRoot, SvgSearch, svg_entities, svg_in, svg_root};

use crate::AssetKind;

/// The media type of vector pictures.
const SVG: &str = "image/svg+xml";

/// How many bytes from the start of a file [`sniff`] needs.
pub const HEAD_BYTES: usize = 8192;

/// The media type of a file and the kind of asset it makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Media {
    /// An IANA media type, as in `image/jpeg`.
    pub media_type: &'static str,
    /// The kind of asset.
    pub kind: AssetKind,
}

/// Detects the type of a file from its first [`HEAD_BYTES`] bytes.
pub fn sniff(head: &[u8]) -> Media {
    let found = infer::get(head).map(|found| found.mime_type());
    let Some(media_type) = found.map(|found| corrected(found, head)).or_else(|| by_brand(head)) else {
        return sniff_text(head);
    };
    let media = Media::of(media_type);
    // Text may begin like anything: "BMW", or "The free software".
    let is_binary = matches!(media.kind, AssetKind::Image | AssetKind::Video | AssetKind::Audio);
    let text = sniff_text(head);
    if is_binary && text.kind == AssetKind::Document || text.media_type == SVG { text } else { media }
}

impl Media {
    fn of(media_type: &'static str) -> Self {
        let kind = match media_type.split('/').next() {
            Some("image") => AssetKind::Image,
            Some("video") => AssetKind::Video,
            Some("audio") => AssetKind::Audio,
            Some("text") => AssetKind::Document,
            _ if is_document(media_type) => AssetKind::Document,
            _ => AssetKind::Other,
        };
        Self { media_type, kind }
    }
}

/// The most scans of a JPEG. Decoding each scan costs about as much as decoding the whole picture, and a scan takes
/// only a few bytes of a file; encoders write up to twenty.
pub const MAX_JPEG_SCANS: usize = 50;

/// A JPEG has more than [`MAX_JPEG_SCANS`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("The JPEG sends its picture in more passes than can be handled.")]
pub struct TooManyScans;

/// Refuses a JPEG with more than [`MAX_JPEG_SCANS`] scans, including those of an embedded thumbnail.
pub fn check_scans(jpeg: &[u8]) -> Result<(), TooManyScans> {
    // Within the coded pixels, these two bytes never stand for anything else.
    let scans = jpeg.windows(2).filter(|pair| *pair == [0xff, 0xda]).count();
    if scans > MAX_JPEG_SCANS { Err(TooManyScans) } else { Ok(()) }
}

/// The most bytes of metadata, such as a colour profile, that a decoder may collect from a picture.
pub const MAX_METADATA_BYTES: u64 = 16 * 1024 * 1024;

/// The file extension for a media type of which we make files.
pub fn extension(media_type: &str) -> &'static str {
    match media_type {
        "image/jpeg" => "jpg",
        "image/png" => "png",
        "video/mp4" => "mp4",
        "audio/mp4" => "m4a",
        _ => "bin",
    }
}

/// Corrects a media type: an Ogg container that is detected as audio may hold a video, a container that is named a video
/// may hold a picture, and JPEG 2000 has brands.
fn corrected(found: &'static str, head: &[u8]) -> &'static str {
    match found {
        "video/mp4" | "video/quicktime" | "video/x-m4v" => still_in(head).unwrap_or(found),
        "audio/ogg" if has(head, b"\x80theora") => "video/ogg",
        "image/jp2" => match head.get(20..24) {
            Some(b"jpx ") => "image/jpx",
            Some(b"jpm ") => "image/jpm",
            Some(b"mjp2") => "video/mj2",
            _ => found,
        },
        _ => found,
    }
}

fn has(head: &[u8], part: &[u8]) -> bool {
    head.windows(part.len()).any(|window| window == part)
}

/// The media type of a picture in an ISO file, whose brands need not tell that it is one (ISO/IEC 23008-12): the
/// description of pictures follows the brands, where a video has that of its tracks.
fn still_in(head: &[u8]) -> Option<&'static str> {
    let brands = usize::try_from(u32::from_be_bytes(*head.first_chunk()?)).ok()?;
    let next = head.get(4..8).filter(|name| *name == b"ftyp").and_then(|_| head.get(brands..))?;
    // A version, and the box of the handler: a size, its name, a version, and four bytes without a meaning.
    let handler = next.get(12..32)?;
    let is_picture = &next[4..8] == b"meta" && &handler[4..8] == b"hdlr" && &handler[16..] == b"pict";
    is_picture.then(|| if has(next, b"av01") { "image/avif" } else { "image/heif" })
}

/// Brands of MP4 files that the patterns below do not match: fragments, cameras, codecs.
const OTHER_MP4: &[&[u8]] = &[b"hvc1", b"av01", b"XAVC", b"cmfc", b"cmfs", b"isml", b"piff", b"mmp4", b"dby1"];

/// Atoms with which films begin that have no `ftyp`.
const QUICKTIME_ATOMS: &[&[u8]] = &[b"moov", b"mdat", b"free", b"skip", b"wide", b"pnot"];

/// How MXF files begin: the key of a header partition pack, but for its status.
const MXF: &[u8] = &[0x06, 0x0e, 0x2b, 0x34, 0x02, 0x05, 0x01, 0x01, 0x0d, 0x01, 0x02, 0x01, 0x01, 0x02];

/// Detects containers that the `infer` crate does not know: brands of ISO files, streams, and files of cameras.
fn by_brand(head: &[u8]) -> Option<&'static str> {
    if let Some(media_type) = raw::by_magic(head) {
        return Some(media_type);
    }
    if head.starts_with(MXF) {
        // Registered as `application/mxf`, which says nothing about what to do with it.
        return Some("video/mxf");
    }
    // The header of a DIF sequence: of 10 or 12 in a frame, and which profile.
    if let [0x1f, 0x07, 0x00, sequences, ..] = head
        && matches!(sequences & 0x7f, 0x3f)
    {
        return Some("video/x-dv");
    }
    // The cursors of Windows are icons, but for this number. A TGA may begin alike, with 0 where a cursor says how many
    // pictures it has.
    if head.starts_with(b"\0\0\x02\0")
        && matches!(head.get(4..6), Some([count, 0]) if *count > 0)
        && head.get(9) == Some(&0)
    {
        return Some("image/x-win-bitmap");
    }
    // JPEG 2000 without a container: the beginning of the codestream, and the size of the picture.
    if head.starts_with(b"\xff\x4f\xff\x51\0") {
        return Some("image/j2c");
    }
    // Each atom has its length before its name.
    let length = head.first_chunk().map(|length| u32::from_be_bytes(*length)).unwrap_or_default();
    if length >= 8 && head.get(4..8).is_some_and(|atom| QUICKTIME_ATOMS.contains(&atom)) {
        return Some("video/quicktime");
    }
    // Each packet of 188 bytes begins with `G`; on Blu-ray discs, four bytes come before each packet.
    let is_stream = |from: usize, packet: usize| (0..3).all(|count| head.get(from + count * packet) == Some(&0x47));
    if is_stream(0, 188) || is_stream(4, 192) {
        return Some("video/mp2t");
    }
    // `BigTIFF`, with offsets of eight bytes.
    if head.starts_with(b"II+\0\x08\0\0\0") || head.starts_with(b"MM\0+\0\x08\0\0") {
        return Some("image/tiff");
    }
    if head.get(4..8) != Some(b"ftyp") {
        return None;
    }
    if let Some(still) = still_in(head) {
        return Some(still);
    }
    match head.get(8..12)? {
        b"mif1" | b"msf1" | [b'h', b'e', b'i' | b'v', _] => Some("image/heif"),
        [b'3', b'g', b'2', _] => Some("video/3gpp2"),
        [b'3', b'g', ..] => Some("video/3gpp"),
        [b'i', b's', b'o', _] | [b'm', b'p', b'4', _] => Some("video/mp4"),
        other => OTHER_MP4.contains(&other).then_some("video/mp4"),
    }
}

fn is_document(media_type: &str) -> bool {
    media_type == "application/pdf"
        || media_type == "application/rtf"
        || media_type == "application/msword"
        || media_type == "application/epub+zip"
        || media_type.starts_with("application/vnd.openxmlformats")
        || media_type.starts_with("application/vnd.oasis.opendocument")
        || media_type.starts_with("application/vnd.ms-")
}

/// Whether these are characters of an 8-bit encoding, such as Latin-1: mostly letters and spaces of ASCII, and no control
/// characters.
fn is_eight_bit_text(head: &[u8]) -> bool {
    let plain = head.iter().filter(|byte| byte.is_ascii_alphanumeric() || byte.is_ascii_whitespace()).count();
    let controls = head.iter().any(|byte| byte.is_ascii_control() && !byte.is_ascii_whitespace());
    !controls && plain * 10 > head.len() * 7
}

/// Whether these are characters of UTF-16, with the mark in front that says in which order their bytes are.
fn is_utf16(head: &[u8]) -> bool {
    let order: fn([u8; 2]) -> u16 = match head {
        [0xff, 0xfe, ..] => u16::from_le_bytes,
        [0xfe, 0xff, ..] => u16::from_be_bytes,
        _ => return false,
    };
    let (units, _) = head[2..].as_chunks();
    let mut text = char::decode_utf16(units.iter().map(|unit| order(*unit))).peekable();
    let mut has_text = false;
    while let Some(c) = text.next() {
        match c {
            Ok(c) if c.is_control() && !c.is_whitespace() => return false,
            Ok(_) => has_text = true,
            // The last character may be cut in the middle.
            Err(_) => return has_text && text.peek().is_none(),
        }
    }
    has_text
}

/// Bytes without a signature are text if they read as such without control characters.
fn sniff_text(head: &[u8]) -> Media {
    let text = match std::str::from_utf8(head) {
        Ok(text) => Some(text),
        // The last character may be cut in the middle.
        Err(error) if error.error_len().is_none() => std::str::from_utf8(&head[..error.valid_up_to()]).ok(),
        Err(_) => None,
    };
    if matches!(svg_in(head), SvgSearch::Root(_)) {
        return Media { media_type: SVG, kind: AssetKind::Image };
    }
    let readable =
        text.is_some_and(|text| !text.is_empty() && !text.chars().any(|c| c.is_control() && !c.is_whitespace()));
    if readable || is_utf16(head) || is_eight_bit_text(head) {
        Media { media_type: "text/plain", kind: AssetKind::Document }
    } else {
        Media { media_type: "application/octet-stream", kind: AssetKind::Other }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packets(from: usize, length: usize) -> Vec<u8> {
        (0..3 * length).map(|at| if at % length == from { 0x47 } else { 0xff }).collect()
    }

    /// An ISO file of this brand with a picture of this codec.
    fn still(brand: &[u8], codec: &[u8]) -> Vec<u8> {
        let handler: &[u8] = b"\0\0\0\x60meta\0\0\0\0\0\0\0\x21hdlr\0\0\0\0\0\0\0\0pict";
        [b"\0\0\0\x14ftyp", brand, b"\0\0\0\0mif1", handler, &[0; 13], codec].concat()
    }

    #[test]
    fn the_kind_comes_from_the_content() {
        let table: &[(&[u8], &str, AssetKind)] = &[
            (b"\xff\xd8\xff\xe0\0\x10JFIF\0", "image/jpeg", AssetKind::Image),
            (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "image/png", AssetKind::Image),
            (b"%PDF-1.7\n", "application/pdf", AssetKind::Document),
            (b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom", "video/mp4", AssetKind::Video),
            (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "image/heif", AssetKind::Image),
            (b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic", "image/heif", AssetKind::Image),
            (b"\0\0\0\x18ftypheim\0\0\0\0mif1heim", "image/heif", AssetKind::Image),
            (b"\0\0\0\x18ftyphevc\0\0\0\0msf1hevc", "image/heif", AssetKind::Image),
            (b"\0\0\0\x1cftypavif\0\0\0\0avifmif1miaf", "image/avif", AssetKind::Image),
            (b"\0\0\0\x1cftypmif1\0\0\0\0mif1avifmiaf", "image/avif", AssetKind::Image),
            (&still(b"isom", b"hvc1"), "image/heif", AssetKind::Image),
            (&still(b"mp42", b"hvc1"), "image/heif", AssetKind::Image),
            (&still(b"qt  ", b"av01"), "image/avif", AssetKind::Image),
            (&still(b"avci", b"avc1"), "image/heif", AssetKind::Image),
            (&still(b"1pic", b"av01"), "image/avif", AssetKind::Image),
            (
                b"\0\0\0\x0cftypisom\0\0\0\x30meta\0\0\0\0\0\0\0\x21hdlr\0\0\0\0\0\0\0\0mdir",
                "video/mp4",
                AssetKind::Video,
            ),
            (b"\xff\xff\xff\xffftypisom", "video/mp4", AssetKind::Video),
            (b"RIFF\x24\0\0\0WEBPVP8 ", "image/webp", AssetKind::Image),
            (b"GIF89a\x01\0\x01\0", "image/gif", AssetKind::Image),
            (b"II*\0\x08\0\0\0\x02\0\0\x01", "image/tiff", AssetKind::Image),
            (b"MM\0*\0\0\0\x08\0\x02\x01\0", "image/tiff", AssetKind::Image),
            (b"II+\0\x08\0\0\0\x10\0\0\0\0\0\0\0", "image/tiff", AssetKind::Image),
            (b"II*\0\x10\0\0\0CR\x02\0\0\0\0\0", "image/x-canon-cr2", AssetKind::Image),
            (b"\0\0\0\x18ftypcrx \0\0\0\x01crx isom", "image/x-canon-cr3", AssetKind::Image),
            (b"\0\0\x02\0\0\0\0\0\0\0\0\0\x08\x07\xb0\x04\x18\0", "application/octet-stream", AssetKind::Other),
            (b"FUJIFILMCCD-RAW 0201FF129502X-T1\0\0\0\0", "image/x-fuji-raf", AssetKind::Image),
            (b"IIRO\x08\0\0\0\x1d\0\xfe\0", "image/x-olympus-orf", AssetKind::Image),
            (b"IIU\0\x18\0\0\0\x88\xe7\x74\xd8", "image/x-panasonic-rw2", AssetKind::Image),
            (b"MM\0+\0\x08\0\0\0\0\0\0\0\0\0\x10", "image/tiff", AssetKind::Image),
            (b"\0\0\0\x14ftypqt  \0\0\0\0qt  ", "video/quicktime", AssetKind::Video),
            (b"\0\0\0\x18ftyp3gp5\0\0\0\x003gp5isom", "video/3gpp", AssetKind::Video),
            (b"\0\0\0\x18ftyp3g2a\0\0\0\x003g2aisom", "video/3gpp2", AssetKind::Video),
            (b"\0\0\0\x18ftypiso8\0\0\0\0iso8mp41", "video/mp4", AssetKind::Video),
            (b"\0\0\0\x18ftypM4V \0\0\0\0M4V mp42", "video/x-m4v", AssetKind::Video),
            (b"\0\0\0\x18ftypM4A \0\0\0\0M4A mp42", "audio/m4a", AssetKind::Audio),
            (b"RIFF\x24\0\0\0AVI LIST", "video/x-msvideo", AssetKind::Video),
            (&packets(0, 188), "video/mp2t", AssetKind::Video),
            (&packets(4, 192), "video/mp2t", AssetKind::Video),
            (b"OggS\0\x02\0\0\0\0\0\0\0\0\x80theora\x03", "video/ogg", AssetKind::Video),
            (b"OggS\0\x02\0\0\0\0\0\0\0\0\x01vorbis", "audio/ogg", AssetKind::Audio),
            (b"ID3\x03\0\0\0\0\0\0", "audio/mpeg", AssetKind::Audio),
            (b"PK\x03\x04\x14\0\0\0", "application/zip", AssetKind::Other),
            ("Grüße aus 東京\n".as_bytes(), "text/plain", AssetKind::Document),
            (&"Grüße".as_bytes()[..3], "text/plain", AssetKind::Document),
            (&[MXF, b"\x04\0\x83\0\0\x78"].concat(), "video/mxf", AssetKind::Video),
            (b"\x1f\x07\0\x3f\xf8\x78\x78\x78", "video/x-dv", AssetKind::Video),
            (b"\x1f\x07\0\xbf\xf8\x78\x78\x78", "video/x-dv", AssetKind::Video),
            (b"\0\0\0\x08wide\0\0\x01\0mdat", "video/quicktime", AssetKind::Video),
            (b"\0\0\0\x14pnot\0\0\0\0\0\0PICT", "video/quicktime", AssetKind::Video),
            (b"\0\0\x10\0free\0\0\0\0\0\0\0\0", "video/quicktime", AssetKind::Video),
            (b"\0\0\0\x10skip\0\0\0\0\0\0\0\0", "video/quicktime", AssetKind::Video),
            (b"\0\0\0\0free", "application/octet-stream", AssetKind::Other),
            (b"Name;Gr\xf6\xdfe\r\nM\xfcller;3\r\n", "text/plain", AssetKind::Document),
            (b"The free software of today\n", "text/plain", AssetKind::Document),
            (b"Day;free;busy\r\nM\xe4rz;1;2\r\n", "text/plain", AssetKind::Document),
            (b"BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0", "image/bmp", AssetKind::Image),
            (b"\0\0\x01\0\x02\0\x10\x10\0\0\x01\0\x20\0", "image/vnd.microsoft.icon", AssetKind::Image),
            (b"\0\0\x02\0\x01\0\x20\x20\0\0\x03\0\x04\0", "image/x-win-bitmap", AssetKind::Image),
            (b"8BPS\0\x01\0\0\0\0\0\0\0\x03", "image/vnd.adobe.photoshop", AssetKind::Image),
            (b"8BPS\0\x02\0\0\0\0\0\0\0\x03", "image/vnd.adobe.photoshop", AssetKind::Image),
            (b"\xff\x0a\xdd\x06\0\x12\x88\x02", "image/jxl", AssetKind::Image),
            (b"\0\0\0\x0cJXL \x0d\x0a\x87\x0a\0\0\0\x14ftypjxl ", "image/jxl", AssetKind::Image),
            (b"\0\0\0\x0cjP  \x0d\x0a\x87\x0a\0\0\0\x14ftypjp2 ", "image/jp2", AssetKind::Image),
            (b"\0\0\0\x0cjP  \x0d\x0a\x87\x0a\0\0\0\x14ftypjpx ", "image/jpx", AssetKind::Image),
            (b"\xff\x4f\xff\x51\0\x2f\0\0", "image/j2c", AssetKind::Image),
            (b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>", "image/svg+xml", AssetKind::Image),
            (
                b"\xef\xbb\xbf<?xml version=\"1.0\"?>\n<!-- a --><svg:svg xmlns:svg=\"http://www.w3.org/2000/svg\">",
                "image/svg+xml",
                AssetKind::Image,
            ),
            (b"<?xml version=\"1.0\"?><html><svg></svg></html>", "text/xml", AssetKind::Document),
            (b"An <svg> is a picture", "text/plain", AssetKind::Document),
            (b"<svg is a tag for pictures", "text/plain", AssetKind::Document),
            (b"<!DOCTYPE html><svg width=\"1\"></svg>", "text/html", AssetKind::Document),
            (b"\xff\xfe<\0s\0v\0g\0 \0w\0i\0d\0t\0h\0=\0'\x003\0'\0/\0>\0", "image/svg+xml", AssetKind::Image),
            (b"<!-- Gr\xfc\xdfe --><svg width='3'/>", "image/svg+xml", AssetKind::Image),
            (b"BMW and other cars", "text/plain", AssetKind::Document),
            (&[b'G'; 400], "text/plain", AssetKind::Document),
            (b"\xf6\xdf\xfc\xe4", "application/octet-stream", AssetKind::Other),
            (b"\xff\xfeG\0r\0\xfc\0\xdf\0e\0\r\0\n\0", "text/plain", AssetKind::Document),
            (b"\xfe\xff\0G\0r\0\xfc\xd8", "text/plain", AssetKind::Document),
            (b"\xff\xfe\x01\0\x02\0\x03\0", "application/octet-stream", AssetKind::Other),
            (b"\xff\xfe", "application/octet-stream", AssetKind::Other),
            (b"", "application/octet-stream", AssetKind::Other),
            (b"\0\x01\x02\x03", "application/octet-stream", AssetKind::Other),
        ];
        for (head, media_type, kind) in table {
            assert_eq!(sniff(head), Media { media_type, kind: *kind });
        }
    }
}
