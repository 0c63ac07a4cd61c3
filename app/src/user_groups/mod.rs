//! What administrators do with groups of users, one action a file.

mod add_to_user_group;
mod create_user_group;
mod delete_user_group;
mod find;
mod remove_from_user_group;

pub use add_to_user_group::add_to_user_group;
pub use create_user_group::create_user_group;
pub use delete_user_group::delete_user_group;
pub use remove_from_user_group::remove_from_user_group;
