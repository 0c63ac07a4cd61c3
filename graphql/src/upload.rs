//! Uploaded files: the `Upload` scalar, and the files of a request that are stored but belong to nothing yet.
//!
//! The server stores each file of a multipart request as it arrives, before the operation runs, and puts
//! references into the variables. What no resolver has taken afterwards is deleted.

use async_graphql::{InputValueError, InputValueResult, Scalar, ScalarType, Value};
use std::sync::Mutex;
use storage::StoredFile;

/// How a reference to a stored file looks in the variables. The control character keeps clients from writing one
/// by accident; writing one on purpose only names a file of the same request.
const MARK: &str = "\u{1}file:";

/// The value that stands for the `index`th file of a request.
pub fn reference(index: usize) -> String {
    format!("{MARK}{index}")
}

/// A file, sent as GraphQL multipart request: see <https://github.com/jaydenseric/graphql-multipart-request-spec>.
#[derive(Debug, Clone, Copy)]
pub struct Upload(usize);

#[Scalar]
impl ScalarType for Upload {
    fn parse(value: Value) -> InputValueResult<Self> {
        let index = match &value {
            Value::String(text) => text.strip_prefix(MARK).and_then(|index| index.parse().ok()),
            _ => None,
        };
        index.map(Self).ok_or_else(|| {
            InputValueError::custom("A file is sent as a GraphQL multipart request, with null in its place here.")
        })
    }

    fn to_value(&self) -> Value {
        Value::Null
    }
}

/// A file of this request.
#[derive(Debug)]
pub struct Received {
    /// What the client calls it.
    pub file_name: String,
    /// Where it is.
    pub file: StoredFile,
}

/// The files of a request that no resolver has taken.
#[derive(Debug, Default)]
pub struct ReceivedFiles(Mutex<Vec<Option<Received>>>);

impl ReceivedFiles {
    /// The files, in the order that [`reference()`] counts.
    pub fn new(files: Vec<Received>) -> Self {
        Self(Mutex::new(files.into_iter().map(Some).collect()))
    }

    /// Takes a file; none where it was taken before.
    pub(crate) fn take(&self, upload: Upload) -> Option<Received> {
        self.0.lock().ok()?.get_mut(upload.0)?.take()
    }

    /// Whether a file has no bytes; none where there is no such file.
    pub(crate) fn is_empty_file(&self, upload: Upload) -> Option<bool> {
        let files = self.0.lock().ok()?;
        files.get(upload.0)?.as_ref().map(|received| received.file.byte_size == 0)
    }

    /// What is left.
    pub fn drain(&self) -> Vec<Received> {
        self.0.lock().map(|mut files| files.drain(..).flatten().collect()).unwrap_or_default()
    }
}
