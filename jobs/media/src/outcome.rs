//! The inputs, results and errors of this crate.

use super::words;
use bytes::Bytes;
use domain::Rendition;
use std::borrow::Cow;

/// Why rendering failed.
#[derive(Debug, thiserror::Error)]
pub enum MediaError {
    /// The file cannot be used, with a sentence for people. Another attempt would fail, too.
    #[error("{0}")]
    Unusable(String),
    /// Something else failed, such as a missing program, a full disk or a vanished file. Another attempt may succeed.
    #[error(transparent)]
    Failed(#[from] anyhow::Error),
}

impl MediaError {
    pub(super) fn unusable(reason: impl Into<String>) -> Self {
        Self::Unusable(reason.into())
    }

    /// The error of reading a file, from the system or from a decoder. What a decoder says is the file's fault, and will
    /// be so again; what the system says is not.
    pub(super) fn of_io(error: std::io::Error, what: &str) -> Self {
        use std::io::ErrorKind::{InvalidData, InvalidInput, TimedOut, UnexpectedEof};
        match error.kind() {
            UnexpectedEof => words::cut("file"),
            TimedOut => Self::unusable(words::TOO_LONG),
            // The system calls a place invalid that a damaged file names.
            InvalidData | InvalidInput => words::damaged("file", &error),
            _ if error.raw_os_error().is_none() => words::damaged("file", &error),
            _ => Self::Failed(anyhow::Error::new(error).context(what.to_owned())),
        }
    }
}

/// A proxy to make.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProxySpec {
    /// The preset.
    pub rendition: Rendition,
    /// The longest edge in pixels, to which smaller originals are not enlarged; or the kilobits of a sound in a second.
    pub size: u32,
}

/// A rendered picture, ready to be stored.
#[derive(Debug, Clone)]
pub struct RenderedProxy {
    /// The preset.
    pub rendition: Rendition,
    /// The file.
    pub bytes: Bytes,
    /// The media type.
    pub media_type: &'static str,
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
}

/// The rendered proxies of an original.
#[derive(Debug)]
pub struct Rendered {
    /// The size of the original as it is shown, in pixels; for a document, the size at which its page was drawn.
    pub width: u32,
    /// The size of the original as it is shown, in pixels; for a document, the size at which its page was drawn.
    pub height: u32,
    /// The duration of a video, if the file says it.
    pub duration_seconds: Option<f64>,
    /// What is wrong with the original although its pictures were made, as a sentence for people.
    pub warning: Option<Cow<'static, str>>,
    /// The picture as some 30 bytes, a `ThumbHash`.
    pub placeholder: Vec<u8>,
    /// One for each requested proxy, large ones first.
    pub proxies: Vec<RenderedProxy>,
}

/// A rendered video.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RenderedVideo {
    /// Whether it is a second copy of the original: of the same size, not smaller by a tenth of the bytes, and without a
    /// watermark, while the original plays everywhere.
    pub is_copy: bool,
    /// In pixels; even.
    pub width: u32,
    /// In pixels; even.
    pub height: u32,
}
