//! `Branding`: how a workspace looks to visitors of its links.

use super::enums::GalleryBackground;
use app::{Services, workspace::logo_path};
use async_graphql::SimpleObject;
use schema::workspaces;

/// How a workspace looks to visitors of its links.
#[derive(SimpleObject)]
pub(crate) struct Branding {
    /// The colour of buttons and links, as `#rrggbb`; null: the usual one. Our pages use it where it can be read, and shades
    /// of it where it cannot.
    accent_color: Option<String>,
    /// Stands in the place of the workspace's name; null: there is none.
    logo: Option<Logo>,
    gallery_background: GalleryBackground,
    /// The URL of the imprint: a page, or `mailto:`.
    imprint: Option<String>,
    /// The URL by which visitors get in touch: a page, or `mailto:`.
    contact: Option<String>,
}

/// The logo of a workspace.
#[derive(SimpleObject)]
pub(crate) struct Logo {
    /// Everybody may load it, and keep it: another logo has another URL.
    url: String,
    /// In pixels: twice as many as a page should show.
    width: i32,
    /// In pixels.
    height: i32,
}

impl Branding {
    pub(crate) fn of(branding: &workspaces::Branding, services: &Services) -> Self {
        Self {
            accent_color: branding.accent_color.clone(),
            logo: branding.logo().map(|(file, width, height)| Logo {
                url: format!("{}{}", services.public_url, logo_path(file)),
                width,
                height,
            }),
            gallery_background: branding.gallery_background.into(),
            imprint: branding.imprint.clone(),
            contact: branding.contact.clone(),
        }
    }
}
