//! Receives a file in a resolver.

use super::{
    files::{Files, Received, Refusal},
    scalar::Upload,
};
use crate::context;
use app::{
    Error, MissingPermission, MutationError, UserErrorCode, library::discard, photos::MAX_PHOTO_BYTES,
    quota::SizeLimit, sign_in,
};
use async_graphql::Context;
use bytes::Bytes;
use std::time::Duration;

/// Waits until a file is stored. Call this after all other checks: afterwards, only what depends on the file itself may
/// be refused.
///
/// The upload may take hours. The viewer is checked again afterwards, and refused after a sign-out or a loss of rights.
pub(crate) async fn receive(
    ctx: &Context<'_>,
    upload: Upload,
    size_limit: SizeLimit,
) -> Result<Received, MutationError> {
    let Some(files) = ctx.data_opt::<Files>() else { return Err(refusal("file", MISSING)) };
    if size_limit.max_bytes == 0 {
        return Err(size_limit.refusal.into());
    }
    match files.receive(upload.0, size_limit.max_bytes).await {
        Ok(received) => match check_viewer(ctx).await {
            Ok(()) => Ok(received),
            Err(error) => {
                discard(context::services(ctx), received.file.id).await;
                Err(error.into())
            }
        },
        Err(Refusal::TooLarge) => Err(size_limit.refusal.into()),
        Err(other) => Err(in_words("file", other)),
    }
}

/// Waits until a photo is in the memory. It is stored nowhere. `field`: how the refusal names it.
pub(crate) async fn receive_in_memory(ctx: &Context<'_>, upload: Upload, field: &str) -> Result<Bytes, MutationError> {
    let Some(files) = ctx.data_opt::<Files>() else { return Err(refusal(field, MISSING)) };
    let received = tokio::time::timeout(PHOTO_DEADLINE, files.receive_in_memory(upload.0, MAX_PHOTO_BYTES)).await;
    let received =
        received.map_err(|_| Error::TimedOut("The photo took longer than a minute to arrive.".to_owned()))?;
    received.map_err(|refused| in_words(field, refused))
}

fn in_words(field: &str, refused: Refusal) -> MutationError {
    match refused {
        Refusal::TooLarge => {
            let most = MAX_PHOTO_BYTES / 1_000_000;
            let message = format!("The photo has more than {most} MB. Send a smaller one.");
            MutationError::user(UserErrorCode::FileTooLarge, &[field], message)
        }
        Refusal::Empty => refusal(field, "The file is empty."),
        Refusal::Taken => {
            refusal(field, "Another field of this request has used this file; send it once for each field.")
        }
        Refusal::Missing => refusal(field, MISSING),
        Refusal::NotNext => refusal(field, "The photo must be the first file of the request."),
        Refusal::AfterRefused => refusal(
            field,
            "An earlier file of this request was refused before it had arrived completely; send this file on its own.",
        ),
        Refusal::Failed(error) => error.into(),
    }
}

fn refusal(field: &str, message: &str) -> MutationError {
    MutationError::user(UserErrorCode::InvalidFile, &[field], message)
}

/// How long a photo may take to arrive: others wait for its room in the memory.
const PHOTO_DEADLINE: Duration = Duration::from_mins(1);

const MISSING: &str = "The file is missing: send a GraphQL multipart request, with the file's part named in its `map`.";

/// Fails if the viewer was signed out, or has lost a right or the administrator's role, since the request began.
async fn check_viewer(ctx: &Context<'_>) -> Result<(), Error> {
    let before = context::viewer(ctx)?;
    let now = match &context::caller(ctx).bearer {
        Some(token) => sign_in::viewer(context::services(ctx), token, None).await?,
        None => None,
    };
    let now = now.ok_or(Error::TokenEnded)?;
    let lost_right = before.rights.list().into_iter().find(|right| !now.rights.has(*right));
    let lost_role = (before.is_admin() && !now.is_admin()).then_some(MissingPermission::Administrator);
    match lost_right.map(MissingPermission::Right).or(lost_role) {
        Some(missing) => Err(Error::Forbidden(missing)),
        None => Ok(()),
    }
}
