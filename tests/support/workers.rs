//! Workers under test.

use tokio::{sync::watch, task::JoinHandle};

/// Workers that run during a test. They stop when this is dropped, or when they are told to.
#[must_use = "they stop when this is dropped"]
pub struct Workers {
    stop: watch::Sender<bool>,
    running: JoinHandle<anyhow::Result<()>>,
}

impl Workers {
    /// Starts the future that `work` returns; the receiver tells it to stop.
    pub fn start<F>(work: impl FnOnce(watch::Receiver<bool>) -> F) -> Self
    where
        F: Future<Output = anyhow::Result<()>> + Send + 'static,
    {
        let (stop, stopping) = watch::channel(false);
        Self { stop, running: tokio::spawn(work(stopping)) }
    }

    /// Waits until the workers have finished their jobs, and fails if one failed.
    pub async fn stop(self) {
        self.stop.send_replace(true);
        self.running.await.expect("no panic").expect("they end well");
    }
}
