//! `createAccessToken` and `revokeAccessToken`: tokens for programs.

use crate::{
    context,
    types::user_error::{UserError, outcome},
};
use app::{Error, access_tokens};
use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use chrono::{DateTime, Utc};
use domain::{BearerTokenId, node_id::NodeId};

#[derive(Default)]
pub(super) struct AccessTokenMutations;

#[derive(InputObject)]
struct CreateAccessTokenInput {
    name: String,
    /// By default the token never expires.
    expires_at: Option<DateTime<Utc>>,
}

/// A new token, or why there is none.
#[derive(SimpleObject)]
struct CreateAccessTokenPayload {
    /// Shown once.
    token: Option<String>,
    user_errors: Vec<UserError>,
}

/// Whether the token ended.
#[derive(SimpleObject)]
struct RevokeAccessTokenPayload {
    user_errors: Vec<UserError>,
}

#[Object]
impl AccessTokenMutations {
    /// Makes a token that a program can send as `Authorization: Bearer` in your name.
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

    /// Ends one of your personal access tokens at once.
    async fn revoke_access_token(&self, ctx: &Context<'_>, id: ID) -> Result<RevokeAccessTokenPayload, Error> {
        let (services, viewer) = (context::services(ctx), context::viewer(ctx)?);
        let id = BearerTokenId::from_node_id(&id);
        let (_, user_errors) = outcome(access_tokens::revoke_access_token(services, viewer, id).await)?;
        Ok(RevokeAccessTokenPayload { user_errors })
    }
}
