//! The server: GraphQL over HTTP, link pages, downloads, the playground, and the command line of the binary `vitrine`.

// Middleware and futures nest types deeply.
#![recursion_limit = "256"]

/// Answers are many small allocations that live shortly; this allocator is faster at them than the system's.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

pub mod cli;
pub mod config;
mod graphql;
mod http;
pub mod installation;
pub mod monitoring;
mod pages;
pub mod server;
