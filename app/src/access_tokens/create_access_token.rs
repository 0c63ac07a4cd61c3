//! A new token for a program.

use crate::{
    MutationError, Services, UserError, UserErrorCode, Viewer,
    security::{self, Subject},
};
use chrono::{DateTime, SecondsFormat, Utc};
use diesel_async::AsyncConnection;
use domain::{
    BearerTokenId, SecurityAction,
    bearer::{BearerKind, BearerToken},
    clock::{as_stored, is_storable},
    name,
};
use schema::bearer_tokens;

/// Makes a token that a program can send in the viewer's name; without `expires_at` it never expires. The token itself
/// is stored nowhere.
pub async fn create_access_token(
    services: &Services,
    viewer: &Viewer,
    name: &str,
    expires_at: Option<DateTime<Utc>>,
) -> Result<BearerToken, MutationError> {
    let now = services.now();
    let name = name::parse(name).map_err(|error| UserError::invalid_name("name", error));
    let expires_at = expires_at.map(as_stored);
    let is_past = expires_at.is_some_and(|end| end <= now || !is_storable(end));
    let expiration = is_past.then(|| {
        let message = "The expiration lies in the past, or beyond the year 9999.";
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
        expires_at,
    };
    let (id, end) = (new.id.uuid(), expires_at.map(|end| end.to_rfc3339_opts(SecondsFormat::AutoSi, true)));
    let mut conn = services.pool.get().await?;
    conn.transaction(async |conn| {
        bearer_tokens::insert(conn, new).await?;
        let changes = security::change("expiresAt", None, end).into_iter().collect();
        let subject = Subject { id, name: Some(&name) };
        security::record(conn, viewer, SecurityAction::TokenCreated, subject, changes, now).await?;
        Ok(token)
    })
    .await
}
