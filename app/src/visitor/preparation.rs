//! How many of the pictures are made that a link shows or hands out.

use super::{Visit, VisitError};
use domain::{ProxyState, access::Permit};
use schema::{collections, proxies};

/// How many of the proxies that a link needs are made.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Preparation {
    /// How many there will be.
    pub total: i64,
    /// How many are made.
    pub ready: i64,
    /// How many cannot be made.
    pub failed: i64,
}

impl Preparation {
    /// Adds proxies of one state.
    pub fn add(&mut self, state: ProxyState, count: i64) {
        self.total += count;
        match state {
            ProxyState::Ready => self.ready += count,
            ProxyState::Failed => self.failed += count,
            ProxyState::Pending => {}
        }
    }
}

impl Visit<'_> {
    /// Counts the proxies that the link needs, for a visitor who is permitted to see it.
    pub async fn preparation(&self, _: Permit) -> Result<Preparation, VisitError> {
        let mut preparation = Preparation::default();
        let link = &self.opened.link;
        let mut conn = self.services.pool.get().await?;
        if let Some(collection) = link.collection_id {
            for row in collections::proxy_counts(&mut conn, &[collection]).await? {
                let preset = row
                    .preset()
                    .filter(|preset| preset.in_link(link.settings.watermark).watermarked == row.watermarked);
                if let Some(state) = row.state().filter(|_| preset.is_some()) {
                    preparation.add(state, row.count);
                }
            }
        } else if let Some(asset) = link.asset_id {
            for proxy in proxies::of_assets(&conn, &[asset]).await? {
                if proxy.is_in_link(link.settings.watermark) {
                    preparation.add(proxy.state, 1);
                }
            }
        }
        Ok(preparation)
    }
}
