//! A file that a signed-in user sends from one of our own pages, which browsers send as `multipart/form-data`.

use super::session::{services, viewer_who_changes};
use crate::{http::require_same_origin, pages::PageError};
use actix_multipart::{Field, Multipart};
use actix_web::{FromRequest, HttpRequest, dev::Payload};
use app::{MutationError, Services, UserErrorCode, Viewer, quota::SizeLimit};
use futures::{FutureExt, StreamExt, future::LocalBoxFuture};
use storage::{FileWriter, StoredFile};

/// How many bytes of a file that is too large are read and thrown away: a browser shows the answer only when it could send
/// everything.
const MOST_UNREAD: u64 = 64 * 1024 * 1024;

/// A form with a file, which is not read yet.
pub(super) struct PostedFile {
    pub(super) viewer: Viewer,
    parts: Multipart,
}

impl FromRequest for PostedFile {
    type Error = PageError;
    type Future = LocalBoxFuture<'static, Result<Self, PageError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        async move {
            let services = services(&request)?;
            require_same_origin(&request, services)?;
            let viewer = viewer_who_changes(&request, services).await?;
            Ok(Self { viewer, parts: Multipart::new(request.headers(), payload) })
        }
        .boxed_local()
    }
}

impl PostedFile {
    /// Stores the file of the field `file`. Whoever calls this has checked all else, and deletes the file if it is not kept.
    pub(super) async fn receive(&mut self, services: &Services, limit: SizeLimit) -> Result<StoredFile, MutationError> {
        while let Some(part) = self.parts.next().await {
            let part = part.map_err(unreadable)?;
            if part.name() == Some("file") {
                return store(part, services, limit).await;
            }
        }
        Err(refused("Choose a file."))
    }
}

async fn store(part: Field, services: &Services, limit: SizeLimit) -> Result<StoredFile, MutationError> {
    let mut writer = services.storage.begin_file().await?;
    match fill(part, &mut writer, limit).await {
        Ok(()) => Ok(writer.finish().await?),
        Err(error) => {
            writer.abort().await;
            Err(error)
        }
    }
}

async fn fill(mut part: Field, writer: &mut FileWriter, limit: SizeLimit) -> Result<(), MutationError> {
    let mut read = 0;
    while let Some(bytes) = part.next().await {
        let bytes = bytes.map_err(unreadable)?;
        read += bytes.len() as u64;
        if read <= limit.max_bytes {
            writer.write(bytes).await?;
        } else if read > MOST_UNREAD {
            break;
        }
    }
    match read {
        0 => Err(refused("Choose a file.")),
        read if read > limit.max_bytes => Err(limit.refusal.into()),
        _ => Ok(()),
    }
}

fn refused(message: &str) -> MutationError {
    MutationError::user(UserErrorCode::InvalidFile, &["file"], message)
}

/// The error of a body that is no form with a file, or did not arrive.
fn unreadable(error: impl std::fmt::Display) -> MutationError {
    tracing::debug!(%error, "a form with a file could not be read");
    refused("The file did not arrive. Send it again.")
}
