//! Access rules: subject × scope → rights.

use crate::{
    count::{self, Count, EXACT_UP_TO},
    page::{Page, Slice, paged},
    schema::{access_rules, workspaces},
};
use chrono::{DateTime, Utc};
use diesel::{pg::Pg, prelude::*};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::{AccessRuleId, AssetId, CollectionId, Rights, UserGroupId, UserId, WorkspaceId};

/// A rule that gives rights. Without user and group it applies to everyone in the workspace; without asset and
/// collection, it gives rights on everything.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = access_rules, check_for_backend(Pg))]
pub struct AccessRule {
    /// Identity.
    pub id: AccessRuleId,
    /// The workspace.
    pub workspace_id: WorkspaceId,
    /// Applies to this user.
    pub user_id: Option<UserId>,
    /// Applies to the members of this group.
    pub group_id: Option<UserGroupId>,
    /// Gives rights on this asset.
    pub asset_id: Option<AssetId>,
    /// Gives rights on the members of this collection.
    pub collection_id: Option<CollectionId>,
    /// The bits of [`Rights`].
    pub rights: i32,
    /// When it was created.
    pub created_at: DateTime<Utc>,
}

/// Adds a rule.
pub async fn insert(conn: &mut AsyncPgConnection, new: &AccessRule) -> QueryResult<()> {
    diesel::insert_into(access_rules::table).values(new).execute(conn).await.map(drop)
}

/// Makes other transactions wait that give rights in the workspace, until this one ends.
pub async fn lock_workspace(conn: &mut AsyncPgConnection, workspace: WorkspaceId) -> QueryResult<()> {
    let own = workspaces::table.find(workspace).select(workspaces::id);
    own.for_no_key_update().first::<WorkspaceId>(conn).await.map(drop)
}

/// The oldest rule for the same subject on the same scope, locked until the transaction ends.
pub async fn lock_same(conn: &mut AsyncPgConnection, rule: &AccessRule) -> QueryResult<Option<AccessRule>> {
    let subject = access_rules::user_id
        .is_not_distinct_from(rule.user_id)
        .and(access_rules::group_id.is_not_distinct_from(rule.group_id));
    let scope = access_rules::asset_id
        .is_not_distinct_from(rule.asset_id)
        .and(access_rules::collection_id.is_not_distinct_from(rule.collection_id));
    let same = access_rules::table.filter(access_rules::workspace_id.eq(rule.workspace_id).and(subject).and(scope));
    same.order(access_rules::id).select(AccessRule::as_select()).for_update().first(conn).await.optional()
}

/// Gives a [locked](lock_same) rule these rights, and returns it.
pub async fn set_rights(conn: &mut AsyncPgConnection, id: AccessRuleId, rights: Rights) -> QueryResult<AccessRule> {
    diesel::update(access_rules::table.find(id))
        .set(access_rules::rights.eq(rights.bits()))
        .returning(AccessRule::as_returning())
        .get_result(conn)
        .await
}

/// The rules on a collection, locked until the transaction ends.
pub async fn lock_on_collection(
    conn: &mut AsyncPgConnection,
    collection: CollectionId,
) -> QueryResult<Vec<AccessRule>> {
    let rules = access_rules::table.filter(access_rules::collection_id.eq(collection)).order(access_rules::id);
    rules.select(AccessRule::as_select()).for_update().load(conn).await
}

/// The rule of this id.
pub async fn get(
    conn: &mut AsyncPgConnection,
    workspace: WorkspaceId,
    id: AccessRuleId,
) -> QueryResult<Option<AccessRule>> {
    access_rules::table
        .find(id)
        .filter(access_rules::workspace_id.eq(workspace))
        .select(AccessRule::as_select())
        .first(conn)
        .await
        .optional()
}

/// The newest rules that name a user.
pub async fn of_user(
    conn: &mut AsyncPgConnection,
    workspace: WorkspaceId,
    user: UserId,
    limit: i64,
) -> QueryResult<Vec<AccessRule>> {
    let theirs = access_rules::workspace_id.eq(workspace).and(access_rules::user_id.eq(user));
    let newest = access_rules::table.filter(theirs).order(access_rules::id.desc()).limit(limit);
    newest.select(AccessRule::as_select()).load(conn).await
}

/// Deletes a rule and returns it.
pub async fn delete(
    conn: &mut AsyncPgConnection,
    workspace: WorkspaceId,
    id: AccessRuleId,
) -> QueryResult<Option<AccessRule>> {
    diesel::delete(access_rules::table.find(id).filter(access_rules::workspace_id.eq(workspace)))
        .returning(AccessRule::as_returning())
        .get_result(conn)
        .await
        .optional()
}

/// A page of a workspace's rules, newest first.
pub async fn list(conn: &mut AsyncPgConnection, workspace: WorkspaceId, page: Page) -> QueryResult<Slice<AccessRule>> {
    let all = access_rules::table.filter(access_rules::workspace_id.eq(workspace)).into_boxed();
    let rows = paged!(all, access_rules::id, page).select(AccessRule::as_select()).load(conn).await?;
    Ok(page.slice(rows))
}

/// How many rules a workspace has.
pub async fn count(conn: &mut AsyncPgConnection, workspace: WorkspaceId) -> QueryResult<Count> {
    let rows = || access_rules::table.filter(access_rules::workspace_id.eq(workspace)).select(access_rules::id);
    count::count(conn, EXACT_UP_TO, rows).await
}

/// All the rights that rules on a collection give to anybody.
pub async fn given_by_collection(conn: &mut AsyncPgConnection, collection: CollectionId) -> QueryResult<Rights> {
    let bits: Vec<i32> = access_rules::table
        .filter(access_rules::collection_id.eq(collection))
        .select(access_rules::rights)
        .distinct()
        .load(conn)
        .await?;
    Ok(bits.into_iter().fold(Rights::NONE, |all, bits| all | Rights::from_bits(bits)))
}
