//! Failures that are not the job's fault: Postgres, Redis or the storage is away. They do not count as attempts, and a
//! lane fetches nothing until Postgres and the storage are back.

use crate::{JobContext, queue::QueueError};
use futures::future::BoxFuture;
use schema::PoolError;
use std::{io, sync::Arc};
use storage::StorageError;

/// Checks whether Postgres and the storage are there; the error says what is away.
pub type Check = Arc<dyn Fn() -> BoxFuture<'static, anyhow::Result<()>> + Send + Sync>;

/// Why a job could not be tried. The job goes back to the queue.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Outage(pub String);

/// Whether an error says that Postgres or Redis does not answer, or that the storage is away or full.
pub fn is_outage(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        cause.downcast_ref::<diesel::result::Error>().is_some_and(schema::is_outage)
            || cause.is::<PoolError>()
            || matches!(cause.downcast_ref::<QueueError>(), Some(QueueError::Redis(_)))
            || cause.downcast_ref::<StorageError>().is_some_and(StorageError::is_outage)
            || cause.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::StorageFull)
    })
}

/// Whether Postgres answers and the storage is there.
pub(crate) async fn check(context: &JobContext) -> anyhow::Result<()> {
    context.storage.check().await?;
    Ok(schema::ping(&mut *context.pool.get().await?).await?)
}

/// Turns the failure of a job into an [`Outage`] if Postgres, Redis or the storage is away.
pub(crate) async fn classify(error: anyhow::Error, context: &JobContext) -> anyhow::Error {
    if is_outage(&error) {
        return Outage(format!("{error:#}")).into();
    }
    // When the storage is away, a job only sees that its file is missing.
    match context.storage.check().await {
        Ok(()) => error,
        Err(gone) => Outage(format!("{gone}: {error:#}")).into(),
    }
}
