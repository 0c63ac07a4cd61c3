//! Checks what people write about an asset: its description, and the text that stands for its picture.

use unicode_normalization::UnicodeNormalization;

/// The longest description of an asset, in characters.
pub const MAX_DESCRIPTION_CHARS: usize = 10_000;

/// The longest alternative text of an asset's picture, in characters.
pub const MAX_ALT_TEXT_CHARS: usize = 1_000;

/// Why a text is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidAssetText {
    /// Longer than [`MAX_DESCRIPTION_CHARS`].
    #[error("A description has at most {MAX_DESCRIPTION_CHARS} characters. Shorten it.")]
    LongDescription,
    /// Longer than [`MAX_ALT_TEXT_CHARS`].
    #[error("An alternative text has at most {MAX_ALT_TEXT_CHARS} characters. Shorten it.")]
    LongAltText,
    /// A control character that is no line break.
    #[error("A description has no control characters but line breaks. Remove tabs and the like.")]
    ControlInDescription,
    /// A control character or a line break.
    #[error("An alternative text is one line without control characters. Remove line breaks, tabs and the like.")]
    ControlInAltText,
}

/// Checks a description, trims it and composes it. Each line break becomes `\n`. None: the text is blank.
pub fn parse_description(text: &str) -> Result<Option<String>, InvalidAssetText> {
    let text = composed_lines(text);
    if text.chars().any(|c| c.is_control() && c != '\n') {
        Err(InvalidAssetText::ControlInDescription)
    } else if text.chars().count() > MAX_DESCRIPTION_CHARS {
        Err(InvalidAssetText::LongDescription)
    } else {
        Ok((!text.is_empty()).then_some(text))
    }
}

/// The text trimmed and composed, with `\n` for each line break.
pub(crate) fn composed_lines(text: &str) -> String {
    let lines = text.replace("\r\n", "\n").replace(['\r', '\u{85}', '\u{2028}', '\u{2029}'], "\n");
    lines.trim().nfc().collect()
}

/// Checks the alternative text of a picture, trims it and composes it. None: the text is blank.
pub fn parse_alt_text(text: &str) -> Result<Option<String>, InvalidAssetText> {
    let text: String = text.trim().nfc().collect();
    if text.chars().any(|c| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')) {
        Err(InvalidAssetText::ControlInAltText)
    } else if text.chars().count() > MAX_ALT_TEXT_CHARS {
        Err(InvalidAssetText::LongAltText)
    } else {
        Ok((!text.is_empty()).then_some(text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn descriptions_keep_their_lines() {
        let parsed = |text| parse_description(text).map(Option::unwrap_or_default);
        assert_eq!(parsed(" Cafe\u{301}\r\n\r\nat noon\u{2028}\r "), Ok("Caf\u{e9}\n\nat noon".to_owned()));
        assert_eq!(parse_description(" \r\n "), Ok(None));
        for bad in ["a\tb", "a\0b", "a\u{1b}[1mb"] {
            assert_eq!(parse_description(bad), Err(InvalidAssetText::ControlInDescription), "{bad:?}");
        }
        assert_eq!(parsed(&"ä".repeat(MAX_DESCRIPTION_CHARS)), Ok("ä".repeat(MAX_DESCRIPTION_CHARS)));
        assert_eq!(parse_description(&"ä".repeat(MAX_DESCRIPTION_CHARS + 1)), Err(InvalidAssetText::LongDescription));
    }

    #[test]
    fn alternative_texts_are_one_line() {
        assert_eq!(parse_alt_text(" Cafe\u{301} "), Ok(Some("Caf\u{e9}".to_owned())));
        assert_eq!(parse_alt_text(" "), Ok(None));
        for bad in ["a\nb", "a\tb", "a\u{2028}b", "a\0b", "a\u{85}b"] {
            assert_eq!(parse_alt_text(bad), Err(InvalidAssetText::ControlInAltText), "{bad:?}");
        }
        assert_eq!(parse_alt_text(&"ä".repeat(MAX_ALT_TEXT_CHARS + 1)), Err(InvalidAssetText::LongAltText));
        assert!(parse_alt_text(&"e\u{301}".repeat(MAX_ALT_TEXT_CHARS)).is_ok(), "counted as it is stored");
    }
}
