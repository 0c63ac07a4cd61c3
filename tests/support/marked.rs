//! Whether a picture has the watermark that tests set: a square of one colour in the middle, half as high as the picture.

use crate::fixtures;
use image::RgbImage;

/// The colour of the watermark.
const MARK: [u8; 3] = [255, 0, 255];

/// The file of the watermark, for a placement in the middle with the opacity 1.
pub fn mark() -> Vec<u8> {
    fixtures::plain_png(50, 50, MARK)
}

/// Says what is wrong, unless this is a picture with the watermark on it, around which is the picture.
pub fn check_marked(bytes: &[u8]) -> Result<(), String> {
    let picture: RgbImage = image::load_from_memory(bytes).map_err(|error| error.to_string())?.into_rgb8();
    let (width, height) = picture.dimensions();
    let at = |x: i64, y: i64| {
        let place = |edge: u32, share: i64| {
            u32::try_from(i64::from(edge) / 2 + i64::from(height) * share / 100).unwrap_or_default().min(edge - 1)
        };
        picture.get_pixel(place(width, x), place(height, y)).0
    };
    for (x, y) in [(0, 0), (-20, -20), (20, -20), (-20, 20), (20, 20), (0, 20), (-20, 0)] {
        if !fixtures::alike(at(x, y), MARK) {
            return Err(format!("a plain picture: {x} {y} {:?}", at(x, y)));
        }
    }
    // The picture of a test video has all colours there are.
    let corners = [(-40, -40), (40, -40), (-40, 40), (40, 40)].map(|(x, y)| at(x, y));
    if corners.iter().all(|corner| fixtures::alike(*corner, MARK)) {
        return Err(format!("nothing but a mark: {corners:?}"));
    }
    Ok(())
}
