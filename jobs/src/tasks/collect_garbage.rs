//! Deletes blobs that nothing needs: what a process that was killed had written before its row, or half written.
//!
//! A blob is written once under a fresh id, and its row follows at once or never. So one that is old and has no row
//! will never get one, and nobody has to be kept from working meanwhile.

use super::Report;
use crate::Parts;
use chrono::{DateTime, TimeDelta, Utc};
use futures::TryStreamExt;
use schema::blobs;
use storage::Area;
use uuid::Uuid;

/// How old a blob must be before its row is missed.
const AGE: TimeDelta = TimeDelta::hours(24);

/// How many blobs are looked up at a time.
const BATCH: usize = 1_000;

pub(super) async fn run(parts: &Parts) -> anyhow::Result<Report> {
    let installation = blobs::owner(&mut *parts.pool.get().await?).await?;
    anyhow::ensure!(
        parts.storage.belongs_to(installation).await?,
        "the storage belongs to another database; nothing is deleted. Are DATABASE_URL and VITRINE_STORAGE those of one \
        installation? If they are, delete the file `installation` in the storage"
    );
    let before = parts.clock.now() - AGE;
    let files = collect(parts, Area::Files, before).await?;
    let proxies = collect(parts, Area::Proxies, before).await?;
    let halves = parts.storage.delete_unfinished(before).await?;
    Ok(vec![("files", files), ("proxies", proxies), ("unfinished", halves)])
}

async fn collect(parts: &Parts, area: Area, before: DateTime<Utc>) -> anyhow::Result<usize> {
    let mut batches = parts.storage.older(area, before).try_chunks(BATCH);
    let mut deleted = 0;
    while let Some(ids) = batches.try_next().await? {
        for id in unused(parts, area, &ids).await? {
            parts.storage.delete(area.blob(id)).await?;
            deleted += 1;
        }
    }
    Ok(deleted)
}

async fn unused(parts: &Parts, area: Area, ids: &[Uuid]) -> anyhow::Result<Vec<Uuid>> {
    let mut conn = parts.pool.get().await?;
    Ok(match area {
        Area::Files => blobs::unused_files(&mut conn, ids).await?,
        Area::Proxies => blobs::unused_proxies(&mut conn, ids).await?,
    })
}
