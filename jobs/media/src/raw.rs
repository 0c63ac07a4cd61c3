//! Shows raw files of cameras by the largest JPEG that the camera or the converter has put into them.
//!
//! The data of the sensor is not developed: the result would differ from what the photographer sees in the camera and in
//! their program, and the libraries that can do it have licences that do not fit. Nearly all files hold a preview, many
//! of them in full size. What a file is, is decided by its content, so that ordinary TIFFs are not touched.

use super::{MediaError, decoded::Decoded, exif, jpeg, limits::check_memory, segments::Segments, source::Source};
use domain::{
    Preset,
    media::{HEAD_BYTES, Media, by_camera, is_raw, sniff},
};
use found::{Found, Part};
use image::{DynamicImage, metadata::Orientation};
use moxcms::ColorProfile;
use std::{borrow::Cow, cmp::Reverse, path::Path};

pub(super) mod canon;
mod found;
mod fuji;
mod notes;
mod walk;

/// How much of a JPEG is read to find out its size: more than its metadata takes.
const HEADER_BYTES: u64 = 512 * 1024;

/// The most parts of a file that are looked at.
const MAX_PARTS: usize = 64;

/// The shortest longest edge of a preview that is shown instead of a larger one which is damaged.
const INSTEAD_OF_DAMAGED: u32 = Preset::Preview.default_size();

/// How many previews are tried, if the larger ones are damaged.
const ATTEMPTS: usize = 6;

const NO_PREVIEW: &str = "The file holds raw data of a camera, and no preview as a JPEG. Develop it with a raw converter, \
    and upload a JPEG or TIFF, or a DNG with a preview.";

/// A raw file, and what is in it.
pub(super) struct Raw {
    pub(super) media: Media,
    /// Whether the full picture is an ordinary one, which needs no development.
    pub(super) is_developed: bool,
    orientation: Orientation,
    /// Before rotation.
    full_size: Option<(u32, u32)>,
    /// Whether the camera wrote that the colours are Adobe RGB. That of a DNG says it of each preview.
    is_adobe_rgb: bool,
    /// Large ones first.
    previews: Vec<Preview>,
}

#[derive(Debug, Clone, Copy)]
struct Preview {
    part: Part,
    size: (u32, u32),
}

impl Preview {
    fn longest_edge(&self) -> u32 {
        self.size.0.max(self.size.1)
    }
}

/// Looks for raw data and previews; none if this is no raw file.
pub(super) fn find(path: &Path) -> Result<Option<Raw>, MediaError> {
    let mut source = Source::open(path)?;
    let found = look_into(&mut source);
    let raw = found.map(|(media, found)| {
        let previews = previews(&mut source, &found.parts);
        let (orientation, full_size) = (found.orientation(), found.full_size());
        let (is_developed, is_adobe_rgb) = (found.is_developed(), found.is_adobe_rgb && !found.is_dng);
        Raw { media, is_developed, orientation, full_size, is_adobe_rgb, previews }
    });
    source.finish()?;
    Ok(raw)
}

fn look_into(source: &mut Source) -> Option<(Media, Found)> {
    let head = source.up_to(0, HEAD_BYTES as u64)?;
    let media = sniff(&head);
    match media.media_type {
        "image/x-canon-cr3" => Some((media, canon::read(source))),
        "image/x-fuji-raf" => Some((media, fuji::read(source).unwrap_or_default())),
        raw if is_raw(raw) => {
            let found = walk::walk(source).unwrap_or_default();
            // Whoever writes these formats writes the data of a sensor, even where nothing in the file says so.
            Some((media, Found { is_of_sensor: true, ..found }))
        }
        "image/tiff" => {
            let found = walk::walk(source)?;
            let media = by_camera(&found.maker, &found.model, found.is_dng);
            (found.is_dng || found.has_raw_data()).then_some((media, found))
        }
        _ => None,
    }
}

/// The parts that are JPEGs, large ones first.
fn previews(source: &mut Source, parts: &[Part]) -> Vec<Preview> {
    let mut previews: Vec<Preview> = parts
        .iter()
        .take(MAX_PARTS)
        .filter_map(|part| Some(Preview { part: *part, size: size(source, *part)? }))
        .collect();
    previews.sort_by_key(|Preview { size: (width, height), .. }| Reverse(u64::from(*width) * u64::from(*height)));
    previews
}

/// The size of a JPEG; none if this is none, or if it is one that holds the data of a sensor.
fn size(source: &mut Source, part: Part) -> Option<(u32, u32)> {
    let head = source.up_to(part.at, part.length.min(HEADER_BYTES))?;
    if !head.starts_with(&[0xff, 0xd8, 0xff]) {
        return None;
    }
    let segments = Segments::read(&head);
    let (frame, channels) = segments.frame?;
    let (width, height) = segments.size?;
    let is_picture = matches!(frame, 0xc0..=0xc2) && matches!(channels.len(), 1 | 3 | 4);
    (is_picture && width > 0 && height > 0).then_some((width.into(), height.into()))
}

impl Raw {
    /// Decodes the largest preview, at the smallest scale that covers this longest edge. The second result is the size of
    /// the full picture after rotation.
    pub(super) fn decode(&self, path: &Path, longest_edge: u32) -> Result<(Decoded, (u32, u32)), MediaError> {
        let (mut damaged, mut refusal) = (None, None);
        for preview in self.previews.iter().take(ATTEMPTS) {
            // A part of a large picture says more than a whole one that is tiny.
            if damaged.is_some() && preview.longest_edge() < INSTEAD_OF_DAMAGED {
                break;
            }
            match self.decode_preview(path, *preview, longest_edge) {
                Ok(decoded) if decoded.warning.is_none() => return Ok(self.with_size(*preview, decoded)),
                // A smaller one may be intact.
                Ok(_) => damaged = damaged.or(Some(*preview)),
                Err(error @ MediaError::Unusable(_)) => refusal = refusal.or(Some(error)),
                Err(error) => return Err(error),
            }
        }
        match damaged {
            Some(preview) => Ok(self.with_size(preview, self.decode_preview(path, preview, longest_edge)?)),
            None => Err(refusal.unwrap_or_else(|| MediaError::unusable(NO_PREVIEW))),
        }
    }

    /// A decoded preview with the size of the full picture, and a warning if it is small.
    fn with_size(&self, preview: Preview, decoded: Decoded) -> (Decoded, (u32, u32)) {
        let size = self.upright_full_size(preview, &decoded);
        let full = self.full_size.map(|_| size);
        let warning = decoded.warning.clone().or_else(|| warning(decoded.upright_size(), full));
        (Decoded { warning, ..decoded }, size)
    }

    /// Whether there is a preview.
    pub(super) const fn has_preview(&self) -> bool {
        !self.previews.is_empty()
    }

    fn decode_preview(&self, path: &Path, preview: Preview, longest_edge: u32) -> Result<Decoded, MediaError> {
        let mut source = Source::open(path)?;
        let Part { at, length, space } = preview.part;
        check_memory(length.min(source.length()))?;
        let jpeg = source.up_to(at, length);
        source.finish()?;
        let jpeg = jpeg.ok_or_else(|| MediaError::unusable(NO_PREVIEW))?;
        // Most previews leave it to the file around them.
        let own = Segments::read(&jpeg).orientation;
        let decoded = jpeg::decode(jpeg, longest_edge)?;
        let has_colours = matches!(decoded.picture, DynamicImage::ImageRgb8(_));
        let profile = decoded.profile.or_else(|| if has_colours { self.profile(space) } else { None });
        Ok(Decoded { orientation: own.unwrap_or(self.orientation), profile, ..decoded })
    }

    /// The profile of a preview that has none, by what stands beside it in a DNG, or else by the camera's words.
    fn profile(&self, space: Option<u64>) -> Option<Vec<u8>> {
        match space {
            Some(3) => exif::adobe_rgb(),
            Some(4) => ColorProfile::new_pro_photo_rgb().encode().ok(),
            None if self.is_adobe_rgb => exif::adobe_rgb(),
            _ => None,
        }
    }

    /// The size of the full picture after rotation. A preview that is about as large as the data of the sensor is the
    /// full picture: a sensor has some pixels more at its edges.
    fn upright_full_size(&self, preview: Preview, decoded: &Decoded) -> (u32, u32) {
        let is_about = |(one, other): (u32, u32)| u64::from(one) * 20 >= u64::from(other) * 19;
        let (width, height) = preview.size;
        let full = self.full_size.filter(|full| !is_about((width, full.0)) || !is_about((height, full.1)));
        let (width, height) = full.unwrap_or(preview.size);
        if decoded.swaps_edges() { (height, width) } else { (width, height) }
    }
}

/// Says that a preview is small, if larger pictures could be made of the full picture. `full`: its size, if the file tells
/// it.
fn warning((width, height): (u32, u32), full: Option<(u32, u32)>) -> Option<Cow<'static, str>> {
    if Some((width, height)) == full || width.max(height) >= Preset::Fullscreen.default_size() {
        return None;
    }
    let of = full.map(|(width, height)| format!(" of its picture of {width} × {height}")).unwrap_or_default();
    Some(Cow::Owned(format!(
        "The file holds only a preview of {width} × {height} pixels{of}. For larger versions, export it as a JPEG or TIFF, \
        and upload that."
    )))
}

#[cfg(test)]
mod tests;
