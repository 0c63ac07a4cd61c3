//! Files for signed-in users, by the id of their bearer token: with the rights that they have now, in one statement,
//! because a page shows many pictures.

use crate::{
    assets::Asset,
    proxies::Proxy,
    rights::{granted_rights_on, limited_roles},
    schema::{assets, bearer_tokens, proxies, users, workspaces},
};
use chrono::{DateTime, Utc};
use diesel::{dsl::case_when, prelude::*};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::{AssetId, BearerTokenId, FileId, Rendition, Rights, Role};

/// An asset of a user's workspace, with the user's present rights on it.
#[derive(Debug, Clone, Queryable)]
pub struct UsersAsset {
    /// The asset.
    pub asset: Asset,
    #[diesel(deserialize_as = String)]
    role: Role,
    granted: i32,
    /// The requested proxy, if it exists.
    pub proxy: Option<Proxy>,
}

impl UsersAsset {
    /// The user's present rights on the asset.
    pub fn rights(&self) -> Rights {
        self.role.rights() | Rights::from_bits(self.granted)
    }
}

/// The asset of this id, if it is in the workspace of the user whom the token authenticates now.
pub async fn asset(
    conn: &mut AsyncPgConnection,
    token: BearerTokenId,
    now: DateTime<Utc>,
    (asset, rendition): (AssetId, Option<Rendition>),
) -> QueryResult<Option<UsersAsset>> {
    let lives = bearer_tokens::expires_at.is_null().or(bearer_tokens::expires_at.gt(now));
    let own = assets::workspace_id.eq(users::workspace_id).and(assets::id.eq(asset));
    let wanted = proxies::asset_id
        .eq(assets::id)
        .and(proxies::preset.nullable().eq(rendition.map(|rendition| rendition.preset.as_str())))
        .and(proxies::watermarked.eq(rendition.is_some_and(|rendition| rendition.watermarked)));
    let granted = case_when(users::role.eq_any(limited_roles()), granted_rights_on(users::id, assets::id.nullable()))
        .otherwise(0);
    bearer_tokens::table
        .inner_join(users::table)
        .inner_join(assets::table.on(own))
        .left_join(proxies::table.on(wanted))
        .filter(bearer_tokens::id.eq(token).and(lives))
        .select((Asset::as_select(), users::role, granted, Option::<Proxy>::as_select()))
        .first(conn)
        .await
        .optional()
}

/// The blob of the watermark in the workspace of the user whom the token authenticates now.
pub async fn watermark(
    conn: &mut AsyncPgConnection,
    token: BearerTokenId,
    now: DateTime<Utc>,
) -> QueryResult<Option<FileId>> {
    let lives = bearer_tokens::expires_at.is_null().or(bearer_tokens::expires_at.gt(now));
    let found: Option<Option<FileId>> = bearer_tokens::table
        .inner_join(users::table.inner_join(workspaces::table))
        .filter(bearer_tokens::id.eq(token).and(lives))
        .select(workspaces::watermark_file_id)
        .first(conn)
        .await
        .optional()?;
    Ok(found.flatten())
}
