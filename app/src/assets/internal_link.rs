//! The asset behind an internal link.

use crate::{Error, Services, Viewer, files::FileName};
use domain::{Right, Rights, access::decide_internal};
use schema::{
    assets::{self, Asset},
    rights,
};

/// An asset that a signed-in user opened by its number.
pub struct OpenedAsset {
    /// The asset.
    pub asset: Asset,
    rights: Rights,
}

/// Opens the asset of a number. An asset that the viewer may not read is not found.
pub async fn open_by_number(services: &Services, viewer: &Viewer, number: &str) -> Result<OpenedAsset, Error> {
    let count = viewer.count_of(number).ok_or(Error::NotFound)?;
    let mut conn = services.pool.get().await?;
    let asset = assets::by_number(&mut conn, viewer.visible_assets(), count).await?.ok_or(Error::NotFound)?;
    let rights = rights::on_asset(&mut conn, viewer.subject(), asset.id).await?;
    let is_readable = decide_internal((asset.source, asset.original_state), rights, None);
    if is_readable { Ok(OpenedAsset { asset, rights }) } else { Err(Error::NotFound) }
}

impl OpenedAsset {
    /// Whether the viewer may change and delete the asset.
    pub fn may_edit(&self) -> bool {
        self.rights.has(Right::Edit)
    }

    /// Whether the viewer may download a file of the asset.
    pub fn may_download(&self, file: FileName) -> bool {
        decide_internal((self.asset.source, self.asset.original_state), self.rights, Some(file.version()))
    }
}
