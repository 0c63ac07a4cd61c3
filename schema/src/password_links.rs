//! Links by which a person chooses their password, once.

use crate::{
    schema::{password_links, users, workspaces},
    users::User,
    workspaces::Workspace,
};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::{PasswordLinkId, UserId};

/// A link by which a person chooses their password.
#[derive(Debug, Clone, Copy, Queryable, Selectable, Insertable)]
#[diesel(table_name = password_links, check_for_backend(diesel::pg::Pg))]
pub struct PasswordLink {
    /// Identity, from which the token is derived.
    pub id: PasswordLinkId,
    /// Whose password it is.
    pub user_id: UserId,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// It is dead from this instant on.
    pub expires_at: DateTime<Utc>,
}

/// Stores a link.
pub async fn insert(conn: &mut AsyncPgConnection, new: PasswordLink) -> QueryResult<()> {
    diesel::insert_into(password_links::table).values(new).execute(conn).await.map(drop)
}

/// A link that lives, the person, if they are not disabled, and their workspace.
pub async fn find(
    conn: &mut AsyncPgConnection,
    id: PasswordLinkId,
    now: DateTime<Utc>,
) -> QueryResult<Option<(PasswordLink, User, Workspace)>> {
    password_links::table
        .inner_join(users::table.inner_join(workspaces::table))
        .filter(password_links::id.eq(id).and(password_links::expires_at.gt(now)))
        .filter(users::disabled_at.is_null())
        .select((PasswordLink::as_select(), User::as_select(), Workspace::as_select()))
        .first(conn)
        .await
        .optional()
}

/// Uses a link: deletes all links of the person. `false` if it has ended or was used already.
pub async fn take(conn: &mut AsyncPgConnection, link: &PasswordLink, now: DateTime<Utc>) -> QueryResult<bool> {
    let lives = password_links::table.find(link.id).filter(password_links::expires_at.gt(now));
    let taken = diesel::delete(lives).execute(conn).await?;
    delete_of(conn, link.user_id).await?;
    Ok(taken == 1)
}

/// Deletes the links that have ended, and returns how many.
pub async fn delete_ended(conn: &mut AsyncPgConnection, now: DateTime<Utc>) -> QueryResult<usize> {
    diesel::delete(password_links::table.filter(password_links::expires_at.le(now))).execute(conn).await
}

/// Deletes all links of a person.
pub async fn delete_of(conn: &mut AsyncPgConnection, user: UserId) -> QueryResult<()> {
    diesel::delete(password_links::table.filter(password_links::user_id.eq(user))).execute(conn).await.map(drop)
}
