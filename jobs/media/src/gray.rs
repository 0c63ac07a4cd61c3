//! Converts gray pictures to sRGB, because a watermark with colours is drawn on them.

use super::srgb;
use image::{DynamicImage, GrayImage, RgbImage};
use moxcms::{DataColorSpace, Layout};

/// The picture in sRGB, converted with its own profile if that can be read. Pictures that are not gray stay as they
/// are.
pub(super) fn to_rgb(picture: DynamicImage, profile: Option<&[u8]>) -> DynamicImage {
    match picture {
        DynamicImage::ImageLuma8(gray) => {
            let by_profile = profile.and_then(|profile| by_profile(&gray, profile));
            DynamicImage::ImageRgb8(by_profile.unwrap_or_else(|| DynamicImage::ImageLuma8(gray).into_rgb8()))
        }
        other => other,
    }
}

fn by_profile(gray: &GrayImage, profile: &[u8]) -> Option<RgbImage> {
    let pixels = srgb::by_profile(gray.as_raw(), profile, DataColorSpace::Gray, (Layout::Gray, Layout::Rgb))?;
    RgbImage::from_raw(gray.width(), gray.height(), pixels)
}
