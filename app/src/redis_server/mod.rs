//! Where Redis is, and connections to it that heal: after a loss, a failover, and a change of the password.

mod address;
mod cluster;
mod connection;
mod hosts;
mod password;
mod sentinels;

pub use address::{RedisFiles, RedisServer, RedisUrlError};
pub use connection::RedisConnection;
