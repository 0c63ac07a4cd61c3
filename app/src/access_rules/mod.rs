//! What administrators do with access rules, one action a file.

mod grant_access;
mod revoke_access;

pub(crate) use grant_access::of_rule;
pub use grant_access::{NewAccessRule, grant_access};
pub use revoke_access::revoke_access;
