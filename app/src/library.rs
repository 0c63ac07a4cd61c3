//! Adds assets and attachments to the library, for uploads and imports.

use crate::{Error, MutationError, Owner, Services, quota};
use diesel_async::{AsyncConnection, AsyncPgConnection};
use domain::{AssetId, AssetSource, AttachmentId, FileId, OriginalState, media, name};
use schema::{
    assets::{self, Asset, INGEST_VERSION},
    attachments::{self, Attachment},
    outbox::{self, Job, Priority},
    storage_use,
};
use storage::{Blob, StoredFile};

/// Creates an asset from a stored file. If that fails, the file is deleted now or by garbage collection.
pub async fn add_original(
    services: &Services,
    owner: Owner,
    file: StoredFile,
    file_name: &str,
    title: Option<String>,
) -> Result<Asset, MutationError> {
    let media = media::sniff(&file.head);
    let new = Asset {
        id: AssetId::new(),
        workspace_id: owner.workspace,
        number: 0,
        title: title.unwrap_or_else(|| name::title_from_file_name(file_name)),
        file_name: name::base_name(file_name),
        kind: media.kind,
        media_type: media.media_type.to_owned(),
        byte_size: Some(byte_size(&file)?),
        width: None,
        height: None,
        duration_seconds: None,
        source: AssetSource::Library,
        original_state: OriginalState::Available,
        file_id: Some(file.id),
        sha256: Some(file.sha256.to_vec()),
        external_url: None,
        created_by: owner.user,
        created_at: services.now(),
        crc32: Some(file.crc32.into()),
        ingest_version: INGEST_VERSION,
        warning: None,
        placeholder: None,
        description: None,
        alt_text: None,
        deleted_at: None,
        deleted_by: None,
        captured_at: None,
    };
    let added = insert(services, new).await;
    discard_if_failed(services, file.id, &added).await;
    added
}

/// Creates an asset that only refers to a file elsewhere.
pub async fn add_external(
    services: &Services,
    owner: Owner,
    url: &str,
    head: &[u8],
    size: Option<i64>,
) -> Result<Asset, MutationError> {
    let media = media::sniff(head);
    let new = Asset {
        id: AssetId::new(),
        workspace_id: owner.workspace,
        number: 0,
        title: name::title_from_file_name(url),
        file_name: name::base_name(url),
        kind: media.kind,
        media_type: media.media_type.to_owned(),
        byte_size: size,
        width: None,
        height: None,
        duration_seconds: None,
        source: AssetSource::External,
        original_state: OriginalState::Unavailable,
        file_id: None,
        sha256: None,
        external_url: Some(url.to_owned()),
        created_by: owner.user,
        created_at: services.now(),
        crc32: None,
        ingest_version: INGEST_VERSION,
        warning: None,
        placeholder: None,
        description: None,
        alt_text: None,
        deleted_at: None,
        deleted_by: None,
        captured_at: None,
    };
    insert(services, new).await
}

/// Attaches a stored file to an asset of the owner's workspace. If that fails, the file is deleted now or by garbage
/// collection.
pub async fn add_attachment(
    services: &Services,
    owner: Owner,
    asset: AssetId,
    file: StoredFile,
    file_name: &str,
) -> Result<Attachment, MutationError> {
    let new = Attachment {
        id: AttachmentId::new(),
        asset_id: asset,
        file_name: name::base_name(file_name),
        media_type: media::sniff(&file.head).media_type.to_owned(),
        byte_size: byte_size(&file)?,
        file_id: file.id,
        sha256: file.sha256.to_vec(),
        created_at: services.now(),
        created_by: owner.user,
        crc32: Some(file.crc32.into()),
    };
    let added = async {
        let mut conn = services.pool.get().await?;
        let (owner, new) = (owner, &new);
        conn.transaction(async |conn| {
            attachments::insert(conn, new).await?;
            check_quota(services, conn, owner, new.byte_size).await
        })
        .await
    }
    .await
    .map(|()| new);
    discard_if_failed(services, file.id, &added).await;
    added
}

/// Inserts the asset with its number, its pending proxies, and the jobs that make them, in one transaction.
async fn insert(services: &Services, new: Asset) -> Result<Asset, MutationError> {
    let mut conn = services.pool.get().await?;
    let presets = services.presets.made_for(&new.media_type);
    let added = conn.transaction(async |conn| {
        let asset = assets::insert(conn, new, &presets).await?;
        if asset.source == AssetSource::Library {
            let asset_id = asset.id;
            outbox::push(conn, &Job::IngestAsset { asset_id }, Priority::Background).await?;
            if presets.iter().any(|preset| !preset.is_picture()) {
                outbox::push(conn, &Job::RenderVideo { asset_id }, Priority::Background).await?;
            }
        }
        if let Some(size) = asset.byte_size.filter(|_| asset.source == AssetSource::Library) {
            let owner = Owner { workspace: asset.workspace_id, user: asset.created_by };
            check_quota(services, conn, owner, size).await?;
        }
        Ok(asset)
    });
    added.await
}

/// Fails if a file that was added in this transaction exceeds a quota of the owner. Two concurrent transactions cannot
/// exceed a quota together, because the count of used bytes is locked until the first has ended.
async fn check_quota(
    services: &Services,
    conn: &mut AsyncPgConnection,
    owner: Owner,
    size: i64,
) -> Result<(), MutationError> {
    let limits = &services.limits;
    if limits.workspace_quota.is_none() && limits.user_quota.is_none() {
        return Ok(());
    }
    let used = storage_use::of(conn, owner.workspace, owner.user).await?;
    let size = u64::try_from(size).map_err(Error::internal)?;
    Ok(quota::check(limits, used, size)?)
}

/// Deletes a file whose row was not stored. After a lost connection the commit may have succeeded; the file is kept for
/// garbage collection.
pub async fn discard_if_failed<T>(services: &Services, file: FileId, added: &Result<T, MutationError>) {
    if added.as_ref().is_err_and(|error| !matches!(error, MutationError::Field(Error::Unavailable(_)))) {
        discard(services, file).await;
    }
}

/// Deletes a file that no row refers to.
pub async fn discard(services: &Services, file: FileId) {
    if let Err(error) = services.storage.delete(Blob::File(file)).await {
        tracing::warn!(%error, "a file without a row could not be deleted; garbage collection deletes it");
    }
}

fn byte_size(file: &StoredFile) -> Result<i64, Error> {
    i64::try_from(file.byte_size).map_err(Error::internal)
}
