//! Decodes TIFF: the first page that is a picture of its own, with any samples that the `tiff` crate can unpack.
//!
//! What the crate does not do is here: palettes, L*a*b*, YCbCr and inks become sRGB, numbers of other sizes than eight
//! bits become that, and premultiplied colours what they were. What it cannot unpack at all, which is faxes and colours
//! of a lower resolution than the picture, is left to `ffmpeg` (`program`).

use super::{
    MediaError,
    decoded::Decoded,
    limits::{self, Timed},
};
use colours::Kind;
use domain::media::MAX_METADATA_BYTES;
use image::metadata::Orientation;
use page::{Page, Patched};
use samples::{Arrangement, eight_bits};
use std::{
    fs::File,
    io::{BufReader, Read, Seek},
    path::Path,
};
use tiff::{
    ColorType, TiffError,
    decoder::{Decoder, DecodingResult, Limits},
    tags::Tag,
};

mod colours;
mod page;
mod program;
mod samples;
mod strips;
mod words;

pub(super) use program::to_png;

/// A TIFF, decoded or not.
pub(super) enum Opened {
    /// The picture.
    Decoded(Decoded),
    /// It is to be decoded by the program; what the program does not tell is here.
    ForProgram { orientation: Orientation, profile: Option<Vec<u8>> },
}

/// Decodes a file, unless the program has to do it.
pub(super) fn open(path: &Path) -> Result<Opened, MediaError> {
    let of_io = |error| MediaError::of_io(error, "the original cannot be read");
    let mut file = Timed::new(File::open(path).map_err(of_io)?);
    let (page, patches) = page::choose(&mut BufReader::new(&mut file)).map_err(of_io)?;
    let file = BufReader::with_capacity(64 * 1024, Patched::new(file, patches).map_err(of_io)?);
    let mut decoder = Decoder::new(file).map_err(|error| words::refusal(error, &page))?;
    let (width, height) = decoder.dimensions().map_err(|error| words::refusal(error, &page))?;
    limits::check_edges(width, height)?;
    limits::check_pixels(width, height)?;
    let orientation = decoder.find_tag_unsigned::<u8>(Tag::Orientation).ok().flatten();
    let orientation = orientation.and_then(Orientation::from_exif).unwrap_or(Orientation::NoTransforms);
    let profile = decoder.get_tag_u8_vec(Tag::IccProfile).ok();
    if page.is_for_program() {
        return Ok(Opened::ForProgram { orientation, profile });
    }
    let (picture, profile) = decode(decoder, &page, (width, height), profile)?;
    // Without the padding of tiles.
    let (picture, width) =
        if page.width < width { (picture.crop_imm(0, 0, page.width, height), page.width) } else { (picture, width) };
    Ok(Opened::Decoded(Decoded { picture, orientation, profile, width, height, warning: None }))
}

impl Page {
    fn is_for_program(&self) -> bool {
        // Huffman codes of faxes, and both kinds of Group 3. JPEGs have their own resolution of colours.
        matches!(self.compression, 2 | 3)
            || self.interpretation == 6 && self.subsampling != (1, 1) && self.compression != 7
    }
}

type Picture = (image::DynamicImage, Option<Vec<u8>>);

fn decode<R: Read + Seek>(
    mut decoder: Decoder<R>,
    page: &Page,
    (width, height): (u32, u32),
    profile: Option<Vec<u8>>,
) -> Result<Picture, MediaError> {
    let refused = |error| words::refusal(error, page);
    let color = decoder.colortype().map_err(refused)?;
    let kind = Kind::of(&mut decoder, page, color)?;
    let layout = decoder.image_buffer_layout().map_err(refused)?;
    let (raw, pixels) = (layout.complete_len as u64, u64::from(width) * u64::from(height));
    let converted = pixels * u64::from(color.num_samples());
    // Samples of another size are converted, and those that come channel by channel rearranged.
    let samples = if color.bit_depth() == 8 && layout.planes <= 1 { 0 } else { converted };
    let peak = raw + unpacking(page, raw).max(samples + pixels * kind.new_bytes());
    limits::check_memory(peak)?;
    if page.compression == 7 {
        strips::check(&mut decoder, page, peak)?;
    }
    let mut most = Limits::default();
    most.decoding_buffer_size = layout.complete_len;
    // The strips or tiles of a picture, in addition to the whole picture.
    most.intermediate_buffer_size = usize::try_from(limits::MAX_MEMORY - raw).unwrap_or(usize::MAX);
    most.ifd_value_size = usize::try_from(MAX_METADATA_BYTES).unwrap_or(usize::MAX);
    decoder = decoder.with_limits(most);
    let mut read = DecodingResult::U8(Vec::new());
    let layout = decoder.read_image_to_buffer(&mut read).map_err(refused)?;
    let (channels, bits) = (usize::from(color.num_samples()), color.bit_depth());
    let of = Arrangement { width: width as usize, height: height as usize, channels, bits };
    let samples = eight_bits(read, &layout, of, kind.meaning());
    let wrong = || MediaError::Failed(anyhow::anyhow!("the decoder's picture has another size than it said"));
    kind.picture(samples, (width, height), profile).ok_or_else(wrong)
}

/// The memory to unpack a page, beside the unpacked one.
const fn unpacking(page: &Page, raw: u64) -> u64 {
    match page.compression {
        // A strip is decoded as a whole, and may be the whole picture.
        7 => raw + raw / 3,
        // As far back as a frame may refer.
        50_000 => raw / 3 + (128 << 20),
        _ => raw / 3,
    }
}

/// Whether the samples of a picture are of a kind that is known here.
fn is_gray(color: ColorType) -> bool {
    matches!(color, ColorType::Gray(_) | ColorType::Multiband { .. })
}

/// The error of a tag that cannot be read.
fn unreadable(error: TiffError, page: &Page) -> MediaError {
    words::refusal(error, page)
}

#[cfg(test)]
mod tests;
