//! The text of an SVG: unpacked, and in UTF-8 whatever its encoding was.
//!
//! The drawing program gets this text, not the file, so that it reads what was examined here. Of a file that was
//! compressed in several parts, it would read the first one only.

use encoding_rs::{Encoding, REPLACEMENT, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use flate2::read::MultiGzDecoder;
use std::{
    fs::File,
    io::{self, Read, Seek},
    path::Path,
};

/// How much of a file is searched for the encoding that it says, in bytes.
const MAX_DECLARATION: usize = 200;

/// The beginning of a file, at most this many bytes; unpacked if it is compressed.
pub(crate) fn unpacked(original: &Path, most: u64) -> io::Result<Vec<u8>> {
    let mut file = File::open(original)?;
    let (mut first, mut bytes) = (Vec::new(), Vec::new());
    (&file).take(2).read_to_end(&mut first)?;
    file.rewind()?;
    if first != [0x1f, 0x8b] {
        file.take(most).read_to_end(&mut bytes)?;
        return Ok(bytes);
    }
    // The packed bytes are limited as well, because they may be millions of empty parts.
    let read = MultiGzDecoder::new(file.take(most)).take(most).read_to_end(&mut bytes);
    match read {
        Err(error) if error.raw_os_error().is_some() => Err(error),
        // Zeros may follow the last part. Whether what was unpacked is whole is seen when it is drawn.
        _ => Ok(bytes),
    }
}

/// Bytes as text, without what says which encoding they had, and without zeros that follow the text.
pub(super) fn decoded(mut bytes: Vec<u8>) -> String {
    let (encoding, mark) = encoding(&bytes);
    let zeros = bytes.iter().rev().take_while(|byte| **byte == 0).count();
    // In UTF-16, a zero may belong to the last character.
    bytes.truncate(bytes.len() - if encoding == UTF_8 { zeros } else { zeros / 2 * 2 });
    let mut text = if encoding == UTF_8 {
        bytes.drain(..mark);
        String::from_utf8(bytes).unwrap_or_else(|error| {
            // Programs that do not say the encoding, or a wrong one, mostly write that of Western Europe.
            WINDOWS_1252.decode_without_bom_handling(error.as_bytes()).0.into_owned()
        })
    } else {
        encoding.decode_without_bom_handling(&bytes[mark..]).0.into_owned()
    };
    let blank = text.len() - text.trim_start().len();
    let end = declaration(&text[blank..]).map_or(0, str::len);
    text.drain(..blank + end);
    text
}

/// The encoding of a file, and the length of the mark that says it.
fn encoding(bytes: &[u8]) -> (&'static Encoding, usize) {
    if let Some(marked) = Encoding::for_bom(bytes) {
        return marked;
    }
    match bytes {
        [b'<', 0, ..] => return (UTF_16LE, 0),
        [0, b'<', ..] => return (UTF_16BE, 0),
        _ => {}
    }
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(MAX_DECLARATION)]);
    let named = declaration(head.trim_start()).and_then(|declaration| {
        let (_, name) = declaration.split_once("encoding")?;
        Encoding::for_label(name.split(['"', '\'']).nth(1)?.as_bytes())
    });
    // A text that can be read so far is not in UTF-16.
    (named.filter(|named| ![UTF_16LE, UTF_16BE, REPLACEMENT].contains(named)).unwrap_or(UTF_8), 0)
}

/// The XML declaration at the beginning of a text.
fn declaration(text: &str) -> Option<&str> {
    let begins = text.strip_prefix("<?xml")?.starts_with(|c: char| c.is_ascii_whitespace() || c == '?');
    begins.then(|| text.find("?>").map(|end| &text[..end + 2]))?
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_files::on_disk;
    use flate2::{Compression, write::GzEncoder};
    use std::io::Write;

    fn packed(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn a_text_is_read_in_its_encoding() {
        let table: [(&[u8], &str); 16] = [
            (b"<svg>\xc3\xbc</svg>", "<svg>ü</svg>"),
            (b"\xef\xbb\xbf<?xml version='1.0'?><svg>\xc3\xbc", "<svg>ü"),
            (b"\n <?xml version='1.0' encoding=\"UTF-8\"?>\n<svg>", "\n<svg>"),
            (b"<?xml version='1.0' encoding='ISO-8859-1'?><svg>\xfc", "<svg>ü"),
            (b"<?xml version='1.0' encoding = \"windows-1252\" ?><svg>\x80", "<svg>€"),
            (b"<?xml version='1.0' encoding='KOI8-R'?><svg>\xf0", "<svg>П"),
            (b"<?xml version='1.0' encoding='Shift_JIS'?><svg>\x93\x8c", "<svg>東"),
            // Wrong or unknown ones.
            (b"<?xml version='1.0' encoding='UTF-8'?><svg>\xfc", "<svg>ü"),
            (b"<?xml version='1.0' encoding='UTF-16'?><svg>\xc3\xbc", "<svg>ü"),
            (b"<?xml version='1.0' encoding='UTF-7'?><svg>+ADw-", "<svg>+ADw-"),
            (b"<svg>\xfc", "<svg>ü"),
            (b"\xff\xfe<\0s\0v\0g\0>\0\xfc\0", "<svg>ü"),
            (b"\xfe\xff\0<\0s\0v\0g\0>\0\xfc", "<svg>ü"),
            (b"<\0s\0v\0g\0>\0\0\0\0\0", "<svg>"),
            (b"<?xml-stylesheet href='a'?><svg/>\0\0\0", "<?xml-stylesheet href='a'?><svg/>"),
            (b"", ""),
        ];
        for (bytes, text) in table {
            assert_eq!(decoded(bytes.to_vec()), text, "{bytes:?}");
        }
    }

    #[test]
    fn a_compressed_file_is_unpacked_up_to_the_limit() {
        let (one, other) = (packed(b"<svg>"), packed(b"</svg>"));
        for (bytes, text) in [
            (one.clone(), "<svg>"),
            ([&one[..], &other].concat(), "<svg></svg>"),
            ([&packed(b""), &one[..], &other, &[0; 512]].concat(), "<svg></svg>"),
            ([&one[..], b"garbage"].concat(), "<svg>"),
            (one[..one.len() - 8].to_vec(), "<svg>"),
            (packed(&vec![b' '; 1_000_000]), &" ".repeat(9000)),
            (b"<svg>".to_vec(), "<svg>"),
            (Vec::new(), ""),
        ] {
            let found = unpacked(on_disk(&bytes).path(), 9000).unwrap();
            assert!(found == text.as_bytes(), "{} {text}", found.len());
        }
    }
}
