//! The command line: one binary, several processes.

mod arguments;
mod command;
mod database;
mod doctor;
mod exit;
mod import;
mod job;
mod migrate;
mod output;
mod password_link;
mod process;
mod serve;
mod storage;
mod up;
mod worker;

pub use command::main;
use process::{
    SHUTDOWN_TIMEOUT, check, check_migrations, check_storage, required_database, required_redis, runtime, services,
    stopped,
};
pub use worker::NAMESPACE;
