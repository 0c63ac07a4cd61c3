//! The channel between resolvers, which request files, and the HTTP handler, which reads the body of the request.

use app::Error;
use bytes::Bytes;
use storage::StoredFile;
use tokio::sync::{mpsc, oneshot};

/// A stored file of the request.
#[derive(Debug)]
pub struct Received {
    /// The file name that the client sent.
    pub file_name: String,
    /// The stored file.
    pub file: StoredFile,
}

/// Why a resolver does not get its file. The file is not stored.
#[derive(Debug, Clone)]
pub enum Refusal {
    /// The file is larger than the resolver allows.
    TooLarge,
    /// The file is empty.
    Empty,
    /// Another field has already taken the file.
    Taken,
    /// The request has no such file.
    Missing,
    /// The rest of the request is not read, because an earlier file was refused before its end.
    AfterRefused,
    /// The file was to be in the memory only, and does not come next in the request.
    NotNext,
    /// The request is malformed or ended too early, or the file cannot be stored.
    Failed(Error),
}

/// A resolver's request for a file.
#[derive(Debug)]
pub struct FileRequest {
    /// The index of the file, as in [`super::reference()`].
    pub index: usize,
    /// The most bytes of the file. Files that come before it in the request must not be larger either, because they are
    /// stored until their resolvers ask for them.
    pub max_bytes: u64,
    /// How the resolver wants it.
    pub wanted: Wanted,
}

/// How a resolver wants a file, with the channel by which it gets it.
#[derive(Debug)]
pub enum Wanted {
    /// Stored.
    Stored(oneshot::Sender<Result<Received, Refusal>>),
    /// In the memory, and stored nowhere. It must be the next file of the request.
    InMemory(oneshot::Sender<Result<Bytes, Refusal>>),
}

/// The files of a request, for its resolvers.
#[derive(Debug, Clone)]
pub struct Files(mpsc::Sender<FileRequest>);

impl Files {
    /// Both ends of the channel.
    pub fn channel() -> (Self, mpsc::Receiver<FileRequest>) {
        let (requests, receiver) = mpsc::channel(1);
        (Self(requests), receiver)
    }

    /// Waits until a file is stored. If the client disconnects, the handler ends and the channel closes.
    pub(crate) async fn receive(&self, index: usize, max_bytes: u64) -> Result<Received, Refusal> {
        let (answer, answered) = oneshot::channel();
        self.ask(index, max_bytes, Wanted::Stored(answer)).await?;
        answered.await.map_err(|_| gone())?
    }

    /// Waits until a file is in the memory.
    pub(crate) async fn receive_in_memory(&self, index: usize, max_bytes: u64) -> Result<Bytes, Refusal> {
        let (answer, answered) = oneshot::channel();
        self.ask(index, max_bytes, Wanted::InMemory(answer)).await?;
        answered.await.map_err(|_| gone())?
    }

    async fn ask(&self, index: usize, max_bytes: u64, wanted: Wanted) -> Result<(), Refusal> {
        self.0.send(FileRequest { index, max_bytes, wanted }).await.map_err(|_| gone())
    }
}

/// The client has hung up.
fn gone() -> Refusal {
    Refusal::Failed(Error::BadInput("The upload was cut off.".to_owned()))
}
