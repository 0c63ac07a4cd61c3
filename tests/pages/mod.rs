//! What visitors see.

mod counting;
mod dead_links;
mod downloads;
mod internal_link;
mod public_link;
mod static_routes;
mod unlock;
