//! Recognizes passwords that attackers try first.
//!
//! The list is in `common.txt`, most common first; its source and licence are beside it. People who are asked for a new
//! password often take one of these, their own name, or one of both with a year behind it.

use super::prepare;
use std::{collections::HashMap, iter, sync::LazyLock};

/// The rank of each listed password; 0 is the most common.
static RANKS: LazyLock<HashMap<&str, usize>> =
    LazyLock::new(|| include_str!("common.txt").lines().enumerate().map(|(rank, text)| (text, rank)).collect());

/// The most characters at both ends that are ignored, such as a year or an exclamation mark.
const MAX_DECORATION: usize = 5;
/// The shortest part of a name that is recognized.
const MIN_PART: usize = 3;
/// The shortest repeated unit that is looked up as a word.
const MIN_UNIT: usize = 4;

/// Whether a password is one of the `most` most common ones, without variations.
pub(super) fn is_among(text: &str, most: usize) -> bool {
    RANKS.get(&*folded(text)).is_some_and(|rank| *rank < most)
}

/// Whether a password is common, a small variation of a common one, or a regular sequence.
pub(super) fn is_common(text: &str) -> bool {
    let text = folded(text);
    is_regular(&text) || is_one_of(&text, |word| RANKS.contains_key(word))
}

/// Whether a password is one of these words, which others know, or a small variation of one.
pub(super) fn is_known(text: &str, words: &[&str]) -> bool {
    let known: Vec<String> = words.iter().flat_map(|word| spellings(&folded(word))).collect();
    is_one_of(&folded(text), |word| known.iter().any(|known| known == word))
}

/// The ways to write a word: an e-mail address also in parts; a name also in parts and without spaces.
fn spellings(word: &str) -> Vec<String> {
    let parts = word.split(|c: char| !c.is_alphanumeric()).filter(|part| part.chars().count() >= MIN_PART);
    let of_address = word.split_once('@').map(|(user, host)| [user, host]);
    let all = parts.chain(of_address.into_iter().flatten()).map(str::to_owned);
    let all = all.chain([word.to_owned(), word.split_whitespace().collect()]);
    all.filter(|word| !word.is_empty()).collect()
}

/// Whether a text is one of the words: as it is, without decoration, with digits for letters, or repeated.
fn is_one_of(text: &str, is_word: impl Fn(&str) -> bool) -> bool {
    let plain = undecorated(text);
    iter::once(text).chain(plain).any(|form| {
        let unit = repeated(form).unwrap_or(form);
        is_word(form) || is_word(unit) || is_word(&without_digits(unit))
    })
}

fn folded(text: &str) -> String {
    prepare::prepared(text).to_lowercase()
}

/// The text without digits and signs at both ends, if there are at most [`MAX_DECORATION`] of them.
fn undecorated(text: &str) -> Option<&str> {
    let core = text.trim_matches(|c: char| !c.is_alphabetic());
    (!core.is_empty() && text.chars().count() - core.chars().count() <= MAX_DECORATION).then_some(core)
}

/// The unit that a text repeats from start to end.
fn repeated(text: &str) -> Option<&str> {
    let ends = text.char_indices().map(|(index, _)| index).skip(1).filter(|end| text.len().is_multiple_of(*end));
    ends.map(|end| &text[..end]).find(|unit| unit.repeat(text.len() / unit.len()) == text)
}

/// Replaces digits and signs by the letters that they look like.
fn without_digits(text: &str) -> String {
    let letter = |c| match c {
        '@' | '4' => 'a',
        '3' => 'e',
        '1' | '!' => 'i',
        '0' => 'o',
        '$' | '5' => 's',
        '7' => 't',
        other => other,
    };
    text.chars().map(letter).collect()
}

/// Whether a text is a sequence such as `abcd` or `4321`, or repeats a unit that is too short for a word.
fn is_regular(text: &str) -> bool {
    let steps: Vec<i64> = text
        .chars()
        .zip(text.chars().skip(1))
        .map(|(one, next)| i64::from(u32::from(next)) - i64::from(u32::from(one)))
        .collect();
    let counts = steps.first().is_some_and(|step| step.abs() <= 1 && steps.iter().all(|other| other == step));
    counts || repeated(text).is_some_and(|unit| unit.chars().count() < MIN_UNIT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_everybody_takes_is_common_and_what_is_decorated_a_little() {
        for text in [
            "password",
            "PassWord",
            "12345678",
            "Password1",
            "password2026",
            "!Sunshine!",
            "p@ssw0rd",
            "P4$$w0rd!",
            "monkeymonkey",
            "abcdefgh",
            "87654321",
            "aaaaaaaaaaaa",
            "xyzxyzxyz",
            "12121212",
            "iloveyou",
            "qwertyuiop",
            "passwort",
            "trustno1",
            "changeme",
        ] {
            assert!(is_common(text), "{text}");
        }
        for text in [
            "correct horse battery",
            "a long password",
            "open sesame",
            "dragon 83 harbour",
            "dragon-2947-8812-3361",
            "Kx7wT-9uMpQ",
            "пароль на лето",
            "東京タワーの下で",
            "",
        ] {
            assert!(!is_common(text), "{text}");
        }
    }

    #[test]
    fn what_others_know_of_somebody_is_no_secret() {
        let words = ["Anna.Berg@example.com", "Anna Berg", "Harbour Press", ""];
        for text in [
            "anna.berg@example.com",
            "Anna.Berg",
            "example.com",
            "annaberg",
            "Anna Berg 1984",
            "harbourpress!",
            "HARBOUR PRESS",
            "annaBERGannaberg",
            "h4rb0urpre55",
        ] {
            assert!(is_known(text, &words), "{text}");
        }
        for text in ["anna2026!", "12berg34", "Harbour-1", "example2026"] {
            assert!(is_known(text, &words), "a part with a little around it: {text}");
        }
        for text in ["Anna Berg likes 3 harbours", "", "harbourlights", "bergamot7"] {
            assert!(!is_known(text, &words), "{text}");
        }
    }

    #[test]
    fn the_commonest_come_first() {
        assert!(is_among("1234", 1000) && is_among("PASSWORD", 1000) && !is_among("open sesame", usize::MAX));
        let rare = include_str!("common.txt").lines().nth(15_000).unwrap();
        assert!(!is_among(rare, 1000) && is_among(rare, usize::MAX));
    }
}
