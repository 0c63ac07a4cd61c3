//! Examines the files of an asset that were stored before this version: corrects the kind of its original, and computes
//! the CRC-32 of the original, the attachments and the proxies, which archives need.
//!
//! Each CRC-32 is stored as soon as it is known, so that a killed process repeats little. A file that is lost stays
//! without one, and the archive reports it.

use super::identify;
use crate::JobContext;
use domain::AssetId;
use schema::{
    assets::{self, Asset, INGEST_VERSION},
    attachments, proxies,
};
use storage::{Blob, StorageError};

pub(super) async fn run(context: &JobContext, asset_id: AssetId) -> anyhow::Result<()> {
    loop {
        let asset = assets::find(&mut *context.pool.get().await?, asset_id).await?;
        // An asset that was deleted or examined in the meantime needs nothing.
        let Some(asset) = asset.filter(|asset| asset.ingest_version < INGEST_VERSION) else { return Ok(()) };
        identify::run(context, &asset).await?;
        original(context, &asset).await?;
        further_files(context, &asset).await?;
        all_proxies(context, &asset).await?;
        let mut conn = context.pool.get().await?;
        if assets::set_ingested(&mut conn, asset_id, asset.ingest_version).await? {
            return Ok(());
        }
    }
}

async fn original(context: &JobContext, asset: &Asset) -> anyhow::Result<()> {
    let (Some(file), Some(size), None) = (asset.file_id, asset.byte_size, asset.crc32) else { return Ok(()) };
    if let Some(crc32) = crc32(context, Blob::File(file), size).await? {
        assets::set_crc32(&mut *context.pool.get().await?, asset.id, crc32).await?;
    }
    Ok(())
}

async fn further_files(context: &JobContext, asset: &Asset) -> anyhow::Result<()> {
    let attachments = attachments::of_assets(&mut *context.pool.get().await?, &[asset.id]).await?;
    for attachment in attachments.into_iter().filter(|attachment| attachment.crc32.is_none()) {
        if let Some(crc32) = crc32(context, Blob::File(attachment.file_id), attachment.byte_size).await? {
            attachments::set_crc32(&mut *context.pool.get().await?, attachment.id, crc32).await?;
        }
    }
    Ok(())
}

async fn all_proxies(context: &JobContext, asset: &Asset) -> anyhow::Result<()> {
    let proxies = proxies::of_assets(&mut *context.pool.get().await?, &[asset.id]).await?;
    for proxy in proxies {
        let (Some(file), Some(size), None) = (proxy.file_id, proxy.byte_size, proxy.crc32) else { continue };
        if let Some(crc32) = crc32(context, Blob::Proxy(file), size).await? {
            let mut conn = context.pool.get().await?;
            proxies::set_crc32(&mut conn, asset.id, proxy.rendition(), file, crc32).await?;
        }
    }
    Ok(())
}

/// The CRC-32 of a file; none if the file is lost. It is lost only if the storage itself is there.
async fn crc32(context: &JobContext, blob: Blob, size: i64) -> anyhow::Result<Option<u32>> {
    match context.storage.crc32(blob, size.try_into()?).await {
        Ok(crc32) => Ok(Some(crc32)),
        Err(StorageError::Missing) => {
            context.storage.check().await?;
            tracing::warn!(?blob, "a file is missing from storage, so that no archive can contain it");
            Ok(None)
        }
        Err(error) => Err(error.into()),
    }
}
