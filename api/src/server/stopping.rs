//! Tells every WebSocket that the server stops.

use std::sync::Arc;
use tokio::sync::watch;

/// Tells each WebSocket that the server stops, because otherwise it would last for as long as its client likes.
#[derive(Clone, Default)]
pub(crate) struct Stopping(pub(super) Arc<watch::Sender<bool>>);

impl Stopping {
    /// Becomes true when the server stops.
    pub(crate) fn watch(&self) -> watch::Receiver<bool> {
        self.0.subscribe()
    }
}
