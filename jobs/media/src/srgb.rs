//! Converts pixels to sRGB by the profile of their picture, and knows profiles that mean nothing.

use moxcms::{ColorProfile, DataColorSpace, Layout, TransformOptions};

/// Whether a profile has three primaries of its own. Some programs write one without any light, with which everything would
/// be black. What cannot be read here is left to whoever shows the picture.
pub(super) fn has_primaries(profile: &[u8]) -> bool {
    let Ok(profile) = ColorProfile::new_from_slice(profile) else { return true };
    let has_table = profile.lut_a_to_b_perceptual.is_some() || profile.lut_a_to_b_colorimetric.is_some();
    let is_matrix = profile.color_space == DataColorSpace::Rgb && !has_table;
    !is_matrix || profile.colorant_matrix().determinant().is_some_and(|determinant| determinant.abs() > 0.000_001)
}

/// The pixels in sRGB, with the channels of `to`; none if the profile cannot be read, or is not one of pixels of this
/// space. `from`: how the pixels are arranged; four inks are arranged as RGBA.
pub(super) fn by_profile(
    pixels: &[u8],
    profile: &[u8],
    space: DataColorSpace,
    (from, to): (Layout, Layout),
) -> Option<Vec<u8>> {
    let profile = ColorProfile::new_from_slice(profile).ok()?;
    if profile.color_space != space {
        return None;
    }
    let srgb = ColorProfile::new_srgb();
    let transform = profile.create_transform_8bit(from, &srgb, to, TransformOptions::default()).ok()?;
    let mut converted = vec![0; pixels.len() / from.channels() * to.channels()];
    transform.transform(pixels, &mut converted).ok()?;
    Some(converted)
}
