//! Stored answers to calls with an idempotency key, which a client may repeat, for example after a lost connection.

use crate::schema::idempotency_keys;
use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::UserId;
use serde_json::Value;

/// How long an answer is stored.
const KEPT_FOR: TimeDelta = TimeDelta::hours(24);

/// The result of claiming a key.
#[derive(Debug, Clone, PartialEq)]
pub enum Claim {
    /// The call is the first with this key. Its transaction has to store the [`answer`].
    First,
    /// The call was answered before.
    Answered(Value),
    /// The key was used for a call with another input.
    Other,
}

/// Claims a key for a call. `request_macs`: fingerprints of the input, one for each server key; the first is stored. If
/// another transaction holds the key, this waits for its end: of two concurrent calls, one does the work and the other
/// gets its answer.
pub async fn claim(
    conn: &mut AsyncPgConnection,
    user: UserId,
    key: &str,
    request_macs: &[[u8; 32]],
    now: DateTime<Utc>,
) -> QueryResult<Claim> {
    let old = idempotency_keys::user_id.eq(user).and(idempotency_keys::created_at.lt(now - KEPT_FOR));
    diesel::delete(idempotency_keys::table.filter(old)).execute(conn).await?;
    let claimed = diesel::insert_into(idempotency_keys::table)
        .values((
            idempotency_keys::user_id.eq(user),
            idempotency_keys::key.eq(key),
            idempotency_keys::request_mac.eq(request_macs.first().map_or(&[][..], <[u8; 32]>::as_slice)),
            idempotency_keys::created_at.eq(now),
        ))
        .on_conflict_do_nothing()
        .execute(conn)
        .await?;
    if claimed == 1 {
        return Ok(Claim::First);
    }
    let (mac, answer): (Vec<u8>, Option<Value>) = idempotency_keys::table
        .find((user, key))
        .select((idempotency_keys::request_mac, idempotency_keys::answer))
        .first(conn)
        .await?;
    Ok(match answer {
        Some(answer) if request_macs.iter().any(|own| mac == own) => Claim::Answered(answer),
        _ => Claim::Other,
    })
}

/// The stored answer to a call with one of these fingerprints, if the key was answered within `KEPT_FOR`.
pub async fn find(
    conn: &mut AsyncPgConnection,
    user: UserId,
    key: &str,
    request_macs: &[[u8; 32]],
    now: DateTime<Utc>,
) -> QueryResult<Option<Value>> {
    let same = idempotency_keys::request_mac.eq_any(request_macs.iter().map(<[u8; 32]>::as_slice));
    let found: Option<Option<Value>> = idempotency_keys::table
        .find((user, key))
        .filter(same.and(idempotency_keys::created_at.ge(now - KEPT_FOR)))
        .select(idempotency_keys::answer)
        .first(conn)
        .await
        .optional()?;
    Ok(found.flatten())
}

/// Stores the answer to a claimed call.
pub async fn answer(conn: &mut AsyncPgConnection, user: UserId, key: &str, answer: &Value) -> QueryResult<()> {
    diesel::update(idempotency_keys::table.find((user, key)))
        .set(idempotency_keys::answer.eq(answer))
        .execute(conn)
        .await
        .map(drop)
}

/// Deletes answers that are older than `KEPT_FOR`, and returns how many.
pub async fn delete_old(conn: &mut AsyncPgConnection, now: DateTime<Utc>) -> QueryResult<usize> {
    let old = idempotency_keys::created_at.lt(now - KEPT_FOR);
    diesel::delete(idempotency_keys::table.filter(old)).execute(conn).await
}
