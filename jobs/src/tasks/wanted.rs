//! Which proxies of an asset are to be made now: pending ones, and watermarked ones with an old watermark.

use crate::JobContext;
use diesel::QueryResult;
use diesel_async::AsyncConnection;
use domain::{AssetId, Preset, ProxyState, Rendition};
use media::{MediaError, ProxySpec, WatermarkImage};
use schema::{
    assets::{self, Asset},
    faces,
    proxies::{self, NewProxyFile, Proxy, Stored, Watermark},
};
use std::sync::Arc;
use storage::{Blob, LocalFile, StoredProxy};

/// Proxies to be made of one asset.
pub(super) struct Work {
    pub(super) asset: Asset,
    pub(super) original: LocalFile,
    pub(super) wanted: Vec<ProxySpec>,
    /// The watermark; set if a wanted proxy is watermarked.
    pub(super) mark: Option<Arc<WatermarkImage>>,
    /// The version of the watermark.
    watermark_version: i32,
    /// Presets whose watermarked proxies are left out, and why. A broken watermark must not delay plain proxies.
    skipped: Option<(Vec<Preset>, anyhow::Error)>,
}

/// A proxy whose bytes are in storage already.
pub(super) struct InStorage {
    pub(super) stored: StoredProxy,
    pub(super) media_type: &'static str,
    /// In pixels; none of a sound.
    pub(super) size: Option<(u32, u32)>,
}

impl Work {
    /// Loads which proxies of the presets in `of_these` are to be made; none, if there are none. The original is read as
    /// a file, unless the caller has it already.
    pub(super) async fn load(
        context: &JobContext,
        asset_id: AssetId,
        original: Option<LocalFile>,
        of_these: impl Fn(Preset) -> bool,
    ) -> anyhow::Result<Option<Self>> {
        let mut conn = context.pool.get().await?;
        // An asset that was deleted in the meantime needs nothing.
        let Some(asset) = assets::find(&mut conn, asset_id).await? else { return Ok(None) };
        let Some(file_id) = asset.file_id else { return Ok(None) };
        let mut proxies = proxies::of_assets(&conn, &[asset_id]).await?;
        proxies.retain(|proxy| of_these(proxy.preset));
        let watermark = if proxies.iter().any(|proxy| proxy.watermarked) {
            proxies::watermark_of(&mut conn, asset_id).await?
        } else {
            None
        };
        let wanted: Vec<&Proxy> = proxies.iter().filter(|proxy| is_to_be_made(proxy, watermark.as_ref())).collect();
        let (made, switched_off): (Vec<&Proxy>, _) =
            wanted.into_iter().partition(|proxy| context.presets.size(proxy.preset).is_some());
        if !switched_off.is_empty() {
            let presets: Vec<Preset> = switched_off.iter().map(|proxy| proxy.preset).collect();
            // Proxies that are ready stay, even with an old watermark.
            proxies::set_failed(&mut conn, asset_id, &presets, 0, "This preset is switched off.").await?;
        }
        drop(conn);
        let mut wanted: Vec<ProxySpec> = made
            .iter()
            .filter_map(|proxy| {
                let size = context.presets.size(proxy.preset)?;
                Some(ProxySpec { rendition: proxy.rendition(), size })
            })
            .collect();
        if wanted.is_empty() {
            return Ok(None);
        }
        let marked = wanted.iter().any(|wanted| wanted.rendition.watermarked);
        let (mut mark, mut watermark_version, mut skipped) = (None, 0, None);
        if let Some(watermark) = watermark.filter(|_| marked) {
            watermark_version = watermark.version;
            match context.watermarks.get(context, &watermark).await {
                Ok(found) => mark = Some(found),
                Err(error) => {
                    let marked = wanted
                        .extract_if(.., |wanted| wanted.rendition.watermarked)
                        .map(|wanted| wanted.rendition.preset);
                    skipped = Some((marked.collect(), error));
                }
            }
        }
        let original = match original {
            Some(original) => original,
            None => context.local_file(Blob::File(file_id)).await?,
        };
        Ok(Some(Self { asset, original, wanted, mark, watermark_version, skipped }))
    }

    /// Marks a proxy as ready and deletes the blob that it replaces.
    pub(super) async fn store(
        &self,
        context: &JobContext,
        rendition: Rendition,
        made: InStorage,
    ) -> anyhow::Result<()> {
        let size = made.size.map(|(width, height)| anyhow::Ok((width.try_into()?, height.try_into()?))).transpose()?;
        let ready = NewProxyFile {
            file_id: made.stored.id,
            media_type: made.media_type.to_owned(),
            byte_size: i64::try_from(made.stored.byte_size)?,
            size,
            crc32: made.stored.crc32,
            watermark_version: self.version_of(rendition),
        };
        let mut conn = context.pool.get().await?;
        let stored = conn.transaction(async |conn| {
            let stored = proxies::set_ready(conn, self.asset.id, rendition, &ready).await?;
            // These are the pictures in which faces are looked for.
            let shows_faces =
                [Preset::Fullscreen, Preset::Poster].contains(&rendition.preset) && !rendition.watermarked;
            if shows_faces && matches!(stored, Stored::Shown(_)) {
                faces::queue(conn, self.asset.id).await?;
            }
            QueryResult::Ok(stored)
        });
        let stored = stored.await?;
        drop(conn);
        let unneeded = match stored {
            Stored::Shown(before) => before,
            Stored::Unwanted => Some(made.stored.id),
        };
        if let Some(id) = unneeded {
            context.storage.delete(Blob::Proxy(id)).await?;
        }
        Ok(())
    }

    /// The version of the watermark on a proxy that is made now; 0 without a watermark.
    pub(super) const fn version_of(&self, rendition: Rendition) -> i32 {
        if rendition.watermarked { self.watermark_version } else { 0 }
    }

    /// Fails the proxies that were left out, after all others are done.
    pub(super) async fn end(self, context: &JobContext) -> anyhow::Result<()> {
        let Some((presets, error)) = self.skipped else { return Ok(()) };
        let Some(MediaError::Unusable(reason)) = error.downcast_ref() else { return Err(error) };
        let reason = format!("The workspace's watermark cannot be used; set another. {reason}");
        tracing::warn!(asset = %self.asset.id, ?presets, reason, "the watermark cannot be used");
        let mut conn = context.pool.get().await?;
        Ok(proxies::set_unmarked(&mut conn, self.asset.id, &presets, self.watermark_version, &reason).await?)
    }

    /// Marks presets that can never be made as failed.
    pub(super) async fn fail(&self, context: &JobContext, presets: &[Preset], reason: &str) -> anyhow::Result<()> {
        tracing::info!(asset = %self.asset.id, ?presets, reason, "proxies cannot be made");
        let mut conn = context.pool.get().await?;
        Ok(proxies::set_failed(&mut conn, self.asset.id, presets, self.watermark_version, reason).await?)
    }
}

fn is_to_be_made(proxy: &Proxy, watermark: Option<&Watermark>) -> bool {
    let pending = proxy.state == ProxyState::Pending;
    if !proxy.watermarked {
        return pending;
    }
    let outdated =
        |watermark: &Watermark| proxy.state == ProxyState::Ready && proxy.watermark_version < watermark.version;
    watermark.is_some_and(|watermark| pending || outdated(watermark))
}
