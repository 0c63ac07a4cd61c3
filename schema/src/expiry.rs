//! Deletes collections after their links have expired. The links need no clean-up to stop working: every access checks
//! the time.

use crate::schema::{collections, links};
use chrono::{DateTime, Utc};
use diesel::{
    prelude::*,
    sql_types::{Array, BigInt, Nullable, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use domain::{CollectionId, LinkId};

/// The result of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Swept {
    /// How many collections were deleted.
    pub collections: usize,
    /// The last collection that was checked; none if no candidate is left.
    pub last: Option<CollectionId>,
}

#[derive(QueryableByName)]
struct IdRow {
    #[diesel(sql_type = SqlUuid)]
    id: CollectionId,
}

/// The condition for collections to delete: automatic ones, in workspaces with that setting, whose links have all
/// expired ($1).
const EXPIRED: &str = "
    SELECT collections.id FROM collections JOIN workspaces ON workspaces.id = collections.workspace_id
    WHERE workspaces.delete_automatic_collections AND collections.kind = 'AUTOMATIC'
    AND EXISTS (SELECT FROM links WHERE links.collection_id = collections.id)
    AND NOT EXISTS (
        SELECT FROM links WHERE links.collection_id = collections.id
        AND coalesce(links.expires_at, 'infinity'::timestamptz) > $1
    )";

/// Deletes automatic collections whose links have all expired, and these links; the assets stay. Checks up to `limit`
/// collections beyond the id `after`.
pub async fn sweep_collections(
    conn: &mut AsyncPgConnection,
    now: DateTime<Utc>,
    after: Option<CollectionId>,
    limit: i64,
) -> QueryResult<Swept> {
    conn.transaction(async |conn| {
        // The lock prevents that links to the collections are created.
        let found: Vec<IdRow> = diesel::sql_query(format!(
            "{EXPIRED} AND collections.id > coalesce($2, '00000000-0000-0000-0000-000000000000'::uuid)
            ORDER BY collections.id LIMIT $3 FOR UPDATE OF collections SKIP LOCKED"
        ))
        .bind::<Timestamptz, _>(now)
        .bind::<Nullable<SqlUuid>, _>(after)
        .bind::<BigInt, _>(limit)
        .load(conn)
        .await?;
        let ids: Vec<CollectionId> = found.into_iter().map(|found| found.id).collect();
        Ok(Swept { collections: delete_locked(conn, &ids, now).await?, last: ids.last().copied() })
    })
    .await
}

/// The same for the collection of one link; `true` if the collection was deleted.
pub async fn sweep_collection_of(conn: &mut AsyncPgConnection, link: LinkId, now: DateTime<Utc>) -> QueryResult<bool> {
    conn.transaction(async |conn| {
        let collection: Option<Option<CollectionId>> =
            links::table.find(link).select(links::collection_id).first(conn).await.optional()?;
        let Some(id) = collection.flatten() else { return Ok(false) };
        let locked: Option<CollectionId> =
            collections::table.find(id).select(collections::id).for_update().first(conn).await.optional()?;
        Ok(delete_locked(conn, locked.as_slice(), now).await? == 1)
    })
    .await
}

/// Deletes those of some locked collections whose links have still all expired once these are locked, too.
async fn delete_locked(conn: &mut AsyncPgConnection, ids: &[CollectionId], now: DateTime<Utc>) -> QueryResult<usize> {
    if ids.is_empty() {
        return Ok(0);
    }
    // Another transaction may be extending one of these links: wait for it, and check again.
    diesel::sql_query(
        "SELECT count(*) FROM (SELECT FROM links WHERE collection_id = ANY ($1) ORDER BY id FOR UPDATE) locked",
    )
    .bind::<Array<SqlUuid>, _>(ids)
    .execute(conn)
    .await?;
    diesel::sql_query(format!(
        "WITH gone AS ({EXPIRED} AND collections.id = ANY ($2)), noted AS (
            INSERT INTO link_events (workspace_id, link_id, link_name, action, changes, created_at)
            SELECT links.workspace_id, links.id, links.name, 'DELETED', '[]', $1
            FROM links JOIN gone ON gone.id = links.collection_id ORDER BY links.id
        )
        DELETE FROM collections USING gone WHERE collections.id = gone.id"
    ))
    .bind::<Timestamptz, _>(now)
    .bind::<Array<SqlUuid>, _>(ids)
    .execute(conn)
    .await
}
