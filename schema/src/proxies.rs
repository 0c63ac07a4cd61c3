//! Proxies: the smaller versions of originals, which are pending, ready or failed.
//!
//! A watermarked proxy is needed as long as a link that has not expired needs it. A transaction that creates such a
//! link stores the link before it calls `ensure_watermarked`, and [`delete_unneeded`] locks the rows before it checks
//! for links once more. So a needed proxy is never deleted, whichever transaction comes first. Statements that change
//! several rows lock them in the order of assets and presets, so that they never deadlock.

use crate::{faces, schema::proxies, statement::is_one_of, written_once::written_once};
use chrono::{DateTime, Utc};
use diesel::{
    prelude::*,
    sql_types::{Array, BigInt, Bool, Double, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use domain::{AssetId, FileId, Preset, ProxyState, Rendition, WorkspaceId, watermark::Placement};
use std::sync::OnceLock;

/// A smaller version of an asset's original.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = proxies, check_for_backend(diesel::pg::Pg))]
pub struct Proxy {
    /// The asset.
    pub asset_id: AssetId,
    /// Its preset.
    #[diesel(deserialize_as = String)]
    pub preset: Preset,
    /// Whether the workspace's watermark is on it.
    pub watermarked: bool,
    /// Whether it is pending, ready or failed.
    #[diesel(deserialize_as = String)]
    pub state: ProxyState,
    /// Its blob, once it is ready.
    pub file_id: Option<FileId>,
    /// Its media type, once it is ready.
    pub media_type: Option<String>,
    /// In bytes, once it is ready.
    pub byte_size: Option<i64>,
    /// In pixels.
    pub width: Option<i32>,
    /// In pixels.
    pub height: Option<i32>,
    /// Why the proxy failed, for people.
    pub reason: Option<String>,
    /// The version of the watermark on it; 0 without a watermark.
    pub watermark_version: i32,
    /// The CRC-32 of its blob, once it is known.
    pub crc32: Option<i64>,
}

impl Proxy {
    /// Whether both are one version for people: they have the same bytes, or are videos whose sizes have one name, because
    /// they are nearly equal.
    pub fn is_same_version(&self, other: &Self) -> bool {
        let bytes = |proxy: &Self| proxy.byte_size.zip(proxy.crc32);
        let name = |proxy: &Self| proxy.preset.video_size(Some(proxy.width.zip(proxy.height)?));
        let has_same_bytes = bytes(self).is_some() && bytes(self) == bytes(other);
        has_same_bytes || name(self).is_some() && name(self) == name(other)
    }

    /// Whether a link shows and hands out this one, with or without the watermark.
    pub fn is_in_link(&self, watermark: bool) -> bool {
        self.preset.in_link(watermark) == self.rendition()
    }

    /// Which of the asset's proxies.
    pub const fn rendition(&self) -> Rendition {
        Rendition { preset: self.preset, watermarked: self.watermarked }
    }
}

/// The columns of a proxy that was made.
#[derive(Debug, Clone)]
pub struct NewProxyFile {
    /// Its blob.
    pub file_id: FileId,
    /// Its media type.
    pub media_type: String,
    /// In bytes.
    pub byte_size: i64,
    /// Width and height in pixels; none of a sound.
    pub size: Option<(i32, i32)>,
    /// The version of the watermark on it; 0 without a watermark.
    pub watermark_version: i32,
    /// The CRC-32 of its blob.
    pub crc32: u32,
}

/// Inserts pending plain proxies of an asset, except those that it has.
pub async fn insert_pending(conn: &mut AsyncPgConnection, asset: AssetId, presets: &[Preset]) -> QueryResult<()> {
    let rows: Vec<_> = presets
        .iter()
        .map(|preset| {
            let preset = proxies::preset.eq(preset.as_str());
            (
                proxies::asset_id.eq(asset),
                preset,
                proxies::watermarked.eq(false),
                proxies::state.eq(ProxyState::Pending.as_str()),
            )
        })
        .collect();
    diesel::insert_into(proxies::table).values(rows).on_conflict_do_nothing().execute(conn).await.map(drop)
}

/// Deletes the proxies of an asset that are not of these presets.
pub(crate) async fn delete_others(conn: &mut AsyncPgConnection, asset: AssetId, presets: &[Preset]) -> QueryResult<()> {
    let names: Vec<&str> = presets.iter().map(|preset| preset.as_str()).collect();
    let others = proxies::asset_id.eq(asset).and(proxies::preset.ne_all(names));
    diesel::delete(proxies::table.filter(others)).execute(conn).await.map(drop)
}

/// The proxies of some assets, small ones first.
pub async fn of_assets(mut conn: &AsyncPgConnection, assets: &[AssetId]) -> QueryResult<Vec<Proxy>> {
    static TEXT: OnceLock<String> = OnceLock::new();
    let found = proxies::table.filter(is_one_of("proxies.asset_id", assets));
    let mut rows: Vec<Proxy> = written_once(&TEXT, found.select(Proxy::as_select())).load(&mut conn).await?;
    rows.sort_by_key(|proxy| (proxy.asset_id, proxy.rendition()));
    Ok(rows)
}

/// One proxy of an asset.
pub async fn get(
    conn: &mut AsyncPgConnection,
    asset: AssetId,
    Rendition { preset, watermarked }: Rendition,
) -> QueryResult<Option<Proxy>> {
    proxies::table.find((asset, preset.as_str(), watermarked)).select(Proxy::as_select()).first(conn).await.optional()
}

/// Stores the CRC-32 of a proxy's blob, unless the proxy has another blob by now.
pub async fn set_crc32(
    conn: &mut AsyncPgConnection,
    asset: AssetId,
    rendition: Rendition,
    file: FileId,
    crc32: u32,
) -> QueryResult<()> {
    let row = proxies::table.find((asset, rendition.preset.as_str(), rendition.watermarked));
    let same = row.filter(proxies::file_id.eq(file));
    diesel::update(same).set(proxies::crc32.eq(i64::from(crc32))).execute(conn).await.map(drop)
}

/// What became of a proxy that was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stored {
    /// The proxy is shown from now on; the blob that it replaced, if any, can be deleted.
    Shown(Option<FileId>),
    /// Another worker was faster, or the proxy is not needed any more.
    Unwanted,
}

#[derive(QueryableByName)]
struct FileRow {
    #[diesel(sql_type = Nullable<SqlUuid>)]
    file_id: Option<FileId>,
}

/// Marks a proxy as ready, if it is pending or carries an older watermark.
pub async fn set_ready(
    conn: &mut AsyncPgConnection,
    asset: AssetId,
    rendition: Rendition,
    ready: &NewProxyFile,
) -> QueryResult<Stored> {
    let (width, height) = ready.size.unzip();
    let replaced: Option<FileRow> = diesel::sql_query(
        "WITH before AS (
            SELECT asset_id, preset, watermarked, file_id FROM proxies
            WHERE asset_id = $1 AND preset = $2 AND watermarked = $3
            AND (state = 'PENDING' OR watermark_version < $9) FOR UPDATE
        )
        UPDATE proxies SET state = 'READY', reason = NULL, file_id = $4, media_type = $5, byte_size = $6, width = $7,
            height = $8, watermark_version = $9, crc32 = $10
        FROM before
        WHERE proxies.asset_id = before.asset_id AND proxies.preset = before.preset
        AND proxies.watermarked = before.watermarked
        RETURNING before.file_id",
    )
    .bind::<SqlUuid, _>(asset)
    .bind::<Text, _>(rendition.preset.as_str())
    .bind::<Bool, _>(rendition.watermarked)
    .bind::<SqlUuid, _>(ready.file_id)
    .bind::<Text, _>(&ready.media_type)
    .bind::<BigInt, _>(ready.byte_size)
    .bind::<Nullable<Integer>, _>(width)
    .bind::<Nullable<Integer>, _>(height)
    .bind::<Integer, _>(ready.watermark_version)
    .bind::<BigInt, _>(i64::from(ready.crc32))
    .get_result(conn)
    .await
    .optional()?;
    Ok(replaced.map_or(Stored::Unwanted, |before| Stored::Shown(before.file_id)))
}

/// Marks pending proxies of some presets of an asset as failed, with a reason for people, and also ready ones with a
/// watermark older than this version, because they cannot be replaced. The blobs of the latter become garbage.
pub async fn set_failed(
    conn: &mut AsyncPgConnection,
    asset: AssetId,
    presets: &[Preset],
    watermark_version: i32,
    reason: &str,
) -> QueryResult<()> {
    fail(
        conn,
        "WITH failed AS (
            SELECT preset, watermarked FROM proxies
            WHERE asset_id = $1 AND preset = ANY ($2)
            AND (state = 'PENDING' OR state = 'READY' AND watermarked AND watermark_version < $3)
            ORDER BY preset, watermarked FOR UPDATE
        )
        UPDATE proxies SET state = 'FAILED', reason = $4, file_id = NULL, media_type = NULL, byte_size = NULL,
            width = NULL, height = NULL, crc32 = NULL
        FROM failed
        WHERE asset_id = $1 AND proxies.preset = failed.preset AND proxies.watermarked = failed.watermarked",
        (asset, presets, watermark_version, reason),
    )
    .await
}

/// Marks pending watermarked proxies as failed, because this version of the watermark cannot be drawn. Changes nothing
/// if the watermark was replaced in the meantime.
pub async fn set_unmarked(
    conn: &mut AsyncPgConnection,
    asset: AssetId,
    presets: &[Preset],
    watermark_version: i32,
    reason: &str,
) -> QueryResult<()> {
    // The workspace is locked, because proxies of a watermark that is set right now would otherwise never be made.
    fail(
        conn,
        "WITH current AS (
            SELECT FROM workspaces JOIN assets ON assets.workspace_id = workspaces.id
            WHERE assets.id = $1 AND watermark_version = $3 FOR SHARE OF workspaces
        ), failed AS (
            SELECT preset FROM proxies
            WHERE asset_id = $1 AND preset = ANY ($2) AND watermarked AND state = 'PENDING'
            AND EXISTS (SELECT FROM current)
            ORDER BY preset FOR UPDATE
        )
        UPDATE proxies SET state = 'FAILED', reason = $4 FROM failed
        WHERE asset_id = $1 AND proxies.preset = failed.preset AND watermarked",
        (asset, presets, watermark_version, reason),
    )
    .await
}

/// Runs a statement that marks proxies as failed; binds asset ($1), presets ($2), watermark version ($3), reason ($4).
async fn fail(
    conn: &mut AsyncPgConnection,
    statement: &str,
    (asset, presets, watermark_version, reason): (AssetId, &[Preset], i32, &str),
) -> QueryResult<()> {
    let names: Vec<&str> = presets.iter().map(|preset| preset.as_str()).collect();
    diesel::sql_query(statement)
        .bind::<SqlUuid, _>(asset)
        .bind::<Array<Text>, _>(names)
        .bind::<Integer, _>(watermark_version)
        .bind::<Text, _>(reason)
        .execute(conn)
        .await
        .map(drop)
}

/// Makes the finished proxies of an asset pending again, because they were made of an original that was taken for another
/// type. Their files are deleted by garbage collection.
pub(crate) async fn make_anew(conn: &mut AsyncPgConnection, asset: AssetId) -> QueryResult<()> {
    diesel::sql_query(
        "WITH finished AS (
            SELECT preset, watermarked FROM proxies WHERE asset_id = $1 AND state <> 'PENDING'
            ORDER BY preset, watermarked FOR UPDATE
        )
        UPDATE proxies SET state = 'PENDING', reason = NULL, file_id = NULL, media_type = NULL, byte_size = NULL,
            width = NULL, height = NULL, crc32 = NULL
        FROM finished
        WHERE asset_id = $1 AND proxies.preset = finished.preset AND proxies.watermarked = finished.watermarked",
    )
    .bind::<SqlUuid, _>(asset)
    .execute(conn)
    .await?;
    faces::forget_asset(conn, asset).await
}

/// Makes the failed proxies of an asset pending again, because a new version of the program may be able to make them.
/// Returns their presets. Watermarked ones follow when somebody asks for them.
///
/// Call this inside a transaction.
pub async fn retry_failed(conn: &mut AsyncPgConnection, asset: AssetId) -> QueryResult<Vec<Preset>> {
    let failed = proxies::asset_id.eq(asset).and(proxies::state.eq(ProxyState::Failed.as_str()));
    let failed = proxies::table.filter(failed.and(diesel::dsl::not(proxies::watermarked)));
    let names: Vec<String> = failed.order(proxies::preset).select(proxies::preset).for_update().load(conn).await?;
    diesel::update(failed.filter(proxies::preset.eq_any(&names)))
        .set((proxies::state.eq(ProxyState::Pending.as_str()), proxies::reason.eq(None::<&str>)))
        .execute(conn)
        .await?;
    Ok(names.iter().filter_map(|preset| preset.parse().ok()).collect())
}

/// Makes the failed proxies of an asset pending again, also the watermarked ones that links need which have not expired at
/// `now`, and inserts the latter where they are missing. Returns the presets that are pending.
///
/// Call this inside a transaction.
pub async fn retry_needed(
    conn: &mut AsyncPgConnection,
    asset: AssetId,
    now: DateTime<Utc>,
) -> QueryResult<Vec<Preset>> {
    diesel::sql_query(format!(
        "WITH failed AS (
            SELECT preset, watermarked FROM proxies WHERE asset_id = $2 AND state = 'FAILED' AND NOT ({UNNEEDED})
            ORDER BY preset, watermarked FOR UPDATE
        )
        UPDATE proxies SET state = 'PENDING', reason = NULL FROM failed
        WHERE asset_id = $2 AND proxies.preset = failed.preset AND proxies.watermarked = failed.watermarked"
    ))
    .bind::<Timestamptz, _>(now)
    .bind::<SqlUuid, _>(asset)
    .execute(conn)
    .await?;
    let needing: Vec<AssetId> = needing_watermark(conn, &[asset], now).await?;
    ensure_watermarked(conn, &needing).await?;
    let pending = proxies::asset_id.eq(asset).and(proxies::state.eq(ProxyState::Pending.as_str()));
    let names: Vec<String> = proxies::table.filter(pending).select(proxies::preset).distinct().load(conn).await?;
    Ok(names.iter().filter_map(|preset| preset.parse().ok()).collect())
}

/// Makes the failed watermarked proxies of a workspace pending again, because the watermark has changed. Those of
/// originals that cannot be read stay failed.
pub async fn retry_watermarked(conn: &mut AsyncPgConnection, workspace: WorkspaceId) -> QueryResult<()> {
    diesel::sql_query(
        "WITH failed AS (
            SELECT proxies.asset_id, proxies.preset
            FROM proxies JOIN assets ON assets.id = proxies.asset_id JOIN proxies plain
            ON plain.asset_id = proxies.asset_id AND plain.preset = proxies.preset AND NOT plain.watermarked
            WHERE assets.workspace_id = $1 AND proxies.watermarked AND proxies.state = 'FAILED'
            AND plain.state <> 'FAILED'
            ORDER BY proxies.asset_id, proxies.preset FOR UPDATE OF proxies
        )
        UPDATE proxies SET state = 'PENDING', reason = NULL FROM failed
        WHERE proxies.asset_id = failed.asset_id AND proxies.preset = failed.preset AND proxies.watermarked",
    )
    .bind::<SqlUuid, _>(workspace)
    .execute(conn)
    .await
    .map(drop)
}

/// The watermark of a workspace.
#[derive(Debug, Clone, QueryableByName)]
pub struct Watermark {
    /// The blob of its image.
    #[diesel(sql_type = SqlUuid)]
    pub file_id: FileId,
    /// Opacity, from 0 to 1.
    #[diesel(sql_type = Double)]
    pub opacity: f64,
    #[diesel(sql_type = Text)]
    placement: String,
    /// Raised by every change of the watermark.
    #[diesel(sql_type = Integer)]
    pub version: i32,
}

impl Watermark {
    /// The place of the watermark on a picture.
    pub fn placement(&self) -> Placement {
        self.placement.parse().unwrap_or(Placement::Center)
    }
}

/// The watermark of an asset's workspace, if the workspace has one.
pub async fn watermark_of(conn: &mut AsyncPgConnection, asset: AssetId) -> QueryResult<Option<Watermark>> {
    diesel::sql_query(
        "SELECT watermark_file_id AS file_id, watermark_opacity AS opacity, watermark_placement AS placement,
            watermark_version AS version
        FROM workspaces JOIN assets ON assets.workspace_id = workspaces.id
        WHERE assets.id = $1 AND watermark_file_id IS NOT NULL",
    )
    .bind::<SqlUuid, _>(asset)
    .get_result(conn)
    .await
    .optional()
}

/// Inserts the watermarked proxies that some assets lack as pending, and locks the existing ones against deletion until
/// the transaction ends. Presets whose plain proxy has failed get none, and neither do sounds.
pub(crate) async fn ensure_watermarked(conn: &mut AsyncPgConnection, assets: &[AssetId]) -> QueryResult<()> {
    let with_watermark = Preset::ALL.iter().filter(|preset| preset.in_link(true).watermarked);
    let with_watermark: Vec<&str> = with_watermark.map(|preset| preset.as_str()).collect();
    // The order prevents deadlocks between two such statements; `WHERE false` locks existing rows without a change.
    diesel::sql_query(
        "INSERT INTO proxies (asset_id, preset, watermarked, state)
        SELECT asset_id, preset, true, 'PENDING' FROM proxies
        WHERE asset_id = ANY ($1) AND NOT watermarked AND state <> 'FAILED' AND preset = ANY ($2)
        ORDER BY asset_id, preset
        ON CONFLICT (asset_id, preset, watermarked) DO UPDATE SET state = proxies.state WHERE false",
    )
    .bind::<Array<SqlUuid>, _>(assets)
    .bind::<Array<Text>, _>(with_watermark)
    .execute(conn)
    .await
    .map(drop)
}

/// The condition for watermarked proxies that no link needs which has not expired at $1. An asset in the bin keeps what
/// its links need once it is restored.
const UNNEEDED: &str = "
    proxies.watermarked AND NOT EXISTS (
        SELECT FROM links WHERE links.asset_id = proxies.asset_id AND links.watermark
        AND coalesce(links.expires_at, 'infinity'::timestamptz) > $1
    ) AND NOT EXISTS (
        SELECT FROM all_collection_assets member JOIN links ON links.collection_id = member.collection_id
        WHERE member.asset_id = proxies.asset_id AND links.watermark
        AND coalesce(links.expires_at, 'infinity'::timestamptz) > $1
    )";

/// Those of some assets whose pictures links show with the watermark that have not expired at `now`.
pub(crate) async fn needing_watermark(
    conn: &mut AsyncPgConnection,
    assets: &[AssetId],
    now: DateTime<Utc>,
) -> QueryResult<Vec<AssetId>> {
    let rows: Vec<AssetRow> = diesel::sql_query(
        "SELECT links.asset_id FROM links WHERE links.asset_id = ANY ($2) AND links.watermark
        AND coalesce(links.expires_at, 'infinity'::timestamptz) > $1
        UNION
        SELECT member.asset_id FROM collection_assets member JOIN links ON links.collection_id = member.collection_id
        WHERE member.asset_id = ANY ($2) AND links.watermark
        AND coalesce(links.expires_at, 'infinity'::timestamptz) > $1",
    )
    .bind::<Timestamptz, _>(now)
    .bind::<Array<SqlUuid>, _>(assets)
    .load(conn)
    .await?;
    Ok(rows.into_iter().map(|row| row.asset_id).collect())
}

#[derive(QueryableByName)]
struct AssetRow {
    #[diesel(sql_type = SqlUuid)]
    asset_id: AssetId,
}

/// The result of a batch of [`delete_unneeded`].
#[derive(Debug, Clone, Default)]
pub struct Deleted {
    /// The blobs of the deleted proxies.
    pub blobs: Vec<FileId>,
    /// How many proxies were deleted.
    pub proxies: usize,
    /// The last asset that was checked; none, if no candidate is left.
    pub last: Option<AssetId>,
}

/// Deletes watermarked proxies that no link needs any more; checks up to `limit` proxies beyond the asset `after`.
pub async fn delete_unneeded(
    conn: &mut AsyncPgConnection,
    now: DateTime<Utc>,
    after: Option<AssetId>,
    limit: i64,
) -> QueryResult<Deleted> {
    conn.transaction(async |conn| {
        let found: Vec<AssetRow> = diesel::sql_query(format!(
            "SELECT asset_id FROM proxies
            WHERE {UNNEEDED} AND asset_id > coalesce($2, '00000000-0000-0000-0000-000000000000'::uuid)
            ORDER BY asset_id, preset LIMIT $3 FOR UPDATE OF proxies"
        ))
        .bind::<Timestamptz, _>(now)
        .bind::<Nullable<SqlUuid>, _>(after)
        .bind::<BigInt, _>(limit)
        .load(conn)
        .await?;
        let mut ids: Vec<AssetId> = found.iter().map(|found| found.asset_id).collect();
        ids.dedup();
        let Some(last) = ids.last().copied() else { return Ok(Deleted::default()) };
        // A link that needs one of them may have been created since: check again, now that the rows are locked.
        let gone: Vec<FileRow> = diesel::sql_query(format!(
            "DELETE FROM proxies WHERE asset_id = ANY ($2) AND {UNNEEDED} RETURNING file_id"
        ))
        .bind::<Timestamptz, _>(now)
        .bind::<Array<SqlUuid>, _>(&ids)
        .load(conn)
        .await?;
        let proxies = gone.len();
        Ok(Deleted { blobs: gone.into_iter().filter_map(|gone| gone.file_id).collect(), proxies, last: Some(last) })
    })
    .await
}
