//! What runs later.

mod admin;
mod bounds;
mod captured;
mod checksums;
pub(crate) mod command;
pub(crate) mod faces;
pub(crate) mod hands;
mod ingest;
mod kinds;
mod losses;
mod media;
mod placeholders;
mod priorities;
mod queue;
mod retention;
mod retry_proxies;
mod upkeep;
mod watermark;
mod working;
