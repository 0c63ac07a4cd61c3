//! Users of a workspace.

use crate::{
    count::{self, Count, EXACT_UP_TO},
    page::{Page, Slice, paged},
    schema::users,
    statement::is_one_of,
    written_once::written_once,
};
use chrono::{DateTime, Utc};
use diesel::{
    prelude::*,
    result::{DatabaseErrorKind, Error},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::{Right, Role, UserId, UserState, WorkspaceId, email};
use std::sync::OnceLock;

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
    /// When an administrator disabled the user; none for one who may sign in.
    pub disabled_at: Option<DateTime<Utc>>,
    /// When the user was deleted. Then the row has a pseudonym in the place of personal data, and is disabled.
    pub deleted_at: Option<DateTime<Utc>>,
    /// When the user was invited; none for one who has chosen a password.
    pub invited_at: Option<DateTime<Utc>>,
}

impl User {
    /// Whether the user can sign in.
    pub fn state(&self) -> UserState {
        match (self.deleted_at, self.disabled_at, self.invited_at) {
            (Some(_), ..) => UserState::Deleted,
            (None, Some(_), _) => UserState::Disabled,
            (None, None, Some(_)) => UserState::Invited,
            (None, None, None) => UserState::Active,
        }
    }

    /// Whether the user is an administrator who can sign in.
    pub fn is_active_admin(&self) -> bool {
        self.role == Role::Admin && self.state() == UserState::Active
    }
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
    users::table
        .filter(users::email.eq(email).and(users::deleted_at.is_null()))
        .select(User::as_select())
        .first(conn)
        .await
        .optional()
}

/// Those of these ids that are users, each with its workspace.
pub(crate) async fn workspaces(
    conn: &mut AsyncPgConnection,
    ids: &[UserId],
) -> QueryResult<Vec<(UserId, WorkspaceId)>> {
    users::table.filter(users::id.eq_any(ids)).select((users::id, users::workspace_id)).load(conn).await
}

/// The users of a workspace with these ids.
pub async fn by_ids(mut conn: &AsyncPgConnection, workspace: WorkspaceId, ids: &[UserId]) -> QueryResult<Vec<User>> {
    static TEXT: OnceLock<String> = OnceLock::new();
    let found = users::table.filter(users::workspace_id.eq(workspace).and(is_one_of("users.id", ids)));
    written_once(&TEXT, found.select(User::as_select())).load(&mut conn).await
}

/// Those of these users of a workspace who are not deleted.
pub async fn existing(conn: &mut AsyncPgConnection, workspace: WorkspaceId, ids: &[UserId]) -> QueryResult<Vec<User>> {
    let found = by_ids(conn, workspace, ids).await?;
    Ok(found.into_iter().filter(|user| user.deleted_at.is_none()).collect())
}

/// The users of a workspace with these ids who are not deleted, locked until the transaction ends.
pub async fn lock(conn: &mut AsyncPgConnection, workspace: WorkspaceId, ids: &[UserId]) -> QueryResult<Vec<User>> {
    chosen(workspace, ids).for_no_key_update().select(User::as_select()).load(conn).await
}

/// The same for a transaction that changes their addresses. It waits for those that refer to the users, because the
/// address is a key: after [`lock()`] it would wait for some that wait for it.
pub async fn lock_keys(conn: &mut AsyncPgConnection, workspace: WorkspaceId, ids: &[UserId]) -> QueryResult<Vec<User>> {
    chosen(workspace, ids).for_update().select(User::as_select()).load(conn).await
}

#[diesel::dsl::auto_type(no_type_alias)]
fn chosen<'a>(workspace: WorkspaceId, ids: &'a [UserId]) -> _ {
    users::table
        .filter(users::workspace_id.eq(workspace))
        .filter(users::id.eq_any(ids))
        .filter(users::deleted_at.is_null())
        .order(users::id)
}

/// The oldest administrator of a workspace, for whom the command line acts.
pub async fn first_admin(conn: &mut AsyncPgConnection, workspace: WorkspaceId) -> QueryResult<Option<User>> {
    active_admins(workspace).order(users::created_at).select(User::as_select()).first(conn).await.optional()
}

/// The ids of the administrators of a workspace who can sign in.
pub async fn admin_ids(conn: &mut AsyncPgConnection, workspace: WorkspaceId) -> QueryResult<Vec<UserId>> {
    active_admins(workspace).select(users::id).load(conn).await
}

#[diesel::dsl::auto_type(no_type_alias)]
fn active_admins(workspace: WorkspaceId) -> _ {
    let admin: &'static str = Role::Admin.as_str();
    users::table
        .filter(users::workspace_id.eq(workspace))
        .filter(users::role.eq(admin))
        .filter(users::disabled_at.is_null().and(users::invited_at.is_null()))
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

/// Gives a user the password with this hash, whatever they had before; none if they are disabled.
pub async fn choose_password(conn: &mut AsyncPgConnection, user: UserId, hash: &str) -> QueryResult<Option<User>> {
    let no_invitation: Option<DateTime<Utc>> = None;
    diesel::update(users::table.find(user).filter(users::disabled_at.is_null()))
        .set((users::password_hash.eq(hash), users::invited_at.eq(no_invitation)))
        .returning(User::as_returning())
        .get_result(conn)
        .await
        .optional()
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

/// Disables a user since this instant, or lets them sign in again.
pub async fn set_disabled(
    conn: &mut AsyncPgConnection,
    user: UserId,
    since: Option<DateTime<Utc>>,
) -> QueryResult<User> {
    let set = diesel::update(users::table.find(user)).set(users::disabled_at.eq(since));
    set.returning(User::as_returning()).get_result(conn).await
}

/// A page of a workspace's users, newest first. Deleted ones are left out.
pub async fn list(conn: &mut AsyncPgConnection, workspace: WorkspaceId, page: Page) -> QueryResult<Slice<User>> {
    let all = users::table.filter(users::workspace_id.eq(workspace).and(users::deleted_at.is_null())).into_boxed();
    let rows = paged!(all, users::id, page).select(User::as_select()).load(conn).await?;
    Ok(page.slice(rows))
}

/// The users of a workspace who can sign in and whose role lets them share everything, but not this one: by name, at most so
/// many.
pub async fn who_share_everything(
    conn: &mut AsyncPgConnection,
    workspace: WorkspaceId,
    but: UserId,
    limit: i64,
) -> QueryResult<Vec<User>> {
    let roles = Role::ALL.iter().filter(|role| role.rights().has(Right::Share)).map(|role| role.as_str());
    users::table
        .filter(users::workspace_id.eq(workspace).and(users::id.ne(but)))
        .filter(users::disabled_at.is_null().and(users::invited_at.is_null()))
        .filter(users::role.eq_any(roles.collect::<Vec<_>>()))
        .order((users::name, users::id))
        .limit(limit)
        .select(User::as_select())
        .load(conn)
        .await
}

/// How many users a workspace has.
pub async fn count(conn: &mut AsyncPgConnection, workspace: WorkspaceId) -> QueryResult<Count> {
    let all = || users::table.filter(users::workspace_id.eq(workspace).and(users::deleted_at.is_null()));
    count::count(conn, EXACT_UP_TO, || all().select(users::id)).await
}
