//! How much one request may ask for. Whoever is not signed in gets less: there is less to ask.

use super::refusal::{Refusal, RequestErrorCode};

/// The deepest nesting of fields.
pub(super) const DEPTH: usize = 15;
/// The deepest nesting of fields and fragments; the executor walks down all of it.
pub(super) const LEVELS: usize = 30;

/// What requests may ask for.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Whether the schema may be asked for, and names are suggested for those that are misspelt.
    pub introspection: bool,
    /// The most items of a list in the variables.
    pub items: usize,
}

/// The limits of one caller.
#[derive(Debug)]
pub(super) struct CallerLimits {
    signed_in: bool,
    /// The longest document, in bytes.
    bytes: usize,
    /// The most words and signs of a document, with spaces and commas.
    pub(super) tokens: usize,
    /// The most that an operation may cost, about one for each field of each node that it can answer.
    pub(super) cost: u64,
    /// Whether it may ask for the schema; names are suggested only then, because that gives them away.
    pub(super) introspects: bool,
}

impl Limits {
    pub(super) fn of(self, signed_in: bool) -> &'static CallerLimits {
        const fn of_caller(signed_in: bool, introspection: bool) -> CallerLimits {
            let (bytes, tokens, cost) =
                if signed_in { (1024 * 1024, 40_000, 20_000) } else { (16 * 1024, 4_000, 5_000) };
            CallerLimits { signed_in, bytes, tokens, cost, introspects: introspection }
        }
        static ALL: [CallerLimits; 4] =
            [of_caller(false, false), of_caller(false, true), of_caller(true, false), of_caller(true, true)];
        &ALL[usize::from(signed_in) * 2 + usize::from(self.introspection)]
    }
}

impl CallerLimits {
    /// Refuses a document that is too long to be looked at.
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
