//! `createAccessToken` and `revokeAccessToken`: tokens for programs.

use super::payloads::deleted_ids;
use crate::{
    context,
    types::{
        access_token::AccessToken,
        enums::TokenScope,
        user_error::{UserError, outcome},
    },
};
use app::{
    Error,
    access_tokens::{self, AccessTokenInput},
    account,
};
use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use chrono::{DateTime, Utc};
use domain::{BearerTokenId, bearer::BearerKind, node_id::NodeId};

#[derive(Default)]
pub(super) struct AccessTokenMutations;

#[derive(InputObject)]
struct CreateAccessTokenInput {
    name: String,
    /// By default in 90 days; within a year.
    expires_at: Option<DateTime<Utc>>,
    /// What it may be used for, at least one scope. By default all that your role allows: `ADMIN` is for administrators.
    scopes: Option<Vec<TokenScope>>,
}

/// A new token, or why there is none.
#[derive(SimpleObject)]
struct CreateAccessTokenPayload {
    /// Shown once.
    token: Option<String>,
    /// What `accessTokens` shows of it later.
    access_token: Option<AccessToken>,
    user_errors: Vec<UserError>,
}

/// Which token ended, or why none did.
#[derive(SimpleObject)]
struct RevokeAccessTokenPayload {
    deleted_ids: Vec<ID>,
    user_errors: Vec<UserError>,
}

#[Object]
impl AccessTokenMutations {
    /// Makes a token that a program can send as `Authorization: Bearer` in your name. With a token, no others can be made,
    /// no sessions ended, and neither password nor e-mail address changed.
    async fn create_access_token(
        &self,
        ctx: &Context<'_>,
        input: CreateAccessTokenInput,
    ) -> Result<CreateAccessTokenPayload, Error> {
        let (services, viewer) = (context::services(ctx), context::viewer(ctx)?);
        let CreateAccessTokenInput { name, expires_at, scopes } = input;
        let scopes: Option<Vec<_>> = scopes.map(|scopes| scopes.into_iter().map(Into::into).collect());
        let input = AccessTokenInput { name: &name, expires_at, scopes: scopes.as_deref() };
        let (made, user_errors) = outcome(access_tokens::create_access_token(services, viewer, input).await)?;
        let (token, issued) = made.unzip();
        Ok(CreateAccessTokenPayload {
            token: token.map(|token| token.expose_secret().to_owned()),
            access_token: issued.map(AccessToken),
            user_errors,
        })
    }

    /// Ends a personal access token at once: one of your own, or for administrators, of any user.
    async fn revoke_access_token(&self, ctx: &Context<'_>, id: ID) -> Result<RevokeAccessTokenPayload, Error> {
        let (services, viewer) = (context::services(ctx), context::viewer(ctx)?);
        let id = BearerTokenId::from_node_id(&id);
        let (revoked, user_errors) = outcome(account::revoke_token(services, viewer, id, BearerKind::Personal).await)?;
        Ok(RevokeAccessTokenPayload { deleted_ids: deleted_ids(revoked), user_errors })
    }
}
