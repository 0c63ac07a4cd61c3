//! Everything that can be asked, one file a subject.

mod administration;
mod assets;
mod collections;
mod job_queue;
mod links;
mod node;
mod people;
mod share_options;

use async_graphql::MergedObject;

/// Everything that can be asked.
///
/// Nothing runs before a request is right as a whole. The fields of a mutation then run one after the other, each of
/// them is done whole or refused whole, and those before one that fails stay done. Beside `userErrors`, which a user can mend, each error has a code in
/// `extensions.code`. Before anything has run, and then without `data`: `GRAPHQL_PARSE_FAILED`,
/// `GRAPHQL_VALIDATION_FAILED`, `BAD_USER_INPUT` (with the path of the value in `extensions.field`),
/// `PERSISTED_QUERY_NOT_SUPPORTED`, `RATE_LIMITED` (with `extensions.retryAfter` in seconds), `REQUEST_TIMEOUT`. Of a
/// field: `UNAUTHENTICATED`, `FORBIDDEN`, `NOT_FOUND`, `BAD_USER_INPUT`, `RATE_LIMITED`, `UNAVAILABLE`, `INTERNAL`.
#[derive(MergedObject, Default)]
pub(crate) struct Query(
    assets::AssetQueries,
    collections::CollectionQueries,
    links::LinkQueries,
    share_options::ShareOptionsQuery,
    node::NodeQueries,
    people::PeopleQueries,
    administration::AdministrationQueries,
    job_queue::JobQueueQuery,
);
