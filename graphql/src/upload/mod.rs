//! Uploaded files: the `Upload` scalar, and the files, which are read only when a resolver asks for them.
//!
//! The server reads the operation of a multipart request, puts references to files into the variables, and runs it. A
//! resolver checks everything else first (caller, rights, other fields, quotas) and then asks for its file, so that
//! nobody sends gigabytes only to be refused, or fills the disk without the right to upload.

mod files;
mod receive;
mod scalar;

pub use files::{FileRequest, Files, Received, Refusal, Wanted};
pub(crate) use receive::{receive, receive_in_memory};
pub use scalar::{Upload, reference};
