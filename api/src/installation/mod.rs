//! What an installation begins with: private servers, secrets, a first administrator, imported files and samples.

pub mod bootstrap;
pub mod copy_blobs;
pub mod import;
pub mod open_files;
pub(crate) mod refusal;
pub mod samples;
pub(crate) mod secret_file;
pub mod servers;
