//! Turns originals into proxies. Pure work on bytes, for blocking threads.

mod picture;

pub use picture::{MadeProxy, Picture, proxies};

/// Why nothing can be made of a file; for people. Trying again would not help.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unusable(pub String);

/// Runs CPU-heavy work on a blocking thread. A panic in a decoder is the file's fault, not the worker's end.
pub async fn off_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Unusable> + Send + 'static,
) -> Result<T, Unusable> {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|_| Err(Unusable("The file made the decoder fail.".into())))
}
