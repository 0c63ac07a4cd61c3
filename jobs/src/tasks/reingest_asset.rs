//! Examines the files of an asset that were stored before this version: corrects the kind of its original, stores when it
//! was taken, computes the CRC-32 of the original, the attachments and the proxies, which archives need, makes the
//! placeholder of its picture, has the sound of a recording made, and has tried anew what could not be made before.
//!
//! Each CRC-32 is stored as soon as it is known, so that a killed process repeats little. A file that is lost stays
//! without one, and the archive reports it.

use super::{
    identify::{self, Found},
    render_proxy,
};
use crate::JobContext;
use diesel::QueryResult;
use diesel_async::AsyncConnection;
use domain::{AssetId, AssetKind};
use media::MediaError;
use schema::{
    assets::{self, Asset, INGEST_VERSION},
    attachments,
    outbox::{self, Job, Priority},
    proxies::{self, Proxy},
};
use storage::{Blob, StorageError};

pub(super) async fn run(context: &JobContext, asset_id: AssetId) -> anyhow::Result<()> {
    loop {
        let asset = assets::find(&mut *context.pool.get().await?, asset_id).await?;
        // An asset that was deleted or examined in the meantime needs nothing.
        let Some(asset) = asset.filter(|asset| asset.ingest_version < INGEST_VERSION) else { return Ok(()) };
        let found = identify::run(context, &asset).await?;
        let kind = found.as_ref().map(|found| found.kind);
        original(context, &asset).await?;
        further_files(context, &asset).await?;
        let proxies = proxies::of_assets(&*context.pool.get().await?, &[asset_id]).await?;
        checksums(context, &proxies).await?;
        placeholder(context, &asset, &proxies).await?;
        if finish(context, &asset, kind).await? {
            let Some(Found { original, .. }) = found else { return Ok(()) };
            return render_proxy::run(context, asset_id, Some(original)).await;
        }
    }
}

/// Notes that an asset is examined, and has what an earlier version could not make tried anew: pictures by this job, and
/// videos and sounds by another. Without an original, what failed keeps its reason. Returns `false` if a file was stored in the
/// meantime.
async fn finish(context: &JobContext, asset: &Asset, kind: Option<AssetKind>) -> anyhow::Result<bool> {
    let mut conn = context.pool.get().await?;
    let finished = conn.transaction(async |conn| {
        if !assets::set_ingested(conn, asset.id, asset.ingest_version).await? {
            return Ok(false);
        }
        let Some(kind) = kind else { return Ok(true) };
        let mut again = proxies::retry_failed(conn, asset.id).await?;
        if kind == AssetKind::Audio {
            // Earlier versions made none.
            let sounds = context.presets.of_kind(AssetKind::Audio);
            proxies::insert_pending(conn, asset.id, &sounds).await?;
            again.extend(sounds);
        }
        if again.iter().any(|preset| !preset.is_picture()) {
            outbox::push(conn, &Job::RenderVideo { asset_id: asset.id }, Priority::Background).await?;
        }
        QueryResult::Ok(true)
    });
    Ok(finished.await?)
}

async fn original(context: &JobContext, asset: &Asset) -> anyhow::Result<()> {
    let (Some(file), Some(size), None) = (asset.file_id, asset.byte_size, asset.crc32) else { return Ok(()) };
    if let Some(crc32) = crc32(context, Blob::File(file), size).await? {
        assets::set_crc32(&mut *context.pool.get().await?, asset.id, crc32).await?;
    }
    Ok(())
}

async fn further_files(context: &JobContext, asset: &Asset) -> anyhow::Result<()> {
    let attachments = attachments::of_assets(&*context.pool.get().await?, &[asset.id]).await?;
    for attachment in attachments.into_iter().filter(|attachment| attachment.crc32.is_none()) {
        if let Some(crc32) = crc32(context, Blob::File(attachment.file_id), attachment.byte_size).await? {
            attachments::set_crc32(&mut *context.pool.get().await?, attachment.id, crc32).await?;
        }
    }
    Ok(())
}

async fn checksums(context: &JobContext, proxies: &[Proxy]) -> anyhow::Result<()> {
    for proxy in proxies {
        let (Some(file), Some(size), None) = (proxy.file_id, proxy.byte_size, proxy.crc32) else { continue };
        if let Some(crc32) = crc32(context, Blob::Proxy(file), size).await? {
            let mut conn = context.pool.get().await?;
            proxies::set_crc32(&mut conn, proxy.asset_id, proxy.rendition(), file, crc32).await?;
        }
    }
    Ok(())
}

/// Makes the placeholder of the smallest picture, which is the fastest to decode. Where no picture is ready, it is made
/// together with the pictures.
async fn placeholder(context: &JobContext, asset: &Asset, proxies: &[Proxy]) -> anyhow::Result<()> {
    let ready = proxies.iter().filter(|proxy| proxy.preset.is_picture() && !proxy.watermarked);
    let smallest = ready.filter(|proxy| proxy.file_id.is_some()).min_by_key(|proxy| proxy.byte_size);
    let (Some(smallest), None) = (smallest, &asset.placeholder) else { return Ok(()) };
    let (Some(file), Some(media_type)) = (smallest.file_id, &smallest.media_type) else { return Ok(()) };
    let made = match context.local_file(Blob::Proxy(file)).await {
        Ok(picture) => media::placeholder(&picture, media_type).await,
        Err(error @ StorageError::Missing) => Err(MediaError::Failed(error.into())),
        Err(error) => return Err(error.into()),
    };
    match made {
        Ok(made) => Ok(assets::set_placeholder(&mut *context.pool.get().await?, asset.id, &made).await?),
        Err(MediaError::Unusable(reason)) => {
            tracing::warn!(asset_id = %asset.id, reason, "a picture is damaged in storage");
            Ok(())
        }
        // A picture that is lost, or was replaced in the meantime, has no placeholder.
        Err(MediaError::Failed(error)) => {
            context.storage.check().await?;
            tracing::warn!(asset_id = %asset.id, ?error, "a picture cannot be read");
            Ok(())
        }
    }
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
