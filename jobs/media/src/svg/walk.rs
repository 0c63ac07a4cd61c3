//! Reads an SVG to its end: how it ends, how deeply it is nested, and what it holds that the drawing does not show.

use quick_xml::{
    Reader,
    escape::unescape,
    events::{BytesStart, Event},
};

/// The program refuses more elements.
const MAX_ELEMENTS: usize = 1_000_000;

/// What was found in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Walk {
    /// How it ends.
    pub(super) end: End,
    /// How many elements are within each other.
    pub(super) depth: usize,
    /// What the drawing does not show.
    pub(super) unseen: Unseen,
}

/// What a drawing does not show.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Unseen {
    /// Pictures and other parts that are in other files.
    pub(super) linked: bool,
    /// Style sheets that are in other files.
    pub(super) styles: bool,
    /// Text and other parts that are HTML.
    pub(super) html: bool,
    /// Pictures within the text that are of a kind that is not drawn.
    pub(super) pictures: bool,
    /// Fonts that the text brings with it.
    pub(super) fonts: bool,
}

/// The kinds of pictures within a text that are not drawn: another SVG, and what only newer programs know.
const NOT_DRAWN: [&str; 6] = ["svg+xml", "webp", "avif", "heic", "heif", "jxl"];

/// How a text ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// With the end of the root.
    Whole,
    /// With something that does not belong to the root.
    Followed,
    /// Before the end of the root, with an error, or too late.
    Broken,
}

impl Walk {
    /// Reads a text to its end, or to its first error.
    pub(super) fn through(text: &str) -> Self {
        let mut reader = Reader::from_str(text);
        reader.config_mut().allow_dangling_amp = true;
        let mut walk = Self { end: End::Broken, depth: 0, unseen: Unseen::default() };
        let (mut parents, mut elements) = (Vec::new(), 0);
        while elements <= MAX_ELEMENTS {
            let Ok(event) = reader.read_event() else { break };
            if elements > 0 && parents.is_empty() && event == Event::Eof {
                walk.end = End::Whole;
            } else if elements > 0 && parents.is_empty() && !is_beside_root(&event) {
                walk.end = End::Followed;
                break;
            }
            elements += usize::from(matches!(event, Event::Start(_) | Event::Empty(_)));
            walk.unseen.look_at(&event, parents.last().copied());
            match event {
                Event::Start(element) => parents.push(Parent::of(&element)),
                Event::End(_) => drop(parents.pop()),
                Event::Eof => break,
                _ => {}
            }
            walk.depth = walk.depth.max(parents.len());
        }
        walk
    }
}

/// Whether this may come after the root.
fn is_beside_root(event: &Event<'_>) -> bool {
    match event {
        Event::Text(text) => text.trim().is_empty(),
        Event::Start(_) | Event::Empty(_) | Event::CData(_) | Event::GeneralRef(_) => false,
        _ => true,
    }
}

/// The sort of an element with others in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Parent {
    /// Of its elements, the first one is shown that can be.
    Switch,
    Style,
    Other,
}

impl Parent {
    fn of(element: &BytesStart<'_>) -> Self {
        match element.local_name().as_ref() {
            "switch" => Self::Switch,
            "style" => Self::Style,
            _ => Self::Other,
        }
    }
}

impl Unseen {
    fn look_at(&mut self, event: &Event<'_>, parent: Option<Parent>) {
        match event {
            Event::Start(element) | Event::Empty(element) => self.look_at_element(element, parent),
            Event::Text(text) if parent == Some(Parent::Style) => self.look_at_style(text),
            Event::CData(text) if parent == Some(Parent::Style) => self.look_at_style(text),
            Event::PI(instruction) => self.styles |= instruction.target() == "xml-stylesheet",
            _ => {}
        }
    }

    fn look_at_style(&mut self, style: &str) {
        let style = style.to_ascii_lowercase();
        self.styles |= style.contains("@import");
        self.fonts |= style.contains("@font-face");
        self.linked |= !style.contains("@font-face") && !style.contains("@import") && names_elsewhere(&style);
    }

    fn look_at_element(&mut self, element: &BytesStart<'_>, parent: Option<Parent>) {
        let name = element.local_name();
        let is_style_sheet = name.as_ref() == "link" && is_style_sheet(element);
        self.html |= name.as_ref() == "foreignObject" && parent != Some(Parent::Switch);
        // Attributes are not compared with each other, of which there may be very many.
        for attribute in element.attributes().with_checks(false).flatten() {
            if attribute.key.local_name().as_ref() != "href" {
                self.linked |= attribute.value.contains("url(") && names_elsewhere(&attribute.value);
                continue;
            }
            let target = Target::of(&attribute.value);
            match name.as_ref() {
                "image" | "feImage" => {
                    self.linked |= target == Target::Elsewhere;
                    self.pictures |= target == Target::NotDrawn;
                }
                "link" => self.styles |= target == Target::Elsewhere && is_style_sheet,
                // Other attributes and what is drawn are taken from there.
                "use" | "linearGradient" | "radialGradient" | "pattern" | "filter" | "textPath" | "tref" => {
                    self.linked |= target == Target::Elsewhere;
                }
                _ => {}
            }
        }
    }
}

/// What a reference leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Target {
    /// A part of the text.
    Inside,
    /// A picture in the text that is not drawn.
    NotDrawn,
    /// Another file.
    Elsewhere,
}

impl Target {
    fn of(reference: &str) -> Self {
        // The values of entities that the text defines are not known here.
        let Ok(reference) = unescape(reference) else { return Self::Inside };
        let reference = reference.trim();
        let data = reference.get(..5).filter(|scheme| scheme.eq_ignore_ascii_case("data:")).map(|_| &reference[5..]);
        let picture = |data: &str| data.get(..6).is_some_and(|kind| kind.eq_ignore_ascii_case("image/"));
        match data {
            Some(data) if picture(data) => {
                let kind = data[6..].split([';', ',']).next().unwrap_or_default();
                if NOT_DRAWN.iter().any(|other| kind.eq_ignore_ascii_case(other)) {
                    Self::NotDrawn
                } else {
                    Self::Inside
                }
            }
            Some(_) => Self::Inside,
            None if reference.is_empty() || reference.starts_with('#') => Self::Inside,
            None => Self::Elsewhere,
        }
    }
}

/// Whether a style names another file, as in `fill: url(patterns.svg#dots)`.
fn names_elsewhere(style: &str) -> bool {
    // The names of namespaces look alike.
    !style.contains("@namespace")
        && style.split("url(").skip(1).any(|rest| {
            let target = rest.split(')').next().unwrap_or_default();
            let target = target.replace("&quot;", "").replace("&apos;", "");
            Target::of(target.trim_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '\''))) == Target::Elsewhere
        })
}

/// Whether a link says that it leads to a style sheet.
fn is_style_sheet(link: &BytesStart<'_>) -> bool {
    link.attributes()
        .with_checks(false)
        .flatten()
        .any(|attribute| attribute.key.local_name().as_ref() == "rel" && attribute.value.contains("stylesheet"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const XMLNS: &str = r#"xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink""#;

    #[test]
    fn what_is_elsewhere_is_found() {
        let linked = Unseen { linked: true, ..Unseen::default() };
        let styles = Unseen { styles: true, ..Unseen::default() };
        let html = Unseen { html: true, ..Unseen::default() };
        let pictures = Unseen { pictures: true, ..Unseen::default() };
        let fonts = Unseen { fonts: true, ..Unseen::default() };
        for (content, unseen) in [
            (r#"<image href="photo.jpg"/>"#, linked),
            ("<g><image xlink:href = ' https://example.com/a.png '></image></g>", linked),
            (r#"<s:image href="file:///a.png"/>"#, linked),
            (r#"<filter id="f"><feImage href="a.png"/></filter>"#, linked),
            (r#"<use href="icons.svg#home"/>"#, linked),
            (r#"<rect fill="url(patterns.svg#dots)"/>"#, linked),
            (r#"<rect style="mask: url( 'a.svg#b' )"/>"#, linked),
            (r#"<rect fill="url(#dots)" filter="url(&quot;#blur&quot;)"/>"#, Unseen::default()),
            (r#"<linearGradient id="a" href="colours.svg#sea"/>"#, linked),
            ("<style>.a { fill: url(patterns.svg#dots) }</style>", linked),
            ("<style>.a { fill: url('#dots') } @namespace url(http://www.w3.org/2000/svg);</style>", Unseen::default()),
            ("<style>@font-face { font-family: A; src: url(data:font/woff2;base64,AAAA) }</style>", fonts),
            ("<style>@font-face { font-family: A; src: url('a.woff') }</style>", fonts),
            (r#"<image href="data:image/webp;base64,AAAA"/>"#, pictures),
            (r#"<image href="data:image/svg+xml,%3Csvg/%3E"/>"#, pictures),
            (r#"<image href="data:image/AVIF;base64,AAAA"/>"#, pictures),
            (r#"<image href="&#100;ata:image/png;base64,AAAA"/><image href="&photo;"/>"#, Unseen::default()),
            ("<style>@import url(a.css);</style>", styles),
            ("<style><![CDATA[ @import 'a.css'; ]]></style>", styles),
            (r#"<?xml-stylesheet href="a.css"?>"#, styles),
            ("<style>@IMPORT url(a.css);</style>", styles),
            (r#"<link rel="stylesheet" href="a.css"/>"#, styles),
            (r#"<link rel="license" href="https://example.com"/>"#, Unseen::default()),
            ("<foreignObject><p>Text</p></foreignObject>", html),
            ("<switch><foreignObject><p>Text</p></foreignObject><text>Text</text></switch>", Unseen::default()),
            (r#"<image href="data:image/png;base64,AAAA"/><image href="DATA:,"/>"#, Unseen::default()),
            (r##"<use xlink:href="#a"/><image href=""/><image/>"##, Unseen::default()),
            (r#"<a href="https://example.com"><text>photo.jpg @import</text></a>"#, Unseen::default()),
            (r#"<!-- <image href="photo.jpg"/> --><style>a {}</style>"#, Unseen::default()),
        ] {
            let found = Walk::through(&format!("<svg {XMLNS}>{content}</svg>"));
            assert_eq!((found.unseen, found.end), (unseen, End::Whole), "{content}");
        }
    }

    #[test]
    fn a_text_is_read_until_it_has_too_many_elements() {
        for (content, depth, end) in [
            ("<g><g/></g><g></g>".to_owned(), 2, End::Whole),
            ("<g><g>".to_owned(), 3, End::Broken),
            ("<g/>".repeat(MAX_ELEMENTS - 1), 1, End::Whole),
            (format!("{}<g><g></g></g>", "<g/>".repeat(MAX_ELEMENTS)), 1, End::Broken),
        ] {
            let found = Walk::through(&format!("<svg>{content}</svg>"));
            assert_eq!((found.depth, found.end), (depth, end), "{content:.50}");
        }
    }
}
