//! Decodes JPEG 2000 with `ffmpeg`, at the smallest scale that covers the largest proxy.
//!
//! The program looks neither at profiles nor at inks, so that what a file says of its colours is read here.

use super::{
    MediaError, cmyk,
    converted::{self, Conversion},
    decoded::Decoded,
    limits::{check_edges, check_pixels},
    raster,
};
use header::{Colours, Header};
use image::{DynamicImage, ImageFormat, RgbImage, metadata::Orientation};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

mod header;

/// A picture as a PNG whose pixels may stand for something else than the PNG says.
pub(super) struct Converted {
    png: PathBuf,
    _folder: TempDir,
    header: Header,
}

/// Converts a picture to a PNG.
pub(super) async fn to_png(original: &Path, longest_edge: u32) -> Result<Converted, MediaError> {
    let header = Header::read(original)?;
    check_edges(header.width, header.height)?;
    // Each level that is left out halves the edges.
    let longest = header.width.max(header.height);
    let levels = (0..=header.levels).rev().find(|level| longest >> level >= longest_edge).unwrap_or_default();
    check_pixels(header.width >> levels, header.height >> levels)?;
    let levels = levels.to_string();
    let with = Conversion {
        name: "JPEG 2000",
        demuxer: "j2k_pipe",
        options: &["-c:v", "jpeg2000", "-lowres", &levels],
        // Where brightness and colour differences are stored, they are those of a JPEG, and not of a video.
        filter: Some("scale=in_range=pc:in_color_matrix=bt601"),
    };
    let (folder, png) = converted::to_png(original, with).await?;
    Ok(Converted { png, _folder: folder, header })
}

impl Converted {
    /// Decodes the PNG.
    pub(super) fn open(self) -> Result<Decoded, MediaError> {
        let Header { width, height, colours, .. } = self.header;
        let decoded = raster::open(&self.png, ImageFormat::Png)?;
        let (picture, profile) = match (decoded.picture, colours) {
            // The four inks are where red, green, blue and opacity would be.
            (DynamicImage::ImageRgba8(inks), Colours::Inks(profile)) => {
                let (width, height) = inks.dimensions();
                let pixels = cmyk::to_rgb(inks.into_raw(), false, profile.as_deref());
                let pixels = RgbImage::from_raw(width, height, pixels).unwrap_or_default();
                (DynamicImage::ImageRgb8(pixels), None)
            }
            (_, Colours::Inks(_)) => {
                return Err(MediaError::unusable(
                    "The JPEG 2000 file has inks that cannot be read. Save it as RGB, or as a CMYK TIFF or JPEG.",
                ));
            }
            (picture, Colours::Light(profile)) => (picture, profile),
        };
        let orientation = Orientation::NoTransforms;
        Ok(Decoded { picture, orientation, profile, width, height, ..decoded })
    }
}

#[cfg(test)]
mod tests;
