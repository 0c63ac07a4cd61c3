//! The encodings in which answers are compressed: gzip, which every browser reads, and Zstandard, which takes a third of
//! the time, for those that accept it. Both libraries are here anyway, for pictures.

use actix_web::http::header::{
    ACCEPT_ENCODING, AcceptEncoding, ContentEncoding, Encoding as Coding, HeaderMap, HeaderValue,
};
use bytes::Bytes;
use flate2::{Compression, write::GzEncoder};
use std::io::Write;

/// An encoding of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    Gzip,
    Zstd,
}

/// How much work is worth a smaller result.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Effort {
    /// For each answer anew.
    Each,
    /// Once, for all answers.
    Once,
}

impl Encoding {
    /// The encoding that the sender of these headers likes best, of those that they accept; none, if that is plain.
    pub(crate) fn accepted(headers: &HeaderMap) -> Option<Self> {
        let items =
            headers.get_all(ACCEPT_ENCODING).filter_map(|value| value.to_str().ok()).flat_map(|list| list.split(','));
        let items = AcceptEncoding(items.filter_map(|item| item.trim().parse().ok()).collect());
        let ours = [Coding::zstd(), Coding::gzip(), Coding::identity()];
        match items.negotiate(ours.iter())? {
            Coding::Known(ContentEncoding::Zstd) => Some(Self::Zstd),
            Coding::Known(ContentEncoding::Gzip) => Some(Self::Gzip),
            Coding::Known(_) | Coding::Unknown(_) => None,
        }
    }

    /// Its name in headers.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
        }
    }

    pub(crate) fn header(self) -> HeaderValue {
        HeaderValue::from_static(self.name())
    }

    /// Compresses a text. None, if there is no memory for it.
    pub(crate) fn compress(self, text: &[u8], effort: Effort) -> Option<Bytes> {
        let compressed = match (self, effort) {
            (Self::Gzip, Effort::Each) => gzip(text, 4),
            (Self::Gzip, Effort::Once) => gzip(text, 9),
            (Self::Zstd, Effort::Each) => zstd::bulk::compress(text, 3),
            (Self::Zstd, Effort::Once) => zstd::bulk::compress(text, 12),
        };
        compressed.ok().map(Bytes::from)
    }
}

fn gzip(text: &[u8], level: u32) -> std::io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(text.len() / 4), Compression::new(level));
    encoder.write_all(text)?;
    encoder.finish()
}
