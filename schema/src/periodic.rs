//! Periodic jobs. Each is queued once a period, however many processes ask.

use crate::outbox::{self, Job, Priority};
use chrono::{DateTime, TimeDelta, Utc};
use diesel::{
    prelude::*,
    sql_types::{BigInt, Text, Timestamptz},
};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use strum::{IntoStaticStr, VariantArray};

diesel::define_sql_function! {
    /// Takes a lock until the end of the transaction, unless another transaction has it.
    fn pg_try_advisory_xact_lock(key: BigInt) -> Bool;
}
diesel::define_sql_function! {
    /// Hashes a text to a number.
    fn hashtext(text: Text) -> BigInt;
}

/// A job that takes no argument and runs again and again. The schedule, the command line and the number of workers for
/// upkeep follow from this list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum PeriodicJob {
    /// Clean up after everything that has expired.
    SweepExpired,
    /// Delete what was in the bin long enough, and blobs that nothing needs.
    CollectGarbage,
    /// Queue the work that Postgres says is missing.
    Reconcile,
    /// Delete events that workspaces do not keep any more.
    PruneLogs,
}

impl PeriodicJob {
    /// All periodic jobs.
    pub const ALL: &[Self] = Self::VARIANTS;

    /// The job's name, as it is stored.
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// How often the job runs by itself.
    pub const fn period(self) -> TimeDelta {
        match self {
            Self::SweepExpired => TimeDelta::minutes(10),
            Self::CollectGarbage => TimeDelta::hours(6),
            Self::Reconcile => TimeDelta::minutes(1),
            Self::PruneLogs => TimeDelta::hours(1),
        }
    }

    /// What the job does, for people.
    pub const fn description(self) -> &'static str {
        match self {
            Self::SweepExpired => "clean up after links, sessions and calls that are over",
            Self::CollectGarbage => "delete what was in the bin for 30 days, and blobs that nothing needs",
            Self::Reconcile => "queue what Postgres says is missing",
            Self::PruneLogs => "delete events and days of statistics that workspaces do not keep any more",
        }
    }
}

impl From<PeriodicJob> for Job {
    fn from(job: PeriodicJob) -> Self {
        match job {
            PeriodicJob::SweepExpired => Self::SweepExpired,
            PeriodicJob::CollectGarbage => Self::CollectGarbage,
            PeriodicJob::Reconcile => Self::Reconcile,
            PeriodicJob::PruneLogs => Self::PruneLogs,
        }
    }
}

/// Queues a periodic job if it was queued at least its period ago, and returns whether this call queued it. A last time
/// that lies as far in the future counts, too: the clock was set back.
pub async fn fire(conn: &mut AsyncPgConnection, job: PeriodicJob, now: DateTime<Utc>) -> QueryResult<bool> {
    let period = job.period();
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
            outbox::push(conn, &job.into(), Priority::Background).await?;
        }
        Ok(fired == 1)
    })
    .await
}

/// Takes the lock of a periodic job, which ends with the transaction; `false`, if another transaction has the lock.
pub async fn try_lock(conn: &mut AsyncPgConnection, job: PeriodicJob) -> QueryResult<bool> {
    diesel::select(pg_try_advisory_xact_lock(hashtext(format!("vitrine job {}", job.name())))).get_result(conn).await
}
