//! The channel between resolvers, which request files, and the HTTP handler, which reads the body of the request.

use app::Error;
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
    /// Sends the result to the resolver.
    pub answer: oneshot::Sender<Result<Received, Refusal>>,
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
        let gone = || Refusal::Failed(Error::BadInput("The upload was cut off.".to_owned()));
        self.0.send(FileRequest { index, max_bytes, answer }).await.map_err(|_| gone())?;
        answered.await.map_err(|_| gone())?
    }
}
