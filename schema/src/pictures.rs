//! Ensures that the pictures which links need are pending and have jobs, in the caller's transaction.

use crate::{
    outbox::{self, Missing, Priority},
    proxies,
    schema::links,
};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::{AssetId, CollectionId};

/// Adds the jobs that make the pending proxies of some assets, plain or watermarked, and returns how many jobs that
/// are. Watermarked proxies that the assets lack are inserted first.
pub async fn ensure_proxies(
    conn: &mut AsyncPgConnection,
    assets: &[AssetId],
    watermarked: bool,
    priority: Priority,
) -> QueryResult<usize> {
    let missing = if watermarked {
        proxies::ensure_watermarked(conn, assets).await?;
        Missing::Watermarked
    } else {
        Missing::Plain
    };
    outbox::push_missing(conn, assets, missing, priority).await
}

/// Ensures the proxies of assets that were just put into a collection, as its links that have not expired need them.
pub async fn ensure_proxies_for_collection(
    conn: &mut AsyncPgConnection,
    collection: CollectionId,
    assets: &[AssetId],
    now: DateTime<Utc>,
) -> QueryResult<()> {
    let lives = links::expires_at.is_null().or(links::expires_at.gt(now));
    let kinds: Vec<bool> = links::table
        .filter(links::collection_id.eq(collection).and(lives))
        .select(links::watermark)
        .distinct()
        .load(conn)
        .await?;
    for watermarked in kinds {
        ensure_proxies(conn, assets, watermarked, Priority::Shared).await?;
    }
    Ok(())
}
