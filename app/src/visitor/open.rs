//! Opens a link by its token.

use super::{VisitError, Visitor};
use crate::{Services, files::FileName};
use chrono::{DateTime, Utc};
use domain::{
    AssetId, LinkKind, MemberOrder,
    access::{self, Permit},
    archive::ArchiveRequest,
    token::LinkToken,
};
use schema::{
    assets::Asset,
    links::{Link, LinkRequest, OpenedLink},
    proxies::Proxy,
    workspaces::Branding,
};
use std::sync::OnceLock;

/// A link that exists, a visitor, and the moment at which they request something of the link.
///
/// What the link shows is only to be had with a [`Permit`], which only `domain::access::decide` gives: a page that
/// forgets to ask does not compile.
pub struct Visit<'a> {
    pub(crate) services: &'a Services,
    pub(crate) visitor: Visitor,
    pub(crate) token: LinkToken,
    pub(super) requested: RequestedFile,
    pub(crate) opened: OpenedLink,
    pub(super) now: DateTime<Utc>,
    /// The text of the request for an archive, if the visitor requests one.
    pub(super) archive: Option<String>,
    /// The moment at which the visitor presented their grants.
    pub(super) presented_at: DateTime<Utc>,
    /// Whether the grants that were presented unlock the link, once somebody has asked: a call that lists hundreds of
    /// files decides about each, and verifies the grants once.
    pub(super) unlocked: OnceLock<bool>,
}

/// What a visitor asks for beside the link itself.
#[derive(Debug, Clone, Copy, Default)]
pub struct RequestedFile {
    /// An asset, where the link leads to a collection.
    pub asset: Option<AssetId>,
    /// A file of that asset.
    pub file: Option<FileName>,
}

impl<'a> Visit<'a> {
    /// Finds the link of a token, and the file that is requested of it. The token of a link of another kind is answered
    /// like a token that nobody has, because each kind has routes of its own.
    pub async fn open(
        services: &'a Services,
        visitor: Visitor,
        token: &str,
        kind: LinkKind,
        requested: RequestedFile,
    ) -> Result<Self, VisitError> {
        let visit = Self::of_any_kind(services, visitor, token, requested).await?;
        if visit.opened.link.kind == kind { Ok(visit) } else { Err(VisitError::NotFound) }
    }

    /// Finds the link of a token, of whichever kind. Text that cannot be a token is answered like a token that nobody
    /// has.
    pub async fn of_any_kind(
        services: &'a Services,
        visitor: Visitor,
        token: &str,
        requested: RequestedFile,
    ) -> Result<Self, VisitError> {
        let token: LinkToken = token.parse().map_err(|_| VisitError::NotFound)?;
        Self::find(services, visitor, token, requested).await
    }

    /// The same visitor at the same link, as both are now.
    pub(super) async fn once_more(&self) -> Result<Self, VisitError> {
        Self::find(self.services, self.visitor.clone(), self.token.clone(), self.requested).await
    }

    async fn find(
        services: &'a Services,
        visitor: Visitor,
        token: LinkToken,
        requested: RequestedFile,
    ) -> Result<Self, VisitError> {
        let preset = requested.file.and_then(FileName::preset);
        let request = LinkRequest { token_sha256: token.sha256(), asset: requested.asset, preset };
        let opened = services.opened_links.find(request).await?.ok_or(VisitError::NotFound)?;
        let now = services.now();
        Ok(Self {
            services,
            visitor,
            token,
            requested,
            opened,
            now,
            archive: None,
            presented_at: now,
            unlocked: OnceLock::new(),
        })
    }

    /// The same visit for a visitor who requests an archive. A grant in the URL then counts for this archive.
    #[must_use]
    pub fn of_archive(self, request: &ArchiveRequest) -> Self {
        Self { archive: Some(request.to_string()), unlocked: OnceLock::new(), ..self }
    }

    /// The same visit for a visitor who presented their grants at an earlier moment, when a long download began. Grants
    /// that have ended since then still count; those of another password or URL do not.
    pub(crate) fn presented_at(self, presented_at: DateTime<Utc>) -> Self {
        Self { presented_at, unlocked: OnceLock::new(), ..self }
    }

    /// Whether the link opens a page or is a download. It is told before the password is known.
    pub fn kind(&self) -> LinkKind {
        self.opened.link.kind
    }

    /// The link, for a visitor who is permitted something.
    pub fn link(&self, _: Permit) -> &Link {
        &self.opened.link
    }

    /// Whether the link is open now for whoever knows its password.
    pub fn is_open(&self) -> bool {
        access::is_open(&self.opened.facts(), self.now)
    }

    /// The moment of the visit.
    pub fn now(&self) -> DateTime<Utc> {
        self.now
    }

    /// The name of the link's workspace, for a visitor who is permitted something.
    pub fn workspace_name(&self, _: Permit) -> &str {
        &self.opened.workspace.name
    }

    /// The sites that may show the link in frames; none: every site. It is asked before a permit is given, because the
    /// form that asks for the password is shown in frames, too.
    pub fn embed_origins(&self) -> Option<impl Iterator<Item = &str>> {
        Some(self.opened.workspace.embed_origins.as_ref()?.iter().flatten().map(String::as_str))
    }

    /// How the link's workspace looks, which pages of others are told before the password is known, like its name.
    pub fn branding(&self) -> &Branding {
        &self.opened.workspace.branding
    }

    /// Whether visitors may search by person: the link says so, and its workspace has it on now. For a visitor who is permitted
    /// something.
    pub fn has_person_search(&self, _: Permit) -> bool {
        self.opened.link.settings.person_search && self.opened.workspace.person_search
    }

    /// The name of the link's workspace, which is told before the password is known.
    pub fn workspace_name_of_locked(&self) -> &str {
        &self.opened.workspace.name
    }

    /// The name of the link's creator, if visitors are told, for a visitor who is permitted something.
    pub fn creator_name(&self, _: Permit) -> Option<&str> {
        self.opened.link.settings.show_creator.then_some(self.opened.creator_name.as_str())
    }

    /// The order in which the link shows its assets unless the visitor chooses another, for a visitor who is permitted
    /// something.
    pub fn usual_order(&self, _: Permit) -> MemberOrder {
        self.opened.link.settings.member_order
    }

    /// The time zone of the link's workspace, for a visitor who is permitted something.
    pub fn time_zone(&self, _: Permit) -> &str {
        &self.opened.workspace.time_zone
    }

    /// The asset that the link leads to, or that was requested of its collection, for a visitor who is permitted
    /// something.
    pub fn asset(&self, _: Permit) -> Result<&Asset, VisitError> {
        self.found_asset()
    }

    pub(crate) fn found_asset(&self) -> Result<&Asset, VisitError> {
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
