//! Converts pixels to sRGB by the profile of their picture.

use moxcms::{ColorProfile, DataColorSpace, Layout, TransformOptions};

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
