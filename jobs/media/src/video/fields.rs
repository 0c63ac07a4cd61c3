//! Interlaced video: frames made of two fields, which were recorded one after the other.

use super::colour::is_rgb;
use serde_json::Value;

/// Whether the frames of a stream consist of fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fields {
    /// They do not.
    Progressive,
    /// Each frame says it.
    Flagged,
    /// All do, with the upper lines first.
    UpperFirst,
    /// All do, with the lower lines first.
    LowerFirst,
}

impl Fields {
    /// Reads it from what `ffprobe` tells of a stream.
    pub(crate) fn of(stream: &Value) -> Self {
        let text = |name: &str| stream[name].as_str().unwrap_or_default();
        let edge = |name: &str| stream[name].as_u64().unwrap_or_default();
        // The filter takes only such frames, and would convert RGB with a matrix of its own choice.
        if is_rgb(text("pix_fmt")) || edge("width") < 3 || edge("height") < 4 {
            return Self::Progressive;
        }
        // In these, interlaced frames may follow others, and each says what it is.
        let mixed = matches!(text("codec_name"), "mpeg2video" | "mpeg4" | "vc1" | "dvvideo");
        match text("field_order") {
            "progressive" if !mixed => Self::Progressive,
            // Only the container may know about these, and the frames say nothing.
            "tt" | "bt" if is_plain(text("codec_name")) => Self::UpperFirst,
            "bb" | "tb" if is_plain(text("codec_name")) => Self::LowerFirst,
            _ => Self::Flagged,
        }
    }

    /// The filter that makes whole frames of the fields.
    pub(super) const fn filter(self) -> &'static str {
        match self {
            Self::Progressive => "",
            Self::Flagged => "bwdif=mode=send_frame:deint=interlaced,",
            Self::UpperFirst => "bwdif=mode=send_frame:parity=tff:deint=all,",
            Self::LowerFirst => "bwdif=mode=send_frame:parity=bff:deint=all,",
        }
    }
}

/// Whether a codec stores nothing but pixels.
fn is_plain(codec: &str) -> bool {
    matches!(codec, "rawvideo" | "v210" | "v308" | "v410" | "huffyuv" | "ffvhuff" | "utvideo" | "mjpeg" | "cfhd")
}
