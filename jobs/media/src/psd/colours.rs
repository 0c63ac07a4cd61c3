//! From the channels of a Photoshop file to a picture.

use super::{
    header::{Header, Mode},
    sections::Resources,
};
use crate::{cmyk, colour::lab_to_srgb};
use image::{DynamicImage, GrayImage, RgbImage, RgbaImage};

/// How many bytes a pixel takes that are not those of its channels.
pub(super) const fn new_bytes(mode: Mode, has_opacity: bool) -> u64 {
    match (mode, has_opacity) {
        (Mode::Bitmap | Mode::Gray | Mode::Rgb, false) | (Mode::Rgb, true) => 0,
        (Mode::Palette, _) | (_, true) => 8,
        (Mode::Cmyk | Mode::Lab, false) => 3,
    }
}

/// The picture, and the profile that it needs. None if its size is wrong.
pub(super) fn picture(
    samples: Vec<u8>,
    header: &Header,
    has_opacity: bool,
    palette: &[u8],
    resources: Resources,
) -> Option<(DynamicImage, Option<Vec<u8>>)> {
    let Header { width, height, mode, depth, .. } = *header;
    // Floating-point numbers have become sRGB.
    let profile = resources.profile.filter(|_| depth != 32);
    let rgb = |pixels| RgbImage::from_raw(width, height, pixels).map(DynamicImage::ImageRgb8);
    let rgba = |pixels| RgbaImage::from_raw(width, height, pixels).map(DynamicImage::ImageRgba8);
    let gray = |pixels| GrayImage::from_raw(width, height, pixels).map(DynamicImage::ImageLuma8);
    if mode == Mode::Palette {
        let pixels = of_palette(&samples, samples.len() / pixels_of(header)?, palette, resources.transparent);
        return Some((
            if resources.transparent.is_some() { rgba(pixels)? } else { rgb(without_opacity(&pixels))? },
            profile,
        ));
    }
    let (colours, opacities) = split(samples, mode, has_opacity);
    let (colours, profile) = match mode {
        Mode::Cmyk => (cmyk::to_rgb(colours, true, profile.as_deref()), None),
        Mode::Lab => (lab_to_srgb(colours.as_chunks::<3>().0.iter().map(|pixel| lab(*pixel))), None),
        Mode::Bitmap | Mode::Gray | Mode::Rgb | Mode::Palette => (colours, profile),
    };
    let is_gray = matches!(mode, Mode::Bitmap | Mode::Gray);
    let picture = match opacities {
        None if is_gray => gray(colours)?,
        None => rgb(colours)?,
        Some(opacities) => {
            let wide = if is_gray { colours.into_iter().flat_map(|gray| [gray; 3]).collect() } else { colours };
            return Some((rgba(joined(&wide, &opacities, mode.is_on_white()))?, profile));
        }
    };
    Some((picture, profile))
}

fn pixels_of(header: &Header) -> Option<usize> {
    Some(header.width as usize * header.height as usize).filter(|pixels| *pixels > 0)
}

/// The colours and the opacities.
fn split(samples: Vec<u8>, mode: Mode, has_opacity: bool) -> (Vec<u8>, Option<Vec<u8>>) {
    if !has_opacity {
        return (samples, None);
    }
    let channels = usize::from(mode.channels());
    let pixels = samples.chunks_exact(channels + 1);
    let colours = pixels.clone().flat_map(|pixel| pixel[..channels].iter().copied()).collect();
    (colours, Some(pixels.map(|pixel| pixel[channels]).collect()))
}

/// Colours and opacities of pixels. The merged picture lies on white, which is taken away.
fn joined(colours: &[u8], opacities: &[u8], is_on_white: bool) -> Vec<u8> {
    let pixels = colours.as_chunks::<3>().0.iter().zip(opacities);
    pixels
        .flat_map(|(colour, opacity)| {
            let [red, green, blue] = if is_on_white { colour.map(|value| off_white(value, *opacity)) } else { *colour };
            [red, green, blue, *opacity]
        })
        .collect()
}

/// A value before it was laid on white with this opacity.
fn off_white(value: u8, opacity: u8) -> u8 {
    let darker = u32::from(u8::MAX - value) * 255;
    let whole = u32::from(opacity).max(1);
    u8::MAX - u8::try_from((darker + whole / 2) / whole).unwrap_or(u8::MAX)
}

/// L* from 0 to 100, a* and b*.
fn lab([light, a, b]: [u8; 3]) -> [f32; 3] {
    [f32::from(light) / 2.55, f32::from(a) - 128.0, f32::from(b) - 128.0]
}

fn of_palette(samples: &[u8], channels: usize, palette: &[u8], transparent: Option<u16>) -> Vec<u8> {
    let colour = |index: u8, part: usize| palette.get(part * 256 + usize::from(index)).copied().unwrap_or(index);
    let indices = samples.iter().step_by(channels.max(1));
    indices
        .flat_map(|index| {
            let opacity = if transparent == Some(u16::from(*index)) { 0 } else { u8::MAX };
            [colour(*index, 0), colour(*index, 1), colour(*index, 2), opacity]
        })
        .collect()
}

fn without_opacity(rgba: &[u8]) -> Vec<u8> {
    rgba.as_chunks::<4>().0.iter().flat_map(|pixel| [pixel[0], pixel[1], pixel[2]]).collect()
}
