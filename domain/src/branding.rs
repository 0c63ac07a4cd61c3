//! How a workspace looks to visitors of its links: a colour, a logo, light or dark, and the addresses that the law of some
//! countries asks for.

use crate::{email, text_enum::text_enum};
use std::{fmt, str::FromStr};
use url::Url;

text_enum! {
    /// Whether the pages that visitors see are light or dark.
    pub enum GalleryBackground {
        /// As the visitor's system is.
        Auto = "AUTO",
        /// Always light.
        Light = "LIGHT",
        /// Always dark.
        Dark = "DARK",
    }
}

/// A colour of sRGB. Its text is `#rrggbb`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Colour(pub [u8; 3]);

/// The text is no colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("Write a colour as # and six digits from 0 to f, as in #1f5f5b.")]
pub struct InvalidColour;

impl FromStr for Colour {
    type Err = InvalidColour;

    fn from_str(text: &str) -> Result<Self, InvalidColour> {
        let digits = text.trim().strip_prefix('#').ok_or(InvalidColour)?;
        if digits.len() != 6 || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return Err(InvalidColour);
        }
        let [_, red, green, blue] = u32::from_str_radix(digits, 16).map_err(|_| InvalidColour)?.to_be_bytes();
        Ok(Self([red, green, blue]))
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [red, green, blue] = self.0;
        write!(f, "#{red:02x}{green:02x}{blue:02x}")
    }
}

/// The longest address of an imprint or a contact, in bytes.
pub const MAX_ADDRESS_BYTES: usize = 2_000;

/// The text is no address to which a page may lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("Give the address of a page, as in https://example.com/imprint, or an e-mail address.")]
pub struct InvalidAddress;

/// Checks the address of an imprint or a contact: that of a page, or an e-mail address with or without `mailto:`. What is
/// returned is a URL that leads to a page or writes a mail, and does nothing else.
pub fn parse_address(text: &str) -> Result<String, InvalidAddress> {
    let text = text.trim();
    let url = match text.strip_prefix("mailto:").or_else(|| (!text.contains(':')).then_some(text)) {
        Some(address) => {
            let address =
                email::parse(address).filter(|address| address.chars().all(is_plain)).ok_or(InvalidAddress)?;
            Url::parse(&format!("mailto:{address}"))
        }
        None => Url::parse(text),
    };
    let url = url.map_err(|_| InvalidAddress)?;
    let is_page = url.scheme() == "https" && url.has_host() && url.username().is_empty() && url.password().is_none();
    let is_short = url.as_str().len() <= MAX_ADDRESS_BYTES;
    if is_short && (is_page || url.scheme() == "mailto") { Ok(url.into()) } else { Err(InvalidAddress) }
}

/// Whether a character of an e-mail address means itself in a URL.
fn is_plain(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '@' | '.' | '-' | '_' | '+' | '\'')
}

/// The largest file of a logo, in bytes.
pub const MAX_LOGO_BYTES: u64 = 2 * 1024 * 1024;

/// The largest width and height of a logo as it is kept, in pixels: twice what a page shows.
pub const LOGO_SIZE: (u32, u32) = (640, 160);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_colour_has_six_digits() {
        for (text, colour) in [("#1f5F5b", [0x1f, 0x5f, 0x5b]), (" #000000 ", [0, 0, 0]), ("#ffffff", [255, 255, 255])]
        {
            let parsed: Colour = text.parse().unwrap();
            assert_eq!(parsed, Colour(colour), "{text}");
            assert_eq!(parsed.to_string(), text.trim().to_lowercase());
        }
        for wrong in ["", "#", "1f5f5b", "#fff", "#1f5f5", "#1f5f5b0", "#+1f5f5", "red", "#gggggg", "#1f5f5b;x", "#äöü"]
        {
            assert_eq!(wrong.parse::<Colour>(), Err(InvalidColour), "{wrong}");
        }
    }

    #[test]
    fn an_address_leads_to_a_page_or_writes_a_mail() {
        for (text, url) in [
            ("https://example.com", "https://example.com/"),
            (" HTTPS://Example.com/Imprint?a=b#c ", "https://example.com/Imprint?a=b#c"),
            ("https://example.com/\"><script>", "https://example.com/%22%3E%3Cscript%3E"),
            ("press@example.com", "mailto:press@example.com"),
            ("mailto:Press+1@Example.com", "mailto:press+1@example.com"),
        ] {
            assert_eq!(parse_address(text).as_deref(), Ok(url), "{text}");
        }
        let long = format!("https://example.com/{}", "a".repeat(MAX_ADDRESS_BYTES));
        for wrong in [
            "",
            "example.com",
            "http://example.com",
            "javascript:alert(1)",
            "JavaScript:alert(1)//@example.com",
            "data:text/html,x",
            "//example.com",
            "/imprint",
            "https://",
            "https://user:secret@example.com",
            "https://user@example.com",
            "ftp://example.com",
            "mailto:",
            "mailto:a@example.com?subject=x",
            "mailto:a@example.com,b@example.com",
            "a b@example.com",
            &long,
        ] {
            assert_eq!(parse_address(wrong), Err(InvalidAddress), "{wrong}");
        }
    }
}
