//! The logo that visitors of links see in the place of the workspace's name.
//!
//! What is kept is made of the uploaded picture: as small as a page needs it, and without what a camera or a program wrote
//! into it. It is public, and never changes under its id.

use super::{update_workspace::settings_changed, uploaded_picture::decoded};
use crate::{
    Error, MutationError, Services, Viewer,
    library::{discard, discard_if_failed},
};
use bytes::Bytes;
use diesel_async::AsyncConnection;
use domain::{FileId, branding::LOGO_SIZE};
use image::{DynamicImage, ImageFormat, imageops::FilterType};
use schema::workspaces::{self, Workspace};
use std::io::Cursor;
use storage::{Blob, StorageError, StoredFile};

/// Checks what can be checked before the file arrives: the logo is for administrators.
pub fn check_logo(viewer: &Viewer) -> Result<(), MutationError> {
    viewer.require_admin()?;
    Ok(())
}

/// Makes the logo of an uploaded picture, which is deleted afterwards. For administrators.
pub async fn set_logo(services: &Services, viewer: &Viewer, file: StoredFile) -> Result<Workspace, MutationError> {
    let set = make_and_store(services, viewer, &file).await;
    discard(services, file.id).await;
    set
}

/// Removes the logo, so that visitors see the name. For administrators. The file is deleted by garbage collection.
pub async fn clear_logo(services: &Services, viewer: &Viewer) -> Result<Workspace, MutationError> {
    viewer.require_admin()?;
    store(services, viewer, None).await
}

async fn make_and_store(services: &Services, viewer: &Viewer, file: &StoredFile) -> Result<Workspace, MutationError> {
    viewer.require_admin()?;
    let (png, width, height) = decoded(services, file, |picture| make(&picture)).await?;
    let mut writer = services.storage.begin_file().await?;
    writer.write(png).await?;
    let logo = writer.finish().await?;
    let stored = store(services, viewer, Some((logo.id, width, height))).await;
    discard_if_failed(services, logo.id, &stored).await;
    stored
}

/// The picture as a PNG that is no larger than a page needs, and its width and height.
fn make(picture: &DynamicImage) -> Result<(Bytes, i32, i32), String> {
    let (width, height) = LOGO_SIZE;
    let small = if picture.width() > width || picture.height() > height {
        picture.resize(width, height, FilterType::Lanczos3)
    } else {
        picture.clone()
    };
    let small = if small.color().has_alpha() {
        DynamicImage::ImageRgba8(small.to_rgba8())
    } else {
        DynamicImage::ImageRgb8(small.to_rgb8())
    };
    let mut png = Cursor::new(Vec::new());
    small.write_to(&mut png, ImageFormat::Png).map_err(|error| format!("The picture cannot be kept: {error}."))?;
    let [width, height] = [small.width(), small.height()].map(|edge| i32::try_from(edge).unwrap_or(i32::MAX));
    Ok((png.into_inner().into(), width, height))
}

async fn store(
    services: &Services,
    viewer: &Viewer,
    logo: Option<(FileId, i32, i32)>,
) -> Result<Workspace, MutationError> {
    let id = viewer.workspace.id;
    let mut conn = services.pool.get().await?;
    conn.transaction(async |conn| {
        let before = workspaces::lock(conn, id).await?;
        let after = workspaces::set_logo(conn, id, logo).await?;
        settings_changed(conn, viewer, &before, &after, services.now()).await?;
        Ok(after)
    })
    .await
}

/// Why there is no logo of an id.
#[derive(Debug)]
pub enum LogoError {
    /// No workspace has this logo now.
    NotFound,
    /// The database failed.
    Failed(Error),
    /// The file could not be read.
    Storage(StorageError),
}

/// The PNG of a logo. Everybody may have it.
pub async fn logo(services: &Services, file: FileId) -> Result<Bytes, LogoError> {
    let found = async { Ok::<_, Error>(workspaces::is_logo(&mut *services.pool.get().await?, file).await?) };
    if !found.await.map_err(LogoError::Failed)? {
        return Err(LogoError::NotFound);
    }
    services.storage.read_all(Blob::File(file)).await.map_err(LogoError::Storage)
}

/// The path of a logo, which is another one for each logo.
pub fn logo_path(file: FileId) -> String {
    format!("/logo/{}.png", domain::short_id::encode(file))
}
