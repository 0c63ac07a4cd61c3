//! The members of a collection that a link to it shows: those that its creator may share now.

use crate::{
    assets::Asset,
    count::{CountRow, EXACT_UP_TO},
    page::{Slice, containing, searched},
    rights::Subject,
    schema::assets,
    statement::{Statement, WithBind, is_one_of, statement},
};
use chrono::NaiveDate;
use diesel::{
    prelude::*,
    sql_types::{Array, BigInt, Date, Integer, Nullable, Text, Uuid as SqlUuid},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::{AssetId, CollectionId, MemberOrder, Right, Rights, UserId};
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

/// `domain::sharing::may_share` as SQL; a test compares both. Parameters: $1 collection, $2 the link's creator
/// (only where rules can add to their rights), $3 their rights on everything, $4 the rights that sharing needs.
pub(super) fn shared_by(creator: Subject) -> String {
    // Rules can add to the rights of a creator who has not all of them. To look for them takes as long as all else.
    let granted = if creator.is_limited() {
        "LEFT JOIN granted_rights($2, ARRAY(SELECT asset_id FROM collection_assets WHERE collection_id = $1)) AS granted
         ON granted.asset_id = member.asset_id"
    } else {
        "CROSS JOIN (SELECT 0 AS rights) AS granted"
    };
    format!(
        "FROM collection_assets member JOIN assets ON assets.id = member.asset_id {granted}
         WHERE member.collection_id = $1 AND assets.source = 'LIBRARY' AND ($3 | coalesce(granted.rights, 0)) & $4 = $4"
    )
}

/// A statement with the parameters of [`shared_by`].
pub(super) type OfCollection = WithBind<
    WithBind<WithBind<WithBind<Statement, CollectionId, SqlUuid>, UserId, SqlUuid>, i32, Integer>,
    i32,
    Integer,
>;

pub(super) fn of_collection(statement: Statement, id: CollectionId, creator: Subject) -> OfCollection {
    statement
        .bind::<SqlUuid, _>(id)
        .bind::<SqlUuid, _>(creator.user)
        .bind::<Integer, _>(creator.everywhere.bits())
        .bind::<Integer, _>(Rights::of(&[Right::Read, Right::Share]).bits())
}

/// A page of the members that a link by `creator` shows.
pub async fn shared_members(
    conn: &mut AsyncPgConnection,
    id: CollectionId,
    creator: Subject,
    limit: i64,
    after: Option<i64>,
) -> QueryResult<Slice<SharedMember>> {
    let members = shared_by(creator);
    let sql = format!(
        "SELECT member.asset_id, member.position, $3 | coalesce(granted.rights, 0) AS rights {members}
        AND member.position > $5 ORDER BY member.position LIMIT $6"
    );
    let page = of_collection(statement(sql), id, creator).bind::<BigInt, _>(after.unwrap_or_default());
    let rows = page.bind::<BigInt, _>(limit + 1).load(conn).await?;
    load(conn, Slice::forward(rows, limit, after.is_some())).await
}

/// The assets of a page of members.
async fn load(conn: &mut AsyncPgConnection, page: Slice<SharedRow>) -> QueryResult<Slice<SharedMember>> {
    let ids: Vec<AssetId> = page.rows.iter().map(|row| row.asset_id).collect();
    let found = assets::table.filter(is_one_of("assets.id", &ids));
    let found: Vec<Asset> = found.select(Asset::as_select()).load(conn).await?;
    let mut found: HashMap<AssetId, Asset> = found.into_iter().map(|asset| (asset.id, asset)).collect();
    let Slice { rows, has_next, has_previous, is_all } = page;
    let rows = rows.into_iter().filter_map(|row| {
        let asset = found.remove(&row.asset_id)?;
        Some(SharedMember { position: row.position, rights: Rights::from_bits(row.rights), asset })
    });
    Ok(Slice { rows: rows.collect(), has_next, has_previous, is_all })
}

/// A member that a link by `creator` shows; none if the asset is no such member.
pub async fn shared_member(
    conn: &mut AsyncPgConnection,
    id: CollectionId,
    creator: Subject,
    asset: AssetId,
) -> QueryResult<Option<SharedMember>> {
    let members = shared_by(creator);
    let sql = format!(
        "SELECT member.asset_id, member.position, $3 | coalesce(granted.rights, 0) AS rights {members}
        AND member.asset_id = $5"
    );
    let found = of_collection(statement(sql), id, creator).bind::<SqlUuid, _>(asset);
    let row: Option<SharedRow> = found.get_result(conn).await.optional()?;
    let Some(row) = row else { return Ok(None) };
    let asset = assets::table.find(row.asset_id).select(Asset::as_select()).first(conn).await.optional()?;
    let (position, rights) = (row.position, Rights::from_bits(row.rights));
    Ok(asset.map(|asset| SharedMember { position, rights, asset }))
}

/// Which members a page shows, and in which order.
#[derive(Debug, Clone, Copy)]
pub struct MemberView<'a> {
    /// The collection.
    pub collection: CollectionId,
    /// The link's creator, with their rights on everything.
    pub creator: Subject,
    /// The order.
    pub order: MemberOrder,
    /// A part of the title or of the description.
    pub search: Option<&'a str>,
    /// The only assets that are shown, as far as they are members; none: all.
    pub among: Option<&'a [AssetId]>,
}

/// A member that a page shows, and those beside it.
#[derive(Debug, Clone, QueryableByName)]
pub struct Neighbours {
    /// Its place in the order; the first has 1.
    #[diesel(sql_type = BigInt)]
    pub place: i64,
    /// How many members are shown, counted up to one more than [`EXACT_UP_TO`].
    #[diesel(sql_type = BigInt)]
    pub count: i64,
    /// The one before.
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub previous: Option<AssetId>,
    /// The one after.
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub next: Option<AssetId>,
}

/// All that the place of a member on a page depends on: its shape, and the day above it.
#[derive(Debug, Clone, Copy, QueryableByName)]
pub struct Shape {
    /// Its position in the collection.
    #[diesel(sql_type = BigInt)]
    pub position: i64,
    /// In pixels, if the original or its picture has been measured.
    #[diesel(sql_type = Nullable<Integer>)]
    pub width: Option<i32>,
    /// In pixels, if the original or its picture has been measured.
    #[diesel(sql_type = Nullable<Integer>)]
    pub height: Option<i32>,
    /// The day on which it was taken, in the order of capture.
    #[diesel(sql_type = Nullable<Date>)]
    pub day: Option<NaiveDate>,
}

/// A statement with the parameters of [`MemberView::members`].
type OfFound =
    WithBind<WithBind<OfCollection, Option<String>, Nullable<Text>>, Option<Vec<AssetId>>, Nullable<Array<SqlUuid>>>;

impl MemberView<'_> {
    /// The order as SQL. No two members are equal in it.
    fn order(&self) -> &'static str {
        match self.order {
            MemberOrder::Position => "member.position",
            MemberOrder::Name => "assets.title COLLATE natural_order, member.position",
            MemberOrder::Newest => "assets.created_at DESC, member.position DESC",
            MemberOrder::Oldest => "assets.created_at, member.position",
            MemberOrder::Captured => "assets.captured_at, assets.created_at, member.position",
        }
    }

    /// Those of [`shared_by`] that match the search; the parameters are its pattern, $5, and $6, the assets among which they are.
    fn members(&self) -> String {
        let shared = shared_by(self.creator);
        format!(
            "{shared} AND ($5 IS NULL OR assets.title ILIKE $5 OR assets.description ILIKE $5)
            AND ($6 IS NULL OR member.asset_id = ANY($6))"
        )
    }

    /// A statement with the parameters of [`MemberView::members`].
    fn query(&self, sql: String) -> OfFound {
        let query = of_collection(statement(sql), self.collection, self.creator);
        let query = query.bind::<Nullable<Text>, _>(searched(self.search).map(containing));
        query.bind::<Nullable<Array<SqlUuid>>, _>(self.among.map(<[AssetId]>::to_vec))
    }

    /// At most `limit` members after the first `offset`.
    pub async fn page(
        &self,
        conn: &mut AsyncPgConnection,
        limit: i64,
        offset: i64,
    ) -> QueryResult<Slice<SharedMember>> {
        let (members, order) = (self.members(), self.order());
        let sql = format!(
            "SELECT member.asset_id, member.position, $3 | coalesce(granted.rights, 0) AS rights {members}
            ORDER BY {order} LIMIT $7 OFFSET $8"
        );
        let page = self.query(sql).bind::<BigInt, _>(limit + 1).bind::<BigInt, _>(offset);
        let rows = page.load(conn).await?;
        load(conn, Slice::forward(rows, limit, offset > 0)).await
    }

    /// How many members there are; none: more than [`EXACT_UP_TO`].
    pub async fn count(&self, conn: &mut AsyncPgConnection) -> QueryResult<Option<i64>> {
        let (members, most) = (self.members(), EXACT_UP_TO + 1);
        let sql = format!("SELECT count(*) AS count FROM (SELECT member.asset_id {members} LIMIT {most}) AS counted");
        let counted: CountRow = self.query(sql).get_result(conn).await?;
        Ok((counted.count < most).then_some(counted.count))
    }

    /// The members beside one; none if it is not among the first [`EXACT_UP_TO`].
    pub async fn neighbours(&self, conn: &mut AsyncPgConnection, of: AssetId) -> QueryResult<Option<Neighbours>> {
        let (members, order, most) = (self.members(), self.order(), EXACT_UP_TO + 1);
        let sql = format!(
            "SELECT place, count, previous, next FROM (
                SELECT asset_id, row_number() OVER shown AS place, count(*) OVER () AS count,
                    lag(asset_id) OVER shown AS previous, lead(asset_id) OVER shown AS next
                FROM (
                    SELECT member.asset_id, row_number() OVER (ORDER BY {order}) AS n {members}
                    ORDER BY n LIMIT {most}
                ) AS first WINDOW shown AS (ORDER BY n)
            ) AS beside WHERE asset_id = $7"
        );
        self.query(sql).bind::<SqlUuid, _>(of).get_result(conn).await.optional()
    }

    /// The shapes of the first [`EXACT_UP_TO`] members.
    pub async fn shapes(&self, conn: &mut AsyncPgConnection) -> QueryResult<Vec<Shape>> {
        let (members, order) = (self.members(), self.order());
        let day = if self.order == MemberOrder::Captured { "assets.captured_at::date" } else { "NULL::date" };
        let sql = format!(
            "SELECT shown.position, shown.day, coalesce(shown.width, picture.width) AS width,
                coalesce(shown.height, picture.height) AS height
            FROM (
                SELECT member.asset_id, member.position, assets.width, assets.height, {day} AS day,
                    row_number() OVER (ORDER BY {order}) AS n {members}
                ORDER BY n LIMIT {EXACT_UP_TO}
            ) AS shown
            LEFT JOIN LATERAL (
                SELECT proxies.width, proxies.height FROM proxies
                WHERE shown.width IS NULL AND proxies.asset_id = shown.asset_id AND NOT proxies.watermarked
                    AND proxies.preset IN ('thumbnail', 'poster') AND proxies.width IS NOT NULL
                LIMIT 1
            ) AS picture ON true
            ORDER BY shown.n"
        );
        self.query(sql).load(conn).await
    }
}
