//! A new user of the workspace.

use crate::{
    MutationError, Services, UserError, UserErrorCode, Viewer,
    security::{self, Subject},
};
use chrono::{DateTime, Utc};
use diesel_async::{AsyncConnection, AsyncPgConnection};
use domain::{Role, SecurityAction, UserId, email, name, password::Password};
use schema::users::{self, User};

/// What an administrator asks for.
pub struct NewUser<'a> {
    /// The e-mail address to sign in with.
    pub email: &'a str,
    /// The name.
    pub name: &'a str,
    /// The password in plain text.
    pub password: &'a str,
    /// The role.
    pub role: Role,
}

/// Adds a user to the workspace. For administrators.
pub async fn create_user(services: &Services, viewer: &Viewer, input: NewUser<'_>) -> Result<User, MutationError> {
    viewer.require_admin()?;
    viewer.require_session_for(Some(input.role))?;
    let password = Password::for_user(input.password, &[input.email, input.name, &viewer.workspace.name])
        .map_err(|error| UserError::new(UserErrorCode::InvalidPassword, &["password"], error.to_string()));
    let ((email, name), password) = match (parse(input.email, input.name), password) {
        (Ok(who), Ok(password)) => (who, password),
        // One answer tells all mistakes.
        (who, password) => {
            let errors = who.err().into_iter().flatten().chain(password.err());
            return Err(MutationError::User(errors.collect()));
        }
    };
    let hash = services.hasher.hash(password).await?;
    let new = account(viewer, (email, name), input.role, hash, services.now());
    let mut conn = services.pool.get().await?;
    conn.transaction(async |conn| store(conn, viewer, new, SecurityAction::UserCreated).await).await
}

/// Checks address and name.
pub(super) fn parse(email: &str, name: &str) -> Result<(String, String), Vec<UserError>> {
    let email = email::parse(email)
        .ok_or_else(|| UserError::new(UserErrorCode::InvalidInput, &["email"], "This is not an e-mail address."));
    let name = name::parse(name).map_err(|error| UserError::invalid_name("name", error));
    match (email, name) {
        (Ok(email), Ok(name)) => Ok((email, name)),
        (email, name) => Err([email.err(), name.err()].into_iter().flatten().collect()),
    }
}

/// The refusal of an address that another user has.
pub(crate) fn email_taken() -> MutationError {
    MutationError::user(UserErrorCode::EmailTaken, &["email"], "Somebody has this e-mail address already.")
}

/// A new user with this address and this name in the viewer's workspace.
pub(super) fn account(
    viewer: &Viewer,
    (email, name): (String, String),
    role: Role,
    password_hash: String,
    now: DateTime<Utc>,
) -> User {
    User {
        id: UserId::new(),
        workspace_id: viewer.workspace.id,
        email,
        name,
        role,
        password_hash,
        created_at: now,
        disabled_at: None,
        deleted_at: None,
        invited_at: None,
    }
}

/// Stores a new user, and the event.
pub(super) async fn store(
    conn: &mut AsyncPgConnection,
    viewer: &Viewer,
    new: User,
    action: SecurityAction,
) -> Result<User, MutationError> {
    if !users::insert(conn, new.clone()).await? {
        return Err(email_taken());
    }
    let subject = Subject { id: new.id.uuid(), name: Some(&new.name) };
    let changes = security::change("role", None, Some(new.role.as_str().to_owned())).into_iter().collect();
    security::record(conn, viewer, action, subject, changes, new.created_at).await?;
    Ok(new)
}
