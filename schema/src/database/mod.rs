//! Where Postgres is, and how a connection to it is opened: with TLS and a password that may change while we run.

mod connect;
mod error;
mod parameters;
mod target;
mod tls;

pub use error::DatabaseUrlError;
pub use target::Database;
