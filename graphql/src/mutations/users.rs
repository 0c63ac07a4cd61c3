//! `createUser` and `updateUser`.

use super::payloads::UserPayload;
use crate::{
    context,
    types::{enums::Role, user::User},
};
use app::{
    Error,
    users::{self, NewUser, UserInput},
};
use async_graphql::{Context, ID, InputObject, Object};
use domain::{UserId, node_id::NodeId};

#[derive(Default)]
pub(super) struct UserMutations;

#[derive(InputObject)]
struct CreateUserInput {
    email: String,
    name: String,
    /// At least 8 characters, and not easy to guess: no common password, and nothing known of the user.
    password: String,
    role: Role,
}

/// What is left out stays as it is.
#[derive(InputObject)]
struct UpdateUserInput {
    id: ID,
    name: Option<String>,
    role: Option<Role>,
}

#[Object]
impl UserMutations {
    /// Adds a user to the workspace. For administrators.
    async fn create_user(&self, ctx: &Context<'_>, input: CreateUserInput) -> Result<UserPayload, Error> {
        let (services, viewer) = (context::services(ctx), context::viewer(ctx)?);
        let CreateUserInput { email, name, password, role } = input;
        let new = NewUser { email: &email, name: &name, password: &password, role: role.into() };
        UserPayload::of(users::create_user(services, viewer, new).await.map(User))
    }

    /// Changes a user's name or role. If the user loses a right, their links lose it, too. For administrators, who
    /// cannot take that role from themselves, so that one is always left.
    async fn update_user(&self, ctx: &Context<'_>, input: UpdateUserInput) -> Result<UserPayload, Error> {
        let (services, viewer) = (context::services(ctx), context::viewer(ctx)?);
        let changes = UserInput {
            id: UserId::from_node_id(&input.id),
            name: input.name.as_deref(),
            role: input.role.map(Into::into),
        };
        UserPayload::of(users::update_user(services, viewer, changes).await.map(User))
    }
}
