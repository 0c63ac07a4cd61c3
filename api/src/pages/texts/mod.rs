//! What visitors of links read, in their language.
//!
//! The texts are in `api/locales/`, a file for each language. `build.rs` makes a function of each text that all languages
//! have, so that a text that one of them lacks does not compile where it is used, and one that no page uses is reported.
//! The pages of signed-in users are in English.

mod format;
mod generated;
mod in_language;
mod scripts;
mod switch;

pub(super) use in_language::in_language;
pub(super) use switch::{LanguageLink, PARAMETER as LANGUAGE_PARAMETER, language_links};

use crate::http::LANGUAGE;
use actix_web::{HttpRequest, http::header::ACCEPT_LANGUAGE};
use generated::{L10n, L10nLanguage};
use std::{ops::Deref, sync::LazyLock};

/// The texts of all languages.
static ALL: LazyLock<Vec<Language>> = LazyLock::new(|| L10n::iter().map(|id| Language::load(*id)).collect());

/// A language, with its texts.
struct Language {
    id: L10n,
    messages: L10nLanguage,
    for_scripts: String,
}

impl Language {
    fn load(id: L10n) -> Self {
        let messages = id.load();
        Self { id, for_scripts: scripts::json(&messages), messages }
    }
}

/// The texts of one language.
#[derive(Clone, Copy)]
pub(super) struct Texts(&'static Language);

impl Deref for Texts {
    type Target = L10nLanguage;

    fn deref(&self) -> &L10nLanguage {
        &self.0.messages
    }
}

impl Texts {
    /// Those of the language that the visitor chose, or else of the one that their browser asks for, or else English.
    /// The address may name the language, too, because browsers keep no cookie in some frames.
    pub(super) fn of(request: &HttpRequest) -> Self {
        let chosen = || Self::named(request.cookie(LANGUAGE)?.value());
        let accepted = || request.headers().get(ACCEPT_LANGUAGE)?.to_str().ok();
        switch::asked_for(request.query_string())
            .or_else(chosen)
            .unwrap_or_else(|| Self::in_language(L10n::langneg(&wanted(accepted().unwrap_or_default()))))
    }

    /// English.
    pub(super) fn english() -> Self {
        Self::in_language(L10n::default())
    }

    /// The tag of the language (BCP 47).
    pub(super) fn tag(self) -> &'static str {
        &self.0.id
    }

    /// The texts of the scripts as JSON within a page.
    pub(super) fn for_scripts(self) -> &'static str {
        &self.0.for_scripts
    }

    /// Those of the language with this tag, if there are some, whatever its region.
    fn named(tag: &str) -> Option<Self> {
        let language = tag.split('-').next()?.to_ascii_lowercase();
        Some(Self::in_language(language.parse().ok()?))
    }

    fn in_language(language: L10n) -> Self {
        let texts = ALL.iter().find(|known| known.id == language);
        Self(texts.unwrap_or_else(|| unreachable!("the texts of all languages are there")))
    }
}

/// The languages of `Accept-Language` without those that it refuses, by a weight of zero.
fn wanted(accepted: &str) -> String {
    let is_refused = |range: &&str| {
        let weight = range.split_once(';').and_then(|(_, weight)| weight.trim().strip_prefix("q="));
        weight.is_some_and(|weight| weight.trim().parse() == Ok(0.0))
    };
    accepted.split(',').filter(|range| !is_refused(range)).collect::<Vec<_>>().join(",")
}
