//! Link tokens: derived from a server key, never stored.
//!
//! A token is `HMAC-SHA256(key, link id ‖ token version)` cut to 128 bits, in base62. The database stores only its
//! SHA-256, so that a copy of the database opens no link. The server can still show the URL to the owner at any time,
//! and a new token version makes the old URL invalid.

use crate::LinkId;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use std::{fmt, str::FromStr};

/// 128 bits in base62, with leading zeros: always this many characters.
const TOKEN_CHARS: usize = 22;

/// The shortest server key, in bytes.
pub const MIN_KEY_BYTES: usize = 32;

/// The token in a link's URL. `Debug` shows nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct LinkToken(String);

/// The text does not have the format of a link token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a link token")]
pub struct InvalidToken;

impl FromStr for LinkToken {
    type Err = InvalidToken;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let fits = text.len() == TOKEN_CHARS && text.bytes().all(|b| b.is_ascii_alphanumeric());
        if fits { Ok(Self(text.to_owned())) } else { Err(InvalidToken) }
    }
}

impl LinkToken {
    /// The text, for a URL.
    pub fn expose_secret(&self) -> &str {
        &self.0
    }

    /// The SHA-256 that the database stores instead of the token.
    pub fn sha256(&self) -> [u8; 32] {
        Sha256::digest(self.0.as_bytes()).into()
    }
}

impl fmt::Debug for LinkToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LinkToken(…)")
    }
}

/// A secret from which tokens and signatures are derived. `Debug` shows its id only.
#[derive(Clone)]
pub struct ServerKey {
    id: String,
    secret: Vec<u8>,
}

impl ServerKey {
    fn new(secret: &[u8]) -> Self {
        let digest = Sha256::digest([b"vitrine key id".as_slice(), secret].concat());
        let id = format!("{:08x}", u32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]]));
        Self { id, secret: secret.to_vec() }
    }

    /// An id of the key that reveals nothing of the secret.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// A keyed fingerprint of a request, which reveals nothing about the request without the key.
    pub fn fingerprint(&self, request: &[u8]) -> [u8; 32] {
        self.mac("request", &[request]).finalize().into_bytes().into()
    }

    /// A seed of randomness that is the same for the same `parts`, and secret without the key.
    pub fn seed(&self, parts: &[&[u8]]) -> [u8; 32] {
        self.mac("seed", parts).finalize().into_bytes().into()
    }

    /// A MAC over `parts` for one `purpose`; it is not valid for another purpose.
    pub(crate) fn mac(&self, purpose: &str, parts: &[&[u8]]) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.secret).expect("HMAC takes keys of any length");
        for part in [purpose.as_bytes()].iter().chain(parts) {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        mac
    }

    /// The token of a link.
    pub fn link_token(&self, link: LinkId, version: i32) -> LinkToken {
        let mac = self.mac("link", &[link.as_bytes(), &version.to_be_bytes()]).finalize().into_bytes();
        let bits: [u8; 16] = std::array::from_fn(|i| mac[i]);
        LinkToken(format!("{:0>TOKEN_CHARS$}", base62::encode(u128::from_be_bytes(bits))))
    }
}

impl fmt::Debug for ServerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ServerKey({})", self.id)
    }
}

/// The server's keys: the newest makes new tokens, and the others stay valid for older ones.
#[derive(Debug, Clone)]
pub struct Keyring(Vec<ServerKey>);

/// Why a configuration of keys is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a secret key has at least {MIN_KEY_BYTES} characters; several are separated by commas, the newest first")]
pub struct InvalidKey;

impl FromStr for Keyring {
    type Err = InvalidKey;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let secrets: Vec<&str> = text.split(',').map(str::trim).filter(|secret| !secret.is_empty()).collect();
        if secrets.is_empty() || secrets.iter().any(|secret| secret.len() < MIN_KEY_BYTES) {
            return Err(InvalidKey);
        }
        Ok(Self(secrets.into_iter().map(|secret| ServerKey::new(secret.as_bytes())).collect()))
    }
}

impl Keyring {
    /// The key for new tokens and signatures.
    pub fn newest(&self) -> &ServerKey {
        &self.0[0]
    }

    /// The key of this id, with which an older token was made.
    pub fn get(&self, id: &str) -> Option<&ServerKey> {
        self.0.iter().find(|key| key.id == id)
    }

    /// All keys, newest first.
    pub fn all(&self) -> impl Iterator<Item = &ServerKey> {
        self.0.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    const KEY: &str = "0123456789abcdef0123456789abcdef";

    #[test]
    fn a_token_belongs_to_one_link_version_and_key() {
        let ring: Keyring = format!("{KEY},{}", KEY.to_uppercase()).parse().unwrap();
        let link = LinkId::from_uuid(Uuid::from_u128(7));
        let token = ring.newest().link_token(link, 1);
        assert_eq!(token.expose_secret().parse(), Ok(token.clone()));
        assert_eq!(token, ring.newest().link_token(link, 1));
        assert_ne!(token, ring.newest().link_token(link, 2));
        assert_ne!(token, ring.newest().link_token(LinkId::new(), 1));
        let older = ring.0[1].clone();
        assert_ne!(token, older.link_token(link, 1));
        assert_eq!(ring.get(older.id()).map(ServerKey::id), Some(older.id()));
        assert_eq!(format!("{token:?} {}", format!("{ring:?}").contains("0123")), "LinkToken(…) false");
    }

    #[test]
    fn every_token_has_the_same_length() {
        let ring: Keyring = KEY.parse().unwrap();
        for id in 0..2000 {
            assert_eq!(
                ring.newest().link_token(LinkId::from_uuid(Uuid::from_u128(id)), 1).expose_secret().len(),
                TOKEN_CHARS
            );
        }
    }

    #[test]
    fn what_is_no_token_or_key_is_refused() {
        for bad in ["", "abc", "aaaaaaaaaaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaaaaaaaa'", "äaaaaaaaaaaaaaaaaaaaa"] {
            assert_eq!(bad.parse::<LinkToken>(), Err(InvalidToken), "{bad}");
        }
        for bad in ["", ",", "short", &format!("{KEY},short")] {
            assert!(bad.parse::<Keyring>().is_err(), "{bad}");
        }
    }
}
