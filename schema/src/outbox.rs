//! The outbox: work that a transaction made necessary, committed with it.
//!
//! The relay (`jobs/src/relay.rs`) moves rows to the queue. Each job is a variant of [`Job`] and a file in
//! `jobs/src/tasks/`. A job carries ids only and loads the rest when it runs.

mod job;
mod subject;

pub use job::{Job, Lane, Priority};
pub use subject::{Subject, workspaces_of};

use crate::{Database, assets::INGEST_VERSION, faces, pool, schema::outbox, statement::statement};
use diesel::{
    prelude::*,
    sql_types::{Array, BigInt, Integer, Jsonb, SmallInt, Text, Uuid as SqlUuid},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::{AssetId, Preset, WorkspaceId};
use uuid::Uuid;

/// The Postgres channel on which new rows are announced.
const CHANNEL: &str = "outbox";

/// Opens a connection that is notified of every new row.
pub async fn listen(database: &Database) -> ConnectionResult<AsyncPgConnection> {
    pool::listen(database, CHANNEL).await
}

/// Adds a job, in the transaction that makes the job necessary.
pub async fn push(conn: &mut AsyncPgConnection, job: &Job, priority: Priority) -> QueryResult<()> {
    let row = (outbox::job.eq(to_json(job)?), outbox::priority.eq(priority as i16));
    diesel::insert_into(outbox::table).values(row).execute(conn).await.map(drop)
}

/// A job as the outbox stores it.
pub(crate) fn to_json(job: &Job) -> QueryResult<serde_json::Value> {
    serde_json::to_value(job).map_err(|error| diesel::result::Error::SerializationError(error.into()))
}

/// Which pending proxies of some assets to make.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Missing {
    /// Those without a watermark.
    Plain,
    /// Those that a link with the watermark needs.
    Watermarked,
}

/// Adds the jobs that make the pending proxies of some assets, and returns how many jobs that are. One statement,
/// however many assets there are.
pub(crate) async fn push_missing(
    conn: &mut AsyncPgConnection,
    assets: &[AssetId],
    missing: Missing,
    priority: Priority,
) -> QueryResult<usize> {
    let which = match missing {
        Missing::Plain => "state = 'PENDING' AND NOT watermarked",
        // A sound has no watermark.
        Missing::Watermarked => "state = 'PENDING' AND (watermarked OR preset = 'audio')",
    };
    push_renders(
        conn,
        &format!("asset_id = ANY ($3) AND {which}"),
        assets.iter().map(|id| id.uuid()).collect(),
        priority,
    )
    .await
}

/// Adds the jobs that replace the watermarked proxies of a workspace after its watermark has changed.
pub async fn push_outdated(conn: &mut AsyncPgConnection, workspace: WorkspaceId) -> QueryResult<()> {
    let assets = "watermarked AND asset_id IN (SELECT id FROM assets WHERE workspace_id = ANY ($3))";
    push_renders(conn, assets, vec![workspace.uuid()], Priority::Background).await.map(drop)
}

async fn push_renders(
    conn: &mut AsyncPgConnection,
    proxies: &str,
    ids: Vec<Uuid>,
    priority: Priority,
) -> QueryResult<usize> {
    let asset_id = AssetId::nil();
    statement(format!(
        "INSERT INTO outbox (job, priority)
        SELECT DISTINCT CASE WHEN preset = ANY ($5) THEN $2 ELSE $1 END || jsonb_build_object('asset_id', asset_id), $4
        FROM proxies WHERE {proxies}"
    ))
    .bind::<Jsonb, _>(to_json(&Job::RenderVideo { asset_id })?)
    .bind::<Jsonb, _>(to_json(&Job::RenderProxy { asset_id })?)
    .bind::<Array<SqlUuid>, _>(ids)
    .bind::<SmallInt, _>(priority as i16)
    .bind::<Array<Text>, _>(pictures())
    .execute(conn)
    .await
}

/// The presets that [`Job::RenderProxy`] makes; [`Job::RenderVideo`] makes all others.
fn pictures() -> Vec<&'static str> {
    Preset::ALL.iter().filter(|preset| preset.is_picture()).map(|preset| preset.as_str()).collect()
}

/// A position in the list of missing jobs: the last asset, and which of its jobs.
pub type MissingCursor = (AssetId, i32);

/// Up to `limit` jobs that Postgres says are missing, beyond the place `after`, and the place to continue from. Missing
/// are jobs for pending proxies, for proxies with an old watermark, for recordings that were not examined yet, for assets whose
/// files were stored before [`INGEST_VERSION`], and for pictures whose faces were not looked for by models of the version
/// `face_models`. Nothing is made of assets in the bin. Proxies of presets that are not `made` any more keep their old watermark.
pub async fn missing(
    conn: &mut AsyncPgConnection,
    made: &[Preset],
    face_models: i16,
    after: Option<MissingCursor>,
    limit: i64,
) -> QueryResult<(Vec<Job>, Option<MissingCursor>)> {
    let (asset, which) = after.unwrap_or((AssetId::nil(), -1));
    let made: Vec<&str> = made.iter().map(|preset| preset.as_str()).collect();
    let to_index = faces::to_index("$7");
    let rows: Vec<MissingRow> = diesel::sql_query(format!(
        "SELECT asset_id, which FROM (
            SELECT asset_id, (preset <> ALL ($6))::integer AS which FROM proxies
            JOIN assets ON assets.id = proxies.asset_id WHERE state = 'PENDING' AND asset_id >= $1
            UNION
            SELECT proxies.asset_id, (proxies.preset <> ALL ($6))::integer FROM proxies
            JOIN assets ON assets.id = proxies.asset_id JOIN workspaces ON workspaces.id = assets.workspace_id
            WHERE proxies.watermarked AND proxies.state = 'READY' AND proxies.preset = ANY ($3)
            AND proxies.watermark_version < workspaces.watermark_version AND proxies.asset_id >= $1
            UNION
            SELECT asset_id, 2 FROM unexamined_recordings JOIN assets ON assets.id = asset_id WHERE asset_id >= $1
            UNION
            SELECT id, 3 FROM assets WHERE ingest_version < $5 AND id >= $1
            UNION
            SELECT id, 4 FROM ({to_index} AND assets.id >= $1) AS unindexed
        ) AS missing WHERE (asset_id, which) > ($1, $2) ORDER BY asset_id, which LIMIT $4"
    ))
    .bind::<SqlUuid, _>(asset)
    .bind::<Integer, _>(which)
    .bind::<Array<Text>, _>(made)
    .bind::<BigInt, _>(limit)
    .bind::<Integer, _>(INGEST_VERSION)
    .bind::<Array<Text>, _>(pictures())
    .bind::<SmallInt, _>(face_models)
    .load(conn)
    .await?;
    let last = rows.last().map(|row| (row.asset_id, row.which));
    let job = |MissingRow { asset_id, which }| match which {
        0 => Job::RenderProxy { asset_id },
        1 => Job::RenderVideo { asset_id },
        2 => Job::IngestAsset { asset_id },
        3 => Job::ReingestAsset { asset_id },
        _ => Job::IndexFaces { asset_id },
    };
    Ok((rows.into_iter().map(job).collect(), last))
}

#[derive(QueryableByName)]
struct MissingRow {
    #[diesel(sql_type = SqlUuid)]
    asset_id: AssetId,
    #[diesel(sql_type = Integer)]
    which: i32,
}

#[derive(QueryableByName)]
struct TakenRow {
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = Jsonb)]
    job: serde_json::Value,
    #[diesel(sql_type = SmallInt)]
    priority: i16,
}

/// Removes up to `limit` jobs that no other relay has locked, and returns them. Two versions run side by side while one
/// replaces the other, so that jobs which this version does not know are left for the other, unlocked.
pub async fn take(conn: &mut AsyncPgConnection, limit: i64) -> QueryResult<Vec<(Job, Priority)>> {
    let rows: Vec<TakenRow> = diesel::sql_query(
        "SELECT id, job, priority FROM outbox WHERE job ->> 'job' = ANY ($1)
        ORDER BY id LIMIT $2 FOR UPDATE SKIP LOCKED",
    )
    .bind::<Array<Text>, _>(Job::NAMES)
    .bind::<BigInt, _>(limit)
    .load(conn)
    .await?;
    let known = rows.into_iter().filter_map(|TakenRow { id, job, priority }| {
        Some((id, (serde_json::from_value(job).ok()?, Priority::from_number(priority))))
    });
    let (ids, jobs): (Vec<i64>, Vec<(Job, Priority)>) = known.unzip();
    diesel::delete(outbox::table.filter(outbox::id.eq_any(ids))).execute(conn).await?;
    Ok(jobs)
}
