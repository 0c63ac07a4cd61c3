//! Finds the root of an SVG, which says that a text is a picture, and how large.

/// What may come before the root, by its beginning and its end.
const SKIPPED: [(&str, &str); 2] = [("<!--", "-->"), ("<?", "?>")];

/// The attributes of the root of an SVG, or as many of them as this beginning of its text has; none if the text is no
/// SVG.
pub fn svg_root(text: &str) -> Option<&str> {
    let mut rest = text.trim_start_matches('\u{feff}').trim_start();
    loop {
        let skipped = SKIPPED.iter().find(|(begin, _)| rest.starts_with(begin));
        rest = if let Some((_, end)) = skipped {
            rest.split_once(end)?.1
        } else if rest.get(..9).is_some_and(|begin| begin.eq_ignore_ascii_case("<!doctype")) {
            after_doctype(rest)?
        } else {
            break;
        }
        .trim_start();
    }
    let root = rest.strip_prefix('<')?;
    let (name, attributes) = root.split_at(root.find(|c: char| c.is_whitespace() || matches!(c, '>' | '/'))?);
    // The namespace may have a name.
    let is_svg =
        name == "svg" || name.strip_suffix(":svg").is_some_and(|prefix| prefix.chars().all(char::is_alphanumeric));
    is_svg.then(|| &attributes[..end_of_tag(attributes)])
}

/// What follows a document type, which may contain definitions in brackets.
fn after_doctype(text: &str) -> Option<&str> {
    let end = text.find('>')?;
    match text.find('[') {
        Some(bracket) if bracket < end => {
            let definitions = &text[bracket..];
            let end = definitions.find(']')?;
            Some(definitions[end..].split_once('>')?.1)
        }
        _ => Some(&text[end + 1..]),
    }
}

/// Where a tag ends: at a bracket that is in no value.
fn end_of_tag(attributes: &str) -> usize {
    let mut quote = None;
    for (at, c) in attributes.char_indices() {
        match (quote, c) {
            (None, '"' | '\'') => quote = Some(c),
            (None, '>') => return at,
            (Some(open), _) if open == c => quote = None,
            _ => {}
        }
    }
    attributes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_is_found_behind_all_that_may_come_before() {
        let definitions = "<!DOCTYPE svg PUBLIC \"-//W3C\" \"http://www.w3.org/svg.dtd\" [<!ENTITY a \"<svg>\">]>";
        for (text, attributes) in [
            ("<svg width='3'>", Some(" width='3'")),
            ("<svg>", Some("")),
            ("<svg/>", Some("/")),
            ("\u{feff} <?xml version='1.0'?>\n<!-- <html> -->\n<s:svg a='>'\n b=\"'>\"><g>", Some(" a='>'\n b=\"'>\"")),
            (&format!("{definitions}<svg id=\"x\">"), Some(" id=\"x\"")),
            ("<!doctype svg><svg id='cut", Some(" id='cut")),
            ("<html><svg>", None),
            ("<!-- <svg>", None),
            ("<svgs>", None),
            ("<!DOCTYPE html><svg", None),
            ("<!DOCTYPE [", None),
            ("svg", None),
            ("", None),
        ] {
            assert_eq!(svg_root(text), attributes, "{text}");
        }
    }
}
