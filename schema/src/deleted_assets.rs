//! The bin: assets that people have deleted, for the time in which they can be restored.
//!
//! `assets` is a view of the assets that are not in the bin, and `collection_assets` one of the memberships of these. The
//! tables behind them are called `all_assets` and `all_collection_assets`. So whoever does not think of the bin does not
//! see it: every statement, also one of an older version of the program, finds no asset that is deleted. A statement that
//! is to see the bin says so by the names of the tables, and `tests/graphql/bin.rs` lists where.
//!
//! A deleted asset keeps its links, memberships, rules, files and counters, so that nothing has to be written down to
//! restore it.

use crate::{
    assets::{Asset, AssetFilter, AssetQuery, matching},
    link_events::{self, NewLinkEvent},
    outbox::Priority,
    page::Slice,
    pictures, proxies,
    rights::Subject,
    schema::{assets, links},
    search::Prepared,
    statement::{Sql, is_one_of, sql},
    written_once::written_once,
};
use chrono::{DateTime, Utc};
use diesel::{
    pg::Pg,
    prelude::*,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    sql_types::{Array, Bool, Integer, Text, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use domain::{AssetId, CollectionId, FileId, LinkAction, LinkId, Right, Rights, UserId, WorkspaceId};
use std::sync::OnceLock;

mod table {
    diesel::table! {
        /// All assets, also those in the bin: the columns by which jobs and imports find them, and those that jobs fill in.
        all_assets (id) {
            id -> Uuid,
            workspace_id -> Uuid,
            title -> Text,
            kind -> Text,
            media_type -> Text,
            width -> Nullable<Int4>,
            height -> Nullable<Int4>,
            duration_seconds -> Nullable<Float8>,
            sha256 -> Nullable<Bytea>,
            external_url -> Nullable<Text>,
            crc32 -> Nullable<Int8>,
            ingest_version -> Int4,
            warning -> Nullable<Text>,
            placeholder -> Nullable<Bytea>,
            deleted_at -> Nullable<Timestamptz>,
            deleted_by -> Nullable<Uuid>,
            captured_at -> Nullable<Timestamp>,
        }
    }
}
pub(crate) use table::all_assets;

/// A statement over `assets` for which this name stands for other assets than usual.
pub struct Instead<Q> {
    assets: &'static str,
    query: Q,
}

/// The statement over the assets in the bin.
pub(crate) fn in_bin<Q>(query: Q) -> Instead<Q> {
    Instead { assets: "SELECT * FROM all_assets WHERE deleted_at IS NOT NULL", query }
}

/// The statement over all assets.
pub(crate) fn with_bin<Q>(query: Q) -> Instead<Q> {
    Instead { assets: "SELECT * FROM all_assets", query }
}

impl<Q: QueryFragment<Pg>> QueryFragment<Pg> for Instead<Q> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("WITH assets AS (");
        out.push_sql(self.assets);
        out.push_sql(") ");
        self.query.walk_ast(out.reborrow())
    }
}

impl<Q: Query> Query for Instead<Q> {
    type SqlType = Q::SqlType;
}

impl<Q> QueryId for Instead<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

/// The condition for assets on which rules give a user these rights, for users who do not have them everywhere.
pub(crate) fn granted(user: UserId, right: Right) -> Sql<Bool> {
    let bits = Rights::of(&[right]).bits();
    sql::<Bool>("assets.id IN (SELECT asset_id FROM rules_of(")
        .bind::<SqlUuid, _>(user)
        .sql(") WHERE asset_id IS NOT NULL AND rights & ")
        .bind::<Integer, _>(bits)
        .sql(" <> 0 UNION SELECT member.asset_id FROM rules_of(")
        .bind::<SqlUuid, _>(user)
        .sql(") AS rule JOIN all_collection_assets member ON member.collection_id = rule.collection_id WHERE rule.rights & ")
        .bind::<Integer, _>(bits)
        .sql(" <> 0)")
}

/// The condition for members of a collection, also those in the bin.
pub(crate) fn members(collection: CollectionId) -> Sql<Bool> {
    sql::<Bool>("assets.id IN (SELECT asset_id FROM all_collection_assets WHERE collection_id = ")
        .bind::<SqlUuid, _>(collection)
        .sql(")")
}

/// The assets of a workspace with these ids, also those in the bin.
pub async fn by_ids(mut conn: &AsyncPgConnection, workspace: WorkspaceId, ids: &[AssetId]) -> QueryResult<Vec<Asset>> {
    static TEXT: OnceLock<String> = OnceLock::new();
    let found = assets::table.filter(assets::workspace_id.eq(workspace).and(is_one_of("assets.id", ids)));
    written_once(&TEXT, with_bin(found.select(Asset::as_select()))).load(&mut conn).await
}

/// A place in the bin, which begins with what was deleted last.
#[derive(Debug, Clone, Copy)]
pub struct BinPosition {
    /// When the asset there was deleted.
    pub deleted_at: DateTime<Utc>,
    /// That asset.
    pub id: AssetId,
}

/// The assets in the bin that a user may restore.
fn restorable(workspace: WorkspaceId, subject: Subject) -> assets::BoxedQuery<'static, Pg> {
    let filter = AssetFilter { bin: Some(subject), ..AssetFilter::default() };
    matching(workspace, &Prepared::without_pairs(&filter))
}

/// A page of the assets in the bin that a user may restore, those that were deleted last first.
pub async fn list(
    conn: &mut AsyncPgConnection,
    (workspace, subject): (WorkspaceId, Subject),
    limit: i64,
    after: Option<BinPosition>,
) -> QueryResult<Slice<Asset>> {
    let rows = page_query((workspace, subject), limit, after).load(conn).await?;
    Ok(Slice::forward(rows, limit, after.is_some()))
}

/// The statement behind [`list`].
pub fn page_query(
    (workspace, subject): (WorkspaceId, Subject),
    limit: i64,
    after: Option<BinPosition>,
) -> Instead<AssetQuery> {
    let mut found = restorable(workspace, subject);
    if let Some(BinPosition { deleted_at, id }) = after {
        let earlier = sql::<Bool>("(assets.deleted_at, assets.id) < (")
            .bind::<Timestamptz, _>(deleted_at)
            .sql(", ")
            .bind::<SqlUuid, _>(id)
            .sql(")");
        found = found.filter(earlier);
    }
    in_bin(found.order((assets::deleted_at.desc(), assets::id.desc())).limit(limit + 1).select(Asset::as_select()))
}

/// The asset of this number, if it is in the bin and a user may restore it.
pub async fn by_number(
    conn: &mut AsyncPgConnection,
    (workspace, subject): (WorkspaceId, Subject),
    number: i64,
) -> QueryResult<Option<Asset>> {
    let found = restorable(workspace, subject).filter(assets::number.eq(number)).select(Asset::as_select());
    Ok(in_bin(found).load(conn).await?.pop())
}

/// What a user put into the bin at this instant, as far as it is there and they may restore it; newest first.
pub async fn deleted_at_once(
    conn: &mut AsyncPgConnection,
    (workspace, subject): (WorkspaceId, Subject),
    at: DateTime<Utc>,
) -> QueryResult<Vec<Asset>> {
    let theirs = assets::deleted_at.eq(at).and(assets::deleted_by.eq(subject.user));
    let found = restorable(workspace, subject).filter(theirs).order(assets::id.desc());
    in_bin(found.select(Asset::as_select())).load(conn).await
}

/// How many links that are not disabled and have not expired lead to some assets themselves.
pub async fn count_links_to(conn: &mut AsyncPgConnection, ids: &[AssetId], now: DateTime<Utc>) -> QueryResult<i64> {
    let switched_on = links::disabled_at.is_null().and(diesel::dsl::not(links::creator_disabled));
    let lasts = links::expires_at.is_null().or(links::expires_at.gt(now)).assume_not_null();
    let to_them = links::asset_id.eq_any(ids).assume_not_null();
    links::table.filter(to_them.and(switched_on).and(lasts)).count().get_result(conn).await
}

/// Locks those of these ids that are assets of the workspace, in the bin or not, until the transaction ends. Returns them
/// with their titles.
pub async fn lock(
    conn: &mut AsyncPgConnection,
    workspace: WorkspaceId,
    ids: &[AssetId],
    deleted: bool,
) -> QueryResult<Vec<(AssetId, String)>> {
    let own = all_assets::workspace_id.eq(workspace).and(all_assets::id.eq_any(ids));
    let found = all_assets::table.filter(own.and(all_assets::deleted_at.is_not_null().eq(deleted)));
    found.order(all_assets::id).select((all_assets::id, all_assets::title)).for_update().load(conn).await
}

/// Puts [locked](lock) assets into the bin, for this user.
pub async fn delete(
    conn: &mut AsyncPgConnection,
    ids: &[AssetId],
    user: UserId,
    now: DateTime<Utc>,
) -> QueryResult<()> {
    set_deleted(conn, ids, Some((user, now))).await
}

/// Takes [locked](lock) assets out of the bin, and queues the proxies that were still to be made of them, or that links
/// need now. The job `reconcile` finds what else is missing.
pub async fn restore(conn: &mut AsyncPgConnection, ids: &[AssetId], now: DateTime<Utc>) -> QueryResult<()> {
    set_deleted(conn, ids, None).await?;
    pictures::ensure_proxies(conn, ids, false, Priority::Shared).await?;
    let marked = proxies::needing_watermark(conn, ids, now).await?;
    pictures::ensure_proxies(conn, &marked, true, Priority::Shared).await?;
    Ok(())
}

async fn set_deleted(
    conn: &mut AsyncPgConnection,
    ids: &[AssetId],
    deletion: Option<(UserId, DateTime<Utc>)>,
) -> QueryResult<()> {
    let (by, at) = deletion.unzip();
    diesel::update(all_assets::table.filter(all_assets::id.eq_any(ids)))
        .set((all_assets::deleted_at.eq(at), all_assets::deleted_by.eq(by)))
        .execute(conn)
        .await?;
    // What links to the assets and to their collections show has changed.
    diesel::sql_query(
        "SELECT announce_changed($1 || ARRAY(
            SELECT DISTINCT collection_id FROM all_collection_assets WHERE asset_id = ANY ($1) LIMIT 2001))",
    )
    .bind::<Array<SqlUuid>, _>(ids)
    .execute(conn)
    .await
    .map(drop)
}

#[derive(QueryableByName)]
struct LinkRow {
    #[diesel(sql_type = SqlUuid)]
    workspace_id: WorkspaceId,
    #[diesel(sql_type = SqlUuid)]
    id: LinkId,
    #[diesel(sql_type = Text)]
    name: String,
}

#[derive(QueryableByName)]
struct BlobRow {
    #[diesel(sql_type = SqlUuid)]
    file_id: FileId,
    #[diesel(sql_type = Bool)]
    is_proxy: bool,
}

/// What was deleted for good.
#[derive(Debug, Default)]
pub struct Emptied {
    /// How many assets.
    pub assets: usize,
    /// The blobs of their originals and attachments.
    pub files: Vec<FileId>,
    /// The blobs of their proxies.
    pub proxies: Vec<FileId>,
}

/// Deletes up to `limit` assets for good that were put into the bin at this instant or before, with the links to them.
pub async fn empty(
    conn: &mut AsyncPgConnection,
    before: DateTime<Utc>,
    limit: i64,
    now: DateTime<Utc>,
) -> QueryResult<Emptied> {
    conn.transaction(async |conn| {
        // Somebody may be restoring one of them.
        let ids: Vec<AssetId> = all_assets::table
            .filter(all_assets::deleted_at.le(before))
            .order((all_assets::deleted_at, all_assets::id))
            .limit(limit)
            .select(all_assets::id)
            .for_update()
            .skip_locked()
            .load(conn)
            .await?;
        if ids.is_empty() {
            return Ok(Emptied::default());
        }
        let lost: Vec<LinkRow> = diesel::sql_query(
            "SELECT workspace_id, id, name FROM links WHERE asset_id = ANY ($1) ORDER BY id FOR UPDATE",
        )
        .bind::<Array<SqlUuid>, _>(&ids)
        .load(conn)
        .await?;
        let events = lost.into_iter().map(|link| NewLinkEvent {
            workspace_id: link.workspace_id,
            link_id: link.id,
            link_name: link.name,
            actor_id: None,
            action: LinkAction::Deleted,
            changes: serde_json::Value::Array(Vec::new()),
            created_at: now,
        });
        link_events::insert(conn, events.collect()).await?;
        let blobs: Vec<BlobRow> = diesel::sql_query(
            "SELECT file_id, false AS is_proxy FROM all_assets WHERE id = ANY ($1) AND file_id IS NOT NULL
            UNION ALL SELECT file_id, false FROM attachments WHERE asset_id = ANY ($1)
            UNION ALL SELECT file_id, true FROM proxies WHERE asset_id = ANY ($1) AND file_id IS NOT NULL",
        )
        .bind::<Array<SqlUuid>, _>(&ids)
        .load(conn)
        .await?;
        diesel::delete(all_assets::table.filter(all_assets::id.eq_any(&ids))).execute(conn).await?;
        let (proxies, files): (Vec<_>, Vec<_>) = blobs.into_iter().partition(|blob| blob.is_proxy);
        let ids_of = |blobs: Vec<BlobRow>| blobs.into_iter().map(|blob| blob.file_id).collect();
        Ok(Emptied { assets: ids.len(), files: ids_of(files), proxies: ids_of(proxies) })
    })
    .await
}
