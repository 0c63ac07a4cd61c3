//! A picture in memory: as it is handed in, smaller, and parts of it as the models want them.

use crate::geometry::{Point, Similarity};
use std::borrow::Cow;

/// The bytes are not as many as the size says, or there is no pixel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a picture has three bytes for each pixel, and at least one pixel")]
pub struct InvalidPicture;

/// A picture as people see it, upright: red, green and blue of each pixel, row by row from the top left.
#[derive(Clone, Copy)]
pub struct Rgb<'a> {
    width: u32,
    height: u32,
    bytes: &'a [u8],
}

impl<'a> Rgb<'a> {
    /// The picture of this size in these bytes.
    pub fn new(width: u32, height: u32, bytes: &'a [u8]) -> Result<Rgb<'a>, InvalidPicture> {
        let expected = u64::from(width) * u64::from(height);
        if expected.checked_mul(3) != u64::try_from(bytes.len()).ok() || bytes.is_empty() {
            return Err(InvalidPicture);
        }
        Ok(Rgb { width, height, bytes })
    }

    pub(crate) fn width(&self) -> u32 {
        self.width
    }

    pub(crate) fn height(&self) -> u32 {
        self.height
    }

    /// The picture at this size, which is not larger.
    pub(crate) fn shrunk(&self, width: u32, height: u32) -> Shrunk<'a> {
        if (width, height) == (self.width, self.height) {
            return Shrunk { width, height, bytes: Cow::Borrowed(self.bytes) };
        }
        let line = self.width as usize * 3;
        let columns = covered(self.width, width);
        let mut bytes = Vec::with_capacity(width as usize * height as usize * 3);
        for (top, rows) in covered(self.height, height) {
            // First the lines become one, then the pixels of that.
            let mut mean = vec![0.0; line];
            for (row, share) in (top..).zip(&rows) {
                for (sum, byte) in mean.iter_mut().zip(&self.bytes[row * line..(row + 1) * line]) {
                    *sum += share * f32::from(*byte);
                }
            }
            for (left, pixels) in &columns {
                let mut colours = [0.5; 3];
                for (pixel, share) in mean[left * 3..].chunks_exact(3).zip(pixels) {
                    for (colour, value) in colours.iter_mut().zip(pixel) {
                        *colour += share * value;
                    }
                }
                bytes.extend(colours.map(|colour| colour as u8));
            }
        }
        Shrunk { width, height, bytes: Cow::Owned(bytes) }
    }

    /// The square of the picture into which a unit square comes by a similarity, at this many pixels a side. What is
    /// outside the picture is black.
    pub(crate) fn cut(&self, square: &Similarity, side: usize) -> Square {
        // A pixel that covers many of the picture is their mean; more than six in a row make no difference to see.
        let samples = (square.scale() / side as f32).ceil().clamp(1.0, 6.0) as usize;
        let share = 1.0 / (samples * samples) as f32;
        let step = 1.0 / (side * samples) as f32;
        let mut pixels = Vec::with_capacity(side * side);
        for row in 0..side {
            for column in 0..side {
                let mut sum = [0.0; 3];
                for down in 0..samples {
                    for right in 0..samples {
                        let x = ((column * samples + right) as f32 + 0.5) * step;
                        let y = ((row * samples + down) as f32 + 0.5) * step;
                        self.add(square.apply(Point { x, y }), &mut sum);
                    }
                }
                pixels.push(sum.map(|colour| colour * share));
            }
        }
        Square { side, pixels }
    }

    /// Adds the colours at a point, between the four nearest pixels.
    fn add(&self, point: Point, sum: &mut [f32; 3]) {
        let (x, y) = (point.x - 0.5, point.y - 0.5);
        let (left, top) = (x.floor(), y.floor());
        let (right_share, lower_share) = (x - left, y - top);
        for (down, row_share) in [(0.0, 1.0 - lower_share), (1.0, lower_share)] {
            for (right, column_share) in [(0.0, 1.0 - right_share), (1.0, right_share)] {
                let (x, y) = (left + right, top + down);
                if x < 0.0 || y < 0.0 || x >= self.width as f32 || y >= self.height as f32 {
                    continue;
                }
                let at = (y as usize * self.width as usize + x as usize) * 3;
                for (sum, byte) in sum.iter_mut().zip(&self.bytes[at..at + 3]) {
                    *sum += row_share * column_share * f32::from(*byte);
                }
            }
        }
    }
}

/// For each pixel of the smaller edge: the first of the larger edge that it covers, and the share of each from there on.
/// The libraries that resize faster compile for half a minute in each crate that uses them.
fn covered(larger: u32, smaller: u32) -> Vec<(usize, Vec<f32>)> {
    let scale = f64::from(larger) / f64::from(smaller);
    let of = |pixel: u32| {
        let (from, to) = (f64::from(pixel) * scale, (f64::from(pixel + 1) * scale).min(f64::from(larger)));
        let inside = |at: u32| ((f64::from(at + 1).min(to) - f64::from(at).max(from)) / (to - from)) as f32;
        let first = (from as u32).min(larger - 1);
        let last = (to.ceil() as u32).clamp(first + 1, larger);
        (first as usize, (first..last).map(inside).collect())
    };
    (0..smaller).map(of).collect()
}

/// A picture at a smaller size, or as it was.
pub(crate) struct Shrunk<'a> {
    pub(crate) width: u32,
    pub(crate) height: u32,
    bytes: Cow<'a, [u8]>,
}

impl Shrunk<'_> {
    /// The three colours one after the other of the part that begins there, in a frame of this size that may reach
    /// beyond the picture and is black there.
    pub(crate) fn colours(&self, left: u32, top: u32, frame_width: usize, frame_height: usize) -> Vec<f32> {
        let (left, top, width) = (left as usize, top as usize, self.width as usize);
        let columns = frame_width.min(width.saturating_sub(left));
        let rows = frame_height.min((self.height as usize).saturating_sub(top));
        let mut colours = vec![0.0; frame_width * frame_height * 3];
        for (colour, plane) in colours.chunks_exact_mut(frame_width * frame_height).enumerate() {
            for (row, line) in plane.chunks_exact_mut(frame_width).take(rows).enumerate() {
                let start = ((top + row) * width + left) * 3;
                let pixels = self.bytes[start..start + columns * 3].chunks_exact(3);
                for (to, pixel) in line.iter_mut().zip(pixels) {
                    *to = f32::from(pixel[colour]);
                }
            }
        }
        colours
    }
}

/// A square part of a picture, upright and at the size of a model.
pub(crate) struct Square {
    pub(crate) side: usize,
    pixels: Vec<[f32; 3]>,
}

impl Square {
    /// The three colours one after the other, each less what the model subtracts, and divided by what it divides by.
    pub(crate) fn colours(&self, mean: [f32; 3], divisor: f32) -> Vec<f32> {
        let plane = |colour: usize| self.pixels.iter().map(move |pixel| (pixel[colour] - mean[colour]) / divisor);
        (0..3).flat_map(plane).collect()
    }

    /// How bright each pixel is.
    pub(crate) fn brightness(&self) -> Vec<f32> {
        self.pixels.iter().map(|[red, green, blue]| 0.299 * red + 0.587 * green + 0.114 * blue).collect()
    }

    /// The square as a mirror shows it.
    pub(crate) fn mirrored(&self) -> Square {
        let pixels = self.pixels.chunks(self.side).flat_map(|row| row.iter().rev().copied()).collect();
        Square { side: self.side, pixels }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_size_must_fit_the_bytes() {
        assert!(Rgb::new(2, 3, &[0; 18]).is_ok());
        for (width, height, bytes) in [(0, 0, 0), (0, 3, 0), (2, 3, 17), (2, 3, 19), (u32::MAX, u32::MAX, 18)] {
            assert_eq!(Rgb::new(width, height, &vec![0; bytes]).err(), Some(InvalidPicture), "{width} × {height}");
        }
    }

    /// Red grows to the right, green downwards.
    fn gradient(width: u8, height: u8) -> Vec<u8> {
        (0..height).flat_map(|y| (0..width).flat_map(move |x| [x, y, 7])).collect()
    }

    #[test]
    fn a_square_is_cut_where_it_lies() {
        let bytes = gradient(100, 80);
        let picture = Rgb::new(100, 80, &bytes).unwrap();
        let middle = Point { x: 50.0, y: 40.0 };
        let upright = picture.cut(&Similarity::square(middle, 0.0, 20.0), 20);
        let [red, green, blue] = upright.pixels[0];
        assert!((red - 40.0).abs() < 0.01 && (green - 30.0).abs() < 0.01 && (blue - 7.0).abs() < 0.01);
        // A quarter turn to the right: the upper edge of the square is the right edge of the part.
        let turned = picture.cut(&Similarity::square(middle, std::f32::consts::FRAC_PI_2, 20.0), 20);
        let [red, green, _] = turned.pixels[0];
        assert!((red - 59.0).abs() < 0.01 && (green - 30.0).abs() < 0.01, "{red} {green}");
        let mirrored = upright.mirrored().pixels[0];
        assert!((mirrored[0] - 59.0).abs() < 0.01 && (mirrored[1] - 30.0).abs() < 0.01);
        // A smaller square is the mean of what it covers.
        let small = picture.cut(&Similarity::square(middle, 0.0, 20.0), 4).pixels[0];
        assert!((small[0] - 42.0).abs() < 0.01, "{small:?}");
    }

    #[test]
    fn a_smaller_picture_is_the_mean_of_what_it_covers() {
        let bytes = gradient(100, 80);
        let picture = Rgb::new(100, 80, &bytes).unwrap();
        for (width, height) in [(50, 40), (30, 24), (99, 80), (1, 1), (100, 7)] {
            let small = picture.shrunk(width, height);
            assert_eq!(small.bytes.len() as u32, width * height * 3);
            for (at, pixel) in (0..).zip(small.bytes.chunks_exact(3)) {
                let middle = |at: u32, of: u32, edge: f32| (at as f32 + 0.5) * edge / of as f32 - 0.5;
                let expected = [middle(at % width, width, 100.0), middle(at / width, height, 80.0), 7.0];
                for (found, expected) in pixel.iter().zip(expected) {
                    assert!((f32::from(*found) - expected).abs() <= 1.0, "{width} × {height} at {at}: {pixel:?}");
                }
            }
        }
    }

    #[test]
    fn outside_of_the_picture_it_is_black() {
        let bytes = [255; 300];
        let picture = Rgb::new(10, 10, &bytes).unwrap();
        let outside = picture.cut(&Similarity::square(Point { x: -50.0, y: 5.0 }, 0.3, 8.0), 8);
        assert!(outside.pixels.iter().flatten().all(|colour| *colour <= 0.0));
        let frame = picture.shrunk(10, 10).colours(4, 4, 8, 32);
        assert_eq!(frame.iter().filter(|byte| **byte > 0.0).count(), 6 * 6 * 3);
        assert_eq!((frame[0], frame[5], frame[6]), (255.0, 255.0, 0.0));
    }
}
