//! Links by which a person chooses their password, once: invitations, and links for those who have forgotten theirs. So
//! nobody but the person knows the password.
//!
//! The token is the id of a row, and a MAC over it. A copy of the database therefore opens nothing, and the job that mails
//! the link can write it without that it was stored.

use crate::{
    PasswordLinkId, short_id,
    token::{Keyring, ServerKey},
};
use chrono::TimeDelta;
use hmac::{Hmac, Mac};
use sha2::Sha256;
use std::fmt;

/// How long an invitation is valid.
pub const INVITATION: TimeDelta = TimeDelta::days(7);

/// How long a link for another password is valid.
pub const RESET: TimeDelta = TimeDelta::days(1);

/// The token in the URL of a password link. `Debug` shows nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordLinkToken(String);

impl PasswordLinkToken {
    /// The token of a link.
    pub fn of(key: &ServerKey, id: PasswordLinkId) -> Self {
        let mac = mac(key, id).finalize().into_bytes();
        let bits: [u8; 16] = std::array::from_fn(|i| mac[i]);
        Self(format!("{}{}", short_id::encode(id), short_id::encode(uuid::Uuid::from_bytes(bits))))
    }

    /// A token as it was sent. [`PasswordLinkToken::id`] checks it.
    pub fn attempt(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The id of the link, if one of the keys has made the token.
    pub fn id(&self, keys: &Keyring) -> Option<PasswordLinkId> {
        let (id, bits) = self.0.split_at_checked(short_id::CHARS)?;
        let (id, bits): (PasswordLinkId, uuid::Uuid) = (short_id::decode(id)?, short_id::decode(bits)?);
        let made = keys.all().any(|key| mac(key, id).verify_truncated_left(bits.as_bytes()).is_ok());
        made.then_some(id)
    }

    /// The URL of the page on which the person chooses the password.
    pub fn url(&self, public_url: &str) -> String {
        format!("{public_url}/password/{}", self.0)
    }
}

fn mac(key: &ServerKey, id: PasswordLinkId) -> Hmac<Sha256> {
    key.mac("password link", &[id.as_bytes()])
}

impl fmt::Debug for PasswordLinkToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordLinkToken(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEYS: [&str; 2] = ["0123456789abcdef0123456789abcdef", "ffffffffffffffffffffffffffffffff"];

    #[test]
    fn a_token_names_one_link_and_cannot_be_guessed() {
        let keys: Keyring = KEYS[0].parse().unwrap();
        let id = PasswordLinkId::new();
        let token = PasswordLinkToken::of(keys.newest(), id);
        assert_eq!(token.id(&keys), Some(id));
        assert_eq!(format!("{token:?}"), "PasswordLinkToken(…)");
        let url = token.url("https://example.com");
        let text = url.strip_prefix("https://example.com/password/").unwrap();
        let other = PasswordLinkToken::of(keys.newest(), PasswordLinkId::new()).0;
        let mixed = format!("{}{}", &text[..short_id::CHARS], &other[short_id::CHARS..]);
        for wrong in ["", "x", "ä", &text[1..], &mixed, &format!("{text}0"), &text[..short_id::CHARS]] {
            assert_eq!(PasswordLinkToken::attempt(wrong).id(&keys), None, "{wrong}");
        }
        let both: Keyring = format!("{},{}", KEYS[1], KEYS[0]).parse().unwrap();
        assert_eq!(token.id(&both), Some(id), "an older key is valid on");
        assert_eq!(token.id(&KEYS[1].parse().unwrap()), None);
    }
}
