//! Renders the first page of a PDF with a program of Poppler.

use super::{
    MediaError,
    program::{self, Files, Limits, Program, absolute, arguments},
    scratch::scratch,
};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

pub(super) const PDF: Program = Program { names: &["pdftoppm"], package: "poppler-utils", exit_when_stopped: None };

/// Enough for a page as large as the largest proxy.
const LIMITS: Limits = Limits::seconds(60, 1_000_000_000);

/// Renders the page with this longest edge as a PPM in a temporary folder, which is deleted when it is dropped.
pub(super) async fn to_ppm(original: &Path, longest_edge: u32) -> Result<(TempDir, PathBuf), MediaError> {
    let (original, folder) = (absolute(original)?, scratch()?);
    let (edge, page) = (longest_edge.to_string(), folder.path().join("page"));
    let all = arguments([&"-f", &"1", &"-l", &"1", &"-singlefile", &"-cropbox", &"-scale-to", &edge, &original, &page]);
    program::run(&PDF, &all, Files::and(&original, folder.path()), LIMITS).await?;
    let page = page.with_extension("ppm");
    if page.is_file() { Ok((folder, page)) } else { Err(MediaError::unusable("The document has no page.")) }
}
