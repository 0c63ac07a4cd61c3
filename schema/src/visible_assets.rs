//! Which assets a user may see: all of the workspace, or only those that access rules let them read.
//!
//! Rules name few assets and collections, while a library is large. A listing of what rules show therefore begins with the
//! rules: of each collection that they name, it takes as many members as a page has, and these are merged. What nobody shows
//! to the user is not read. (Where collections are small on average, Postgres may read the ids of all members of a large one,
//! and sort them.)

use crate::{
    page::Page,
    statement::{Sql, sql},
};
use diesel::sql_types::{BigInt, Bool, Integer, Text, Uuid as SqlUuid};
use domain::{AssetKind, Right, Rights, UserId, WorkspaceId};

/// Which assets a user may see.
#[derive(Debug, Clone, Copy)]
pub struct VisibleAssets {
    /// Assets of this workspace only.
    pub workspace: WorkspaceId,
    /// The user to whom rules show assets; none: all are visible.
    pub reader: Option<UserId>,
}

impl VisibleAssets {
    /// All assets of a workspace: for administrators, and for what is done without a user.
    pub const fn all(workspace: WorkspaceId) -> Self {
        Self { workspace, reader: None }
    }
}

/// A part of a listing, newest first, which has all that are wanted among the first assets of each collection.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Span {
    /// Of this kind.
    pub(crate) kind: Option<AssetKind>,
    /// The page; none: from the beginning.
    pub(crate) page: Option<Page>,
    /// How many are wanted; none: all, because other conditions decide which.
    pub(crate) limit: Option<i64>,
}

fn read() -> i32 {
    Rights::of(&[Right::Read]).bits()
}

/// Whether rules let a user read the asset of a row of `assets`, which some other condition finds.
pub(crate) fn is_readable(reader: UserId) -> Sql<Bool> {
    sql("(granted_rights_on(")
        .bind::<SqlUuid, _>(reader)
        .sql(", assets.id) & ")
        .bind::<Integer, _>(read())
        .sql(" <> 0)")
}

/// Whether rules let a user read the member of a row of `collection_assets`. Who may read a collection may read all of its
/// members.
pub(crate) fn is_readable_member(reader: UserId) -> Sql<Bool> {
    sql("(collection_assets.collection_id = ANY (ARRAY(SELECT collection_id FROM rules_of(")
        .bind::<SqlUuid, _>(reader)
        .sql(") WHERE collection_id IS NOT NULL AND rights & ")
        .bind::<Integer, _>(read())
        .sql(" <> 0)) OR granted_rights_on(")
        .bind::<SqlUuid, _>(reader)
        .sql(", collection_assets.asset_id) & ")
        .bind::<Integer, _>(read())
        .sql(" <> 0)")
}

/// Whether an asset is among those that rules let a user read, as far as a part of the listing goes. The array is computed
/// once.
pub(crate) fn is_shown(workspace: WorkspaceId, reader: UserId, span: Span) -> Sql<Bool> {
    let mut shown = sql("assets.id = ANY (ARRAY(SELECT asset_id FROM rules_of(")
        .bind::<SqlUuid, _>(reader)
        .sql(") WHERE asset_id IS NOT NULL AND rights & ")
        .bind::<Integer, _>(read())
        .sql(" <> 0 UNION ALL SELECT member.asset_id FROM (SELECT DISTINCT collection_id FROM rules_of(")
        .bind::<SqlUuid, _>(reader)
        .sql(") WHERE collection_id IS NOT NULL AND rights & ")
        .bind::<Integer, _>(read())
        .sql(" <> 0) AS rule CROSS JOIN LATERAL (SELECT named.asset_id FROM collection_assets AS named");
    if let Some(kind) = span.kind {
        shown = shown
            .sql(" JOIN assets AS candidate ON candidate.id = named.asset_id AND candidate.workspace_id = ")
            .bind::<SqlUuid, _>(workspace)
            .sql(" AND candidate.kind = ")
            .bind::<Text, _>(kind.as_str());
    }
    shown = shown.sql(" WHERE named.collection_id = rule.collection_id");
    if let Some(limit) = span.limit {
        if let Some(page) = span.page {
            shown = in_order(shown, page);
        }
        shown = shown.sql(" LIMIT ").bind::<BigInt, _>(limit);
    }
    shown.sql(") AS member))")
}

/// Those of the members of a collection that are in the range of a page, in its order.
fn in_order(mut members: Sql<Bool>, page: Page) -> Sql<Bool> {
    if let Some(after) = page.after {
        members = members.sql(" AND named.asset_id < ").bind::<SqlUuid, _>(after);
    }
    if let Some(before) = page.before {
        members = members.sql(" AND named.asset_id > ").bind::<SqlUuid, _>(before);
    }
    members.sql(format!(" ORDER BY named.asset_id {}", page.direction()))
}
