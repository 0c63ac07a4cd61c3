//! Decodes HEIC and AVIF with the program of libheif, which also applies the orientation.

use super::{
    MediaError,
    converted::Converted,
    program::{self, Limits, Program, absolute, arguments},
    scratch::scratch,
};
use std::{fs::File, path::Path};

pub(super) mod boxes;
mod colours;
mod pictures;
mod sequence;

/// Newer versions of libheif have the first name, older ones the second.
const HEIF: Program =
    Program { names: &["heif-dec", "heif-convert"], package: "libheif-examples", exit_when_stopped: None };

/// Enough for a picture of 250 megapixels with eight or sixteen bits, barely compressed.
const LIMITS: Limits = Limits::seconds(180, 2_000_000_000);

/// Converts the main picture to a PNG.
pub(super) async fn to_png(original: &Path) -> Result<Converted, MediaError> {
    let (original, folder) = (absolute(original)?, scratch()?);
    let png = folder.path().join("picture.png");
    match program::run(&HEIF, &arguments([&original, &png]), &original, LIMITS).await {
        Err(MediaError::Unusable(_)) if sequence::is_one(&original) => {
            let png = sequence::first_frame(&original, folder.path()).await?;
            return Ok(Converted { png, _folder: folder, space: None });
        }
        done => done?,
    };
    let meta = File::open(&original).ok().and_then(|mut file| boxes::meta(&mut file)).unwrap_or_default();
    // A file with several pictures is written as several files.
    let numbered = |number: usize| folder.path().join(format!("picture-{number}.png"));
    let main = pictures::place_of_main(&meta)
        .filter(|(_, count)| numbered(*count).is_file() && !numbered(count + 1).is_file());
    let number = main.map_or(1, |(place, _)| place);
    let png = [png, numbered(number)].into_iter().find(|file| file.is_file());
    let png = png.ok_or_else(|| MediaError::unusable("The file holds no picture."))?;
    Ok(Converted { png, _folder: folder, space: colours::colour_space(&meta) })
}
