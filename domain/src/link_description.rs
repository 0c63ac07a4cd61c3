//! Checks what the page of a link says about it.

use crate::asset_text::composed_lines;

/// The longest description of a link, in characters.
pub const MAX_LINK_DESCRIPTION_CHARS: usize = 2_000;

/// Why a description is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidLinkDescription {
    /// Longer than [`MAX_LINK_DESCRIPTION_CHARS`].
    #[error("The description of a link has at most {MAX_LINK_DESCRIPTION_CHARS} characters. Shorten it.")]
    TooLong,
    /// A control character that is no line break.
    #[error("A description has no control characters but line breaks. Remove tabs and the like.")]
    ControlCharacter,
}

/// Checks a description, trims it and composes it. Each line break becomes `\n`. None: the text is blank.
pub fn parse(text: &str) -> Result<Option<String>, InvalidLinkDescription> {
    let text = composed_lines(text);
    if text.chars().any(|c| c.is_control() && c != '\n') {
        Err(InvalidLinkDescription::ControlCharacter)
    } else if text.chars().count() > MAX_LINK_DESCRIPTION_CHARS {
        Err(InvalidLinkDescription::TooLong)
    } else {
        Ok((!text.is_empty()).then_some(text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn descriptions_keep_their_lines_and_have_a_length() {
        assert_eq!(parse(" Caf\u{65}\u{301}\r\n\r\nat noon "), Ok(Some("Caf\u{e9}\n\nat noon".to_owned())));
        assert_eq!(parse(" \n "), Ok(None));
        assert_eq!(parse("a\tb"), Err(InvalidLinkDescription::ControlCharacter));
        assert!(parse(&"e\u{301}".repeat(MAX_LINK_DESCRIPTION_CHARS)).is_ok(), "counted as it is stored");
        assert_eq!(parse(&"ä".repeat(MAX_LINK_DESCRIPTION_CHARS + 1)), Err(InvalidLinkDescription::TooLong));
    }
}
