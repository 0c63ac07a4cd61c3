//! `User`.

use crate::{
    context,
    types::{
        enums::{Role, UserState},
        quick::PlainFields,
        storage_use::StorageUse,
    },
};
use app::{Error, MissingPermission};
use async_graphql::{Context, ID, Object};
use domain::node_id::NodeId;
use std::sync::Arc;

/// A user of the workspace.
pub(crate) struct User(pub(crate) Arc<schema::users::User>);

impl From<schema::users::User> for User {
    fn from(row: schema::users::User) -> Self {
        Self(Arc::new(row))
    }
}

impl PlainFields for User {
    const PLAIN: &'static [&'static str] = &["id", "email", "name", "role", "state"];
}

#[Object]
impl User {
    pub(crate) async fn id(&self) -> ID {
        self.0.id.node_id().into()
    }

    /// Those with the role `VIEWER` or `GUEST` see only their own; for that of others, the error is `FORBIDDEN`.
    async fn email(&self, ctx: &Context<'_>) -> Result<&str, Error> {
        self.only_for_colleagues(ctx)?;
        Ok(&self.0.email)
    }

    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Those with the role `VIEWER` or `GUEST` see only their own; for that of others, the error is `FORBIDDEN`.
    async fn role(&self, ctx: &Context<'_>) -> Result<Role, Error> {
        self.only_for_colleagues(ctx)?;
        Ok(self.0.role.into())
    }

    /// Whether the user can sign in. Those with the role `VIEWER` see only their own; for that of others, the error is
    /// `FORBIDDEN`.
    async fn state(&self, ctx: &Context<'_>) -> Result<UserState, Error> {
        self.only_for_colleagues(ctx)?;
        Ok(self.0.state().into())
    }

    /// The storage that this user's originals and attachments use. Only the user and administrators see it; null for
    /// others.
    async fn storage(&self, ctx: &Context<'_>) -> Result<Option<StorageUse>, Error> {
        let Ok(viewer) = context::viewer(ctx) else { return Ok(None) };
        if viewer.user.id != self.0.id && viewer.require_admin().is_err() {
            return Ok(None);
        }
        let used = context::loaders(ctx).stored_by(self.0.id).await?;
        Ok(Some(StorageUse::new(used, context::services(ctx).limits.user_quota)))
    }
}

impl User {
    /// Fails for a viewer who sees no more of others than their names. Whoever signs in at this moment sees themselves.
    fn only_for_colleagues(&self, ctx: &Context<'_>) -> Result<(), Error> {
        match context::viewer(ctx) {
            Ok(viewer) if !viewer.may_see_details_of(self.0.id) => {
                Err(Error::Forbidden(MissingPermission::Right(domain::Right::Edit)))
            }
            _ => Ok(()),
        }
    }
}
