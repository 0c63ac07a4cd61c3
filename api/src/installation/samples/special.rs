//! The samples that show what a library has to cope with.

use super::SamplesError;
use image::{
    DynamicImage, ExtendedColorType, ImageEncoder, ImageError, RgbImage, RgbaImage, codecs::jpeg::JpegEncoder,
    imageops::FilterType,
};
use std::{fmt::Write, fs::File, io::BufWriter, path::Path};

/// An EXIF block that only says "turn by 90 degrees": little endian, one directory with one entry.
const TURN: &[u8] = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0";

/// The edge of the cut-out, in pixels.
const CUT_OUT: u32 = 1200;

/// Writes a picture that lies on its side, with EXIF data that says to turn it, as many cameras do.
pub(super) fn turned_by_exif(path: &Path, picture: RgbImage) -> Result<(), SamplesError> {
    let failed = |error| SamplesError::Picture(path.to_owned(), error);
    let lying = DynamicImage::ImageRgb8(picture).rotate270();
    let file = File::create(path).map_err(|error| SamplesError::File(path.to_owned(), error))?;
    let mut encoder = JpegEncoder::new_with_quality(BufWriter::new(file), 88);
    encoder.set_exif_metadata(TURN.to_vec()).map_err(|error| failed(ImageError::Unsupported(error)))?;
    encoder.write_image(lying.as_bytes(), lying.width(), lying.height(), ExtendedColorType::Rgb8).map_err(failed)
}

/// Writes the round middle of a picture, with transparency around it.
pub(super) fn round_cut_out(path: &Path, picture: &RgbImage) -> Result<(), SamplesError> {
    let edge = picture.width().min(picture.height());
    let (left, top) = ((picture.width() - edge) / 2, (picture.height() - edge) / 2);
    // As a dynamic image: what is generic is compiled here, and in a first build without optimisation.
    let square = DynamicImage::ImageRgb8(picture.clone()).crop_imm(left, top, edge, edge);
    let square = square.resize_exact(CUT_OUT, CUT_OUT, FilterType::Triangle).into_rgb8();
    let radius = i64::from(CUT_OUT / 2);
    let round = RgbaImage::from_fn(CUT_OUT, CUT_OUT, |x, y| {
        let (dx, dy) = (i64::from(x) - radius, i64::from(y) - radius);
        let [red, green, blue] = square.get_pixel(x, y).0;
        image::Rgba([red, green, blue, if dx * dx + dy * dy <= radius * radius { 255 } else { 0 }])
    });
    DynamicImage::ImageRgba8(round).save(path).map_err(|error| SamplesError::Picture(path.to_owned(), error))
}

/// A document of one page.
pub fn pdf() -> String {
    const LINES: [&str; 4] = [
        "This is the sample library of Vitrine.",
        "The photographs are free to use; Licences.md names their authors and licences.",
        "Import a folder of your own: vitrine import FOLDER",
        "Then share something: createPublicLink.",
    ];
    let mut text = String::from("BT /F1 26 Tf 72 740 Td (About this library) Tj /F1 12 Tf 0 -40 Td 18 TL\n");
    for line in LINES {
        // Writing to a string does not fail.
        let _ = writeln!(text, "({line}) Tj T*");
    }
    text.push_str("ET\n");
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>".to_owned(),
        format!("<< /Length {} >>\nstream\n{text}endstream", text.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
    ];
    let (mut pdf, mut places) = (String::from("%PDF-1.4\n"), Vec::new());
    for (index, object) in objects.iter().enumerate() {
        places.push(pdf.len());
        let _ = write!(pdf, "{} 0 obj\n{object}\nendobj\n", index + 1);
    }
    let start = pdf.len();
    let _ = write!(pdf, "xref\n0 {}\n0000000000 65535 f \n", places.len() + 1);
    for place in &places {
        let _ = writeln!(pdf, "{place:010} 00000 n ");
    }
    let _ = write!(pdf, "trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n", places.len() + 1);
    pdf
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_document_finds_its_objects() {
        let pdf = pdf();
        let start: usize = pdf.lines().rev().nth(1).unwrap().parse().unwrap();
        let table: Vec<&str> = pdf[start..].lines().skip(3).take(5).collect();
        for (index, line) in table.iter().enumerate() {
            let place: usize = line.split(' ').next().unwrap().parse().unwrap();
            assert!(pdf[place..].starts_with(&format!("{} 0 obj", index + 1)), "{line}");
        }
    }
}
