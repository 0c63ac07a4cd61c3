//! The cover of a recording: a picture that the file holds beside the sound.
//!
//! It is taken out as it is and then handled like an original, so that the same decoders and limits apply. What it is,
//! its bytes say: its type is often told wrong, or not at all. If the best cover cannot be shown, others are tried.

use super::{
    MediaError, ProxySpec, Rendered, WatermarkImage,
    pictures::pictures,
    probe::{self, FFMPEG, input},
    program::{self, Files, Limits, TOO_LARGE, arguments},
    scratch::scratch,
    words,
};
use anyhow::Context;
use domain::media::{HEAD_BYTES, sniff};
use place::{Place, places};
use serde_json::Value;
use std::{fs::File, io::Read, path::Path, path::PathBuf, sync::Arc};
use tempfile::TempDir;

mod place;

/// For taking out a picture. Covers have some hundred kilobytes.
const LIMITS: Limits = Limits::seconds(60, MAX_MEGABYTES * 1024 * 1024);

const MAX_MEGABYTES: u64 = 64;

/// The most covers of a recording that are tried.
const MAX_TRIED: usize = 4;

/// A cover as a file, which is deleted when it is dropped.
struct Cover {
    file: PathBuf,
    media_type: &'static str,
    _folder: TempDir,
}

/// Whether a recording has a cover, by what `ffprobe` tells of it.
pub(super) fn is_in(told: &Value) -> bool {
    !places(told).is_empty()
}

/// What to tell of a cover that the program leaves out, by its doubts: it takes covers by the type that is told, and knows
/// few types.
pub(super) fn left_out(doubts: &str) -> Option<&'static str> {
    let is_left_out = ["attached picture mimetype", "Unknown cover type"].iter().any(|words| doubts.contains(words));
    is_left_out.then_some(words::COVER_LEFT_OUT)
}

/// Renders pictures of the best cover that can be shown.
pub(super) async fn render(
    original: &Path,
    wanted: Vec<ProxySpec>,
    mark: Option<Arc<WatermarkImage>>,
) -> Result<Rendered, MediaError> {
    let mut refusal = None;
    for place in places(&probe::ask(original).await?).into_iter().take(MAX_TRIED) {
        match render_at(place, original, wanted.clone(), mark.clone()).await {
            Err(MediaError::Unusable(reason)) => {
                tracing::info!(?place, reason, "a cover cannot be shown");
                // That of the best cover is told.
                refusal.get_or_insert(reason);
            }
            done => return done,
        }
    }
    Err(refusal.map_or_else(|| MediaError::unusable("The recording has no cover."), MediaError::Unusable))
}

async fn render_at(
    place: Place,
    original: &Path,
    wanted: Vec<ProxySpec>,
    mark: Option<Arc<WatermarkImage>>,
) -> Result<Rendered, MediaError> {
    let cover = extract(place, original).await?;
    match Box::pin(pictures(&cover.file, cover.media_type, wanted, mark)).await {
        Ok(made) => {
            Ok(Rendered { warning: made.warning.map(|warning| words::warning_of_cover(&warning).into()), ..made })
        }
        Err(MediaError::Unusable(reason)) => Err(words::of_cover(&reason)),
        Err(error) => Err(error),
    }
}

/// Takes out a cover.
async fn extract(place: Place, original: &Path) -> Result<Cover, MediaError> {
    let folder = scratch()?;
    let file = folder.path().join("cover");
    match program::run(&FFMPEG, &command(place, original, &file), Files::and(original, folder.path()), LIMITS).await {
        Err(MediaError::Unusable(reason)) if reason == TOO_LARGE => {
            return Err(words::of_cover(&format!("The picture has more than {MAX_MEGABYTES} MB.")));
        }
        Err(MediaError::Unusable(_)) => return Err(words::cover_is_no_picture()),
        done => done?,
    };
    let mut head = Vec::new();
    let read = File::open(&file).and_then(|file| file.take(HEAD_BYTES as u64).read_to_end(&mut head));
    read.context("the cover cannot be read")?;
    let media_type = sniff(&head).media_type;
    if !media_type.starts_with("image/") {
        return Err(words::cover_is_no_picture());
    }
    Ok(Cover { file, media_type, _folder: folder })
}

/// The arguments with which `ffmpeg` writes the bytes of a cover to a file.
fn command(place: Place, original: &Path, file: &Path) -> Vec<std::ffi::OsString> {
    let mut all = arguments([&"-nostdin", &"-v", &"error", &"-y"]);
    match place {
        Place::Stream(index) => {
            all.extend(input(original));
            all.extend(arguments([&"-map", &format!("0:{index}"), &"-c", &"copy", &"-frames:v", &"1"]));
            // Unlike others, this format is written without knowing the size of the picture.
            all.extend(arguments([&"-f", &"image2", &"-update", &"1", &file]));
        }
        Place::Attachment(index) => {
            all.extend(arguments([&format!("-dump_attachment:{index}"), &file]));
            all.extend(input(original));
            // The program must write something else, too.
            all.extend(arguments([&"-f", &"ffmetadata", &"-"]));
        }
    }
    all
}

#[cfg(test)]
mod tests;
