//! `unlockSharedLink`.

use crate::{
    context,
    count::seconds,
    types::{shared_link::refused, user_error::UserError},
};
use app::{
    Error, UserErrorCode, in_words,
    visitor::{RequestedFile, Unlock, Visit, VisitError},
};
use async_graphql::{Context, Object, SimpleObject};
use chrono::{DateTime, Utc};
use domain::{access::Refusal, device::DeviceToken};

#[derive(Default)]
pub(super) struct SharedLinkMutations;

/// A grant for a link with a password, or why there is none.
#[derive(SimpleObject, Default)]
struct UnlockPayload {
    /// Pass it to `sharedLink`. It is valid for this link only, and ends when the link gets another password or URL.
    grant: Option<String>,
    expires_at: Option<DateTime<Utc>>,
    /// Keep it in the browser, and send it with the next `unlockSharedLink` for this link: attempts of others then do
    /// not make its visitor wait. It unlocks nothing.
    device_token: Option<String>,
    /// After `TOO_MANY_ATTEMPTS`: how many seconds to wait.
    retry_after: Option<i32>,
    user_errors: Vec<UserError>,
}

impl UnlockPayload {
    fn refused(code: UserErrorCode, field: &str, message: String) -> Self {
        Self { user_errors: vec![app::UserError::new(code, &[field], message).into()], ..Self::default() }
    }
}

#[Object]
impl SharedLinkMutations {
    /// Exchanges the password of a link for a grant, without signing in. Attempts are limited as on the link's page.
    async fn unlock_shared_link(
        &self,
        ctx: &Context<'_>,
        token: String,
        password: String,
        #[graphql(desc = "The `deviceToken` of an earlier call. An unknown or expired token is ignored.")]
        device_token: Option<String>,
    ) -> Result<UnlockPayload, Error> {
        let services = context::services(ctx);
        let mut visitor = context::visitor(ctx, None);
        visitor.devices = device_token.as_deref().map(DeviceToken::attempt).into_iter().collect();
        let visit = match Visit::of_any_kind(services, visitor, &token, RequestedFile::default()).await {
            Err(VisitError::NotFound) => None,
            visit => Some(visit.map_err(refused)?),
        };
        let Some(visit) = visit.filter(|visit| visit.enter() != Err(Refusal::NotFound)) else {
            services.throttle.unknown_link(context::caller(ctx).address).await.map_err(Error::RateLimited)?;
            let message = "No active link has this token.".to_owned();
            return Ok(UnlockPayload::refused(UserErrorCode::NotFound, "token", message));
        };
        Ok(match visit.unlock(&password).await.map_err(refused)? {
            Unlock::Unlocked(unlocked) => UnlockPayload {
                grant: Some(unlocked.unlocked.text),
                expires_at: Some(visit.now() + unlocked.unlocked.lasts),
                device_token: Some(unlocked.device.text),
                ..UnlockPayload::default()
            },
            Unlock::WrongPassword => {
                UnlockPayload::refused(UserErrorCode::WrongPassword, "password", "That is not the password.".to_owned())
            }
            Unlock::TooManyAttempts(wait) => UnlockPayload {
                retry_after: Some(seconds(wait)),
                ..UnlockPayload::refused(
                    UserErrorCode::TooManyAttempts,
                    "password",
                    format!(
                        "Too many wrong passwords were tried. Try again in {}. A device from which the right one has \
                         come before need not wait for the attempts of others.",
                        in_words(wait)
                    ),
                )
            },
        })
    }
}
