//! Everything that can be asked, one file a subject.

mod assets;
mod links;
mod node;
mod people;

use async_graphql::MergedObject;

/// Everything that can be asked.
#[derive(MergedObject, Default)]
pub struct Query(assets::AssetQueries, links::LinkQueries, node::NodeQueries, people::PeopleQueries);
