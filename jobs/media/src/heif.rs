//! Decodes HEIC and AVIF with the program of libheif, which also applies the orientation.

use super::{
    MediaError,
    converted::Converted,
    program::{self, Files, Limits, Program, absolute, arguments},
    scratch::scratch,
    words,
};
use std::{fs::File, path::Path};
use tempfile::TempDir;

pub(super) mod boxes;
mod colours;
mod pictures;
mod profile;
mod sequence;
mod still;

/// Newer versions of libheif have the first name, older ones the second.
pub(super) const HEIF: Program =
    Program { names: &["heif-dec", "heif-convert"], package: "libheif-examples", exit_when_stopped: None };

/// Enough for a picture of 250 megapixels with eight or sixteen bits, barely compressed.
const LIMITS: Limits = Limits::seconds(180, 2_000_000_000);

/// Converts the main picture to a PNG.
pub(super) async fn to_png(original: &Path) -> Result<Converted, MediaError> {
    let (original, folder) = (absolute(original)?, scratch()?);
    let png = folder.path().join("picture.png");
    let copy = still::named_one(&original, folder.path()).await?;
    let source = copy.as_ref().unwrap_or(&original);
    match program::run(&HEIF, &arguments([source, &png]), Files::and(&original, folder.path()), LIMITS).await {
        Err(MediaError::Unusable(refusal)) => return of_sequence(&original, folder, refusal).await,
        done => done?,
    };
    // A file with several pictures is written as several files.
    let numbered = |number: usize| folder.path().join(format!("picture-{number}.png"));
    let is_empty = |png: &Path| png.metadata().is_ok_and(|about| about.len() == 0);
    let mut profile = None;
    if [&png, &numbered(1)].into_iter().any(|png| is_empty(png))
        && let Some((plain, left_out)) = profile::left_out(source, folder.path()).await?
    {
        program::run(&HEIF, &arguments([&plain, &png]), Files::and(&original, folder.path()), LIMITS).await?;
        profile = Some(left_out);
    }
    let meta = File::open(&original).ok().and_then(|mut file| boxes::meta(&mut file)).unwrap_or_default();
    let main = pictures::place_of_main(&meta)
        .filter(|(_, count)| numbered(*count).is_file() && !numbered(count + 1).is_file());
    let number = main.map_or(1, |(place, _)| place);
    let png = [png, numbered(number)].into_iter().find(|file| file.is_file());
    let png = png.ok_or_else(|| MediaError::unusable("The file holds no picture."))?;
    // A profile says more than code points.
    let space = if profile.is_some() { None } else { colours::colour_space(&meta) };
    Ok(Converted { png, _folder: folder, space, profile })
}

/// Converts the first frame of a sequence that has no usable still picture. `refusal`: that of the still picture.
async fn of_sequence(original: &Path, folder: TempDir, refusal: String) -> Result<Converted, MediaError> {
    let mut refusal = refusal;
    if sequence::is_one(original) {
        match sequence::first_frame(original, folder.path()).await {
            Ok(png) => return Ok(Converted { png, _folder: folder, space: None, profile: None }),
            // What is said of all pictures, such as of their size. The rest is said of videos.
            Err(MediaError::Unusable(reason)) if reason.starts_with("The picture ") => refusal = reason,
            Err(MediaError::Unusable(_)) => {}
            Err(error) => return Err(error),
        }
    }
    let is_cut = File::open(original).is_ok_and(|mut file| boxes::is_cut(&mut file));
    Err(if is_cut { words::cut("HEIC or AVIF") } else { MediaError::Unusable(refusal) })
}

#[cfg(test)]
mod tests;
