//! The faces that were found in assets, by which visitors search for a person.
//!
//! Embeddings are biometric data, so that they exist only while the workspace has the search on: [`store`] asks for the
//! setting in the statement that locks it, and `forget` deletes all of them in the transaction that turns it off. A
//! picture without faces has a row in `face_indexes`, too, so that it is not looked at again. The faces that older models
//! have found stay until those of the new ones replace them. Transactions that change both tables begin with
//! `face_indexes`, so that they never deadlock.

use crate::{
    outbox::{self, Job, Priority},
    schema::{face_indexes, faces},
};
use diesel::{
    prelude::*,
    sql_types::{BigInt, Jsonb, Nullable, SmallInt, Text, Uuid as SqlUuid},
};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use domain::{AssetId, WorkspaceId};

/// The condition for rows of `assets` in which faces are looked for: pictures and videos of ours. Documents and the covers
/// of recordings are left out.
pub(crate) const SEARCHABLE: &str =
    "assets.source = 'LIBRARY' AND assets.kind IN ('IMAGE', 'VIDEO') AND assets.file_id IS NOT NULL";

/// The condition for such rows whose still pictures are made, or cannot be made.
const IS_RENDERED: &str = "NOT EXISTS (
    SELECT FROM proxies WHERE proxies.asset_id = assets.id AND NOT proxies.watermarked AND proxies.state = 'PENDING'
    AND proxies.preset IN ('fullscreen', 'poster'))";

/// What is found in an asset.
#[derive(Debug, Clone, PartialEq)]
pub struct NewFace {
    /// The left edge, the upper edge, the width and the height, in parts of the upright picture.
    pub place: [f32; 4],
    /// How well it can be recognised, from 0 to 1.
    pub quality: f32,
    /// The numbers that are compared, as bytes.
    pub embedding: Vec<u8>,
}

/// The statement that lists the assets that are to be indexed by models of this version, which is a parameter of it. Further
/// conditions may follow.
pub(crate) fn to_index(version: &str) -> String {
    format!(
        "SELECT assets.id FROM assets JOIN workspaces ON workspaces.id = assets.workspace_id
        WHERE workspaces.person_search AND {SEARCHABLE} AND {IS_RENDERED} AND NOT EXISTS (
            SELECT FROM face_indexes WHERE face_indexes.asset_id = assets.id AND face_indexes.model_version >= {version})"
    )
}

/// Whether an asset is to be indexed now by models of this version.
pub async fn is_to_index(conn: &mut AsyncPgConnection, asset: AssetId, version: i16) -> QueryResult<bool> {
    let found = diesel::sql_query(format!("{} AND assets.id = $2", to_index("$1")))
        .bind::<SmallInt, _>(version)
        .bind::<SqlUuid, _>(asset)
        .execute(conn)
        .await?;
    Ok(found > 0)
}

/// Stores the faces of an asset in the place of those that it had, or why none can be looked for. Returns `false`, and
/// stores nothing, if the asset is gone or in the bin, the workspace has the search off, or newer models were faster.
pub async fn store(
    conn: &mut AsyncPgConnection,
    asset: AssetId,
    version: i16,
    found: Result<Vec<NewFace>, &str>,
) -> QueryResult<bool> {
    conn.transaction(async |conn| {
        // The row of the workspace is locked until the faces are stored, so that they cannot follow after they were deleted;
        // that of the index, so that two jobs for one asset store their faces one after the other.
        let noted = diesel::sql_query(
            "INSERT INTO face_indexes AS had (asset_id, workspace_id, model_version, reason)
            SELECT assets.id, workspaces.id, $2, $3 FROM assets
            JOIN workspaces ON workspaces.id = assets.workspace_id
            WHERE assets.id = $1 AND workspaces.person_search FOR KEY SHARE OF assets FOR SHARE OF workspaces
            ON CONFLICT (asset_id) DO UPDATE SET model_version = $2, reason = $3 WHERE had.model_version <= $2",
        )
        .bind::<SqlUuid, _>(asset)
        .bind::<SmallInt, _>(version)
        .bind::<Nullable<Text>, _>(found.as_ref().err())
        .execute(conn)
        .await?;
        if noted == 0 {
            return Ok(false);
        }
        diesel::delete(faces::table.filter(faces::asset_id.eq(asset))).execute(conn).await?;
        let found = found.unwrap_or_default();
        if found.is_empty() {
            return Ok(true);
        }
        let workspace: WorkspaceId =
            face_indexes::table.find(asset).select(face_indexes::workspace_id).first(conn).await?;
        let rows = found.into_iter().map(|NewFace { place: [x, y, width, height], quality, embedding }| {
            (
                faces::asset_id.eq(asset),
                faces::workspace_id.eq(workspace),
                faces::x.eq(x),
                faces::y.eq(y),
                faces::width.eq(width),
                faces::height.eq(height),
                faces::quality.eq(quality),
                faces::embedding.eq(embedding),
            )
        });
        diesel::insert_into(faces::table).values(rows.collect::<Vec<_>>()).execute(conn).await?;
        Ok(true)
    })
    .await
}

/// Deletes all that is stored of the faces of a workspace, in the transaction that turns the search off.
pub(crate) async fn forget(conn: &mut AsyncPgConnection, workspace: WorkspaceId) -> QueryResult<()> {
    diesel::delete(face_indexes::table.filter(face_indexes::workspace_id.eq(workspace))).execute(conn).await?;
    diesel::delete(faces::table.filter(faces::workspace_id.eq(workspace))).execute(conn).await.map(drop)
}

/// Deletes all that is stored of the faces of an asset, because its pictures are made anew.
pub(crate) async fn forget_asset(conn: &mut AsyncPgConnection, asset: AssetId) -> QueryResult<()> {
    diesel::delete(face_indexes::table.find(asset)).execute(conn).await?;
    diesel::delete(faces::table.filter(faces::asset_id.eq(asset))).execute(conn).await.map(drop)
}

/// Queues the indexing of an asset whose picture has just been made, if its workspace has the search on. What was found in
/// an earlier picture of it, or that there was none, is forgotten.
pub async fn queue(conn: &mut AsyncPgConnection, asset: AssetId) -> QueryResult<()> {
    forget_asset(conn, asset).await?;
    let sql = format!(
        "INSERT INTO outbox (job, priority) SELECT $2, $3 FROM assets JOIN workspaces ON workspaces.id = assets.workspace_id
        WHERE assets.id = $1 AND workspaces.person_search AND {SEARCHABLE}"
    );
    diesel::sql_query(sql)
        .bind::<SqlUuid, _>(asset)
        .bind::<Jsonb, _>(outbox::to_json(&Job::IndexFaces { asset_id: asset })?)
        .bind::<SmallInt, _>(Priority::Background as i16)
        .execute(conn)
        .await
        .map(drop)
}

/// Queues the indexing of all assets of a workspace that has just turned the search on.
pub(crate) async fn queue_all(conn: &mut AsyncPgConnection, workspace: WorkspaceId) -> QueryResult<()> {
    let sql = format!(
        "INSERT INTO outbox (job, priority) SELECT $2 || jsonb_build_object('asset_id', assets.id), $3 FROM assets
        WHERE assets.workspace_id = $1 AND {SEARCHABLE} AND {IS_RENDERED} ORDER BY assets.id DESC"
    );
    diesel::sql_query(sql)
        .bind::<SqlUuid, _>(workspace)
        .bind::<Jsonb, _>(outbox::to_json(&Job::IndexFaces { asset_id: AssetId::nil() })?)
        .bind::<SmallInt, _>(Priority::Background as i16)
        .execute(conn)
        .await
        .map(drop)
}

/// How far the indexing of a workspace has come. Each of its pictures and videos is counted once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, QueryableByName)]
pub struct Progress {
    /// Those that are indexed by these models.
    #[diesel(sql_type = BigInt)]
    pub indexed: i64,
    /// Those that are still to be indexed.
    #[diesel(sql_type = BigInt)]
    pub waiting: i64,
    /// Those of which there is no picture that could be looked at.
    #[diesel(sql_type = BigInt)]
    pub failed: i64,
}

/// How far the indexing of a workspace by models of this version has come.
pub async fn progress(conn: &mut AsyncPgConnection, workspace: WorkspaceId, version: i16) -> QueryResult<Progress> {
    let sql = format!(
        "SELECT count(*) FILTER (WHERE found.asset_id IS NOT NULL AND found.reason IS NULL) AS indexed,
            count(*) FILTER (WHERE found.asset_id IS NULL) AS waiting,
            count(*) FILTER (WHERE found.reason IS NOT NULL) AS failed
        FROM assets LEFT JOIN face_indexes AS found ON found.asset_id = assets.id AND found.model_version >= $2
        WHERE assets.workspace_id = $1 AND {SEARCHABLE}"
    );
    diesel::sql_query(sql).bind::<SqlUuid, _>(workspace).bind::<SmallInt, _>(version).get_result(conn).await
}
