//! What resolvers get from the context: the parts of the server, the caller, and the data of the request.

use crate::loaders::Loaders;
use app::{Caller, Error, Services, Viewer, backlog::Backlog, job_queue, listings::Listing, visitor::Visitor};
use async_graphql::Context;
use diesel_async::AsyncPgConnection;
use schema::{Connection, Pool};
use std::{
    ops::{Deref, DerefMut},
    sync::Arc,
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

pub(crate) fn services<'a>(ctx: &Context<'a>) -> &'a Arc<Services> {
    ctx.data_unchecked::<Arc<Services>>()
}

pub(crate) fn caller<'a>(ctx: &Context<'a>) -> &'a Caller {
    ctx.data_unchecked::<Caller>()
}

pub(crate) fn viewer<'a>(ctx: &Context<'a>) -> Result<&'a Viewer, Error> {
    caller(ctx).signed_in()
}

/// The viewer, if an administrator.
pub(crate) fn admin<'a>(ctx: &Context<'a>) -> Result<&'a Viewer, Error> {
    viewer(ctx)?.require_admin()
}

/// The loaders of this request. They exist only if there is a viewer; call this only in resolvers below one that
/// requires the viewer.
pub(crate) fn loaders<'a>(ctx: &Context<'a>) -> &'a Loaders {
    ctx.data_unchecked::<Loaders>()
}

/// How many connections to Postgres one request holds at a time. Its fields run concurrently, and must not take all
/// connections from other requests.
const MAX_CONNECTIONS: usize = 5;

/// Where the resolvers and the loaders of one request read: from the primary, with the permits of the request to hold
/// connections, or from a replica, if the request is a listing that may be read there. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Reads {
    primary: Pool,
    permits: Arc<Semaphore>,
    listing: Option<Arc<Listing>>,
}

impl Reads {
    pub(crate) fn new(primary: &Pool, listing: Option<Arc<Listing>>) -> Self {
        Self { primary: primary.clone(), permits: Arc::new(Semaphore::new(MAX_CONNECTIONS)), listing }
    }

    /// A connection for one read.
    pub(crate) async fn connection(&self) -> Result<RequestConnection, Error> {
        if let Some(listing) = &self.listing
            && let Some(connection) = listing.replica().await
        {
            return Ok(RequestConnection::Replica(Box::new(connection)));
        }
        self.primary().await
    }

    /// A connection to the primary, as soon as there is a permit: for what decides what the viewer may do.
    pub(crate) async fn primary(&self) -> Result<RequestConnection, Error> {
        let permit = self.permit().await?;
        Ok(RequestConnection::Primary { connection: self.primary.get().await?, _permit: permit })
    }

    async fn permit(&self) -> Result<OwnedSemaphorePermit, Error> {
        Arc::clone(&self.permits).acquire_owned().await.map_err(Error::internal)
    }
}

/// A connection to Postgres.
#[expect(clippy::large_enum_variant, reason = "most connections are to the primary, and live for one statement")]
pub(crate) enum RequestConnection {
    /// To the primary, with the permit to hold it.
    Primary { connection: Connection, _permit: OwnedSemaphorePermit },
    /// The one that the request has to the replica.
    Replica(Box<dyn DerefMut<Target = AsyncPgConnection> + Send + Sync>),
}

impl Deref for RequestConnection {
    type Target = AsyncPgConnection;

    fn deref(&self) -> &Self::Target {
        match self {
            Self::Primary { connection, .. } => connection,
            Self::Replica(connection) => connection,
        }
    }
}

impl DerefMut for RequestConnection {
    fn deref_mut(&mut self) -> &mut Self::Target {
        match self {
            Self::Primary { connection, .. } => connection,
            Self::Replica(connection) => connection,
        }
    }
}

/// A permit to hold a connection, for a field whose operation takes the connections that it needs one after the other.
pub(crate) async fn permit(ctx: &Context<'_>) -> Result<OwnedSemaphorePermit, Error> {
    ctx.data_unchecked::<Reads>().permit().await
}

/// The caller as a visitor of a link, with the grant that they present.
pub(crate) fn visitor(ctx: &Context<'_>, grant: Option<String>) -> Visitor {
    let caller = caller(ctx);
    Visitor {
        address: caller.address,
        unlocked: grant.into_iter().collect(),
        file: None,
        counted: None,
        devices: Vec::new(),
        // The grant says whether the visit was counted.
        seen: None,
        do_not_track: caller.do_not_track,
        // Bots that look for a preview read pages.
        is_preview_bot: false,
        is_prefetch: false,
        is_inside: false,
        headers_only: false,
    }
}

/// A connection for one field. Drop it before waiting for another one, or for a loader: a request that holds all its
/// permits, or its only connection to a replica, would wait for ever.
pub(crate) async fn connection(ctx: &Context<'_>) -> Result<RequestConnection, Error> {
    ctx.data_unchecked::<Reads>().connection().await
}

/// The queue of background jobs, for an administrator.
pub(crate) fn backlog<'a>(ctx: &Context<'a>) -> Result<(&'a dyn Backlog, &'a Viewer), Error> {
    let viewer = viewer(ctx)?;
    Ok((job_queue::backlog(services(ctx), viewer)?, viewer))
}
