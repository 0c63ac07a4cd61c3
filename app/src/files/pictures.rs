//! Pictures that are shown in place, or placeholders for them.

use super::{asset_file::AssetFile, ready_proxy::ReadyProxy};
use crate::{Error, Services};
use diesel_async::AsyncConnection;
use domain::{AssetId, ProxyState};
use schema::{assets::Asset, outbox::Priority, pictures, proxies::Proxy};

/// What is shown in the place of a picture.
pub enum Picture {
    /// The picture itself.
    File(AssetFile),
    /// A placeholder; whether the picture is still being made.
    Placeholder {
        /// Whether it is still being made.
        is_pending: bool,
    },
}

/// A picture of an asset, or a placeholder while there is no such proxy. A picture that is still pending gets the
/// priority of a waiting visitor.
pub async fn picture(
    services: &Services,
    asset: &Asset,
    proxy: Option<&Proxy>,
    watermarked: bool,
) -> Result<Picture, Error> {
    if let Some(ready) = proxy.and_then(ReadyProxy::of) {
        return Ok(Picture::File(AssetFile::of_proxy(ready)?));
    }
    let may_come = proxy.map_or(watermarked, |proxy| proxy.state == ProxyState::Pending);
    let is_pending = may_come && prioritize(services, &[asset.id], watermarked).await?;
    Ok(Picture::Placeholder { is_pending })
}

/// Gives the pictures of some assets the priority of a waiting visitor, and returns whether any are still to be made.
pub async fn prioritize(services: &Services, assets: &[AssetId], watermarked: bool) -> Result<bool, Error> {
    let mut conn = services.pool.get().await?;
    let work =
        conn.transaction(async |conn| pictures::ensure_proxies(conn, assets, watermarked, Priority::Visitor).await);
    Ok(work.await? > 0)
}
