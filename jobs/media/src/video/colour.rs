//! What the numbers of a video's pixels mean, and how they become BT.709, the colours of every proxy.
//!
//! Everything is converted to BT.709 and says so, because programs guess differently what is meant by a video that
//! says nothing, and guess by its size: a small version would have other colours than a large one.

use super::lut::{Lut, Primaries, Transfer};
use crate::MediaError;
use anyhow::Context;
use serde_json::Value;
use std::path::{Path, PathBuf};

/// A video without a matrix that is wider or higher than this is HD, and means BT.709. Others mean BT.601.
const LARGEST_SD: (u64, u64) = (1279, 576);

/// Without these, conversions between matrices are several values off.
pub(super) const EXACT: &str = "flags=bicubic+accurate_rnd+full_chroma_int";

/// The colours of a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Colour {
    /// How brightness and colour differences are computed from red, green and blue: a name of the filter `scale`.
    matrix: &'static str,
    /// Whether black is 0 and white is 255, instead of 16 and 235.
    full_range: bool,
    /// The table that converts to the primaries and the brightness of BT.709, if they differ.
    lut: Option<Lut>,
}

/// What a filter hands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target {
    /// Frames of a video.
    Video,
    /// A picture.
    Rgb,
}

impl Colour {
    /// Reads the colours of a stream from what `ffprobe` tells of it.
    pub(crate) fn of(stream: &Value) -> Result<Self, MediaError> {
        let text = |name: &str| stream[name].as_str().unwrap_or_default();
        let dolby = Dolby::of(stream);
        if dolby == Some(Dolby::Incompatible) {
            return Err(MediaError::unusable(
                "The colours of this Dolby Vision video (profile 5) are meant for Dolby's own screens only. Export it as HDR10, HLG or SDR.",
            ));
        }
        let transfer = match (text("color_transfer"), dolby) {
            ("smpte2084", _) | ("" | "unknown", Some(Dolby::Pq)) => Transfer::Pq,
            ("arib-std-b67", _) | ("" | "unknown", Some(Dolby::Hlg)) => Transfer::Hlg,
            _ => Transfer::Sdr,
        };
        let primaries = match text("color_primaries") {
            "bt2020" => Primaries::Bt2020,
            "smpte432" | "smpte431" => Primaries::P3,
            "" | "unknown" if transfer != Transfer::Sdr => Primaries::Bt2020,
            _ => Primaries::Bt709,
        };
        let pixels = text("pix_fmt");
        let full_range = text("color_range") == "pc" || pixels.starts_with("yuvj") || is_rgb(pixels);
        let lut = Lut::new(primaries, transfer);
        Ok(Self { matrix: matrix(stream, primaries), full_range, lut })
    }

    /// Writes the table of colours, if one is needed, to a folder, and returns its place.
    pub(crate) async fn write_table(&self, folder: &Path) -> Result<PathBuf, MediaError> {
        let table = folder.join("table.cube");
        if let Some(lut) = self.lut {
            tokio::fs::write(&table, lut.cube()).await.context("the table of colours cannot be written")?;
        }
        Ok(table)
    }

    /// The filters that scale frames to this size and convert their colours. `table`: the file of
    /// [`Self::write_table`].
    pub(crate) fn filters(&self, (width, height): (u32, u32), target: Target, table: &Path) -> String {
        let range = if self.full_range { "full" } else { "limited" };
        let scale = format!("scale={width}:{height}:{EXACT}:in_color_matrix={}:in_range={range}", self.matrix);
        let (to, format) = match target {
            Target::Video => (":out_color_matrix=bt709:out_range=limited", "format=yuv420p"),
            Target::Rgb => ("", "format=rgb24"),
        };
        if self.lut.is_none() {
            return format!("{scale}{to},{format}");
        }
        let table = escape(&escape(&table.to_string_lossy(), r"\':"), r"\'[],;");
        let into = if target == Target::Video { format!("scale={EXACT}{to},") } else { String::new() };
        format!("{scale},format=gbrp12le,lut3d=file={table}:interp=tetrahedral,{into}{format}")
    }
}

/// Which other kind of HDR a Dolby Vision video is, for programs that do not know Dolby Vision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Dolby {
    Pq,
    Hlg,
    Sdr,
    Incompatible,
}

impl Dolby {
    fn of(stream: &Value) -> Option<Self> {
        let record = stream["side_data_list"].as_array()?.iter().find(|data| data["dv_profile"].is_u64())?;
        Some(match (record["dv_bl_signal_compatibility_id"].as_u64(), record["dv_profile"].as_u64()) {
            (Some(1 | 6), _) => Self::Pq,
            (Some(4), _) => Self::Hlg,
            (_, Some(5)) => Self::Incompatible,
            _ => Self::Sdr,
        })
    }
}

/// Whether a format of pixels is one of red, green and blue.
pub(super) fn is_rgb(pixels: &str) -> bool {
    ["rgb", "bgr", "gbr", "argb", "abgr", "0rgb", "0bgr", "pal8", "x2rgb", "x2bgr"]
        .into_iter()
        .any(|name| pixels.starts_with(name))
}

fn matrix(stream: &Value, primaries: Primaries) -> &'static str {
    let edge = |name: &str| stream[name].as_u64().unwrap_or_default();
    match stream["color_space"].as_str().unwrap_or_default() {
        "bt709" => "bt709",
        "smpte170m" | "bt470bg" => "smpte170m",
        "fcc" => "fcc",
        "smpte240m" => "smpte240m",
        "bt2020nc" | "bt2020c" => "bt2020",
        _ if primaries == Primaries::Bt2020 => "bt2020",
        _ if edge("width") > LARGEST_SD.0 || edge("height") > LARGEST_SD.1 => "bt709",
        _ => "smpte170m",
    }
}

/// Puts a backslash before these characters, which have a meaning for filters.
fn escape(text: &str, special: &str) -> String {
    text.chars().flat_map(|letter| special.contains(letter).then_some('\\').into_iter().chain([letter])).collect()
}
