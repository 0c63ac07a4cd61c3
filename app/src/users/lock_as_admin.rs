//! Who decides about users: an administrator, who is one still when the decision is written.

use crate::{Error, MissingPermission, MutationError, UserErrorCode, Viewer};
use diesel_async::AsyncPgConnection;
use domain::UserId;
use schema::users::{self, User};

/// Locks these users and the viewer, who must be an administrator. If two administrators demote, disable or delete each
/// other, the second is refused, so that one is always left.
pub(crate) async fn lock_as_admin(
    conn: &mut AsyncPgConnection,
    viewer: &Viewer,
    ids: impl IntoIterator<Item = UserId>,
) -> Result<Vec<User>, Error> {
    let all: Vec<UserId> = ids.into_iter().chain([viewer.user.id]).collect();
    let locked = users::lock(conn, viewer.workspace.id, &all).await?;
    require_admin(&locked, viewer)?;
    Ok(locked)
}

/// Fails if the viewer is no administrator any more, as the locked rows say.
pub(super) fn require_admin(locked: &[User], viewer: &Viewer) -> Result<(), Error> {
    let is_admin = locked.iter().any(|user| user.id == viewer.user.id && user.is_active_admin());
    if is_admin { Ok(()) } else { Err(Error::Forbidden(MissingPermission::Administrator)) }
}

/// The user of this id among these. `field`: where the client sent the id.
pub(crate) fn find(locked: &[User], id: Option<UserId>, field: &str) -> Result<User, MutationError> {
    let missing = || MutationError::user(UserErrorCode::NotFound, &[field], "There is no such user.");
    locked.iter().find(|user| Some(user.id) == id).cloned().ok_or_else(missing)
}
