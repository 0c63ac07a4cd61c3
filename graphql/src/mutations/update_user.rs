//! `updateUser`.

use super::payloads::UserPayload;
use crate::{
    Error, context,
    errors::{UserError, UserErrorCode},
    node_id::NodeKind,
    types::{enums::Role, user::User},
};
use async_graphql::{Context, ID, InputObject, Object};
use domain::name;
use schema::users::{self, UserChanges};

#[derive(Default)]
pub(super) struct UpdateUser;

/// What is left out stays as it is.
#[derive(InputObject)]
struct UpdateUserInput {
    id: ID,
    name: Option<String>,
    role: Option<Role>,
}

#[Object]
impl UpdateUser {
    /// Changes a user's name or role. What a user may no longer do, the links by that user no longer do. For
    /// administrators, who cannot take the role from themselves: there is always one left.
    async fn update_user(&self, ctx: &Context<'_>, input: UpdateUserInput) -> Result<UserPayload, Error> {
        let viewer = context::viewer(ctx)?;
        viewer.require_admin()?;
        let mut conn = context::connection(ctx).await?;
        let found = match NodeKind::User.parse(&input.id) {
            Some(id) => users::by_ids(&mut conn, viewer.workspace.id, &[id]).await?.pop(),
            None => None,
        };
        let Some(user) = found else {
            let refusal = UserError::new(UserErrorCode::NotFound, &["id"], "There is no such user.");
            return Ok(UserPayload::refused(vec![refusal]));
        };
        let mut errors = Vec::new();
        let name = input.name.as_deref().map(name::parse).transpose().unwrap_or_else(|error| {
            errors.push(UserError::new(UserErrorCode::InvalidName, &["name"], error.to_string()));
            None
        });
        if user.id == viewer.user.id && input.role.is_some_and(|role| role != Role::Admin) {
            let message = "You cannot take the role of administrator from yourself; ask another administrator.";
            errors.push(UserError::new(UserErrorCode::InvalidInput, &["role"], message));
        }
        if !errors.is_empty() {
            return Ok(UserPayload::refused(errors));
        }
        let role = input.role.map(|role| domain::Role::from(role).as_str());
        let updated = users::update(&mut conn, user, &UserChanges { name, role }).await?;
        Ok(UserPayload::done(User(updated)))
    }
}
