//! Finds the faces in an asset and stores what they look like, if the workspace has the search by person on.
//!
//! A picture is looked at as its full-screen version shows it, upright and without a watermark, or else as its original
//! does; of a video, the poster and some frames. Pixels exist in memory only (of frames, for a moment, in a temporary file).

use crate::JobContext;
use anyhow::Context;
use domain::{AssetId, AssetKind, Preset, ProxyState};
use faces::{Band, Face, Pass, Rgb, band};
use media::{MediaError, Pixels, ProxySpec};
use schema::{
    assets::{self, Asset},
    faces::NewFace,
    proxies::{self, Proxy},
};
use storage::Blob;

/// How many frames of a video are looked at, its poster included.
const FRAMES: u32 = 8;

/// The longest edge of a frame, in pixels.
const FRAME_EDGE: u32 = 1280;

/// The longest edge at which an original is looked at that has no full-screen version, in pixels.
const ORIGINAL_EDGE: u32 = 2560;

/// How many faces of an asset are stored at most: those of a picture of a crowd that are seen best.
const MOST_FACES: usize = 1_000;

pub(super) async fn run(context: &JobContext, asset_id: AssetId) -> anyhow::Result<()> {
    let version = context.face_models.version();
    let mut conn = context.pool.get().await?;
    // Nothing is to be done where the search is off, where this version has looked, and where pictures are still to be made.
    if !schema::faces::is_to_index(&mut conn, asset_id, version).await? {
        return Ok(());
    }
    // An asset that was deleted in the meantime needs nothing.
    let Some(asset) = assets::find(&mut conn, asset_id).await? else { return Ok(()) };
    let proxies = proxies::of_assets(&conn, &[asset_id]).await?;
    drop(conn);
    let (pictures, pass) = match asset.kind {
        AssetKind::Image => (still(context, &asset, &proxies).await.map(|picture| vec![picture]), Pass::Thorough),
        AssetKind::Video => (moving(context, &asset, &proxies).await, Pass::First),
        AssetKind::Audio | AssetKind::Document | AssetKind::Other => return Ok(()),
    };
    let found = match pictures {
        Ok(pictures) => Ok(find(context, pictures, pass).await?),
        Err(MediaError::Unusable(reason)) => Err(reason),
        Err(MediaError::Failed(error)) => return Err(error),
    };
    if let Err(reason) = &found {
        tracing::info!(asset = %asset_id, reason, "no faces can be looked for");
    }
    let found = found.as_ref().map(|faces| faces.iter().map(row).collect()).map_err(String::as_str);
    let mut conn = context.pool.get().await?;
    schema::faces::store(&mut conn, asset_id, version, found).await?;
    Ok(())
}

/// A picture in its full-screen version, or else its original.
async fn still(context: &JobContext, asset: &Asset, proxies: &[Proxy]) -> Result<Pixels, MediaError> {
    if let Some(pixels) = proxy(context, proxies, Preset::Fullscreen).await? {
        return Ok(pixels);
    }
    let Some(file) = asset.file_id else { return Err(MediaError::Unusable("There is no original.".to_owned())) };
    let original = context.local_file(Blob::File(file)).await.map_err(anyhow::Error::new)?;
    let wanted = ProxySpec { rendition: Preset::Fullscreen.plain(), size: ORIGINAL_EDGE };
    let rendered = media::pictures(&original, &asset.media_type, vec![wanted], None).await?;
    let rendered = rendered.proxies.into_iter().next().context("no picture was made")?;
    media::pixels(rendered.bytes, rendered.media_type).await
}

/// The poster of a video, and frames of all its parts. What cannot be read of it is left out.
async fn moving(context: &JobContext, asset: &Asset, proxies: &[Proxy]) -> Result<Vec<Pixels>, MediaError> {
    let poster = proxy(context, proxies, Preset::Poster).await?;
    let Some(file) = asset.file_id else { return Err(MediaError::Unusable("There is no original.".to_owned())) };
    let original = context.local_file(Blob::File(file)).await.map_err(anyhow::Error::new)?;
    let most = FRAMES - u32::from(poster.is_some());
    match media::frames(&original, most, FRAME_EDGE).await {
        Ok(frames) => Ok(poster.into_iter().chain(frames).collect()),
        Err(MediaError::Unusable(reason)) => poster.map(|poster| vec![poster]).ok_or(MediaError::Unusable(reason)),
        Err(failed @ MediaError::Failed(_)) => Err(failed),
    }
}

/// The pixels of a version without the watermark, if it was made.
async fn proxy(context: &JobContext, proxies: &[Proxy], preset: Preset) -> Result<Option<Pixels>, MediaError> {
    let plain = proxies.iter().find(|proxy| proxy.rendition() == preset.plain() && proxy.state == ProxyState::Ready);
    let Some((file, media_type)) = plain.and_then(|proxy| Some((proxy.file_id?, proxy.media_type.as_deref()?))) else {
        return Ok(None);
    };
    let bytes = context.storage.read_all(Blob::Proxy(file)).await.map_err(anyhow::Error::new)?;
    media::pixels(bytes, media_type).await.map(Some)
}

/// The faces in pictures of one asset. A person who is in several of them is one face, the one that is seen best.
async fn find(context: &JobContext, pictures: Vec<Pixels>, pass: Pass) -> anyhow::Result<Vec<Face>> {
    let models = context.face_models.get().await?;
    let found = tokio::task::spawn_blocking(move || {
        let mut distinct: Vec<Face> = Vec::new();
        for Pixels { width, height, rgb } in pictures {
            let mut others = faces::find(&models, Rgb::new(width, height, &rgb)?, pass)?;
            others.retain(|face| !replace_if_same(&mut distinct, face));
            distinct.extend(others);
        }
        distinct.sort_by(|one, other| other.quality.total_cmp(&one.quality));
        distinct.truncate(MOST_FACES);
        anyhow::Ok(distinct)
    });
    found.await?
}

/// Whether a face is surely one of those of earlier pictures, whose place it takes where it is seen better.
fn replace_if_same(earlier: &mut [Face], face: &Face) -> bool {
    let same = |one: &&mut Face| band(one.likeness.distance(&face.likeness)) == Some(Band::Sure);
    let Some(same) = earlier.iter_mut().find(same) else { return false };
    if face.quality > same.quality {
        *same = face.clone();
    }
    true
}

fn row(face: &Face) -> NewFace {
    let Face { place, quality, likeness } = face;
    NewFace { place: [place.x, place.y, place.width, place.height], quality: *quality, embedding: likeness.to_bytes() }
}
