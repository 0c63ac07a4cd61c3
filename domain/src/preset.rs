//! The smaller versions of an original that we make: which there are, for which kind, how large.

use crate::{AssetKind, text_enum::text_enum};

text_enum! {
    /// The name of a proxy.
    pub enum Preset {
        /// A small picture for lists.
        Thumbnail = "thumbnail",
        /// The picture on a link's page.
        Preview = "preview",
        /// A picture that fills a large screen.
        Fullscreen = "fullscreen",
        /// A still of a video.
        Poster = "poster",
        /// A video for small screens and slow lines.
        Video480 = "video-480p",
        /// A video for large screens.
        Video1080 = "video-1080p",
    }
}

impl Preset {
    /// The kind of asset that has this proxy.
    pub const fn of_kind(self) -> AssetKind {
        match self {
            Self::Thumbnail | Self::Preview | Self::Fullscreen => AssetKind::Image,
            Self::Poster | Self::Video480 | Self::Video1080 => AssetKind::Video,
        }
    }

    /// What a person calls it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Thumbnail => "Thumbnail",
            Self::Preview => "Preview",
            Self::Fullscreen => "Full screen",
            Self::Poster => "Poster",
            Self::Video480 => "Video 480p",
            Self::Video1080 => "Video 1080p",
        }
    }

    /// The longest edge in pixels; the original is never enlarged to reach it.
    pub const fn longest_edge(self) -> u32 {
        match self {
            Self::Thumbnail => 320,
            Self::Preview | Self::Poster => 1280,
            Self::Fullscreen => 2560,
            Self::Video480 => 854,
            Self::Video1080 => 1920,
        }
    }

    /// Whether a link's page shows it, as opposed to only handing it out.
    pub const fn is_shown(self) -> bool {
        matches!(self, Self::Thumbnail | Self::Preview | Self::Poster)
    }

    /// The proxies that an asset with this content gets. Only pictures that the workers can decode have any.
    pub fn made_for(media_type: &str) -> &'static [Self] {
        match media_type {
            "image/jpeg" | "image/png" | "image/webp" | "image/gif" | "image/tiff" => {
                &[Self::Thumbnail, Self::Preview, Self::Fullscreen]
            }
            _ => &[],
        }
    }
}
