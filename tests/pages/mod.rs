//! What visitors see, and in `workspace/` what signed-in users see.

pub(crate) mod archive;
mod brand;
mod collection_link;
mod compression;
mod counting;
mod days;
mod dead_links;
mod downloads;
mod embeds;
mod gallery;
mod internal_link;
mod languages;
mod metrics;
mod model;
mod passwords;
mod person;
mod player;
mod public_link;
mod rate_limiter;
mod routes;
mod slow;
mod static_routes;
mod throttle;
mod unlock;
mod workspace;
