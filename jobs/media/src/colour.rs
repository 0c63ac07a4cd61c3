//! Colour spaces that files tell in other ways than by a profile: by code points (H.273) in PNG, HEIC and AVIF, and by
//! gamma and chromaticities in PNG.
//!
//! A proxy is sRGB, or has a profile. Wide gamuts are kept: the picture gets a profile that means the same. What a
//! profile in a JPEG cannot hold well, which is light itself and high dynamic range, is converted to sRGB (`light`).

use super::decoded::eight_bits;
use image::DynamicImage;
use moxcms::{
    Chromaticity, CicpColorPrimaries, CicpProfile, ColorPrimaries, ColorProfile, MatrixCoefficients, ToneReprCurve,
    TransferCharacteristics, XyY, curve_from_gamma,
};

mod lab;
mod light;
mod png;

pub(super) use lab::lab_to_srgb;
pub(super) use light::encode as srgb_of_light;
pub(super) use png::{Stated, stated_in_png, without_invalid_points};

/// The code points of the curve of BT.709: also those of BT.601 and BT.2020.
const CAMERA: [u8; 4] = [1, 6, 14, 15];

/// How the values of a picture stand for light.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Transfer {
    /// As in sRGB.
    Srgb,
    /// As in BT.709 and its like: the curve of a camera, not of a screen.
    Camera,
    /// The light is this power of the value; 1 for light itself.
    Gamma(f32),
    /// SMPTE ST 2084, for high dynamic range.
    Pq,
    /// Hybrid log-gamma, for high dynamic range.
    Hlg,
}

/// A colour space that is not sRGB.
#[derive(Debug, Clone)]
pub(super) struct ColourSpace {
    /// The primaries and the white point, with the curves of sRGB.
    primaries: ColorProfile,
    are_primaries_srgb: bool,
    transfer: Transfer,
}

impl ColourSpace {
    /// The space of the code points in a HEIC or AVIF. They are those of videos, which screens show with the curve of
    /// sRGB, although they state that of a camera.
    pub(super) fn of_video_code_points(primaries: u8, transfer: u8) -> Option<Self> {
        Self::of_code_points(primaries, if CAMERA.contains(&transfer) { 13 } else { transfer })
    }

    /// The space of code points for primaries and transfer; none for sRGB and for what is not specified.
    pub(super) fn of_code_points(primaries: u8, transfer: u8) -> Option<Self> {
        let transfer = match transfer {
            camera if CAMERA.contains(&camera) => Transfer::Camera,
            4 => Transfer::Gamma(2.2),
            5 => Transfer::Gamma(2.8),
            8 => Transfer::Gamma(1.0),
            16 => Transfer::Pq,
            17 => Transfer::Gamma(2.6),
            18 => Transfer::Hlg,
            _ => Transfer::Srgb,
        };
        // CIE XYZ is no space of red, green and blue.
        if primaries == 10 {
            return None;
        }
        let known = CicpColorPrimaries::try_from(primaries).ok();
        let known = known.filter(|known| ColorPrimaries::try_from(*known).is_ok()).unwrap_or(CicpColorPrimaries::Bt709);
        let are_primaries_srgb = known == CicpColorPrimaries::Bt709;
        let primaries = ColorProfile::new_from_cicp(CicpProfile {
            color_primaries: known,
            transfer_characteristics: TransferCharacteristics::Srgb,
            matrix_coefficients: MatrixCoefficients::Identity,
            full_range: true,
        });
        Self { primaries, are_primaries_srgb, transfer }.unless_srgb()
    }

    /// The space of a power and of chromaticities (white, red, green, blue); none for sRGB.
    fn of_chromaticities(gamma: Option<f32>, chromaticities: Option<[(f32, f32); 4]>) -> Option<Self> {
        let transfer = match gamma {
            // Editors wrote 2.2 where they meant sRGB.
            Some(gamma) if gamma > 0.1 && gamma < 10.0 && (gamma - 2.2).abs() > 0.02 => Transfer::Gamma(gamma),
            _ => Transfer::Srgb,
        };
        let srgb = [(0.3127, 0.3290), (0.64, 0.33), (0.30, 0.60), (0.15, 0.06)];
        let given = chromaticities.unwrap_or(srgb);
        let are_primaries_srgb = given
            .iter()
            .zip(srgb)
            .all(|(one, other)| (one.0 - other.0).abs() < 0.002 && (one.1 - other.1).abs() < 0.002);
        let mut primaries = ColorProfile::new_srgb();
        if !are_primaries_srgb {
            let [white, red, green, blue] = given;
            if !is_space(given) {
                return None;
            }
            // The blue of wide spaces has hardly any light, and a division by it follows.
            let point = |(x, y): (f32, f32)| Chromaticity::new(x, y.max(0.000_01));
            let white = XyY { x: white.0.into(), y: white.1.into(), yb: 1.0 };
            let of = ColorPrimaries { red: point(red), green: point(green), blue: point(blue) };
            primaries.update_rgb_colorimetry(white, of);
        }
        Self { primaries, are_primaries_srgb, transfer }.unless_srgb()
    }

    fn unless_srgb(self) -> Option<Self> {
        (!self.are_primaries_srgb || self.transfer != Transfer::Srgb).then_some(self)
    }

    /// The picture with eight bits, and the profile that it then needs.
    pub(super) fn apply(&self, picture: DynamicImage) -> (DynamicImage, Option<Vec<u8>>) {
        let curve = match self.transfer {
            Transfer::Srgb if !picture.color().has_color() => return (eight_bits(picture), None),
            Transfer::Srgb => None,
            Transfer::Camera => ToneReprCurve::try_from(TransferCharacteristics::Bt709).ok(),
            // Powers of screens. Eight bits are too few for others.
            Transfer::Gamma(gamma) if (1.6..3.0).contains(&gamma) => Some(curve_from_gamma(gamma)),
            Transfer::Gamma(_) | Transfer::Pq | Transfer::Hlg => {
                return (light::to_srgb(picture, self.transfer, &self.primaries), None);
            }
        };
        let profile = if picture.color().has_color() { self.profile(curve) } else { gray_profile(curve) };
        (eight_bits(picture), profile)
    }

    fn profile(&self, curve: Option<ToneReprCurve>) -> Option<Vec<u8>> {
        let mut profile = self.primaries.clone();
        if let Some(curve) = curve {
            profile.cicp = None;
            profile.red_trc = Some(curve.clone());
            profile.green_trc = Some(curve.clone());
            profile.blue_trc = Some(curve);
        }
        profile.encode().ok()
    }
}

/// Whether chromaticities (white, red, green, blue) make a colour space: white lies between the others. Points on a
/// line, or of light that does not exist, make none.
fn is_space([white, red, green, blue]: [(f32, f32); 4]) -> bool {
    let area = |one: (f32, f32), two: (f32, f32), three: (f32, f32)| {
        (two.0 - one.0) * (three.1 - one.1) - (three.0 - one.0) * (two.1 - one.1)
    };
    let whole = area(red, green, blue);
    let shares = [area(white, green, blue), area(red, white, blue), area(red, green, white)].map(|part| part / whole);
    let exists = |(x, y): (f32, f32)| (0.0..=1.0).contains(&x) && (0.0..=1.0).contains(&y) && x + y <= 1.001;
    whole.abs() >= 0.01 && shares.iter().all(|share| *share > 0.01) && [white, red, green, blue].into_iter().all(exists)
}

fn gray_profile(curve: Option<ToneReprCurve>) -> Option<Vec<u8>> {
    let mut profile = ColorProfile::new_gray_with_gamma(2.2);
    profile.gray_trc = curve;
    profile.encode().ok()
}

#[cfg(test)]
pub(crate) mod tests;
