//! What people and visitors can do, without HTTP and without GraphQL.
//!
//! The GraphQL resolvers, the pages and the command line parse what they are sent, call this, and answer in their own way.
//! [`Services`] are the parts that everything here works with.

pub mod audit;
pub mod backlog;
mod error;
pub mod events;
pub mod hasher;
pub mod library;
pub mod links;
pub mod offers;
pub mod quota;
mod services;
pub mod sign_in;
pub mod throttle;
mod viewer;

pub use error::{Error, Lacking, UNAVAILABLE, in_words, seconds};
pub use services::Services;
pub use viewer::{Caller, Viewer};
