//! Placeholders: a picture blurred into some 30 bytes, which a page shows until the picture itself is loaded.
//!
//! They are in the format `ThumbHash`, which holds the aspect ratio, the average colour and transparency, and for which
//! there are decoders in all languages of front ends.

use super::{MediaError, gray, limits::fit, render::shrink, srgb};
use fast_image_resize::Resizer;
use image::DynamicImage;
use moxcms::{DataColorSpace, Layout};

/// The longest edge of the picture of which a placeholder is made, in pixels. The format allows no more.
pub(super) const LONGEST_EDGE: u32 = 100;

/// The placeholder of a picture with this colour profile.
pub(super) fn placeholder(
    picture: &mut DynamicImage,
    profile: Option<&[u8]>,
    resizer: &mut Resizer,
) -> Result<Vec<u8>, MediaError> {
    let size = fit(picture.width(), picture.height(), LONGEST_EDGE);
    let small = shrink(picture, size, resizer)?;
    let pixels = if small.color().has_color() {
        let pixels = small.into_rgba8().into_raw();
        let layouts = (Layout::Rgba, Layout::Rgba);
        let in_srgb = |profile: &[u8]| srgb::by_profile(&pixels, profile, DataColorSpace::Rgb, layouts);
        profile.and_then(in_srgb).unwrap_or(pixels)
    } else {
        gray::to_rgb(small, profile).into_rgba8().into_raw()
    };
    Ok(thumbhash::rgba_to_thumb_hash(size.0 as usize, size.1 as usize, &pixels))
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{GrayImage, Luma, Rgb, RgbImage, Rgba, RgbaImage};
    use moxcms::ColorProfile;

    fn made(mut picture: DynamicImage, profile: Option<&[u8]>) -> Vec<u8> {
        placeholder(&mut picture, profile, &mut Resizer::new()).unwrap()
    }

    #[test]
    fn it_holds_the_aspect_ratio_and_the_average_colour() {
        for (width, height) in [(1600, 900), (900, 1600), (64, 64), (3000, 1), (1, 1), (7, 3000)] {
            let picture = RgbImage::from_pixel(width, height, Rgb([200, 60, 20]));
            let hash = made(picture.into(), None);
            assert!((5..=30).contains(&hash.len()), "{} bytes", hash.len());
            let (red, green, blue, alpha) = thumbhash::thumb_hash_to_average_rgba(&hash).unwrap();
            for (found, expected) in [(red, 200.0), (green, 60.0), (blue, 20.0), (alpha, 255.0)] {
                assert!((found * 255.0 - expected).abs() < 8.0, "{width}×{height}: {found} instead of {expected}");
            }
            // The ratio is kept in thirds to sevenths, which are as many as there are waves along the edges.
            let found = thumbhash::thumb_hash_to_approximate_aspect_ratio(&hash).unwrap();
            let ratio = (f64::from(width) / f64::from(height)).clamp(1.0 / 7.0, 7.0);
            assert!((f64::from(found) / ratio - 1.0).abs() < 0.15, "{width}×{height}: {found}");
        }
    }

    #[test]
    fn it_shows_where_what_is() {
        let picture = RgbImage::from_fn(300, 200, |x, _| if x < 150 { Rgb([250, 250, 250]) } else { Rgb([5, 5, 120]) });
        let (width, height, pixels) = thumbhash::thumb_hash_to_rgba(&made(picture.into(), None)).unwrap();
        let at = |x: usize| pixels[(height / 2 * width + x) * 4];
        assert!(at(width / 6) > 200 && at(width * 5 / 6) < 60, "{} and {}", at(width / 6), at(width * 5 / 6));
    }

    #[test]
    fn gray_transparent_and_wide_pictures_come_out_right() {
        let average = |hash: &[u8]| thumbhash::thumb_hash_to_average_rgba(hash).unwrap();
        let (red, green, blue, _) = average(&made(GrayImage::from_pixel(40, 30, Luma([128])).into(), None));
        assert!([red, green, blue].iter().all(|value| (value * 255.0 - 128.0).abs() < 5.0));
        let clear = RgbaImage::from_pixel(40, 30, Rgba([0, 200, 0, 0]));
        assert!(average(&made(clear.into(), None)).3 < 0.1);
        // In sRGB, by the matrices of CSS Color 4.
        let profile = ColorProfile::new_display_p3().encode().unwrap();
        let wide = RgbImage::from_pixel(40, 30, Rgb([200, 120, 120]));
        let (red, green, blue, _) = average(&made(wide.into(), Some(&profile)));
        for (found, expected) in [(red, 213.0), (green, 115.0), (blue, 117.7)] {
            assert!((found * 255.0 - expected).abs() < 7.0, "{} instead of {expected}", found * 255.0);
        }
    }
}
