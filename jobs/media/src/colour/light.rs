//! Converts pictures to sRGB by way of their light: for high dynamic range, and where values stand for light itself.
//!
//! White is what BT.2408 says it is in both systems of high dynamic range: 203 candelas per square metre. It becomes the
//! white of sRGB. What is brighter than most of that is compressed into the rest, as far as the picture needs it.

use super::Transfer;
use image::{DynamicImage, GrayImage, ImageBuffer, Pixel, RgbImage, RgbaImage};
use moxcms::ColorProfile;

/// The light of white, in candelas per square metre.
const WHITE: f32 = 203.0;

/// Up to here, of 1, light stays as it is; above, it is compressed.
const KNEE: f32 = 0.8;

/// The steps of the table that encodes light.
const STEPS: u16 = 4095;

/// The picture in sRGB with eight bits.
pub(super) fn to_srgb(picture: DynamicImage, transfer: Transfer, primaries: &ColorProfile) -> DynamicImage {
    let mut conversion = Conversion::new(transfer, primaries);
    let color = picture.color();
    let is_deep = color.bytes_per_pixel() > color.channel_count();
    match (color.has_alpha(), color.has_color(), is_deep) {
        (true, _, false) => {
            let mut pixels = picture.into_rgba8();
            conversion.measure(pixels.pixels().map(|pixel| shallow(pixel.0)));
            for pixel in pixels.pixels_mut() {
                let [red, green, blue] = conversion.convert(shallow(pixel.0));
                pixel.0 = [red, green, blue, pixel.0[3]];
            }
            DynamicImage::ImageRgba8(pixels)
        }
        (true, _, true) => {
            let pixels = picture.into_rgba16();
            conversion.measure(pixels.pixels().map(|pixel| deep(pixel.0)));
            let convert = |pixel: &image::Rgba<u16>| {
                let [red, green, blue] = conversion.convert(deep(pixel.0));
                [red, green, blue, pixel.0[3].to_be_bytes()[0]]
            };
            rebuilt(&pixels, convert, RgbaImage::from_raw).map_or_else(DynamicImage::default, DynamicImage::ImageRgba8)
        }
        (false, true, false) => {
            let mut pixels = picture.into_rgb8();
            conversion.measure(pixels.pixels().map(|pixel| shallow(pixel.0)));
            pixels.pixels_mut().for_each(|pixel| pixel.0 = conversion.convert(shallow(pixel.0)));
            DynamicImage::ImageRgb8(pixels)
        }
        (false, true, true) => {
            let pixels = picture.into_rgb16();
            conversion.measure(pixels.pixels().map(|pixel| pixel.0));
            let convert = |pixel: &image::Rgb<u16>| conversion.convert(pixel.0);
            rebuilt(&pixels, convert, RgbImage::from_raw).map_or_else(DynamicImage::default, DynamicImage::ImageRgb8)
        }
        (false, false, _) => {
            let pixels = picture.into_luma16();
            conversion.measure(pixels.pixels().map(|pixel| [pixel.0[0]; 3]));
            let convert = |pixel: &image::Luma<u16>| [conversion.convert([pixel.0[0]; 3])[0]];
            rebuilt(&pixels, convert, GrayImage::from_raw).map_or_else(DynamicImage::default, DynamicImage::ImageLuma8)
        }
    }
}

fn rebuilt<P: Pixel<Subpixel = u16>, const CHANNELS: usize, I>(
    pixels: &ImageBuffer<P, Vec<u16>>,
    convert: impl Fn(&P) -> [u8; CHANNELS],
    build: fn(u32, u32, Vec<u8>) -> Option<I>,
) -> Option<I> {
    build(pixels.width(), pixels.height(), pixels.pixels().flat_map(convert).collect())
}

fn shallow<const CHANNELS: usize>(pixel: [u8; CHANNELS]) -> [u16; 3] {
    [pixel[0], pixel[1], pixel[2]].map(|value| u16::from(value) * 257)
}

const fn deep(pixel: [u16; 4]) -> [u16; 3] {
    [pixel[0], pixel[1], pixel[2]]
}

struct Conversion {
    /// The light of each value; 1 is white.
    light: Vec<f32>,
    /// The value of sRGB for each step of the square root of light, which distributes the steps as the eye needs them.
    encoded: Vec<u8>,
    /// From the light of the picture's primaries to that of sRGB.
    matrix: [[f32; 3]; 3],
    /// How much each primary adds to the luminance.
    luminance: [f32; 3],
    is_hlg: bool,
    /// The brightest light of the picture, if it may be brighter than white.
    peak: Option<f32>,
}

impl Conversion {
    fn new(transfer: Transfer, primaries: &ColorProfile) -> Self {
        let light = (0..=u16::MAX).map(|value| light(transfer, f32::from(value) / f32::from(u16::MAX))).collect();
        let encoded = (0..=STEPS).map(|step| encode((f32::from(step) / f32::from(STEPS)).powi(2))).collect();
        let matrix = primaries.transform_matrix(&ColorProfile::new_srgb()).v.map(|row| row.map(number));
        let luminance = primaries.rgb_to_xyz_matrix().v[1].map(number);
        let is_hlg = transfer == Transfer::Hlg;
        let peak = (is_hlg || transfer == Transfer::Pq).then_some(1.0);
        Self { light, encoded, matrix, luminance, is_hlg, peak }
    }

    /// Finds the brightest light of a picture of high dynamic range.
    fn measure(&mut self, pixels: impl Iterator<Item = [u16; 3]>) {
        if self.peak.is_some() {
            let brightest = |pixel| self.shown(pixel).into_iter().fold(0.0, f32::max);
            self.peak = Some(pixels.map(brightest).fold(1.0, f32::max));
        }
    }

    /// The light that a screen emits for a pixel.
    fn shown(&self, pixel: [u16; 3]) -> [f32; 3] {
        let light = pixel.map(|value| self.light[usize::from(value)]);
        if !self.is_hlg {
            return light;
        }
        // The values stand for the light of the scene. A screen of 1,000 candelas shows it by this law (BT.2100).
        let factor = dot(self.luminance, light).max(0.0).powf(0.2) * 1000.0 / WHITE;
        light.map(|light| light * factor)
    }

    fn convert(&self, pixel: [u16; 3]) -> [u8; 3] {
        let mut light = self.shown(pixel);
        if let Some(peak) = self.peak {
            let brightest = light.into_iter().fold(0.0, f32::max);
            if brightest > KNEE {
                light = light.map(|light| light * compressed(brightest, peak) / brightest);
            }
        }
        let luminance = dot(self.luminance, light);
        let light = self.matrix.map(|row| dot(row, light));
        // A colour that sRGB does not have loses saturation, and keeps its hue and luminance.
        let lowest = light.into_iter().fold(0.0, f32::min);
        let kept = if lowest < 0.0 { luminance / (luminance - lowest) } else { 1.0 };
        light.map(|light| self.encode(kept.mul_add(light - luminance, luminance)))
    }

    fn encode(&self, light: f32) -> u8 {
        let step = light.clamp(0.0, 1.0).sqrt() * f32::from(STEPS);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is within the table")]
        let step = step.round() as usize;
        self.encoded[step.min(STEPS.into())]
    }
}

/// A light brighter than the knee, compressed so that the peak becomes white, and without a bend at the knee.
fn compressed(light: f32, peak: f32) -> f32 {
    let (room, span) = (1.0 - KNEE, peak - KNEE);
    let (share, slope) = ((light - KNEE) / span, span / room);
    KNEE + room * slope * share / (slope - 1.0).mul_add(share, 1.0)
}

pub(super) fn number(value: f64) -> f32 {
    #[expect(clippy::cast_possible_truncation, reason = "the rest is not visible")]
    let value = value as f32;
    value
}

pub(super) fn dot(one: [f32; 3], other: [f32; 3]) -> f32 {
    one[0].mul_add(other[0], one[1].mul_add(other[1], one[2] * other[2]))
}

/// The light of a value between 0 and 1; 1 is white.
fn light(transfer: Transfer, value: f32) -> f32 {
    match transfer {
        // What has one of these curves is not converted: it gets a profile.
        Transfer::Srgb | Transfer::Camera => value.powf(2.2),
        Transfer::Gamma(gamma) => value.powf(gamma),
        Transfer::Pq => {
            // SMPTE ST 2084.
            let root = value.powf(1.0 / 78.843_75);
            ((root - 0.835_937_5).max(0.0) / 18.6875_f32.mul_add(-root, 18.851_562)).powf(1.0 / 0.159_301_76) * 10_000.0
                / WHITE
        }
        // BT.2100.
        Transfer::Hlg if value <= 0.5 => value * value / 3.0,
        Transfer::Hlg => (((value - 0.559_910_7) / 0.178_832_77).exp() + 0.284_668_92) / 12.0,
    }
}

/// The value of sRGB for a light between 0 and 1.
pub(crate) fn encode(light: f32) -> u8 {
    let value = if light <= 0.003_130_8 { light * 12.92 } else { 1.055_f32.mul_add(light.powf(1.0 / 2.4), -0.055) };
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is between 0 and 255")]
    let value = (value.clamp(0.0, 1.0) * 255.0).round() as u8;
    value
}
