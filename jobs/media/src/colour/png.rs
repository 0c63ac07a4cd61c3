//! What a PNG says about its colours beside a profile.

use super::ColourSpace;
use domain::media::MAX_METADATA_BYTES;
use std::io::{BufRead, Seek};

/// What a PNG says.
#[derive(Debug, Clone)]
pub(crate) enum Stated {
    /// By code points, which count more than a profile. None for sRGB.
    ByCodePoints(Option<ColourSpace>),
    /// By older chunks, which count less than a profile. None for sRGB, and if the file says nothing.
    ByChunks(Option<ColourSpace>),
}

/// Reads what a PNG says before its pixels.
pub(crate) fn stated_in_png(reader: impl BufRead + Seek) -> Stated {
    let bytes = usize::try_from(MAX_METADATA_BYTES).unwrap_or(usize::MAX);
    let mut decoder = png::Decoder::new_with_limits(reader, png::Limits { bytes });
    decoder.set_ignore_text_chunk(true);
    decoder.set_ignore_iccp_chunk(true);
    let Ok(reader) = decoder.read_info() else { return Stated::ByChunks(None) };
    let info = reader.info();
    if let Some(points) = info.coding_independent_code_points {
        return Stated::ByCodePoints(ColourSpace::of_code_points(points.color_primaries, points.transfer_function));
    }
    if info.srgb.is_some() {
        return Stated::ByChunks(None);
    }
    let gamma = info.gama_chunk.map(png::ScaledFloat::into_value).filter(|gamma| *gamma > 0.0).map(|gamma| 1.0 / gamma);
    let chromaticities = info
        .chrm_chunk
        .map(|all| [all.white, all.red, all.green, all.blue].map(|(x, y)| (x.into_value(), y.into_value())));
    Stated::ByChunks(ColourSpace::of_chromaticities(gamma, chromaticities))
}
