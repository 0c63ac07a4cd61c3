//! What runs later.

mod ingest;
mod media;
mod queue;
mod upkeep;
mod watermark;
