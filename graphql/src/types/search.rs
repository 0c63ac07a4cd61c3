//! Texts that listings are searched for.

use app::Error;
/// The longest text, in characters: names and titles have at most 200, file names hardly more.
const MAX_CHARS: usize = 300;

/// A text to search for. Refused where it is longer than what it could be found in: a long pattern takes long to compare.
pub(crate) fn search(text: Option<String>) -> Result<Option<String>, Error> {
    match text {
        Some(text) if text.chars().nth(MAX_CHARS).is_some() => {
            Err(Error::BadInput(format!("A text to search for has at most {MAX_CHARS} characters.")))
        }
        text => Ok(text),
    }
}
