//! Checks texts to search for.

use crate::Error;
use domain::name::composed;

/// The longest text, in characters: names and titles have at most 200, file names hardly more.
pub const MAX_SEARCH: usize = 300;

/// A text to search for. Fails if it is longer than any text in which it could be found, because long patterns are slow
/// to compare.
pub fn search(text: Option<String>) -> Result<Option<String>, Error> {
    match text {
        Some(text) if text.chars().nth(MAX_SEARCH).is_some() => {
            Err(Error::BadInput(format!("A text to search for has at most {MAX_SEARCH} characters.")))
        }
        text => Ok(text.map(|text| composed(&text))),
    }
}
