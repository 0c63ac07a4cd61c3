//! Passwords: checking, hashing, generating.
//!
//! Hashing costs about 20 ms and 19 MiB on purpose; callers run it off the async threads and a few at a time.

use argon2::{
    Argon2, Params,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use rand::{CryptoRng, RngExt};
use std::{fmt, sync::LazyLock};

/// The shortest password of a link. Guessing is throttled, so that a short one is no open door.
pub const MIN_LINK_CHARS: usize = 4;
/// The shortest password of a user.
pub const MIN_USER_CHARS: usize = 8;
/// The longest password, in bytes.
pub const MAX_BYTES: usize = 256;

/// Letters and digits that are not mistaken for each other when read aloud or from paper.
const ALPHABET: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789";

/// What stands for the hash of a user who does not exist: of no password, and as much work to compare with as any.
/// Nothing is hashed to make it, so that nothing is to be seen from the time that the first comparison takes.
static NOBODY: LazyLock<String> = LazyLock::new(|| {
    let (memory, passes, lanes) = (Params::DEFAULT_M_COST, Params::DEFAULT_T_COST, Params::DEFAULT_P_COST);
    let (salt, hash) = ("A".repeat(SALT_CHARS), "A".repeat(HASH_CHARS));
    format!("$argon2id$v=19$m={memory},t={passes},p={lanes}${salt}${hash}")
});

/// 16 bytes in base64.
const SALT_CHARS: usize = 22;
/// 32 bytes in base64.
const HASH_CHARS: usize = 43;

/// A password in clear text. `Debug` shows nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

/// A password that is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidPassword {
    /// Fewer characters than asked for.
    #[error("A password has at least {0} characters.")]
    TooShort(usize),
    /// More than [`MAX_BYTES`].
    #[error("A password has at most {MAX_BYTES} bytes.")]
    TooLong,
}

impl Password {
    /// A new password for a link.
    pub fn for_link(text: &str) -> Result<Self, InvalidPassword> {
        Self::parse(text, MIN_LINK_CHARS)
    }

    /// A new password for a user.
    pub fn for_user(text: &str) -> Result<Self, InvalidPassword> {
        Self::parse(text, MIN_USER_CHARS)
    }

    /// What somebody typed to get in. Anything may be tried; what is too long to be right is cut, so that a
    /// megabyte costs no more than a word.
    pub fn attempt(text: &str) -> Self {
        let end = text.floor_char_boundary(MAX_BYTES + 1);
        Self(text[..end].to_owned())
    }

    fn parse(text: &str, min_chars: usize) -> Result<Self, InvalidPassword> {
        if text.chars().count() < min_chars {
            Err(InvalidPassword::TooShort(min_chars))
        } else if text.len() > MAX_BYTES {
            Err(InvalidPassword::TooLong)
        } else {
            Ok(Self(text.to_owned()))
        }
    }

    /// About 93 random bits in four groups, as in `Kx7wT-…`.
    pub fn generate(rng: &mut impl CryptoRng) -> Self {
        let mut group =
            || (0..4).map(|_| char::from(ALPHABET[rng.random_range(0..ALPHABET.len())])).collect::<String>();
        Self([group(), group(), group(), group()].join("-"))
    }

    /// The text, for the one answer that shows it.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// The argon2id hash to store, with a random salt.
    pub fn hash(&self) -> String {
        // Fails only for lengths that the constructors rule out, or when the system gives no randomness.
        let hash = Argon2::default().hash_password(self.0.as_bytes());
        hash.expect("the system has randomness for a salt").to_string()
    }

    /// Whether this is the password behind `hash`. Without a hash it takes as long, and the answer is no.
    pub fn verify(&self, hash: Option<&str>) -> bool {
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| NOBODY.as_str());
        let matches = PasswordHash::new(hash)
            .is_ok_and(|hash| Argon2::default().verify_password(self.0.as_bytes(), &hash).is_ok());
        known && matches
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_opens_to_its_password_only() {
        let password = Password::for_link("open sesame").unwrap();
        let hash = password.hash();
        assert!(hash.starts_with("$argon2id$") && !hash.contains("sesame"));
        assert!(password.verify(Some(&hash)));
        assert!(!Password::attempt("open sesam").verify(Some(&hash)));
        assert!(!password.verify(None));
        assert!(!password.verify(Some("no hash")));
        assert_eq!(format!("{password:?}"), "Password(…)");
    }

    #[test]
    fn nobody_costs_as_much_as_anybody() {
        let work = |hash: &str| {
            let parts: Vec<_> = hash.split('$').map(str::to_owned).collect();
            (parts[..4].to_vec(), parts[4..].iter().map(String::len).collect::<Vec<_>>())
        };
        assert_eq!(work(&NOBODY), work(&Password::attempt("anybody").hash()));
        let nobody = PasswordHash::new(&NOBODY).unwrap();
        let compared = Argon2::default().verify_password(b"anybody", &nobody);
        assert_eq!(compared, Err(argon2::password_hash::Error::PasswordInvalid), "it is compared, not refused");
    }

    #[test]
    fn lengths_are_checked() {
        assert_eq!(Password::for_link("äöü"), Err(InvalidPassword::TooShort(4)));
        assert!(Password::for_link("äöüß").is_ok());
        assert_eq!(Password::for_user("1234567"), Err(InvalidPassword::TooShort(8)));
        assert_eq!(Password::for_link(&"x".repeat(257)), Err(InvalidPassword::TooLong));
        assert_eq!(Password::attempt(&"ä".repeat(4000)).reveal().len(), 256);
    }

    #[test]
    fn generated_ones_differ_and_are_accepted() {
        let mut rng = rand::rng();
        let (one, two) = (Password::generate(&mut rng), Password::generate(&mut rng));
        assert_ne!(one, two);
        assert_eq!(Password::for_user(one.reveal()).as_ref(), Ok(&one));
    }
}
