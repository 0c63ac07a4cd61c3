//! Pictures that take the place of photographs: soft hills under a sky, each in its own colours.

use image::{Rgb, RgbImage};

/// A dozen pictures of different sizes. The same every time.
pub(super) fn pictures() -> impl Iterator<Item = (String, RgbImage)> {
    const SIZES: [(u32, u32); 4] = [(2400, 1600), (1800, 1200), (1200, 1600), (2048, 2048)];
    (1_u8..=12)
        .zip(SIZES.into_iter().cycle())
        .map(|(number, (width, height))| (format!("Generated hills {number:02}.jpg"), picture(width, height, number)))
}

/// A picture of this size; `seed` chooses colours and hills.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "shares of 255 stay between 0 and 255")]
pub(super) fn picture(width: u32, height: u32, seed: u8) -> RgbImage {
    let seed = f32::from(seed);
    let hill = |x: f32, layer: f32| {
        let wave = (x * (3.0 + layer) + seed * 1.7 + layer).sin() + 0.4 * (x * (9.0 + 2.0 * layer) + seed).sin();
        0.45 + layer * 0.13 + wave * 0.06
    };
    let colour = |shade: f32, phase: f32| {
        let part = |offset: f32| ((0.55 + 0.45 * (seed * 0.9 + phase + offset).sin()) * shade * 255.0) as u8;
        Rgb([part(0.0), part(0.7), part(1.6)])
    };
    let scale = |value: u32, whole: u32| f64::from(value) as f32 / f64::from(whole.max(1)) as f32;
    // Where each hill begins is the same for a column, and the colour of the sky for a row: builds without
    // optimisation make these pictures, too.
    let layers = [3.0, 2.0, 1.0, 0.0].map(|layer| (layer, colour(0.8 - 0.17 * layer, layer * 0.25)));
    let columns: Vec<_> = (0..width).map(|x| layers.map(|(layer, rgb)| (hill(scale(x, width), layer), rgb))).collect();
    let mut bytes = Vec::with_capacity(columns.len() * 3);
    for y in (0..height).map(|y| scale(y, height)) {
        let sky = colour(0.95 - 0.3 * y, 2.5);
        for column in &columns {
            let Rgb(rgb) = column.iter().find(|(top, _)| y > *top).map_or(sky, |(_, rgb)| *rgb);
            bytes.extend_from_slice(&rgb);
        }
    }
    RgbImage::from_raw(width, height, bytes).unwrap_or_default()
}
