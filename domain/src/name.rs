//! Checks names, and makes default names.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use icu_properties::{
    CodePointSetData,
    props::{BidiControl, DefaultIgnorableCodePoint},
};
use unicode_normalization::UnicodeNormalization;

/// The longest name of a link, a collection or an asset, in characters.
pub const MAX_NAME_CHARS: usize = 200;

/// Why a name is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidName {
    /// Nothing but white space.
    #[error("The name is empty.")]
    Empty,
    /// Nothing but characters that cannot be seen.
    #[error("Nothing of the name can be seen. Type a name with letters, digits or signs.")]
    Invisible,
    /// Longer than [`MAX_NAME_CHARS`].
    #[error("A name has at most {MAX_NAME_CHARS} characters.")]
    TooLong,
    /// Line breaks, zero bytes and the like.
    #[error("A name is one line of text without control characters.")]
    ControlCharacter,
}

/// The form in which texts are stored and searched for: Macs spell `é` as two characters, others as one.
pub fn composed(text: &str) -> String {
    text.nfc().collect()
}

/// Checks a name, trims it and composes it. Marks that change the direction of writing are left out: with them, a name
/// looks like another one.
pub fn parse(text: &str) -> Result<String, InvalidName> {
    let typed = text.trim();
    let clean: String = typed.nfc().filter(|c| !changes_direction(*c)).collect();
    let text = clean.trim().to_owned();
    if typed.is_empty() {
        Err(InvalidName::Empty)
    } else if text.chars().any(breaks_line) {
        Err(InvalidName::ControlCharacter)
    } else if shows_nothing(&text) {
        Err(InvalidName::Invisible)
    } else if text.chars().count() > MAX_NAME_CHARS {
        Err(InvalidName::TooLong)
    } else {
        Ok(text)
    }
}

/// Whether a character changes the direction in which text is written, so that `\u{202e}gpj.exe` looks like `exe.jpg`.
pub fn changes_direction(c: char) -> bool {
    CodePointSetData::new::<BidiControl>().contains(c)
}

/// Whether a character ends a line, or controls a terminal.
fn breaks_line(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')
}

/// Whether a character cannot be seen, or only changes how others look.
pub(crate) fn is_unseen(c: char) -> bool {
    changes_direction(c) || CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c)
}

/// Whether nothing of a text can be seen: spaces, joiners, fillers of Korean, and the empty pattern of Braille.
fn shows_nothing(text: &str) -> bool {
    let ignorable = CodePointSetData::new::<DefaultIgnorableCodePoint>();
    text.chars().all(|c| c.is_whitespace() || c == '\u{2800}' || ignorable.contains(c))
}

/// `Link from <date>, <time>` in the workspace's time zone.
pub fn default_link_name(now: DateTime<Utc>, zone: Tz) -> String {
    format!("Link from {}", now.with_timezone(&zone).format("%Y-%m-%d, %H:%M"))
}

/// `New collection from <date>` in the workspace's time zone.
pub fn default_collection_name(now: DateTime<Utc>, zone: Tz) -> String {
    format!("New collection from {}", now.with_timezone(&zone).format("%Y-%m-%d"))
}

/// The default title of an asset: its file name without folders and extension.
pub fn title_from_file_name(file_name: &str) -> String {
    let base = base_name(file_name);
    let stem = base.rsplit_once('.').map_or(base.as_str(), |(stem, _)| stem);
    let spaced: String = stem.chars().map(|c| if c == '_' { ' ' } else { c }).take(MAX_NAME_CHARS).collect();
    parse(&spaced).unwrap_or_else(|_| "Untitled".to_owned())
}

/// The last part of a file name that a client sent, without characters that a download's name must not have.
pub fn base_name(file_name: &str) -> String {
    let last = file_name.rsplit(['/', '\\']).next().unwrap_or_default();
    let clean: String = last.nfc().filter(|c| !breaks_line(*c) && !changes_direction(*c)).collect();
    let clean = clean.trim();
    if shows_nothing(&clean.replace('.', "")) {
        return "file".to_owned();
    }
    let clean = match clean.rsplit_once('.') {
        Some((stem, extension)) if !stem.is_empty() && shows_nothing(stem) => &format!("file.{extension}"),
        _ => clean,
    };
    // A long name is cut at its start, because its end is the extension.
    let excess = clean.chars().count().saturating_sub(MAX_NAME_CHARS);
    clean.chars().skip(excess).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeZone;

    #[test]
    fn default_names_follow_the_time_zone() {
        let now = Utc.with_ymd_and_hms(2026, 12, 31, 23, 30, 0).unwrap();
        assert_eq!(default_link_name(now, Tz::Europe__Berlin), "Link from 2027-01-01, 00:30");
        assert_eq!(default_link_name(now, Tz::UTC), "Link from 2026-12-31, 23:30");
        assert_eq!(default_collection_name(now, Tz::Asia__Tokyo), "New collection from 2027-01-01");
    }

    #[test]
    fn names_are_trimmed_and_checked() {
        assert_eq!(parse("  Für Anna 東京 "), Ok("Für Anna 東京".to_owned()));
        assert_eq!(parse(" \t"), Err(InvalidName::Empty));
        for line in ["a\nb", "a\u{2028}b", "a\u{2029}b", "a\u{85}b", "a\0b"] {
            assert_eq!(parse(line), Err(InvalidName::ControlCharacter), "{line:?}");
        }
        assert_eq!(parse(&"ä".repeat(MAX_NAME_CHARS)).map(|name| name.chars().count()), Ok(MAX_NAME_CHARS));
        assert_eq!(parse(&"ä".repeat(MAX_NAME_CHARS + 1)), Err(InvalidName::TooLong));
    }

    #[test]
    fn names_can_be_seen_and_are_what_they_look_like() {
        let invisible = [
            "\u{200b}",
            "\u{2800}",
            "\u{3164}",
            "\u{ad}",
            "\u{200d}\u{feff}",
            "\u{115f}\u{1160}",
            "\u{ffa0}",
            "\u{202e}",
            "\u{fe0f}",
            " \u{200b} ",
            "\u{e0020}",
            "\u{180e}",
            "\u{200f}",
        ];
        for text in invisible {
            assert_eq!(parse(text), Err(InvalidName::Invisible), "{text:?}");
            assert_eq!(base_name(text), "file", "{text:?}");
        }
        assert_eq!(base_name("\u{200b}.pdf"), "file.pdf");
        assert_eq!(base_name("\u{202e}.pdf"), ".pdf");
        assert_eq!(parse("a\u{202e}fdp.exe"), Ok("afdp.exe".to_owned()));
        assert_eq!(base_name("inv\u{202e}fdp.exe"), "invfdp.exe");
        assert_eq!(base_name("a\u{2066}b\u{2069}\u{2028}.txt"), "ab.txt");
        // A family is one sign of several that are joined, and Persian separates letters without a space.
        for text in [
            "\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467}",
            "\u{645}\u{6cc}\u{200c}\u{62e}\u{648}\u{627}\u{647}\u{645}",
            "\u{2764}\u{fe0f}",
        ] {
            assert_eq!(parse(text).as_deref(), Ok(text));
            assert_eq!(base_name(text), text);
        }
        assert_eq!(parse("Cafe\u{301}").as_deref(), Ok("Caf\u{e9}"));
    }

    #[test]
    fn file_names_lose_their_folders() {
        assert_eq!(base_name("C:\\Users\\anna\\photo.jpg"), "photo.jpg");
        assert_eq!(base_name("../../etc/passwd"), "passwd");
        assert_eq!(base_name(".."), "file");
        assert_eq!(base_name(""), "file");
        assert_eq!(title_from_file_name("a/evening_light.tar.gz"), "evening light.tar");
        assert_eq!(title_from_file_name(".jpg"), "Untitled");
    }
}
