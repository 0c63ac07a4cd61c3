//! The sites that may show links in frames.

/// How many sites a workspace may name: they are sent with each page for frames.
pub const MAX_EMBED_ORIGINS: usize = 50;

/// The longest name of a host.
const MAX_HOST: usize = 253;

/// Why a text names no site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "Name a site by its scheme and host, as in https://example.com, https://*.example.com for all below it, or \
     http://localhost:3000. A host in other letters is written as browsers do (xn--…)."
)]
pub struct InvalidOrigin;

/// Reads the origin of a site: scheme, host, and a port if it is not the usual one. The host may begin with `*.`, for all
/// hosts below. What is returned has no character that could mean something else in a header.
pub fn parse(text: &str) -> Result<String, InvalidOrigin> {
    let text = text.trim().to_ascii_lowercase();
    let (scheme, rest) = text.split_once("://").ok_or(InvalidOrigin)?;
    if !matches!(scheme, "http" | "https") {
        return Err(InvalidOrigin);
    }
    let authority = rest.strip_suffix('/').unwrap_or(rest);
    let (host, port) = match authority.split_once(':') {
        Some((host, port)) => (host, Some(parse_port(port)?)),
        None => (authority, None),
    };
    let named = match host.strip_prefix("*.") {
        // A star for a whole top-level domain is a mistake.
        Some(below) if !below.contains('.') => return Err(InvalidOrigin),
        Some(below) => below,
        None => host,
    };
    if host.len() > MAX_HOST || !named.split('.').all(is_label) {
        return Err(InvalidOrigin);
    }
    let port = port.filter(|port| (scheme, *port) != ("https", 443) && (scheme, *port) != ("http", 80));
    Ok(port.map_or_else(|| format!("{scheme}://{host}"), |port| format!("{scheme}://{host}:{port}")))
}

fn parse_port(text: &str) -> Result<u16, InvalidOrigin> {
    let port = text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten();
    port.filter(|port| *port > 0).ok_or(InvalidOrigin)
}

fn is_label(label: &str) -> bool {
    let inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=63).contains(&label.len()) && label.bytes().all(inner) && !label.starts_with('-') && !label.ends_with('-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_a_scheme_a_host_and_perhaps_a_port() {
        for (text, origin) in [
            ("https://example.com", "https://example.com"),
            (" HTTPS://Www.Example.com/ ", "https://www.example.com"),
            ("https://*.example.com", "https://*.example.com"),
            ("http://localhost:3000", "http://localhost:3000"),
            ("https://example.com:443", "https://example.com"),
            ("http://127.0.0.1:80", "http://127.0.0.1"),
            ("https://xn--mnchen-3ya.example", "https://xn--mnchen-3ya.example"),
        ] {
            assert_eq!(parse(text).as_deref(), Ok(origin), "{text}");
        }
    }

    #[test]
    fn whatever_else_could_mean_something_is_refused() {
        for text in [
            "",
            "*",
            "https://",
            "https://*",
            "https://*.com",
            "example.com",
            "ftp://example.com",
            "'self'",
            "https:",
            "https://example.com/path",
            "https://example.com?x",
            "https://a@example.com",
            "https://example.com:0",
            "https://example.com:65536",
            "https://example.com:+1",
            "https://example.com:",
            "https://a b.example",
            "https://example.com; script-src *",
            "https://exa\nmple.com",
            "https://münchen.example",
            "https://-a.example",
            "https://a..example",
            "https://[::1]",
            "https://a.*.example",
        ] {
            assert_eq!(parse(text), Err(InvalidOrigin), "{text:?}");
        }
        assert_eq!(parse(&format!("https://{}.example", "a.".repeat(130))), Err(InvalidOrigin));
    }
}
