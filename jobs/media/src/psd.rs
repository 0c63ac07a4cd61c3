//! Decodes the merged picture of Photoshop files, PSD and PSB: what they look like with all layers, for programs that do
//! not know layers.
//!
//! This is our own, because the kept decoders (`zune-psd`, `ffmpeg`) read neither L*a*b* nor floating point, nor PSB, nor
//! the profile that inks need, and say nothing of files without a merged picture.

use super::{
    MediaError,
    decoded::Decoded,
    limits::{self, Timed},
};
use header::Header;
use image::metadata::Orientation;
use std::{fs::File, io::BufReader, path::Path};

mod colours;
mod header;
mod samples;
mod sections;
#[cfg(test)]
mod tests;

/// Decodes the merged picture of a file.
pub(super) fn open(path: &Path) -> Result<Decoded, MediaError> {
    let of_io = |error| MediaError::of_io(error, "the original cannot be read");
    let mut file = BufReader::with_capacity(64 * 1024, Timed::new(File::open(path).map_err(of_io)?));
    let header = Header::read(&mut file)?;
    let Header { width, height, .. } = header;
    limits::check_edges(width, height)?;
    limits::check_pixels(width, height)?;
    let palette = sections::palette(&mut file).map_err(of_io)?;
    let resources = sections::resources(&mut file).map_err(of_io)?;
    if !resources.is_merged {
        return Err(MediaError::unusable(
            "The Photoshop file holds layers only, and no merged picture. Save it with “Maximize compatibility”, or \
             export it as a PNG.",
        ));
    }
    let has_opacity = sections::has_opacity(&mut file, &header).map_err(of_io)?;
    let colours = header.mode.channels();
    let has_opacity = has_opacity && header.channels > colours;
    let kept = colours + u16::from(has_opacity);
    let pixels = u64::from(width) * u64::from(height);
    limits::check_memory(pixels * (u64::from(kept) + colours::new_bytes(header.mode, has_opacity)))?;
    let samples = samples::read(&mut file, &header, kept.into())?;
    let made = colours::picture(samples, &header, has_opacity, &palette, resources);
    let (picture, profile) = made.ok_or_else(|| MediaError::Failed(anyhow::anyhow!("a picture has another size")))?;
    Ok(Decoded { picture, orientation: Orientation::NoTransforms, profile, width, height, warning: None })
}
