//! What people decide about their own accounts, one action a file.

mod change_email;
mod change_password;
mod check_password;
mod revoke_token;
mod revoke_tokens;

pub use change_email::change_email;
pub use change_password::{NewPassword, change_password};
pub(crate) use check_password::check_password;
pub use revoke_token::revoke_token;
pub use revoke_tokens::revoke_tokens;
