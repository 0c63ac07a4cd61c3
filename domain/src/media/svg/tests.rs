//! What is an SVG and what is not, as a table of both sides.

use super::{SvgSearch, svg_entities, svg_in, svg_root};

const XMLNS: &str = r#"xmlns="http://www.w3.org/2000/svg""#;

/// `s`: an SVG; `w`: one without a namespace; `c`: cut; `-`: something else.
fn search(text: &str) -> char {
    match svg_root(text) {
        SvgSearch::Root(root) if root.has_namespace => 's',
        SvgSearch::Root(_) => 'w',
        SvgSearch::Cut => 'c',
        SvgSearch::Other => '-',
    }
}

#[test]
fn the_root_says_whether_a_text_is_an_svg() {
    let comment = "<!-- <html> licence -->\n".repeat(1000);
    let illustrator = r#"<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/svg11.dtd" [
        <!-- ]> --> <!ENTITY ns_ai "]>http://ns.adobe.com/'"> <!ENTITY ns_svg "http://www.w3.org/2000/svg">]>"#;
    for (text, expected) in [
        (format!("<svg {XMLNS}>"), 's'),
        (format!("<svg\n\twidth='3'\n{XMLNS}/>"), 's'),
        (format!("\u{feff} <?xml version='1.0'?>\n<!-- <html> -->\n<svg {XMLNS} a='>'>"), 's'),
        (r#"<s:svg xmlns:s="http://www.w3.org/2000/svg">"#.to_owned(), 's'),
        (format!("{comment}<svg {XMLNS}>"), 's'),
        (format!("<?xml-stylesheet href='a.css'?><!DOCTYPE svg><svg {XMLNS}>"), 's'),
        (format!("{illustrator}<svg version='1.1' xmlns='&ns_svg;'>"), 's'),
        ("<svg viewBox='0 0 10,10'><path/></svg>".to_owned(), 'w'),
        ("<svg width='10mm'>".to_owned(), 'w'),
        ("<svg height=\"100%\">".to_owned(), 'w'),
        ("<svg version='1.1'>".to_owned(), 'w'),
        (format!("<svg {}", "id='x' ".repeat(2000)), 'c'),
        (format!("<svg {XMLNS} content='&lt;mxfile"), 'c'),
        ("<!-- a licence".to_owned(), 'c'),
        (illustrator[..100].to_owned(), 'c'),
        ("<svg is a tag for pictures".to_owned(), 'c'),
        ("<svg> is a tag".to_owned(), '-'),
        ("<svg/>".to_owned(), '-'),
        ("<svg is a tag>".to_owned(), '-'),
        ("<svg width=\"auto\">".to_owned(), '-'),
        (format!("<svg width={{size}} {XMLNS}>"), '-'),
        (format!("<svg width=24 {XMLNS}>"), '-'),
        (format!("<!DOCTYPE html>\n<svg {XMLNS}>"), '-'),
        (format!("<!doctype HTML PUBLIC 'x'><svg {XMLNS}>"), '-'),
        (format!("<html><svg {XMLNS}></svg></html>"), '-'),
        (format!("<template><svg {XMLNS}/></template>"), '-'),
        (format!("# Logo\n<svg {XMLNS}>"), '-'),
        (format!("An <svg {XMLNS}> is a picture"), '-'),
        ("<svg xmlns='http://www.w3.org/1999/xhtml' width='3'>".to_owned(), '-'),
        ("<svg xmlns='' width='3'>".to_owned(), '-'),
        ("<svg xmlns='&ns_svg;' width='3'>".to_owned(), '-'),
        ("<s:svg width='3'>".to_owned(), '-'),
        (format!("<svgs {XMLNS}>"), '-'),
        ("svg".to_owned(), '-'),
        (String::new(), '-'),
    ] {
        assert_eq!(search(&text), expected, "{}", &text[..text.len().min(200)]);
    }
}

#[test]
fn an_svg_is_known_in_every_encoding_of_xml() {
    let text = format!("<!-- Größe --><svg {XMLNS} width='3'>");
    let latin = text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    let utf16 = |text: &str, order: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(order).collect::<Vec<_>>();
    let marked = format!("\u{feff}{text}");
    for bytes in [
        text.clone().into_bytes(),
        latin,
        utf16(&text, u16::to_le_bytes),
        utf16(&text, u16::to_be_bytes),
        utf16(&marked, u16::to_le_bytes),
        utf16(&marked, u16::to_be_bytes),
    ] {
        assert!(matches!(svg_in(&bytes), SvgSearch::Root(root) if root.width.as_deref() == Some("3")), "{bytes:?}");
        // The last character may be cut in the middle.
        assert_eq!(svg_in(&bytes[..bytes.len() - 5]), SvgSearch::Cut);
    }
    assert_eq!(svg_in(b"\xff\xd8\xff\xe0<svg width='3'>"), SvgSearch::Other);
}

#[test]
fn entities_that_are_no_plain_text_are_told_apart() {
    let text = r#"<!ENTITY a "b"> <!ENTITY  c 'd"'><!ENTITY e SYSTEM "f"><!ENTITY % g "h"><!ENTITY i "j"#;
    let found: Vec<_> = svg_entities(text).collect();
    assert_eq!(found, [Some(("a", "b")), Some(("c", "d\"")), None, None, None]);
}
