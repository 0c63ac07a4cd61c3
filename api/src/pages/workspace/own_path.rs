//! Paths of our own pages, to which forms lead. An address of another site is never followed.

use app::Viewer;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use schema::assets::Asset;

/// The longest path that is followed, in bytes.
const MAX_BYTES: usize = 2000;

/// The text, if it is a path on this server, with or without a query. Browsers read `//` and `/\` at the beginning as
/// another site, and leave out control characters.
pub(super) fn own_path(text: &str) -> Option<&str> {
    let rest = text.strip_prefix('/')?;
    let is_plain = text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    (is_plain && text.len() <= MAX_BYTES && !rest.starts_with('/')).then_some(text)
}

/// A text as a part of a query string.
pub(in crate::pages) fn encoded(path: &str) -> String {
    utf8_percent_encode(path, NON_ALPHANUMERIC).to_string()
}

/// A path with those of these values that are not empty as its query string.
pub(in crate::pages) fn with_query(path: &str, values: &[(&str, &str)]) -> String {
    let given = values.iter().filter(|(_, value)| !value.is_empty());
    let query: Vec<String> = given.map(|(name, value)| format!("{name}={}", encoded(value))).collect();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{}", query.join("&")) }
}

/// A path with more in its query string, which is encoded already.
pub(super) fn with_more(path: &str, query: &str) -> String {
    format!("{path}{}{query}", if path.contains('?') { '&' } else { '?' })
}

/// The page of an asset.
pub(super) fn asset_path(viewer: &Viewer, asset: &Asset) -> String {
    format!("/a/{}", viewer.number_of(asset))
}

/// The page to sign in that leads to `path` afterwards.
pub(crate) fn sign_in_path(path: &str) -> String {
    format!("/sign-in?to={}", encoded(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_this_server_are_followed() {
        for own in ["/", "/library", "/a/VTR-1?x=1&y=%2F%2F", "/links?after=link_0", "/a//b"] {
            assert_eq!(own_path(own), Some(own));
        }
        let long = format!("/{}", "a".repeat(MAX_BYTES));
        for other in [
            "",
            "library",
            "//evil.example",
            "/\\evil.example",
            "/a\\b",
            "https://evil.example/",
            "javascript:alert(1)",
            "/\t/evil.example",
            "/\n",
            " /library",
            "/ä",
            &long,
        ] {
            assert_eq!(own_path(other), None, "{other:?}");
        }
        assert_eq!(sign_in_path("/library?search=a b"), "/sign-in?to=%2Flibrary%3Fsearch%3Da%20b");
    }
}
