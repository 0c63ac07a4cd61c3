//! Tokens that programs send in the name of a user, one action a file.

mod create_access_token;

pub use create_access_token::{AccessTokenInput, create_access_token};
