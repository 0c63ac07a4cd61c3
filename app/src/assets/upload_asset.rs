//! A new asset from an uploaded file.

use crate::{MutationError, Owner, Services, UserError, Viewer, library, quota::SizeLimit};
use domain::{Right, name};
use schema::assets::Asset;
use storage::StoredFile;

/// An upload for which everything but the file is checked.
pub struct NewAsset {
    title: Option<String>,
    owner: Owner,
    /// How large the file may be.
    pub size_limit: SizeLimit,
}

/// Checks what can be checked before the file arrives.
pub async fn check_upload(
    services: &Services,
    viewer: &Viewer,
    title: Option<&str>,
) -> Result<NewAsset, MutationError> {
    viewer.require(Right::Edit)?;
    let title = title.map(name::parse).transpose().map_err(|error| UserError::invalid_name("title", error))?;
    let owner = Owner::of(viewer);
    Ok(NewAsset { title, owner, size_limit: SizeLimit::of_library(services, owner).await? })
}

impl NewAsset {
    /// Makes an asset of the file that has arrived.
    pub async fn store(self, services: &Services, file: StoredFile, file_name: &str) -> Result<Asset, MutationError> {
        library::add_original(services, self.owner, file, file_name, self.title).await
    }
}
