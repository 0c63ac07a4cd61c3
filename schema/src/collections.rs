//! Collections: named, ordered sets of assets.

use crate::{
    assets::Asset,
    count::{self, Count, CountRow, EXACT_UP_TO},
    link_events::{self, NewLinkEvent},
    links::{Link, LinksToCollection},
    merged::{Merged, Part, Union},
    nested::{nested, slices},
    page::{Page, Slice, containing, paged, searched},
    rights::Subject,
    schema::{assets, collection_assets, collections},
    statement::{force_custom_plan, sql},
};
use chrono::{DateTime, Utc};
use diesel::{
    dsl::{AsSelect, SqlTypeOf, max},
    pg::Pg,
    prelude::*,
    sql_types::{Array, BigInt, Bool, Integer, Text, Uuid as SqlUuid},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::{AssetId, CollectionId, CollectionKind, Preset, ProxyState, Right, Rights, UserId, WorkspaceId};
use std::collections::HashMap;
use uuid::Uuid;

/// A named set of assets.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = collections, check_for_backend(Pg))]
pub struct Collection {
    /// Identity.
    pub id: CollectionId,
    /// The workspace.
    pub workspace_id: WorkspaceId,
    /// The name.
    pub name: String,
    /// Created by a person or by a bulk share.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub kind: CollectionKind,
    /// Whether only its creator, administrators, and users with a rule on it see it.
    pub hidden: bool,
    /// The user who created it.
    pub created_by: Option<UserId>,
    /// When it was created.
    pub created_at: DateTime<Utc>,
}

/// Changes of a collection; `None` leaves a column as it is.
#[derive(Debug, Default, AsChangeset)]
#[diesel(table_name = collections)]
pub struct CollectionChanges {
    /// The name.
    pub name: Option<String>,
    /// Whether only its creator, administrators, and users with a rule on it see it.
    pub hidden: Option<bool>,
    /// `MANUAL` or `AUTOMATIC`.
    pub kind: Option<&'static str>,
}

/// Which collections a user may see: those that are not hidden, their own, and those that a rule lets them read.
#[derive(Debug, Clone, Copy)]
pub struct VisibleCollections {
    /// Collections of this workspace only.
    pub workspace: WorkspaceId,
    /// The user; none: all collections are visible.
    pub user: Option<UserId>,
}

/// The filter of a listing of collections; all conditions hold at once.
#[derive(Debug, Clone, Default)]
pub struct CollectionFilter {
    /// A part of the name.
    pub search: Option<String>,
    /// Of this kind.
    pub kind: Option<CollectionKind>,
    /// Created by this user.
    pub created_by: Option<UserId>,
}

impl CollectionFilter {
    /// Up to which number the matching collections are counted.
    pub fn exact_up_to(&self) -> i64 {
        count::exact_up_to(searched(self.search.as_deref()).is_some())
    }
}

type Query = collections::BoxedQuery<'static, Pg>;
type Condition = Box<dyn BoxableExpression<collections::table, Pg, SqlType = Bool>>;

/// The statement of a page of collections.
pub type PageQuery = Merged<SqlTypeOf<AsSelect<Collection, Pg>>>;

impl VisibleCollections {
    /// The reasons for which the user may see a collection; each collection has at most one. None: all are visible.
    ///
    /// A listing reads the collections of each reason by an index of its own. The many hidden collections of others are
    /// therefore not read.
    fn reasons(self) -> Option<[Condition; 3]> {
        let user = self.user?;
        let read = Rights::of(&[Right::Read]).bits();
        // The array is computed once, instead of evaluating the rules for each collection.
        let granted = sql::<Bool>("collections.id = ANY (ARRAY(SELECT collection_id FROM rules_of(")
            .bind::<SqlUuid, _>(user)
            .sql(") WHERE collection_id IS NOT NULL AND rights & ")
            .bind::<Integer, _>(read)
            .sql(" <> 0))");
        let own = collections::created_by.eq(user).assume_not_null();
        let of_others = collections::created_by.is_distinct_from(user);
        Some([
            Box::new(diesel::dsl::not(collections::hidden)),
            Box::new(collections::hidden.and(own)),
            Box::new(collections::hidden.and(of_others).and(granted)),
        ])
    }

    /// The visible collections that match a filter, in parts that have no collection in common.
    fn matching(self, filter: &CollectionFilter) -> Vec<Query> {
        match self.reasons() {
            // Users see all that they have created.
            Some(reasons) if filter.created_by != self.user => {
                reasons.into_iter().map(|reason| matching(self.workspace, filter).filter(reason)).collect()
            }
            _ => vec![matching(self.workspace, filter)],
        }
    }
}

fn matching(workspace: WorkspaceId, filter: &CollectionFilter) -> Query {
    let mut query = collections::table.filter(collections::workspace_id.eq(workspace)).into_boxed();
    if let Some(kind) = filter.kind {
        query = query.filter(collections::kind.eq(kind.as_str()));
    }
    if let Some(user) = filter.created_by {
        query = query.filter(collections::created_by.eq(user));
    }
    if let Some(text) = searched(filter.search.as_deref()) {
        query = query.filter(collections::name.ilike(containing(text))).filter(force_custom_plan());
    }
    query
}

/// Adds a collection.
pub async fn insert(conn: &mut AsyncPgConnection, new: Collection) -> QueryResult<()> {
    diesel::insert_into(collections::table).values(new).execute(conn).await.map(drop)
}

/// The visible collection of this id.
pub async fn get(
    conn: &mut AsyncPgConnection,
    view: VisibleCollections,
    id: CollectionId,
) -> QueryResult<Option<Collection>> {
    let found = matching(view.workspace, &CollectionFilter::default()).filter(collections::id.eq(id));
    let visible = match view.reasons() {
        Some([open, own, granted]) => found.filter(open.or(own).or(granted)),
        None => found,
    };
    visible.select(Collection::as_select()).first(conn).await.optional()
}

/// Those of these ids that are collections, each with its workspace.
pub(crate) async fn workspaces(
    conn: &mut AsyncPgConnection,
    ids: &[CollectionId],
) -> QueryResult<Vec<(CollectionId, WorkspaceId)>> {
    let rows = collections::table.filter(collections::id.eq_any(ids));
    rows.select((collections::id, collections::workspace_id)).load(conn).await
}

/// The collections of a workspace with these ids, also hidden ones: for objects that refer to them.
pub async fn by_ids(
    conn: &mut AsyncPgConnection,
    workspace: WorkspaceId,
    ids: &[CollectionId],
) -> QueryResult<Vec<Collection>> {
    collections::table
        .filter(collections::workspace_id.eq(workspace).and(collections::id.eq_any(ids)))
        .select(Collection::as_select())
        .load(conn)
        .await
}

/// The statement behind [`list`].
pub fn page_query(view: VisibleCollections, filter: &CollectionFilter, page: Page) -> PageQuery {
    let part =
        |query: Query| -> Part { Box::new(paged!(query, collections::id, page).select(Collection::as_select())) };
    let parts = view.matching(filter).into_iter().map(part).collect();
    Merged::new("collections", parts, format!("collections.id {}", page.direction()), page.limit + 1)
}

/// A page of the visible collections, newest first.
pub async fn list(
    conn: &mut AsyncPgConnection,
    view: VisibleCollections,
    filter: &CollectionFilter,
    page: Page,
) -> QueryResult<Slice<Collection>> {
    Ok(page.slice(page_query(view, filter, page).load(conn).await?))
}

/// How many collections are visible.
pub async fn count(
    conn: &mut AsyncPgConnection,
    view: VisibleCollections,
    filter: &CollectionFilter,
) -> QueryResult<Count> {
    count::count(conn, filter.exact_up_to(), || count_query(view, filter)).await
}

/// The statement whose rows [`count()`] counts.
pub fn count_query(view: VisibleCollections, filter: &CollectionFilter) -> Union {
    let part = |query: Query| -> Part { Box::new(query.select(collections::id)) };
    Union(view.matching(filter).into_iter().map(part).collect())
}

/// Changes a collection and returns it.
pub async fn update(
    conn: &mut AsyncPgConnection,
    collection: Collection,
    changes: &CollectionChanges,
) -> QueryResult<Collection> {
    if changes.name.is_none() && changes.hidden.is_none() && changes.kind.is_none() {
        return Ok(collection);
    }
    diesel::update(collections::table.find(collection.id))
        .set(changes)
        .returning(Collection::as_returning())
        .get_result(conn)
        .await
}

/// Deletes a [locked](lock) collection and the links to it, with an event for each of these links. The members stay in
/// the library. Only [`crate::links::lock_to_collection`] gives the links, so that none is deleted without its event.
pub async fn delete(
    conn: &mut AsyncPgConnection,
    lost: LinksToCollection,
    event: impl Fn(&Link) -> NewLinkEvent,
) -> QueryResult<()> {
    link_events::insert(conn, lost.links.iter().map(event).collect()).await?;
    diesel::delete(collections::table.find(lost.collection)).execute(conn).await.map(drop)
}

/// Locks a collection until the transaction ends, so that no other transaction adds members, deletes it, or creates a
/// link to it.
pub async fn lock(conn: &mut AsyncPgConnection, id: CollectionId) -> QueryResult<()> {
    collections::table.find(id).select(collections::id).for_update().first::<CollectionId>(conn).await.map(drop)
}

/// Appends assets to a [locked](lock) collection, in this order. Members keep their positions.
pub async fn add(conn: &mut AsyncPgConnection, id: CollectionId, assets: &[AssetId]) -> QueryResult<()> {
    let last: Option<i64> = collection_assets::table
        .filter(collection_assets::collection_id.eq(id))
        .select(max(collection_assets::position))
        .first(conn)
        .await?;
    fill(conn, id, last.unwrap_or_default(), assets).await
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

/// A page of the members of each of some collections, with their positions, in order, in one statement.
pub async fn members_of_each(
    conn: &mut AsyncPgConnection,
    ids: &[Uuid],
    limit: i64,
    after: Option<i64>,
) -> QueryResult<HashMap<Uuid, Slice<(i64, Asset)>>> {
    let members = collection_assets::table
        .inner_join(assets::table)
        .filter(sql::<Bool>("collection_assets.collection_id = parent.id"))
        .filter(collection_assets::position.gt(after.unwrap_or_default()))
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

/// How many members each of some collections has.
pub async fn member_counts(conn: &mut AsyncPgConnection, ids: &[Uuid]) -> QueryResult<HashMap<Uuid, Count>> {
    let members = || collection_assets::table.select(collection_assets::asset_id).into_boxed::<Pg>();
    let each = members().filter(sql::<Bool>("collection_assets.collection_id = parent.id"));
    count::count_each(conn, ids, EXACT_UP_TO, each, |id| members().filter(collection_assets::collection_id.eq(id)))
        .await
}

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
    let mut rows: Vec<ProxyCount> = diesel::sql_query(
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

/// Whether any of some assets is a member of a collection.
pub async fn has_any(conn: &mut AsyncPgConnection, id: CollectionId, assets: &[AssetId]) -> QueryResult<bool> {
    let members = collection_assets::collection_id.eq(id).and(collection_assets::asset_id.eq_any(assets));
    diesel::select(diesel::dsl::exists(collection_assets::table.filter(members))).get_result(conn).await
}
