//! What runs later.

mod admin;
mod hands;
mod ingest;
mod priorities;
mod queue;
mod upkeep;
mod working;
