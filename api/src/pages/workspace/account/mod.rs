//! `/account`: who the viewer is, and what they decide about their own account.

pub(super) mod change_email;
pub(super) mod change_password;
pub(super) mod leave;
pub(super) mod new_token;
pub(super) mod overview;
mod templates;
