//! Access rules: subject × scope → rights.

use crate::{
    count::{self, Count, EXACT_UP_TO},
    page::{Page, Slice, paged},
    schema::access_rules,
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
