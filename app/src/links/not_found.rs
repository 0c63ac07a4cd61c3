//! The refusal of an id that names no link of the viewer.

use crate::{MutationError, UserErrorCode};

pub(super) fn not_found() -> MutationError {
    MutationError::user(UserErrorCode::NotFound, &["id"], "There is no such link, or you may not change it.")
}
