//! E-mail addresses, with which people sign in. Case and surrounding spaces do not matter.

use crate::name::is_unseen;
use email_address::{EmailAddress, Options};

/// The longest address, in bytes. Source: RFC 3696, erratum 1690.
const LONGEST: usize = 254;

/// An address as it is stored and compared: in lower case, without surrounding spaces.
pub fn normalized(text: &str) -> String {
    text.trim().to_lowercase()
}

/// Parses and normalizes an address; none if `text` is not an address to which mail can go. Whether the address exists is
/// not checked.
pub fn parse(text: &str) -> Option<String> {
    let email = normalized(text);
    let options = Options::default().without_display_text().without_domain_literal();
    let is_plain =
        email.len() <= LONGEST && !email.chars().any(|c| c.is_whitespace() || c.is_control() || is_unseen(c));
    (is_plain && EmailAddress::parse_with_options(&email, options).is_ok()).then_some(email)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_without_care_for_capitals() {
        assert_eq!(parse("  Anna.Å@Example.COM\n").as_deref(), Some("anna.å@example.com"));
        let longest = format!("{}@{}example.com", "a".repeat(64), format!("{}.", "b".repeat(43)).repeat(4));
        assert_eq!((longest.len(), parse(&longest)), (252, Some(longest.clone())));
        for wrong in [
            "",
            "anna",
            "@example.com",
            "anna@",
            "a@b@c",
            "an na@b",
            "a\0@b",
            &format!("{longest}.xyz"),
            &format!("{}@b", "a".repeat(65)),
            // To these, no mail could go.
            "<a@example.com>",
            "Anna <a@example.com>",
            "a,b@example.com",
            "a@example.com,b",
            "a@..",
            ".@.",
            "a@[127.0.0.1]",
            // These look like others.
            "admin@example.com\u{200b}",
            "\u{202e}admin@example.com",
            "ad\u{ad}min@example.com",
        ] {
            assert_eq!(parse(wrong), None, "{wrong:?}");
        }
    }
}
