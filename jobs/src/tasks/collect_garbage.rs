//! Deletes assets for good that were in the bin long enough, watermarked proxies whose links are gone or have expired, and
//! what killed processes left behind: blobs without rows, half-written blobs, and temporary files.
//!
//! A blob is written once under a fresh id, and its row follows at once or never. So an old blob without a row never
//! gets one and can be deleted without a lock.

use super::outcome::Report;
use crate::JobContext;
use chrono::{DateTime, TimeDelta, Utc};
use domain::{FileId, KEPT_IN_BIN};
use futures::TryStreamExt;
use schema::{blobs, deleted_assets, proxies};
use storage::{Area, Blob};

/// How old a blob without a row must be before it is deleted.
const AGE: TimeDelta = TimeDelta::hours(24);

/// How many blobs are looked up at a time.
const BATCH: usize = 1_000;

/// How many assets are deleted in one transaction, with all that hangs on them.
const BATCH_ASSETS: i64 = 100;

/// How many watermarked proxies are checked in one transaction.
const BATCH_ROWS: i64 = 1_000;

pub(super) async fn run(context: &JobContext) -> anyhow::Result<Report> {
    let installation = blobs::owner(&mut *context.pool.get().await?).await?;
    anyhow::ensure!(
        context.storage.belongs_to(installation).await?,
        "the storage belongs to another database; nothing is deleted. Are DATABASE_URL and VITRINE_STORAGE those of one \
        installation? If they are, delete the file `installation` in the storage"
    );
    let assets = empty_bin(context).await?;
    let watermarked = unneeded_proxies(context).await?;
    let before = context.clock.now() - AGE;
    let files = collect(context, Area::Files, before).await?;
    let proxies = collect(context, Area::Proxies, before).await?;
    let halves = context.storage.delete_unfinished(before).await?;
    let temporary = tokio::task::spawn_blocking(move || media::sweep(before)).await??;
    if temporary > 0 {
        tracing::info!(temporary, "deleted the temporary files of processes that are gone");
    }
    Ok(vec![
        ("assets", assets),
        ("watermarked", watermarked),
        ("files", files),
        ("proxies", proxies),
        ("unfinished", halves),
    ])
}

/// Deletes rows before blobs. If the process is killed in between, the blobs are deleted later by their age.
async fn empty_bin(context: &JobContext) -> anyhow::Result<usize> {
    let now = context.clock.now();
    let mut deleted = 0;
    loop {
        let mut conn = context.pool.get().await?;
        let batch = deleted_assets::empty(&mut conn, now - KEPT_IN_BIN, BATCH_ASSETS, now).await?;
        drop(conn);
        if batch.assets == 0 {
            return Ok(deleted);
        }
        deleted += batch.assets;
        let blobs = batch.files.into_iter().map(Blob::File).chain(batch.proxies.into_iter().map(Blob::Proxy));
        context.storage.delete_all(blobs).await?;
    }
}

/// Deletes rows before blobs. If the process is killed in between, the blobs are deleted later by their age.
async fn unneeded_proxies(context: &JobContext) -> anyhow::Result<usize> {
    let (mut deleted, mut after) = (0, None);
    loop {
        let mut conn = context.pool.get().await?;
        let batch = proxies::delete_unneeded(&mut conn, context.clock.now(), after, BATCH_ROWS).await?;
        drop(conn);
        deleted += batch.proxies;
        context.storage.delete_all(batch.blobs.into_iter().map(Blob::Proxy)).await?;
        let Some(last) = batch.last else { return Ok(deleted) };
        after = Some(last);
    }
}

async fn collect(context: &JobContext, area: Area, before: DateTime<Utc>) -> anyhow::Result<usize> {
    let mut batches = context.storage.older(area, before).try_chunks(BATCH);
    let mut deleted = 0;
    while let Some(ids) = batches.try_next().await? {
        let unused = unused(context, area, &ids).await?;
        deleted += unused.len();
        context.storage.delete_all(unused.into_iter().map(|id| area.blob(id))).await?;
    }
    Ok(deleted)
}

async fn unused(context: &JobContext, area: Area, ids: &[FileId]) -> anyhow::Result<Vec<FileId>> {
    let mut conn = context.pool.get().await?;
    Ok(match area {
        Area::Files => blobs::unused_files(&mut conn, ids).await?,
        Area::Proxies => blobs::unused_proxies(&mut conn, ids).await?,
    })
}
