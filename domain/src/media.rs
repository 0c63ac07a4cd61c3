//! What a file is, told from its first bytes. The name is only a claim.

use crate::AssetKind;

/// How many bytes from the start of a file [`sniff`] wants to see.
pub const HEAD_BYTES: usize = 8192;

/// The media type of a file and the kind of asset it makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Media {
    /// An IANA media type, as in `image/jpeg`.
    pub media_type: &'static str,
    /// The kind of asset.
    pub kind: AssetKind,
}

/// Tells what a file is from its first [`HEAD_BYTES`] bytes.
pub fn sniff(head: &[u8]) -> Media {
    let Some(found) = infer::get(head) else { return sniff_text(head) };
    let media_type = found.mime_type();
    let kind = match media_type.split('/').next() {
        Some("image") => AssetKind::Image,
        Some("video") => AssetKind::Video,
        Some("audio") => AssetKind::Audio,
        Some("text") => AssetKind::Document,
        _ if is_document(media_type) => AssetKind::Document,
        _ => AssetKind::Other,
    };
    Media { media_type, kind }
}

/// A file extension for a media type whose files we make ourselves.
pub fn extension(media_type: &str) -> &'static str {
    match media_type {
        "image/jpeg" => "jpg",
        "image/png" => "png",
        "video/mp4" => "mp4",
        _ => "bin",
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

/// Bytes without a signature are text if they read as UTF-8 without control characters.
fn sniff_text(head: &[u8]) -> Media {
    let text = match std::str::from_utf8(head) {
        Ok(text) => Some(text),
        // The last character may be cut in the middle.
        Err(error) if error.error_len().is_none() => std::str::from_utf8(&head[..error.valid_up_to()]).ok(),
        Err(_) => None,
    };
    let readable =
        text.is_some_and(|text| !text.is_empty() && !text.chars().any(|c| c.is_control() && !c.is_whitespace()));
    if readable {
        Media { media_type: "text/plain", kind: AssetKind::Document }
    } else {
        Media { media_type: "application/octet-stream", kind: AssetKind::Other }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kind_comes_from_the_content() {
        let table: &[(&[u8], &str, AssetKind)] = &[
            (b"\xff\xd8\xff\xe0\0\x10JFIF\0", "image/jpeg", AssetKind::Image),
            (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "image/png", AssetKind::Image),
            (b"%PDF-1.7\n", "application/pdf", AssetKind::Document),
            (b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom", "video/mp4", AssetKind::Video),
            (b"ID3\x03\0\0\0\0\0\0", "audio/mpeg", AssetKind::Audio),
            (b"PK\x03\x04\x14\0\0\0", "application/zip", AssetKind::Other),
            ("Grüße aus 東京\n".as_bytes(), "text/plain", AssetKind::Document),
            (&"Grüße".as_bytes()[..3], "text/plain", AssetKind::Document),
            (b"", "application/octet-stream", AssetKind::Other),
            (b"\0\x01\x02\x03", "application/octet-stream", AssetKind::Other),
        ];
        for (head, media_type, kind) in table {
            assert_eq!(sniff(head), Media { media_type, kind: *kind });
        }
    }
}
