//! What administrators do with users; and `deleteUser`, by which everybody may leave.

use super::payloads::{UserPayload, deleted_ids};
use crate::{
    context,
    count::saturating,
    types::{
        enums::Role,
        password_link::PasswordLink,
        user::User,
        user_error::{UserError, outcome},
    },
};
use app::{
    Error,
    users::{self, Invitee, Leaver, NewUser, Successor, UserInput, UserToDelete},
};
use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use domain::{UserId, node_id::NodeId, password::Attempt};

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

#[derive(InputObject)]
struct InviteUserInput {
    email: String,
    name: String,
    role: Role,
}

/// The invited user and their link, or why there is none.
#[derive(SimpleObject)]
struct InviteUserPayload {
    user: Option<User>,
    /// The link by which they choose their password. It is shown only here; `createPasswordLink` makes another.
    password_link: Option<PasswordLink>,
    user_errors: Vec<UserError>,
}

/// What is left out stays as it is.
#[derive(InputObject)]
struct UpdateUserInput {
    id: ID,
    name: Option<String>,
    role: Option<Role>,
}

#[derive(InputObject)]
struct DisableUserInput {
    id: ID,
    /// Who gets the user's links and collections. Left out: nobody, and the links are dead while the user is disabled.
    /// Visitors get at most what this person may download, who must be allowed to share the whole library.
    transfer_links_to: Option<ID>,
}

/// The disabled user, or why not.
#[derive(SimpleObject)]
struct DisableUserPayload {
    user: Option<User>,
    /// How many links went to another person.
    transferred_links: i32,
    user_errors: Vec<UserError>,
}

#[derive(InputObject)]
struct DeleteUserInput {
    id: ID,
    /// Who gets the user's links and collections, as in `disableUser`. Left out: nobody, and the links are deleted. Only
    /// administrators may name somebody.
    transfer_links_to: Option<ID>,
    /// Your present password, if you delete yourself.
    current_password: Option<String>,
}

/// Which user was deleted, or why none was.
#[derive(SimpleObject)]
struct DeleteUserPayload {
    deleted_ids: Vec<ID>,
    /// How many links went to another person.
    transferred_links: i32,
    /// How many links were deleted.
    deleted_links: i32,
    user_errors: Vec<UserError>,
}

fn leaver(id: &ID, successor: Option<&ID>) -> Leaver {
    let successor = match successor {
        None => Successor::Nobody,
        Some(id) => UserId::from_node_id(id).map_or(Successor::Invalid, Successor::User),
    };
    Leaver { id: UserId::from_node_id(id), successor }
}

#[Object]
impl UserMutations {
    /// Adds a user with a password that you choose, for scripts. With `inviteUser`, only the person knows the password. For
    /// administrators.
    async fn create_user(&self, ctx: &Context<'_>, input: CreateUserInput) -> Result<UserPayload, Error> {
        let (services, viewer) = (context::services(ctx), context::viewer(ctx)?);
        let CreateUserInput { email, name, password, role } = input;
        let new = NewUser { email: &email, name: &name, password: &password, role: role.into() };
        UserPayload::of(users::create_user(services, viewer, new).await.map(User::from))
    }

    /// Adds a user without a password, and makes the link by which they choose it: valid once, for seven days. Pass it on to
    /// them; where mail is configured, they get it by mail, too. For administrators.
    async fn invite_user(&self, ctx: &Context<'_>, input: InviteUserInput) -> Result<InviteUserPayload, Error> {
        let (services, viewer) = (context::services(ctx), context::viewer(ctx)?);
        let InviteUserInput { email, name, role } = input;
        let invitee = Invitee { email: &email, name: &name, role: role.into() };
        let (invited, user_errors) = outcome(users::invite_user(services, viewer, invitee).await)?;
        let (user, link) = invited.unzip();
        Ok(InviteUserPayload { user: user.map(User::from), password_link: link.map(PasswordLink::of), user_errors })
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
        UserPayload::of(users::update_user(services, viewer, changes).await.map(User::from))
    }

    /// Signs a user out everywhere, and lets them sign in no more. Their sessions and access tokens end for good; their
    /// links answer like links that do not exist, until `enableUser`, or go to another person. For administrators, who
    /// cannot disable themselves, so that one is always left.
    async fn disable_user(&self, ctx: &Context<'_>, input: DisableUserInput) -> Result<DisableUserPayload, Error> {
        let (services, viewer) = (context::services(ctx), context::viewer(ctx)?);
        let leaver = leaver(&input.id, input.transfer_links_to.as_ref());
        let (disabled, user_errors) = outcome(users::disable_user(services, viewer, leaver).await)?;
        let transferred_links = disabled.as_ref().map_or(0, |disabled| saturating(disabled.transferred_links));
        Ok(DisableUserPayload {
            user: disabled.map(|disabled| User::from(disabled.user)),
            transferred_links,
            user_errors,
        })
    }

    /// Lets a disabled user sign in again; the links that they still have open again. For administrators.
    async fn enable_user(&self, ctx: &Context<'_>, id: ID) -> Result<UserPayload, Error> {
        let (services, viewer) = (context::services(ctx), context::viewer(ctx)?);
        UserPayload::of(users::enable_user(services, viewer, UserId::from_node_id(&id)).await.map(User::from))
    }

    /// Deletes a user for good: name, e-mail address, sessions, access tokens, groups and rules. Their links are deleted, or
    /// go to another person; what they uploaded stays. The audit trail keeps a pseudonym. For administrators, and for
    /// everybody who wants to leave: about yourself, with `currentPassword`. The last administrator stays.
    async fn delete_user(&self, ctx: &Context<'_>, input: DeleteUserInput) -> Result<DeleteUserPayload, Error> {
        let (services, viewer) = (context::services(ctx), context::viewer(ctx)?);
        let to_delete = UserToDelete {
            leaver: leaver(&input.id, input.transfer_links_to.as_ref()),
            current_password: input.current_password.as_deref().map(Attempt::new),
            address: context::caller(ctx).address,
        };
        let (deleted, user_errors) = outcome(users::delete_user(services, viewer, to_delete).await)?;
        let count =
            |of: fn(&users::DeletedUser) -> usize| deleted.as_ref().map_or(0, |deleted| saturating(of(deleted)));
        Ok(DeleteUserPayload {
            deleted_ids: deleted_ids(deleted.as_ref().map(|deleted| deleted.id)),
            transferred_links: count(|deleted| deleted.transferred_links),
            deleted_links: count(|deleted| deleted.deleted_links),
            user_errors,
        })
    }
}
