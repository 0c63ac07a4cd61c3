//! QR codes of links, as SVG and PNG.

use crate::Error;
use png::{BitDepth, ColorType, Compression, Encoder};
use qrcode::{Color, EcLevel, QrCode as Matrix};
use std::fmt::Write;

/// The smallest and the largest edge of a code, in pixels.
const SIZES: std::ops::RangeInclusive<i32> = 64..=2048;

/// The format of the picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QrFormat {
    /// Scales to any size.
    Svg,
    /// For programs that cannot read SVG.
    Png,
}

/// The picture of a QR code.
#[derive(Debug, Clone)]
pub struct QrCode {
    /// Its media type.
    pub media_type: &'static str,
    /// The picture.
    pub bytes: Vec<u8>,
}

/// Draws `text` on a square of `size` pixels, including the white border. Large pictures take a while, so that a blocking
/// thread draws.
pub async fn qr_code(text: String, format: QrFormat, size: i32) -> Result<QrCode, Error> {
    let edge = u32::try_from(size).ok().filter(|_| SIZES.contains(&size)).ok_or_else(|| {
        Error::BadInput(format!("A QR code measures between {} and {} pixels.", SIZES.start(), SIZES.end()))
    })?;
    let drawn = tokio::task::spawn_blocking(move || draw(&text, format, edge));
    drawn.await.map_err(Error::internal)?
}

fn draw(text: &str, format: QrFormat, edge: u32) -> Result<QrCode, Error> {
    let matrix = Matrix::with_error_correction_level(text, EcLevel::M).map_err(Error::internal)?;
    Ok(match format {
        QrFormat::Svg => QrCode { media_type: "image/svg+xml", bytes: svg(&matrix, edge).into_bytes() },
        QrFormat::Png => QrCode { media_type: "image/png", bytes: png(&matrix, edge).map_err(Error::internal)? },
    })
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
