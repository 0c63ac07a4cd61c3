//! Decodes HEIC and AVIF with the program of libheif, which also applies the orientation.

use super::{
    MediaError,
    program::{self, Limits, Program, absolute, arguments},
    scratch::scratch,
};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

mod container;

pub(super) use container::colour_space;

/// Newer versions of libheif have the first name, older ones the second.
const HEIF: Program =
    Program { names: &["heif-dec", "heif-convert"], package: "libheif-examples", exit_when_stopped: None };

/// Enough for a picture of 250 megapixels with eight or sixteen bits, barely compressed.
const LIMITS: Limits = Limits::seconds(180, 2_000_000_000);

/// Converts the picture to a PNG in a temporary folder, which is deleted when it is dropped.
pub(super) async fn to_png(original: &Path) -> Result<(TempDir, PathBuf), MediaError> {
    let (original, folder) = (absolute(original)?, scratch()?);
    let png = folder.path().join("picture.png");
    program::run(&HEIF, &arguments([&original, &png]), &original, LIMITS).await?;
    // A file with several pictures is written as several files.
    let found = [png, folder.path().join("picture-1.png")].into_iter().find(|file| file.is_file());
    let png = found.ok_or_else(|| MediaError::unusable("The file holds no picture."))?;
    Ok((folder, png))
}
