//! Normalizes passwords, because keyboards and systems encode the same character, such as `é`, in different ways.
//!
//! This is the profile `OpaqueString` of RFC 8265, except that unassigned code points are allowed.

use unicode_normalization::{UnicodeNormalization, is_nfc};

/// The text that is hashed: NFC, with every Unicode space replaced by the ASCII space.
pub(super) fn prepared(text: &str) -> String {
    let is_prepared = is_nfc(text) && !text.chars().any(is_odd_space);
    if is_prepared {
        return text.to_owned();
    }
    text.chars().map(|c| if is_odd_space(c) { ' ' } else { c }).nfc().collect()
}

/// Whether a text has characters that cannot be typed into a form field: control characters, line and paragraph
/// separators.
pub(super) fn has_controls(text: &str) -> bool {
    text.chars().any(|c| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}'))
}

fn is_odd_space(c: char) -> bool {
    c.is_whitespace() && !c.is_ascii() && !has_controls(c.encode_utf8(&mut [0; 4]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_the_same_becomes_the_same() {
        for (typed, form) in [
            ("cafe\u{301}", "café"),
            ("café", "café"),
            ("a\u{a0}b\u{3000}c", "a b c"),
            ("q\u{307}\u{323}", "q\u{323}\u{307}"),
            ("\u{1112}\u{1161}\u{11ab}", "한"),
            // Compatibility is another matter, and so are capitals.
            ("ﬁ Å", "ﬁ Å"),
        ] {
            assert_eq!(prepared(typed), form, "{typed:?}");
        }
    }

    #[test]
    fn what_cannot_be_typed_is_found() {
        for text in ["a\n", "\ta", "a\0b", "a\u{7f}", "a\u{85}", "a\u{2028}"] {
            assert!(has_controls(text), "{text:?}");
        }
        assert!(!has_controls("ä b\u{a0}\u{1f469}\u{200d}\u{1f4bb}"));
    }
}
