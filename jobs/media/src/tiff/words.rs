//! Why a TIFF is refused, and what can be done.

use super::page::Page;
use crate::{MediaError, words};
use tiff::{TiffError, TiffFormatError};

const ADVICE: &str = "Save it as RGB or gray with LZW or ZIP compression, or as a JPEG.";

/// The refusal for an error of the decoder.
pub(super) fn refusal(error: TiffError, page: &Page) -> MediaError {
    match error {
        TiffError::IoError(error) => MediaError::of_io(error, "the original cannot be read"),
        TiffError::LimitsExceeded | TiffError::IntSizeError => words::too_much_memory(),
        TiffError::UnsupportedError(_) => unsupported(page),
        TiffError::FormatError(TiffFormatError::TiffSignatureNotFound | TiffFormatError::TiffSignatureInvalid) => {
            MediaError::unusable("The file begins like a TIFF, and is none.")
        }
        other => {
            let other = other.to_string();
            if other.contains("unexpected end") || other.contains("end of file") {
                return words::cut("TIFF");
            }
            words::damaged("TIFF", &other)
        }
    }
}

/// The refusal of a kind of TIFF that cannot be read.
pub(super) fn unsupported(page: &Page) -> MediaError {
    let what = match (page.interpretation, page.compression) {
        (32803 | 34892, _) => {
            return MediaError::unusable(
                "The TIFF holds raw data of a camera. Develop it with a raw converter, and upload a JPEG or TIFF.",
            );
        }
        (_, 6) => "an old kind of JPEG compression",
        (_, 34712 | 33003..=33005) => "JPEG 2000 compression",
        (_, 34925) => "LZMA compression",
        (_, 34887) => "LERC compression",
        (_, 50002 | 52546) => "JPEG XL compression",
        (_, 50001) => "WebP compression",
        (32844 | 32845, _) => "logarithmic colours",
        _ => "samples of a kind",
    };
    MediaError::unusable(format!("The TIFF has {what} that cannot be read. {ADVICE}"))
}
