//! The limits of a request. Anonymous callers get lower ones, because they can ask for less.

use super::refusal::{Refusal, RequestErrorCode};

/// The deepest nesting of fields.
pub(super) const DEPTH: usize = 15;
/// The deepest nesting of fields and fragments, which the executor walks recursively.
pub(super) const LEVELS: usize = 30;

/// The configured limits of requests.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Whether callers may read the schema, and get suggestions for misspelt names.
    pub introspection: bool,
    /// The most items of a list in the variables.
    pub items: usize,
    /// The most assets of one share, whose cost must be within the limit.
    pub max_share: usize,
}

/// The limits of one caller.
#[derive(Debug)]
pub(super) struct CallerLimits {
    signed_in: bool,
    /// The longest document, in bytes.
    bytes: usize,
    /// The most tokens of a document, including white space and commas.
    pub(super) tokens: usize,
    /// The highest cost of an operation, which is about one for each field of each node that it may return.
    pub(super) cost: u64,
    /// Whether the caller may read the schema. Only then are names suggested, because suggestions reveal them.
    pub(super) introspects: bool,
}

impl Limits {
    pub(super) fn of(self, signed_in: bool) -> CallerLimits {
        let (bytes, tokens, cost) = if signed_in {
            // A share of as many assets as allowed costs less than one for each.
            (1024 * 1024, 40_000, 20_000.max(self.max_share as u64))
        } else {
            (16 * 1024, 4_000, 5_000)
        };
        CallerLimits { signed_in, bytes, tokens, cost, introspects: self.introspection }
    }
}

impl CallerLimits {
    /// Refuses a document that is too long to be parsed.
    pub(super) fn size(&self, text: &str) -> Result<(), Refusal> {
        if text.len() <= self.bytes {
            return Ok(());
        }
        let message = format!(
            "The document has {} bytes, and {} is the limit{}. Send values as variables.",
            text.len(),
            self.bytes,
            if self.signed_in { "" } else { " without a token" },
        );
        Err(Refusal::one(RequestErrorCode::Parse, message))
    }
}
