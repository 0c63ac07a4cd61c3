//! Looks into a new original and makes its proxies.

use crate::{
    Parts,
    media::{self, Made, MediaError, Wanted},
};
use anyhow::Context;
use schema::{
    assets, proxies,
    proxies::{Proxy, ReadyProxy},
};
use storage::Blob;
use uuid::Uuid;

/// The largest original that is read into memory to be decoded.
const MAX_BYTES: i64 = 512 * 1024 * 1024;

pub(super) async fn run(parts: &Parts, asset_id: Uuid) -> anyhow::Result<()> {
    let mut conn = parts.pool.get().await?;
    // Deleted in the meantime: nothing is left to do.
    let Some(asset) = assets::find(&mut conn, asset_id).await? else { return Ok(()) };
    let pending: Vec<Proxy> = proxies::of_assets(&mut conn, &[asset_id]).await?;
    let wanted: Vec<Wanted> = pending
        .iter()
        .filter(|proxy| proxy.state == "PENDING" && !proxy.watermarked)
        .filter_map(|proxy| {
            let longest_edge = parts.presets.longest_edge(proxy.preset)?;
            Some(Wanted { preset: proxy.preset, longest_edge, watermarked: false })
        })
        .collect();
    let Some(file_id) = asset.file_id.filter(|_| !wanted.is_empty()) else { return Ok(()) };
    drop(conn);

    let made = if asset.byte_size.is_none_or(|size| size > MAX_BYTES) {
        Err(MediaError::Unusable(format!("The file is larger than {} MB.", MAX_BYTES / 1024 / 1024)))
    } else {
        let original = tempfile::NamedTempFile::new().context("there is no room for temporary files")?;
        tokio::fs::write(original.path(), parts.storage.read_all(Blob::File(file_id)).await?).await?;
        media::pictures(original.path(), &asset.media_type, wanted, None).await
    };

    match made {
        Ok(made) => store(parts, asset_id, made).await,
        Err(MediaError::Unusable(reason)) => {
            tracing::info!(%asset_id, reason, "no proxies can be made");
            Ok(proxies::set_failed(&mut *parts.pool.get().await?, asset_id, &reason).await?)
        }
        Err(MediaError::Failed(error)) => Err(error),
    }
}

async fn store(parts: &Parts, asset_id: Uuid, made: Made) -> anyhow::Result<()> {
    let (width, height) = (i32::try_from(made.width)?, i32::try_from(made.height)?);
    assets::set_dimensions(&mut *parts.pool.get().await?, asset_id, width, height).await?;
    for proxy in made.proxies {
        let ready = ReadyProxy {
            byte_size: Some(i64::try_from(proxy.bytes.len())?),
            media_type: Some(proxy.media_type.to_owned()),
            width: Some(i32::try_from(proxy.width)?),
            height: Some(i32::try_from(proxy.height)?),
            file_id: Some(parts.storage.put_proxy(proxy.bytes).await?),
        };
        let file_id = ready.file_id;
        let first = proxies::set_ready(&mut *parts.pool.get().await?, asset_id, proxy.preset, &ready).await?;
        if let (false, Some(id)) = (first, file_id) {
            // Another worker was faster, or the asset is gone; nothing may name this blob.
            parts.storage.delete(Blob::Proxy(id)).await?;
        }
    }
    Ok(())
}
