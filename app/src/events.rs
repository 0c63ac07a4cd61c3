//! Passes announcements of Postgres on a channel to all subscribers in this process.
//!
//! One connection listens from the first subscription on. Announcements are lost while the connection is broken, so
//! that after a reconnect all subscribers are told that anything may have changed.

use crate::outage_log::OutageLog;
use futures::StreamExt;
use schema::{
    Database,
    announcements::{self, Change, Channel},
};
use std::{
    fmt,
    sync::{Mutex, PoisonError},
    time::Duration,
};
use tokio::{sync::broadcast, task::JoinHandle, time::timeout};

/// How many announcements a subscriber may lag behind; a subscriber that lags further is told that anything may have
/// changed.
const BACKLOG: usize = 1024;
/// How long to wait after the connection broke.
const PAUSE: Duration = Duration::from_secs(1);
/// How long a connection may be silent before it is checked.
const SILENCE: Duration = Duration::from_mins(1);
/// How long connecting and the check may each take.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(5);

/// Announcements to subscribe to. Dropping this stops listening.
pub struct Events {
    database: Database,
    channel: Channel,
    sender: broadcast::Sender<Change>,
    listener: Mutex<Option<JoinHandle<()>>>,
}

impl Events {
    /// Announcements of this database on this channel. Connects at the first subscription.
    pub fn new(database: &Database, channel: Channel) -> Self {
        let (sender, _) = broadcast::channel(BACKLOG);
        Self { database: database.clone(), channel, sender, listener: Mutex::default() }
    }

    /// Subscribes to changes from now on. A subscriber that loads data after subscribing misses no change.
    pub fn subscribe(&self) -> Subscriber {
        let receiver = self.sender.subscribe();
        let mut listener = self.listener.lock().unwrap_or_else(PoisonError::into_inner);
        if listener.as_ref().is_none_or(JoinHandle::is_finished) {
            *listener = Some(tokio::spawn(listen_always(self.database.clone(), self.channel, self.sender.clone())));
        }
        Subscriber(receiver)
    }
}

impl Drop for Events {
    fn drop(&mut self) {
        let listener = self.listener.get_mut().unwrap_or_else(PoisonError::into_inner);
        if let Some(listener) = listener.take() {
            listener.abort();
        }
    }
}

impl fmt::Debug for Events {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Events")
    }
}

/// A subscription to changes.
pub struct Subscriber(broadcast::Receiver<Change>);

impl Subscriber {
    /// Waits for the next change; none if no more will come.
    pub async fn next(&mut self) -> Option<Change> {
        match self.0.recv().await {
            Ok(change) => Some(change),
            Err(broadcast::error::RecvError::Lagged(_)) => Some(Change::Anything),
            Err(broadcast::error::RecvError::Closed) => None,
        }
    }

    /// The next change that has already arrived.
    pub fn ready(&mut self) -> Option<Change> {
        match self.0.try_recv() {
            Ok(change) => Some(change),
            Err(broadcast::error::TryRecvError::Lagged(_)) => Some(Change::Anything),
            Err(_) => None,
        }
    }
}

async fn listen_always(database: Database, channel: Channel, sender: broadcast::Sender<Change>) {
    let outage = OutageLog::default();
    loop {
        let Err(error) = listen(&database, channel, &sender, &outage).await;
        if outage.failed() {
            tracing::warn!(error, ?channel, "no connection for announcements; reconnecting");
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Passes announcements on until the connection fails. Without subscribers, sending fails, and that error is ignored.
async fn listen(
    database: &Database,
    channel: Channel,
    sender: &broadcast::Sender<Change>,
    outage: &OutageLog,
) -> Result<std::convert::Infallible, String> {
    let connected = timeout(ANSWER_TIMEOUT, announcements::listen(database, channel)).await;
    let mut conn = connected.map_err(|_| "no connection in time")?.map_err(|error| error.to_string())?;
    if let Some(lasted) = outage.succeeded() {
        tracing::warn!(?lasted, ?channel, "announcements are heard again");
    }
    let _ = sender.send(Change::Anything);
    loop {
        let mut announcements = Box::pin(conn.notifications_stream());
        match timeout(SILENCE, announcements.next()).await {
            Ok(Some(Ok(announcement))) => drop(sender.send(Change::from(&announcement))),
            Ok(Some(Err(error))) => return Err(error.to_string()),
            Ok(None) => return Err("the connection was closed".to_owned()),
            Err(_) => {
                drop(announcements);
                let checked = timeout(ANSWER_TIMEOUT, schema::ping(&mut conn)).await;
                checked.map_err(|_| "the connection is silent")?.map_err(|error| error.to_string())?;
            }
        }
    }
}
