//! The way between resolvers, which ask for files, and the request's handler, which alone can read them.

use app::Error;
use storage::StoredFile;
use tokio::sync::{mpsc, oneshot};

/// A file of this request.
#[derive(Debug)]
pub struct Received {
    /// What the client calls it.
    pub file_name: String,
    /// Where it is.
    pub file: StoredFile,
}

/// Why a resolver does not get its file. Nothing of it is left.
#[derive(Debug, Clone)]
pub enum Refusal {
    /// It has more bytes than it may.
    TooLarge,
    /// It has none.
    Empty,
    /// Another field has it.
    Taken,
    /// The request has no such file.
    Missing,
    /// The request was not read on after an earlier file was refused in its middle.
    AfterRefused,
    /// The request is not what it should be, it ended too soon, or the file cannot be stored.
    Failed(Error),
}

/// What a resolver asks for.
#[derive(Debug)]
pub struct FileRequest {
    /// Which file, as [`super::reference()`] counts.
    pub index: usize,
    /// The most bytes that it may have. Those that come before it must not have more either: they are kept for whoever
    /// asks later.
    pub max_bytes: u64,
    /// Who waits for it.
    pub answer: oneshot::Sender<Result<Received, Refusal>>,
}

/// The files of a request, for its resolvers.
#[derive(Debug, Clone)]
pub struct Files(mpsc::Sender<FileRequest>);

impl Files {
    /// The two ends of the way.
    pub fn channel() -> (Self, mpsc::Receiver<FileRequest>) {
        let (requests, receiver) = mpsc::channel(1);
        (Self(requests), receiver)
    }

    /// Waits until a file has arrived. When the client hangs up, nobody is there any more to read it.
    pub(crate) async fn receive(&self, index: usize, max_bytes: u64) -> Result<Received, Refusal> {
        let (answer, answered) = oneshot::channel();
        let gone = || Refusal::Failed(Error::BadInput("The upload was cut off.".to_owned()));
        self.0.send(FileRequest { index, max_bytes, answer }).await.map_err(|_| gone())?;
        answered.await.map_err(|_| gone())?
    }
}
