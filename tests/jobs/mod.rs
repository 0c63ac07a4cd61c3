//! What runs later.

mod admin;
mod hands;
mod ingest;
mod losses;
mod priorities;
mod queue;
mod upkeep;
mod working;
