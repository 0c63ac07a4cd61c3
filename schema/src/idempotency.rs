//! First answers to calls that a client may repeat, such as after a lost connection.

use crate::schema::idempotency_keys;
use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::UserId;
use serde_json::Value;

/// How long a call may be repeated.
const KEPT_FOR: TimeDelta = TimeDelta::hours(24);

/// What is known of a call.
#[derive(Debug, Clone, PartialEq)]
pub enum Claim {
    /// It is the first one under this key. The transaction that claimed it has to [`answer`].
    First,
    /// It was answered before.
    Answered(Value),
    /// The key was used for another call.
    Other,
}

/// Claims a key for a call whose input has one of these fingerprints, of which the first is kept. While another
/// transaction holds the key, this waits for it to end: one of two that come at once does the work, the other gets its
/// answer.
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

/// The answer that a call with one of these fingerprints got before, if it was answered under this key within a day.
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

/// Keeps the answer to a claimed call.
pub async fn answer(conn: &mut AsyncPgConnection, user: UserId, key: &str, answer: &Value) -> QueryResult<()> {
    diesel::update(idempotency_keys::table.find((user, key)))
        .set(idempotency_keys::answer.eq(answer))
        .execute(conn)
        .await
        .map(drop)
}

/// Deletes answers to calls that nobody may repeat any more, and returns how many.
pub async fn delete_old(conn: &mut AsyncPgConnection, now: DateTime<Utc>) -> QueryResult<usize> {
    let old = idempotency_keys::created_at.lt(now - KEPT_FOR);
    diesel::delete(idempotency_keys::table.filter(old)).execute(conn).await
}
