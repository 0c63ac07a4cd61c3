//! Writes down what happens to accounts and rights, in the transaction in which it happens, and tells the log.
//!
//! Neither holds a secret: of passwords and tokens, only that they were changed. An address that is typed at a sign-in and
//! that no account has is not kept, because people type passwords into the wrong field.

use crate::{Error, Viewer};
use chrono::{DateTime, TimeDelta, Utc};
use diesel_async::{AsyncConnection, AsyncPgConnection};
use domain::SecurityAction;
use schema::{
    link_events::FieldChange,
    security_events::{self, NewSecurityEvent},
    users::{self, User},
};
use std::net::IpAddr;
use uuid::Uuid;

/// How often it is written down at most that an account is locked. Each attempt would say it again.
const LOCKED_EVERY: TimeDelta = TimeDelta::minutes(15);

/// What an event is about: the id and the name of a user, a group, a rule or a token.
#[derive(Debug, Clone)]
pub(crate) struct Subject<'a> {
    pub(crate) id: Uuid,
    pub(crate) name: Option<&'a str>,
}

/// Writes down what a signed-in user did.
pub(crate) async fn record(
    conn: &mut AsyncPgConnection,
    viewer: &Viewer,
    action: SecurityAction,
    subject: Subject<'_>,
    changes: Vec<FieldChange>,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    record_each(conn, viewer, action, [(subject, changes)], now).await
}

/// Writes down what a signed-in user did with each of several things.
pub(crate) async fn record_each(
    conn: &mut AsyncPgConnection,
    viewer: &Viewer,
    action: SecurityAction,
    done: impl IntoIterator<Item = (Subject<'_>, Vec<FieldChange>)>,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let event = |(subject, changes): (Subject<'_>, Vec<FieldChange>)| {
        Ok(NewSecurityEvent {
            workspace_id: viewer.workspace.id,
            action,
            actor_id: Some(viewer.user.id),
            subject_id: Some(subject.id),
            subject_name: subject.name.map(str::to_owned),
            address: None,
            changes: serde_json::to_value(changes).map_err(Error::internal)?,
            created_at: now,
        })
    };
    store(conn, done.into_iter().map(event).collect::<Result<_, Error>>()?).await
}

/// Writes down a sign-in, or an attempt at one, at the account of a user.
pub(crate) async fn record_sign_in(
    conn: &mut AsyncPgConnection,
    user: &User,
    action: SecurityAction,
    address: Option<IpAddr>,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let is_theirs =
        matches!(action, SecurityAction::SignedIn | SecurityAction::SignedOut | SecurityAction::PasswordChanged);
    let event = NewSecurityEvent {
        workspace_id: user.workspace_id,
        action,
        actor_id: is_theirs.then_some(user.id),
        subject_id: Some(user.id.uuid()),
        subject_name: Some(user.name.clone()),
        address: address.map(|address| address.to_string()),
        changes: serde_json::Value::Array(Vec::new()),
        created_at: now,
    };
    store(conn, vec![event]).await
}

/// Writes down that an account is locked, unless that was written down lately. Attempts come together, so that the second
/// look is under a lock.
pub(crate) async fn record_lock(
    conn: &mut AsyncPgConnection,
    user: &User,
    address: IpAddr,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let about = (SecurityAction::SignInLocked, user.id);
    if security_events::happened_lately(conn, about, now, LOCKED_EVERY).await? {
        return Ok(());
    }
    conn.transaction(async |conn| {
        let locked = users::lock(conn, user.workspace_id, &[user.id]).await?;
        let Some(user) = locked.first() else { return Ok(()) };
        if security_events::happened_lately(conn, about, now, LOCKED_EVERY).await? {
            return Ok(());
        }
        record_sign_in(conn, user, about.0, Some(address), now).await
    })
    .await
}

async fn store(conn: &mut AsyncPgConnection, events: Vec<NewSecurityEvent>) -> Result<(), Error> {
    for event in &events {
        tracing::info!(
            target: "security",
            action = event.action.as_str(),
            workspace = %event.workspace_id,
            actor = event.actor_id.map(tracing::field::display),
            subject = event.subject_id.map(tracing::field::display),
            address = event.address,
            changes = %event.changes,
            "security event"
        );
    }
    Ok(security_events::insert(conn, events).await?)
}

/// The change of a value; none if it stays.
pub(crate) fn change(field: &str, from: Option<String>, to: Option<String>) -> Option<FieldChange> {
    (from != to).then(|| FieldChange { field: field.to_owned(), from, to })
}
