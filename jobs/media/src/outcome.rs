//! What is asked for, what comes of it, and how it fails.

use bytes::Bytes;
use domain::Preset;

/// Why nothing was made of a file.
#[derive(Debug, thiserror::Error)]
pub enum MediaError {
    /// The file's fault, in a sentence for people. Trying again would not help.
    #[error("{0}")]
    Unusable(String),
    /// Ours: a program that is not installed, a full disk, a file that vanished. Worth trying again.
    #[error(transparent)]
    Failed(#[from] anyhow::Error),
}

impl MediaError {
    pub(super) fn unusable(reason: impl Into<String>) -> Self {
        Self::Unusable(reason.into())
    }

    /// Of reading or writing files: what ends too early is the file's fault, everything else is the machine's.
    pub(super) fn of_io(error: std::io::Error, what: &str) -> Self {
        use std::io::ErrorKind::{InvalidData, InvalidInput, TimedOut, UnexpectedEof};
        match error.kind() {
            UnexpectedEof => Self::unusable("The file ends in the middle."),
            TimedOut => Self::unusable("The file takes too long to decode."),
            InvalidData | InvalidInput => Self::unusable(format!("The file cannot be decoded: {error}.")),
            _ => Self::Failed(anyhow::Error::new(error).context(what.to_owned())),
        }
    }
}

/// A proxy that is to be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProxySpec {
    /// Which.
    pub preset: Preset,
    /// In pixels. An original that is smaller is not enlarged.
    pub longest_edge: u32,
    /// Whether the workspace's mark is drawn on it.
    pub watermarked: bool,
}

/// A picture, ready to be stored.
#[derive(Debug, Clone)]
pub struct RenderedProxy {
    /// Which.
    pub preset: Preset,
    /// Whether the workspace's mark is drawn on it.
    pub watermarked: bool,
    /// The file.
    pub bytes: Bytes,
    /// What it is.
    pub media_type: &'static str,
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
}

/// What was made of an original.
#[derive(Debug)]
pub struct Rendered {
    /// Of the original as it is shown, in pixels; of a document, the size at which its page was drawn.
    pub width: u32,
    /// Of the original as it is shown, in pixels; of a document, the size at which its page was drawn.
    pub height: u32,
    /// Of a video that says how long it is.
    pub duration_seconds: Option<f64>,
    /// One for each that was wanted, large ones first.
    pub proxies: Vec<RenderedProxy>,
}

/// A video that was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RenderedVideo {
    /// In pixels; even.
    pub width: u32,
    /// In pixels; even.
    pub height: u32,
}
