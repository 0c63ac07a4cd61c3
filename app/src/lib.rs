//! What people and visitors can do, without HTTP and without GraphQL.
//!
//! The GraphQL resolvers, the pages and the command line parse their input, call this crate, and render its results.
//! [`Services`] holds the parts of the server that everything here works with.

pub mod access_rules;
pub mod access_tokens;
pub mod account;
pub mod archive;
pub mod assets;
mod audit;
pub mod backlog;
mod batch;
mod client;
pub mod collections;
pub mod covers;
pub mod dead_jobs;
mod error;
pub mod events;
pub mod face_models;
pub mod files;
pub mod hasher;
pub mod idempotency;
pub mod job_queue;
pub mod library;
mod limits;
pub mod links;
pub mod listings;
pub mod mailer;
pub mod media;
pub mod offers;
pub mod outage_log;
mod owner;
pub mod password_links;
pub mod photos;
pub mod quota;
pub mod redis_server;
mod search;
mod security;
mod services;
pub mod share;
pub mod sign_in;
pub mod statistics;
mod thread_connections;
pub mod throttle;
mod user_error;
pub mod user_groups;
pub mod users;
mod viewer;
pub mod visitor;
pub mod workspace;

pub use client::Client;
pub use error::{Error, MissingPermission, UNAVAILABLE, in_words, seconds};
pub use limits::Limits;
pub use owner::Owner;
pub use search::{MAX_SEARCH, search};
pub use services::Services;
pub use thread_connections::ThreadConnections;
pub use user_error::{MutationError, NO_ASSET, UserError, UserErrorCode};
pub use viewer::{Caller, Viewer};
