//! Private Postgres and Redis: the system's own programs, started on Unix sockets in the data folder, so that
//! neither the machine's database services nor a network port is needed.
//!
//! On Linux the servers end with the thread that starts them, even if the process is killed. So a killed `vitrine up`
//! leaves no process.

mod durability;
mod error;
mod postgres;
mod private;
mod process;
mod redis;

pub use durability::Durability;
pub use error::ServersError;
pub use postgres::programs;
pub use private::PrivateServers;
pub use process::{Identity, tie_to_parent, unprivileged};
