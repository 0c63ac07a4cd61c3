//! The size that an SVG says it has.

use domain::media::svg_root;
use flate2::read::GzDecoder;
use std::{
    fs::File,
    io::{Read, Seek},
    path::Path,
};

/// How much of the text is searched for the root.
const MAX_HEAD: u64 = 64 * 1024;

/// The largest edge that is believed.
const MAX_EDGE: f64 = 1_000_000.0;

/// The size of a file in pixels; none if it does not say it.
pub(super) fn natural(path: &Path) -> Option<(u32, u32)> {
    let text = head(path)?;
    of_root(svg_root(&text)?)
}

/// The beginning of the text, which may be compressed.
fn head(path: &Path) -> Option<String> {
    let mut file = File::open(path).ok()?;
    let mut first = [0; 2];
    file.read_exact(&mut first).ok()?;
    file.rewind().ok()?;
    let mut bytes = Vec::new();
    // A file that ends too early has a beginning, too.
    let _ = if first == [0x1f, 0x8b] {
        GzDecoder::new(file).take(MAX_HEAD).read_to_end(&mut bytes)
    } else {
        file.take(MAX_HEAD).read_to_end(&mut bytes)
    };
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

/// Width and height, or what the view box has instead of them.
fn of_root(attributes: &str) -> Option<(u32, u32)> {
    let view = attribute(attributes, "viewBox").and_then(|view| {
        let numbers: Vec<f64> =
            view.split(|c: char| c.is_whitespace() || c == ',').filter_map(|number| number.parse().ok()).collect();
        <[f64; 4]>::try_from(numbers).ok()
    });
    let view =
        view.map(|[_, _, width, height]| (width, height)).filter(|(width, height)| *width > 0.0 && *height > 0.0);
    let width = attribute(attributes, "width").and_then(pixels);
    let height = attribute(attributes, "height").and_then(pixels);
    let (width, height) = match (width, height, view) {
        (Some(width), Some(height), _) => (width, height),
        (Some(width), None, Some(view)) => (width, width * view.1 / view.0),
        (None, Some(height), Some(view)) => (height * view.0 / view.1, height),
        (None, None, Some(view)) => view,
        _ => return None,
    };
    Some((whole(width)?, whole(height)?))
}

/// The value of an attribute.
fn attribute<'a>(attributes: &'a str, name: &str) -> Option<&'a str> {
    let mut rest = attributes;
    while let Some((before, after)) = rest.split_once('=') {
        let after = after.trim_start();
        let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        let (value, further) = after[1..].split_once(quote)?;
        if before.trim() == name {
            return Some(value.trim());
        }
        rest = further;
    }
    None
}

/// A length in pixels of 1/96 inch; none if it depends on something else.
fn pixels(length: &str) -> Option<f64> {
    let end = length.trim_end_matches(|c: char| c.is_ascii_alphabetic() || c == '%').len();
    // An exponent is no unit.
    let (number, unit) = if length.parse::<f64>().is_ok() { (length, "") } else { length.split_at(end) };
    let factor = match unit {
        "" | "px" => 1.0,
        "pt" => 96.0 / 72.0,
        "pc" => 16.0,
        "in" => 96.0,
        "cm" => 96.0 / 2.54,
        "mm" => 96.0 / 25.4,
        _ => return None,
    };
    number.parse::<f64>().ok().map(|number| number * factor).filter(|length| *length > 0.0)
}

fn whole(edge: f64) -> Option<u32> {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is within the limit")]
    let whole = edge.round().max(1.0) as u32;
    (edge <= MAX_EDGE).then_some(whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_size_is_that_of_the_root() {
        for (attributes, size) in [
            (r#" width="24" height='12px'"#, Some((24, 12))),
            (r#" viewBox="0 0 40 10""#, Some((40, 10))),
            (r#" viewBox="-5,-5,40,10" width="100%" height="100%""#, Some((40, 10))),
            (r#" width="10mm" viewBox="0 0 40 10""#, Some((38, 9))),
            (r#" height="1in" viewBox="0 0 20 10""#, Some((192, 96))),
            (r#" width="1e2" height="72pt""#, Some((100, 96))),
            (r#" stroke-width="3" width = "7" height="0.2""#, Some((7, 1))),
            (r#" data-x='width="9"' width="7" height="8""#, Some((7, 8))),
            (r#" width="1e9" height="1e9""#, None),
            (r#" width="5em" height="5em""#, None),
            (r#" width="-5" height="5""#, None),
            (r#" viewBox="0 0 0 10""#, None),
            (r#" width="NaN" height="inf""#, None),
            (" width", None),
            (" width=", None),
            ("", None),
        ] {
            assert_eq!(of_root(attributes), size, "{attributes}");
        }
    }
}
