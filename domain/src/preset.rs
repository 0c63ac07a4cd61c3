//! The smaller versions of an original that we make: which there are, for which kind, how large.

use crate::{AssetKind, text_enum::text_enum};
use std::str::FromStr;

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

text_enum! {
    /// Whether a proxy can be had.
    pub enum ProxyState {
        /// It is being made.
        Pending = "PENDING",
        /// It is there.
        Ready = "READY",
        /// It could not be made.
        Failed = "FAILED",
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

    /// Whether a link's page shows or plays it, as opposed to only handing it out.
    pub const fn is_shown(self) -> bool {
        matches!(self, Self::Thumbnail | Self::Preview | Self::Poster | Self::Video480)
    }

    /// Whether it is a still picture, as opposed to a video.
    pub const fn is_picture(self) -> bool {
        !matches!(self, Self::Video480 | Self::Video1080)
    }

    /// The longest edge in pixels, where nothing else is configured.
    const fn default_edge(self) -> u32 {
        match self {
            Self::Thumbnail => 320,
            Self::Preview | Self::Poster => 1280,
            Self::Fullscreen => 2560,
            Self::Video480 => 854,
            Self::Video1080 => 1920,
        }
    }
}

/// The largest edge that can be configured, in pixels.
const MAX_EDGE: u32 = 8192;

/// Which proxies are made and how large they are. Written as in `thumbnail=400, fullscreen=off`; what is not named is
/// as usual.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Presets(Vec<(Preset, u32)>);

/// Text that configures no presets.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidPresets {
    /// There is no such preset.
    #[error("there is no preset {0:?}; there are {names}", names = Preset::ALL.iter().map(|preset| preset.as_str()).collect::<Vec<_>>().join(", "))]
    Unknown(String),
    /// Neither a size nor `off`.
    #[error("{0:?} is no preset's size; it looks like thumbnail=320 or thumbnail=off, with at most {MAX_EDGE} pixels")]
    Size(String),
}

impl Default for Presets {
    fn default() -> Self {
        Self(Preset::ALL.iter().map(|preset| (*preset, preset.default_edge())).collect())
    }
}

impl FromStr for Presets {
    type Err = InvalidPresets;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut presets = Self::default();
        for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            let invalid = || InvalidPresets::Size(part.to_owned());
            let (name, size) = part.split_once('=').ok_or_else(invalid)?;
            let preset: Preset = name.trim().parse().map_err(|_| InvalidPresets::Unknown(name.trim().to_owned()))?;
            let edge = match size.trim() {
                "off" => None,
                pixels => {
                    let edge = pixels.parse().ok().filter(|edge| (16..=MAX_EDGE).contains(edge));
                    Some(edge.ok_or_else(invalid)?)
                }
            };
            presets.0.retain(|(other, _)| *other != preset);
            presets.0.extend(edge.map(|edge| (preset, edge)));
        }
        presets.0.sort_unstable();
        Ok(presets)
    }
}

impl Presets {
    /// The longest edge of a proxy in pixels, which an original is never enlarged to reach; none where it is not made.
    pub fn longest_edge(&self, preset: Preset) -> Option<u32> {
        self.0.iter().find(|(other, _)| *other == preset).map(|(_, edge)| *edge)
    }

    /// The proxies that an asset with this content is to get, whether or not its file turns out to be usable.
    pub fn made_for(&self, media_type: &str) -> Vec<Preset> {
        let kind = match media_type.split('/').next() {
            Some("image") => AssetKind::Image,
            Some("video") => AssetKind::Video,
            // The first page as a picture.
            _ if media_type == "application/pdf" => AssetKind::Image,
            _ => return Vec::new(),
        };
        self.0.iter().map(|(preset, _)| *preset).filter(|preset| preset.of_kind() == kind).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_can_be_changed_and_presets_left_out() {
        let presets: Presets = "fullscreen = off, thumbnail=400,".parse().unwrap();
        assert_eq!(presets.longest_edge(Preset::Thumbnail), Some(400));
        assert_eq!(presets.longest_edge(Preset::Fullscreen), None);
        assert_eq!(presets.made_for("image/jpeg"), [Preset::Thumbnail, Preset::Preview]);
        assert_eq!("".parse(), Ok(Presets::default()));
        for bad in ["thumbnail", "thumbnail=", "thumbnail=0", "thumbnail=99999", "thumbnail=-1"] {
            assert_eq!(bad.parse::<Presets>(), Err(InvalidPresets::Size(bad.to_owned())));
        }
        let unknown = "huge=5".parse::<Presets>().unwrap_err().to_string();
        assert!(unknown.contains("\"huge\"") && unknown.contains("video-480p"), "{unknown}");
    }

    #[test]
    fn each_sort_of_file_gets_its_proxies() {
        let presets = Presets::default();
        let pictures = [Preset::Thumbnail, Preset::Preview, Preset::Fullscreen];
        assert_eq!(presets.made_for("image/heif"), pictures);
        assert_eq!(presets.made_for("application/pdf"), pictures);
        assert_eq!(presets.made_for("video/mp4"), [Preset::Poster, Preset::Video480, Preset::Video1080]);
        assert_eq!(presets.made_for("audio/mpeg"), []);
    }
}
