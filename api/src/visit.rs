//! A visitor's request: the link behind a token, and the one question to `domain`.

use crate::{page_error::PageError, request};
use actix_web::{
    HttpMessage, HttpRequest, HttpResponse, HttpResponseBuilder,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::{Method, StatusCode},
    middleware::Next,
    web,
};
use app::{Services, throttle::Source};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    AssetSource, LinkKind, LinkState, OriginalState, Preset, Rights,
    access::{Permit, Refusal, Resource, TargetFacts, Version, VisitorFacts, decide},
    device::{self, Device, DeviceScope, DeviceToken, KNOWN_FOR},
    grant::{CONTINUED_FOR, Purpose, REPEATED_FOR, Scope, UNLOCKED_FOR},
    password::Attempt,
    short_id,
    token::LinkToken,
};
use schema::{
    assets::Asset,
    links::{self, OpenedLink},
    proxies::Proxy,
};
use std::{fmt, time::Duration};
use uuid::Uuid;

/// The cookie of a visitor who knew the password.
const UNLOCKED: &str = "vitrine_unlocked";
/// The cookie by which a link knows a device from which the password came before. It opens nothing.
const DEVICE: &str = "vitrine_device";
/// The cookie of a visitor whose download was counted.
const COUNTED: &str = "vitrine_counted";

/// A link that exists, and a moment at which somebody wants something of it.
pub(crate) struct Visit<'a> {
    pub(crate) services: &'a Services,
    pub(crate) request: &'a HttpRequest,
    pub(crate) opened: OpenedLink,
    pub(crate) now: DateTime<Utc>,
}

/// What of a link somebody asks for.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Asked {
    /// An asset, where the link leads to a collection.
    pub(crate) asset: Option<Uuid>,
    /// One of its proxies.
    pub(crate) preset: Option<Preset>,
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
    /// Finds the link of a token, and what is asked for of it. Text that cannot be a token is answered like a token
    /// that nobody has, and so is the token of the other kind of link: each opens its own route only.
    pub(crate) async fn begin(
        request: &'a HttpRequest,
        services: &'a Services,
        token: &str,
        kind: LinkKind,
        asked: Asked,
    ) -> Result<Self, PageError> {
        let found = match token.parse::<LinkToken>() {
            Ok(token) => {
                let mut conn = services.pool.get().await?;
                links::by_token(&mut conn, &token.sha256(), asked.asset, asked.preset).await?
            }
            Err(_) => None,
        };
        let opened = found.filter(|opened| opened.link.kind == kind).ok_or(PageError::NotFound)?;
        let now = services.now();
        if opened.link.lifetime().state(now) == LinkState::Active {
            request.extensions_mut().insert(Living);
        }
        Ok(Self { services, request, opened, now })
    }

    /// The asset that the link leads to, or that was asked for of its collection.
    pub(crate) fn asset(&self) -> Result<&Asset, PageError> {
        self.opened.asset.as_ref().ok_or(PageError::NotFound)
    }

    /// The facts about that asset; where there is none, about one that the link does not lead to.
    pub(crate) fn target(&self) -> TargetFacts {
        let creator = self.opened.creator().everywhere;
        match &self.opened.asset {
            Some(asset) => target_facts(asset, self.opened.in_link, creator),
            None => TargetFacts {
                in_link: false,
                source: AssetSource::External,
                original: OriginalState::Unavailable,
                creator,
            },
        }
    }

    /// Asks `domain` whether the visitor may see something.
    pub(crate) fn decide(&self, resource: Resource) -> Result<Permit, Refusal> {
        self.ask(resource, false)
    }

    /// Asks `domain` whether the visitor may have a file of the asset, or go on with it.
    pub(crate) fn decide_download(&self, file: FileName) -> Result<Permit, Refusal> {
        let asset = self.opened.asset.as_ref();
        let counted = asset.is_some_and(|asset| self.left(COUNTED, file.counted(asset.id)).is_some());
        self.ask(Resource::Download(self.target(), file.version()), counted)
    }

    /// Whether the visitor may have a file of an asset that the link leads to, whose creator has these rights on it.
    pub(crate) fn offers(&self, asset: &Asset, creator: Rights, file: FileName) -> bool {
        let counted = self.may_repeat(asset.id, file);
        self.ask(Resource::Download(target_facts(asset, true, creator), file.version()), counted).is_ok()
    }

    fn ask(&self, resource: Resource, counted: bool) -> Result<Permit, Refusal> {
        let visitor = VisitorFacts { unlocked: self.holds(UNLOCKED, Purpose::Unlocked), counted };
        decide(&self.opened.link.facts(), visitor, resource, self.now)
    }

    fn scope<'p>(&self, purpose: Purpose<'p>) -> Scope<'p> {
        let link = &self.opened.link;
        Scope { link: link.id, token_version: link.token_version, password_version: link.password_version, purpose }
    }

    fn holds(&self, cookie: &str, purpose: Purpose<'_>) -> bool {
        self.left(cookie, purpose).is_some()
    }

    /// How much longer the visitor has a grant for something.
    fn left(&self, cookie: &str, purpose: Purpose<'_>) -> Option<TimeDelta> {
        let cookie = self.request.cookie(cookie)?;
        self.scope(purpose).left(&self.services.keys, cookie.value(), self.now)
    }

    /// Whether a download was counted for this visitor so recently that it may be begun anew.
    fn may_repeat(&self, asset: Uuid, file: FileName) -> bool {
        self.left(COUNTED, file.counted(asset)).is_some_and(|left| left > CONTINUED_FOR - REPEATED_FOR)
    }

    /// Checks a password, slowly and not too often.
    pub(crate) async fn try_password(&self, text: &str) -> Result<Unlock, PageError> {
        let link = &self.opened.link;
        let source = Source::new(self.device(), request::address(self.request));
        let attempt = match self.services.throttle.unlock(source, link.id).await {
            Ok(attempt) => attempt,
            Err(wait) => return Ok(Unlock::TooMany(wait)),
        };
        if !self.services.hasher.verify(Attempt::new(text), link.password_hash.clone(), source).await? {
            return Ok(Unlock::Wrong);
        }
        attempt.refund().await;
        Ok(Unlock::Open)
    }

    /// The visitor's device, if the password has come from it before.
    fn device(&self) -> Option<Device> {
        let cookie = self.request.cookie(DEVICE)?;
        DeviceToken::attempt(cookie.value()).recognize(&self.services.keys, self.device_scope(), self.now)
    }

    fn device_scope(&self) -> DeviceScope {
        DeviceScope::Link(self.opened.link.id, self.opened.link.password_version)
    }

    /// Lets the visitor's browser remember that the password was right, for this link only: for a while to get in, and
    /// longer to be no stranger.
    pub(crate) fn remember_visitor(&self, response: &mut HttpResponseBuilder, path: String) {
        let keys = &self.services.keys;
        let grant = self.scope(Purpose::Unlocked).sign(keys, self.now + UNLOCKED_FOR);
        let device = self.device().map_or_else(|| device::new_id(&mut rand::rng()), |device| device.id);
        let token = DeviceToken::issue(keys, self.device_scope(), device, self.now).expose_secret().to_owned();
        let mut set = |name, value, lasts: TimeDelta| {
            request::set_visitor_cookie(response, self.services, name, value, path.clone(), lasts.num_seconds());
        };
        set(UNLOCKED, grant, UNLOCKED_FOR);
        set(DEVICE, token, KNOWN_FOR);
    }

    /// Counts a view of the page, and of the asset that it shows, if it is one. What looks for a preview only, and
    /// what asks for the headers only, is no view.
    pub(crate) async fn count_view(&self, asset: Option<Uuid>) -> Result<(), PageError> {
        if self.request.method() != Method::GET || request::is_preview_bot(self.request) {
            return Ok(());
        }
        Ok(links::count_view(&mut *self.services.pool.get().await?, self.opened.link.id, asset, self.now).await?)
    }

    /// Counts a download, unless it goes on with one that was counted for this visitor, or repeats it within a short
    /// while. The answer carries the cookie that says so. A link that has none left is not found. Bots that look for a
    /// preview do not count; where downloads are limited they get none, or else anybody could call himself one.
    pub(crate) async fn count_download(
        &self,
        file: FileName,
        from_first_byte: bool,
    ) -> Result<HttpResponseBuilder, PageError> {
        let mut response = HttpResponse::Ok();
        let asset = self.asset()?.id;
        let counted = if from_first_byte {
            self.may_repeat(asset, file)
        } else {
            self.left(COUNTED, file.counted(asset)).is_some()
        };
        if counted {
            return Ok(response);
        }
        if request::is_preview_bot(self.request) {
            return if self.opened.link.settings.max_downloads.is_some() {
                Err(PageError::NotForBots)
            } else {
                Ok(response)
            };
        }
        let mut conn = self.services.pool.get().await?;
        if !links::count_download(&mut conn, self.opened.link.id, asset, self.now).await? {
            return Err(PageError::NotFound);
        }
        let scope = self.scope(file.counted(asset));
        let grant = scope.sign(&self.services.keys, self.now + CONTINUED_FOR);
        let path = self.request.path().to_owned();
        request::set_visitor_cookie(&mut response, self.services, COUNTED, grant, path, CONTINUED_FOR.num_seconds());
        Ok(response)
    }

    /// The proxy that was asked for, as the permit wants it: watermarked or plain.
    pub(crate) fn proxy(&self, permit: Permit) -> Option<&Proxy> {
        self.opened.proxy.as_ref().filter(|proxy| proxy.watermarked == permit.watermarked)
    }
}

/// The link that a request is about is open.
struct Living;

/// Charges requests for links that are not there, or no longer, to the address that asks, and only those: whoever has
/// a link gets in, whatever others at the same address try.
pub(crate) async fn charge_misses(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let response = next.call(request).await?;
    let found_nothing =
        response.status() == StatusCode::NOT_FOUND && !response.request().extensions().contains::<Living>();
    if found_nothing
        && let Some(services) = response.request().app_data::<web::Data<Services>>()
        && let Err(wait) = services.throttle.unknown_link(request::address(response.request())).await
    {
        return Err(PageError::TooMany(wait).into());
    }
    Ok(response)
}

/// What the rules need to know of an asset, for a link by a creator with these rights.
pub(crate) fn target_facts(asset: &Asset, in_link: bool, creator: Rights) -> TargetFacts {
    TargetFacts { in_link, source: asset.source, original: asset.original_state, creator }
}
