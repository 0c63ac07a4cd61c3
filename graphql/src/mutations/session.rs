//! `signIn` and `signOut`.

use crate::{
    context,
    count::seconds,
    types::{user::User, user_error::UserError},
};
use app::{
    Error, UserErrorCode, in_words,
    sign_in::{self, Credentials, SignInError},
};
use async_graphql::{Context, InputObject, Object, SimpleObject};
use chrono::{DateTime, Utc};
use domain::{device::DeviceToken, password::Attempt};

#[derive(Default)]
pub(super) struct SessionMutations;

#[derive(InputObject)]
struct SignInInput {
    email: String,
    password: String,
    /// The `deviceToken` of an earlier sign-in from this device. With it, attempts of others at this account do not
    /// make you wait. An unknown or expired token is ignored.
    device_token: Option<String>,
}

/// A session, or why there is none.
#[derive(SimpleObject, Default)]
struct SignInPayload {
    /// Send it with each request as `Authorization: Bearer`.
    token: Option<String>,
    /// When the session ends unless it is used before: each use renews it, up to 30 days after the sign-in.
    expires_at: Option<DateTime<Utc>>,
    viewer: Option<User>,
    /// Keep it on the device, also after `signOut`, and send it with the next `signIn`. It does not sign in; it marks
    /// the device as known to the account. It is valid for a year, and each sign-in renews it.
    device_token: Option<String>,
    /// After `TOO_MANY_ATTEMPTS`: how many seconds to wait.
    retry_after: Option<i32>,
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
        let devices: Vec<_> = input.device_token.as_deref().map(DeviceToken::attempt).into_iter().collect();
        let credentials = Credentials {
            email: &input.email,
            password: Attempt::new(&input.password),
            client: context::caller(ctx).client(),
            devices: &devices,
        };
        match sign_in::sign_in(context::services(ctx), credentials).await {
            Ok(session) => Ok(SignInPayload {
                token: Some(session.token.expose_secret().to_owned()),
                expires_at: Some(session.expires_at),
                viewer: Some(User::from(session.viewer.user)),
                device_token: Some(session.device.expose_secret().to_owned()),
                ..SignInPayload::default()
            }),
            Err(SignInError::WrongCredentials) => Ok(SignInPayload::wrong(sign_in::WRONG_CREDENTIALS)),
            Err(SignInError::Disabled) => Ok(SignInPayload::wrong(sign_in::DISABLED)),
            Err(SignInError::TooManyAttempts(wait)) => {
                let message = format!(
                    "Too many attempts at this account. Try again in {}. A device that has signed in before need not \
                     wait for the attempts of others.",
                    in_words(wait),
                );
                let retry_after = seconds(wait);
                Ok(SignInPayload::refused(UserErrorCode::TooManyAttempts, message, Some(retry_after)))
            }
            Err(SignInError::Failed(error)) => Err(error),
        }
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

impl SignInPayload {
    fn wrong(message: &str) -> Self {
        Self::refused(UserErrorCode::WrongCredentials, message.to_owned(), None)
    }

    fn refused(code: UserErrorCode, message: String, retry_after: Option<i32>) -> Self {
        Self { retry_after, user_errors: vec![app::UserError::new(code, &[], message).into()], ..Self::default() }
    }
}
