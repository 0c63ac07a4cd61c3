//! A user who may not sign in any more.

use super::{
    hand_over::{Successor, hand_over},
    lock_as_admin::{find, lock_as_admin},
};
use crate::{
    MutationError, Services, UserErrorCode, Viewer,
    security::{self, Subject},
};
use diesel_async::AsyncConnection;
use domain::{SecurityAction, UserId, node_id::NodeId};
use schema::{
    bearer_tokens, links, password_links,
    users::{self, User},
};

/// A user who leaves, and who gets their links.
#[derive(Debug, Clone, Copy)]
pub struct Leaver {
    /// The user; none where the client sent no id of a user.
    pub id: Option<UserId>,
    /// Who gets the links.
    pub successor: Successor,
}

/// A disabled user, and how many links went to the successor.
#[derive(Debug)]
pub struct Disabled {
    /// The user.
    pub user: User,
    /// How many links went to the successor.
    pub transferred_links: usize,
}

/// Signs a user out everywhere, for good. Their links are dead as long as they are disabled, unless a successor gets them. For
/// administrators.
pub async fn disable_user(services: &Services, viewer: &Viewer, leaver: Leaver) -> Result<Disabled, MutationError> {
    viewer.require_admin()?;
    if leaver.id == Some(viewer.user.id) {
        let message = "You cannot disable yourself; ask another administrator.";
        return Err(MutationError::user(UserErrorCode::InvalidInput, &["id"], message));
    }
    let now = services.now();
    let mut conn = services.pool.get().await?;
    conn.transaction(async |conn| {
        if let (Some(id), Some(_)) = (leaver.id, leaver.successor.id()) {
            // Links before users, as in a deletion.
            links::lock_of_creator(conn, viewer.workspace.id, id).await?;
        }
        let locked = lock_as_admin(conn, viewer, leaver.id.into_iter().chain(leaver.successor.id())).await?;
        let before = find(&locked, leaver.id, "id")?;
        let successor = leaver.successor.find(&locked)?;
        let transferred_links = match successor {
            Some(to) => hand_over(conn, viewer, &before, to, now).await?,
            None => 0,
        };
        let was_disabled = before.disabled_at.is_some();
        let user = if was_disabled { before } else { users::set_disabled(conn, before.id, Some(now)).await? };
        bearer_tokens::delete_all_of(conn, user.id).await?;
        password_links::delete_of(conn, user.id).await?;
        let to = security::change("transferLinksTo", None, successor.map(|to| to.id.node_id()));
        if !was_disabled || to.is_some() {
            let (subject, changes) = (Subject { id: user.id.uuid(), name: Some(&user.name) }, to.into_iter().collect());
            security::record(conn, viewer, SecurityAction::UserDisabled, subject, changes, now).await?;
        }
        Ok(Disabled { user, transferred_links })
    })
    .await
}
