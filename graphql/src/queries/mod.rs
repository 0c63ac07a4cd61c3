//! The queries, one file for each subject.

mod administration;
mod assets;
mod collections;
mod job_queue;
mod links;
mod node;
mod people;
mod share_options;
mod shared_link;

use async_graphql::MergedObject;

/// The queries.
///
/// A request is checked as a whole before anything runs. The fields of a mutation then run one after the other; each is
/// completed or refused as a whole, and a failing field does not undo earlier ones. Mistakes that a user can correct
/// are `userErrors`; every other error has a code in `extensions.code`. Errors of the whole request, without `data`:
/// `GRAPHQL_PARSE_FAILED`, `GRAPHQL_VALIDATION_FAILED`, `BAD_USER_INPUT` (with the path of the value in
/// `extensions.field`), `PERSISTED_QUERY_NOT_SUPPORTED`, `RATE_LIMITED` (with `extensions.retryAfter` in seconds),
/// `REQUEST_TIMEOUT`. Errors of a field: `UNAUTHENTICATED`, `FORBIDDEN`, `NOT_FOUND`, `BAD_USER_INPUT`, `RATE_LIMITED`,
/// `UNAVAILABLE`, `INTERNAL`.
#[derive(MergedObject, Default)]
pub(crate) struct Query(
    assets::AssetQueries,
    collections::CollectionQueries,
    links::LinkQueries,
    share_options::ShareOptionsQuery,
    shared_link::SharedLinkQuery,
    node::NodeQueries,
    people::PeopleQueries,
    administration::AdministrationQueries,
    job_queue::JobQueueQuery,
);
