//! Reads the parts of a multipart body, one after the other.

use super::{body::Body, part_heads::PartHeads};
use actix_multipart::{Field, Multipart};
use actix_web::http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderMap};
use app::Error;
use futures::StreamExt;
use mime::Mime;

/// Reads the rest of a request.
pub(super) struct Reader {
    multipart: Multipart,
    body: Body,
    /// The earliest end of the last part, if the request has a `Content-Length`.
    end: Option<u64>,
}

impl Reader {
    pub(super) fn new(headers: &HeaderMap, body: Body) -> Self {
        // Without a boundary, nothing is read.
        let heads = PartHeads::new(body.clone(), boundary(headers).as_deref().unwrap_or_default());
        Self { multipart: Multipart::new(headers, heads), end: end(headers), body }
    }

    /// The next part; none at the end. The part before must have been dropped.
    pub(super) async fn next(&mut self) -> Result<Option<Field>, Error> {
        self.multipart.next().await.transpose().map_err(|error| self.explain(error))
    }

    /// Reads to the end of the body, and fails if much comes after the last part.
    pub(super) async fn finish(&mut self) -> Result<(), Error> {
        self.body.finish().await
    }

    /// The least number of bytes of parts that are still to be read.
    pub(super) fn to_come(&self) -> u64 {
        self.end.map_or(0, |end| end.saturating_sub(self.body.read()))
    }

    /// The error of a body that could not be read to its end.
    pub(super) fn explain(&self, error: impl std::fmt::Display) -> Error {
        self.body.explain(error)
    }
}

/// The `Content-Length` of the request, without the closing boundary.
fn end(headers: &HeaderMap) -> Option<u64> {
    let length: u64 = headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()?;
    let boundary = boundary(headers)?;
    // "\r\n--", and at the end "--\r\n".
    Some(length.saturating_sub(boundary.len() as u64 + 8))
}

/// What separates the parts of the body.
fn boundary(headers: &HeaderMap) -> Option<String> {
    let content_type: Mime = headers.get(CONTENT_TYPE)?.to_str().ok()?.parse().ok()?;
    content_type.get_param(mime::BOUNDARY).map(|boundary| boundary.as_str().to_owned())
}
