//! `/people`: who is in the workspace, for administrators.

pub(super) mod access;
pub(super) mod delete;
pub(super) mod disable;
pub(super) mod invite;
pub(super) mod list;
pub(super) mod password_link;
pub(super) mod person;
mod templates;
