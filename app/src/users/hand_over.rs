//! What becomes of the links and collections of a person who leaves.

use crate::{MutationError, UserErrorCode, Viewer, audit};
use chrono::{DateTime, Utc};
use diesel_async::AsyncPgConnection;
use domain::{LinkAction, Right, UserId, UserState, node_id::NodeId};
use schema::{
    collections,
    link_events::{FieldChange, NewLinkEvent},
    links, rights,
    users::User,
};

/// Gives a user's links and collections to the successor, and returns how many links there are. Visitors then get at
/// most what the successor may download.
pub(super) async fn hand_over(
    conn: &mut AsyncPgConnection,
    viewer: &Viewer,
    from: &User,
    to: &User,
    now: DateTime<Utc>,
) -> Result<usize, MutationError> {
    let refuse = |message| Err(MutationError::user(UserErrorCode::InvalidInput, &["transferLinksTo"], message));
    if from.id == to.id {
        return refuse("The links already are those of this person; choose another one.");
    }
    match to.state() {
        UserState::Active => {}
        UserState::Invited => return refuse("This person has not chosen a password yet; choose another one."),
        UserState::Disabled | UserState::Deleted => {
            return refuse("This person is disabled, and so would be the links; choose another one.");
        }
    }
    if !rights::subject(conn, to).await?.everywhere.has(Right::Share) {
        return refuse("This person may not share everything, so that links would be dead; choose an editor.");
    }
    let moved = links::lock_of_creator(conn, viewer.workspace.id, from.id).await?;
    let change =
        FieldChange { field: "createdBy".to_owned(), from: Some(from.id.node_id()), to: Some(to.id.node_id()) };
    let changes = serde_json::to_value([change]).map_err(crate::Error::internal)?;
    let (links, event) = (moved.len(), |(link, name)| NewLinkEvent {
        changes: changes.clone(),
        ..audit::event_without_changes(viewer, LinkAction::Updated, link, name, now)
    });
    links::set_creator(conn, to.id, now, moved.into_iter().map(event).collect()).await?;
    collections::set_creator(conn, from.id, to.id).await?;
    Ok(links)
}

/// Who gets the links and collections of a person who leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Successor {
    /// Nobody: the links are dead.
    Nobody,
    /// This user.
    User(UserId),
    /// The client sent no id of a user.
    Invalid,
}

impl Successor {
    /// The user's id, to lock it.
    pub(super) fn id(self) -> Option<UserId> {
        if let Self::User(id) = self { Some(id) } else { None }
    }

    /// The successor among the locked users; none if it is nobody.
    pub(super) fn find(self, locked: &[User]) -> Result<Option<&User>, MutationError> {
        let missing = || MutationError::user(UserErrorCode::NotFound, &["transferLinksTo"], "There is no such user.");
        match self {
            Self::Nobody => Ok(None),
            Self::User(id) => locked.iter().find(|user| user.id == id).map(Some).ok_or_else(missing),
            Self::Invalid => Err(missing()),
        }
    }
}
