//! Deletes what has expired: collections that `ExpireLink` missed, sessions, links by which people choose passwords, and
//! answers to idempotent calls.

use super::outcome::Report;
use crate::JobContext;
use schema::{
    bearer_tokens,
    expiry::{self, Swept},
    idempotency, password_links,
};

/// How many collections are looked at in one transaction.
const BATCH: i64 = 5_000;

pub(super) async fn run(context: &JobContext) -> anyhow::Result<Report> {
    let now = context.clock.now();
    let mut conn = context.pool.get().await?;
    let (mut collections, mut after) = (0, None);
    loop {
        let Swept { collections: gone, last } = expiry::sweep_collections(&mut conn, now, after, BATCH).await?;
        collections += gone;
        let Some(last) = last else { break };
        after = Some(last);
    }
    Ok(vec![
        ("collections", collections),
        ("sessions", bearer_tokens::delete_all_expired(&mut conn, now).await?),
        ("password_links", password_links::delete_ended(&mut conn, now).await?),
        ("answers", idempotency::delete_old(&mut conn, now).await?),
    ])
}
