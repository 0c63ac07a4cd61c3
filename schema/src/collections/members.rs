//! The members of collections, in order.

use crate::{
    assets::Asset,
    count::{self, Count, EXACT_UP_TO},
    nested::{nested, slices},
    page::Slice,
    schema::{assets, collection_assets},
    statement::{sql, statement},
    visible_assets::is_readable_member,
};
use diesel::{
    dsl::{AsSelect, SqlTypeOf},
    pg::Pg,
    prelude::*,
    sql_types::{Array, BigInt, Bool, Text, Uuid as SqlUuid},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::{AssetId, CollectionId, Preset, ProxyState, UserId};
use std::collections::HashMap;
use uuid::Uuid;

#[derive(QueryableByName)]
struct LastRow {
    #[diesel(sql_type = BigInt)]
    last: i64,
}

/// Appends assets to a [locked](super::lock) collection, in this order. Members keep their positions.
pub async fn add(conn: &mut AsyncPgConnection, id: CollectionId, assets: &[AssetId]) -> QueryResult<()> {
    // Members in the bin keep their positions.
    let sql = "SELECT coalesce(max(position), 0) AS last FROM all_collection_assets WHERE collection_id = $1";
    let row: LastRow = diesel::sql_query(sql).bind::<SqlUuid, _>(id).get_result(conn).await?;
    fill(conn, id, row.last, assets).await
}

/// Inserts assets into a collection after the position `last`, in this order. No other transaction may add members at
/// the same time.
pub async fn fill(conn: &mut AsyncPgConnection, id: CollectionId, last: i64, assets: &[AssetId]) -> QueryResult<()> {
    diesel::sql_query(
        "INSERT INTO collection_assets (collection_id, asset_id, position)
        SELECT $1, asset, $2 + place FROM unnest($3) WITH ORDINALITY AS added (asset, place)
        ON CONFLICT (collection_id, asset_id) DO NOTHING",
    )
    .bind::<SqlUuid, _>(id)
    .bind::<BigInt, _>(last)
    .bind::<Array<SqlUuid>, _>(assets)
    .execute(conn)
    .await
    .map(drop)
}

/// Removes assets from a collection.
pub async fn remove(conn: &mut AsyncPgConnection, id: CollectionId, assets: &[AssetId]) -> QueryResult<()> {
    let gone = collection_assets::collection_id.eq(id).and(collection_assets::asset_id.eq_any(assets));
    diesel::delete(collection_assets::table.filter(gone)).execute(conn).await.map(drop)
}

/// The ids of all members, in order.
pub async fn member_ids(conn: &mut AsyncPgConnection, id: CollectionId) -> QueryResult<Vec<AssetId>> {
    collection_assets::table
        .filter(collection_assets::collection_id.eq(id))
        .order(collection_assets::position)
        .select(collection_assets::asset_id)
        .load(conn)
        .await
}

/// A page of the members of each of some collections, with their positions, in order, in one statement. With a reader, of
/// those that rules let this user read.
pub async fn members_of_each(
    conn: &mut AsyncPgConnection,
    ids: &[Uuid],
    (limit, after): (i64, Option<i64>),
    reader: Option<UserId>,
) -> QueryResult<HashMap<Uuid, Slice<(i64, Asset)>>> {
    let mut members = collection_assets::table
        .inner_join(assets::table)
        .filter(sql::<Bool>("collection_assets.collection_id = parent.id"))
        .filter(collection_assets::position.gt(after.unwrap_or_default()))
        .into_boxed();
    if let Some(reader) = reader {
        members = members.filter(is_readable_member(reader));
    }
    let members = members
        .order(collection_assets::position)
        .limit(limit + 1)
        .select((collection_assets::position, Asset::as_select()));
    let pages = nested::<_, (BigInt, SqlTypeOf<AsSelect<Asset, Pg>>)>(ids, members, "page.position");
    let rows: Vec<(Uuid, (i64, Asset))> = pages.load(conn).await?;
    Ok(slices(ids, rows, limit, after.is_some()))
}

/// The positions of those of some assets that are members of a collection.
pub async fn positions(conn: &mut AsyncPgConnection, id: CollectionId, assets: &[AssetId]) -> QueryResult<Vec<i64>> {
    let members = collection_assets::collection_id.eq(id).and(collection_assets::asset_id.eq_any(assets));
    collection_assets::table.filter(members).select(collection_assets::position).load(conn).await
}

/// How many members each of some collections has. With a reader, how many of them rules let this user read.
pub async fn member_counts(
    conn: &mut AsyncPgConnection,
    ids: &[Uuid],
    reader: Option<UserId>,
) -> QueryResult<HashMap<Uuid, Count>> {
    let members = || {
        let all = collection_assets::table.select(collection_assets::asset_id).into_boxed::<Pg>();
        match reader {
            Some(reader) => all.filter(is_readable_member(reader)),
            None => all,
        }
    };
    let each = members().filter(sql::<Bool>("collection_assets.collection_id = parent.id"));
    count::count_each(conn, ids, EXACT_UP_TO, each, |id| members().filter(collection_assets::collection_id.eq(id)))
        .await
}

/// Whether any of some assets is a member of a collection.
pub async fn has_any(conn: &mut AsyncPgConnection, id: CollectionId, assets: &[AssetId]) -> QueryResult<bool> {
    let members = collection_assets::collection_id.eq(id).and(collection_assets::asset_id.eq_any(assets));
    diesel::select(diesel::dsl::exists(collection_assets::table.filter(members))).get_result(conn).await
}

/// How many proxies of a preset the members of a collection have, in a state.
#[derive(Debug, Clone, QueryableByName)]
pub struct ProxyCount {
    /// The collection.
    #[diesel(sql_type = SqlUuid)]
    pub collection_id: CollectionId,
    #[diesel(sql_type = Text)]
    preset: String,
    /// Whether the proxies carry the watermark.
    #[diesel(sql_type = Bool)]
    pub watermarked: bool,
    #[diesel(sql_type = Text)]
    state: String,
    /// How many proxies.
    #[diesel(sql_type = BigInt)]
    pub count: i64,
}

impl ProxyCount {
    /// The preset.
    pub fn preset(&self) -> Option<Preset> {
        self.preset.parse().ok()
    }

    /// The state.
    pub fn state(&self) -> Option<ProxyState> {
        self.state.parse().ok()
    }
}

/// The proxies of the members of some collections, counted; small ones first.
pub async fn proxy_counts(conn: &mut AsyncPgConnection, ids: &[CollectionId]) -> QueryResult<Vec<ProxyCount>> {
    let mut rows: Vec<ProxyCount> = statement(
        "SELECT member.collection_id, proxies.preset, proxies.watermarked, proxies.state, count(*) AS count
        FROM collection_assets member JOIN proxies ON proxies.asset_id = member.asset_id
        WHERE member.collection_id = ANY ($1) GROUP BY 1, 2, 3, 4",
    )
    .bind::<Array<SqlUuid>, _>(ids)
    .load(conn)
    .await?;
    rows.sort_by_key(|row| (row.collection_id, row.preset()));
    Ok(rows)
}
