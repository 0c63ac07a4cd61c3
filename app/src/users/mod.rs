//! What administrators do with the workspace's users, one action a file.

mod create_user;
mod delete_user;
mod disable_user;
mod enable_user;
mod hand_over;
mod invite_user;
mod lock_as_admin;
mod update_user;

pub(crate) use create_user::email_taken;
pub use create_user::{NewUser, create_user};
pub use delete_user::{DeletedUser, UserToDelete, delete_user};
pub use disable_user::{Disabled, Leaver, disable_user};
pub use enable_user::enable_user;
pub use hand_over::Successor;
pub use invite_user::{Invitee, invite_user};
pub(crate) use lock_as_admin::{find, lock_as_admin};
pub use update_user::{UserInput, update_user};
