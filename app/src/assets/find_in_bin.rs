//! An asset in the bin, by its number.

use crate::{Error, Services, Viewer};
use schema::{assets::Asset, deleted_assets};

/// The asset of a number, if it is in the bin and the viewer may restore it.
pub async fn find_in_bin(services: &Services, viewer: &Viewer, number: &str) -> Result<Option<Asset>, Error> {
    let Some(count) = viewer.count_of(number) else { return Ok(None) };
    let mut conn = services.pool.get().await?;
    Ok(deleted_assets::by_number(&mut conn, (viewer.workspace.id, viewer.subject()), count).await?)
}
