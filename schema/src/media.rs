//! Files for signed-in users, by the id of their bearer token: with the rights that they have now. One statement loads
//! many, because a page shows many pictures.

use crate::{
    bearer_tokens::{authenticates, opens_files},
    deleted_assets::with_bin,
    for_each::{ForEach, in_order},
    rights::{granted_rights_on, limited_roles},
    schema::{assets, bearer_tokens, proxies, users, workspaces},
    statement::sql,
    written_once::written_once,
};
use chrono::{DateTime, Utc};
use diesel::{
    dsl::case_when,
    pg::Pg,
    prelude::*,
    sql_types::{Bool, Nullable, Text, Uuid as SqlUuid},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::{AssetId, AssetSource, BearerTokenId, FileId, OriginalState, Preset, ProxyState, Rendition, Rights, Role};
use std::sync::OnceLock;

/// An asset of a user's workspace, with the user's present rights on it.
#[derive(Debug, Clone, Queryable)]
pub struct UsersAsset {
    /// What decides about its files, and its original.
    pub original: UsersOriginal,
    #[diesel(deserialize_as = String)]
    role: Role,
    granted: i32,
    /// The requested proxy, if it exists.
    pub proxy: Option<UsersProxy>,
}

/// An asset as far as it matters to who asks for a file of it. Postgres and we read each column of a statement in the time
/// that a small file takes to be sent, so that there are few.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = assets, check_for_backend(Pg))]
pub struct UsersOriginal {
    /// The asset.
    pub id: AssetId,
    /// Whether it is in the library or only referenced.
    #[diesel(deserialize_as = String)]
    pub source: AssetSource,
    /// Whether the original is available.
    #[diesel(deserialize_as = String)]
    pub original_state: OriginalState,
    /// When it was put into the bin.
    pub deleted_at: Option<DateTime<Utc>>,
    /// The blob of the original.
    pub file_id: Option<FileId>,
    /// The size of the original in bytes, if known.
    pub byte_size: Option<i64>,
    /// The media type of the original.
    pub media_type: String,
    /// The file name of the original.
    pub file_name: String,
}

/// A proxy as far as it matters to who asks for it.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = proxies, check_for_backend(Pg))]
pub struct UsersProxy {
    /// Its preset.
    #[diesel(deserialize_as = String)]
    pub preset: Preset,
    /// Whether it is pending, ready or failed.
    #[diesel(deserialize_as = String)]
    pub state: ProxyState,
    /// Its blob, once it is ready.
    pub file_id: Option<FileId>,
    /// Its media type, once it is ready.
    pub media_type: Option<String>,
    /// In bytes, once it is ready.
    pub byte_size: Option<i64>,
    /// In pixels.
    pub width: Option<i32>,
    /// In pixels.
    pub height: Option<i32>,
}

impl UsersAsset {
    /// The user's present rights on the asset.
    pub fn rights(&self) -> Rights {
        self.role.rights() | Rights::from_bits(self.granted)
    }
}

/// A file that the user of a bearer token asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct UsersFile {
    /// The token.
    pub token: BearerTokenId,
    /// The asset of the file.
    pub asset: AssetId,
    /// The proxy that the file is, if it is one.
    pub rendition: Option<Rendition>,
}

/// The asset of each file, if it is in the workspace of the user whom the token authenticates now, also in the bin; in the
/// order of the files. One statement loads all.
pub async fn assets_of(
    conn: &mut AsyncPgConnection,
    files: &[UsersFile],
    now: DateTime<Utc>,
) -> QueryResult<Vec<Option<UsersAsset>>> {
    static TEXT: OnceLock<String> = OnceLock::new();
    let own = assets::workspace_id.eq(users::workspace_id).and(sql::<Bool>("assets.id = key.asset"));
    let wanted = proxies::asset_id
        .eq(assets::id)
        .and(sql::<Bool>("proxies.preset = key.preset AND proxies.watermarked = key.watermarked"));
    let granted = case_when(users::role.eq_any(limited_roles()), granted_rights_on(users::id, assets::id.nullable()))
        .otherwise(0);
    let each = bearer_tokens::table
        .inner_join(users::table)
        .inner_join(assets::table.on(own))
        .left_join(proxies::table.on(wanted))
        .filter(sql::<Bool>("bearer_tokens.id = key.token").and(authenticates(now)).and(opens_files()))
        .select((UsersOriginal::as_select(), users::role, granted, Option::<UsersProxy>::as_select()));
    let renditions = files.iter().map(|file| file.rendition);
    let (presets, watermarked): (Vec<Option<&str>>, Vec<bool>) = renditions
        .map(|rendition| rendition.map_or((None, false), |it| (Some(it.preset.as_str()), it.watermarked)))
        .unzip();
    let statement = ForEach::key::<SqlUuid, _>("token", files.iter().map(|file| file.token).collect(), each)
        .with::<SqlUuid, _>("asset", files.iter().map(|file| file.asset).collect())
        .with::<Nullable<Text>, _>("preset", presets)
        .with::<Bool, _>("watermarked", watermarked);
    in_order(files.len(), written_once(&TEXT, with_bin(statement)).load(conn).await?)
}

/// The blob of the watermark in the workspace of the user whom the token authenticates now.
pub async fn watermark(
    conn: &mut AsyncPgConnection,
    token: BearerTokenId,
    now: DateTime<Utc>,
) -> QueryResult<Option<FileId>> {
    let found: Option<Option<FileId>> = bearer_tokens::table
        .inner_join(users::table.inner_join(workspaces::table))
        .filter(bearer_tokens::id.eq(token).and(authenticates(now)).and(opens_files()))
        .select(workspaces::watermark_file_id)
        .first(conn)
        .await
        .optional()?;
    Ok(found.flatten())
}
