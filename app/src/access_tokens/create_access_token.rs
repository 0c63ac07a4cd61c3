//! A new token for a program.

use crate::{
    MutationError, Services, UserError, UserErrorCode, Viewer,
    security::{self, Subject},
};
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use diesel_async::AsyncConnection;
use domain::{
    BearerTokenId, Scopes, SecurityAction, TokenScope,
    bearer::{BearerKind, BearerToken},
    clock::as_stored,
    name,
};
use schema::bearer_tokens::{self, IssuedToken};

/// How long a token lasts unless its owner says otherwise.
const USUAL: TimeDelta = TimeDelta::days(90);

/// How long a token lasts at the most.
const LONGEST: TimeDelta = TimeDelta::days(366);

/// The token that a user asks for.
#[derive(Debug, Clone, Copy)]
pub struct AccessTokenInput<'a> {
    /// Its name.
    pub name: &'a str,
    /// When it ends; by default after 90 days.
    pub expires_at: Option<DateTime<Utc>>,
    /// What it may be used for; by default all that the user's role allows.
    pub scopes: Option<&'a [TokenScope]>,
}

/// Makes a token that a program can send in the viewer's name. The token itself is stored nowhere. Returns both the token and
/// what its owner sees of it later.
pub async fn create_access_token(
    services: &Services,
    viewer: &Viewer,
    input: AccessTokenInput<'_>,
) -> Result<(BearerToken, IssuedToken), MutationError> {
    viewer.require_session()?;
    let now = services.now();
    let name = name::parse(input.name).map_err(|error| UserError::invalid_name("name", error));
    let expires_at = as_stored(input.expires_at.unwrap_or(now + USUAL));
    let is_wrong = expires_at <= now || expires_at > now + LONGEST;
    let expiration = is_wrong.then(|| {
        let message = "A token ends within a year; the expiration lies in the past, or later than that.";
        UserError::new(UserErrorCode::InvalidExpiration, &["expiresAt"], message)
    });
    let (name, scopes) = match (name, expiration, scopes(viewer, input.scopes)) {
        (Ok(name), None, Ok(scopes)) => (name, scopes),
        (name, expiration, scopes) => {
            return Err(MutationError::User(name.err().into_iter().chain(expiration).chain(scopes.err()).collect()));
        }
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
        scopes,
    };
    let (id, end) = (new.id.uuid(), expires_at.to_rfc3339_opts(SecondsFormat::AutoSi, true));
    let mut conn = services.pool.get().await?;
    conn.transaction(async |conn| {
        let issued = bearer_tokens::insert(conn, new).await?;
        let scopes = scopes.list().into_iter().map(TokenScope::as_str).collect::<Vec<_>>().join(", ");
        let changes =
            [("expiresAt", end), ("scopes", scopes)].map(|(field, value)| security::change(field, None, Some(value)));
        let changes = changes.into_iter().flatten().collect();
        let subject = Subject { id, name: Some(&name) };
        security::record(conn, viewer, SecurityAction::TokenCreated, subject, changes, now).await?;
        Ok((token, issued))
    })
    .await
}

/// The scopes of a new token.
fn scopes(viewer: &Viewer, chosen: Option<&[TokenScope]>) -> Result<Scopes, UserError> {
    let usual = Scopes::usual(viewer.user.role);
    let Some(chosen) = chosen else { return Ok(usual) };
    let refused = |message| Err(UserError::new(UserErrorCode::InvalidInput, &["scopes"], message));
    if chosen.is_empty() {
        return refused("Choose at least one scope.");
    }
    if chosen.iter().any(|scope| !usual.has(*scope)) {
        return refused("Only administrators make tokens with the scope ADMIN.");
    }
    Ok(Scopes::of(chosen))
}
