//! Finds blobs that no row refers to.

use crate::schema::installation;
use diesel::{
    prelude::*,
    sql_types::{Array, BigInt, Uuid as SqlUuid},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::{FileId, InstallationId};

#[derive(QueryableByName)]
struct IdRow {
    #[diesel(sql_type = SqlUuid)]
    id: FileId,
}

/// The id of this installation, by which its storage recognizes it.
pub async fn owner(conn: &mut AsyncPgConnection) -> QueryResult<InstallationId> {
    installation::table.select(installation::id).first(conn).await
}

/// Files and proxies of the oldest and of the newest assets, so many of each.
pub async fn oldest_and_newest(conn: &mut AsyncPgConnection, count: i64) -> QueryResult<(Vec<FileId>, Vec<FileId>)> {
    let files = "(SELECT file_id AS id FROM all_assets ORDER BY id LIMIT $1)
        UNION (SELECT file_id FROM all_assets ORDER BY id DESC LIMIT $1)";
    let proxies = "(SELECT file_id AS id FROM proxies WHERE file_id IS NOT NULL ORDER BY asset_id LIMIT $1)
        UNION (SELECT file_id FROM proxies WHERE file_id IS NOT NULL ORDER BY asset_id DESC LIMIT $1)";
    let mut found = async |sql: &str| -> QueryResult<Vec<FileId>> {
        let rows: Vec<IdRow> = diesel::sql_query(sql).bind::<BigInt, _>(count).load(conn).await?;
        Ok(rows.into_iter().map(|row| row.id).collect())
    };
    Ok((found(files).await?, found(proxies).await?))
}

/// Those of these files that no asset, also in the bin, no attachment, watermark or logo refers to.
pub async fn unused_files(conn: &mut AsyncPgConnection, ids: &[FileId]) -> QueryResult<Vec<FileId>> {
    unused(
        conn,
        "SELECT blob.id FROM unnest($1) AS blob (id)
        WHERE NOT EXISTS (SELECT FROM all_assets WHERE all_assets.file_id = blob.id)
        AND NOT EXISTS (SELECT FROM attachments WHERE attachments.file_id = blob.id)
        AND NOT EXISTS (SELECT FROM workspaces WHERE workspaces.watermark_file_id = blob.id)
        AND NOT EXISTS (SELECT FROM workspaces WHERE workspaces.logo_file_id = blob.id)",
        ids,
    )
    .await
}

/// Those of these files that no proxy refers to.
pub async fn unused_proxies(conn: &mut AsyncPgConnection, ids: &[FileId]) -> QueryResult<Vec<FileId>> {
    unused(
        conn,
        "SELECT blob.id FROM unnest($1) AS blob (id)
        WHERE NOT EXISTS (SELECT FROM proxies WHERE proxies.file_id = blob.id)",
        ids,
    )
    .await
}

async fn unused(conn: &mut AsyncPgConnection, sql: &str, ids: &[FileId]) -> QueryResult<Vec<FileId>> {
    let found: Vec<IdRow> = diesel::sql_query(sql).bind::<Array<SqlUuid>, _>(ids).load(conn).await?;
    Ok(found.into_iter().map(|found| found.id).collect())
}
