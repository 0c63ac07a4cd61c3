//! `uploadAsset`.

use super::payloads::AssetPayload;
use crate::{
    Error, context,
    errors::{UserError, UserErrorCode},
    library::{self, Owner},
    types::asset::Asset,
    upload::{Received, ReceivedFiles, Upload},
};
use async_graphql::{Context, InputObject, Object};
use domain::{Right, name};
use std::sync::Arc;

#[derive(Default)]
pub(super) struct UploadAsset;

#[derive(InputObject)]
struct UploadAssetInput {
    file: Upload,
    /// Left out: made from the file's name.
    title: Option<String>,
}

#[Object]
impl UploadAsset {
    /// Adds a file to the library as a new asset. What it is, is told from its content.
    async fn upload_asset(&self, ctx: &Context<'_>, input: UploadAssetInput) -> Result<AssetPayload, Error> {
        let viewer = context::viewer(ctx)?;
        viewer.require(Right::Edit)?;
        let title = match input.title.as_deref().map(name::parse).transpose() {
            Ok(title) => title,
            Err(error) => {
                return Ok(AssetPayload::refused(vec![UserError::invalid_name("title", error)]));
            }
        };
        let received = match take_file(ctx, input.file) {
            Ok(received) => received,
            Err(refusal) => return Ok(AssetPayload::refused(vec![refusal])),
        };
        let owner = Owner { workspace: viewer.workspace.id, user: Some(viewer.user.id) };
        let asset =
            library::add_original(context::services(ctx), owner, received.file, &received.file_name, title).await?;
        Ok(AssetPayload::done(Asset(asset)))
    }
}

/// Takes a file of this request, if there is something in it.
pub(super) fn take_file(ctx: &Context<'_>, upload: Upload) -> Result<Received, UserError> {
    let refuse = |message: &str| UserError::new(UserErrorCode::InvalidFile, &["file"], message);
    let files = ctx.data_opt::<Arc<ReceivedFiles>>();
    let empty = files.and_then(|files| files.is_empty_file(upload));
    if empty == Some(true) {
        return Err(refuse("The file is empty."));
    }
    files.and_then(|files| files.take(upload)).ok_or_else(|| refuse("The file is missing, or it was used twice."))
}
