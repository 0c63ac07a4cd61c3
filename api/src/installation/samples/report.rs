//! What a sample library consists of, or why it could not be made.

use image::ImageError;
use std::{fmt, io, path::PathBuf};

/// How many samples were made.
#[derive(Debug, PartialEq, Eq)]
pub struct Report {
    /// The folder.
    pub folder: PathBuf,
    /// Real photographs in it.
    pub photographs: usize,
    /// Generated pictures in their place.
    pub generated: usize,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let folder = self.folder.display();
        match self.photographs {
            0 => write!(
                f,
                "no photographs could be fetched; {} generated pictures in {folder} take their place",
                self.generated
            ),
            count => write!(f, "{count} photographs in {folder}, with their licences in Licences.md"),
        }
    }
}

/// Why the sample library could not be made.
#[derive(Debug, thiserror::Error)]
pub enum SamplesError {
    /// A file cannot be read or written.
    #[error("cannot use {0}: {1}")]
    File(PathBuf, io::Error),
    /// A picture cannot be read or written.
    #[error("the sample picture {0}: {1}")]
    Picture(PathBuf, ImageError),
}
