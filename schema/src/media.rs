//! Files for signed-in users, by the id of their bearer token: with the rights that they have now. One statement loads
//! many, because a page shows many pictures.

use crate::{
    assets::Asset,
    bearer_tokens::{authenticates, opens_files},
    deleted_assets::with_bin,
    proxies::Proxy,
    rights::{granted_rights_on, limited_roles},
    schema::{assets, bearer_tokens, proxies, users, workspaces},
    statement::sql,
};
use chrono::{DateTime, Utc};
use diesel::{
    dsl::case_when,
    pg::Pg,
    prelude::*,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    sql_types::{Array, BigInt, Bool, Nullable, Text, Uuid as SqlUuid},
};
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
    let own = assets::workspace_id.eq(users::workspace_id).and(sql::<Bool>("assets.id = file.asset"));
    let wanted = proxies::asset_id
        .eq(assets::id)
        .and(sql::<Bool>("proxies.preset = file.preset AND proxies.watermarked = file.watermarked"));
    let granted = case_when(users::role.eq_any(limited_roles()), granted_rights_on(users::id, assets::id.nullable()))
        .otherwise(0);
    let each = bearer_tokens::table
        .inner_join(users::table)
        .inner_join(assets::table.on(own))
        .left_join(proxies::table.on(wanted))
        .filter(sql::<Bool>("bearer_tokens.id = file.token").and(authenticates(now)).and(opens_files()))
        .select((Asset::as_select(), users::role, granted, Option::<Proxy>::as_select()));
    let rows: Vec<(i64, UsersAsset)> = with_bin(ForEachFile { files: Files::of(files), each }).load(conn).await?;
    let mut found: Vec<Option<UsersAsset>> = files.iter().map(|_| None).collect();
    for (position, asset) in rows {
        // SQL counts from one.
        let place = usize::try_from(position - 1).ok().and_then(|index| found.get_mut(index));
        place.ok_or(diesel::NotFound)?.replace(asset);
    }
    Ok(found)
}

/// Files, column by column.
struct Files {
    tokens: Vec<BearerTokenId>,
    assets: Vec<AssetId>,
    presets: Vec<Option<&'static str>>,
    watermarked: Vec<bool>,
}

impl Files {
    fn of(files: &[UsersFile]) -> Self {
        Self {
            tokens: files.iter().map(|file| file.token).collect(),
            assets: files.iter().map(|file| file.asset).collect(),
            presets: files.iter().map(|file| file.rendition.map(|rendition| rendition.preset.as_str())).collect(),
            watermarked: files
                .iter()
                .map(|file| file.rendition.is_some_and(|rendition| rendition.watermarked))
                .collect(),
        }
    }
}

/// The statement that runs another for each file. In that one, `file.token` and the like are columns of the file.
struct ForEachFile<Q> {
    files: Files,
    each: Q,
}

impl<Q: QueryFragment<Pg>> QueryFragment<Pg> for ForEachFile<Q> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        // If Postgres could look into the arrays when it plans, it would plan few files anew each time, which takes
        // longer than to load them. It cannot look into subqueries.
        out.push_sql("SELECT file.position, found.* FROM unnest((SELECT ");
        out.push_bind_param::<Array<SqlUuid>, _>(&self.files.tokens)?;
        out.push_sql("), (SELECT ");
        out.push_bind_param::<Array<SqlUuid>, _>(&self.files.assets)?;
        out.push_sql("), (SELECT ");
        out.push_bind_param::<Array<Nullable<Text>>, _>(&self.files.presets)?;
        out.push_sql("), (SELECT ");
        out.push_bind_param::<Array<Bool>, _>(&self.files.watermarked)?;
        out.push_sql(")) WITH ORDINALITY AS file (token, asset, preset, watermarked, position) CROSS JOIN LATERAL (");
        self.each.walk_ast(out.reborrow())?;
        out.push_sql(") AS found");
        Ok(())
    }
}

impl<Q: Query> Query for ForEachFile<Q> {
    type SqlType = (BigInt, Q::SqlType);
}

impl<Q> QueryId for ForEachFile<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
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
