//! Everything that can be asked, one file a subject.

mod administration;
mod assets;
pub(crate) mod collections;
mod job_queue;
mod links;
mod node;
mod people;
mod share_options;

use async_graphql::MergedObject;

/// Everything that can be asked.
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
