//! Configuration: the environment, or options of the same meaning. Everything has a default that works for
//! `vitrine up`.

mod object_storage;
mod options;
mod public_url;
mod storage_redirect;
mod times;
mod uploads;

pub use object_storage::ObjectStorage;
pub use options::Config;
pub use storage_redirect::StorageRedirect;
pub use times::{RequestTimes, SocketLimits, SocketTimes, Timeouts};
pub use uploads::Uploads;
