//! QR codes of links, as SVG and PNG.

use crate::{Error, types::enums::QrFormat};
use async_graphql::SimpleObject;
use base64::{Engine, engine::general_purpose::STANDARD};
use image::{ImageEncoder, Luma, codecs::png::PngEncoder};
use qrcode::{EcLevel, QrCode as Matrix, render::svg};

/// The smallest and the largest edge of a code, in pixels.
const SIZES: std::ops::RangeInclusive<i32> = 64..=2048;

/// A QR code to show or print.
#[derive(SimpleObject)]
pub(crate) struct QrCode {
    media_type: &'static str,
    /// Base64.
    data: String,
    data_uri: String,
}

impl QrCode {
    /// Draws `text` on a square of about `size` pixels, its white border included.
    pub(crate) fn draw(text: &str, format: QrFormat, size: i32) -> Result<Self, Error> {
        let edge = u32::try_from(size).ok().filter(|_| SIZES.contains(&size)).ok_or_else(|| {
            Error::BadInput(format!("A QR code measures between {} and {} pixels.", SIZES.start(), SIZES.end()))
        })?;
        let matrix = Matrix::with_error_correction_level(text, EcLevel::M).map_err(Error::internal)?;
        let (media_type, bytes) = match format {
            QrFormat::Svg => {
                ("image/svg+xml", matrix.render::<svg::Color<'_>>().min_dimensions(edge, edge).build().into_bytes())
            }
            QrFormat::Png => ("image/png", png(&matrix, edge)?),
        };
        let data = STANDARD.encode(bytes);
        let data_uri = format!("data:{media_type};base64,{data}");
        Ok(Self { media_type, data, data_uri })
    }
}

/// Whole pixels a module, so that the edges are sharp; the rest of the square stays white.
fn png(matrix: &Matrix, edge: u32) -> Result<Vec<u8>, Error> {
    let code = matrix.render::<Luma<u8>>().max_dimensions(edge, edge).build();
    let mut square = image::GrayImage::from_pixel(edge.max(code.width()), edge.max(code.height()), Luma([255]));
    let offset = |outer: u32, inner: u32| i64::from((outer - inner) / 2);
    let (x, y) = (offset(square.width(), code.width()), offset(square.height(), code.height()));
    image::imageops::replace(&mut square, &code, x, y);
    let mut bytes = Vec::new();
    PngEncoder::new(&mut bytes)
        .write_image(&square, square.width(), square.height(), image::ExtendedColorType::L8)
        .map_err(Error::internal)?;
    Ok(bytes)
}
