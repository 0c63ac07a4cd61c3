//! What people do with collections, one action a file.

mod add_to_collection;
mod create_collection;
mod delete_collection;
mod find;
mod members;
mod remove_from_collection;
mod update_collection;

pub use add_to_collection::add_to_collection;
pub use create_collection::{NewCollection, create_collection};
pub use delete_collection::delete_collection;
pub use find::find;
pub(crate) use find::visible;
pub use remove_from_collection::remove_from_collection;
pub use update_collection::{CollectionInput, update_collection};
