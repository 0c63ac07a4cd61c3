//! Another name or role for a user.

use super::lock_as_admin::{find, lock_as_admin};
use crate::{
    MutationError, Services, UserError, UserErrorCode, Viewer,
    security::{self, Subject},
};
use diesel_async::AsyncConnection;
use domain::{Role, SecurityAction, UserId, name};
use schema::users::{self, User, UserChanges};

/// What an administrator asks for; what is left out stays as it is.
pub struct UserInput<'a> {
    /// The user; none where the client sent no id of a user.
    pub id: Option<UserId>,
    /// The name.
    pub name: Option<&'a str>,
    /// The role.
    pub role: Option<Role>,
}

/// Changes a user's name or role. For administrators, who cannot take the role from themselves: one is always left.
pub async fn update_user(services: &Services, viewer: &Viewer, input: UserInput<'_>) -> Result<User, MutationError> {
    viewer.require_admin()?;
    viewer.require_session_for(input.role)?;
    let (name, errors) = match input.name.map(name::parse).transpose() {
        Ok(name) => (name, None),
        Err(error) => (None, Some(UserError::invalid_name("name", error))),
    };
    let own_role =
        (input.id == Some(viewer.user.id) && input.role.is_some_and(|role| role != Role::Admin)).then(|| {
            let message = "You cannot take the role of administrator from yourself; ask another administrator.";
            UserError::new(UserErrorCode::InvalidInput, &["role"], message)
        });
    let errors: Vec<UserError> = errors.into_iter().chain(own_role).collect();
    let changes = UserChanges { name, role: input.role.map(Role::as_str) };
    let mut conn = services.pool.get().await?;
    conn.transaction(async |conn| {
        let user = find(&lock_as_admin(conn, viewer, input.id).await?, input.id, "id")?;
        if !errors.is_empty() {
            return Err(MutationError::User(errors));
        }
        let before = user.clone();
        let after = users::update(conn, user, &changes).await?;
        let changed = [
            security::change("name", Some(before.name), Some(after.name.clone())),
            security::change("role", Some(before.role.as_str().to_owned()), Some(after.role.as_str().to_owned())),
        ];
        let changed: Vec<_> = changed.into_iter().flatten().collect();
        if !changed.is_empty() {
            let subject = Subject { id: after.id.uuid(), name: Some(&after.name) };
            security::record(conn, viewer, SecurityAction::UserUpdated, subject, changed, services.now()).await?;
        }
        Ok(after)
    })
    .await
}
