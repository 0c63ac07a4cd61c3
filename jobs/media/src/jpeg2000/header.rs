//! What a JPEG 2000 file says before its pixels (ITU-T T.800).

use crate::{
    MediaError,
    heif::boxes::{boxes, content, number},
};
use std::{fs::File, io::Read, path::Path};

/// How much of a file is searched for its header. Profiles of printers are large.
const MAX_HEAD: u64 = 16 * 1024 * 1024;

/// The beginning of the codestream, and of the part with the size.
const BEGIN: [u8; 4] = [0xff, 0x4f, 0xff, 0x51];

/// The marker of how the picture is coded, and that of its first part.
const CODING: [u8; 2] = [0xff, 0x52];
const FIRST_PART: [u8; 2] = [0xff, 0x90];

/// What the channels of a picture mean.
pub(super) enum Colours {
    /// Gray or colours, with the profile of the file.
    Light(Option<Vec<u8>>),
    /// Cyan, magenta, yellow and black, with the profile of the file.
    Inks(Option<Vec<u8>>),
}

/// What a file says of its picture.
pub(super) struct Header {
    pub(super) width: u32,
    pub(super) height: u32,
    /// How often the picture can be halved without decoding all of it.
    pub(super) levels: u8,
    pub(super) colours: Colours,
}

impl Header {
    pub(super) fn read(path: &Path) -> Result<Self, MediaError> {
        let of_io = |error| MediaError::of_io(error, "the original cannot be read");
        let mut head = Vec::new();
        File::open(path).map_err(of_io)?.take(MAX_HEAD).read_to_end(&mut head).map_err(of_io)?;
        let begin = head.windows(BEGIN.len()).position(|four| four == BEGIN);
        let stream = begin.and_then(|begin| head.get(begin + 2..)).unwrap_or_default();
        let (width, height) = size(stream).ok_or_else(|| {
            MediaError::unusable("The JPEG 2000 file ends before its picture begins. Upload it again.")
        })?;
        Ok(Self { width, height, levels: levels(stream).unwrap_or_default(), colours: colours(&head)? })
    }
}

/// The size that is shown: the grid without its offset.
fn size(stream: &[u8]) -> Option<(u32, u32)> {
    let at = |at: usize| stream.get(at..at + 4).map(number);
    Some((at(6)?.checked_sub(at(14)?)?, at(10)?.checked_sub(at(18)?)?))
}

fn levels(mut stream: &[u8]) -> Option<u8> {
    loop {
        let (marker, length) = (stream.get(..2)?, number(stream.get(2..4)?) as usize);
        if marker == CODING {
            return stream.get(9).copied().filter(|levels| *levels <= 32);
        }
        if marker == FIRST_PART {
            return None;
        }
        stream = stream.get(2 + length..)?;
    }
}

fn colours(head: &[u8]) -> Result<Colours, MediaError> {
    let (mut number_of_space, mut profile) = (0, None);
    for (kind, told) in boxes(content(head, *b"jp2h").unwrap_or_default()) {
        match (&kind, told) {
            // A number, or a profile; two bytes say how good the match is.
            (b"colr", [1, _, _, space @ ..]) if number_of_space == 0 => {
                number_of_space = space.get(..4).map_or(0, number);
            }
            (b"colr", [2 | 3, _, _, bytes @ ..]) if profile.is_none() => profile = Some(bytes.to_vec()),
            _ => {}
        }
    }
    let is_ink = profile.as_ref().is_some_and(|profile| profile.get(16..20) == Some(b"CMYK"));
    match number_of_space {
        14 => Err(MediaError::unusable(
            "The JPEG 2000 file has L*a*b* colours, which cannot be read. Save it as RGB, or as a TIFF.",
        )),
        12 => Ok(Colours::Inks(profile)),
        _ if is_ink => Ok(Colours::Inks(profile)),
        _ => Ok(Colours::Light(profile)),
    }
}
