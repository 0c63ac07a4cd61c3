//! Checks the JPEGs in a TIFF before they are decoded. The decoder takes their sizes from themselves, and allocates memory
//! for them, so that each must be as small as the part of the picture that it stands for.

use super::{page::Page, words};
use crate::{MediaError, limits, segments::Segments};
use std::io::{Read, Seek, SeekFrom};
use tiff::{
    decoder::{ChunkType, Decoder},
    tags::Tag,
};

/// How much of a JPEG is read to find its size. Before it are only tables.
const HEAD: u64 = 64 * 1024;

/// By how much a JPEG may be larger than its part: whole blocks, at half the resolution for colours.
const PADDING: u32 = 16;

/// Refuses a picture of which a part is a JPEG that is larger than the part. `peak`: the memory that decoding takes
/// without tiles that are larger than the picture.
pub(super) fn check<R: Read + Seek>(decoder: &mut Decoder<R>, page: &Page, peak: u64) -> Result<(), MediaError> {
    let refused = |error| words::refusal(error, page);
    let (width, height) = decoder.chunk_dimensions();
    let (_, rows) = decoder.dimensions().map_err(refused)?;
    // A tile is whole also beyond the edge of the picture, a strip is not.
    let is_tile = decoder.get_chunk_type() == ChunkType::Tile;
    let most = (width.saturating_add(PADDING), if is_tile { height } else { height.min(rows) }.saturating_add(PADDING));
    if is_tile {
        limits::check_memory(peak.saturating_add(u64::from(most.0) * u64::from(most.1) * 4))?;
    }
    let mut of = |tiles, strips| match decoder.get_tag_u64_vec(tiles) {
        Ok(all) => Ok(all),
        Err(_) => decoder.get_tag_u64_vec(strips),
    };
    let offsets = of(Tag::TileOffsets, Tag::StripOffsets).map_err(refused)?;
    let lengths = of(Tag::TileByteCounts, Tag::StripByteCounts).map_err(refused)?;
    for (offset, length) in offsets.into_iter().zip(lengths) {
        let of_io = |error| MediaError::of_io(error, "the original cannot be read");
        let file = decoder.inner();
        file.seek(SeekFrom::Start(offset)).map_err(of_io)?;
        let mut head = Vec::new();
        file.take(length.min(HEAD)).read_to_end(&mut head).map_err(of_io)?;
        let fits = |(width, height): (u16, u16)| u32::from(width) <= most.0 && u32::from(height) <= most.1;
        if !Segments::read(&head).size.is_some_and(fits) {
            return Err(MediaError::unusable(
                "The TIFF is damaged: a JPEG in it has another size than it says. If there is a sound copy, upload that.",
            ));
        }
    }
    Ok(())
}
