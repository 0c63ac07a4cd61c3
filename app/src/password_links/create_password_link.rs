//! A password link that an administrator makes for somebody.

use super::{NewPasswordLink, make};
use crate::{
    MutationError, Services, UserErrorCode, Viewer,
    security::{self, Subject},
    users::{find, lock_as_admin},
};
use diesel_async::AsyncConnection;
use domain::{SecurityAction, UserId};
use schema::{password_links, users::User};

/// Makes a link by which a user chooses another password, or an invited one their first; earlier links end. The present
/// password and its sessions go on until then. For administrators who have signed in: by a token that leaks, accounts could be taken over.
/// `id` is none where the client sent no id of a user.
pub async fn create_password_link(
    services: &Services,
    viewer: &Viewer,
    id: Option<UserId>,
) -> Result<(User, NewPasswordLink), MutationError> {
    viewer.require_admin()?;
    viewer.require_session()?;
    if id == Some(viewer.user.id) {
        // That asks for the present password, for the case that somebody else has found this session.
        let message = "This is your own account: `changePassword` gives you another password.";
        return Err(MutationError::user(UserErrorCode::InvalidInput, &["userId"], message));
    }
    let now = services.now();
    let mut conn = services.pool.get().await?;
    conn.transaction(async |conn| {
        let user = find(&lock_as_admin(conn, viewer, id).await?, id, "userId")?;
        if user.disabled_at.is_some() {
            let message = "This person is disabled; enable them first.";
            return Err(MutationError::user(UserErrorCode::InvalidInput, &["userId"], message));
        }
        // An earlier one may have gone to a wrong address.
        password_links::delete_of(conn, user.id).await?;
        let link = make(conn, services, &user, now).await?;
        let subject = Subject { id: user.id.uuid(), name: Some(&user.name) };
        security::record(conn, viewer, SecurityAction::PasswordLinkCreated, subject, Vec::new(), now).await?;
        Ok((user, link))
    })
    .await
}
