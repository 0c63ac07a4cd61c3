//! `updateUser`.

use super::payloads::UserPayload;
use crate::{
    context,
    errors::{UserError, UserErrorCode},
    types::{enums::Role, user::User},
};
use app::{Error, Lacking};
use async_graphql::{Context, ID, InputObject, Object};
use diesel_async::AsyncConnection;
use domain::{name, node_id::NodeKind};
use schema::users::{self, UserChanges};
use uuid::Uuid;

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
        let viewer = context::admin(ctx)?;
        let mut errors = Vec::new();
        let name = input.name.as_deref().map(name::parse).transpose().unwrap_or_else(|error| {
            errors.push(UserError::invalid_name("name", error));
            None
        });
        let id = NodeKind::User.parse(&input.id);
        if id == Some(viewer.user.id) && input.role.is_some_and(|role| role != Role::Admin) {
            let message = "You cannot take the role of administrator from yourself; ask another administrator.";
            errors.push(UserError::new(UserErrorCode::InvalidInput, &["role"], message));
        }
        let role = input.role.map(|role| domain::Role::from(role).as_str());
        let mut conn = context::connection(ctx).await?;
        conn.transaction(async |conn| {
            let both: Vec<Uuid> = id.into_iter().chain([viewer.user.id]).collect();
            let locked = users::lock(conn, viewer.workspace.id, &both).await?;
            // Two who take the role from each other come one after the other, and the second has it no more.
            if !locked.iter().any(|user| user.id == viewer.user.id && user.role == domain::Role::Admin) {
                return Err(Error::Forbidden(Lacking::Administrator));
            }
            let Some(user) = locked.into_iter().find(|user| Some(user.id) == id) else {
                let refusal = UserError::new(UserErrorCode::NotFound, &["id"], "There is no such user.");
                return Ok(UserPayload::refused(vec![refusal]));
            };
            if !errors.is_empty() {
                return Ok(UserPayload::refused(errors));
            }
            let updated = users::update(conn, user, &UserChanges { name, role }).await?;
            Ok(UserPayload::done(User(updated)))
        })
        .await
    }
}
