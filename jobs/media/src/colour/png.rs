//! What a PNG says about its colours beside a profile.

use super::ColourSpace;
use crate::patched::Patches;
use domain::media::MAX_METADATA_BYTES;
use std::io::{BufRead, Seek, SeekFrom};

/// What a PNG says.
#[derive(Debug, Clone)]
pub(crate) enum Stated {
    /// By code points, which count more than a profile. None for sRGB.
    ByCodePoints(Option<ColourSpace>),
    /// By older chunks, which count less than a profile. None for sRGB, and if the file says nothing.
    ByChunks(Option<ColourSpace>),
}

/// Reads what a PNG says before its pixels; none if that cannot be read.
pub(crate) fn stated_in_png(reader: impl BufRead + Seek) -> Option<Stated> {
    let bytes = usize::try_from(MAX_METADATA_BYTES).unwrap_or(usize::MAX);
    let mut decoder = png::Decoder::new_with_limits(reader, png::Limits { bytes });
    decoder.set_ignore_text_chunk(true);
    decoder.set_ignore_iccp_chunk(true);
    let reader = decoder.read_info().ok()?;
    let info = reader.info();
    if let Some(points) = info.coding_independent_code_points {
        let space = ColourSpace::of_code_points(points.color_primaries, points.transfer_function);
        return Some(Stated::ByCodePoints(space));
    }
    if info.srgb.is_some() {
        return Some(Stated::ByChunks(None));
    }
    let gamma = info.gama_chunk.map(png::ScaledFloat::into_value).filter(|gamma| *gamma > 0.0).map(|gamma| 1.0 / gamma);
    let chromaticities = info
        .chrm_chunk
        .map(|all| [all.white, all.red, all.green, all.blue].map(|(x, y)| (x.into_value(), y.into_value())));
    Some(Stated::ByChunks(ColourSpace::of_chromaticities(gamma, chromaticities)))
}

/// The most chunks before the pixels that are looked at.
const MAX_CHUNKS: usize = 1000;

/// Hides code points that no PNG may have, because the decoder refuses them, whereas browsers ignore them: those of a
/// matrix, as videos have it. None if there are no such.
pub(crate) fn without_invalid_points(file: &mut (impl BufRead + Seek)) -> Option<Patches> {
    let mut at = 8;
    for _ in 0..MAX_CHUNKS {
        let mut chunk = [0; 12];
        file.seek(SeekFrom::Start(at)).ok()?;
        file.read_exact(&mut chunk).ok()?;
        let length = u64::from(u32::from_be_bytes(*chunk.first_chunk()?));
        match (&chunk[4..8], &chunk[8..]) {
            (b"IDAT", _) => return None,
            (b"cICP", [_, _, 0, 0 | 1]) if length == 4 => {}
            // A chunk of an unknown name, whose checksum is now wrong, is skipped.
            (b"cICP", _) => return Some(Patches::replacing(at + 4, b"xxCP")),
            _ => {}
        }
        at += 12 + length;
    }
    None
}
