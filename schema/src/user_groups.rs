//! Groups of users, to which access rules can apply.

use crate::{
    schema::{user_group_members, user_groups, users},
    users::User,
};
use chrono::{DateTime, Utc};
use diesel::{pg::Pg, prelude::*, upsert::on_constraint};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::{UserGroupId, UserId, WorkspaceId};

/// A group of users.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = user_groups, check_for_backend(Pg))]
pub struct UserGroup {
    /// Identity.
    pub id: UserGroupId,
    /// The workspace.
    pub workspace_id: WorkspaceId,
    /// The name; unique in the workspace.
    pub name: String,
    /// When it was created.
    pub created_at: DateTime<Utc>,
}

/// Inserts a group; `false` if the workspace has a group of this name.
pub async fn insert(conn: &mut AsyncPgConnection, new: &UserGroup) -> QueryResult<bool> {
    let added = diesel::insert_into(user_groups::table)
        .values(new)
        .on_conflict(on_constraint("user_groups_workspace_id_name_key"))
        .do_nothing()
        .execute(conn)
        .await?;
    Ok(added == 1)
}

/// The groups of a workspace, by name.
pub async fn list(conn: &mut AsyncPgConnection, workspace: WorkspaceId) -> QueryResult<Vec<UserGroup>> {
    user_groups::table
        .filter(user_groups::workspace_id.eq(workspace))
        .order(user_groups::name)
        .select(UserGroup::as_select())
        .load(conn)
        .await
}

/// The groups of these ids.
pub async fn by_ids(
    conn: &mut AsyncPgConnection,
    workspace: WorkspaceId,
    ids: &[UserGroupId],
) -> QueryResult<Vec<UserGroup>> {
    user_groups::table
        .filter(user_groups::workspace_id.eq(workspace).and(user_groups::id.eq_any(ids)))
        .select(UserGroup::as_select())
        .load(conn)
        .await
}

/// Deletes a group and the rules that apply to it; `false` if there is no such group.
pub async fn delete(conn: &mut AsyncPgConnection, workspace: WorkspaceId, id: UserGroupId) -> QueryResult<bool> {
    let own = user_groups::table.find(id).filter(user_groups::workspace_id.eq(workspace));
    Ok(diesel::delete(own).execute(conn).await? == 1)
}

/// The members of some groups, each with the group, by name.
pub async fn members(conn: &mut AsyncPgConnection, groups: &[UserGroupId]) -> QueryResult<Vec<(UserGroupId, User)>> {
    user_group_members::table
        .inner_join(users::table)
        .filter(user_group_members::group_id.eq_any(groups))
        .order((users::name, users::id))
        .select((user_group_members::group_id, User::as_select()))
        .load(conn)
        .await
}

/// Adds users to a group. Users who are members already stay members.
pub async fn add(conn: &mut AsyncPgConnection, group: UserGroupId, users: &[UserId]) -> QueryResult<()> {
    let rows: Vec<_> = users
        .iter()
        .map(|user| (user_group_members::group_id.eq(group), user_group_members::user_id.eq(*user)))
        .collect();
    diesel::insert_into(user_group_members::table).values(rows).on_conflict_do_nothing().execute(conn).await.map(drop)
}

/// Removes users from a group.
pub async fn remove(conn: &mut AsyncPgConnection, group: UserGroupId, users: &[UserId]) -> QueryResult<()> {
    let gone = user_group_members::group_id.eq(group).and(user_group_members::user_id.eq_any(users));
    diesel::delete(user_group_members::table.filter(gone)).execute(conn).await.map(drop)
}
