//! A new user of the workspace.

use crate::{
    MutationError, Services, UserError, UserErrorCode, Viewer,
    security::{self, Subject},
};
use diesel_async::AsyncConnection;
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
    let (email, name, password) = parse(&input, &viewer.workspace.name)?;
    let new = User {
        id: UserId::new(),
        workspace_id: viewer.workspace.id,
        email,
        name,
        role: input.role,
        password_hash: services.hasher.hash(password).await?,
        created_at: services.now(),
        disabled_at: None,
        deleted_at: None,
    };
    let mut conn = services.pool.get().await?;
    conn.transaction(async |conn| {
        if !users::insert(conn, new.clone()).await? {
            let message = "Somebody has this e-mail address already.";
            return Err(MutationError::user(UserErrorCode::EmailTaken, &["email"], message));
        }
        let subject = Subject { id: new.id.uuid(), name: Some(&new.name) };
        let role = security::change("role", None, Some(new.role.as_str().to_owned()));
        let changes = role.into_iter().collect();
        security::record(conn, viewer, SecurityAction::UserCreated, subject, changes, new.created_at).await?;
        Ok(new)
    })
    .await
}

/// Checks all fields, so that one answer tells all mistakes.
fn parse(input: &NewUser<'_>, workspace: &str) -> Result<(String, String, Password), MutationError> {
    let email = email::parse(input.email)
        .ok_or_else(|| UserError::new(UserErrorCode::InvalidInput, &["email"], "This is not an e-mail address."));
    let name = name::parse(input.name).map_err(|error| UserError::invalid_name("name", error));
    let password = Password::for_user(input.password, &[input.email, input.name, workspace])
        .map_err(|error| UserError::new(UserErrorCode::InvalidPassword, &["password"], error.to_string()));
    match (email, name, password) {
        (Ok(email), Ok(name), Ok(password)) => Ok((email, name, password)),
        (email, name, password) => {
            let errors = [email.err(), name.err(), password.err()];
            Err(MutationError::User(errors.into_iter().flatten().collect()))
        }
    }
}
