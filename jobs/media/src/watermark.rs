//! Decodes watermarks, and draws them on pictures and video frames.

use super::{
    MediaError, encode, limits, raster,
    render::{resize, shrink},
};
use domain::watermark::{Opacity, Placement, Unsuitable, check_size, check_visible};
use fast_image_resize::{Resizer, pixels::U8x4};
use image::{DynamicImage, Rgba, RgbaImage};

/// The longest edge at which a watermark is kept in memory, in pixels: at most half of the largest proxy is needed.
const MAX_KEPT_EDGE: u32 = 4096;

/// A watermark has at least this many pixels in each direction, if the picture has them, so that it stays visible.
const MIN_EDGE: u32 = 8;

/// A decoded watermark, with the opacity already applied to its pixels.
#[derive(Debug, Clone)]
pub struct WatermarkImage {
    picture: RgbaImage,
    has_colours: bool,
    placement: Placement,
}

impl WatermarkImage {
    /// Decodes the file of a watermark: PNG, JPEG, WebP, GIF or TIFF. Uses the same decoders as the check when the
    /// watermark was set, so that nothing that was accepted then is refused now.
    pub fn decode(bytes: &[u8], opacity: Opacity, placement: Placement) -> Result<Self, MediaError> {
        let format = image::guess_format(bytes)
            .map_err(|_| MediaError::unusable("The watermark is no picture; PNG, JPEG, WebP, GIF and TIFF are."))?;
        let decoded = raster::decode(bytes, format)?;
        if decoded.warning.is_some() {
            return Err(MediaError::unusable("The watermark is damaged or ends in the middle. Choose a sound file."));
        }
        let unsuitable = |error: Unsuitable| MediaError::unusable(error.to_string());
        check_size(decoded.width, decoded.height).map_err(unsuitable)?;
        if let DynamicImage::ImageRgba8(pixels) = &decoded.picture {
            check_visible(pixels.pixels().map(|pixel| pixel.0[3])).map_err(unsuitable)?;
        }
        let size = limits::fit(decoded.picture.width(), decoded.picture.height(), MAX_KEPT_EDGE);
        let mut picture = decoded.picture;
        if size != (picture.width(), picture.height()) {
            picture = shrink(&mut picture, size, &mut Resizer::new())?;
        }
        picture.apply_orientation(decoded.orientation);
        let mut picture = picture.into_rgba8();
        picture.pixels_mut().for_each(|pixel| pixel.0[3] = fade(pixel.0[3], opacity));
        let is_colour = |Rgba([red, green, blue, alpha]): &Rgba<u8>| *alpha > 0 && (red != green || green != blue);
        let has_colours = picture.pixels().any(is_colour);
        Ok(Self { picture, has_colours, placement })
    }

    /// Whether a gray picture has to be converted to RGB before the watermark is drawn on it.
    pub(super) const fn has_colours(&self) -> bool {
        self.has_colours
    }

    /// Draws the watermark on a picture whose orientation is already applied.
    pub(super) fn draw(&self, picture: &mut DynamicImage) -> Result<(), MediaError> {
        let (width, height) = (picture.width(), picture.height());
        let mark = self.scaled(width, height)?;
        let places = places(self.placement, (width, height), mark.dimensions());
        match picture {
            DynamicImage::ImageLuma8(pixels) if !self.has_colours => {
                places.for_each(|place| blend(pixels.as_flat_samples_mut().samples, width, &mark, place, blend_gray));
            }
            DynamicImage::ImageRgb8(pixels) => {
                places.for_each(|place| blend(pixels.as_flat_samples_mut().samples, width, &mark, place, blend_rgb));
            }
            DynamicImage::ImageRgba8(pixels) => {
                places.for_each(|place| blend(pixels.as_flat_samples_mut().samples, width, &mark, place, blend_rgba));
            }
            other => return Err(anyhow::anyhow!("a mark cannot be drawn on {:?}", other.color()).into()),
        }
        Ok(())
    }

    /// A transparent PNG of this size with only the watermark, to be laid over the frames of a video.
    pub(super) fn overlay(&self, width: u32, height: u32) -> Result<Vec<u8>, MediaError> {
        let mut overlay = DynamicImage::new_rgba8(width, height);
        self.draw(&mut overlay)?;
        encode::png(&overlay, None)
    }

    fn scaled(&self, width: u32, height: u32) -> Result<RgbaImage, MediaError> {
        let share = match self.placement {
            Placement::Center => 2,
            Placement::BottomRight => 4,
            Placement::Tile => 5,
        };
        let room = |edge: u32| (edge / share).max(MIN_EDGE.min(edge));
        let (width, height) = within(self.picture.dimensions(), (room(width), room(height)));
        if (width, height) == self.picture.dimensions() {
            return Ok(self.picture.clone());
        }
        let (mut from, mut scaled) = (self.picture.clone(), RgbaImage::new(width, height));
        resize::<U8x4>(&mut from, self.picture.dimensions(), &mut scaled, (width, height), &mut Resizer::new())?;
        Ok(scaled)
    }
}

/// Applies the opacity to an alpha value. A visible pixel never becomes invisible.
fn fade(alpha: u8, opacity: Opacity) -> u8 {
    let faded = (f64::from(alpha) * opacity.get()).round();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is within the range")]
    let faded = faded as u8;
    faded.max(u8::from(alpha > 0))
}

/// The largest size with the same proportions that fits.
fn within((width, height): (u32, u32), room: (u32, u32)) -> (u32, u32) {
    let (wide, high) = (u64::from(width) * u64::from(room.1), u64::from(height) * u64::from(room.0));
    let other = |product: u64, by: u32| u32::try_from(product / u64::from(by)).unwrap_or(u32::MAX).max(1);
    // A picture that is wider than the available space takes its whole width.
    if wide > high { (room.0, other(high, width)) } else { (other(wide, height), room.1) }
}

/// The positions of the upper left corners of the watermark.
fn places(
    placement: Placement,
    (width, height): (u32, u32),
    (mark_width, mark_height): (u32, u32),
) -> Box<dyn Iterator<Item = (u32, u32)>> {
    let (free_x, free_y) = (width.saturating_sub(mark_width), height.saturating_sub(mark_height));
    match placement {
        Placement::Center => Box::new(std::iter::once((free_x / 2, free_y / 2))),
        Placement::BottomRight => {
            let margin = width.min(height) * 3 / 100;
            Box::new(std::iter::once((free_x.saturating_sub(margin), free_y.saturating_sub(margin))))
        }
        Placement::Tile => {
            let step = |edge: u32| (edge + edge.div_ceil(2)) as usize;
            let (from_x, from_y) = ((mark_width / 4).min(free_x), (mark_height / 4).min(free_y));
            let rows = (from_y..height).step_by(step(mark_height));
            Box::new(rows.flat_map(move |y| (from_x..width).step_by(step(mark_width)).map(move |x| (x, y))))
        }
    }
}

/// Draws the watermark over pixels of `CHANNELS` bytes in rows of `width` pixels; parts outside the picture are cut
/// off.
fn blend<const CHANNELS: usize>(
    pixels: &mut [u8],
    width: u32,
    mark: &RgbaImage,
    (x, y): (u32, u32),
    mix: fn(&mut [u8; CHANNELS], Rgba<u8>),
) {
    let (from, to) = (x as usize, (x + mark.width()).min(width) as usize);
    let rows = pixels.chunks_exact_mut(width as usize * CHANNELS).skip(y as usize);
    for (row, mark) in rows.zip(mark.rows()) {
        let (row, _) = row[from * CHANNELS..to * CHANNELS].as_chunks_mut::<CHANNELS>();
        row.iter_mut().zip(mark).for_each(|(below, above)| mix(below, *above));
    }
}

fn blend_gray(below: &mut [u8; 1], above: Rgba<u8>) {
    let [light, .., alpha] = above.0;
    *below = [weighted_mean_of_255(light, below[0], alpha)];
}

fn blend_rgb(below: &mut [u8; 3], above: Rgba<u8>) {
    let [red, green, blue, alpha] = above.0;
    let mix = |above: u8, below: u8| weighted_mean_of_255(above, below, alpha);
    *below = [mix(red, below[0]), mix(green, below[1]), mix(blue, below[2])];
}

/// The weighted mean of two values whose weights add up to 255. The compiler replaces a division by a constant with a
/// multiplication.
fn weighted_mean_of_255(above: u8, below: u8, alpha: u8) -> u8 {
    let (front, back) = (u16::from(alpha), u16::from(u8::MAX - alpha));
    let [mean, _] = ((u16::from(above) * front + u16::from(below) * back + 127) / 255).to_le_bytes();
    mean
}

fn blend_rgba(below: &mut [u8; 4], above: Rgba<u8>) {
    let [red, green, blue, alpha] = above.0;
    if alpha > 0 {
        // The weights: the alpha of the watermark, and how much of the alpha below it lets through.
        let (front, back) = (u32::from(alpha) * 255, u32::from(below[3]) * u32::from(u8::MAX - alpha));
        let mix = |above: u8, below: u8| weighted_mean(above, front, below, back);
        let whole = (front + back + 127) / 255;
        *below =
            [mix(red, below[0]), mix(green, below[1]), mix(blue, below[2]), u8::try_from(whole).unwrap_or(u8::MAX)];
    }
}

/// The weighted mean of two values.
fn weighted_mean(above: u8, front: u32, below: u8, back: u32) -> u8 {
    let whole = front + back;
    let mean = (u32::from(above) * front + u32::from(below) * back + whole / 2) / whole;
    u8::try_from(mean).unwrap_or(u8::MAX)
}

#[cfg(test)]
mod tests;
