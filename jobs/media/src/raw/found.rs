//! What a raw file tells before anything is decoded.

use image::metadata::Orientation;

/// A part of the file that may be a JPEG.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) at: u64,
    /// In bytes.
    pub(super) length: u64,
    /// What the file says of its colours beside it, by the number that DNG has for it.
    pub(super) space: Option<u64>,
}

impl Part {
    pub(super) const fn new(at: u64, length: u64) -> Self {
        Self { at, length, space: None }
    }
}

/// A picture in the file.
#[derive(Debug, Clone, Copy)]
pub(super) struct Picture {
    /// In pixels.
    pub(super) size: (u64, u64),
    /// The part of it that is to be shown, in pixels.
    pub(super) shown: Option<(u64, u64)>,
    /// What its samples are, by the number that TIFF has for it.
    pub(super) interpretation: Option<u64>,
    /// Whether it is a smaller version of another.
    pub(super) is_other: bool,
}

/// What a raw file tells.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) maker: String,
    pub(super) model: String,
    pub(super) is_dng: bool,
    /// Whether the format says that the file holds the data of a sensor.
    pub(super) is_of_sensor: bool,
    pub(super) orientation: Option<Orientation>,
    pub(super) pictures: Vec<Picture>,
    /// The size that the camera wrote beside the picture.
    pub(super) exif_size: Option<(u64, u64)>,
    /// Whether the camera wrote that colours are Adobe RGB.
    pub(super) is_adobe_rgb: bool,
    /// Parts that may be JPEGs.
    pub(super) parts: Vec<Part>,
}

/// Samples behind the colour filters of a sensor, and those of a sensor after their interpolation.
pub(super) const OF_SENSORS: [u64; 2] = [32803, 34892];

impl Found {
    pub(super) fn orientation(&self) -> Orientation {
        self.orientation.unwrap_or(Orientation::NoTransforms)
    }

    /// Whether there are samples of a sensor.
    pub(super) fn has_raw_data(&self) -> bool {
        let is_raw = |picture: &Picture| picture.interpretation.is_some_and(|number| OF_SENSORS.contains(&number));
        self.is_of_sensor || self.pictures.iter().any(is_raw)
    }

    /// Whether the full picture is an ordinary one, as in a DNG that was made of a scan.
    pub(super) fn is_developed(&self) -> bool {
        let is_ordinary = |picture: &Picture| picture.interpretation.is_some_and(|number| number <= 10);
        !self.has_raw_data() && self.pictures.iter().any(|picture| !picture.is_other && is_ordinary(picture))
    }

    /// The size of the full picture before rotation, if the file tells it: without the edges of the sensor that no
    /// program shows.
    pub(super) fn full_size(&self) -> Option<(u32, u32)> {
        let full = self.pictures.iter().filter(|picture| !picture.is_other);
        let largest = full.max_by_key(|picture| picture.size.0.saturating_mul(picture.size.1));
        let shown = largest.and_then(|picture| picture.shown);
        let edge = |edge: u64| u32::try_from(edge).ok().filter(|edge| (1..=MAX_FULL_EDGE).contains(edge));
        let told = [shown, self.exif_size, largest.map(|picture| picture.size)];
        told.into_iter().flatten().find_map(|(width, height)| edge(width).zip(edge(height)))
    }
}

/// No sensor has more pixels on an edge than this; scans of sensors have fewer, too.
const MAX_FULL_EDGE: u32 = 200_000;
