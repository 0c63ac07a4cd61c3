//! Counts as the API gives them: GraphQL's `Int` has 32 bits.

use std::time::Duration;

/// The count as an `Int`; the largest `Int` for larger counts.
pub(crate) fn saturating(count: usize) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

/// How many seconds to wait, as an `Int`.
pub(crate) fn seconds(wait: Duration) -> i32 {
    i32::try_from(app::seconds(wait)).unwrap_or(i32::MAX)
}
