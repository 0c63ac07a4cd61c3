//! Examines a new original: corrects its kind, makes its pictures and stores its size, or the playing time of a
//! recording.

use super::{
    identify::{self, Found},
    render_proxy,
};
use crate::JobContext;
use domain::{AssetId, AssetKind};
use schema::assets;

pub(super) async fn run(context: &JobContext, asset_id: AssetId) -> anyhow::Result<()> {
    // An asset that was deleted in the meantime needs nothing.
    let Some(asset) = assets::find(&mut *context.pool.get().await?, asset_id).await? else { return Ok(()) };
    let Some(Found { kind, duration_seconds, warning, original }) = identify::run(context, &asset).await? else {
        return render_proxy::run(context, asset_id, None).await;
    };
    render_proxy::run(context, asset_id, Some(original)).await?;
    if kind != AssetKind::Audio {
        return Ok(());
    }
    let mut conn = context.pool.get().await?;
    if let Some(warning) = warning {
        assets::set_warning(&mut conn, asset_id, warning).await?;
    }
    match asset.duration_seconds {
        Some(_) => Ok(()),
        None => Ok(assets::set_duration(&mut conn, asset_id, duration_seconds).await?),
    }
}
