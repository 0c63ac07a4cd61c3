//! The models that find faces and tell them apart. A process loads them once, when it needs them first, and keeps them.

use faces::{LoadError, Models};
use std::{path::PathBuf, sync::Arc};
use tokio::sync::OnceCell;

/// The models of this process. Cheap to clone.
#[derive(Clone)]
pub struct FaceModels {
    /// The folder of their weights; none: those that come with the program.
    folder: Option<PathBuf>,
    version: i16,
    loaded: Arc<OnceCell<Models>>,
}

impl FaceModels {
    /// The models whose weights are in this folder, or else those that come with the program. Only their version is read.
    pub fn new(folder: Option<PathBuf>) -> Result<Self, LoadError> {
        Ok(Self { version: faces::version(folder.as_deref())?, folder, loaded: Arc::default() })
    }

    /// The version of the models, by which it is known what was indexed by others.
    pub const fn version(&self) -> i16 {
        self.version
    }

    /// The models, which the first call loads on a blocking thread.
    pub async fn get(&self) -> Result<Models, LoadError> {
        let load = || async {
            let folder = self.folder.clone();
            match tokio::task::spawn_blocking(move || Models::load(folder.as_deref())).await {
                Ok(loaded) => loaded,
                Err(error) => std::panic::resume_unwind(error.into_panic()),
            }
        };
        self.loaded.get_or_try_init(load).await.cloned()
    }
}
