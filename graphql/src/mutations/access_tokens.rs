//! `createAccessToken` and `revokeAccessToken`: tokens for programs.

use crate::{
    context,
    errors::{UserError, UserErrorCode},
};
use app::Error;
use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use chrono::{DateTime, Utc};
use domain::{
    bearer::{BearerKind, BearerToken},
    clock::is_storable,
    name,
    node_id::NodeKind,
};
use schema::bearer_tokens;
use uuid::Uuid;

#[derive(Default)]
pub(super) struct AccessTokenMutations;

#[derive(InputObject)]
struct CreateAccessTokenInput {
    name: String,
    /// Left out: it never ends by itself.
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
        let (user, now) = (context::viewer(ctx)?.user.id, context::services(ctx).now());
        let mut user_errors = Vec::new();
        let name = name::parse(&input.name)
            .map_err(|error| user_errors.push(UserError::invalid_name("name", error)))
            .unwrap_or_default();
        if input.expires_at.is_some_and(|end| end <= now || !is_storable(end)) {
            let message = "The expiration lies in the past, or beyond the year 9999.";
            user_errors.push(UserError::new(UserErrorCode::InvalidExpiration, &["expiresAt"], message));
        }
        if !user_errors.is_empty() {
            return Ok(CreateAccessTokenPayload { token: None, user_errors });
        }
        let token = BearerToken::generate(BearerKind::Personal, &mut rand::rng());
        let new = bearer_tokens::NewBearerToken {
            id: Uuid::now_v7(),
            sha256: token.sha256().to_vec(),
            user_id: user,
            kind: BearerKind::Personal,
            name: Some(&name),
            created_at: now,
            expires_at: input.expires_at,
        };
        bearer_tokens::insert(&mut *context::connection(ctx).await?, new).await?;
        Ok(CreateAccessTokenPayload { token: Some(token.expose_secret().to_owned()), user_errors })
    }

    /// Ends one of your personal access tokens at once.
    async fn revoke_access_token(&self, ctx: &Context<'_>, id: ID) -> Result<RevokeAccessTokenPayload, Error> {
        let user = context::viewer(ctx)?.user.id;
        let revoked = match NodeKind::AccessToken.parse(&id) {
            Some(id) => bearer_tokens::delete_personal(&mut *context::connection(ctx).await?, user, id).await?,
            None => false,
        };
        let missing = || UserError::new(UserErrorCode::NotFound, &["id"], "You have no such access token.");
        Ok(RevokeAccessTokenPayload { user_errors: if revoked { Vec::new() } else { vec![missing()] } })
    }
}
