//! The GraphQL schema: what clients may ask and do.
//!
//! One file a type, a query, a mutation or a subscription. A resolver reads top-down: who asks, load, decide (`domain`), one
//! transaction, answer. Refusals that the user can mend are `userErrors`; all others are [`Error`]. Before any resolver
//! runs, a request is checked as a whole (`request`).
//!
//! Signing in and adding files are actions of their own, because the pages and the command line do them too.

mod audit;
pub mod backlog;
pub mod context;
mod errors;
pub mod events;
mod gateway;
pub mod hasher;
pub mod library;
mod loaders;
mod mutations;
mod node_id;
mod offers;
mod paging;
mod queries;
mod request;
pub mod sign_in;
mod subscriptions;
pub mod throttle;
mod types;
pub mod upload;

pub use context::{Caller, Services, Viewer};
pub use errors::{Error, Lacking, UNAVAILABLE, in_words};
pub use gateway::{Gateway, sdl};
pub use request::{ClientRequest, Cost, Limits, MAX_ERRORS, NotARequest, Operation, OperationType, Refusal};
