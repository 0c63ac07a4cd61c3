//! Draws SVG with `rsvg-convert`: a program of its own, because what an SVG costs is only known when it has been drawn.
//!
//! The program runs no scripts and loads nothing from other files or from the network: it refuses all references but
//! those into the folder of the file, and the file is alone there. It draws pictures that are part of the file. Nesting,
//! references and entities are limited by the program, and its time and memory as those of all programs.
//!
//! What an SVG refers to outside of it is missing in the picture, and a warning says so.

use super::{
    MediaError,
    decoded::Decoded,
    pictures::blocking,
    program::{self, Files, Limits, Program, absolute, arguments},
    raster,
    scratch::scratch,
    words,
};
use anyhow::Context;
use content::{Content, MAX_BYTES};
use domain::media::SvgSearch;
use image::{DynamicImage, ImageFormat};
use std::{
    borrow::Cow,
    fs::File,
    io::Write,
    path::{Path, PathBuf},
};
use tempfile::TempDir;
use walk::Unseen;

mod content;
mod size;
mod text;
mod walk;
mod warning;

pub(super) use text::unpacked;

pub(super) const RSVG: Program = Program { names: &["rsvg-convert"], package: "librsvg2-bin", exit_when_stopped: None };

/// Most take less than a second.
const LIMITS: Limits = Limits::seconds(20, 500_000_000);

/// A value of this length is read only where no entity can make more of it.
const LONG_WITH_ENTITIES: &str = "The SVG is damaged, or it has pictures of more than 10 MB in it and defines entities, which \
                                  is not drawn. Save it without entities, or as a PNG.";

/// A picture that was drawn as a PNG.
pub(super) struct Drawn {
    png: PathBuf,
    _folder: TempDir,
    /// The size that the file says, in pixels; none if it says none.
    pub(super) size: Option<(u32, u32)>,
    unseen: Unseen,
}

impl Drawn {
    /// Decodes the PNG.
    pub(super) fn open(self) -> Result<Decoded, MediaError> {
        let decoded = raster::open(&self.png, ImageFormat::Png)?;
        let warning = warning::of(self.unseen, is_empty(&decoded.picture)).map(Cow::Owned);
        Ok(Decoded { warning, ..decoded })
    }
}

/// Whether a file is an SVG as a whole. `head`: what its first bytes say, which decides for a file that is too large to be
/// read.
pub(super) fn is_svg(original: &Path, head: &SvgSearch) -> Result<bool, MediaError> {
    let begins = matches!(head, SvgSearch::Root(_));
    Ok(Content::read(original)?.map_or(begins, |content| content.is_svg()))
}

/// Draws a picture with this longest edge.
pub(super) async fn to_png(original: &Path, longest_edge: u32) -> Result<Drawn, MediaError> {
    draw(original, longest_edge, LIMITS).await
}

async fn draw(original: &Path, longest_edge: u32, limits: Limits) -> Result<Drawn, MediaError> {
    let (original, folder) = (absolute(original)?, scratch()?);
    let (alone, png) = (folder.path().join("picture.svg"), folder.path().join("picture.png"));
    let target = alone.clone();
    let source = blocking(move || written(&original, &target)).await?;
    let edge = longest_edge.to_string();
    let mut all = arguments([
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
    if source.needs_more {
        all.push("--unlimited".into());
    }
    match program::run(&RSVG, &all, Files::and(&alone, folder.path()), limits).await {
        Err(MediaError::Unusable(reason)) if reason == words::TOO_LONG => {
            return Err(MediaError::unusable("The SVG takes too long to draw. Simplify it, or save it as a PNG."));
        }
        Err(MediaError::Unusable(reason))
            if reason == words::NOT_WELL_FORMED && source.is_long && !source.needs_more =>
        {
            return Err(MediaError::unusable(LONG_WITH_ENTITIES));
        }
        other => other?,
    };
    if !png.is_file() {
        return Err(MediaError::unusable(words::of_program(RSVG.package, "")));
    }
    Ok(Drawn { png, _folder: folder, size: source.size, unseen: source.unseen })
}

/// What is known of a text that is to be drawn.
struct Source {
    size: Option<(u32, u32)>,
    unseen: Unseen,
    is_long: bool,
    needs_more: bool,
}

/// Writes the text of an original to where it is drawn.
fn written(original: &Path, target: &Path) -> Result<Source, MediaError> {
    let Some(content) = Content::read(original)? else {
        let most = MAX_BYTES / 1024 / 1024;
        return Err(MediaError::unusable(format!("An SVG of more than {most} MB cannot be drawn. Save it as a PNG.")));
    };
    let what = "the text of an SVG cannot be written";
    let mut file = File::create_new(target).context(what)?;
    // What the text itself might say about its encoding comes too late to be believed.
    file.write_all(b"\xef\xbb\xbf<?xml version=\"1.0\" encoding=\"UTF-8\"?>").context(what)?;
    file.write_all(content.text.as_bytes()).context(what)?;
    let size = content.root.as_ref().and_then(size::of_root);
    let (is_long, needs_more) = (content.is_long(), content.needs_more());
    Ok(Source { size, unseen: content.walk.unseen, is_long, needs_more })
}

/// Whether nothing can be seen of a picture.
fn is_empty(picture: &DynamicImage) -> bool {
    matches!(picture, DynamicImage::ImageRgba8(picture) if picture.pixels().all(|pixel| pixel.0[3] == 0))
}

#[cfg(test)]
mod tests;
