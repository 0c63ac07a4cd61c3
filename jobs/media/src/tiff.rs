//! Decodes TIFF: the first page that is a picture of its own, with any samples that the `tiff` crate can unpack.
//!
//! What the crate does not do is here: palettes, L*a*b*, YCbCr and inks become sRGB, numbers of any size become eight
//! bits (`view`, `samples`), and premultiplied colours what they were. The old kind of JPEG compression is read as a JPEG
//! (`old_jpeg`). What the crate cannot unpack at all, which is faxes and colours of a lower resolution than the picture, is
//! left to `ffmpeg` (`program`).

use super::{
    MediaError,
    decoded::Decoded,
    limits::{self, Timed},
    patched::{self, Patched},
    scratch::scratch,
};
use colours::Kind;
use domain::media::MAX_METADATA_BYTES;
use image::metadata::Orientation;
use page::Page;
use samples::{Arrangement, Meaning, eight_bits};
use std::{
    fs::File,
    io::{BufReader, Read, Seek},
    path::{Path, PathBuf},
};
use tempfile::TempDir;
use tiff::{
    ColorType, TiffError,
    decoder::{Decoder, DecodingResult, Limits},
    tags::Tag,
};

mod colours;
mod directory;
mod old_jpeg;
mod page;
mod program;
mod samples;
mod strips;
mod view;
mod words;

pub(super) use program::{Converted, to_png};

/// A TIFF, decoded or not.
pub(super) enum Opened {
    /// The picture.
    Decoded(Decoded),
    /// It is to be decoded by the program; what the program does not tell is here.
    ForProgram {
        orientation: Orientation,
        profile: Option<Vec<u8>>,
        /// A copy that the program can read, in a folder that is deleted when it is dropped, if it cannot read the file.
        copy: Option<(TempDir, PathBuf)>,
    },
}

/// Decodes a file, unless the program has to do it.
pub(super) fn open(path: &Path) -> Result<Opened, MediaError> {
    let of_io = |error| MediaError::of_io(error, "the original cannot be read");
    let mut file = Timed::new(File::open(path).map_err(of_io)?);
    let page = page::choose(&mut BufReader::new(&mut file)).map_err(of_io)?;
    if page.compression == 6 {
        return old_jpeg::decode(&mut BufReader::new(&mut file), &page).map(Opened::Decoded);
    }
    let patches = page.for_decoder(&mut BufReader::new(&mut file)).map_err(of_io)?;
    let (width, height) = page.padded();
    limits::check_edges(width, height)?;
    limits::check_pixels(width, height)?;
    let file = BufReader::with_capacity(64 * 1024, Patched::new(file, patches).map_err(of_io)?);
    let mut decoder = Decoder::new(file).map_err(|error| words::refusal(error, &page))?;
    let orientation = decoder.find_tag_unsigned::<u8>(Tag::Orientation).ok().flatten();
    let orientation = orientation.and_then(Orientation::from_exif).unwrap_or(Orientation::NoTransforms);
    let profile = decoder.get_tag_u8_vec(Tag::IccProfile).ok();
    if page.is_for_program() {
        let copy = if page.is_plain() { None } else { Some(copy(path, &page)?) };
        return Ok(Opened::ForProgram { orientation, profile, copy });
    }
    let (picture, profile) = decode(decoder, &page, (width, height), profile)?;
    // Without the padding of tiles.
    let is_padded = (page.width, page.height) != (width, height);
    let picture = if is_padded { picture.crop_imm(0, 0, page.width, page.height) } else { picture };
    let (width, height) = (page.width, page.height);
    Ok(Opened::Decoded(Decoded { picture, orientation, profile, width, height, warning: None }))
}

/// A copy of a file in which the page is the only one, and as programs expect it.
fn copy(path: &Path, page: &Page) -> Result<(TempDir, PathBuf), MediaError> {
    let failed = |error| MediaError::of_io(error, "the page of a TIFF cannot be copied");
    let mut file = File::open(path).map_err(failed)?;
    let patches = page.for_program(&mut file).map_err(failed)?;
    let folder = scratch()?;
    let copy = folder.path().join("page.tif");
    patched::copy(file, patches, &copy).map_err(failed)?;
    Ok((folder, copy))
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
    let (color, channels) = if page.is_packed() {
        (page.packed_colour(), page.samples)
    } else {
        let color = decoder.colortype().map_err(refused)?;
        (color, color.num_samples())
    };
    let kind = Kind::of(&mut decoder, page, color)?;
    let layout = decoder.image_buffer_layout().map_err(refused)?;
    let (raw, pixels) = (layout.complete_len as u64, u64::from(width) * u64::from(height));
    let converted = pixels * u64::from(channels);
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
    let is_little_endian = !page.format.is_big_endian;
    let (channels, bits) = (usize::from(channels), color.bit_depth());
    let of = Arrangement { width: width as usize, height: height as usize, channels, bits, is_little_endian };
    let wrong = || MediaError::Failed(anyhow::anyhow!("the decoder's picture has another size than it said"));
    if kind.meaning() == Meaning::Bits
        && layout.planes <= 1
        && let Some(numbers) = samples::floats(&read)
    {
        return colours::of_lab(&numbers, channels, (width, height)).map(|picture| (picture, None)).ok_or_else(wrong);
    }
    let samples = eight_bits(read, &layout, of, kind.meaning());
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
