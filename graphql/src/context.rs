//! What resolvers work with: the parts of the server, and who is asking.

use crate::loaders::Loaders;
use app::{
    Caller, Error, Services, Viewer,
    backlog::{self, Backlog},
};
use async_graphql::Context;
use diesel_async::AsyncPgConnection;
use schema::Connection;
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

/// The viewer, who runs the workspace; everybody else is refused.
pub(crate) fn admin<'a>(ctx: &Context<'a>) -> Result<&'a Viewer, Error> {
    viewer(ctx)?.require_admin()
}

/// The loaders of this request. Only below a resolver that has asked for the viewer: nobody else has any.
pub(crate) fn loaders<'a>(ctx: &Context<'a>) -> &'a Loaders {
    ctx.data_unchecked::<Loaders>()
}

/// How many connections to Postgres one request holds at a time: its fields run side by side, and others must not wait
/// for all of them.
const MAX_CONNECTIONS: usize = 5;

/// The permits of one request's fields to hold a connection.
pub(crate) struct ConnectionPermits(Arc<Semaphore>);

impl Default for ConnectionPermits {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(MAX_CONNECTIONS)))
    }
}

/// A connection to Postgres, in this field's turn.
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

/// A connection for one field. Let go of it before anything else waits for another: a request has only so many permits.
pub(crate) async fn connection(ctx: &Context<'_>) -> Result<RequestConnection, Error> {
    let permits = Arc::clone(&ctx.data_unchecked::<ConnectionPermits>().0);
    let permit = permits.acquire_owned().await.map_err(Error::internal)?;
    Ok(RequestConnection { connection: services(ctx).pool.get().await?, _permit: permit })
}

/// The queue of background jobs, for an administrator.
pub(crate) fn backlog<'a>(ctx: &Context<'a>) -> Result<(&'a dyn Backlog, &'a Viewer), Error> {
    let viewer = viewer(ctx)?;
    Ok((backlog::of(services(ctx), viewer)?, viewer))
}
