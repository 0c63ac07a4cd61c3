//! How a page of a link shows whose it is: the workspace's logo or name, its colour, light or dark, its imprint and its
//! contact.
//!
//! It wants a permit: neither the form that asks for the password nor the page of a link that does not exist or is dead
//! shows any of it. These look the same for all workspaces.

mod logo;
mod shades;

pub(super) use logo::logo;
use shades::Shades;

use app::{visitor::Visit, workspace::logo_path};
use domain::{
    access::Permit,
    branding::{Colour, GalleryBackground, LOGO_SIZE},
};
use std::fmt::Write;

/// What a page shows of a workspace.
pub(super) struct Brand {
    pub(super) name: String,
    pub(super) logo: Option<LogoView>,
    /// The URL of the imprint.
    pub(super) imprint: Option<String>,
    /// The URL by which visitors get in touch.
    pub(super) contact: Option<String>,
    /// `light` or `dark`, where it does not follow the visitor's system.
    pub(super) scheme: Option<&'static str>,
    /// The colours, as a style sheet, which the template engine must not escape: written by [`Shades`] only.
    pub(super) style: String,
}

/// A logo, in the size that a page shows.
pub(super) struct LogoView {
    pub(super) url: String,
    pub(super) width: i32,
    pub(super) height: i32,
}

impl LogoView {
    /// The logo of a workspace, at most half as large as it is kept, so that it is sharp on every screen.
    pub(super) fn of(branding: &schema::workspaces::Branding) -> Option<Self> {
        let (file, width, height) = branding.logo()?;
        let [most_wide, most_high] = [LOGO_SIZE.0, LOGO_SIZE.1].map(|edge| i32::try_from(edge / 2).unwrap_or(i32::MAX));
        // In the same shape, as wide as it may be, and then as high as it may be.
        let wide = width.min(most_wide);
        let high = (height * wide / width.max(1)).max(1);
        let (wide, high) =
            if high > most_high { ((width * most_high / height.max(1)).max(1), most_high) } else { (wide, high) };
        Some(Self { url: logo_path(file), width: wide, height: high })
    }
}

impl Brand {
    /// The brand of the link's workspace, for a visitor who is permitted something.
    pub(super) fn of(visit: &Visit<'_>, permit: Permit) -> Self {
        let branding = visit.branding();
        Self {
            name: visit.workspace_name(permit).to_owned(),
            logo: LogoView::of(branding),
            imprint: branding.imprint.clone(),
            contact: branding.contact.clone(),
            scheme: match branding.gallery_background {
                GalleryBackground::Auto => None,
                GalleryBackground::Light => Some("light"),
                GalleryBackground::Dark => Some("dark"),
            },
            style: branding.accent().map_or_else(String::new, |accent| style(accent, branding.gallery_background)),
        }
    }
}

/// The style sheet of a preview of a colour on light and on dark pages.
pub(super) fn preview_style(accent: Colour) -> String {
    format!(".preview-light{{{}}}.preview-dark{{{}}}", Shades::light(accent), Shades::dark(accent))
}

/// The style sheet of a colour.
fn style(accent: Colour, background: GalleryBackground) -> String {
    let (light, dark) = (Shades::light(accent), Shades::dark(accent));
    let mut style = String::new();
    // Writing to a text cannot fail.
    let _ = match background {
        GalleryBackground::Auto => {
            write!(style, ":root{{{light}}}@media(prefers-color-scheme:dark){{:root{{{dark}}}}}")
        }
        GalleryBackground::Light => write!(style, ":root{{{light}}}"),
        GalleryBackground::Dark => write!(style, ":root{{{dark}}}"),
    };
    style
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::FileId;

    #[test]
    fn a_logo_keeps_its_shape_and_stays_small() {
        let shown = |width, height| {
            let branding = schema::workspaces::Branding {
                accent_color: None,
                gallery_background: GalleryBackground::Auto,
                imprint: None,
                contact: None,
                logo_file_id: Some(FileId::nil()),
                logo_width: Some(width),
                logo_height: Some(height),
            };
            LogoView::of(&branding).map(|logo| (logo.width, logo.height))
        };
        assert_eq!(shown(640, 160), Some((320, 80)));
        assert_eq!(shown(160, 160), Some((80, 80)));
        assert_eq!(shown(40, 20), Some((40, 20)));
        assert_eq!(shown(640, 1), Some((320, 1)));
    }
}
