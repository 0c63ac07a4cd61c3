//! How large a request to `/graphql` may be, and what it costs to read one.

/// The largest request without files, in bytes.
pub(super) const MAX_BYTES: usize = 1024 * 1024;

/// The largest request without files and without a token, in bytes.
pub(super) const ANONYMOUS_BYTES: usize = 64 * 1024;

/// The bytes that one id of an asset takes in a request, with room to spare.
pub(super) const ID_BYTES: usize = 64;

/// The cost of reading and checking a request of so many bytes, whatever it asks for.
pub(super) fn reading_cost(bytes: usize) -> u64 {
    1 + bytes as u64 / 100
}
