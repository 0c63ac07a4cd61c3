//! Pictures as pixels in memory, for programs that look at them.

use super::{MediaError, pictures::blocking, words};
use bytes::Bytes;
use image::ImageFormat;

/// An upright picture: red, green and blue of each pixel, row by row from the top left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pixels {
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
    /// Three bytes for each pixel.
    pub rgb: Vec<u8>,
}

/// The pixels of a picture that this crate has made, and which is therefore upright and not too large.
pub async fn pixels(picture: Bytes, media_type: &str) -> Result<Pixels, MediaError> {
    let Some(format) = ImageFormat::from_mime_type(media_type) else {
        return Err(MediaError::unusable(format!("A picture of the type {media_type} cannot be read.")));
    };
    blocking(move || decode(&picture, format)).await
}

/// The pixels of an upright picture in this format.
pub(super) fn decode(picture: &[u8], format: ImageFormat) -> Result<Pixels, MediaError> {
    let decoded = image::load_from_memory_with_format(picture, format);
    let rgb = decoded.map_err(|error| words::damaged("picture", &error))?.into_rgb8();
    Ok(Pixels { width: rgb.width(), height: rgb.height(), rgb: rgb.into_raw() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{DynamicImage, Rgb, RgbImage, Rgba, RgbaImage};
    use std::io::Cursor;

    async fn read(picture: DynamicImage, format: ImageFormat) -> Pixels {
        let mut bytes = Cursor::new(Vec::new());
        picture.write_to(&mut bytes, format).unwrap();
        pixels(bytes.into_inner().into(), format.to_mime_type()).await.unwrap()
    }

    #[tokio::test]
    async fn every_picture_becomes_rgb() {
        let colour = Rgb([200, 90, 40]);
        let expected = Pixels { width: 3, height: 2, rgb: colour.0.repeat(6) };
        assert_eq!(read(RgbImage::from_pixel(3, 2, colour).into(), ImageFormat::Png).await, expected);
        let clear = RgbaImage::from_pixel(3, 2, Rgba([200, 90, 40, 7]));
        assert_eq!(read(clear.into(), ImageFormat::Png).await, expected);
        let jpeg = read(RgbImage::from_pixel(3, 2, colour).into(), ImageFormat::Jpeg).await;
        assert!(jpeg.rgb.iter().zip(&expected.rgb).all(|(found, wanted)| found.abs_diff(*wanted) < 6), "{jpeg:?}");
    }

    #[tokio::test]
    async fn what_is_no_picture_is_refused() {
        for (bytes, media_type) in [(&b""[..], "image/png"), (b"text", "image/jpeg"), (b"text", "text/plain")] {
            let refused = pixels(Bytes::copy_from_slice(bytes), media_type).await;
            assert!(matches!(refused, Err(MediaError::Unusable(_))), "{refused:?}");
        }
    }
}
