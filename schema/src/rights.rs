//! The rights that access rules give to users in addition to their roles.
//!
//! Functions in Postgres combine the rules, so that one statement decides about many assets, and the statement that
//! finds a link also finds its creator's rights.

use crate::{statement::statement, users::User};
use diesel::{
    define_sql_function,
    prelude::*,
    sql_types::{Array, Bool, Integer, Nullable, Text, Uuid as SqlUuid},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::{AssetId, CollectionId, LinkId, Right, Rights, Role, UserId};
use std::collections::{HashMap, HashSet};

define_sql_function! {
    /// The rights that rules give a user on one asset.
    fn granted_rights_on(subject: SqlUuid, asset: Nullable<SqlUuid>) -> Integer;
}
define_sql_function! {
    /// The rights that rules give a user on the whole workspace.
    fn granted_everywhere(subject: SqlUuid) -> Integer;
}

/// The roles to which rules can add rights.
pub(crate) fn limited_roles() -> Vec<&'static str> {
    Role::ALL.iter().filter(|role| role.is_limited()).map(|role| role.as_str()).collect()
}

/// A user, with the user's rights on the whole workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Subject {
    /// The user.
    pub user: UserId,
    /// The rights that role and rules give on every asset of the workspace.
    pub everywhere: Rights,
}

impl Subject {
    /// Whether rules on assets and collections can add rights.
    pub(crate) fn is_limited(self) -> bool {
        self.everywhere != Rights::ALL
    }
}

/// A user's rights on the whole workspace.
pub async fn subject(conn: &mut AsyncPgConnection, user: &User) -> QueryResult<Subject> {
    let granted = if user.role.is_limited() {
        diesel::select(granted_everywhere(user.id)).get_result::<i32>(conn).await?
    } else {
        0
    };
    Ok(Subject { user: user.id, everywhere: user.role.rights() | Rights::from_bits(granted) })
}

#[derive(QueryableByName)]
struct GrantedRow {
    #[diesel(sql_type = SqlUuid)]
    asset_id: AssetId,
    #[diesel(sql_type = Integer)]
    rights: i32,
}

/// A user's rights on each of some assets.
pub async fn of_assets(
    conn: &mut AsyncPgConnection,
    subject: Subject,
    ids: &[AssetId],
) -> QueryResult<HashMap<AssetId, Rights>> {
    let mut rights: HashMap<AssetId, Rights> = ids.iter().map(|id| (*id, subject.everywhere)).collect();
    if subject.is_limited() {
        let rows: Vec<GrantedRow> = statement("SELECT asset_id, rights FROM granted_rights($1, $2)")
            .bind::<SqlUuid, _>(subject.user)
            .bind::<Array<SqlUuid>, _>(ids)
            .load(conn)
            .await?;
        for row in rows {
            rights.insert(row.asset_id, subject.everywhere | Rights::from_bits(row.rights));
        }
    }
    Ok(rights)
}

/// The rights of a user on one asset.
pub async fn on_asset(conn: &mut AsyncPgConnection, subject: Subject, id: AssetId) -> QueryResult<Rights> {
    Ok(of_assets(conn, subject, &[id]).await?.remove(&id).unwrap_or(subject.everywhere))
}

/// Whether a user has a right on anything: everywhere, or by a rule on an asset or a collection.
pub async fn has_anywhere(conn: &mut AsyncPgConnection, subject: Subject, right: Right) -> QueryResult<bool> {
    if subject.everywhere.has(right) || !subject.is_limited() {
        return Ok(subject.everywhere.has(right));
    }
    let row: ExistsRow = statement("SELECT EXISTS (SELECT FROM rules_of($1) WHERE rights & $2 <> 0) AS found")
        .bind::<SqlUuid, _>(subject.user)
        .bind::<Integer, _>(Rights::of(&[right]).bits())
        .get_result(conn)
        .await?;
    Ok(row.found)
}

/// Those of these links to assets that open nothing, because who made them may not share the asset now.
pub async fn without_right_of_creator(conn: &mut AsyncPgConnection, links: &[LinkId]) -> QueryResult<HashSet<LinkId>> {
    let (roles, rights): (Vec<&str>, Vec<i32>) =
        Role::ALL.iter().map(|role| (role.as_str(), role.rights().bits())).unzip();
    let rows: Vec<LinkRow> = statement(
        "SELECT links.id FROM links JOIN users ON users.id = links.created_by
         JOIN unnest($2, $3) AS role(name, rights) ON role.name = users.role
         CROSS JOIN LATERAL (SELECT CASE links.kind WHEN 'DOWNLOAD' THEN $4 | $5 ELSE $4 END AS rights) AS needed
         WHERE links.id = ANY ($1) AND links.asset_id IS NOT NULL AND role.rights & needed.rights <> needed.rights
         AND (role.rights | granted_rights_on(users.id, links.asset_id)) & needed.rights
             <> needed.rights",
    )
    .bind::<Array<SqlUuid>, _>(links)
    .bind::<Array<Text>, _>(roles)
    .bind::<Array<Integer>, _>(rights)
    .bind::<Integer, _>(Rights::of(&[Right::Read, Right::Share]).bits())
    .bind::<Integer, _>(Rights::of(&[Right::DownloadOriginal]).bits())
    .load(conn)
    .await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

#[derive(QueryableByName)]
struct LinkRow {
    #[diesel(sql_type = SqlUuid)]
    id: LinkId,
}

#[derive(QueryableByName)]
struct ExistsRow {
    #[diesel(sql_type = Bool)]
    found: bool,
}

/// A user's rights on a collection.
pub async fn on_collection(
    conn: &mut AsyncPgConnection,
    subject: Subject,
    collection: CollectionId,
) -> QueryResult<Rights> {
    if !subject.is_limited() {
        return Ok(subject.everywhere);
    }
    let row: GrantedRow = statement("SELECT $2 AS asset_id, granted_rights_on_collection($1, $2) AS rights")
        .bind::<SqlUuid, _>(subject.user)
        .bind::<SqlUuid, _>(collection)
        .get_result(conn)
        .await?;
    Ok(subject.everywhere | Rights::from_bits(row.rights))
}
