//! A request with a mistake is refused whole: what stands before the mistake in the same document is not done either.
//!
//! Each mutation is called twice in one document. The first call would succeed; the second is wrong in each way that
//! can be seen before anything runs. What mutations take is read from the schema, so that a new argument is tried at
//! once; what would succeed is listed in `calls.rs`, which must name every mutation.

mod calls;
mod input_types;
mod mistakes;
mod nothing_is_done;
