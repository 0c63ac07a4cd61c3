//! `changePassword`, `changeEmail` and `revokeSession`: what people decide about their own accounts.

use super::payloads::{UserPayload, deleted_ids};
use crate::{
    context,
    types::{
        user::User,
        user_error::{UserError, outcome},
    },
};
use app::{
    Error,
    account::{self, NewPassword},
};
use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use domain::{BearerTokenId, bearer::BearerKind, node_id::NodeId, password::Attempt};

#[derive(Default)]
pub(super) struct AccountMutations;

#[derive(InputObject)]
struct ChangePasswordInput {
    current_password: String,
    /// At least 8 characters, and not easy to guess: no common password, and nothing known of you.
    new_password: String,
    /// Whether your personal access tokens end, too.
    #[graphql(default)]
    revoke_access_tokens: bool,
}

#[derive(InputObject)]
struct ChangeEmailInput {
    current_password: String,
    email: String,
}

/// Which session ended, or why none did.
#[derive(SimpleObject)]
struct RevokeSessionPayload {
    deleted_ids: Vec<ID>,
    user_errors: Vec<UserError>,
}

#[Object]
impl AccountMutations {
    /// Gives you another password. All your other sessions end at once; this one stays.
    async fn change_password(&self, ctx: &Context<'_>, input: ChangePasswordInput) -> Result<UserPayload, Error> {
        let (services, viewer) = (context::services(ctx), context::viewer(ctx)?);
        let new = NewPassword {
            current: Attempt::new(&input.current_password),
            new: &input.new_password,
            revoke_access_tokens: input.revoke_access_tokens,
            address: context::caller(ctx).address,
        };
        let changed = account::change_password(services, viewer, new).await;
        UserPayload::of(changed.map(|()| User::from(viewer.user.clone())))
    }

    /// Gives you another e-mail address to sign in with.
    async fn change_email(&self, ctx: &Context<'_>, input: ChangeEmailInput) -> Result<UserPayload, Error> {
        let (services, viewer) = (context::services(ctx), context::viewer(ctx)?);
        let (current, address) = (Attempt::new(&input.current_password), context::caller(ctx).address);
        UserPayload::of(account::change_email(services, viewer, current, &input.email, address).await.map(User::from))
    }

    /// Ends a session at once: one of your own, or for administrators, of any user.
    async fn revoke_session(&self, ctx: &Context<'_>, id: ID) -> Result<RevokeSessionPayload, Error> {
        let (services, viewer) = (context::services(ctx), context::viewer(ctx)?);
        let id = BearerTokenId::from_node_id(&id);
        let (revoked, user_errors) = outcome(account::revoke_token(services, viewer, id, BearerKind::Session).await)?;
        Ok(RevokeSessionPayload { deleted_ids: deleted_ids(revoked), user_errors })
    }
}
