//! QR codes of links, as SVG and PNG.

use crate::types::enums::QrFormat;
use app::Error;
use async_graphql::SimpleObject;
use base64::{Engine, engine::general_purpose::STANDARD};
use png::{BitDepth, ColorType, Compression, Encoder};
use qrcode::{Color, EcLevel, QrCode as Matrix};
use std::fmt::Write;

/// The smallest and the largest edge of a code, in pixels.
const SIZES: std::ops::RangeInclusive<i32> = 64..=2048;

/// A QR code to show or print.
#[derive(SimpleObject)]
pub(crate) struct QrCode {
    media_type: &'static str,
    /// The picture in base64.
    data: String,
    data_uri: String,
}

impl QrCode {
    /// Draws `text` on a square of `size` pixels, including the white border. Large pictures take a while, so that a
    /// blocking thread draws.
    pub(crate) async fn draw(text: String, format: QrFormat, size: i32) -> Result<Self, Error> {
        let edge = u32::try_from(size).ok().filter(|_| SIZES.contains(&size)).ok_or_else(|| {
            Error::BadInput(format!("A QR code measures between {} and {} pixels.", SIZES.start(), SIZES.end()))
        })?;
        let drawn = tokio::task::spawn_blocking(move || Self::draw_now(&text, format, edge));
        drawn.await.map_err(Error::internal)?
    }

    fn draw_now(text: &str, format: QrFormat, edge: u32) -> Result<Self, Error> {
        let matrix = Matrix::with_error_correction_level(text, EcLevel::M).map_err(Error::internal)?;
        let (media_type, bytes) = match format {
            QrFormat::Svg => ("image/svg+xml", svg(&matrix, edge).into_bytes()),
            QrFormat::Png => ("image/png", png(&matrix, edge).map_err(Error::internal)?),
        };
        let data = STANDARD.encode(bytes);
        let data_uri = format!("data:{media_type};base64,{data}");
        Ok(Self { media_type, data, data_uri })
    }
}

/// An SVG with modules as units, shown with an edge of this many pixels.
fn svg(matrix: &Matrix, edge: u32) -> String {
    let modules = matrix.width() + 2 * QUIET;
    let colors = matrix.to_colors();
    let dark = (0..colors.len()).filter(|index| colors[*index] == Color::Dark);
    let path = dark.fold(String::new(), |mut path, index| {
        let (x, y) = (index % matrix.width() + QUIET, index / matrix.width() + QUIET);
        let _ = write!(path, "M{x} {y}h1v1H{x}V{y}");
        path
    });
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{edge}\" height=\"{edge}\" viewBox=\"0 0 {modules} {modules}\" \
         shape-rendering=\"crispEdges\"><rect width=\"{modules}\" height=\"{modules}\" fill=\"#fff\"/><path d=\"{path}\"/></svg>"
    )
}

/// The width of the white border, in modules.
const QUIET: usize = 4;

/// A PNG with one bit per pixel. Each module has a whole number of pixels, so that edges are sharp; the rest of the
/// square stays white.
fn png(matrix: &Matrix, edge: u32) -> Result<Vec<u8>, png::EncodingError> {
    let modules = matrix.width() + 2 * QUIET;
    let pixels = usize::try_from(edge).unwrap_or(modules).max(modules);
    let (scale, border) = (pixels / modules, pixels % modules / 2);
    let colors = matrix.to_colors();
    let is_dark = |x: usize, y: usize| {
        let (Some(x), Some(y)) = (x.checked_sub(QUIET), y.checked_sub(QUIET)) else { return false };
        x < matrix.width() && y < matrix.width() && colors[y * matrix.width() + x] == Color::Dark
    };
    let module = |pixel: usize| pixel.checked_sub(border).map_or(usize::MAX, |pixel| pixel / scale);
    let white = vec![0xff; pixels.div_ceil(8)];
    let rows: Vec<Vec<u8>> = (0..modules)
        .map(|y| {
            let mut row = white.clone();
            for x in (0..pixels).filter(|x| is_dark(module(*x), y)) {
                row[x / 8] &= !(0x80 >> (x % 8));
            }
            row
        })
        .collect();
    let image: Vec<u8> = (0..pixels).flat_map(|y| rows.get(module(y)).unwrap_or(&white)).copied().collect();

    let side = u32::try_from(pixels).unwrap_or(edge);
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, side, side);
    encoder.set_color(ColorType::Grayscale);
    encoder.set_depth(BitDepth::One);
    encoder.set_compression(Compression::Fast);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&image)?;
    writer.finish()?;
    Ok(bytes)
}
