//! Passwords: checking, hashing, generating.
//!
//! A new password is normalized before it is hashed (`prepare.rs`), so that it can be typed on any keyboard, and
//! refused if attackers try it first (`common.rs`). For a user the whole list of common passwords is refused; for a
//! link only the most common ones, because a link lives for days, its owner reads the password out to others, and the
//! throttle leaves strangers about two thousand guesses a day.
//!
//! Hashing takes about 20 ms and 19 MiB on purpose. Callers hash outside the async threads, and a few passwords at a
//! time.

mod common;
mod prepare;

use argon2::{
    Argon2, Params,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use rand::{CryptoRng, RngExt};
use std::{fmt, sync::LazyLock};

/// The shortest password of a link. A short one is enough, because guessing is throttled.
pub const MIN_LINK_CHARS: usize = 4;
/// The shortest password of a user.
pub const MIN_USER_CHARS: usize = 8;
/// The longest password, in bytes.
pub const MAX_BYTES: usize = 256;

/// How many of the commonest passwords are refused for a link.
const REFUSED_FOR_LINKS: usize = 1000;

/// A word that every attacker knows, and that is therefore refused as a password.
const PRODUCT: &str = "Vitrine";

/// The largest factor by which normalization shortens a text.
const MAX_SHRINK_FACTOR: usize = 4;

/// Letters and digits that cannot be confused when they are read aloud or from paper.
const ALPHABET: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789";

/// A hash that no password matches. It is verified in the place of a missing hash, and takes as long as any other, so
/// that the response time does not tell whether a user exists. It is not computed, so that the first verification does
/// not take longer either.
static DUMMY_HASH: LazyLock<String> = LazyLock::new(|| {
    let (memory, passes, lanes) = (Params::DEFAULT_M_COST, Params::DEFAULT_T_COST, Params::DEFAULT_P_COST);
    let (salt, hash) = ("A".repeat(SALT_CHARS), "A".repeat(HASH_CHARS));
    format!("$argon2id$v=19$m={memory},t={passes},p={lanes}${salt}${hash}")
});

/// 16 bytes in base64.
const SALT_CHARS: usize = 22;
/// 32 bytes in base64.
const HASH_CHARS: usize = 43;

/// The hash to store for an account without a password. Comparisons with it take as long as any other.
pub fn hash_of_none() -> String {
    DUMMY_HASH.clone()
}

/// A password in clear text. `Debug` shows nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

/// Why a password is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidPassword {
    /// Fewer characters than asked for.
    #[error("A password has at least {0} characters.")]
    TooShort(usize),
    /// More than [`MAX_BYTES`].
    #[error("A password has at most {MAX_BYTES} bytes.")]
    TooLong,
    /// A character that nobody can type into a form.
    #[error("A password has no line breaks, tabs or other control characters: nobody could type them again.")]
    Control,
    /// One of the most common passwords.
    #[error("This is one of the passwords that are tried first. Take another, such as a few words at random.")]
    Common,
    /// The address or name of the user or of the workspace, or a small variation.
    #[error("A password is not a name or an address that others know, nor one with a few digits behind it.")]
    Known,
}

/// A password that somebody typed to sign in or to unlock a link.
#[derive(Clone)]
pub struct Attempt {
    /// The normalized text.
    prepared: String,
    /// The text as it was typed, if normalization changes it: older passwords were hashed without normalization.
    as_typed: Option<String>,
}

impl Password {
    /// A new password for a link.
    pub fn for_link(text: &str) -> Result<Self, InvalidPassword> {
        let password = Self::parse(text, MIN_LINK_CHARS)?;
        if common::is_among(&password.0, REFUSED_FOR_LINKS) { Err(InvalidPassword::Common) } else { Ok(password) }
    }

    /// A new password for a user. `known`: addresses and names of the user and the workspace, which others know.
    pub fn for_user(text: &str, known: &[&str]) -> Result<Self, InvalidPassword> {
        let password = Self::parse(text, MIN_USER_CHARS)?;
        if common::is_common(&password.0) {
            Err(InvalidPassword::Common)
        } else if common::is_known(&password.0, &[known, &[PRODUCT]].concat()) {
            Err(InvalidPassword::Known)
        } else {
            Ok(password)
        }
    }

    fn parse(text: &str, min_chars: usize) -> Result<Self, InvalidPassword> {
        if text.len() > MAX_SHRINK_FACTOR * MAX_BYTES {
            return Err(InvalidPassword::TooLong);
        }
        let prepared = prepare::prepared(text);
        if prepare::has_controls(&prepared) {
            Err(InvalidPassword::Control)
        } else if prepared.chars().count() < min_chars {
            Err(InvalidPassword::TooShort(min_chars))
        } else if prepared.len() > MAX_BYTES {
            Err(InvalidPassword::TooLong)
        } else {
            Ok(Self(prepared))
        }
    }

    /// About 93 random bits in four groups, as in `Kx7wT-…`.
    pub fn generate(rng: &mut impl CryptoRng) -> Self {
        let mut group =
            || (0..4).map(|_| char::from(ALPHABET[rng.random_range(0..ALPHABET.len())])).collect::<String>();
        Self([group(), group(), group(), group()].join("-"))
    }

    /// The text, for the one response that shows it.
    pub fn expose_secret(&self) -> &str {
        &self.0
    }

    /// The argon2id hash to store, with a random salt.
    pub fn hash(&self) -> String {
        // Hashing fails only for lengths that the constructors rule out, or if the system has no randomness.
        let hash = Argon2::default().hash_password(self.0.as_bytes());
        hash.expect("the system has randomness for a salt").to_string()
    }
}

impl Attempt {
    /// An attempt with any text. A text that is longer than any password is cut, so that long texts do not cost more
    /// work.
    pub fn new(text: &str) -> Self {
        let text = &text[..text.ceil_char_boundary(MAX_SHRINK_FACTOR * MAX_BYTES + 1)];
        let mut prepared = prepare::prepared(text);
        let as_typed = (text != prepared && text.len() <= MAX_BYTES).then(|| text.to_owned());
        prepared.truncate(prepared.ceil_char_boundary(MAX_BYTES + 1));
        Self { prepared, as_typed }
    }

    /// Whether this is the password of `hash`. Without a hash, the same work is done and the result is `false`. The
    /// number of comparisons depends only on the typed text.
    pub fn verify(&self, hash: Option<&str>) -> bool {
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| DUMMY_HASH.as_str());
        let is_right = |text: &str| {
            PasswordHash::new(hash).is_ok_and(|hash| Argon2::default().verify_password(text.as_bytes(), &hash).is_ok())
        };
        let prepared_is_right = is_right(&self.prepared);
        let typed_is_right = self.as_typed.as_deref().is_some_and(is_right);
        known && (prepared_is_right || typed_is_right)
    }
}

impl fmt::Debug for Attempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Attempt(…)")
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
        let right = Attempt::new("open sesame");
        assert!(right.verify(Some(&hash)));
        assert!(!Attempt::new("open sesam").verify(Some(&hash)));
        assert!(!right.verify(None));
        assert!(!right.verify(Some("no hash")));
        assert_eq!(format!("{password:?} {right:?}"), "Password(…) Attempt(…)");
    }

    #[test]
    fn nobody_costs_as_much_as_anybody() {
        let work = |hash: &str| {
            let parts: Vec<_> = hash.split('$').map(str::to_owned).collect();
            (parts[..4].to_vec(), parts[4..].iter().map(String::len).collect::<Vec<_>>())
        };
        assert_eq!(work(&DUMMY_HASH), work(&Password("anybody".to_owned()).hash()));
        let nobody = PasswordHash::new(&DUMMY_HASH).unwrap();
        let compared = Argon2::default().verify_password(b"anybody", &nobody);
        assert_eq!(compared, Err(argon2::password_hash::Error::PasswordInvalid), "it is compared, not refused");
    }

    #[test]
    fn a_password_is_the_same_at_every_keyboard() {
        let (composed, decomposed) = ("caf\u{e9}\u{a0}\u{1e69}", "cafe\u{301} s\u{307}\u{323}");
        for (set, typed) in [(composed, decomposed), (decomposed, composed), (composed, composed)] {
            for password in [Password::for_link(set).unwrap(), Password::for_user(&set.repeat(2), &[]).unwrap()] {
                let typed =
                    if password.expose_secret().chars().count() > 6 { typed.repeat(2) } else { typed.to_owned() };
                assert!(Attempt::new(&typed).verify(Some(&password.hash())), "{set:?} {typed:?}");
            }
        }
        // One that was hashed as it was typed still opens to what was typed.
        let old = Password(decomposed.to_owned()).hash();
        assert!(Attempt::new(decomposed).verify(Some(&old)));
        assert!(!Attempt::new("cafe s").verify(Some(&old)));
    }

    #[test]
    fn lengths_are_checked() {
        assert_eq!(Password::for_link("äöü"), Err(InvalidPassword::TooShort(4)));
        assert_eq!(Password::for_link("a\u{308}o\u{308}"), Err(InvalidPassword::TooShort(4)));
        assert!(Password::for_link("äöüß").is_ok());
        assert_eq!(Password::for_user("1234567", &[]), Err(InvalidPassword::TooShort(8)));
        for long in ["xy".repeat(129), "x\u{301}".repeat(10_000)] {
            assert_eq!(Password::for_link(&long), Err(InvalidPassword::TooLong));
        }
        // What is longer than the longest is not the longest.
        let longest = "äö".repeat(64);
        let hash = Password::for_link(&longest).unwrap().hash();
        let decomposed = "a\u{308}o\u{308}".repeat(64);
        assert!(Attempt::new(&longest).verify(Some(&hash)) && Attempt::new(&decomposed).verify(Some(&hash)));
        assert!(!Attempt::new(&format!("{longest}ä")).verify(Some(&hash)));
        assert!(!Attempt::new(&longest.repeat(4000)).verify(Some(&hash)));
    }

    #[test]
    fn what_nobody_could_type_again_is_refused() {
        for text in ["open sesame\n", "open\tsesame", "\0open sesame", "open\u{2028}sesame", "\r\n\r\n"] {
            assert_eq!(Password::for_link(text), Err(InvalidPassword::Control), "{text:?}");
            assert_eq!(Password::for_user(text, &[]), Err(InvalidPassword::Control), "{text:?}");
        }
    }

    #[test]
    fn what_is_tried_first_is_refused() {
        let known = ["anna@example.com", "Anna Berg", "Harbour Press"];
        for (text, link, user) in [
            ("12345678", false, Some(InvalidPassword::Common)),
            ("PASSWORD", false, Some(InvalidPassword::Common)),
            ("sunshine2026", true, Some(InvalidPassword::Common)),
            ("anna@example.com", true, Some(InvalidPassword::Known)),
            ("harbour press", true, Some(InvalidPassword::Known)),
            ("Anna weds Bert 2026", true, None),
        ] {
            assert_eq!(Password::for_link(text).is_ok(), link, "{text}");
            assert_eq!(Password::for_user(text, &known).err(), user, "{text}");
        }
        assert_eq!(Password::for_link("1234"), Err(InvalidPassword::Common));
    }

    #[test]
    fn generated_ones_differ_and_are_accepted() {
        let mut rng = rand::rng();
        let (one, two) = (Password::generate(&mut rng), Password::generate(&mut rng));
        assert_ne!(one, two);
        assert_eq!(Password::for_user(one.expose_secret(), &[]).as_ref(), Ok(&one));
    }
}
