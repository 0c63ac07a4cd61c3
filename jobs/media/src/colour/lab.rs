//! Converts L*a*b* to sRGB.

use super::light::{dot, encode, number};
use moxcms::ColorProfile;

/// The white to which the numbers relate: D50, as everywhere in print.
const WHITE: [f32; 3] = [0.9642, 1.0, 0.8249];

/// The pixels in sRGB of numbers from 0 to 100 for L*, and of a* and b*.
pub(crate) fn lab_to_srgb(numbers: impl Iterator<Item = [f32; 3]>) -> Vec<u8> {
    let matrix = ColorProfile::new_srgb().rgb_to_xyz_matrix().inverse().v.map(|row| row.map(number));
    numbers
        .flat_map(|lab| {
            let light = light(lab);
            matrix.map(|row| encode(dot(row, light).clamp(0.0, 1.0)))
        })
        .collect()
}

/// CIE XYZ.
fn light([lightness, a, b]: [f32; 3]) -> [f32; 3] {
    let middle = (lightness + 16.0) / 116.0;
    let roots = [middle + a / 500.0, middle, middle - b / 200.0];
    let linear = |root: f32| if root > 6.0 / 29.0 { root.powi(3) } else { (root - 4.0 / 29.0) * 108.0 / 841.0 };
    let [first, second, third] = roots.map(linear);
    [first * WHITE[0], second * WHITE[1], third * WHITE[2]]
}
