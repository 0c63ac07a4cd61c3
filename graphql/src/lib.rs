//! The GraphQL schema: what clients may ask and do.
//!
//! One file a type, a query, a mutation or a subscription. A resolver reads top-down: who asks, load, decide (`domain`), one
//! transaction, answer. Refusals that the user can mend are `userErrors`; all others are [`app::Error`], which [`complete`] turns
//! into what clients read. Before any resolver runs, a request is checked as a whole (`request`).

mod context;
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
pub use request::{ClientRequest, Cost, Limits, MAX_ERRORS, NotARequest, Operation, OperationType, Refusal};
