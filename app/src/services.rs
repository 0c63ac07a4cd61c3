//! The parts of the server.

use crate::{
    Caller, Error, Viewer,
    backlog::Backlog,
    covers::Covers,
    events::Events,
    face_models::FaceModels,
    hasher::Hasher,
    limits::Limits,
    listings::Listings,
    mailer::Mailer,
    media::MediaAssets,
    photos::Photos,
    throttle::{RateLimiter, Throttle},
    visitor::{OpenedLinks, Views},
};
use chrono::{DateTime, Utc};
use domain::{Clock, Presets, VideoQuality, token::Keyring};
use schema::{Pool, links::Link};
use std::{net::IpAddr, sync::Arc, time::Instant};
use storage::Storage;

/// The parts of the server.
pub struct Services {
    /// Postgres.
    pub pool: Pool,
    /// Where listings are read.
    pub listings: Arc<Listings>,
    /// Blobs.
    pub storage: Storage,
    /// The keys from which link tokens are derived.
    pub keys: Keyring,
    /// The clock.
    pub clock: Clock,
    /// The base URL of links, without a slash at the end.
    pub public_url: String,
    /// Hashes passwords, a few at a time.
    pub hasher: Hasher,
    /// Throttles guessing of passwords and links.
    pub throttle: Throttle,
    /// Limits the rate of API requests.
    pub rate_limiter: RateLimiter,
    /// Announcements of changed proxies.
    pub events: Events,
    /// Announcements of views and downloads of links.
    pub link_activity: Events,
    /// The most assets of one share, or of one call that adds assets to a collection.
    pub max_share: usize,
    /// The limits of uploads and imports.
    pub limits: Limits,
    /// The proxies that are made of new assets.
    pub presets: Presets,
    /// How good the videos among them look.
    pub video_quality: VideoQuality,
    /// Finds faces.
    pub face_models: FaceModels,
    /// The photos that visitors send to search for a person.
    pub photos: Photos,
    /// Sends mail; none where no mail server is configured.
    pub mailer: Option<Mailer>,
    /// The covers of links.
    pub covers: Covers,
    /// The assets of signed URLs.
    pub media: MediaAssets,
    /// The links that visitors open.
    pub opened_links: OpenedLinks,
    /// Counts views.
    pub views: Arc<Views>,
    /// The queue of background jobs; none without Redis.
    pub backlog: Option<Arc<dyn Backlog>>,
}

impl Services {
    /// The URL of a link. Fails if the key of the link's token is no longer configured.
    pub fn link_url(&self, link: &Link) -> Result<String, Error> {
        let key =
            self.keys.get(&link.key_id).ok_or_else(|| Error::internal("the key of this link is not configured"))?;
        let token = key.link_token(link.id, link.token_version);
        let route = match link.kind {
            domain::LinkKind::Public => "s",
            domain::LinkKind::Download => "d",
        };
        Ok(format!("{}/{route}/{}", self.public_url, token.expose_secret()))
    }

    /// Charges a caller for a request.
    pub fn charge(&self, caller: &Caller, cost: u64) -> Result<(), Error> {
        self.charge_operation(caller, cost, 0)
    }

    /// Charges a caller for the operation of a request; `paid` was charged for the request already.
    pub fn charge_operation(&self, caller: &Caller, cost: u64, paid: u64) -> Result<(), Error> {
        let user = caller.viewer.as_ref().map(|viewer| viewer.user.id);
        self.rate_limiter.charge_operation(caller.address, user, cost, paid, Instant::now()).map_err(Error::RateLimited)
    }

    /// Charges a user for a page.
    pub fn charge_page(&self, viewer: &Viewer, address: IpAddr, cost: u64) -> Result<(), Error> {
        let user = Some(viewer.user.id);
        self.rate_limiter.charge_operation(address, user, cost, 0, Instant::now()).map_err(Error::RateLimited)
    }

    /// The present instant.
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }
}
