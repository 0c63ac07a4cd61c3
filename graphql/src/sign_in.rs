//! Signing in, for GraphQL and for the pages alike.

use crate::{Error, Services, Viewer};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    bearer::{BearerKind, BearerToken},
    password::Attempt,
};
use schema::{bearer_tokens, rights, users, workspaces};
use std::{net::IpAddr, time::Duration};
use uuid::Uuid;

/// How long a session lasts.
pub const SESSION: TimeDelta = TimeDelta::days(14);

/// A session that has just begun.
#[derive(Debug)]
pub struct Session {
    /// What its owner sends with each request from now on.
    pub token: BearerToken,
    /// When it ends.
    pub expires_at: DateTime<Utc>,
    /// Whose it is.
    pub viewer: Viewer,
}

/// Why there is no session.
#[derive(Debug)]
pub enum Refused {
    /// Unknown address or wrong password; which of the two is not told, nor to be seen from the time it takes.
    WrongCredentials,
    /// Too many attempts; how long to wait.
    TooMany(Duration),
}

/// Begins a session.
pub async fn sign_in(
    services: &Services,
    address: IpAddr,
    email: &str,
    password: &str,
) -> Result<Result<Session, Refused>, Error> {
    let attempt = match services.throttle.sign_in(address, email).await {
        Ok(attempt) => attempt,
        Err(wait) => return Ok(Err(Refused::TooMany(wait))),
    };
    let user = users::by_email(&mut *services.pool.get().await?, email).await?;
    let hash = user.as_ref().map(|user| user.password_hash.clone());
    let right = services.hasher.verify(Attempt::new(password), hash).await?;
    let Some(user) = user.filter(|_| right) else { return Ok(Err(Refused::WrongCredentials)) };
    attempt.was_right().await;

    let now = services.now();
    let token = BearerToken::generate(BearerKind::Session, &mut rand::rng());
    let expires_at = now + SESSION;
    let mut conn = services.pool.get().await?;
    let new = bearer_tokens::NewBearerToken {
        id: Uuid::now_v7(),
        sha256: token.sha256().to_vec(),
        user_id: user.id,
        kind: BearerKind::Session,
        name: None,
        created_at: now,
        expires_at: Some(expires_at),
    };
    bearer_tokens::delete_expired(&mut conn, user.id, now).await?;
    bearer_tokens::insert(&mut conn, new).await?;
    let workspace = workspaces::get(&mut conn, user.workspace_id).await?;
    let rights = rights::subject(&mut conn, &user).await?.everywhere;
    Ok(Ok(Session { token, expires_at, viewer: Viewer { user, workspace, rights } }))
}

/// Whom a token stands for now.
pub async fn viewer(services: &Services, token: &BearerToken) -> Result<Option<Viewer>, Error> {
    let mut conn = services.pool.get().await?;
    let found = bearer_tokens::find_user(&mut conn, token, services.now()).await?;
    Ok(found.map(|(user, workspace, rights)| Viewer { user, workspace, rights }))
}

/// Ends a session.
pub async fn sign_out(services: &Services, token: &BearerToken) -> Result<(), Error> {
    Ok(bearer_tokens::delete(&mut *services.pool.get().await?, token).await?)
}
