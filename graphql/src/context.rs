//! What resolvers work with: the parts of the server, and who is asking.

use crate::{
    Error, Lacking,
    backlog::Backlog,
    events::Events,
    hasher::Hasher,
    loaders::Loaders,
    throttle::{Allowance, Throttle},
    upload::Limits,
};
use async_graphql::Context;
use chrono::{DateTime, Utc};
use diesel_async::AsyncPgConnection;
use domain::{Clock, Presets, Right, Rights, bearer::BearerToken, token::Keyring};
use schema::{
    Connection, Pool, collections::CollectionView, link_listing::Visible, links::Link, rights::Subject, users::User,
    workspaces::Workspace,
};
use std::{
    net::IpAddr,
    ops::{Deref, DerefMut},
    sync::Arc,
    time::Instant,
};
use storage::Storage;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The parts of the server.
pub struct Services {
    /// Postgres.
    pub pool: Pool,
    /// Blobs.
    pub storage: Storage,
    /// What link tokens are derived from.
    pub keys: Keyring,
    /// Tells the time.
    pub clock: Clock,
    /// What links begin with, without a slash at the end.
    pub public_url: String,
    /// Hashes passwords, a few at a time.
    pub hasher: Hasher,
    /// Slows down guessing.
    pub throttle: Throttle,
    /// Limits what one caller asks for.
    pub allowance: Allowance,
    /// Tells who waits for proxies.
    pub events: Events,
    /// The most assets of one share, or put into a collection by one call.
    pub max_share: usize,
    /// What uploads and imports must keep to.
    pub limits: Limits,
    /// Which proxies new assets are to get.
    pub presets: Presets,
    /// The queue of background jobs; none without Redis.
    pub backlog: Option<Arc<dyn Backlog>>,
}

impl Services {
    /// The address that opens a link. Fails where the key that it was made with is no longer configured.
    pub(crate) fn link_url(&self, link: &Link) -> Result<String, Error> {
        let key =
            self.keys.get(&link.key_id).ok_or_else(|| Error::internal("the key of this link is not configured"))?;
        let token = key.link_token(link.id, link.token_version);
        let route = match link.kind {
            domain::LinkKind::Public => "s",
            domain::LinkKind::Download => "d",
        };
        Ok(format!("{}/{route}/{}", self.public_url, token.reveal()))
    }

    /// Charges a caller for a request.
    pub fn charge(&self, caller: &Caller, cost: u64) -> Result<(), Error> {
        let user = caller.viewer.as_ref().map(|viewer| viewer.user.id);
        self.allowance.spend(caller.address, user, cost, Instant::now()).map_err(Error::RateLimited)
    }

    /// Charges a caller for the operation of a request, for which `paid` was charged already.
    pub fn charge_operation(&self, caller: &Caller, cost: u64, paid: u64) -> Result<(), Error> {
        let user = caller.viewer.as_ref().map(|viewer| viewer.user.id);
        self.allowance.spend_more(caller.address, user, cost, paid, Instant::now()).map_err(Error::RateLimited)
    }

    /// The present instant.
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }
}

/// A signed-in user and the workspace that all he sees belongs to.
#[derive(Debug, Clone)]
pub struct Viewer {
    /// Who.
    pub user: User,
    /// Where.
    pub workspace: Workspace,
    /// What role and rules let the viewer do with everything in the workspace. Rules may add to it for single assets.
    pub rights: Rights,
}

impl Viewer {
    /// Whom rights on single assets are asked for.
    pub fn subject(&self) -> Subject {
        Subject { user: self.user.id, everywhere: self.rights }
    }

    /// Whether the viewer runs the workspace.
    pub(crate) fn is_admin(&self) -> bool {
        self.user.role == domain::Role::Admin
    }

    /// Which collections the viewer may see.
    pub(crate) fn visible_collections(&self) -> CollectionView {
        CollectionView { workspace: self.workspace.id, user: (!self.is_admin()).then_some(self.user.id) }
    }

    /// Which links the viewer may see and manage: his own, and an administrator everybody's.
    pub(crate) fn visible_links(&self) -> Visible {
        Visible { workspace: self.workspace.id, created_by: (!self.is_admin()).then_some(self.user.id) }
    }

    /// Refuses a viewer without this right on everything.
    pub(crate) fn require(&self, right: Right) -> Result<(), Error> {
        if self.rights.has(right) { Ok(()) } else { Err(Error::Forbidden(Lacking::Right(right))) }
    }
}

/// Who sent a request.
#[derive(Debug, Clone)]
pub struct Caller {
    /// The signed-in user, if the request carries a token that lives.
    pub viewer: Option<Viewer>,
    /// The token it carries.
    pub bearer: Option<BearerToken>,
    /// Where it comes from.
    pub address: IpAddr,
    /// The header `Idempotency-Key`.
    pub idempotency_key: Option<String>,
}

impl Caller {
    /// The signed-in user; anybody else is told why there is none.
    pub fn signed_in(&self) -> Result<&Viewer, Error> {
        let nobody = || if self.bearer.is_some() { Error::TokenEnded } else { Error::Unauthenticated };
        self.viewer.as_ref().ok_or_else(nobody)
    }
}

pub(crate) fn services<'a>(ctx: &Context<'a>) -> &'a Arc<Services> {
    ctx.data_unchecked::<Arc<Services>>()
}

pub(crate) fn caller<'a>(ctx: &Context<'a>) -> &'a Caller {
    ctx.data_unchecked::<Caller>()
}

pub(crate) fn viewer<'a>(ctx: &Context<'a>) -> Result<&'a Viewer, Error> {
    caller(ctx).signed_in()
}

/// The viewer, who runs the workspace; everybody else is refused.
pub(crate) fn admin<'a>(ctx: &Context<'a>) -> Result<&'a Viewer, Error> {
    let viewer = viewer(ctx)?;
    if viewer.is_admin() { Ok(viewer) } else { Err(Error::Forbidden(Lacking::Administrator)) }
}

/// The loaders of this request. Only below a resolver that has asked for the viewer: nobody else has any.
pub(crate) fn loaders<'a>(ctx: &Context<'a>) -> &'a Loaders {
    ctx.data_unchecked::<Loaders>()
}

/// How many connections to Postgres one request holds at a time: its fields run side by side, and others must not wait
/// for all of them.
const MAX_CONNECTIONS: usize = 5;

/// The turns of one request's fields to hold a connection.
pub(crate) struct ConnectionTurns(Arc<Semaphore>);

impl Default for ConnectionTurns {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(MAX_CONNECTIONS)))
    }
}

/// A connection to Postgres, in this field's turn.
pub(crate) struct RequestConnection {
    connection: Connection,
    _turn: OwnedSemaphorePermit,
}

impl Deref for RequestConnection {
    type Target = AsyncPgConnection;

    fn deref(&self) -> &Self::Target {
        &self.connection
    }
}

impl DerefMut for RequestConnection {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.connection
    }
}

/// A connection for one field. Let go of it before anything else waits for another: a request has only so many turns.
pub(crate) async fn connection(ctx: &Context<'_>) -> Result<RequestConnection, Error> {
    let turns = Arc::clone(&ctx.data_unchecked::<ConnectionTurns>().0);
    let turn = turns.acquire_owned().await.map_err(Error::internal)?;
    Ok(RequestConnection { connection: services(ctx).pool.get().await?, _turn: turn })
}
