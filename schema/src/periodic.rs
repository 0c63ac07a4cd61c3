//! Periodic jobs: each fires once a period, however many processes ask.

use crate::outbox::{self, Job, Priority};
use chrono::{DateTime, TimeDelta, Utc};
use diesel::{
    prelude::*,
    sql_types::{BigInt, Text, Timestamptz},
};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};

diesel::define_sql_function! {
    /// Takes a lock that ends with the transaction, if nobody has it.
    fn pg_try_advisory_xact_lock(key: BigInt) -> Bool;
}
diesel::define_sql_function! {
    /// A number for a text.
    fn hashtext(text: Text) -> BigInt;
}

/// Queues a job if its last time is at least `period` ago, or as far ahead, as after the clock was set back; `true` where
/// this call did.
pub async fn fire(conn: &mut AsyncPgConnection, job: &Job, period: TimeDelta, now: DateTime<Utc>) -> QueryResult<bool> {
    conn.transaction(async |conn| {
        let fired = diesel::sql_query(
            "INSERT INTO periodic_jobs (name, fired_at) VALUES ($1, $2)
            ON CONFLICT (name) DO UPDATE SET fired_at = excluded.fired_at
            WHERE periodic_jobs.fired_at <= $3 OR periodic_jobs.fired_at >= $4",
        )
        .bind::<Text, _>(job.name())
        .bind::<Timestamptz, _>(now)
        .bind::<Timestamptz, _>(now - period)
        .bind::<Timestamptz, _>(now + period)
        .execute(conn)
        .await?;
        if fired == 1 {
            outbox::push(conn, job, Priority::Background).await?;
        }
        Ok(fired == 1)
    })
    .await
}

/// Whether this transaction is the only one that runs the job of this name; the lock ends with it.
pub async fn try_lock(conn: &mut AsyncPgConnection, name: &str) -> QueryResult<bool> {
    diesel::select(pg_try_advisory_xact_lock(hashtext(format!("vitrine job {name}")))).get_result(conn).await
}
