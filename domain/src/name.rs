//! Checks names, and makes default names.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use unicode_normalization::UnicodeNormalization;

/// The longest name of a link, a collection or an asset, in characters.
pub const MAX_NAME_CHARS: usize = 200;

/// Why a name is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidName {
    /// Nothing but white space.
    #[error("The name is empty.")]
    Empty,
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

/// Checks a name, trims it and composes it.
pub fn parse(text: &str) -> Result<String, InvalidName> {
    let text = composed(text.trim());
    if text.is_empty() {
        Err(InvalidName::Empty)
    } else if text.chars().count() > MAX_NAME_CHARS {
        Err(InvalidName::TooLong)
    } else if text.chars().any(char::is_control) {
        Err(InvalidName::ControlCharacter)
    } else {
        Ok(text)
    }
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
    let clean: String = last.nfc().filter(|c| !c.is_control()).collect();
    let clean = clean.trim();
    if clean.chars().all(|c| c == '.') {
        return "file".to_owned();
    }
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
        assert_eq!(parse("a\nb"), Err(InvalidName::ControlCharacter));
        assert_eq!(parse(&"ä".repeat(MAX_NAME_CHARS)).map(|name| name.chars().count()), Ok(MAX_NAME_CHARS));
        assert_eq!(parse(&"ä".repeat(MAX_NAME_CHARS + 1)), Err(InvalidName::TooLong));
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
