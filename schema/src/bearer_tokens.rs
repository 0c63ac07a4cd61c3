//! Bearer tokens of sessions and programs, stored as SHA-256.

use crate::{
    replica::{self, UserVersion},
    rights::{granted_everywhere, limited_roles},
    schema::{bearer_tokens, users, workspaces},
    statement::{Sql, sql},
    users::User,
    workspaces::Workspace,
    written_once::written_once,
};
use chrono::{DateTime, TimeDelta, Utc};
use diesel::{
    dsl::case_when,
    prelude::*,
    sql_types::{Bool, Interval, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::{
    BearerTokenId, Rights, Scopes, TokenScope, UserId, WorkspaceId,
    bearer::{BearerKind, BearerToken},
};
use std::sync::OnceLock;

/// A token to store.
#[derive(Debug, Insertable)]
#[diesel(table_name = bearer_tokens)]
pub struct NewBearerToken<'a> {
    /// Identity.
    pub id: BearerTokenId,
    /// SHA-256 of the token.
    pub sha256: Vec<u8>,
    /// The user whom it authenticates.
    pub user_id: UserId,
    /// How it was issued.
    #[diesel(serialize_as = String)]
    pub kind: BearerKind,
    /// The name that its owner gave it.
    pub name: Option<&'a str>,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When it expires; none: never.
    pub expires_at: Option<DateTime<Utc>>,
    /// When it was last used.
    pub last_used_at: Option<DateTime<Utc>>,
    /// The address of the client that used it last.
    pub address: Option<String>,
    /// What that client calls itself.
    pub program: Option<String>,
    /// What it may be used for.
    #[diesel(serialize_as = i32)]
    pub scopes: Scopes,
}

/// Stores a token.
pub async fn insert(conn: &mut AsyncPgConnection, new: NewBearerToken<'_>) -> QueryResult<IssuedToken> {
    diesel::insert_into(bearer_tokens::table).values(new).returning(IssuedToken::as_returning()).get_result(conn).await
}

/// A token that lives, with the user whom it authenticates now.
#[derive(Debug)]
pub struct Authenticated {
    /// The token.
    pub token: BearerTokenId,
    /// How it was issued.
    pub kind: BearerKind,
    /// What it may be used for.
    pub scopes: Scopes,
    /// When it was last used; none: never, or before that was written down.
    pub last_used_at: Option<DateTime<Utc>>,
    /// The user.
    pub user: User,
    /// The version of the user's row.
    pub version: UserVersion,
    /// The user's workspace.
    pub workspace: Workspace,
    /// The user's rights on everything there.
    pub rights: Rights,
}

/// Whether a token authenticates its user now: it has not ended, and the user is not disabled.
#[diesel::dsl::auto_type(no_type_alias)]
pub(crate) fn authenticates(now: DateTime<Utc>) -> _ {
    let has_not_ended = bearer_tokens::expires_at.is_null().or(bearer_tokens::expires_at.gt(now));
    has_not_ended.and(users::disabled_at.is_null())
}

/// The user whom a token authenticates now.
pub async fn find_user(
    conn: &mut AsyncPgConnection,
    token: &BearerToken,
    now: DateTime<Utc>,
) -> QueryResult<Option<Authenticated>> {
    type Row = (BearerTokenId, String, i32, Option<DateTime<Utc>>, User, i64, Workspace, i32);
    static TEXT: OnceLock<String> = OnceLock::new();
    let granted = case_when(users::role.eq_any(limited_roles()), granted_everywhere(users::id)).otherwise(0);
    let about = (bearer_tokens::id, bearer_tokens::kind, bearer_tokens::scopes, bearer_tokens::last_used_at);
    let found = bearer_tokens::table
        .inner_join(users::table.inner_join(workspaces::table))
        .filter(bearer_tokens::sha256.eq(token.sha256().to_vec()).and(authenticates(now)))
        .select((
            about.0,
            about.1,
            about.2,
            about.3,
            User::as_select(),
            replica::version(),
            Workspace::as_select(),
            granted,
        ));
    let found: Option<Row> = written_once(&TEXT, found).get_result(conn).await.optional()?;
    let Some((token, kind, scopes, last_used_at, user, version, workspace, granted)) = found else { return Ok(None) };
    let kind =
        kind.parse().map_err(|error: domain::UnknownName| diesel::result::Error::DeserializationError(error.into()))?;
    let rights = user.role.rights() | Rights::from_bits(granted);
    let scopes = Scopes::from_bits(scopes);
    let version = UserVersion::of(version);
    Ok(Some(Authenticated { token, kind, scopes, last_used_at, user, version, workspace, rights }))
}

/// The use of a token.
#[derive(Debug)]
pub struct Use<'a> {
    /// When.
    pub at: DateTime<Utc>,
    /// The address of the client.
    pub address: &'a str,
    /// What the client calls itself.
    pub program: Option<&'a str>,
    /// It is written down only if there was none since then.
    pub since: DateTime<Utc>,
    /// A session ends this long after its last use.
    pub idle: TimeDelta,
    /// A session ends this long after the sign-in at the latest.
    pub at_the_latest: TimeDelta,
}

/// Writes down the use of a token, and renews a session.
pub async fn used(conn: &mut AsyncPgConnection, id: BearerTokenId, new: Use<'_>) -> QueryResult<()> {
    let Use { at, address, program, since, idle, at_the_latest } = new;
    diesel::sql_query(
        "UPDATE bearer_tokens SET last_used_at = $2, address = $3, program = $4,
            expires_at = CASE kind WHEN 'SESSION' THEN least($2 + $5, created_at + $6) ELSE expires_at END
         WHERE id = $1 AND (last_used_at IS NULL OR last_used_at <= $7)",
    )
    .bind::<SqlUuid, _>(id)
    .bind::<Timestamptz, _>(at)
    .bind::<Text, _>(address)
    .bind::<Nullable<Text>, _>(program)
    .bind::<Interval, _>(idle)
    .bind::<Interval, _>(at_the_latest)
    .bind::<Timestamptz, _>(since)
    .execute(conn)
    .await
    .map(drop)
}

/// A token of a user, as its owner and administrators may see it.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = bearer_tokens, check_for_backend(diesel::pg::Pg))]
pub struct IssuedToken {
    /// Identity.
    pub id: BearerTokenId,
    /// The name that its owner gave it.
    pub name: Option<String>,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When it expires; none: never.
    pub expires_at: Option<DateTime<Utc>>,
    /// When it was last used, to within some minutes.
    pub last_used_at: Option<DateTime<Utc>>,
    /// The address of the client that used it last.
    pub address: Option<String>,
    /// What that client calls itself.
    pub program: Option<String>,
    scopes: i32,
}

impl IssuedToken {
    /// What it may be used for.
    pub fn scopes(&self) -> Scopes {
        Scopes::from_bits(self.scopes)
    }
}

/// The tokens of this kind of a user of the workspace that live, newest first.
pub async fn of_user(
    conn: &mut AsyncPgConnection,
    (workspace, user): (WorkspaceId, UserId),
    kind: BearerKind,
    now: DateTime<Utc>,
) -> QueryResult<Vec<IssuedToken>> {
    let lives = bearer_tokens::expires_at.is_null().or(bearer_tokens::expires_at.gt(now));
    bearer_tokens::table
        .inner_join(users::table)
        .filter(bearer_tokens::user_id.eq(user).and(bearer_tokens::kind.eq(kind.as_str())).and(lives))
        .filter(users::workspace_id.eq(workspace))
        .order(bearer_tokens::id.desc())
        .select(IssuedToken::as_select())
        .load(conn)
        .await
}

/// Whether a token may be used for files of assets.
pub(crate) fn opens_files() -> Sql<Bool> {
    let read = i32::from(Scopes::of(&[TokenScope::AssetsRead]));
    sql(format!("bearer_tokens.scopes & {read} <> 0"))
}

/// Deletes a token.
pub async fn delete(conn: &mut AsyncPgConnection, token: &BearerToken) -> QueryResult<()> {
    let same = bearer_tokens::sha256.eq(token.sha256().to_vec());
    diesel::delete(bearer_tokens::table.filter(same)).execute(conn).await.map(drop)
}

/// Deletes a token of this kind, of this user or of anybody in the workspace, and returns its user and its name.
pub async fn delete_of(
    conn: &mut AsyncPgConnection,
    (workspace, user): (WorkspaceId, Option<UserId>),
    (id, kind): (BearerTokenId, BearerKind),
) -> QueryResult<Option<(UserId, Option<String>)>> {
    let users = users::table.filter(users::workspace_id.eq(workspace)).select(users::id);
    let own = bearer_tokens::kind.eq(kind.as_str()).and(bearer_tokens::user_id.eq_any(users));
    let theirs = user.map(|user| bearer_tokens::user_id.eq(user));
    let found = diesel::delete(bearer_tokens::table.find(id).filter(own)).into_boxed();
    let found = match theirs {
        Some(theirs) => found.filter(theirs),
        None => found,
    };
    found.returning((bearer_tokens::user_id, bearer_tokens::name)).get_result(conn).await.optional()
}

/// Deletes the sessions of a user but this one, and their personal access tokens if asked to.
pub async fn delete_others(
    conn: &mut AsyncPgConnection,
    user: UserId,
    kept: BearerTokenId,
    with_personal: bool,
) -> QueryResult<usize> {
    let all = bearer_tokens::table.filter(bearer_tokens::user_id.eq(user).and(bearer_tokens::id.ne(kept)));
    if with_personal {
        return diesel::delete(all).execute(conn).await;
    }
    diesel::delete(all.filter(bearer_tokens::kind.eq(BearerKind::Session.as_str()))).execute(conn).await
}

/// Deletes the tokens of this kind of a user of the workspace, but not this one, and returns them with their names.
pub async fn delete_kind_but(
    conn: &mut AsyncPgConnection,
    (workspace, user): (WorkspaceId, UserId),
    kind: BearerKind,
    kept: BearerTokenId,
) -> QueryResult<Vec<(BearerTokenId, Option<String>)>> {
    let users = users::table.filter(users::workspace_id.eq(workspace).and(users::id.eq(user))).select(users::id);
    let such = bearer_tokens::user_id.eq_any(users).and(bearer_tokens::kind.eq(kind.as_str()));
    diesel::delete(bearer_tokens::table.filter(such.and(bearer_tokens::id.ne(kept))))
        .returning((bearer_tokens::id, bearer_tokens::name))
        .get_results(conn)
        .await
}

/// Deletes all sessions and personal access tokens of a user.
pub async fn delete_all_of(conn: &mut AsyncPgConnection, user: UserId) -> QueryResult<()> {
    diesel::delete(bearer_tokens::table.filter(bearer_tokens::user_id.eq(user))).execute(conn).await.map(drop)
}

/// Deletes all tokens of this kind of a user.
pub async fn delete_kind_of(conn: &mut AsyncPgConnection, user: UserId, kind: BearerKind) -> QueryResult<()> {
    let such = bearer_tokens::user_id.eq(user).and(bearer_tokens::kind.eq(kind.as_str()));
    diesel::delete(bearer_tokens::table.filter(such)).execute(conn).await.map(drop)
}

/// Deletes the expired tokens of a user. Called at each sign-in, so that they do not accumulate.
pub async fn delete_expired(conn: &mut AsyncPgConnection, user: UserId, now: DateTime<Utc>) -> QueryResult<()> {
    let ended = bearer_tokens::user_id.eq(user).and(bearer_tokens::expires_at.le(now));
    diesel::delete(bearer_tokens::table.filter(ended)).execute(conn).await.map(drop)
}

/// Deletes the expired tokens of all users, and returns how many.
pub async fn delete_all_expired(conn: &mut AsyncPgConnection, now: DateTime<Utc>) -> QueryResult<usize> {
    diesel::delete(bearer_tokens::table.filter(bearer_tokens::expires_at.le(now))).execute(conn).await
}
