//! A picture in memory, as it is handed in.

/// The bytes are not as many as the size says, or the size is not one of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a picture has three bytes for each pixel, and at least one pixel")]
pub struct InvalidPicture;

/// A picture as people see it, upright: red, green and blue of each pixel, row by row from the top left.
#[derive(Clone, Copy)]
pub struct Rgb<'a> {
    width: usize,
    height: usize,
    bytes: &'a [u8],
}

impl<'a> Rgb<'a> {
    /// The picture of this size in these bytes.
    pub fn new(width: u32, height: u32, bytes: &'a [u8]) -> Result<Rgb<'a>, InvalidPicture> {
        let (width, height) = (width as usize, height as usize);
        let expected = width.checked_mul(height).and_then(|pixels| pixels.checked_mul(3));
        if expected != Some(bytes.len()) || bytes.is_empty() {
            return Err(InvalidPicture);
        }
        Ok(Rgb { width, height, bytes })
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
}
