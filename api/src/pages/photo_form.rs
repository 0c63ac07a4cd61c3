//! The form with which a visitor sends a photo of a person. The photo is read into the memory.
//!
//! A browser shows an answer only when it could send its form, so that what is refused is read, too: as much as a browser
//! sends, and of a few forms at a time.

use super::texts::Texts;
use crate::http::deadline::is_too_slow;
use actix_multipart::{Field, Multipart, MultipartError};
use actix_web::{HttpRequest, error::PayloadError, http::StatusCode, web};
use app::photos::MAX_PHOTO_BYTES;
use bytes::Bytes;
use futures::{StreamExt, future};
use std::time::Duration;
use tokio::sync::Semaphore;

/// The most bytes of a form that are read, whatever they are.
const MOST_READ: u64 = 64 * 1024 * 1024;

/// The longest text of the box.
const MOST_CONSENT: usize = 16;

/// When to try again after too many photos were looked at: a few are done by then.
const BUSY: Duration = Duration::from_secs(10);

/// How many refused forms are read at the same time.
static DRAINED: Semaphore = Semaphore::const_new(4);

/// Why nothing is found, for the visitor, who can try again.
pub(super) struct Problem {
    pub(super) status: StatusCode,
    pub(super) text: String,
    /// When to try again.
    pub(super) wait: Option<Duration>,
    /// Whether the visitor has agreed, and need not do so again.
    pub(super) has_agreed: bool,
}

impl Problem {
    /// What is wrong with the photo, as a sentence for the visitor, who has agreed.
    pub(super) fn mistake(text: String) -> Self {
        Self { status: StatusCode::UNPROCESSABLE_ENTITY, text, wait: None, has_agreed: true }
    }

    /// Others are searching.
    pub(super) fn busy(texts: Texts) -> Self {
        let text = texts.person_busy();
        Self { status: StatusCode::SERVICE_UNAVAILABLE, text, wait: Some(BUSY), has_agreed: false }
    }

    /// The visitor has searched too often.
    pub(super) fn too_many(texts: Texts, wait: Duration) -> Self {
        let text = format!("{}. {}", texts.error_too_many(), texts.error_too_many_text(Texts::wait(wait)));
        Self { status: StatusCode::TOO_MANY_REQUESTS, text, wait: Some(wait), has_agreed: false }
    }

    /// The form cannot be read.
    fn unreadable(texts: Texts, error: &MultipartError) -> Self {
        let (status, text) = match error {
            MultipartError::Payload(PayloadError::Overflow) => {
                (StatusCode::UNPROCESSABLE_ENTITY, texts.person_photo_too_large())
            }
            MultipartError::Payload(error) if is_too_slow(error) => {
                (StatusCode::REQUEST_TIMEOUT, texts.error_slow_text())
            }
            _ => (StatusCode::BAD_REQUEST, texts.error_form_text()),
        };
        Self { status, text, wait: None, has_agreed: false }
    }
}

/// The form of a request, which ends with an error after as many bytes as a browser sends.
pub(super) fn of(request: &HttpRequest, body: web::Payload) -> Multipart {
    let limited = body.scan(0, |read, piece| {
        *read += piece.as_ref().map_or(0, |bytes| bytes.len() as u64);
        future::ready(Some(if *read > MOST_READ { Err(PayloadError::Overflow) } else { piece }))
    });
    Multipart::new(request.headers(), limited)
}

/// The photo of a form in which the visitor has agreed.
pub(super) async fn read(form: &mut Multipart, texts: Texts) -> Result<Bytes, Problem> {
    let mut has_agreed = false;
    while let Some(part) = form.next().await {
        let part = part.map_err(|error| Problem::unreadable(texts, &error))?;
        match part.name() {
            Some("consent") => has_agreed = consent(part, texts).await?,
            Some("photo") if has_agreed => return photo(part, texts).await,
            // The box stands before the photo in the form.
            Some("photo") => {
                drain_part(part).await;
                return Err(Problem { has_agreed, ..Problem::mistake(texts.person_consent_missing()) });
            }
            _ => break,
        }
    }
    Err(Problem { has_agreed, ..Problem::mistake(texts.person_photo_missing()) })
}

/// Whether the box is ticked.
async fn consent(mut part: Field, texts: Texts) -> Result<bool, Problem> {
    let mut text = Vec::new();
    while let Some(bytes) = part.next().await {
        text.extend_from_slice(&bytes.map_err(|error| Problem::unreadable(texts, &error))?);
        if text.len() > MOST_CONSENT {
            return Ok(false);
        }
    }
    Ok(text == b"yes")
}

async fn photo(mut part: Field, texts: Texts) -> Result<Bytes, Problem> {
    let mut photo = Vec::new();
    while let Some(bytes) = part.next().await {
        let bytes = bytes.map_err(|error| Problem::unreadable(texts, &error))?;
        if (photo.len() + bytes.len()) as u64 > MAX_PHOTO_BYTES {
            drop(photo);
            drain_part(part).await;
            return Err(Problem::mistake(texts.person_photo_too_large()));
        }
        photo.extend_from_slice(&bytes);
    }
    if photo.is_empty() { Err(Problem::mistake(texts.person_photo_missing())) } else { Ok(photo.into()) }
}

/// Reads a form that is refused.
pub(super) async fn drain(form: &mut Multipart) {
    let Ok(_turn) = DRAINED.try_acquire() else { return };
    while let Some(Ok(part)) = form.next().await {
        drain_part(part).await;
    }
}

async fn drain_part(mut part: Field) {
    while let Some(Ok(_)) = part.next().await {}
}
