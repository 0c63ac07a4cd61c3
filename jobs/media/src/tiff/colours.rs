//! What the samples of a TIFF mean, and the picture they make.

use super::{
    is_gray,
    page::Page,
    samples::{Meaning, Samples},
    unreadable, words,
};
use crate::{MediaError, cmyk, colour::lab_to_srgb};
use image::{DynamicImage, GrayImage, RgbImage, RgbaImage};
use std::io::{Read, Seek};
use tiff::{ColorType, decoder::Decoder, tags::Tag};

/// The tag with the weights of red, green and blue in the luminance.
const YCBCR_COEFFICIENTS: Tag = Tag::Unknown(529);

/// What the samples mean.
pub(super) enum Kind {
    /// `is_inverted`: 0 is white.
    Gray {
        is_inverted: bool,
        alpha: Alpha,
    },
    Rgb {
        alpha: Alpha,
    },
    Palette {
        /// The colours in sRGB or in the space of the profile, with sixteen bits: all reds, all greens, all blues.
        map: Vec<u16>,
        /// The highest number of an index, and of the opacity beside it, if there is one.
        opaque: Option<u8>,
    },
    Cmyk,
    /// The weights of red, green and blue in the luminance.
    YCbCr([f32; 3]),
    /// How the numbers of a* and b* are written.
    Lab(Signs),
}

/// What an additional channel says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Alpha {
    None,
    /// The opacity.
    Plain,
    /// The opacity, with which the colours are multiplied.
    Premultiplied,
}

/// How the numbers of a* and b* in L*a*b* are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Signs {
    /// As signed numbers.
    Signed,
    /// From 0, which stands for -128.
    Shifted,
    /// As in faxes (ITU-T T.42).
    Fax,
}

impl Kind {
    /// The meaning of the samples of a page; `color` is what the decoder takes them for.
    pub(super) fn of<R: Read + Seek>(
        decoder: &mut Decoder<R>,
        page: &Page,
        color: ColorType,
    ) -> Result<Self, MediaError> {
        let alpha = match page.extra {
            Some(1) => Alpha::Premultiplied,
            Some(2) => Alpha::Plain,
            // A fourth channel that is not declared is taken for the opacity.
            None if matches!(color, ColorType::RGBA(_)) => Alpha::Plain,
            _ => Alpha::None,
        };
        let channels = color.num_samples();
        let interpretation = match page.interpretation {
            // Some programs do not say it.
            u16::MAX if page.samples < 3 => 1,
            u16::MAX => 2,
            other => other,
        };
        Ok(match interpretation {
            0 | 1 if is_gray(color) => {
                let alpha = if channels > 1 { alpha } else { Alpha::None };
                Self::Gray { is_inverted: interpretation == 0, alpha }
            }
            2 if channels >= 3 => Self::Rgb { alpha: if channels == 4 { alpha } else { Alpha::None } },
            3 if is_gray(color) && color.bit_depth() <= 8 => {
                let map = decoder.get_tag_u16_vec(Tag::ColorMap).map_err(|error| unreadable(error, page))?;
                let has_alpha = channels == 2 && alpha != Alpha::None;
                // The colours of a palette are not multiplied with the opacity, whatever the file says.
                let opaque = has_alpha.then(|| u8::MAX >> (8 - color.bit_depth().clamp(1, 8)));
                Self::Palette { map, opaque }
            }
            5 if channels >= 4 => Self::Cmyk,
            6 if channels == 3 => {
                let weights = decoder.get_tag_f32_vec(YCBCR_COEFFICIENTS).ok();
                let weights = weights.and_then(|weights| <[f32; 3]>::try_from(weights).ok());
                Self::YCbCr(weights.filter(|weights| weights[1] > 0.01).unwrap_or([0.299, 0.587, 0.114]))
            }
            8 if channels >= 3 => Self::Lab(Signs::Signed),
            9 if channels >= 3 => Self::Lab(Signs::Shifted),
            10 if channels >= 3 => Self::Lab(Signs::Fax),
            _ => return Err(words::unsupported(page)),
        })
    }

    pub(super) const fn meaning(&self) -> Meaning {
        match self {
            Self::Palette { .. } | Self::Lab(_) => Meaning::Bits,
            _ => Meaning::Amount,
        }
    }

    /// How many bytes a pixel takes that are not those of its samples.
    pub(super) const fn new_bytes(&self) -> u64 {
        match self {
            Self::Gray { alpha: Alpha::None, .. } | Self::Rgb { .. } | Self::YCbCr(_) => 0,
            Self::Gray { .. } | Self::Palette { opaque: Some(_), .. } => 4,
            Self::Palette { .. } | Self::Cmyk | Self::Lab(_) => 3,
        }
    }

    /// The picture, and the profile that it needs. None if its size is wrong.
    pub(super) fn picture(
        &self,
        samples: Samples,
        (width, height): (u32, u32),
        profile: Option<Vec<u8>>,
    ) -> Option<(DynamicImage, Option<Vec<u8>>)> {
        let Samples { mut bytes, channels } = samples;
        let rgb = |bytes| RgbImage::from_raw(width, height, bytes).map(DynamicImage::ImageRgb8);
        let gray = |bytes| GrayImage::from_raw(width, height, bytes).map(DynamicImage::ImageLuma8);
        let rgba = |bytes| RgbaImage::from_raw(width, height, bytes).map(DynamicImage::ImageRgba8);
        Some(match self {
            Self::Gray { is_inverted, alpha } => {
                if *is_inverted {
                    bytes.chunks_exact_mut(channels).for_each(|pixel| pixel[0] = u8::MAX - pixel[0]);
                }
                match alpha {
                    Alpha::None if channels == 1 => (gray(bytes)?, profile),
                    Alpha::None => (gray(bytes.chunks_exact(channels).map(|pixel| pixel[0]).collect())?, profile),
                    alpha => {
                        let pixels = bytes.chunks_exact(channels);
                        let mut wide: Vec<u8> =
                            pixels.flat_map(|pixel| [pixel[0], pixel[0], pixel[0], pixel[1]]).collect();
                        divide(&mut wide, *alpha);
                        (rgba(wide)?, None)
                    }
                }
            }
            Self::Rgb { alpha } if channels == 4 && *alpha != Alpha::None => {
                divide(&mut bytes, *alpha);
                (rgba(bytes)?, profile)
            }
            Self::Rgb { .. } => (rgb(first_three(bytes, channels))?, profile),
            Self::Palette { map, opaque: None } => (rgb(of_palette(&bytes, channels, map))?, profile),
            Self::Palette { map, opaque: Some(opaque) } => {
                let colours = of_palette(&bytes, channels, map);
                let (colours, opacities) = (colours.as_chunks::<3>().0, bytes.iter().skip(1).step_by(channels));
                let opacity = |number: &u8| u8::try_from(u16::from(*number) * 255 / u16::from(*opaque));
                let pixels = colours
                    .iter()
                    .zip(opacities)
                    .flat_map(|([red, green, blue], number)| [*red, *green, *blue, opacity(number).unwrap_or(u8::MAX)]);
                (rgba(pixels.collect())?, profile)
            }
            Self::Cmyk => {
                let inks = if channels == 4 {
                    bytes
                } else {
                    bytes.chunks_exact(channels).flat_map(|pixel| [pixel[0], pixel[1], pixel[2], pixel[3]]).collect()
                };
                (rgb(cmyk::to_rgb(inks, false, profile.as_deref()))?, None)
            }
            Self::YCbCr(weights) => {
                let (pixels, _) = bytes.as_chunks_mut::<3>();
                for pixel in pixels {
                    *pixel = of_ycbcr(*pixel, *weights);
                }
                (rgb(bytes)?, profile)
            }
            Self::Lab(signs) => {
                let numbers = bytes.chunks_exact(channels).map(|pixel| signs.numbers(pixel[0], pixel[1], pixel[2]));
                (rgb(lab_to_srgb(numbers))?, None)
            }
        })
    }
}

impl Signs {
    /// L* from 0 to 100, a* and b*.
    fn numbers(self, light: u8, a: u8, b: u8) -> [f32; 3] {
        let light = f32::from(light) / 2.55;
        match self {
            Self::Signed => [light, f32::from(a.cast_signed()), f32::from(b.cast_signed())],
            Self::Shifted => [light, f32::from(a) - 128.0, f32::from(b) - 128.0],
            Self::Fax => [light, (f32::from(a) - 128.0) * 170.0 / 255.0, (f32::from(b) - 96.0) * 200.0 / 255.0],
        }
    }
}

/// The picture of floating-point numbers of L*a*b*.
pub(super) fn of_lab(numbers: &[f32], channels: usize, (width, height): (u32, u32)) -> Option<DynamicImage> {
    let pixels = numbers.chunks_exact(channels).map(|pixel| [pixel[0], pixel[1], pixel[2]]);
    RgbImage::from_raw(width, height, lab_to_srgb(pixels)).map(DynamicImage::ImageRgb8)
}

fn first_three(bytes: Vec<u8>, channels: usize) -> Vec<u8> {
    if channels == 3 {
        bytes
    } else {
        bytes.chunks_exact(channels).flat_map(|pixel| [pixel[0], pixel[1], pixel[2]]).collect()
    }
}

/// Divides colours by the opacity with which they were multiplied.
fn divide(rgba: &mut [u8], alpha: Alpha) {
    if alpha != Alpha::Premultiplied {
        return;
    }
    let (pixels, _) = rgba.as_chunks_mut::<4>();
    for [red, green, blue, alpha] in pixels {
        let whole = u16::from(*alpha).max(1);
        for colour in [red, green, blue] {
            *colour = u8::try_from((u16::from(*colour) * 255 + whole / 2) / whole).unwrap_or(u8::MAX);
        }
    }
}

fn of_palette(indices: &[u8], channels: usize, map: &[u16]) -> Vec<u8> {
    let count = map.len() / 3;
    // Some programs write eight bits where sixteen belong.
    let is_small = map.iter().all(|value| *value < 256);
    let colour = |index: usize, channel: usize| {
        let value = map.get(channel * count + index.min(count.saturating_sub(1))).copied().unwrap_or_default();
        if is_small { value.to_be_bytes()[1] } else { value.to_be_bytes()[0] }
    };
    let colours: Vec<[u8; 3]> = (0..256).map(|index| [0, 1, 2].map(|channel| colour(index, channel))).collect();
    indices.iter().step_by(channels).flat_map(|index| colours[usize::from(*index)]).collect()
}

fn of_ycbcr([light, blue, red]: [u8; 3], weights: [f32; 3]) -> [u8; 3] {
    let (light, blue, red) = (f32::from(light), f32::from(blue) - 128.0, f32::from(red) - 128.0);
    let red = red.mul_add(2.0 - 2.0 * weights[0], light);
    let blue = blue.mul_add(2.0 - 2.0 * weights[2], light);
    let green = (light - weights[0] * red - weights[2] * blue) / weights[1];
    [red, green, blue].map(|value| {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is between 0 and 255")]
        let value = value.round().clamp(0.0, 255.0) as u8;
        value
    })
}
