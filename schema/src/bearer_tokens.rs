//! Bearer tokens of sessions and programs, stored as SHA-256.

use crate::{
    rights::{granted_everywhere, limited_roles},
    schema::{bearer_tokens, users, workspaces},
    users::User,
    workspaces::Workspace,
};
use chrono::{DateTime, Utc};
use diesel::{dsl::case_when, prelude::*};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::{
    BearerTokenId, Rights, UserId,
    bearer::{BearerKind, BearerToken},
};

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
}

/// Stores a token.
pub async fn insert(conn: &mut AsyncPgConnection, new: NewBearerToken<'_>) -> QueryResult<()> {
    diesel::insert_into(bearer_tokens::table).values(new).execute(conn).await.map(drop)
}

/// The id of a token, the user whom it authenticates now, the user's workspace, and the user's rights on everything there.
pub async fn find_user(
    conn: &mut AsyncPgConnection,
    token: &BearerToken,
    now: DateTime<Utc>,
) -> QueryResult<Option<(BearerTokenId, User, Workspace, Rights)>> {
    let lives = bearer_tokens::expires_at.is_null().or(bearer_tokens::expires_at.gt(now));
    let granted = case_when(users::role.eq_any(limited_roles()), granted_everywhere(users::id)).otherwise(0);
    let found: Option<(BearerTokenId, User, Workspace, i32)> = bearer_tokens::table
        .inner_join(users::table.inner_join(workspaces::table))
        .filter(bearer_tokens::sha256.eq(token.sha256().to_vec()).and(lives))
        .select((bearer_tokens::id, User::as_select(), Workspace::as_select(), granted))
        .first(conn)
        .await
        .optional()?;
    Ok(found.map(|(id, user, workspace, granted)| {
        let rights = user.role.rights() | Rights::from_bits(granted);
        (id, user, workspace, rights)
    }))
}

/// A token of a user, as its owner may see it.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = bearer_tokens, check_for_backend(diesel::pg::Pg))]
pub struct PersonalToken {
    /// Identity.
    pub id: BearerTokenId,
    /// The name that its owner gave it.
    pub name: Option<String>,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When it expires; none: never.
    pub expires_at: Option<DateTime<Utc>>,
}

/// The personal access tokens of a user, newest first.
pub async fn personal(conn: &mut AsyncPgConnection, user: UserId) -> QueryResult<Vec<PersonalToken>> {
    bearer_tokens::table
        .filter(bearer_tokens::user_id.eq(user).and(bearer_tokens::kind.eq(BearerKind::Personal.as_str())))
        .order(bearer_tokens::id.desc())
        .select(PersonalToken::as_select())
        .load(conn)
        .await
}

/// Deletes a token.
pub async fn delete(conn: &mut AsyncPgConnection, token: &BearerToken) -> QueryResult<()> {
    let same = bearer_tokens::sha256.eq(token.sha256().to_vec());
    diesel::delete(bearer_tokens::table.filter(same)).execute(conn).await.map(drop)
}

/// Deletes a personal access token of a user; `false` if the user has no such token.
pub async fn delete_personal(conn: &mut AsyncPgConnection, user: UserId, id: BearerTokenId) -> QueryResult<bool> {
    let own = bearer_tokens::user_id.eq(user).and(bearer_tokens::kind.eq(BearerKind::Personal.as_str()));
    let deleted = diesel::delete(bearer_tokens::table.find(id).filter(own)).execute(conn).await?;
    Ok(deleted == 1)
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
