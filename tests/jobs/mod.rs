//! What runs later.

mod hands;
mod ingest;
mod priorities;
mod queue;
mod upkeep;
mod working;
