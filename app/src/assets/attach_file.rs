//! A further file that hangs on an asset.

use super::editable::{editable, no_asset};
use crate::{MutationError, Owner, Services, UserErrorCode, Viewer, library, quota::SizeLimit};
use domain::{AssetId, AssetSource};
use schema::{assets::Asset, attachments::Attachment};
use storage::StoredFile;

/// An attachment for which everything but the file is checked.
pub struct NewAttachment {
    asset: Asset,
    owner: Owner,
    /// How large the file may be.
    pub size_limit: SizeLimit,
}

/// Checks what can be checked before the file arrives.
pub async fn check_attachment(
    services: &Services,
    viewer: &Viewer,
    asset: Option<AssetId>,
) -> Result<NewAttachment, MutationError> {
    let asset = editable(services, viewer, asset, || no_asset("assetId")).await?;
    if asset.source == AssetSource::External {
        let message = "This asset is only a reference; nothing can be attached to it.";
        return Err(MutationError::user(UserErrorCode::InvalidInput, &["assetId"], message));
    }
    let owner = Owner::of(viewer);
    Ok(NewAttachment { asset, owner, size_limit: SizeLimit::of_library(services, owner).await? })
}

impl NewAttachment {
    /// Hangs the file that has arrived on the asset, and returns both.
    pub async fn store(
        self,
        services: &Services,
        file: StoredFile,
        file_name: &str,
    ) -> Result<(Asset, Attachment), MutationError> {
        let attachment = library::add_attachment(services, self.owner, self.asset.id, file, file_name).await?;
        Ok((self.asset, attachment))
    }
}
