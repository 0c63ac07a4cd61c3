//! The cover of a link above its gallery, as a wide picture behind the name.

use super::tile::colour;
use crate::pages::link_path::LinkPath;
use app::visitor::Cover;
use domain::Preset;

/// The least width of a picture that is shown as wide as the page, in pixels: a smaller one would be a blur.
const LEAST_WIDTH: i32 = 600;

/// The least height in pixels: a lower picture, such as that of a long panorama, would be enlarged to the height of the
/// banner.
const LEAST_HEIGHT: i32 = 200;

/// The wide picture at the top of a page.
pub(in crate::pages) struct Banner {
    pub(in crate::pages) url: String,
    /// The picture in several sizes, as `srcset` lists them, where there is a larger one.
    pub(in crate::pages) sources: Option<String>,
    pub(in crate::pages) width: i32,
    pub(in crate::pages) height: i32,
    /// The average colour of the picture, as CSS.
    pub(in crate::pages) colour: Option<String>,
}

impl Banner {
    /// The banner that a cover makes; none, if its picture is too small.
    pub(super) fn of(cover: &Cover, path: LinkPath<'_>) -> Option<Self> {
        let (width, height) = cover.size;
        if width < LEAST_WIDTH || height < LEAST_HEIGHT {
            return None;
        }
        let url = |preset: Preset| format!("{}/{preset}", path.asset(cover.asset));
        let small = url(cover.preset);
        let larger = cover.enlarged_width.filter(|large| *large > width);
        Some(Self {
            sources: larger.map(|large| format!("{small} {width}w, {} {large}w", url(Preset::Fullscreen))),
            url: small,
            width,
            height,
            colour: cover.placeholder.as_deref().and_then(colour),
        })
    }
}
