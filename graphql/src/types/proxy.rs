//! `Proxy`.

use crate::types::{
    byte_count::ByteCount,
    enums::{AssetKind, ProxyState},
};
use async_graphql::Object;

/// A smaller version of an original.
pub(crate) struct Proxy(pub(crate) schema::proxies::Proxy);

#[Object]
impl Proxy {
    async fn preset(&self) -> &str {
        self.0.preset.as_str()
    }

    async fn kind(&self) -> AssetKind {
        self.0.preset.of_kind().into()
    }

    async fn watermarked(&self) -> bool {
        self.0.watermarked
    }

    async fn state(&self) -> ProxyState {
        self.0.state.into()
    }

    /// In pixels, once it is ready.
    async fn width(&self) -> Option<i32> {
        self.0.width
    }

    /// In pixels, once it is ready.
    async fn height(&self) -> Option<i32> {
        self.0.height
    }

    async fn byte_size(&self) -> Option<ByteCount> {
        self.0.byte_size.map(ByteCount)
    }

    /// Why the proxy cannot be made, if it has failed.
    async fn failure_reason(&self) -> Option<&str> {
        self.0.reason.as_deref().filter(|_| self.0.state == domain::ProxyState::Failed)
    }
}
