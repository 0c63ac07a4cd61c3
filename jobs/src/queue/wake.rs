//! Wakes idle workers: scripts that make a job ready publish its lane.

use super::{Queue, QueueError};
use app::outage_log::OutageLog;
use futures::StreamExt;
use schema::outbox::Lane;
use std::{sync::Arc, time::Duration};
use tokio::sync::Notify;

/// How long to wait after the connection broke.
const PAUSE: Duration = Duration::from_millis(500);

/// One notification for each lane. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Wakes(Arc<[(Lane, Notify)]>);

impl Wakes {
    pub(crate) fn new() -> Self {
        Self(Lane::ALL.iter().map(|&lane| (lane, Notify::new())).collect())
    }

    /// Waits until a lane may have ready jobs. A notification that comes while nobody waits is kept.
    pub(crate) async fn woken(&self, lane: Lane) {
        match self.0.iter().find(|(other, _)| *other == lane) {
            Some((_, notify)) => notify.notified().await,
            None => std::future::pending().await,
        }
    }

    /// Notifies lanes that have ready jobs, for ever.
    pub(crate) async fn run(&self, queue: &Queue) {
        let outage = OutageLog::default();
        loop {
            if let Err(error) = self.listen(queue, &outage).await
                && outage.failed()
            {
                tracing::warn!(%error, "nobody wakes the workers; they look for themselves");
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    async fn listen(&self, queue: &Queue, outage: &OutageLog) -> Result<(), QueueError> {
        let mut listener = queue.listener().await?;
        listener.subscribe(queue.key("wake")).await?;
        if let Some(lasted) = outage.succeeded() {
            tracing::warn!(?lasted, "the workers are woken again");
        }
        // Jobs may have become ready while nobody listened.
        self.notify(|_| true);
        let mut messages = listener.on_message();
        while let Some(message) = messages.next().await {
            let name: String = message.get_payload()?;
            self.notify(|lane| lane.name() == name);
        }
        Ok(())
    }

    fn notify(&self, which: impl Fn(Lane) -> bool) {
        self.0.iter().filter(|(lane, _)| which(*lane)).for_each(|(_, notify)| notify.notify_one());
    }
}
