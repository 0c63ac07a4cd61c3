//! The GraphQL API.
//!
//! Before any resolver runs, a request is checked as a whole (`request`). A resolver parses its arguments, calls an
//! operation of `app` or a query of `schema`, and maps what it returns. Refusals that the user can mend are
//! `userErrors` (`types::user_error`); all others are [`app::Error`], which [`complete`] turns into what clients read.

mod context;
mod count;
mod errors;
mod gateway;
mod loaders;
mod mutations;
mod node_id;
mod paging;
mod queries;
mod request;
mod subscriptions;
mod types;
pub mod upload;

pub use errors::{complete, failed};
pub use gateway::{Gateway, sdl};
pub use request::{ClientRequest, Cost, Limits, MAX_ERRORS, Operation, OperationType, ReadError, Refusal};
