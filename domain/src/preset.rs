//! The presets of proxies: names, kinds and sizes.

use crate::{AssetKind, text_enum::text_enum};
use std::{ops::RangeInclusive, str::FromStr};

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
        /// The sound of a recording.
        Audio = "audio",
    }
}

text_enum! {
    /// The state of a proxy.
    pub enum ProxyState {
        /// It is still to be made.
        Pending = "PENDING",
        /// It was made.
        Ready = "READY",
        /// It cannot be made.
        Failed = "FAILED",
    }
}

/// Which proxy of an asset: its preset, with or without the workspace's watermark. An asset has one proxy of each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Rendition {
    /// The preset.
    pub preset: Preset,
    /// Whether the watermark is on it.
    pub watermarked: bool,
}

impl Preset {
    /// The proxy of this preset without a watermark.
    pub const fn plain(self) -> Rendition {
        Rendition { preset: self, watermarked: false }
    }

    /// The proxy of this preset with the watermark.
    pub const fn watermarked(self) -> Rendition {
        Rendition { preset: self, watermarked: true }
    }

    /// The proxy of this preset that a link shows and hands out: with the watermark, if the link has it on. A sound has
    /// none.
    pub const fn in_link(self, watermark: bool) -> Rendition {
        match self {
            Self::Audio => self.plain(),
            Self::Thumbnail | Self::Preview | Self::Fullscreen | Self::Poster | Self::Video480 | Self::Video1080 => {
                Rendition { preset: self, watermarked: watermark }
            }
        }
    }

    /// The kind of asset that has this proxy.
    pub const fn of_kind(self) -> AssetKind {
        match self {
            Self::Thumbnail | Self::Preview | Self::Fullscreen => AssetKind::Image,
            Self::Poster | Self::Video480 | Self::Video1080 => AssetKind::Video,
            Self::Audio => AssetKind::Audio,
        }
    }

    /// The name that people read.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Thumbnail => "Thumbnail",
            Self::Preview => "Preview",
            Self::Fullscreen => "Full screen",
            Self::Poster => "Poster",
            Self::Video480 => "Video 480p",
            Self::Video1080 => "Video 1080p",
            Self::Audio => "Audio",
        }
    }

    /// The name of a proxy of this size in pixels. A video that is smaller than its preset, because its original is, has
    /// the name of its size.
    pub fn label_of(self, dimensions: (i32, i32)) -> String {
        match self.video_size(Some(dimensions)) {
            Some(size) => format!("Video {size}"),
            None => self.label().to_owned(),
        }
    }

    /// What people call the size of a video, such as `480p`, if this is one: the lines of the picture of 16:9, across or
    /// upright, into which it fits, so that a film of 1280 × 536 has 720p like its width. Sizes that nearly are a usual one
    /// have the name of that. No video is named larger than its preset.
    pub fn video_size(self, dimensions: Option<(i32, i32)>) -> Option<String> {
        let lines = match self {
            Self::Video480 => 480,
            Self::Video1080 => 1080,
            Self::Thumbnail | Self::Preview | Self::Fullscreen | Self::Poster | Self::Audio => return None,
        };
        let Some((width, height)) = dimensions else { return Some(format!("{lines}p")) };
        let fitting = width.min(height).max(width.max(height).saturating_mul(9) / 16);
        let usual = USUAL_LINES.iter().find(|usual| fitting.abs_diff(**usual) * 20 <= usual.unsigned_abs());
        Some(format!("{}p", usual.copied().unwrap_or(fitting).min(lines)))
    }

    /// The next smaller version, of which a copy stands in for this one where this one would equal another.
    pub const fn stand_in(self) -> Option<Self> {
        match self {
            Self::Video1080 => Some(Self::Video480),
            Self::Thumbnail | Self::Preview | Self::Fullscreen | Self::Poster | Self::Video480 | Self::Audio => None,
        }
    }

    /// Whether every link's page shows or plays this proxy; others are shown only where they may be downloaded, too.
    pub const fn is_shown(self) -> bool {
        matches!(self, Self::Thumbnail | Self::Preview | Self::Poster | Self::Video480 | Self::Audio)
    }

    /// Whether this is a still picture, and neither a video nor a sound, which take longer to make.
    pub const fn is_picture(self) -> bool {
        !matches!(self, Self::Video480 | Self::Video1080 | Self::Audio)
    }

    /// The size, if the configuration does not set one: the longest edge in pixels, or the kilobits of a sound in a second.
    pub const fn default_size(self) -> u32 {
        match self {
            Self::Thumbnail => 320,
            Self::Preview | Self::Poster => 1280,
            Self::Fullscreen => 2560,
            Self::Video480 => 854,
            Self::Video1080 => 1920,
            Self::Audio => 128,
        }
    }

    /// The sizes that can be configured.
    const fn sizes(self) -> RangeInclusive<u32> {
        match self {
            Self::Audio => 32..=MAX_KILOBITS,
            Self::Thumbnail | Self::Preview | Self::Fullscreen | Self::Poster | Self::Video480 | Self::Video1080 => {
                16..=MAX_EDGE
            }
        }
    }
}

/// The usual sizes of videos, in lines.
const USUAL_LINES: [i32; 6] = [144, 240, 360, 480, 720, 1080];

/// The largest edge that can be configured, in pixels.
const MAX_EDGE: u32 = 8192;

/// The most kilobits of sound in a second that can be configured.
const MAX_KILOBITS: u32 = 320;

/// Which proxies are made, and how large: see [`Preset::default_size`]. Written as `thumbnail=400, fullscreen=off`; presets that are not named keep
/// their defaults.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Presets(Vec<(Preset, u32)>);

/// Why a configuration of presets is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidPresets {
    /// There is no such preset.
    #[error("there is no preset {0:?}; there are {names}", names = Preset::ALL.iter().map(|preset| preset.as_str()).collect::<Vec<_>>().join(", "))]
    Unknown(String),
    /// Neither a size nor `off`.
    #[error(
        "{0:?} is not a size of a preset; write thumbnail=320 or thumbnail=off, with at most {MAX_EDGE} pixels, or audio=128, with 32 to {MAX_KILOBITS} kilobits a second"
    )]
    Size(String),
}

impl Default for Presets {
    fn default() -> Self {
        Self(Preset::ALL.iter().map(|preset| (*preset, preset.default_size())).collect())
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
            let size = match size.trim() {
                "off" => None,
                number => {
                    let size = number.parse().ok().filter(|size| preset.sizes().contains(size));
                    Some(size.ok_or_else(invalid)?)
                }
            };
            presets.0.retain(|(other, _)| *other != preset);
            presets.0.extend(size.map(|size| (preset, size)));
        }
        presets.0.sort_unstable();
        Ok(presets)
    }
}

impl Presets {
    /// The size of a proxy: its longest edge in pixels, or the kilobits of a sound in a second. None if the proxy is not
    /// made. Smaller originals are not enlarged.
    pub fn size(&self, preset: Preset) -> Option<u32> {
        self.0.iter().find(|(other, _)| *other == preset).map(|(_, size)| *size)
    }

    /// The further proxies of a recording with a cover.
    pub fn made_for_cover(&self) -> Vec<Preset> {
        self.of_kind(AssetKind::Image)
    }

    /// The proxies of an asset with this media type. Rendering finds out later whether the file is usable.
    pub fn made_for(&self, media_type: &str) -> Vec<Preset> {
        let kind = match media_type.split('/').next() {
            Some("image") => AssetKind::Image,
            Some("video") => AssetKind::Video,
            Some("audio") => AssetKind::Audio,
            // A picture of the first page is made.
            _ if media_type == "application/pdf" => AssetKind::Image,
            _ => return Vec::new(),
        };
        self.of_kind(kind)
    }

    /// The proxies that are made for this kind.
    pub fn of_kind(&self, kind: AssetKind) -> Vec<Preset> {
        self.0.iter().map(|(preset, _)| *preset).filter(|preset| preset.of_kind() == kind).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_can_be_changed_and_presets_left_out() {
        let presets: Presets = "fullscreen = off, thumbnail=400,".parse().unwrap();
        assert_eq!(presets.size(Preset::Thumbnail), Some(400));
        assert_eq!(presets.size(Preset::Fullscreen), None);
        assert_eq!(presets.made_for("image/jpeg"), [Preset::Thumbnail, Preset::Preview]);
        assert_eq!("".parse(), Ok(Presets::default()));
        assert_eq!("audio=256".parse::<Presets>().unwrap().size(Preset::Audio), Some(256));
        assert_eq!("audio=off".parse::<Presets>().unwrap().made_for("audio/mpeg"), []);
        for bad in
            ["thumbnail", "thumbnail=", "thumbnail=0", "thumbnail=99999", "thumbnail=-1", "audio=16", "audio=854"]
        {
            assert_eq!(bad.parse::<Presets>(), Err(InvalidPresets::Size(bad.to_owned())));
        }
        let unknown = "huge=5".parse::<Presets>().unwrap_err().to_string();
        assert!(unknown.contains("\"huge\"") && unknown.contains("video-480p"), "{unknown}");
    }

    #[test]
    fn a_video_is_named_by_its_size() {
        let named = [
            (Preset::Video1080, (1920, 1080), "1080p"),
            (Preset::Video1080, (1920, 800), "1080p"),
            (Preset::Video1080, (1440, 1080), "1080p"),
            (Preset::Video1080, (1280, 720), "720p"),
            (Preset::Video1080, (720, 1280), "720p"),
            (Preset::Video1080, (1280, 536), "720p"),
            (Preset::Video1080, (1000, 100), "562p"),
            (Preset::Video1080, (860, 480), "480p"),
            (Preset::Video480, (854, 476), "480p"),
            (Preset::Video480, (854, 640), "480p"),
            (Preset::Video480, (640, 480), "480p"),
            (Preset::Video480, (854, 358), "480p"),
            (Preset::Video480, (854, 84), "480p"),
            (Preset::Video480, (480, 854), "480p"),
            (Preset::Video480, (640, 360), "360p"),
            (Preset::Video480, (320, 240), "240p"),
            (Preset::Video480, (160, 120), "120p"),
        ];
        for (preset, size, name) in named {
            assert_eq!(preset.video_size(Some(size)).as_deref(), Some(name), "{size:?}");
        }
        assert_eq!(Preset::Video1080.label_of((1280, 720)), "Video 720p");
        assert_eq!(Preset::Video1080.video_size(None).as_deref(), Some("1080p"));
        // Two versions of one video whose names are equal are nearly equal themselves.
        for (width, height) in (855..=1920).flat_map(|width| [(width, width / 16 * 9), (width, 100), (width, width)]) {
            let small = Preset::Video480.video_size(Some((854, 854 * height / width)));
            let is_one = Preset::Video1080.video_size(Some((width, height))) == small;
            assert!(!is_one || width < 900, "{width} × {height}");
        }
        assert_eq!(Preset::Fullscreen.label_of((10, 10)), "Full screen");
    }

    #[test]
    fn all_but_sound_has_the_watermark_of_the_link() {
        for preset in Preset::ALL {
            assert_eq!(preset.in_link(false), preset.plain());
            assert_eq!(preset.in_link(true).watermarked, *preset != Preset::Audio);
        }
    }

    #[test]
    fn each_sort_of_file_gets_its_proxies() {
        let presets = Presets::default();
        let pictures = [Preset::Thumbnail, Preset::Preview, Preset::Fullscreen];
        assert_eq!(presets.made_for("image/heif"), pictures);
        assert_eq!(presets.made_for("application/pdf"), pictures);
        assert_eq!(presets.made_for("video/mp4"), [Preset::Poster, Preset::Video480, Preset::Video1080]);
        assert_eq!(
            (presets.made_for("audio/mpeg"), presets.made_for_cover()),
            (vec![Preset::Audio], pictures.to_vec())
        );
    }
}
