//! Proxies: the smaller versions of originals, wanted, ready or failed.

use crate::schema::proxies;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::Preset;
use uuid::Uuid;

/// A smaller version of an asset's original.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = proxies, check_for_backend(diesel::pg::Pg))]
pub struct Proxy {
    /// Of what.
    pub asset_id: Uuid,
    /// Which.
    #[diesel(deserialize_as = String)]
    pub preset: Preset,
    /// With the workspace's watermark on it.
    pub watermarked: bool,
    /// `PENDING`, `READY` or `FAILED`.
    pub state: String,
    /// Its blob, once it is ready.
    pub file_id: Option<Uuid>,
    /// Its media type, once it is ready.
    pub media_type: Option<String>,
    /// In bytes, once it is ready.
    pub byte_size: Option<i64>,
    /// In pixels.
    pub width: Option<i32>,
    /// In pixels.
    pub height: Option<i32>,
}

/// What a finished proxy is.
#[derive(Debug, Clone, AsChangeset)]
#[diesel(table_name = proxies)]
pub struct ReadyProxy {
    /// Its blob.
    pub file_id: Option<Uuid>,
    /// Its media type.
    pub media_type: Option<String>,
    /// In bytes.
    pub byte_size: Option<i64>,
    /// In pixels.
    pub width: Option<i32>,
    /// In pixels.
    pub height: Option<i32>,
}

/// Notes which proxies an asset is to get.
pub async fn insert_pending(conn: &mut AsyncPgConnection, asset: Uuid, presets: &[Preset]) -> QueryResult<()> {
    let rows: Vec<_> = presets
        .iter()
        .map(|preset| {
            let preset = proxies::preset.eq(preset.as_str());
            (proxies::asset_id.eq(asset), preset, proxies::watermarked.eq(false), proxies::state.eq("PENDING"))
        })
        .collect();
    diesel::insert_into(proxies::table).values(rows).on_conflict_do_nothing().execute(conn).await.map(drop)
}

/// The proxies of some assets, small ones first.
pub async fn of_assets(conn: &mut AsyncPgConnection, assets: &[Uuid]) -> QueryResult<Vec<Proxy>> {
    let mut rows: Vec<Proxy> =
        proxies::table.filter(proxies::asset_id.eq_any(assets)).select(Proxy::as_select()).load(conn).await?;
    rows.sort_by_key(|proxy| (proxy.asset_id, proxy.preset, proxy.watermarked));
    Ok(rows)
}

/// One proxy of an asset.
pub async fn get(
    conn: &mut AsyncPgConnection,
    asset: Uuid,
    preset: Preset,
    watermarked: bool,
) -> QueryResult<Option<Proxy>> {
    proxies::table.find((asset, preset.as_str(), watermarked)).select(Proxy::as_select()).first(conn).await.optional()
}

/// Marks a pending proxy as ready; `false` where another worker was faster or the asset is gone.
pub async fn set_ready(
    conn: &mut AsyncPgConnection,
    asset: Uuid,
    preset: Preset,
    ready: &ReadyProxy,
) -> QueryResult<bool> {
    let pending = proxies::table.find((asset, preset.as_str(), false)).filter(proxies::state.eq("PENDING"));
    let changed = diesel::update(pending).set((ready, proxies::state.eq("READY"))).execute(conn).await?;
    Ok(changed == 1)
}

/// Marks what is still pending for an asset as failed, with a reason for people.
pub async fn set_failed(conn: &mut AsyncPgConnection, asset: Uuid, reason: &str) -> QueryResult<()> {
    let pending = proxies::table.filter(proxies::asset_id.eq(asset).and(proxies::state.eq("PENDING")));
    diesel::update(pending).set((proxies::state.eq("FAILED"), proxies::reason.eq(reason))).execute(conn).await.map(drop)
}

/// Up to `limit` assets whose proxies are still to be made.
pub async fn assets_with_pending(conn: &mut AsyncPgConnection, limit: i64) -> QueryResult<Vec<Uuid>> {
    proxies::table
        .filter(proxies::state.eq("PENDING"))
        .select(proxies::asset_id)
        .distinct()
        .limit(limit)
        .load(conn)
        .await
}
