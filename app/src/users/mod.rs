//! What administrators do with the workspace's users, one action a file.

mod create_user;
mod update_user;

pub use create_user::{NewUser, create_user};
pub use update_user::{UserInput, update_user};
