//! The size that an SVG says it has.

use domain::media::SvgRoot;

/// The largest edge that is believed.
const MAX_EDGE: f64 = 1_000_000.0;

/// The size in pixels: width and height, or what the view box has instead of them; none if the root does not say it.
pub(super) fn of_root(root: &SvgRoot) -> Option<(u32, u32)> {
    let view = root.view_box.as_deref().and_then(|view| {
        let numbers: Vec<f64> =
            view.split(|c: char| c.is_whitespace() || c == ',').filter_map(|number| number.parse().ok()).collect();
        <[f64; 4]>::try_from(numbers).ok()
    });
    let view =
        view.map(|[_, _, width, height]| (width, height)).filter(|(width, height)| *width > 0.0 && *height > 0.0);
    let width = root.width.as_deref().and_then(pixels);
    let height = root.height.as_deref().and_then(pixels);
    let (width, height) = match (width, height, view) {
        (Some(width), Some(height), _) => (width, height),
        (Some(width), None, Some(view)) => (width, width * view.1 / view.0),
        (None, Some(height), Some(view)) => (height * view.0 / view.1, height),
        (None, None, Some(view)) => view,
        _ => return None,
    };
    Some((whole(width)?, whole(height)?))
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
    use domain::media::{SvgSearch, svg_root};

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
            ("", None),
        ] {
            let root = svg_root(&format!(r#"<svg xmlns="http://www.w3.org/2000/svg"{attributes}>"#));
            let SvgSearch::Root(root) = root else { panic!("{attributes}: {root:?}") };
            assert_eq!(of_root(&root), size, "{attributes}");
        }
    }
}
