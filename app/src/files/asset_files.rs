//! The proxies and attachments of several assets at once.

use crate::{Error, Services};
use domain::AssetId;
use schema::{
    attachments::{self, Attachment},
    proxies::{self, Proxy},
};
use std::collections::HashMap;

/// The proxies and attachments of some assets.
#[derive(Debug, Default)]
pub struct AssetFiles {
    proxies: HashMap<AssetId, Vec<Proxy>>,
    attachments: HashMap<AssetId, Vec<Attachment>>,
}

impl AssetFiles {
    /// Loads them, in two statements however many assets there are, which are sent together.
    pub async fn load(services: &Services, assets: &[AssetId]) -> Result<Self, Error> {
        let conn = services.pool.get().await?;
        // Both come to their end, so that nothing goes on when the connection goes back.
        let (proxies, attachments) =
            tokio::join!(proxies::of_assets(&conn, assets), attachments::of_assets(&conn, assets));
        let mut files = Self::default();
        for proxy in proxies? {
            files.proxies.entry(proxy.asset_id).or_default().push(proxy);
        }
        for attachment in attachments? {
            files.attachments.entry(attachment.asset_id).or_default().push(attachment);
        }
        Ok(files)
    }

    /// The proxies of an asset, small ones first.
    pub fn proxies(&self, asset: AssetId) -> &[Proxy] {
        self.proxies.get(&asset).map_or(&[], Vec::as_slice)
    }

    /// The attachments of an asset, oldest first.
    pub fn attachments(&self, asset: AssetId) -> &[Attachment] {
        self.attachments.get(&asset).map_or(&[], Vec::as_slice)
    }
}
