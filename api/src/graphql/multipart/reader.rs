//! Reads the parts of a multipart body, one after the other.

use super::body::Body;
use actix_multipart::{Field, Multipart};
use actix_web::http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderMap};
use app::Error;
use futures::StreamExt;

/// What is left to read of a request.
pub(super) struct Reader {
    multipart: Multipart,
    body: Body,
    /// Where the last part ends at the earliest, if the request says how long it is.
    end: Option<u64>,
}

impl Reader {
    pub(super) fn new(headers: &HeaderMap, body: Body) -> Self {
        Self { multipart: Multipart::new(headers, body.clone()), end: end(headers), body }
    }

    /// The next part; none at the end. The one before must be gone.
    pub(super) async fn next(&mut self) -> Result<Option<Field>, Error> {
        self.multipart.next().await.transpose().map_err(|error| self.explain(error))
    }

    /// Fails where anything comes after the last part.
    pub(super) async fn finish(&mut self) -> Result<(), Error> {
        self.body.finish().await
    }

    /// How many bytes of parts come at least that were not read yet.
    pub(super) fn to_come(&self) -> u64 {
        self.end.map_or(0, |end| end.saturating_sub(self.body.read()))
    }

    /// What to say of an error while reading.
    pub(super) fn explain(&self, error: impl std::fmt::Display) -> Error {
        self.body.explain(error)
    }
}

/// The length that the request says, without the boundary that closes it.
fn end(headers: &HeaderMap) -> Option<u64> {
    let length: u64 = headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()?;
    let (_, boundary) = headers.get(CONTENT_TYPE)?.to_str().ok()?.split_once("boundary=")?;
    // "\r\n--", and at the end "--\r\n"; quotes make the estimate smaller, which is the safe side.
    Some(length.saturating_sub(boundary.len() as u64 + 8))
}
