//! The choice of a language: links to the same page with `lang` in the address.

use super::{L10n, Texts};
use crate::pages::fields::Fields;

/// The name of the language in an address.
pub(in crate::pages) const PARAMETER: &str = "lang";

/// A link to the page in another language.
pub(in crate::pages) struct LanguageLink {
    pub(in crate::pages) tag: &'static str,
    /// The name of the language in itself.
    pub(in crate::pages) name: &'static str,
    pub(in crate::pages) url: String,
    pub(in crate::pages) is_current: bool,
}

/// The links from the page at `path` with this query string to itself in each language.
pub(in crate::pages) fn language_links(texts: Texts, path: &str, query: &str) -> Vec<LanguageLink> {
    let rest = without_language(query);
    let link = |language: &L10n| {
        let tag = Texts::in_language(*language).tag();
        let more = if rest.is_empty() { String::new() } else { format!("&{rest}") };
        let is_current = *language == texts.0.id;
        LanguageLink { tag, name: language.language_name(), url: format!("{path}?{PARAMETER}={tag}{more}"), is_current }
    };
    L10n::iter().map(link).collect()
}

/// The language that an address asks for.
pub(super) fn asked_for(query: &str) -> Option<Texts> {
    Texts::named(Fields::of_query(query).first(PARAMETER)?)
}

/// A query string without the language.
pub(super) fn without_language(query: &str) -> String {
    Fields::of_query(query).to_query(|name| name != PARAMETER)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_is_taken_out_however_it_is_written() {
        for query in ["lang=de", "l%61ng=de", "lang=ar&l%61ng=de", "lang", "", "&&"] {
            assert_eq!(without_language(query), "", "{query}");
        }
        assert_eq!(without_language("search=a+%26b&lang=de&unlocked&page=2"), "search=a%20%26b&unlocked&page=2");
        for (query, tag) in [("lang=de", "de"), ("lang=DE-at", "de"), ("l%61ng=ar", "ar")] {
            assert_eq!(asked_for(query).map(Texts::tag), Some(tag), "{query}");
        }
        for query in ["", "lang", "lang=", "lang=fr", "lang=../de", "lang=d"] {
            assert!(asked_for(query).is_none(), "{query}");
        }
    }
}
