//! A user who is deleted, by an administrator or by themselves.

use super::{
    Leaver,
    hand_over::{Successor, hand_over},
    lock_as_admin::{find, require_admin},
};
use crate::{
    Error, MutationError, Services, UserErrorCode, Viewer,
    account::check_password,
    audit,
    security::{self, Subject},
};
use chrono::{DateTime, Utc};
use diesel_async::{AsyncConnection, AsyncPgConnection};
use domain::{LinkAction, SecurityAction, UserId, node_id::NodeId, password::Attempt};
use schema::{
    forget_user, links,
    users::{self, User},
};
use std::net::IpAddr;

/// What is deleted.
pub struct UserToDelete {
    /// The user, and who gets their links. Only administrators can name a successor.
    pub leaver: Leaver,
    /// The present password, which whoever deletes their own account types once more.
    pub current_password: Option<Attempt>,
    /// The address of the client.
    pub address: IpAddr,
}

/// A deleted user, and what became of their links.
#[derive(Debug)]
pub struct DeletedUser {
    /// The user.
    pub id: UserId,
    /// How many links went to the successor.
    pub transferred_links: usize,
    /// How many links were deleted.
    pub deleted_links: usize,
}

/// Deletes a user's personal data, their sessions and tokens, and their links unless a successor gets them. What they uploaded
/// stays. For administrators, and for everybody about themselves; the last administrator stays.
pub async fn delete_user(
    services: &Services,
    viewer: &Viewer,
    input: UserToDelete,
) -> Result<DeletedUser, MutationError> {
    let UserToDelete { leaver, current_password, address } = input;
    let is_own = leaver.id == Some(viewer.user.id);
    if !is_own || leaver.successor != Successor::Nobody {
        // Whoever hands a link over could hand out more than they may.
        viewer.require_admin()?;
    }
    if is_own {
        viewer.require_session()?;
        check_password(services, viewer, current_password.unwrap_or_else(|| Attempt::new("")), address).await?;
    }
    let now = services.now();
    let mut conn = services.pool.get().await?;
    conn.transaction(async |conn| {
        let locked = lock(conn, viewer, leaver).await?;
        if is_own {
            leave_an_admin(&locked, viewer)?;
        } else {
            require_admin(&locked, viewer)?;
        }
        let user = find(&locked, leaver.id, "id")?;
        let successor = leaver.successor.find(&locked)?;
        let (transferred_links, deleted_links) = match successor {
            Some(to) => (hand_over(conn, viewer, &user, to, now).await?, 0),
            None => (0, delete_links(conn, viewer, user.id, now).await?),
        };
        let pseudonym = forget_user::forget(conn, &user, now).await?;
        let changes = security::change("transferLinksTo", None, successor.map(|to| to.id.node_id()));
        let (subject, changes) =
            (Subject { id: user.id.uuid(), name: Some(&pseudonym) }, changes.into_iter().collect());
        security::record(conn, viewer, SecurityAction::UserDeleted, subject, changes, now).await?;
        Ok(DeletedUser { id: user.id, transferred_links, deleted_links })
    })
    .await
}

/// Locks the viewer, the leaver and the successor, and all administrators, if one is to be left.
async fn lock(conn: &mut AsyncPgConnection, viewer: &Viewer, leaver: Leaver) -> Result<Vec<User>, Error> {
    let mut all: Vec<UserId> = leaver.id.into_iter().chain(leaver.successor.id()).chain([viewer.user.id]).collect();
    if leaver.id == Some(viewer.user.id) {
        all.extend(users::admin_ids(conn, viewer.workspace.id).await?);
    }
    // Links first: whoever changes one has it locked, and then refers to the user.
    if let Some(id) = leaver.id {
        links::lock_of_creator(conn, viewer.workspace.id, id).await?;
    }
    Ok(users::lock_keys(conn, viewer.workspace.id, &all).await?)
}

/// Refuses an administrator who would leave no other.
fn leave_an_admin(locked: &[User], viewer: &Viewer) -> Result<(), MutationError> {
    let own = locked.iter().find(|user| user.id == viewer.user.id).ok_or(Error::TokenEnded)?;
    let another = locked.iter().any(|user| user.id != own.id && user.is_active_admin());
    if own.is_active_admin() && !another {
        let message = "You are the last administrator. Make somebody else one before you leave.";
        return Err(MutationError::user(UserErrorCode::InvalidInput, &["id"], message));
    }
    Ok(())
}

async fn delete_links(
    conn: &mut AsyncPgConnection,
    viewer: &Viewer,
    creator: UserId,
    now: DateTime<Utc>,
) -> Result<usize, Error> {
    let found = links::lock_of_creator(conn, viewer.workspace.id, creator).await?;
    let event = |(link, name)| audit::event_without_changes(viewer, LinkAction::Deleted, link, name, now);
    let events: Vec<_> = found.into_iter().map(event).collect();
    let deleted = events.len();
    links::delete(conn, events).await?;
    Ok(deleted)
}
