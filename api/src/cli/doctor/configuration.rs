//! What can be told of the configuration without anything else.

use super::{Finding, Part};
use crate::config::Config;

const PART: Part = Part::Configuration;

pub(super) fn examine(config: &Config) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mistakes = config.mistakes();
    if mistakes.is_empty() {
        findings.push(PART.good("every value can be read"));
    }
    findings.extend(mistakes.into_iter().map(|mistake| PART.failed(mistake, "Correct the value.")));
    // Without a database of one's own, `up` and `import` are meant, which make a key.
    if config.database_url.is_some() && !config.has_key() {
        findings.push(PART.failed(
            "VITRINE_SECRET_KEY is not set",
            "Set it to the key of this installation, or for a new one to 32 random characters or more; `vitrine up` makes one.",
        ));
    }
    findings.extend(address(config));
    if config.metrics_listen.is_none() {
        findings.push(PART.warning(
            "visitors can read /metrics: `serve` answers it at its address",
            "Set VITRINE_METRICS_LISTEN to an address of its own, or let the proxy refuse /metrics.",
        ));
    }
    findings
}

/// What links begin with, and who is believed to be in front.
fn address(config: &Config) -> Option<Finding> {
    let url = config.public_url().ok()?;
    if config.public_url.is_none() {
        return Some(PART.warning(
            format!("links begin with {url}, which opens on this machine only"),
            "Set VITRINE_PUBLIC_URL to the address by which visitors reach the server.",
        ));
    }
    Some(match (url.starts_with("https://"), config.trusted_proxies.is_empty()) {
        (true, true) => PART.warning(
            format!("links begin with {url}, so that a proxy must be in front, and none is trusted"),
            "Set VITRINE_TRUSTED_PROXIES to its address, or all visitors share the limits of one address.",
        ),
        (false, _) => PART.warning(
            format!("links begin with {url}, which is not encrypted"),
            "Put a proxy with TLS in front, and set VITRINE_PUBLIC_URL to its https address.",
        ),
        (true, false) => PART.good(format!("links begin with {url}, and a proxy is trusted")),
    })
}
