//! `viewer`, `workspace` and `accessTokens`.

use crate::{
    context,
    types::{access_token::AccessToken, user::User, workspace::Workspace},
};
use app::Error;
use async_graphql::{Context, Object};
use schema::bearer_tokens;

#[derive(Default)]
pub(super) struct PeopleQueries;

#[Object]
impl PeopleQueries {
    /// The signed-in user; null for an anonymous caller.
    async fn viewer(&self, ctx: &Context<'_>) -> Option<User> {
        context::caller(ctx).viewer.as_ref().map(|viewer| User(viewer.user.clone()))
    }

    /// The workspace of the signed-in user.
    async fn workspace(&self, ctx: &Context<'_>) -> Result<Workspace, Error> {
        Ok(Workspace(context::viewer(ctx)?.workspace.clone()))
    }

    /// Your personal access tokens, newest first.
    async fn access_tokens(&self, ctx: &Context<'_>) -> Result<Vec<AccessToken>, Error> {
        let user = context::viewer(ctx)?.user.id;
        let rows = bearer_tokens::personal(&mut *context::connection(ctx).await?, user).await?;
        Ok(rows.into_iter().map(AccessToken).collect())
    }
}
