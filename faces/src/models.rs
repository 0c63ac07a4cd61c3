//! The models with their weights.

use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

/// Raised with the weights, the alignment, the gate and the thresholds: faces that were indexed with another version are
/// indexed anew, and are compared only with their own kind.
const VERSION: i16 = 1;

/// Why the models cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// A file of weights cannot be read.
    #[error("{} cannot be read: {source}", file.display())]
    Unreadable {
        /// Its path.
        file: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file is there, and is no such model.
    #[error("{} is not the model that is needed: {reason}", file.display())]
    Unusable {
        /// Its path, or its name if it comes with the program.
        file: PathBuf,
        /// What is wrong with it, for people.
        reason: String,
    },
}

/// The loaded models. A clone is cheap, and shares them.
#[derive(Clone)]
pub struct Models(Arc<()>);

impl Models {
    /// Loads the models that come with the program, or those of the same names in a folder. Takes a moment and some
    /// hundred megabytes: a process does it once, and only when it looks for faces.
    pub fn load(_folder: Option<&Path>) -> Result<Models, LoadError> {
        Ok(Models(Arc::new(())))
    }

    /// To be stored with each embedding. Embeddings of different versions have nothing to do with each other.
    pub fn version(&self) -> i16 {
        VERSION
    }
}
