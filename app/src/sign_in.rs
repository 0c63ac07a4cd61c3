//! Signs users in and out, for GraphQL and for the pages.

use crate::{Client, Error, Services, Viewer, security, throttle::Source};
use chrono::{DateTime, TimeDelta, Utc};
use diesel_async::AsyncConnection;
use domain::{
    BearerTokenId, Scopes, SecurityAction, UserId,
    bearer::{BearerKind, BearerToken},
    device::{self, Device, DeviceScope, DeviceToken},
    password::Attempt,
};
use schema::{
    bearer_tokens::{self, Authenticated, Use},
    replica::UserVersion,
    rights,
    users::{self, User},
    workspaces,
};
use std::{net::IpAddr, time::Duration};

/// How long a session lasts after its last use.
pub const SESSION: TimeDelta = TimeDelta::days(14);

/// How long a session lasts at the most.
pub const LONGEST_SESSION: TimeDelta = TimeDelta::days(30);

/// How often the use of a token is written down.
const USED_EVERY: TimeDelta = TimeDelta::minutes(5);

/// The credentials of a sign-in.
pub struct Credentials<'a> {
    /// The e-mail address of the account.
    pub email: &'a str,
    /// The typed password.
    pub password: Attempt,
    /// The client.
    pub client: Client,
    /// The device tokens that the client sent. Tokens of other accounts are ignored.
    pub devices: &'a [DeviceToken],
}

/// A new session.
#[derive(Debug)]
pub struct Session {
    /// The token that the client sends with each request.
    pub token: BearerToken,
    /// When it ends.
    pub expires_at: DateTime<Utc>,
    /// The user of the session.
    pub viewer: Viewer,
    /// The token by which the device is recognized from now on.
    pub device: DeviceToken,
}

/// Why a sign-in is refused.
#[derive(Debug)]
pub enum SignInError {
    /// Unknown address or wrong password. Neither the response nor its time tells which.
    WrongCredentials,
    /// The password is right, but an administrator has disabled the account.
    Disabled,
    /// Too many attempts; how long to wait.
    TooManyAttempts(Duration),
    /// The sign-in could not be checked.
    Failed(Error),
}

/// The message for [`SignInError::WrongCredentials`].
pub const WRONG_CREDENTIALS: &str = "Unknown e-mail address or wrong password.";

/// The message for [`SignInError::Disabled`].
pub const DISABLED: &str = "This account is disabled. Ask an administrator of your workspace.";

impl<E: Into<Error>> From<E> for SignInError {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

/// Checks credentials and begins a session.
pub async fn sign_in(services: &Services, credentials: Credentials<'_>) -> Result<Session, SignInError> {
    let Credentials { email, password, client, devices } = credentials;
    let address = client.address;
    let user = users::by_email(&mut *services.pool.get().await?, email).await?;
    let device = recognize(services, user.as_ref(), devices);
    let source = Source::new(device, address);
    let attempt = match services.throttle.sign_in(source, email).await {
        Ok(attempt) => attempt,
        Err(wait) => {
            record(services, user, SecurityAction::SignInLocked, address);
            return Err(SignInError::TooManyAttempts(wait));
        }
    };
    let hash = user.as_ref().map(|user| user.password_hash.clone());
    if !services.hasher.verify(password, hash, source).await? {
        record(services, user, SecurityAction::SignInFailed, address);
        return Err(SignInError::WrongCredentials);
    }
    let user = user.ok_or(SignInError::WrongCredentials)?;
    attempt.refund().await;
    if user.disabled_at.is_some() {
        record(services, Some(user), SecurityAction::SignInFailed, address);
        return Err(SignInError::Disabled);
    }
    begin(services, user, device, client).await
}

/// Writes down an attempt at an account that exists, without waiting: how long an answer takes must not tell whether there
/// is an account.
fn record(services: &Services, user: Option<User>, action: SecurityAction, address: IpAddr) {
    let (Some(user), pool, now) = (user, services.pool.clone(), services.now()) else { return };
    tokio::spawn(async move {
        let written = async {
            let mut conn = pool.get().await?;
            if action == SecurityAction::SignInLocked {
                return security::record_lock(&mut conn, &user, address, now).await;
            }
            conn.transaction(async |conn| {
                // Of whoever was deleted since then, nothing is kept.
                let locked = users::lock(conn, user.workspace_id, &[user.id]).await?;
                let Some(user) = locked.first() else { return Ok(()) };
                security::record_sign_in(conn, user, action, Some(address), now).await
            })
            .await
        };
        if let Err(error) = written.await {
            tracing::warn!(%error, action = action.as_str(), "a security event could not be written down");
        }
    });
}

/// The device, if it is known to the account. For an account that does not exist, the same comparisons are made.
fn recognize(services: &Services, user: Option<&User>, devices: &[DeviceToken]) -> Option<Device> {
    let scope = DeviceScope::Account(user.map_or(UserId::nil(), |user| user.id));
    devices.iter().find_map(|token| token.recognize(&services.keys, scope, services.now()))
}

async fn begin(
    services: &Services,
    user: User,
    device: Option<Device>,
    client: Client,
) -> Result<Session, SignInError> {
    let now = services.now();
    let token = BearerToken::generate(BearerKind::Session, &mut rand::rng());
    let expires_at = now + SESSION;
    let mut conn = services.pool.get().await?;
    let id = BearerTokenId::new();
    let new = bearer_tokens::NewBearerToken {
        id,
        sha256: token.sha256().to_vec(),
        user_id: user.id,
        kind: BearerKind::Session,
        name: None,
        created_at: now,
        expires_at: Some(expires_at),
        last_used_at: Some(now),
        address: Some(client.address.to_string()),
        program: client.program,
        scopes: Scopes::ALL,
    };
    bearer_tokens::delete_expired(&mut conn, user.id, now).await?;
    conn.transaction(async |conn| {
        // A change of the password ends all sessions, also those that begin at the same moment; so does an administrator.
        let locked = users::lock(conn, user.workspace_id, &[user.id]).await?;
        let is_same = |locked: &User| locked.password_hash == user.password_hash && locked.disabled_at.is_none();
        if !locked.iter().any(is_same) {
            return Err(SignInError::WrongCredentials);
        }
        bearer_tokens::insert(conn, new).await?;
        security::record_sign_in(conn, &user, SecurityAction::SignedIn, Some(client.address), now).await?;
        Ok(())
    })
    .await?;
    let workspace = workspaces::get(&mut conn, user.workspace_id).await?;
    let rights = rights::subject(&mut conn, &user).await?.everywhere;
    let device = device.map_or_else(|| device::new_id(&mut rand::rng()), |device| device.id);
    let device = DeviceToken::issue(&services.keys, DeviceScope::Account(user.id), device, now);
    Ok(Session {
        token,
        expires_at,
        viewer: Viewer {
            user,
            version: UserVersion::UNKNOWN,
            workspace,
            token: id,
            token_kind: BearerKind::Session,
            scopes: Scopes::ALL,
            rights,
        },
        device,
    })
}

/// The user whom a token authenticates now. With a client, this is a use of the token; without, only a look.
pub async fn viewer(
    services: &Services,
    token: &BearerToken,
    client: Option<&Client>,
) -> Result<Option<Viewer>, Error> {
    let (mut conn, now) = (services.pool.get().await?, services.now());
    let Some(found) = bearer_tokens::find_user(&mut conn, token, now).await? else { return Ok(None) };
    let Authenticated { token, kind, scopes, last_used_at, user, version, workspace, rights } = found;
    let since = now - USED_EVERY;
    if let Some(client) = client
        && last_used_at.is_none_or(|last| last <= since)
    {
        let address = client.address.to_string();
        let program = client.program.as_deref();
        let (idle, at_the_latest) = (SESSION, LONGEST_SESSION);
        let new = Use { at: now, address: &address, program, since, idle, at_the_latest };
        // The next request tries again.
        if let Err(error) = bearer_tokens::used(&mut conn, token, new).await {
            tracing::warn!(%error, "the use of a token could not be written down");
        }
    }
    Ok(Some(Viewer { user, version, workspace, token, token_kind: kind, scopes, rights }))
}

/// Ends a session.
pub async fn sign_out(services: &Services, token: &BearerToken) -> Result<(), Error> {
    let mut conn = services.pool.get().await?;
    conn.transaction(async |conn| {
        let found = bearer_tokens::find_user(conn, token, services.now()).await?;
        bearer_tokens::delete(conn, token).await?;
        match found {
            Some(Authenticated { user, .. }) => {
                security::record_sign_in(conn, &user, SecurityAction::SignedOut, None, services.now()).await
            }
            None => Ok(()),
        }
    })
    .await
}
