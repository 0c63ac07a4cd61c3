//! The URL under which people reach the server, in the one form in which browsers write it.
//!
//! Links begin with it and browsers tell it in `Origin`, so that `HTTPS://Media.Example.com:443/` must become what they
//! say. A path is refused: cookies, redirects and pages are at the root of a host.

use anyhow::{Context, ensure};
use url::Url;

/// The origin of a configured URL, as browsers write it: in small letters, without the usual port and without a slash at
/// the end.
pub(super) fn origin(text: &str) -> anyhow::Result<String> {
    let like = "it looks like https://media.example.com";
    let url = Url::parse(text.trim()).with_context(|| format!("VITRINE_PUBLIC_URL is {text:?}; {like}"))?;
    let is_http = matches!(url.scheme(), "http" | "https");
    let is_plain = url.username().is_empty() && url.password().is_none() && url.query().is_none();
    ensure!(is_http && is_plain && url.fragment().is_none(), "VITRINE_PUBLIC_URL is {text:?}; {like}");
    ensure!(
        url.path().chars().all(|c| c == '/'),
        "VITRINE_PUBLIC_URL is {text:?}, with the path {:?}. Vitrine has no place under a path: give it a host name of \
         its own; {like}",
        url.path()
    );
    Ok(url.origin().ascii_serialization())
}

#[cfg(test)]
mod tests {
    use super::origin;

    #[test]
    fn it_is_what_browsers_say() {
        for (text, is) in [
            ("https://media.example.com", "https://media.example.com"),
            (" HTTPS://Media.Example.com:443/ ", "https://media.example.com"),
            ("http://localhost:80//", "http://localhost"),
            ("http://127.0.0.1:4000", "http://127.0.0.1:4000"),
            ("https://[2001:DB8::1]:8443", "https://[2001:db8::1]:8443"),
            ("https://b\u{fc}cher.example", "https://xn--bcher-kva.example"),
        ] {
            assert_eq!(origin(text).expect(text), is);
        }
        for (text, part) in [
            ("https://example.com/media", "with the path \"/media\""),
            ("https://example.com/media/", "host name of its own"),
            ("media.example.com", "it looks like"),
            ("ftp://example.com", "it looks like"),
            ("https://", "it looks like"),
            ("https://example.com?a=b", "it looks like"),
            ("https://anna:secret@example.com", "it looks like"),
            ("", "it looks like"),
        ] {
            let refused = origin(text).expect_err(text).to_string();
            assert!(refused.starts_with("VITRINE_PUBLIC_URL is") && refused.contains(part), "{refused}");
        }
    }
}
