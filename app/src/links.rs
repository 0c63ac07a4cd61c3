//! How links are stored: each change with its event and with the follow-up work that it makes necessary, as part of the
//! caller's transaction.

use crate::{Error, Viewer, audit};
use chrono::{DateTime, Utc};
use diesel_async::AsyncPgConnection;
use domain::{LinkAction, LinkKind};
use schema::{
    collections,
    link_events::NewLinkEvent,
    links::{self, Link},
    outbox::{self, Job, Priority},
    pictures,
};
use uuid::Uuid;

/// Stores a new link.
pub async fn create(conn: &mut AsyncPgConnection, viewer: &Viewer, new: Link) -> Result<Link, Error> {
    let event = audit::event(viewer, LinkAction::Created, None, &new, new.created_at)?;
    let link = links::insert(conn, new, event).await?;
    after_store(conn, &link, true).await?;
    Ok(link)
}

/// Stores what became of a locked link, if anything about it changed.
pub async fn change(
    conn: &mut AsyncPgConnection,
    viewer: &Viewer,
    before: Link,
    after: Link,
    now: DateTime<Utc>,
) -> Result<Link, Error> {
    let event = audit::event(viewer, LinkAction::Updated, Some(&before), &after, now)?;
    if !event.has_changes() {
        return Ok(before);
    }
    let after = links::update(conn, after, event).await?;
    after_store(conn, &after, false).await?;
    Ok(after)
}

/// Stores a locked link under its new URL.
pub async fn rotate(
    conn: &mut AsyncPgConnection,
    viewer: &Viewer,
    after: Link,
    now: DateTime<Utc>,
) -> Result<Link, Error> {
    let event = audit::plain(viewer, LinkAction::Rotated, after.id, after.name.clone(), now);
    Ok(links::update(conn, after, event).await?)
}

/// The follow-up work of a stored link: the clean-up at its expiry, and the pictures that it shows.
async fn after_store(conn: &mut AsyncPgConnection, link: &Link, is_new: bool) -> Result<(), Error> {
    // Only collections leave anything behind.
    if let (Some(_), Some(at)) = (link.collection_id, link.expires_at) {
        outbox::push(conn, &Job::ExpireLink { link_id: link.id, at }, Priority::Background).await?;
    }
    // Plain pictures are never deleted; watermarked ones are, once no link needs them any more.
    if link.kind == LinkKind::Public && (is_new || link.watermark) {
        let assets = match (link.asset_id, link.collection_id) {
            (Some(asset), _) => vec![asset],
            // After the link is stored, which waits for whoever is filling the collection.
            (None, Some(collection)) => collections::member_ids(conn, collection).await?,
            (None, None) => Vec::new(),
        };
        pictures::ensure_proxies(conn, &assets, link.watermark, Priority::Shared).await?;
    }
    Ok(())
}

/// What is done to links as a whole, to one or to many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// They are answered like links that do not exist, until they are enabled again.
    Disable,
    /// They open again, under their old URLs.
    Enable,
    /// Their URLs are dead for good.
    Delete,
}

impl Action {
    /// Whether it changes a link that is disabled since `disabled_at`, or is not.
    pub fn changes(self, disabled_at: Option<DateTime<Utc>>) -> bool {
        match self {
            Self::Disable => disabled_at.is_none(),
            Self::Enable => disabled_at.is_some(),
            Self::Delete => true,
        }
    }

    fn recorded(self) -> LinkAction {
        match self {
            Self::Disable => LinkAction::Disabled,
            Self::Enable => LinkAction::Enabled,
            Self::Delete => LinkAction::Deleted,
        }
    }
}

/// The one way in which links are disabled, enabled and deleted. They are locked; each with its name.
pub async fn apply(
    conn: &mut AsyncPgConnection,
    viewer: &Viewer,
    action: Action,
    links: Vec<(Uuid, String)>,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let events: Vec<NewLinkEvent> =
        links.into_iter().map(|(id, name)| audit::plain(viewer, action.recorded(), id, name, now)).collect();
    match action {
        Action::Disable => links::set_disabled(conn, true, now, events).await?,
        Action::Enable => links::set_disabled(conn, false, now, events).await?,
        Action::Delete => links::delete(conn, events).await?,
    }
    Ok(())
}
