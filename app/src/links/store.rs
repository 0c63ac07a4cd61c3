//! How links are stored: each change with its event and with the follow-up work that it makes necessary, as part of the
//! caller's transaction.

use super::action::Action;
use crate::{Error, MutationError, Services, UserErrorCode, Viewer, audit};
use chrono::{DateTime, Utc};
use diesel_async::AsyncPgConnection;
use domain::{LinkAction, LinkId, LinkKind};
use schema::{
    collections,
    link_events::NewLinkEvent,
    links::{self, Link, LinkTokenChange},
    outbox::{self, Job, Priority},
    pictures, workspaces,
};

/// Stores a new link.
pub(super) async fn insert(conn: &mut AsyncPgConnection, viewer: &Viewer, new: Link) -> Result<Link, MutationError> {
    let event = audit::event(viewer, LinkAction::Created, None, &new, new.created_at)?;
    let link = links::insert(conn, new, event).await?;
    after_store(conn, &link, true).await?;
    Ok(link)
}

/// Stores the new settings of a locked link, unless nothing changed.
pub(super) async fn update(
    conn: &mut AsyncPgConnection,
    viewer: &Viewer,
    before: Link,
    after: Link,
    now: DateTime<Utc>,
) -> Result<Link, MutationError> {
    let event = audit::event(viewer, LinkAction::Updated, Some(&before), &after, now)?;
    if !event.has_changes() {
        return Ok(before);
    }
    let after = links::update(conn, after, event).await?;
    after_store(conn, &after, false).await?;
    Ok(after)
}

/// Stores a locked link under its new URL.
pub(super) async fn update_token(
    conn: &mut AsyncPgConnection,
    viewer: &Viewer,
    after: Link,
    now: DateTime<Utc>,
) -> Result<Link, Error> {
    let event = audit::event_without_changes(viewer, LinkAction::Rotated, after.id, after.settings.name.clone(), now);
    Ok(links::update(conn, after, event).await?)
}

/// The follow-up work of a stored link: the clean-up at its expiry, and the pictures that it shows.
async fn after_store(conn: &mut AsyncPgConnection, link: &Link, is_new: bool) -> Result<(), MutationError> {
    // An administrator may have removed the watermark since the settings were checked.
    if link.settings.watermark && !workspaces::keep_watermark(conn, link.workspace_id).await? {
        let message = "The workspace has no watermark any more. Turn it off for this link.";
        return Err(MutationError::user(UserErrorCode::OptionNotAvailable, &["settings", "watermark"], message));
    }
    // Only collections leave anything behind.
    if let (Some(_), Some(at)) = (link.collection_id, link.settings.expires_at) {
        outbox::push(conn, &Job::ExpireLink { link_id: link.id, at }, Priority::Background).await?;
    }
    // Plain pictures are never deleted; watermarked ones are, once no link needs them any more.
    if link.kind == LinkKind::Public && (is_new || link.settings.watermark) {
        let assets = match (link.asset_id, link.collection_id) {
            (Some(asset), _) => vec![asset],
            // The members are read after the link is stored, because storing it waits for transactions that are adding
            // members.
            (None, Some(collection)) => collections::member_ids(conn, collection).await?,
            (None, None) => Vec::new(),
        };
        pictures::ensure_proxies(conn, &assets, link.settings.watermark, Priority::Shared).await?;
    }
    Ok(())
}

/// Disables, enables, rotates or deletes locked links, each given with its name.
pub(super) async fn apply(
    conn: &mut AsyncPgConnection,
    services: &Services,
    viewer: &Viewer,
    action: Action,
    links: Vec<(LinkId, String)>,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let events: Vec<NewLinkEvent> = links
        .into_iter()
        .map(|(id, name)| audit::event_without_changes(viewer, action.recorded(), id, name, now))
        .collect();
    match action {
        Action::Disable => links::set_disabled(conn, true, now, events).await?,
        Action::Enable => links::set_disabled(conn, false, now, events).await?,
        Action::Rotate => {
            let ids: Vec<LinkId> = events.iter().map(|event| event.link_id).collect();
            let key = services.keys.newest();
            let token = |(id, version): (LinkId, i32)| {
                let token = key.link_token(id, version + 1);
                LinkTokenChange { id, token_version: version + 1, token_sha256: token.sha256().to_vec() }
            };
            let tokens = links::token_versions(conn, &ids).await?.into_iter().map(token).collect();
            links::set_tokens(conn, key.id(), tokens, now, events).await?;
        }
        Action::Delete => links::delete(conn, events).await?,
    }
    Ok(())
}
