//! Workers under test.

use tokio::{sync::watch, task::JoinHandle};

/// Workers that run beside a test. They stop when this is dropped, or told to.
#[must_use = "they stop when this is dropped"]
pub struct Workers {
    stop: watch::Sender<bool>,
    running: JoinHandle<anyhow::Result<()>>,
}

impl Workers {
    /// Starts what `work` makes of the receiver that tells it to stop.
    pub fn start<F>(work: impl FnOnce(watch::Receiver<bool>) -> F) -> Self
    where
        F: Future<Output = anyhow::Result<()>> + Send + 'static,
    {
        let (stop, stopping) = watch::channel(false);
        Self { stop, running: tokio::spawn(work(stopping)) }
    }

    /// Lets them finish what they do, and says that all went well.
    pub async fn stop(self) {
        self.stop.send_replace(true);
        self.running.await.expect("no panic").expect("they end well");
    }
}
