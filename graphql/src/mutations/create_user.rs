//! `createUser`.

use super::payloads::UserPayload;
use crate::{
    context,
    errors::{UserError, UserErrorCode},
    types::{enums::Role, user::User},
};
use app::Error;
use async_graphql::{Context, InputObject, Object};
use domain::{email, name, password::Password};
use schema::users;
use uuid::Uuid;

#[derive(Default)]
pub(super) struct CreateUser;

#[derive(InputObject)]
struct CreateUserInput {
    email: String,
    name: String,
    /// At least 8 characters, and none of those that are tried first: common ones, and what others know of the user.
    password: String,
    role: Role,
}

#[Object]
impl CreateUser {
    /// Adds a user to the workspace. For administrators.
    async fn create_user(&self, ctx: &Context<'_>, input: CreateUserInput) -> Result<UserPayload, Error> {
        let (services, viewer) = (context::services(ctx), context::admin(ctx)?);
        let (email, name, password) = match parse(&input, &viewer.workspace.name) {
            Ok(parsed) => parsed,
            Err(errors) => return Ok(UserPayload::refused(errors)),
        };
        let new = users::User {
            id: Uuid::now_v7(),
            workspace_id: viewer.workspace.id,
            email,
            name,
            role: input.role.into(),
            password_hash: services.hasher.hash(password).await?,
            created_at: services.now(),
        };
        if !users::insert(&mut *context::connection(ctx).await?, new.clone()).await? {
            let message = "Somebody has this e-mail address already.";
            return Ok(UserPayload::refused(vec![UserError::new(UserErrorCode::EmailTaken, &["email"], message)]));
        }
        Ok(UserPayload::done(User(new)))
    }
}

fn parse(input: &CreateUserInput, workspace: &str) -> Result<(String, String, Password), Vec<UserError>> {
    let mut errors = Vec::new();
    let email = email::parse(&input.email);
    if email.is_none() {
        errors.push(UserError::new(UserErrorCode::InvalidInput, &["email"], "This is not an e-mail address."));
    }
    let name = name::parse(&input.name).map_err(|error| errors.push(UserError::invalid_name("name", error)));
    let password = Password::for_user(&input.password, &[&input.email, &input.name, workspace])
        .map_err(|error| errors.push(UserError::new(UserErrorCode::InvalidPassword, &["password"], error.to_string())));
    match (email, name, password) {
        (Some(email), Ok(name), Ok(password)) => Ok((email, name, password)),
        _ => Err(errors),
    }
}
