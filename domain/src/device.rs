//! Tokens for devices that have sent the correct password before.
//!
//! A device token does not grant access. It only identifies a known device, so that other people's wrong guesses at the
//! same account or link do not slow this device down. The token is signed, not stored, and valid for one account or
//! link only. It also holds the version of the password that was correct: somebody who knew an older password may have
//! collected any number of tokens, and must not get separate attempts at the present password with each of them.

use crate::{
    DeviceId, LinkId, UserId,
    token::{Keyring, ServerKey},
};
use chrono::{DateTime, TimeDelta, Utc};
use hmac::{Hmac, Mac};
use rand::{CryptoRng, RngExt};
use sha2::Sha256;
use std::fmt;
use uuid::Uuid;

/// How long a device token is valid after the correct password came from the device.
pub const KNOWN_FOR: TimeDelta = TimeDelta::days(365);

/// Tells people and secret scanners what the token is.
const PREFIX: &str = "vtd_";

/// The token that a device keeps in order to be recognized. `Debug` shows nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct DeviceToken(String);

/// The account or link for which a device token is valid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeviceScope {
    /// The account of this user.
    Account(UserId),
    /// A link and the version of its password.
    Link(LinkId, i32),
}

/// A device that was recognized.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Device {
    /// A random id, which the device keeps when its token is renewed.
    pub id: DeviceId,
    /// Whether the password that came from the device is the present one.
    pub is_current: bool,
}

/// The id of a device that was not known before.
pub fn new_id(rng: &mut impl CryptoRng) -> DeviceId {
    DeviceId::from_uuid(Uuid::from_u128(rng.random()))
}

impl DeviceToken {
    /// The token of a device that has just sent the correct password.
    pub fn issue(keys: &Keyring, scope: DeviceScope, device: DeviceId, now: DateTime<Utc>) -> Self {
        let (issued, version) = (now.timestamp(), scope.password_version());
        let mac = scope.mac(keys.newest(), device, issued, version).finalize().into_bytes();
        let bits: [u8; 16] = std::array::from_fn(|i| mac[i]);
        let [device, bits] = [device.uuid().as_u128(), u128::from_be_bytes(bits)].map(base62::encode);
        Self(format!("{PREFIX}{issued}.{version}.{device:0>22}.{bits:0>22}"))
    }

    /// A token as a client sent it. Its format and signature are checked by [`DeviceToken::recognize`].
    pub fn attempt(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The text, for the client that keeps it.
    pub fn expose_secret(&self) -> &str {
        &self.0
    }

    /// The device, if this token was issued for exactly this account or link, and not too long ago.
    pub fn recognize(&self, keys: &Keyring, scope: DeviceScope, now: DateTime<Utc>) -> Option<Device> {
        let mut parts = self.0.strip_prefix(PREFIX)?.splitn(4, '.');
        let issued: i64 = parts.next()?.parse().ok()?;
        let version: i32 = parts.next()?.parse().ok()?;
        let device = DeviceId::from_uuid(Uuid::from_u128(base62::decode(parts.next()?).ok()?));
        let bits = base62::decode(parts.next()?).ok()?.to_be_bytes();
        let signed = |key| scope.mac(key, device, issued, version).verify_truncated_left(&bits).is_ok();
        let age = now.signed_duration_since(DateTime::from_timestamp(issued, 0)?);
        let is_known = age < KNOWN_FOR && keys.all().any(signed);
        is_known.then_some(Device { id: device, is_current: version == scope.password_version() })
    }
}

impl DeviceScope {
    fn password_version(self) -> i32 {
        match self {
            Self::Account(_) => 0,
            Self::Link(_, version) => version,
        }
    }

    fn mac(self, key: &ServerKey, device: DeviceId, issued: i64, version: i32) -> Hmac<Sha256> {
        let (purpose, of) = match self {
            Self::Account(user) => ("device of an account", user.uuid()),
            Self::Link(link, _) => ("device of a link", link.uuid()),
        };
        key.mac(purpose, &[of.as_bytes(), device.as_bytes(), &issued.to_be_bytes(), &version.to_be_bytes()])
    }
}

impl fmt::Debug for DeviceToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DeviceToken(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "0123456789abcdef0123456789abcdef";
    const OTHER_KEY: &str = "ffffffffffffffffffffffffffffffff";

    fn keys(text: &str) -> Keyring {
        text.parse().unwrap()
    }

    fn now() -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000, 0).unwrap()
    }

    fn device() -> DeviceId {
        new_id(&mut rand::rng())
    }

    #[test]
    fn a_device_is_known_to_one_account_or_link_for_a_year() {
        let keys = keys(KEY);
        let (one, two) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let (account, link) =
            (|id| DeviceScope::Account(UserId::from_uuid(id)), |id| DeviceScope::Link(LinkId::from_uuid(id), 1));
        let device = device();
        let all = [account(one), account(two), link(one), link(two)];
        for scope in all {
            let token = DeviceToken::issue(&keys, scope, device, now());
            assert_eq!(DeviceToken::attempt(token.expose_secret()), token);
            let recognized = Some(Device { id: device, is_current: true });
            assert_eq!(token.recognize(&keys, scope, now() + KNOWN_FOR - TimeDelta::seconds(1)), recognized);
            assert_eq!(token.recognize(&keys, scope, now() + KNOWN_FOR), None);
            for other in all.into_iter().filter(|other| *other != scope) {
                assert_eq!(token.recognize(&keys, other, now()), None, "{scope:?} {other:?}");
            }
            assert_eq!(format!("{token:?}"), "DeviceToken(…)");
        }
    }

    #[test]
    fn a_device_that_knew_an_older_password_is_told_apart() {
        let (keys, link, device) = (keys(KEY), LinkId::new(), device());
        let token = DeviceToken::issue(&keys, DeviceScope::Link(link, 1), device, now());
        let recognized = token.recognize(&keys, DeviceScope::Link(link, 2), now());
        assert_eq!(recognized, Some(Device { id: device, is_current: false }));
    }

    #[test]
    fn a_change_of_the_key_keeps_what_the_older_one_has_signed() {
        let (user, device) = (DeviceScope::Account(UserId::new()), device());
        let token = DeviceToken::issue(&keys(KEY), user, device, now());
        assert!(token.recognize(&keys(&format!("{OTHER_KEY},{KEY}")), user, now()).is_some());
        assert!(token.recognize(&keys(OTHER_KEY), user, now()).is_none());
    }

    #[test]
    fn what_was_not_signed_is_no_device() {
        let (keys, user) = (keys(KEY), DeviceScope::Account(UserId::new()));
        let token = DeviceToken::issue(&keys, user, device(), now()).expose_secret().to_owned();
        let parts: Vec<&str> = token.strip_prefix(PREFIX).unwrap().split('.').collect();
        let [issued, version, device, bits] = parts[..] else { panic!("{token}") };
        let later = issued.parse::<i64>().unwrap() + 1;
        let forged = [
            String::new(),
            PREFIX.to_owned(),
            token[PREFIX.len()..].to_owned(),
            format!("{PREFIX}{later}.{version}.{device}.{bits}"),
            format!("{PREFIX}{issued}.1.{device}.{bits}"),
            format!("{PREFIX}{issued}.{version}.{:0>22}.{bits}", 4),
            format!("{PREFIX}{issued}.{version}.{device}.{:0>22}", 4),
            format!("{PREFIX}{issued}.{version}.{device}"),
            format!("{PREFIX}{issued}.{version}.{device}."),
            format!("{PREFIX}{}.{version}.{device}.{bits}", i64::MAX),
            format!("{token}.1"),
            format!("{token}0"),
            "ä".repeat(1000),
        ];
        for text in forged {
            assert_eq!(DeviceToken::attempt(&text).recognize(&keys, user, now()), None, "{text}");
        }
    }
}
