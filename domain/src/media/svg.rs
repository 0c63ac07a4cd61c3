//! Recognises an SVG by its root, which says that a text is a picture, and how large.
//!
//! A text that merely mentions or contains an SVG, such as a page, a component of a web application or a README, is no
//! picture: nothing would draw it.

use quick_xml::{
    Error, Reader,
    events::{BytesStart, Event},
};
use std::borrow::Cow;

/// The namespace that makes an element one of SVG.
const NAMESPACE: &str = "http://www.w3.org/2000/svg";

/// Units of lengths.
const UNITS: [&str; 11] = ["", "px", "pt", "pc", "in", "cm", "mm", "em", "ex", "rem", "%"];

/// What the beginning of a text says about its being an SVG.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SvgSearch {
    /// It has the root of an SVG.
    Root(SvgRoot),
    /// It ends before its root does, so that more of the text must be read.
    Cut,
    /// It is something else.
    Other,
}

/// The root of an SVG.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SvgRoot {
    /// Whether it says that it is SVG. Without that, browsers draw no picture, but some programs do.
    pub has_namespace: bool,
    /// The width, with its unit.
    pub width: Option<String>,
    /// The height, with its unit.
    pub height: Option<String>,
    /// The part of the drawing that is shown.
    pub view_box: Option<String>,
    version: Option<String>,
}

/// Searches the first bytes of a file for the root of an SVG, in any encoding in which XML is read.
pub fn svg_in(head: &[u8]) -> SvgSearch {
    svg_root(&as_text(head))
}

/// Searches a text for the root of an SVG, which comments, definitions and instructions may precede.
pub fn svg_root(text: &str) -> SvgSearch {
    let text = text.trim_start_matches('\u{feff}').trim_start();
    if !text.starts_with('<') {
        return SvgSearch::Other;
    }
    let mut reader = Reader::from_str(text);
    let mut definitions = String::new();
    loop {
        match reader.read_event() {
            Ok(Event::Decl(_) | Event::PI(_) | Event::Comment(_)) => {}
            Ok(Event::Text(text)) if text.trim().is_empty() => {}
            Ok(Event::DocType(doctype)) if !is_html(&doctype) => definitions = doctype.to_string(),
            Ok(Event::Start(root) | Event::Empty(root)) => {
                return of_root(&root, &definitions).map_or(SvgSearch::Other, SvgSearch::Root);
            }
            Ok(Event::Eof) | Err(Error::Syntax(_)) => return SvgSearch::Cut,
            _ => return SvgSearch::Other,
        }
    }
}

/// The entities that a text defines, with their values; none in place of one that is not a plain text between quotes.
pub fn svg_entities(text: &str) -> impl Iterator<Item = Option<(&str, &str)>> {
    text.split("<!ENTITY").skip(1).map(|definition| {
        let (name, value) = definition.trim_start().split_once(char::is_whitespace)?;
        let value = value.trim_start();
        let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        Some((name, value[1..].split_once(quote)?.0)).filter(|(name, _)| *name != "%")
    })
}

/// Bytes as text. What comes before the root of an SVG is understood in each encoding that extends ASCII.
fn as_text(head: &[u8]) -> Cow<'_, str> {
    let order: fn([u8; 2]) -> u16 = match head {
        [0xff, 0xfe, ..] | [b'<', 0, ..] => u16::from_le_bytes,
        [0xfe, 0xff, ..] | [0, b'<', ..] => u16::from_be_bytes,
        _ => return String::from_utf8_lossy(head),
    };
    let (units, _) = head.as_chunks();
    let text = char::decode_utf16(units.iter().map(|unit| order(*unit)));
    text.map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

fn is_html(doctype: &str) -> bool {
    doctype.trim_start().get(..4).is_some_and(|name| name.eq_ignore_ascii_case("html"))
}

/// The root, if it is one of SVG. One without a namespace must have a size or a version.
fn of_root(root: &BytesStart<'_>, definitions: &str) -> Option<SvgRoot> {
    let name: &str = root.name().0;
    let declaration = match name.rsplit_once(':') {
        None if name == "svg" => "xmlns".to_owned(),
        Some((prefix, "svg")) => format!("xmlns:{prefix}"),
        _ => return None,
    };
    let (mut found, mut namespace) = (SvgRoot::default(), None);
    // That no attribute comes twice is not checked, which would take long if there were very many.
    for attribute in root.attributes().with_checks(false) {
        let attribute = attribute.ok()?;
        let field = match attribute.key.0 {
            "width" => &mut found.width,
            "height" => &mut found.height,
            "viewBox" => &mut found.view_box,
            "version" => &mut found.version,
            declared if declared == declaration => &mut namespace,
            _ => continue,
        };
        *field = Some(attribute.value.trim().to_owned());
    }
    found.has_namespace = namespace.as_ref().is_some_and(|namespace| means_svg(namespace, definitions));
    let bare = namespace.is_none() && declaration == "xmlns" && found.has_evidence();
    (found.has_namespace || bare).then_some(found)
}

/// Whether this is the namespace of SVG, or a reference to it, as Adobe Illustrator writes.
fn means_svg(namespace: &str, definitions: &str) -> bool {
    let entity = namespace.strip_prefix('&').and_then(|name| name.strip_suffix(';'));
    namespace == NAMESPACE
        || entity.is_some_and(|entity| svg_entities(definitions).flatten().any(|found| found == (entity, NAMESPACE)))
}

impl SvgRoot {
    /// Whether an attribute says something that only the root of an SVG says.
    fn has_evidence(&self) -> bool {
        let numbers = |view: &str| view.split([' ', ',', '\n', '\t']).filter(|number| !number.is_empty()).count();
        let view = self.view_box.as_deref();
        view.is_some_and(|view| numbers(view) == 4)
            || [&self.width, &self.height].into_iter().flatten().any(|length| is_length(length))
            || matches!(self.version.as_deref(), Some("1.0" | "1.1" | "1.2" | "2.0"))
    }
}

fn is_length(text: &str) -> bool {
    UNITS.iter().any(|unit| text.strip_suffix(unit).is_some_and(|number| number.parse::<f64>().is_ok()))
}

#[cfg(test)]
mod tests;
