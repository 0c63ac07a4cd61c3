//! Receives a file in a resolver.

use super::{
    files::{Files, Received, Refusal},
    scalar::Upload,
};
use crate::context;
use app::{Error, MissingPermission, MutationError, UserErrorCode, library::discard, quota::SizeLimit, sign_in};
use async_graphql::Context;

/// Waits until a file is stored. Call this after all other checks: afterwards, only what depends on the file itself may
/// be refused.
///
/// The upload may take hours. The viewer is checked again afterwards, and refused after a sign-out or a loss of rights.
pub(crate) async fn receive(
    ctx: &Context<'_>,
    upload: Upload,
    size_limit: SizeLimit,
) -> Result<Received, MutationError> {
    let refuse = |message: &str| Err(MutationError::user(UserErrorCode::InvalidFile, &["file"], message));
    let Some(files) = ctx.data_opt::<Files>() else { return refuse(MISSING) };
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
        Err(Refusal::Empty) => refuse("The file is empty."),
        Err(Refusal::Taken) => refuse("Another field of this request has used this file; send it once for each field."),
        Err(Refusal::Missing) => refuse(MISSING),
        Err(Refusal::AfterRefused) => refuse(
            "An earlier file of this request was refused before it had arrived completely; send this file on its own.",
        ),
        Err(Refusal::Failed(error)) => Err(error.into()),
    }
}

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
