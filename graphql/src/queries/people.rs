//! `viewer`, `workspace`, `accessToken`, `accessTokens` and `sessions`.

use crate::{
    context,
    types::{access_token::AccessToken, session::Session, user::User, workspace::Workspace},
};
use app::Error;
use async_graphql::{Context, ID, Object};
use domain::{UserId, bearer::BearerKind};
use schema::bearer_tokens::{self, IssuedToken};

#[derive(Default)]
pub(super) struct PeopleQueries;

#[Object]
impl PeopleQueries {
    /// The signed-in user; null for an anonymous caller.
    async fn viewer(&self, ctx: &Context<'_>) -> Option<User> {
        context::caller(ctx).viewer.as_ref().map(|viewer| User::from(viewer.user.clone()))
    }

    /// The workspace of the signed-in user.
    async fn workspace(&self, ctx: &Context<'_>) -> Result<Workspace, Error> {
        Ok(Workspace(context::viewer(ctx)?.workspace.clone()))
    }

    /// The personal access token of this request, which tells a program its scopes and its end. Null with a session, which
    /// has all scopes.
    async fn access_token(&self, ctx: &Context<'_>) -> Option<Result<AccessToken, Error>> {
        token_of_request(ctx).await.transpose()
    }

    /// Your personal access tokens, newest first. For administrators, also those of another user.
    async fn access_tokens(&self, ctx: &Context<'_>, user_id: Option<ID>) -> Result<Vec<AccessToken>, Error> {
        Ok(tokens(ctx, user_id, BearerKind::Personal).await?.into_iter().map(AccessToken).collect())
    }

    /// Your sessions that have not ended, newest first. For administrators, also those of another user.
    async fn sessions(&self, ctx: &Context<'_>, user_id: Option<ID>) -> Result<Vec<Session>, Error> {
        Ok(tokens(ctx, user_id, BearerKind::Session).await?.into_iter().map(Session).collect())
    }
}

async fn token_of_request(ctx: &Context<'_>) -> Result<Option<AccessToken>, Error> {
    let viewer = context::viewer(ctx)?;
    let (whose, now) = ((viewer.workspace.id, viewer.user.id), context::services(ctx).now());
    let mut conn = context::connection(ctx).await?;
    let own = bearer_tokens::of_user(&mut conn, whose, BearerKind::Personal, now).await?;
    Ok(own.into_iter().find(|row| row.id == viewer.token).map(AccessToken))
}

async fn tokens(ctx: &Context<'_>, user: Option<ID>, kind: BearerKind) -> Result<Vec<IssuedToken>, Error> {
    let viewer = context::viewer(ctx)?;
    let user: Option<UserId> = crate::node_id::parse_optional(user)?;
    let user = user.unwrap_or(viewer.user.id);
    if user != viewer.user.id {
        viewer.require_admin()?;
    }
    let now = context::services(ctx).now();
    let mut conn = context::connection(ctx).await?;
    Ok(bearer_tokens::of_user(&mut conn, (viewer.workspace.id, user), kind, now).await?)
}
