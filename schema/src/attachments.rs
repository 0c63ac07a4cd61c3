//! Attachments: further files of an asset.

use crate::{schema::attachments, statement::is_one_of, written_once::written_once};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::{AssetId, AttachmentId, FileId, UserId};
use std::sync::OnceLock;

/// A further file of an asset.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = attachments, check_for_backend(diesel::pg::Pg))]
pub struct Attachment {
    /// Identity.
    pub id: AttachmentId,
    /// The asset.
    pub asset_id: AssetId,
    /// The file name of a download.
    pub file_name: String,
    /// The media type, detected from the content.
    pub media_type: String,
    /// In bytes.
    pub byte_size: i64,
    /// Its blob.
    pub file_id: FileId,
    /// The SHA-256 of the file.
    pub sha256: Vec<u8>,
    /// When it was attached.
    pub created_at: DateTime<Utc>,
    /// The user who attached it, if known.
    pub created_by: Option<UserId>,
    /// The CRC-32 of the file, once it is known.
    pub crc32: Option<i64>,
}

/// Adds an attachment.
pub async fn insert(conn: &mut AsyncPgConnection, new: &Attachment) -> QueryResult<()> {
    diesel::insert_into(attachments::table).values(new).execute(conn).await.map(drop)
}

/// The attachments of some assets, oldest first.
pub async fn of_assets(mut conn: &AsyncPgConnection, assets: &[AssetId]) -> QueryResult<Vec<Attachment>> {
    static TEXT: OnceLock<String> = OnceLock::new();
    let found = attachments::table.filter(is_one_of("attachments.asset_id", assets)).order(attachments::id);
    written_once(&TEXT, found.select(Attachment::as_select())).load(&mut conn).await
}

/// One attachment of an asset.
pub async fn get(conn: &mut AsyncPgConnection, asset: AssetId, id: AttachmentId) -> QueryResult<Option<Attachment>> {
    attachments::table
        .filter(attachments::asset_id.eq(asset).and(attachments::id.eq(id)))
        .select(Attachment::as_select())
        .first(conn)
        .await
        .optional()
}

/// The attachment of this id, of any asset.
pub async fn by_id(conn: &mut AsyncPgConnection, id: AttachmentId) -> QueryResult<Option<Attachment>> {
    attachments::table.find(id).select(Attachment::as_select()).first(conn).await.optional()
}

/// Deletes an attachment and returns it.
pub async fn delete(conn: &mut AsyncPgConnection, id: AttachmentId) -> QueryResult<Option<Attachment>> {
    diesel::delete(attachments::table.find(id)).returning(Attachment::as_returning()).get_result(conn).await.optional()
}

/// Stores the CRC-32 of an attachment.
pub async fn set_crc32(conn: &mut AsyncPgConnection, id: AttachmentId, crc32: u32) -> QueryResult<()> {
    diesel::update(attachments::table.find(id))
        .set(attachments::crc32.eq(i64::from(crc32)))
        .execute(conn)
        .await
        .map(drop)
}
