//! The text of an SVG, and what is to be known of it before it is drawn.

use super::{
    text::{decoded, unpacked},
    walk::{End, Walk},
};
use crate::MediaError;
use domain::media::{SvgRoot, SvgSearch, svg_entities, svg_root};
use std::{ops::RangeInclusive, path::Path};

/// The largest text that is read, in bytes. Maps and exports of programs have a few million.
pub(super) const MAX_BYTES: u64 = 64 * 1024 * 1024;

/// The program refuses a longer value unless it is told otherwise, in bytes.
const LONG: usize = 10_000_000;

/// How deeply elements may be nested: the program refuses more than the first number unless it is told otherwise, and fails
/// somewhere beyond the second.
const DEEP: RangeInclusive<usize> = 250..=1000;

/// What programs within a text begin with: PHP.
const PROGRAMS: [&str; 2] = ["<?php", "<?="];

/// What the gaps of templates begin with: Handlebars, Vue, Jinja, Svelte, ERB and JSP.
const TEMPLATES: [&str; 4] = ["{{", "{%", "{#", "<%"];

/// The text of an SVG, and what was found in it.
#[derive(Debug)]
pub(super) struct Content {
    /// In UTF-8, without an XML declaration.
    pub(super) text: String,
    /// The root; none if there is no such root.
    pub(super) root: Option<SvgRoot>,
    /// What was found on the way to its end.
    pub(super) walk: Walk,
}

impl Content {
    /// Reads the text of a file, which may be compressed; none if it is too long.
    pub(super) fn read(original: &Path) -> Result<Option<Self>, MediaError> {
        let what = "the original cannot be read";
        let bytes = unpacked(original, MAX_BYTES + 1).map_err(|error| MediaError::of_io(error, what))?;
        Ok((bytes.len() as u64 <= MAX_BYTES).then(|| Self::of(decoded(bytes))))
    }

    fn of(text: String) -> Self {
        let root = match svg_root(&text) {
            SvgSearch::Root(root) => Some(root),
            SvgSearch::Cut | SvgSearch::Other => None,
        };
        let walk = Walk::through(&text);
        Self { text, root, walk }
    }

    /// Whether the text is an SVG, if perhaps a damaged one. A component or a README may only begin like one, and a text
    /// that mentions the element may have no end. A template of one is no picture before it is filled.
    pub(super) fn is_svg(&self) -> bool {
        let is_named = self.root.as_ref().map(|root| root.has_namespace);
        let holds_any = |marks: &[&str]| marks.iter().any(|mark| self.text.contains(mark));
        match (is_named, self.walk.end) {
            (Some(_), End::Whole) => !holds_any(&PROGRAMS),
            (Some(true), End::Broken) => !holds_any(&PROGRAMS) && !holds_any(&TEMPLATES),
            _ => false,
        }
    }

    /// Whether it is drawn without the program's limits on the length of values, which large pictures within the text
    /// need, and on nesting. What protects from entities that multiply is lifted with them, so that there may be only few
    /// of these.
    pub(super) fn needs_more(&self) -> bool {
        (self.is_long() || DEEP.contains(&self.walk.depth)) && self.has_harmless_entities()
    }

    /// Whether it may have values that are drawn only without entities.
    pub(super) fn is_long(&self) -> bool {
        self.text.len() > LONG
    }

    /// Whether all entities are plain text, and the text stays within the limit on its size when they are put in. What is
    /// included by `XInclude` may define others.
    fn has_harmless_entities(&self) -> bool {
        if self.text.contains("XInclude") {
            return false;
        }
        let longest = svg_entities(&self.text).try_fold(0, |longest, entity| {
            let (_, value) = entity.filter(|(_, value)| !value.contains(['&', '%']))?;
            Some(value.len().max(longest))
        });
        let references = self.text.bytes().filter(|byte| *byte == b'&').count() as u64;
        longest.is_some_and(|longest| longest as u64 * references <= MAX_BYTES)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const XMLNS: &str = r#"xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink""#;

    #[test]
    fn a_text_is_an_svg_if_all_of_it_is() {
        for (text, is_svg) in [
            (format!("<svg {XMLNS}><g/></svg>\n<!-- end -->\n"), true),
            (format!("<svg {XMLNS}/>"), true),
            (format!("<svg {XMLNS}><g>"), true),
            (format!("<svg {XMLNS}><g></svg>"), true),
            (format!("<svg {XMLNS}>a & b</svg>"), true),
            (r#"<svg width="3"><g/></svg>"#.to_owned(), true),
            (r#"<svg width="3"><g>"#.to_owned(), false),
            (r#"<svg width="3"> is a tag for pictures"#.to_owned(), false),
            (r#"<svg width="3"/> is a tag"#.to_owned(), false),
            (format!("<svg {XMLNS}></svg>\n# A README"), false),
            (format!("<svg {XMLNS}></svg>\n<script>export default {{}}</script>"), false),
            (format!("<svg {XMLNS}></svg><svg {XMLNS}></svg>"), false),
            (format!("<svg {XMLNS}>{{#if a}}<g></svg>"), false),
            (format!("<svg {XMLNS} width={{{{size}}}}><g/></svg>"), false),
            (format!("<svg {XMLNS}><% for a in b %><g/></svg>"), false),
            (format!("<svg {XMLNS}><text><?php echo $a ?></text></svg>"), false),
            (format!("<svg {XMLNS}><text>Write {{{{name}}}}.</text></svg>"), true),
            ("<svg>".to_owned(), false),
            (String::new(), false),
        ] {
            assert_eq!(Content::of(text.clone()).is_svg(), is_svg, "{text}");
        }
    }

    #[test]
    fn limits_are_lifted_where_entities_cannot_multiply() {
        let long = "A".repeat(LONG);
        for (definitions, is_allowed) in [
            ("", true),
            (r#"<!ENTITY ns_svg "http://www.w3.org/2000/svg"><!ENTITY ns_ai 'http://ns.adobe.com/'>"#, true),
            (r#"<!ENTITY a "b"><!ENTITY c "&a;&a;">"#, false),
            (r#"<!ENTITY a "&#38;c;">"#, false),
            (r#"<!ENTITY % a "b">"#, false),
            (r#"<!ENTITY a SYSTEM "b">"#, false),
            (r#"<!ENTITY a "http://www.w3.org/2001/XInclude">"#, false),
            (&format!(r#"<!ENTITY a "{}">"#, "b".repeat(1_000_000)), false),
        ] {
            let text =
                |long: &str| format!("<!DOCTYPE svg [{definitions}]><svg {XMLNS}>{}{long}</svg>", "&a;".repeat(100));
            assert_eq!(Content::of(text(&long)).needs_more(), is_allowed, "{definitions:.50}");
            assert!(!Content::of(text("")).needs_more());
            for (depth, is_deep) in [(200, false), (400, true), (2000, false)] {
                let content = Content::of(text(&format!("{}{}", "<g>".repeat(depth), "</g>".repeat(depth))));
                assert_eq!(content.needs_more(), is_deep && is_allowed, "{definitions:.50} {depth}");
            }
        }
    }
}
