//! The server: routes, link pages, downloads, the playground, and the command line of the one binary `vitrine`.

// Middleware and futures nest types deeply.
#![recursion_limit = "256"]

/// Answers are many small things that live shortly; this allocator makes and drops them faster than the system's.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

mod backlog;
pub mod bootstrap;
pub mod cli;
pub mod config;
mod deadline;
mod file_response;
pub mod import;
pub mod metrics;
pub mod open_files;
mod page_error;
mod request;
mod routes;
pub mod samples;
mod secret_file;
pub mod server;
pub mod servers;
mod views;
mod visit;
