//! The GraphQL schema: what clients may ask and do.
//!
//! One file a type, a query, a mutation or a subscription. A resolver reads top-down: who asks, load, decide (`domain`), one
//! transaction, answer. Refusals that the user can mend are `userErrors`; all others are [`Error`].
//!
//! Signing in and adding files are actions of their own, because the pages and the command line do them too.

mod audit;
pub mod backlog;
pub mod context;
mod errors;
pub mod events;
pub mod hasher;
mod left_out;
pub mod library;
mod loaders;
mod mutations;
mod node_id;
mod offers;
mod paging;
mod queries;
pub mod sign_in;
mod subscriptions;
pub mod throttle;
mod types;
pub mod upload;

pub use context::{Caller, Services, Viewer};
pub use errors::{Error, UNAVAILABLE};

use async_graphql::Schema;
use std::sync::Arc;

/// The executable schema.
pub type VitrineSchema = Schema<queries::Query, mutations::Mutation, subscriptions::Subscription>;

/// The deepest nesting of a query.
const MAX_DEPTH: usize = 15;

/// The most that a query may cost: about one for each field of each node it can answer.
const MAX_COMPLEXITY: usize = 20_000;

/// Builds the schema over the parts it works with.
pub fn build(services: Arc<Services>) -> VitrineSchema {
    let subscription = subscriptions::Subscription::default();
    Schema::build(queries::Query::default(), mutations::Mutation::default(), subscription)
        .data(services)
        .limit_depth(MAX_DEPTH)
        .limit_complexity(MAX_COMPLEXITY)
        .finish()
}

/// The schema in GraphQL's own language.
pub fn sdl() -> String {
    let subscription = subscriptions::Subscription::default();
    let schema = Schema::build(queries::Query::default(), mutations::Mutation::default(), subscription).finish();
    schema.sdl_with_options(async_graphql::SDLExportOptions::new().sorted_fields().sorted_arguments())
}

/// Puts a caller and what belongs to one request only into the request.
pub fn prepare(request: async_graphql::Request, services: &Arc<Services>, caller: Caller) -> async_graphql::Request {
    let request = left_out::take_out(request);
    let request = match &caller.viewer {
        Some(viewer) => request.data(loaders::of_request(services, viewer)),
        None => request,
    };
    request.data(caller)
}
