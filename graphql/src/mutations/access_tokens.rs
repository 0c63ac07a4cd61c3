//! `createAccessToken` and `revokeAccessToken`: tokens for programs.

use crate::{
    context,
    types::user_error::{UserError, outcome},
};
use app::{Error, access_tokens, account};
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
}

/// A new token, or why there is none.
#[derive(SimpleObject)]
struct CreateAccessTokenPayload {
    /// Shown once.
    token: Option<String>,
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
        let token = access_tokens::create_access_token(services, viewer, &input.name, input.expires_at).await;
        let (token, user_errors) = outcome(token)?;
        let token = token.map(|token| token.expose_secret().to_owned());
        Ok(CreateAccessTokenPayload { token, user_errors })
    }

    /// Ends a personal access token at once: one of your own, or for administrators, of any user.
    async fn revoke_access_token(&self, ctx: &Context<'_>, id: ID) -> Result<RevokeAccessTokenPayload, Error> {
        let (services, viewer) = (context::services(ctx), context::viewer(ctx)?);
        let id = BearerTokenId::from_node_id(&id);
        let (revoked, user_errors) = outcome(account::revoke_token(services, viewer, id, BearerKind::Personal).await)?;
        let deleted_ids = revoked.iter().map(|id| id.node_id().into()).collect();
        Ok(RevokeAccessTokenPayload { deleted_ids, user_errors })
    }
}
