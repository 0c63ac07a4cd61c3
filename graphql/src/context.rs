//! What resolvers get from the context: the parts of the server, the caller, and the data of the request.

use crate::loaders::Loaders;
use app::{Caller, Error, Services, Viewer, backlog::Backlog, job_queue, visitor::Visitor};
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

/// The permits of one request to hold connections. Its resolvers and its loaders share them.
#[derive(Clone)]
pub(crate) struct ConnectionPermits(Arc<Semaphore>);

impl Default for ConnectionPermits {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(MAX_CONNECTIONS)))
    }
}

impl ConnectionPermits {
    /// A connection, as soon as there is a permit.
    pub(crate) async fn connection(&self, pool: &Pool) -> Result<RequestConnection, Error> {
        let permit = self.permit().await?;
        Ok(RequestConnection { connection: pool.get().await?, _permit: permit })
    }

    async fn permit(&self) -> Result<OwnedSemaphorePermit, Error> {
        Arc::clone(&self.0).acquire_owned().await.map_err(Error::internal)
    }
}

/// A connection to Postgres, with the permit to hold it.
pub(crate) struct RequestConnection {
    connection: Connection,
    _permit: OwnedSemaphorePermit,
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

/// A permit to hold a connection, for a field whose operation takes the connections that it needs one after the other.
pub(crate) async fn permit(ctx: &Context<'_>) -> Result<OwnedSemaphorePermit, Error> {
    ctx.data_unchecked::<ConnectionPermits>().permit().await
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
/// permits would wait for ever.
pub(crate) async fn connection(ctx: &Context<'_>) -> Result<RequestConnection, Error> {
    ctx.data_unchecked::<ConnectionPermits>().connection(&services(ctx).pool).await
}

/// The queue of background jobs, for an administrator.
pub(crate) fn backlog<'a>(ctx: &Context<'a>) -> Result<(&'a dyn Backlog, &'a Viewer), Error> {
    let viewer = viewer(ctx)?;
    Ok((job_queue::backlog(services(ctx), viewer)?, viewer))
}
