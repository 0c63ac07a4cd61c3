//! `Proxy`.

use crate::{
    context,
    types::{
        byte_count::ByteCount,
        enums::{AssetKind, ProxyState},
        quick::PlainFields,
    },
};
use app::{
    Error,
    files::FileName,
    media::{FileOwner, asset_file_url},
};
use async_graphql::{Context, ID, Object};
use domain::node_id::NodeId;

/// A smaller version of an original.
pub(crate) struct Proxy {
    pub(crate) row: schema::proxies::Proxy,
    pub(crate) owner: FileOwner,
}

impl Proxy {
    async fn signed_url(&self, ctx: &Context<'_>, download: bool) -> Result<Option<String>, Error> {
        if self.row.state != domain::ProxyState::Ready {
            return Ok(None);
        }
        let rights = context::loaders(ctx).rights(self.owner.asset).await?;
        let file = (FileName::Proxy(self.row.preset), self.row.watermarked);
        Ok(asset_file_url(context::services(ctx), context::viewer(ctx)?, (self.owner, rights), file, download))
    }
}

impl PlainFields for Proxy {
    const PLAIN: &'static [&'static str] =
        &["id", "preset", "kind", "watermarked", "state", "width", "height", "byteSize", "failureReason"];
}

#[Object]
impl Proxy {
    /// It names the asset, the preset and whether the watermark is on it, and stays the same when the proxy is replaced.
    async fn id(&self) -> ID {
        let watermarked = if self.row.watermarked { ".watermarked" } else { "" };
        format!("{}.{}{watermarked}", self.owner.asset.node_id(), self.row.preset).into()
    }

    /// The URL of the file, for you only: signed, and valid for 30 to 60 minutes. Null until it is ready, or if you may
    /// not have it: presets that pages show need the right to read, others and downloads `DOWNLOAD_PROXY`.
    async fn url(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whether browsers save the file instead of showing it.", default = false)] download: bool,
    ) -> Option<Result<String, Error>> {
        self.signed_url(ctx, download).await.transpose()
    }

    async fn preset(&self) -> &str {
        self.row.preset.as_str()
    }

    async fn kind(&self) -> AssetKind {
        self.row.preset.of_kind().into()
    }

    async fn watermarked(&self) -> bool {
        self.row.watermarked
    }

    async fn state(&self) -> ProxyState {
        self.row.state.into()
    }

    /// In pixels, once it is ready.
    async fn width(&self) -> Option<i32> {
        self.row.width
    }

    /// In pixels, once it is ready.
    async fn height(&self) -> Option<i32> {
        self.row.height
    }

    async fn byte_size(&self) -> Option<ByteCount> {
        self.row.byte_size.map(ByteCount)
    }

    /// Why the proxy cannot be made, if it has failed.
    async fn failure_reason(&self) -> Option<&str> {
        self.row.reason.as_deref().filter(|_| self.row.state == domain::ProxyState::Failed)
    }
}
