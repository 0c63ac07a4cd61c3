//! A visitor's request: the link behind a token, and the one question to `domain`.

use crate::{page_error::PageError, request};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use chrono::{DateTime, Utc};
use domain::{
    LinkKind, Preset,
    access::{Permit, Refusal, TargetFacts, Version, VisitorFacts, Want, decide},
    grant::{COUNTED_FOR, Purpose, Scope, UNLOCKED_FOR},
    password::Password,
    short_id,
    token::LinkToken,
};
use graphql::Services;
use schema::{
    links::{self, OpenedLink},
    proxies::Proxy,
};
use std::{fmt, time::Duration};
use uuid::Uuid;

/// The cookie of a visitor who knew the password.
const UNLOCKED: &str = "vitrine_unlocked";
/// The cookie of a visitor whose download was counted.
const COUNTED: &str = "vitrine_counted";

/// A link that exists, and a moment at which somebody wants something of it.
pub(crate) struct Visit<'a> {
    pub(crate) services: &'a Services,
    pub(crate) request: &'a HttpRequest,
    pub(crate) opened: OpenedLink,
    pub(crate) now: DateTime<Utc>,
}

/// How an attempt at a password went.
pub(crate) enum Unlock {
    Open,
    Wrong,
    TooMany(Duration),
}

/// What a URL calls a file of an asset: `original`, a preset, or `attachment-` and an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FileName {
    Original,
    Proxy(Preset),
    Attachment(Uuid),
}

impl FileName {
    /// Reads the last part of a URL.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        if text == "original" {
            return Some(Self::Original);
        }
        if let Some(id) = text.strip_prefix("attachment-") {
            return short_id::decode(id).map(Self::Attachment);
        }
        text.parse().ok().map(Self::Proxy)
    }

    /// The proxy that it names, if it names one.
    pub(crate) fn preset(self) -> Option<Preset> {
        match self {
            Self::Proxy(preset) => Some(preset),
            Self::Original | Self::Attachment(_) => None,
        }
    }

    /// What the rules call it.
    pub(crate) fn version(self) -> Version {
        match self {
            Self::Original => Version::Original,
            Self::Proxy(preset) => Version::Proxy(preset),
            Self::Attachment(_) => Version::Attachment,
        }
    }

    /// What a download of it is counted as.
    fn counted(self, asset: Uuid) -> Purpose<'static> {
        match self {
            Self::Original => Purpose::Counted(asset, "original"),
            Self::Proxy(preset) => Purpose::Counted(asset, preset.as_str()),
            Self::Attachment(id) => Purpose::Counted(id, "attachment"),
        }
    }
}

impl fmt::Display for FileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Original => f.write_str("original"),
            Self::Proxy(preset) => f.write_str(preset.as_str()),
            Self::Attachment(id) => write!(f, "attachment-{}", short_id::encode(*id)),
        }
    }
}

impl<'a> Visit<'a> {
    /// Finds the link of a token, and the proxy that is asked for. Text that cannot be a token is answered like a token that nobody has, and so is the
    /// token of the other kind of link: each opens its own route only.
    pub(crate) async fn begin(
        request: &'a HttpRequest,
        services: &'a Services,
        token: &str,
        kind: LinkKind,
        preset: Option<Preset>,
    ) -> Result<Self, PageError> {
        let token: LinkToken = token.parse().map_err(|_| PageError::NotFound)?;
        let mut conn = services.pool.get().await?;
        let found = links::by_token(&mut conn, &token.sha256(), preset).await?;
        let opened = found.filter(|opened| opened.link.kind == kind).ok_or(PageError::NotFound)?;
        Ok(Self { services, request, opened, now: services.now() })
    }

    /// The facts about the asset that the link leads to.
    pub(crate) fn target(&self) -> TargetFacts {
        TargetFacts {
            in_link: true,
            source: self.opened.asset.source,
            original: self.opened.asset.original_state,
            creator: self.opened.creator_role.rights(),
        }
    }

    /// Asks `domain` whether the visitor may see something.
    pub(crate) fn decide(&self, want: Want) -> Result<Permit, Refusal> {
        self.ask(want, false)
    }

    /// Asks `domain` whether the visitor may have a file.
    pub(crate) fn decide_download(&self, file: FileName) -> Result<Permit, Refusal> {
        let counted = self.was_counted(file);
        self.ask(Want::Download(self.target(), file.version()), counted)
    }

    fn ask(&self, want: Want, counted: bool) -> Result<Permit, Refusal> {
        let visitor = VisitorFacts { unlocked: self.holds(UNLOCKED, Purpose::Unlocked), counted };
        decide(&self.opened.link.facts(), visitor, want, self.now)
    }

    fn scope<'p>(&self, purpose: Purpose<'p>) -> Scope<'p> {
        let link = &self.opened.link;
        Scope { link: link.id, token_version: link.token_version, password_version: link.password_version, purpose }
    }

    fn holds(&self, cookie: &str, purpose: Purpose<'_>) -> bool {
        let cookie = self.request.cookie(cookie);
        cookie.is_some_and(|grant| self.scope(purpose).admits(&self.services.keys, grant.value(), self.now))
    }

    fn was_counted(&self, file: FileName) -> bool {
        self.holds(COUNTED, file.counted(self.opened.asset.id))
    }

    /// Checks a password, slowly and not too often.
    pub(crate) async fn try_password(&self, text: &str) -> Result<Unlock, PageError> {
        let link = &self.opened.link;
        if let Err(wait) = self.services.throttle.unlock(request::address(self.request), link.id) {
            return Ok(Unlock::TooMany(wait));
        }
        let right = self.services.hasher.verify(Password::attempt(text), link.password_hash.clone()).await?;
        Ok(if right { Unlock::Open } else { Unlock::Wrong })
    }

    /// Lets the visitor's browser remember that the password was right, for this link only.
    pub(crate) fn remember_unlocked(&self, response: &mut HttpResponseBuilder, path: String) {
        let grant = self.scope(Purpose::Unlocked).sign(&self.services.keys, self.now + UNLOCKED_FOR);
        response.cookie(request::cookie(self.services, UNLOCKED, grant, path, UNLOCKED_FOR.num_seconds()));
    }

    /// Counts a view of the page.
    pub(crate) async fn count_view(&self) -> Result<(), PageError> {
        Ok(links::count_view(&mut *self.services.pool.get().await?, self.opened.link.id, self.now).await?)
    }

    /// Counts a download, unless it goes on with one that was counted for this visitor. The answer carries the
    /// cookie that says so. A link that has none left is not found.
    pub(crate) async fn count_download(&self, file: FileName) -> Result<HttpResponseBuilder, PageError> {
        let mut response = HttpResponse::Ok();
        if self.was_counted(file) {
            return Ok(response);
        }
        let mut conn = self.services.pool.get().await?;
        if !links::count_download(&mut conn, self.opened.link.id, self.now).await? {
            return Err(PageError::NotFound);
        }
        let scope = self.scope(file.counted(self.opened.asset.id));
        let grant = scope.sign(&self.services.keys, self.now + COUNTED_FOR);
        let path = self.request.path().to_owned();
        response.cookie(request::cookie(self.services, COUNTED, grant, path, COUNTED_FOR.num_seconds()));
        Ok(response)
    }

    /// The proxy that was asked for, as the permit wants it: watermarked or plain.
    pub(crate) fn proxy(&self, permit: Permit) -> Option<&Proxy> {
        self.opened.proxy.as_ref().filter(|proxy| proxy.watermarked == permit.watermarked)
    }

    /// Whether `asset` is what the link leads to.
    pub(crate) fn leads_to(&self, asset: Uuid) -> bool {
        self.opened.asset.id == asset
    }
}
