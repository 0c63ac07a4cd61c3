//! What links need of pictures: which proxies are wanted, and the jobs that make them, in the caller's transaction.

use crate::{
    outbox::{self, Missing, Priority},
    proxies,
    schema::links,
};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

/// Wants the pictures of some assets, plain or watermarked, and asks for those that are not there yet. Returns how many
/// jobs that makes.
pub async fn ensure_proxies(
    conn: &mut AsyncPgConnection,
    assets: &[Uuid],
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

/// Wants what the links to a collection need of assets that were just put into it.
pub async fn ensure_proxies_for_collection(
    conn: &mut AsyncPgConnection,
    collection: Uuid,
    assets: &[Uuid],
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
