//! Draws SVG with `rsvg-convert`: a program of its own, because what an SVG costs is only known when it has been drawn.
//!
//! The program runs no scripts and loads nothing from other files or from the network: it refuses all references but
//! those into the folder of the file, and the file is alone there. It draws pictures that are part of the file. Nesting,
//! references and entities are limited by the program, and its time and memory as those of all programs.

use super::{
    MediaError,
    program::{self, Limits, Program, absolute, arguments},
    scratch::scratch,
    words,
};
use anyhow::Context;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

mod size;

const RSVG: Program = Program { names: &["rsvg-convert"], package: "librsvg2-bin", exit_when_stopped: None };

/// Most take less than a second.
const LIMITS: Limits = Limits::seconds(20, 500_000_000);

/// The largest file that is drawn, in bytes. Maps and exports of programs have a few million.
const MAX_BYTES: u64 = 64 * 1024 * 1024;

/// A picture that was drawn as a PNG.
pub(super) struct Drawn {
    pub(super) png: PathBuf,
    _folder: TempDir,
    /// The size that the file says, in pixels; none if it says none.
    pub(super) size: Option<(u32, u32)>,
}

/// Draws a picture with this longest edge.
pub(super) async fn to_png(original: &Path, longest_edge: u32) -> Result<Drawn, MediaError> {
    draw(original, longest_edge, LIMITS).await
}

async fn draw(original: &Path, longest_edge: u32, limits: Limits) -> Result<Drawn, MediaError> {
    let (original, folder) = (absolute(original)?, scratch()?);
    let bytes = tokio::fs::metadata(&original).await.context("the original cannot be read")?.len();
    if bytes > MAX_BYTES {
        let most = MAX_BYTES / 1024 / 1024;
        return Err(MediaError::unusable(format!("An SVG of more than {most} MB cannot be drawn. Save it as a PNG.")));
    }
    let (alone, png) = (folder.path().join("picture.svg"), folder.path().join("picture.png"));
    tokio::fs::copy(&original, &alone).await.context("the original cannot be copied")?;
    let edge = longest_edge.to_string();
    let all = arguments([
        &"--format",
        &"png",
        &"--keep-aspect-ratio",
        &"--width",
        &edge,
        &"--height",
        &edge,
        &"--output",
        &png,
        &alone,
    ]);
    match program::run(&RSVG, &all, &alone, limits).await {
        Err(MediaError::Unusable(reason)) if reason == words::TOO_LONG => {
            return Err(MediaError::unusable("The SVG takes too long to draw. Simplify it, or save it as a PNG."));
        }
        other => other?,
    };
    let size = size::natural(&alone);
    if png.is_file() {
        Ok(Drawn { png, _folder: folder, size })
    } else {
        Err(MediaError::unusable(words::of_program(RSVG.package, "")))
    }
}

#[cfg(test)]
mod tests;
