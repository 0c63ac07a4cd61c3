//! What runs later.

mod ingest;
mod queue;
mod upkeep;
mod watermark;
