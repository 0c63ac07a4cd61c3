//! What people are told about a drawing in which something is missing.

use super::walk::Unseen;

const LINKED: &str = "The SVG refers to pictures or parts in other files, which are not shown. Embed them in the SVG, and upload it again.";
const STYLES: &str = "The SVG refers to style sheets in other files, which are not used, so that its colours and fonts \
                      may be wrong. Put the styles into the SVG, and upload it again.";
const HTML: &str = "Parts of the SVG, mostly text, are HTML (foreignObject), which is not shown. Save it with text or paths \
                    of SVG, and upload it again.";
const PICTURES: &str = "The SVG has pictures in it that are WebP, AVIF, or SVG themselves, which are not shown. Save it with \
                        pictures that are PNG or JPEG, and upload it again.";
const FONTS: &str = "The SVG brings fonts of its own, which are not used, so that its text may look different. Convert the \
                     text to paths, and upload it again.";
const EMPTY: &str = "The SVG comes out empty: nothing of it can be seen. If there should be something, save it anew, or as a \
                     PNG.";

/// The warning about a drawing; none if all is there.
pub(super) fn of(Unseen { linked, styles, html, pictures, fonts }: Unseen, is_empty: bool) -> Option<String> {
    let all = [(linked, LINKED), (pictures, PICTURES), (styles, STYLES), (fonts, FONTS), (html, HTML)];
    let said: Vec<_> = all.into_iter().filter(|(is_so, _)| *is_so).map(|(_, sentence)| sentence).collect();
    if said.is_empty() { is_empty.then(|| EMPTY.to_owned()) } else { Some(said.join(" ")) }
}
