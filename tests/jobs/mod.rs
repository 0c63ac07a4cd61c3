//! What background jobs do.
