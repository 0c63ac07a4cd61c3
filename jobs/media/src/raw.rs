//! Shows raw files of cameras by the largest JPEG that the camera or the converter has put into them.
//!
//! The data of the sensor is not developed: the result would differ from what the photographer sees in the camera and in
//! their program, and the libraries that can do it have licences that do not fit. Nearly all files hold a preview, many
//! of them in full size. What a file is, is decided by its content, so that ordinary TIFFs are not touched.

use super::{MediaError, decoded::Decoded, jpeg, limits::check_memory, segments::Segments};
use domain::{
    Preset,
    media::{HEAD_BYTES, Media, by_camera, is_raw, sniff},
};
use found::{Found, Part};
use image::metadata::Orientation;
use source::Source;
use std::{borrow::Cow, cmp::Reverse, path::Path};

mod canon;
mod directory;
mod found;
mod fuji;
mod notes;
mod source;
mod walk;

/// How much of a JPEG is read to find out its size: more than its metadata takes.
const HEADER_BYTES: u64 = 512 * 1024;

/// The most parts of a file that are looked at.
const MAX_PARTS: usize = 64;

/// How many previews are tried, if the larger ones are damaged.
const ATTEMPTS: usize = 3;

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
    /// Large ones first.
    previews: Vec<Preview>,
}

#[derive(Debug, Clone, Copy)]
struct Preview {
    part: Part,
    size: (u32, u32),
}

/// Looks for raw data and previews; none if this is no raw file.
pub(super) fn find(path: &Path) -> Result<Option<Raw>, MediaError> {
    let mut source = Source::open(path)?;
    let found = look_into(&mut source);
    let raw = found.map(|(media, found)| {
        let previews = previews(&mut source, &found.parts);
        let (orientation, full_size) = (found.orientation(), found.full_size());
        Raw { media, is_developed: found.is_developed(), orientation, full_size, previews }
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
        raw if is_raw(raw) => Some((media, walk::walk(source).unwrap_or_default())),
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
fn size(source: &mut Source, (at, length): Part) -> Option<(u32, u32)> {
    let head = source.up_to(at, length.min(HEADER_BYTES))?;
    if !head.starts_with(&[0xff, 0xd8, 0xff]) {
        return None;
    }
    let segments = Segments::read(&head);
    let (frame, channels) = segments.frame?;
    let (width, height) = segments.size?;
    let is_picture = matches!(frame, 0xc0..=0xc2) && matches!(channels.len(), 1 | 3);
    (is_picture && width > 0 && height > 0).then_some((width.into(), height.into()))
}

impl Raw {
    /// Decodes the largest preview, at the smallest scale that covers this longest edge. The second result is the size of
    /// the full picture after rotation.
    pub(super) fn decode(&self, path: &Path, longest_edge: u32) -> Result<(Decoded, (u32, u32)), MediaError> {
        let mut refusal = None;
        for preview in self.previews.iter().take(ATTEMPTS) {
            match self.decode_preview(path, *preview, longest_edge) {
                Ok(decoded) => {
                    let size = self.upright_full_size(preview, &decoded);
                    let warning = decoded.warning.clone().or_else(|| warning(decoded.upright_size(), size));
                    return Ok((Decoded { warning, ..decoded }, size));
                }
                // A smaller one may be intact.
                Err(error @ MediaError::Unusable(_)) => refusal = refusal.or(Some(error)),
                Err(error) => return Err(error),
            }
        }
        Err(refusal.unwrap_or_else(|| MediaError::unusable(NO_PREVIEW)))
    }

    /// Whether there is a preview.
    pub(super) const fn has_preview(&self) -> bool {
        !self.previews.is_empty()
    }

    fn decode_preview(&self, path: &Path, preview: Preview, longest_edge: u32) -> Result<Decoded, MediaError> {
        let mut source = Source::open(path)?;
        let (at, length) = preview.part;
        check_memory(length.min(source.length()))?;
        let jpeg = source.up_to(at, length);
        source.finish()?;
        let jpeg = jpeg.ok_or_else(|| MediaError::unusable(NO_PREVIEW))?;
        // Most previews leave it to the file around them.
        let own = Segments::read(&jpeg).orientation;
        let decoded = jpeg::decode(jpeg, longest_edge)?;
        Ok(Decoded { orientation: own.unwrap_or(self.orientation), ..decoded })
    }

    /// The size of the full picture after rotation. A preview that is about as large as the data of the sensor is the
    /// full picture: a sensor has some pixels more at its edges.
    fn upright_full_size(&self, preview: &Preview, decoded: &Decoded) -> (u32, u32) {
        let is_about = |(one, other): (u32, u32)| u64::from(one) * 20 >= u64::from(other) * 19;
        let (width, height) = preview.size;
        let full = self.full_size.filter(|full| !is_about((width, full.0)) || !is_about((height, full.1)));
        let (width, height) = full.unwrap_or(preview.size);
        if decoded.swaps_edges() { (height, width) } else { (width, height) }
    }
}

/// Says that a preview is small, if larger pictures could be made of the full picture.
fn warning((width, height): (u32, u32), full: (u32, u32)) -> Option<Cow<'static, str>> {
    if (width, height) == full || width.max(height) >= Preset::Fullscreen.default_edge() {
        return None;
    }
    let full = format!("{} × {}", full.0, full.1);
    Some(Cow::Owned(format!(
        "The file holds only a preview of {width} × {height} pixels of its picture of {full}. For larger versions, export \
        it as a JPEG or TIFF, and upload that."
    )))
}

#[cfg(test)]
mod tests;
