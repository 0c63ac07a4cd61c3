//! Users of a workspace.

use crate::{
    count::{self, Count, EXACT_UP_TO},
    page::{Page, Slice, paged},
    schema::users,
};
use chrono::{DateTime, Utc};
use diesel::{
    prelude::*,
    result::{DatabaseErrorKind, Error},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::{Role, UserId, WorkspaceId, email};

/// A person who can sign in.
#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = users, check_for_backend(diesel::pg::Pg))]
pub struct User {
    /// Identity.
    pub id: UserId,
    /// The workspace.
    pub workspace_id: WorkspaceId,
    /// The e-mail address in lower case; unique over all workspaces, because a sign-in does not name a workspace.
    pub email: String,
    /// The name.
    pub name: String,
    /// The role.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub role: Role,
    /// Argon2id hash of the password.
    pub password_hash: String,
    /// When the user was added.
    pub created_at: DateTime<Utc>,
}

impl std::fmt::Debug for User {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "User({} {})", self.id, self.role)
    }
}

/// The user with this address, ignoring case.
pub async fn by_email(conn: &mut AsyncPgConnection, email: &str) -> QueryResult<Option<User>> {
    // Postgres refuses text with a zero byte; no stored address has the replacement.
    let email = email::normalized(email).replace('\0', "\u{fffd}");
    users::table.filter(users::email.eq(email)).select(User::as_select()).first(conn).await.optional()
}

/// Those of these ids that are users, each with its workspace.
pub(crate) async fn workspaces(
    conn: &mut AsyncPgConnection,
    ids: &[UserId],
) -> QueryResult<Vec<(UserId, WorkspaceId)>> {
    users::table.filter(users::id.eq_any(ids)).select((users::id, users::workspace_id)).load(conn).await
}

/// The users of a workspace with these ids.
pub async fn by_ids(conn: &mut AsyncPgConnection, workspace: WorkspaceId, ids: &[UserId]) -> QueryResult<Vec<User>> {
    users::table
        .filter(users::workspace_id.eq(workspace).and(users::id.eq_any(ids)))
        .select(User::as_select())
        .load(conn)
        .await
}

/// The users of a workspace with these ids, locked until the transaction ends.
pub async fn lock(conn: &mut AsyncPgConnection, workspace: WorkspaceId, ids: &[UserId]) -> QueryResult<Vec<User>> {
    users::table
        .filter(users::workspace_id.eq(workspace).and(users::id.eq_any(ids)))
        .order(users::id)
        .for_no_key_update()
        .select(User::as_select())
        .load(conn)
        .await
}

/// The oldest administrator of a workspace, for whom the command line acts.
pub async fn first_admin(conn: &mut AsyncPgConnection, workspace: WorkspaceId) -> QueryResult<Option<User>> {
    users::table
        .filter(users::workspace_id.eq(workspace).and(users::role.eq(Role::Admin.as_str())))
        .order(users::created_at)
        .select(User::as_select())
        .first(conn)
        .await
        .optional()
}

/// Inserts a user; `false` if another user has the address.
pub async fn insert(conn: &mut AsyncPgConnection, new: User) -> QueryResult<bool> {
    let added =
        diesel::insert_into(users::table).values(new).on_conflict(users::email).do_nothing().execute(conn).await?;
    Ok(added == 1)
}

/// Changes of a user; `None` leaves a column as it is.
#[derive(Debug, Default, AsChangeset)]
#[diesel(table_name = users)]
pub struct UserChanges {
    /// The name.
    pub name: Option<String>,
    /// The role.
    pub role: Option<&'static str>,
}

/// Changes a user and returns it.
pub async fn update(conn: &mut AsyncPgConnection, user: User, changes: &UserChanges) -> QueryResult<User> {
    if changes.name.is_none() && changes.role.is_none() {
        return Ok(user);
    }
    diesel::update(users::table.find(user.id)).set(changes).returning(User::as_returning()).get_result(conn).await
}

/// Gives a user whose password has this hash another one; `false` if the password was changed meanwhile.
pub async fn set_password(conn: &mut AsyncPgConnection, user: UserId, from: &str, to: &str) -> QueryResult<bool> {
    let unchanged = users::table.find(user).filter(users::password_hash.eq(from));
    let changed = diesel::update(unchanged).set(users::password_hash.eq(to)).execute(conn).await?;
    Ok(changed == 1)
}

/// Gives a user another e-mail address; none if another user has it.
pub async fn set_email(conn: &mut AsyncPgConnection, user: UserId, email: &str) -> QueryResult<Option<User>> {
    let taken = users::table.filter(users::email.eq(email).and(users::id.ne(user))).select(users::id);
    if taken.first::<UserId>(conn).await.optional()?.is_some() {
        return Ok(None);
    }
    let set = diesel::update(users::table.find(user)).set(users::email.eq(email));
    match set.returning(User::as_returning()).get_result(conn).await {
        Err(Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _)) => Ok(None),
        other => other.map(Some),
    }
}

/// A page of a workspace's users, newest first.
pub async fn list(conn: &mut AsyncPgConnection, workspace: WorkspaceId, page: Page) -> QueryResult<Slice<User>> {
    let all = users::table.filter(users::workspace_id.eq(workspace)).into_boxed();
    let rows = paged!(all, users::id, page).select(User::as_select()).load(conn).await?;
    Ok(page.slice(rows))
}

/// How many users a workspace has.
pub async fn count(conn: &mut AsyncPgConnection, workspace: WorkspaceId) -> QueryResult<Count> {
    count::count(conn, EXACT_UP_TO, || users::table.filter(users::workspace_id.eq(workspace)).select(users::id)).await
}
