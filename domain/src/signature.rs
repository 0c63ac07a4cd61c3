//! Signed texts that end: the last second of their validity, and 128 bits of a MAC over it and over what they allow.

use crate::token::Keyring;
use chrono::{DateTime, TimeDelta, Utc};
use hmac::Mac;

/// How long the URL of a file stays the same, so that browsers find the file in their cache.
const URL_PERIOD: TimeDelta = TimeDelta::minutes(30);

/// What a text is signed for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Signed<'a> {
    /// The kind of permission. A text that is signed for one is invalid for all others.
    pub(crate) purpose: &'static str,
    /// What the permission is for.
    pub(crate) parts: &'a [&'a [u8]],
}

impl Signed<'_> {
    /// A text that is valid until `until`.
    pub(crate) fn sign(self, keys: &Keyring, until: DateTime<Utc>) -> String {
        let until = until.timestamp();
        let mac = keys.newest().mac(self.purpose, &self.with(&until.to_be_bytes())).finalize().into_bytes();
        let bits: [u8; 16] = std::array::from_fn(|i| mac[i]);
        format!("{until}.{:0>22}", base62::encode(u128::from_be_bytes(bits)))
    }

    /// How much longer a text is valid; none if it was signed for something else, or has ended.
    pub(crate) fn left(self, keys: &Keyring, text: &str, now: DateTime<Utc>) -> Option<TimeDelta> {
        let (until, bits) = text.split_once('.')?;
        let (until, bits) = (until.parse::<i64>().ok()?, base62::decode(bits).ok()?);
        let left = DateTime::from_timestamp(until, 0)?.signed_duration_since(now);
        let until = until.to_be_bytes();
        let parts = self.with(&until);
        let signed =
            || keys.all().any(|key| key.mac(self.purpose, &parts).verify_truncated_left(&bits.to_be_bytes()).is_ok());
        (left > TimeDelta::zero() && signed()).then_some(left)
    }

    fn with<'p>(&'p self, until: &'p [u8]) -> Vec<&'p [u8]> {
        self.parts.iter().copied().chain([until]).collect()
    }
}

/// Until when a URL that is signed now is valid: between one and two periods, so that all URLs of a period are equal.
pub(crate) fn end_of_url(now: DateTime<Utc>) -> DateTime<Utc> {
    let period = URL_PERIOD.num_seconds();
    let end = (now.timestamp().div_euclid(period) + 2) * period;
    DateTime::from_timestamp(end, 0).unwrap_or(now + URL_PERIOD)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_stay_the_same_for_a_while_and_end_within_the_hour() {
        let at = |seconds: i64| DateTime::from_timestamp(1_800_000_000 + seconds, 0).unwrap();
        let first = end_of_url(at(0));
        assert_eq!(first, at(3600));
        assert_eq!(end_of_url(at(1799)), first);
        assert_eq!(end_of_url(at(1800)), at(5400));
    }
}
