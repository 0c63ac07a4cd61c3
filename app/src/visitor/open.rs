//! Opens a link by its token.

use super::{VisitError, Visitor};
use crate::Services;
use chrono::{DateTime, Utc};
use domain::{AssetId, LinkKind, LinkState, Preset, access::Permit, token::LinkToken};
use schema::{
    assets::Asset,
    links::{self, Link, OpenedLink},
    proxies::Proxy,
};

/// A link that exists, a visitor, and the moment at which they request something of the link.
///
/// What the link shows is only to be had with a [`Permit`], which only `domain::access::decide` gives: a page that
/// forgets to ask does not compile.
pub struct Visit<'a> {
    pub(super) services: &'a Services,
    pub(super) visitor: &'a Visitor,
    pub(super) opened: OpenedLink,
    pub(super) now: DateTime<Utc>,
}

/// What a visitor asks for beside the link itself.
#[derive(Debug, Clone, Copy, Default)]
pub struct RequestedFile {
    /// An asset, where the link leads to a collection.
    pub asset: Option<AssetId>,
    /// A proxy of that asset.
    pub preset: Option<Preset>,
}

impl<'a> Visit<'a> {
    /// Finds the link of a token, and the file that is requested of it. Text that cannot be a token is answered like a
    /// token that nobody has. So is the token of a link of another kind, because each kind has routes of its own.
    pub async fn open(
        services: &'a Services,
        visitor: &'a Visitor,
        token: &str,
        kind: LinkKind,
        requested: RequestedFile,
    ) -> Result<Self, VisitError> {
        let token: LinkToken = token.parse().map_err(|_| VisitError::NotFound)?;
        let mut conn = services.pool.get().await?;
        let found = links::by_token(&mut conn, &token.sha256(), requested.asset, requested.preset).await?;
        let opened = found.filter(|opened| opened.link.kind == kind).ok_or(VisitError::NotFound)?;
        Ok(Self { services, visitor, opened, now: services.now() })
    }

    /// The link, for a visitor who is permitted something.
    pub fn link(&self, _: Permit) -> &Link {
        &self.opened.link
    }

    /// Whether the link is active now: neither disabled nor scheduled, expired or exhausted.
    pub fn is_active(&self) -> bool {
        self.opened.link.lifetime().state(self.now) == LinkState::Active
    }

    /// The moment of the visit.
    pub fn now(&self) -> DateTime<Utc> {
        self.now
    }

    /// The name of the link's workspace, for a visitor who is permitted something.
    pub fn workspace_name(&self, _: Permit) -> &str {
        &self.opened.workspace.0
    }

    /// The sites that may show the link in frames; none: every site. It is asked before a permit is given, because the
    /// form that asks for the password is shown in frames, too.
    pub fn embed_origins(&self) -> Option<impl Iterator<Item = &str>> {
        Some(self.opened.workspace.2.as_ref()?.iter().flatten().map(String::as_str))
    }

    /// The time zone of the link's workspace, for a visitor who is permitted something.
    pub fn time_zone(&self, _: Permit) -> &str {
        &self.opened.workspace.1
    }

    /// The asset that the link leads to, or that was requested of its collection, for a visitor who is permitted
    /// something.
    pub fn asset(&self, _: Permit) -> Result<&Asset, VisitError> {
        self.found_asset()
    }

    pub(super) fn found_asset(&self) -> Result<&Asset, VisitError> {
        self.opened.asset.as_ref().ok_or(VisitError::NotFound)
    }

    /// Whether the visit found this asset.
    pub fn has_found(&self, asset: Option<AssetId>) -> bool {
        asset.is_some() && self.opened.asset.as_ref().map(|found| found.id) == asset
    }

    /// The requested proxy, watermarked or plain as the permit says.
    pub fn proxy(&self, permit: Permit) -> Option<&Proxy> {
        self.opened.proxy.as_ref().filter(|proxy| proxy.watermarked == permit.watermarked)
    }
}
