//! The support of tests and benchmarks: the real server over a real Postgres and Redis, started for each run.
//!
//! One private Postgres and Redis serve a whole run; each test gets a database of its own, cloned from a template,
//! a folder for blobs, a namespace in Redis, and a clock that it can turn.

mod breaking;
pub mod browser;
mod bucket;
mod calls;
mod certificates;
mod client;
mod clustered;
pub mod fixtures;
mod installation;
pub mod load;
pub mod made;
mod mail_server;
mod many;
mod marked;
pub mod multipart;
pub mod packages;
mod replica;
mod running;
mod s3;
mod secured;
mod servers;
mod socket;
pub mod stacks;
mod statements;
mod watched;
mod workers;

pub use breaking::{Paused, kill, kill_postgres, pause_postgres, private, redis_process};
pub use bucket::Bucket;
pub use calls::{Api, Refusal, Visitor, short};
pub use certificates::{Authority, Signed};
pub use client::{client, client_builder};
pub use clustered::RedisCluster;
pub use installation::{Installation, PUBLIC_URL, Process};
pub use mail_server::{Mail, MailServer};
pub use many::{many_assets, many_links, many_shares};
pub use marked::{check_marked, mark};
pub use replica::Replicated;
pub use running::{LONG, Options, Running, redis, start, start_on, start_with, start_with_key};
pub use s3::{Fault, S3};
pub use secured::{PgBouncer, SecuredPostgres, SecuredRedis};
pub use servers::{ADMIN_EMAIL, ADMIN_PASSWORD, Servers, add_workspace, measure_statements, servers};
pub use socket::Socket;
pub use statements::statements_at;
pub use watched::WatchedRedis;
pub use workers::Workers;
