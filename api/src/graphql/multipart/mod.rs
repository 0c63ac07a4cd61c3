//! GraphQL multipart requests: the operation begins as soon as it is known, and its files are read when its resolvers
//! ask for them, after all other checks.
//!
//! See <https://github.com/jaydenseric/graphql-multipart-request-spec>: first the field `operations`, then `map`,
//! then the files. A client that is refused before everything was read still gets the answer
//! (`api/src/http/deadline.rs`), and the rest is not read.

mod body;
mod cost;
mod file_name;
mod head;
mod part_heads;
mod parts;
mod post;
mod reader;
mod slots;

pub(super) use cost::{COST, unread_status};
pub(super) use parts::FileParts;
pub(super) use post::post;
pub(crate) use slots::Slots;
