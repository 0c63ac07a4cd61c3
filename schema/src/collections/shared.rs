//! The members of a collection that a link to it shows: those that its creator may share now.

use crate::{
    assets::Asset,
    count::{CountRow, EXACT_UP_TO},
    page::Slice,
    rights::Subject,
    schema::assets,
};
use diesel::{
    prelude::*,
    sql_types::{BigInt, Bool, Integer, Uuid as SqlUuid},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::{AssetId, CollectionId, Right, Rights};
use std::collections::HashMap;

/// A member of a collection that a link to the collection shows.
#[derive(Debug, Clone)]
pub struct SharedMember {
    /// Its position.
    pub position: i64,
    /// The present rights of the link's creator on the asset.
    pub rights: Rights,
    /// The asset.
    pub asset: Asset,
}

#[derive(QueryableByName)]
struct SharedRow {
    #[diesel(sql_type = SqlUuid)]
    asset_id: AssetId,
    #[diesel(sql_type = BigInt)]
    position: i64,
    #[diesel(sql_type = Integer)]
    rights: i32,
}

/// `domain::sharing::may_share` as SQL; a test compares both. Parameters: $1 collection, $2 the link's creator, $3 the
/// creator's rights on everything, $4 whether rules can add to these, $5 the rights that sharing needs.
const SHARED_MEMBERS: &str = "
    FROM collection_assets member
    JOIN assets ON assets.id = member.asset_id
    LEFT JOIN granted_rights(
        $2, CASE WHEN $4 THEN ARRAY(SELECT asset_id FROM collection_assets WHERE collection_id = $1) ELSE '{}' END
    ) AS granted ON granted.asset_id = member.asset_id
    WHERE member.collection_id = $1 AND assets.source = 'LIBRARY' AND ($3 | coalesce(granted.rights, 0)) & $5 = $5";

fn needed_to_share() -> i32 {
    Rights::of(&[Right::Read, Right::Share]).bits()
}

/// A page of the members that a link by `creator` shows.
pub async fn shared_members(
    conn: &mut AsyncPgConnection,
    id: CollectionId,
    creator: Subject,
    limit: i64,
    after: Option<i64>,
) -> QueryResult<Slice<SharedMember>> {
    let statement = format!(
        "SELECT member.asset_id, member.position, $3 | coalesce(granted.rights, 0) AS rights {SHARED_MEMBERS}
        AND member.position > $6 ORDER BY member.position LIMIT $7"
    );
    let rows: Vec<SharedRow> = diesel::sql_query(statement)
        .bind::<SqlUuid, _>(id)
        .bind::<SqlUuid, _>(creator.user)
        .bind::<Integer, _>(creator.everywhere.bits())
        .bind::<Bool, _>(creator.is_limited())
        .bind::<Integer, _>(needed_to_share())
        .bind::<BigInt, _>(after.unwrap_or_default())
        .bind::<BigInt, _>(limit + 1)
        .load(conn)
        .await?;
    let page = Slice::forward(rows, limit, after.is_some());
    let ids: Vec<AssetId> = page.rows.iter().map(|row| row.asset_id).collect();
    let found: Vec<Asset> = assets::table.filter(assets::id.eq_any(ids)).select(Asset::as_select()).load(conn).await?;
    let mut found: HashMap<AssetId, Asset> = found.into_iter().map(|asset| (asset.id, asset)).collect();
    let rows = page.rows.into_iter().filter_map(|row| {
        let asset = found.remove(&row.asset_id)?;
        Some(SharedMember { position: row.position, rights: Rights::from_bits(row.rights), asset })
    });
    Ok(Slice { rows: rows.collect(), has_next: page.has_next, has_previous: page.has_previous })
}

/// A member that a link by `creator` shows; none if the asset is no such member.
pub async fn shared_member(
    conn: &mut AsyncPgConnection,
    id: CollectionId,
    creator: Subject,
    asset: AssetId,
) -> QueryResult<Option<SharedMember>> {
    let statement = format!(
        "SELECT member.asset_id, member.position, $3 | coalesce(granted.rights, 0) AS rights {SHARED_MEMBERS}
        AND member.asset_id = $6"
    );
    let row: Option<SharedRow> = diesel::sql_query(statement)
        .bind::<SqlUuid, _>(id)
        .bind::<SqlUuid, _>(creator.user)
        .bind::<Integer, _>(creator.everywhere.bits())
        .bind::<Bool, _>(creator.is_limited())
        .bind::<Integer, _>(needed_to_share())
        .bind::<SqlUuid, _>(asset)
        .get_result(conn)
        .await
        .optional()?;
    let Some(row) = row else { return Ok(None) };
    let asset = assets::table.find(row.asset_id).select(Asset::as_select()).first(conn).await.optional()?;
    let (position, rights) = (row.position, Rights::from_bits(row.rights));
    Ok(asset.map(|asset| SharedMember { position, rights, asset }))
}

/// How many members a link by `creator` shows; none: more than [`EXACT_UP_TO`].
pub async fn shared_member_count(
    conn: &mut AsyncPgConnection,
    id: CollectionId,
    creator: Subject,
) -> QueryResult<Option<i64>> {
    let most = EXACT_UP_TO + 1;
    let rows =
        format!("SELECT count(*) AS count FROM (SELECT member.asset_id {SHARED_MEMBERS} LIMIT {most}) AS counted");
    let counted: CountRow = diesel::sql_query(rows)
        .bind::<SqlUuid, _>(id)
        .bind::<SqlUuid, _>(creator.user)
        .bind::<Integer, _>(creator.everywhere.bits())
        .bind::<Bool, _>(creator.is_limited())
        .bind::<Integer, _>(needed_to_share())
        .get_result(conn)
        .await?;
    Ok((counted.count < most).then_some(counted.count))
}
