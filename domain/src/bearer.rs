//! Bearer tokens of signed-in users: sessions and personal access tokens.

use rand::CryptoRng;
use sha2::{Digest, Sha256};
use std::fmt;

use crate::text_enum::text_enum;

text_enum! {
    /// How a bearer token was issued.
    pub enum BearerKind {
        /// By a sign-in.
        Session = "SESSION",
        /// By a user, for a program.
        Personal = "PERSONAL",
    }
}

/// 256 random bits that authenticate a user. `Debug` shows nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct BearerToken(String);

impl BearerToken {
    /// A new token. Its prefix tells people and secret scanners what it is.
    pub fn generate(kind: BearerKind, rng: &mut impl CryptoRng) -> Self {
        let prefix = match kind {
            BearerKind::Session => "vts",
            BearerKind::Personal => "vtp",
        };
        let mut half = || {
            let mut bytes = [0; 16];
            rng.fill_bytes(&mut bytes);
            base62::encode(u128::from_be_bytes(bytes))
        };
        Self(format!("{prefix}_{:0>22}{:0>22}", half(), half()))
    }

    /// A token as a client sent it. Its format is not checked; the database finds only tokens that were issued.
    pub fn attempt(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The text, for the one response that shows it.
    pub fn expose_secret(&self) -> &str {
        &self.0
    }

    /// The SHA-256 that the database stores instead of the token.
    pub fn sha256(&self) -> [u8; 32] {
        Sha256::digest(self.0.as_bytes()).into()
    }
}

impl fmt::Debug for BearerToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BearerToken(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_differ_and_hide() {
        let mut rng = rand::rng();
        let one = BearerToken::generate(BearerKind::Session, &mut rng);
        let two = BearerToken::generate(BearerKind::Session, &mut rng);
        assert!(one.expose_secret().starts_with("vts_") && one.expose_secret().len() == 48);
        assert_ne!(one.sha256(), two.sha256());
        assert_eq!(BearerToken::attempt(one.expose_secret()), one);
        assert_eq!(format!("{one:?}"), "BearerToken(…)");
    }
}
