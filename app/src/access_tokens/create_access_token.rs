//! A new token for a program.

use crate::{
    MutationError, Services, UserError, UserErrorCode, Viewer,
    security::{self, Subject},
};
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use diesel_async::AsyncConnection;
use domain::{
    BearerTokenId, SecurityAction,
    bearer::{BearerKind, BearerToken},
    clock::as_stored,
    name,
};
use schema::bearer_tokens::{self, IssuedToken};

/// How long a token lasts unless its owner says otherwise.
const USUAL: TimeDelta = TimeDelta::days(90);

/// How long a token lasts at the most.
const LONGEST: TimeDelta = TimeDelta::days(366);

/// Makes a token that a program can send in the viewer's name; without `expires_at` it ends after 90 days. The token itself
/// is stored nowhere. Returns both the token and what its owner sees of it later.
pub async fn create_access_token(
    services: &Services,
    viewer: &Viewer,
    name: &str,
    expires_at: Option<DateTime<Utc>>,
) -> Result<(BearerToken, IssuedToken), MutationError> {
    viewer.require_session()?;
    let now = services.now();
    let name = name::parse(name).map_err(|error| UserError::invalid_name("name", error));
    let expires_at = as_stored(expires_at.unwrap_or(now + USUAL));
    let is_wrong = expires_at <= now || expires_at > now + LONGEST;
    let expiration = is_wrong.then(|| {
        let message = "A token ends within a year; the expiration lies in the past, or later than that.";
        UserError::new(UserErrorCode::InvalidExpiration, &["expiresAt"], message)
    });
    let name = match (name, expiration) {
        (Ok(name), None) => name,
        (name, expiration) => return Err(MutationError::User(name.err().into_iter().chain(expiration).collect())),
    };
    let token = BearerToken::generate(BearerKind::Personal, &mut rand::rng());
    let new = bearer_tokens::NewBearerToken {
        id: BearerTokenId::new(),
        sha256: token.sha256().to_vec(),
        user_id: viewer.user.id,
        kind: BearerKind::Personal,
        name: Some(&name),
        created_at: now,
        expires_at: Some(expires_at),
        last_used_at: None,
        address: None,
        program: None,
    };
    let (id, end) = (new.id.uuid(), expires_at.to_rfc3339_opts(SecondsFormat::AutoSi, true));
    let mut conn = services.pool.get().await?;
    conn.transaction(async |conn| {
        let issued = bearer_tokens::insert(conn, new).await?;
        let changes = security::change("expiresAt", None, Some(end)).into_iter().collect();
        let subject = Subject { id, name: Some(&name) };
        security::record(conn, viewer, SecurityAction::TokenCreated, subject, changes, now).await?;
        Ok((token, issued))
    })
    .await
}
