//! The signature in the URL of a file for signed-in users.
//!
//! An `<img>` of a page sends no `Authorization` header. The URL therefore names the bearer token that it was made for,
//! by its id, and is signed. It opens one file only, and ends with the token: its user's rights are checked at each
//! access.

use crate::{
    BearerTokenId,
    signature::{Signed, end_of_url},
    token::Keyring,
};
use chrono::{DateTime, Utc};

/// The file that a URL opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MediaUrl<'a> {
    /// The bearer token whose user may open it.
    pub token: BearerTokenId,
    /// The path of the file.
    pub path: &'a str,
}

impl MediaUrl<'_> {
    /// The signature, which is valid for 30 to 60 minutes. It stays the same for 30 minutes, so that browsers find the
    /// file in their cache.
    pub fn sign(self, keys: &Keyring, now: DateTime<Utc>) -> String {
        self.signed(|signed| signed.sign(keys, end_of_url(now)))
    }

    /// Whether a signature is valid for this file and token.
    pub fn is_signed(self, keys: &Keyring, signature: &str, now: DateTime<Utc>) -> bool {
        self.signed(|signed| signed.left(keys, signature, now).is_some())
    }

    fn signed<T>(self, with: impl FnOnce(Signed<'_>) -> T) -> T {
        with(Signed { purpose: "media", parts: &[self.token.as_bytes(), self.path.as_bytes()] })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;

    #[test]
    fn a_signature_is_for_one_file_and_token_and_ends() {
        let keys: Keyring = "0123456789abcdef0123456789abcdef".parse().unwrap();
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let url = MediaUrl { token: BearerTokenId::new(), path: "a/preview" };
        let signature = url.sign(&keys, now);
        assert!(url.is_signed(&keys, &signature, now + TimeDelta::minutes(59)));
        assert!(!url.is_signed(&keys, &signature, now + TimeDelta::minutes(60)));
        assert!(!MediaUrl { path: "a/original", ..url }.is_signed(&keys, &signature, now));
        assert!(!MediaUrl { token: BearerTokenId::new(), ..url }.is_signed(&keys, &signature, now));
        assert!(!url.is_signed(&keys, "", now));
    }
}
