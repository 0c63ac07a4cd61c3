//! `signIn` and `signOut`.

use crate::{
    Error, context,
    errors::{UserError, UserErrorCode, seconds},
    sign_in::{self, Refused},
    types::user::User,
};
use async_graphql::{Context, InputObject, Object, SimpleObject};
use chrono::{DateTime, Utc};

#[derive(Default)]
pub(super) struct SessionMutations;

#[derive(InputObject)]
struct SignInInput {
    email: String,
    password: String,
}

/// A session, or why there is none.
#[derive(SimpleObject, Default)]
struct SignInPayload {
    /// Send it with each request as `Authorization: Bearer`.
    token: Option<String>,
    expires_at: Option<DateTime<Utc>>,
    viewer: Option<User>,
    user_errors: Vec<UserError>,
}

/// Whether the session ended.
#[derive(SimpleObject)]
struct SignOutPayload {
    user_errors: Vec<UserError>,
}

#[Object]
impl SessionMutations {
    /// Begins a session.
    async fn sign_in(&self, ctx: &Context<'_>, input: SignInInput) -> Result<SignInPayload, Error> {
        let address = context::caller(ctx).address;
        let refusal = match sign_in::sign_in(context::services(ctx), address, &input.email, &input.password).await? {
            Ok(session) => {
                return Ok(SignInPayload {
                    token: Some(session.token.reveal().to_owned()),
                    expires_at: Some(session.expires_at),
                    viewer: Some(User(session.viewer.user)),
                    user_errors: Vec::new(),
                });
            }
            Err(Refused::WrongCredentials) => {
                UserError::new(UserErrorCode::WrongCredentials, &[], "Unknown e-mail address or wrong password.")
            }
            Err(Refused::TooMany(wait)) => {
                let message = format!("Too many attempts. Try again in {} seconds.", seconds(wait));
                UserError::new(UserErrorCode::TooManyAttempts, &[], message)
            }
        };
        Ok(SignInPayload { user_errors: vec![refusal], ..SignInPayload::default() })
    }

    /// Ends the session whose token this request carries.
    async fn sign_out(&self, ctx: &Context<'_>) -> Result<SignOutPayload, Error> {
        context::viewer(ctx)?;
        if let Some(token) = &context::caller(ctx).bearer {
            sign_in::sign_out(context::services(ctx), token).await?;
        }
        Ok(SignOutPayload { user_errors: Vec::new() })
    }
}
