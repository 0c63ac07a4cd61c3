//! Faces that visitors search for, sealed. The server keeps nothing of a search: whoever searches keeps the face, as a
//! text that only the server can read, only for the link for which it was sealed, and for a short time.

use crate::{
    LinkId,
    token::{Keyring, ServerKey},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chacha20poly1305::{
    XChaCha20Poly1305, XNonce,
    aead::{Aead, KeyInit, Payload},
};
use chrono::{DateTime, TimeDelta, Utc};
use hmac::Mac;
use rand::CryptoRng;

/// How long visitors can go on with a face. Enough to look at what was found, and to download it.
pub const KEPT_FOR: TimeDelta = TimeDelta::minutes(30);

/// The most characters of a sealed face: far more than one has.
pub const MAX_LENGTH: usize = 1000;

const NONCE_BYTES: usize = 24;

/// The link for which a face is sealed. A new URL and another password end it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SealedFor {
    /// The link.
    pub link: LinkId,
    /// Incremented when the link gets a new URL.
    pub token_version: i32,
    /// Incremented when the link's password changes.
    pub password_version: i32,
}

impl SealedFor {
    /// The text of a face, which can be opened for [`KEPT_FOR`].
    pub fn seal(self, keys: &Keyring, face: &[u8], now: DateTime<Utc>, rng: &mut impl CryptoRng) -> String {
        let until = (now + KEPT_FOR).timestamp().to_be_bytes();
        let mut nonce = [0; NONCE_BYTES];
        rng.fill_bytes(&mut nonce);
        let payload = Payload { msg: face, aad: &self.bound_to(until) };
        let sealed = cipher(keys.newest()).encrypt(&XNonce::from(nonce), payload).expect("a face is short");
        URL_SAFE_NO_PAD.encode([&until[..], &nonce, &sealed].concat())
    }

    /// The face of a text; none if it was sealed for another link, has ended, or is none.
    pub fn open(self, keys: &Keyring, text: &str, now: DateTime<Utc>) -> Option<Vec<u8>> {
        if text.len() > MAX_LENGTH {
            return None;
        }
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (until, bytes) = bytes.split_first_chunk::<8>()?;
        let (nonce, sealed) = bytes.split_first_chunk::<NONCE_BYTES>()?;
        if now.timestamp() >= i64::from_be_bytes(*until) {
            return None;
        }
        let aad = self.bound_to(*until);
        keys.all().find_map(|key| cipher(key).decrypt(&XNonce::from(*nonce), Payload { msg: sealed, aad: &aad }).ok())
    }

    fn bound_to(self, until: [u8; 8]) -> Vec<u8> {
        let Self { link, token_version, password_version } = self;
        [link.as_bytes().as_slice(), &token_version.to_be_bytes(), &password_version.to_be_bytes(), &until].concat()
    }
}

fn cipher(key: &ServerKey) -> XChaCha20Poly1305 {
    let derived: [u8; 32] = key.mac("faces that visitors search for", &[]).finalize().into_bytes().into();
    XChaCha20Poly1305::new(&derived.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{SeedableRng, rngs::StdRng};
    use uuid::Uuid;

    const KEY: &str = "0123456789abcdef0123456789abcdef";

    #[test]
    fn a_face_is_read_for_its_link_and_for_a_while_only() {
        let keys: Keyring = KEY.parse().unwrap();
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let of = SealedFor { link: LinkId::from_uuid(Uuid::from_u128(1)), token_version: 1, password_version: 1 };
        let mut rng = StdRng::seed_from_u64(7);
        let face = [7; 130];
        let text = of.seal(&keys, &face, now, &mut rng);
        assert_ne!(text, of.seal(&keys, &face, now, &mut rng), "nobody sees that two searches are for the same face");
        assert!(text.len() < 300, "{text}");
        assert_eq!(of.open(&keys, &text, now).as_deref(), Some(&face[..]));
        assert!(of.open(&keys, &text, now + KEPT_FOR - TimeDelta::seconds(1)).is_some());
        assert_eq!(of.open(&keys, &text, now + KEPT_FOR), None);
        let others = [
            SealedFor { link: LinkId::from_uuid(Uuid::from_u128(2)), ..of },
            SealedFor { token_version: 2, ..of },
            SealedFor { password_version: 2, ..of },
        ];
        for other in others {
            assert_eq!(other.open(&keys, &text, now), None, "{other:?}");
        }
        let rotated: Keyring = format!("ffffffffffffffffffffffffffffffff,{KEY}").parse().unwrap();
        assert!(of.open(&rotated, &text, now).is_some(), "an older key still counts");
        let stranger: Keyring = "ffffffffffffffffffffffffffffffff".parse().unwrap();
        assert_eq!(of.open(&stranger, &text, now), None);
    }

    #[test]
    fn what_was_changed_or_is_none_is_not_read() {
        let keys: Keyring = KEY.parse().unwrap();
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let of = SealedFor { link: LinkId::new(), token_version: 1, password_version: 1 };
        let text = of.seal(&keys, &[7; 130], now, &mut StdRng::seed_from_u64(7));
        let bytes = URL_SAFE_NO_PAD.decode(&text).unwrap();
        for at in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            assert_eq!(of.open(&keys, &URL_SAFE_NO_PAD.encode(changed), now), None, "byte {at}");
        }
        for length in 0..bytes.len() {
            assert_eq!(of.open(&keys, &URL_SAFE_NO_PAD.encode(&bytes[..length]), now), None, "{length} bytes");
        }
        for odd in ["", "=", "ä", &"A".repeat(MAX_LENGTH + 1), &"A".repeat(MAX_LENGTH)] {
            assert_eq!(of.open(&keys, odd, now), None, "{odd}");
        }
    }
}
