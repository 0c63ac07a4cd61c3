//! Assets: the media items of a workspace.

use crate::{
    page::{Page, Slice, containing, paged, searched},
    proxies,
    rights::Subject,
    schema::{asset_counters, assets, collection_assets, unexamined_recordings, workspaces},
    statement::{force_custom_plan, statement},
};
use chrono::{DateTime, Utc};
use diesel::{
    dsl::{AsSelect, SqlTypeOf},
    pg::Pg,
    prelude::*,
    sql_types::{Array, BigInt, Integer, Text, Uuid as SqlUuid},
};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use domain::{AssetKind, AssetNumber, AssetSource, OriginalState, Preset, Rights, UnknownName, sharing::AssetFacts};
use std::collections::HashMap;
use uuid::Uuid;

/// A media item.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = assets, check_for_backend(Pg))]
pub struct Asset {
    /// Identity.
    pub id: Uuid,
    /// Where it belongs.
    pub workspace_id: Uuid,
    /// Counts from 1 within the workspace.
    pub number: i64,
    /// What people call it.
    pub title: String,
    /// What a download of the original is called.
    pub file_name: String,
    /// What sort of media it is.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub kind: AssetKind,
    /// Told from its content.
    pub media_type: String,
    /// Of the original, in bytes, where it is known.
    pub byte_size: Option<i64>,
    /// In pixels, as it is shown.
    pub width: Option<i32>,
    /// In pixels, as it is shown.
    pub height: Option<i32>,
    /// In seconds.
    pub duration_seconds: Option<f64>,
    /// Where its bytes live.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub source: AssetSource,
    /// Whether the original can be had.
    #[diesel(deserialize_as = String, serialize_as = String)]
    pub original_state: OriginalState,
    /// The blob of the original.
    pub file_id: Option<Uuid>,
    /// Of the original.
    pub sha256: Option<Vec<u8>>,
    /// Where an external asset lives.
    pub external_url: Option<String>,
    /// Who added it.
    pub created_by: Option<Uuid>,
    /// When it was added.
    pub created_at: DateTime<Utc>,
}

/// Adds an asset under the workspace's next number, and notes the proxies (`presets`) that it is to get, or that it is a
/// recording to be looked into.
///
/// The number in `new` is ignored. Call it inside a transaction: the number is taken when that commits.
pub async fn insert(conn: &mut AsyncPgConnection, mut new: Asset, presets: &[Preset]) -> QueryResult<Asset> {
    new.number = crate::workspaces::next_number(conn, new.workspace_id).await?;
    let asset: Asset =
        diesel::insert_into(assets::table).values(new).returning(Asset::as_returning()).get_result(conn).await?;
    if asset.source == AssetSource::Library {
        proxies::insert_pending(conn, asset.id, presets).await?;
        if asset.kind == AssetKind::Audio {
            let unexamined = unexamined_recordings::asset_id.eq(asset.id);
            diesel::insert_into(unexamined_recordings::table).values(unexamined).execute(conn).await?;
        }
    }
    Ok(asset)
}

/// The asset of this id in a workspace.
pub async fn get(conn: &mut AsyncPgConnection, workspace: Uuid, id: Uuid) -> QueryResult<Option<Asset>> {
    assets::table
        .filter(assets::workspace_id.eq(workspace).and(assets::id.eq(id)))
        .select(Asset::as_select())
        .first(conn)
        .await
        .optional()
}

/// The asset of this id, in whatever workspace; for jobs.
pub async fn find(conn: &mut AsyncPgConnection, id: Uuid) -> QueryResult<Option<Asset>> {
    assets::table.find(id).select(Asset::as_select()).first(conn).await.optional()
}

/// Those of these ids that are assets, each with its workspace.
pub(crate) async fn workspaces(conn: &mut AsyncPgConnection, ids: &[Uuid]) -> QueryResult<Vec<(Uuid, Uuid)>> {
    assets::table.filter(assets::id.eq_any(ids)).select((assets::id, assets::workspace_id)).load(conn).await
}

/// The asset of this count in a workspace.
pub async fn by_number(conn: &mut AsyncPgConnection, workspace: Uuid, count: i64) -> QueryResult<Option<Asset>> {
    assets::table
        .filter(assets::workspace_id.eq(workspace).and(assets::number.eq(count)))
        .select(Asset::as_select())
        .first(conn)
        .await
        .optional()
}

/// The assets of a workspace with these ids.
pub async fn by_ids(conn: &mut AsyncPgConnection, workspace: Uuid, ids: &[Uuid]) -> QueryResult<Vec<Asset>> {
    assets::table
        .filter(assets::workspace_id.eq(workspace).and(assets::id.eq_any(ids)))
        .select(Asset::as_select())
        .load(conn)
        .await
}

/// Whether a workspace has this content already.
pub async fn has_content(conn: &mut AsyncPgConnection, workspace: Uuid, sha256: &[u8]) -> QueryResult<bool> {
    let same = assets::workspace_id.eq(workspace).and(assets::sha256.eq(sha256));
    diesel::select(diesel::dsl::exists(assets::table.filter(same))).get_result(conn).await
}

/// Whether a workspace has a reference to this address already.
pub async fn has_external(conn: &mut AsyncPgConnection, workspace: Uuid, url: &str) -> QueryResult<bool> {
    let same = assets::workspace_id.eq(workspace).and(assets::external_url.eq(url));
    diesel::select(diesel::dsl::exists(assets::table.filter(same))).get_result(conn).await
}

/// Whether a workspace has any asset.
pub async fn any(conn: &mut AsyncPgConnection, workspace: Uuid) -> QueryResult<bool> {
    diesel::select(diesel::dsl::exists(assets::table.filter(assets::workspace_id.eq(workspace)))).get_result(conn).await
}

/// An asset as the rules of sharing see it, for one user.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// Which.
    pub id: Uuid,
    /// What the rules need to know of it.
    pub facts: AssetFacts,
    /// What the user may do with it.
    pub rights: Rights,
}

#[derive(QueryableByName)]
struct CandidateRow {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Text)]
    source: String,
    #[diesel(sql_type = Text)]
    original_state: String,
    #[diesel(sql_type = Array<Text>)]
    presets: Vec<String>,
    #[diesel(sql_type = BigInt)]
    attachments: i64,
    #[diesel(sql_type = Integer)]
    rights: i32,
}

// The statement of `candidates`: of assets $2 in workspace $1, for user $4, who may do $3 with everything.
macro_rules! facts {
    ($rights:literal, $rules:literal) => {
        concat!(
            "SELECT assets.id, assets.source, assets.original_state,
                ARRAY(SELECT preset FROM proxies
                    WHERE asset_id = assets.id AND NOT watermarked AND state <> 'FAILED') AS presets,
                (SELECT count(*) FROM attachments WHERE asset_id = assets.id) AS attachments, ",
            $rights,
            " AS rights FROM assets ",
            $rules,
            " WHERE assets.workspace_id = $1 AND assets.id = ANY ($2)"
        )
    };
}

/// What the rules need to know of some assets and a user, in one statement however many there are.
pub async fn candidates(
    conn: &mut AsyncPgConnection,
    workspace: Uuid,
    subject: Subject,
    ids: &[Uuid],
) -> QueryResult<HashMap<Uuid, Candidate>> {
    let sql = if subject.is_limited() {
        facts!(
            "$3 | coalesce(granted.rights, 0)",
            "LEFT JOIN granted_rights($4, $2) AS granted ON granted.asset_id = assets.id"
        )
    } else {
        facts!("$3", "")
    };
    let rows: Vec<CandidateRow> = statement(sql)
        .cached(ids.len() == 1)
        .bind::<SqlUuid, _>(workspace)
        .bind::<Array<SqlUuid>, _>(ids)
        .bind::<Integer, _>(subject.everywhere.bits())
        .bind::<SqlUuid, _>(subject.user)
        .load(conn)
        .await?;
    let unknown = |error: UnknownName| diesel::result::Error::DeserializationError(error.into());
    let candidates = rows.into_iter().map(|row| {
        let facts = AssetFacts {
            source: row.source.parse().map_err(unknown)?,
            original: row.original_state.parse().map_err(unknown)?,
            presets: row.presets.iter().filter_map(|name| name.parse().ok()).collect(),
            attachments: row.attachments,
        };
        Ok((row.id, Candidate { id: row.id, facts, rights: Rights::from_bits(row.rights) }))
    });
    candidates.collect()
}

/// How often an asset was opened through links.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = asset_counters, check_for_backend(Pg))]
pub struct AssetCounter {
    /// Which.
    pub asset_id: Uuid,
    /// How often it was shown.
    pub view_count: i32,
    /// How many downloads were counted.
    pub download_count: i32,
    /// The last of them.
    pub last_accessed_at: DateTime<Utc>,
}

/// How often these assets were opened; those that never were are left out.
pub async fn counters(conn: &mut AsyncPgConnection, ids: &[Uuid]) -> QueryResult<Vec<AssetCounter>> {
    asset_counters::table
        .filter(asset_counters::asset_id.eq_any(ids))
        .select(AssetCounter::as_select())
        .load(conn)
        .await
}

/// Which assets a listing is about.
#[derive(Debug, Clone, Default)]
pub struct AssetFilter {
    /// Part of the title, the file name, or a whole number with the workspace's prefix, such as `VTR-485`.
    pub search: Option<String>,
    /// The kind.
    pub kind: Option<AssetKind>,
    /// Members of this collection.
    pub collection: Option<Uuid>,
}

/// The statement of a page of assets.
pub type AssetQuery = assets::BoxedQuery<'static, Pg, SqlTypeOf<AsSelect<Asset, Pg>>>;

fn matching(workspace: Uuid, filter: &AssetFilter) -> assets::BoxedQuery<'static, Pg> {
    let mut query = assets::table.filter(assets::workspace_id.eq(workspace)).into_boxed();
    if let Some(kind) = filter.kind {
        query = query.filter(assets::kind.eq(kind.as_str()));
    }
    if let Some(collection) = filter.collection {
        let members = collection_assets::table
            .filter(collection_assets::collection_id.eq(collection))
            .select(collection_assets::asset_id);
        query = query.filter(assets::id.eq_any(members));
    }
    if let Some(text) = searched(filter.search.as_deref()) {
        query = query.filter(force_custom_plan());
        let pattern = containing(text);
        let named = assets::title.ilike(pattern.clone()).or(assets::file_name.ilike(pattern));
        query = match text.parse::<AssetNumber>() {
            Ok(AssetNumber { prefix, count }) => {
                let own = workspaces::table
                    .filter(workspaces::id.eq(workspace).and(workspaces::number_prefix.eq(prefix)))
                    .select(workspaces::id);
                let numbered = assets::number.eq(count).and(assets::workspace_id.eq_any(own));
                query.filter(named.or(numbered))
            }
            Err(_) => query.filter(named),
        };
    }
    query
}

/// The statement behind [`list`].
pub fn page_query(workspace: Uuid, filter: &AssetFilter, page: Page) -> AssetQuery {
    paged!(matching(workspace, filter), assets::id, page).select(Asset::as_select())
}

/// A page of the assets of a workspace, newest first.
pub async fn list(
    conn: &mut AsyncPgConnection,
    workspace: Uuid,
    filter: &AssetFilter,
    page: Page,
) -> QueryResult<Slice<Asset>> {
    Ok(page.slice(page_query(workspace, filter, page).load(conn).await?))
}

/// How many assets of a workspace there are.
pub async fn count(conn: &mut AsyncPgConnection, workspace: Uuid, filter: &AssetFilter) -> QueryResult<i64> {
    matching(workspace, filter).count().get_result(conn).await
}

/// Says whether the original can be had.
pub async fn set_original_state(conn: &mut AsyncPgConnection, id: Uuid, state: OriginalState) -> QueryResult<Asset> {
    diesel::update(assets::table.find(id))
        .set(assets::original_state.eq(state.as_str()))
        .returning(Asset::as_returning())
        .get_result(conn)
        .await
}

/// Notes what was found in the original: its size in pixels as it is shown, and how long it plays, in seconds.
pub async fn set_facts(
    conn: &mut AsyncPgConnection,
    id: Uuid,
    (width, height): (i32, i32),
    duration_seconds: Option<f64>,
) -> QueryResult<()> {
    diesel::update(assets::table.find(id))
        .set((assets::width.eq(width), assets::height.eq(height), assets::duration_seconds.eq(duration_seconds)))
        .execute(conn)
        .await
        .map(drop)
}

/// Notes how long a recording plays, in seconds, or that it does not tell: it need not be looked into again.
pub async fn set_duration(conn: &mut AsyncPgConnection, id: Uuid, seconds: Option<f64>) -> QueryResult<()> {
    conn.transaction(async |conn| {
        diesel::update(assets::table.find(id)).set(assets::duration_seconds.eq(seconds)).execute(conn).await?;
        diesel::delete(unexamined_recordings::table.find(id)).execute(conn).await.map(drop)
    })
    .await
}
