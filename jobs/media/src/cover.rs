//! The cover of a recording: a picture that the file holds beside the sound.
//!
//! It is taken out as it is and then handled like an original, so that the same decoders and limits apply.

use super::{
    MediaError,
    probe::{self, FFMPEG, input},
    program::{self, Limits, absolute, arguments},
    scratch::scratch,
};
use anyhow::Context;
use domain::media::{HEAD_BYTES, sniff};
use serde_json::Value;
use std::{fs::File, io::Read, path::Path, path::PathBuf};
use tempfile::TempDir;

/// For taking out a picture. Covers have some hundred kilobytes.
const LIMITS: Limits = Limits::seconds(60, 64 * 1024 * 1024);

const NO_PICTURE: &str =
    "The cover of the recording is no picture that can be read. Set another one, as a JPEG or PNG.";

/// A cover as a file, which is deleted when it is dropped.
pub(super) struct Cover {
    pub(super) file: PathBuf,
    pub(super) media_type: &'static str,
    _folder: TempDir,
}

/// Whether a recording has a cover.
pub async fn has_cover(original: &Path) -> Result<bool, MediaError> {
    Ok(stream(&probe::ask(original).await?).is_some())
}

/// Takes out the cover.
pub(super) async fn extract(original: &Path) -> Result<Cover, MediaError> {
    let original = absolute(original)?;
    let stream = stream(&probe::ask(&original).await?);
    let stream = stream.ok_or_else(|| MediaError::unusable("The recording has no cover."))?;
    let folder = scratch()?;
    let (file, stream) = (folder.path().join("cover"), format!("0:{stream}"));
    let mut all = arguments([&"-nostdin", &"-v", &"error"]);
    all.extend(input(&original));
    all.extend(arguments([&"-map", &stream, &"-c", &"copy", &"-frames:v", &"1", &"-f", &"data", &"-y", &file]));
    match program::run(&FFMPEG, &all, &original, LIMITS).await {
        Err(MediaError::Unusable(_)) => return Err(MediaError::unusable(NO_PICTURE)),
        done => done?,
    };
    let mut head = Vec::new();
    let read = File::open(&file).and_then(|file| file.take(HEAD_BYTES as u64).read_to_end(&mut head));
    read.context("the cover cannot be read")?;
    let media_type = sniff(&head).media_type;
    if !media_type.starts_with("image/") {
        return Err(MediaError::unusable(NO_PICTURE));
    }
    Ok(Cover { file, media_type, _folder: folder })
}

/// The index of the stream that is the cover: the front one, if there are several.
fn stream(told: &Value) -> Option<u64> {
    let streams = told["streams"].as_array()?.iter();
    let covers = streams.filter(|stream| stream["codec_type"] == "video" && stream["disposition"]["attached_pic"] == 1);
    let is_other = |stream: &&Value| stream["tags"]["comment"] != "Cover (front)";
    covers.min_by_key(is_other)?["index"].as_u64()
}

#[cfg(test)]
mod tests;
