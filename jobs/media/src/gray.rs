//! Converts gray pictures to sRGB, because a watermark with colours is drawn on them.

use image::{DynamicImage, GrayImage, RgbImage};
use moxcms::{ColorProfile, DataColorSpace, Layout, TransformOptions};

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
    let profile = ColorProfile::new_from_slice(profile).ok()?;
    if profile.color_space != DataColorSpace::Gray {
        return None;
    }
    let to = ColorProfile::new_srgb();
    let transform = profile.create_transform_8bit(Layout::Gray, &to, Layout::Rgb, TransformOptions::default()).ok()?;
    let mut pixels = vec![0; gray.as_raw().len() * 3];
    transform.transform(gray.as_raw(), &mut pixels).ok()?;
    RgbImage::from_raw(gray.width(), gray.height(), pixels)
}
