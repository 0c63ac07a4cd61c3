//! What is asked of a replica: whether it is one, how far it is, and whether it has what a user has changed.
//!
//! Postgres gives each version of a row the number of the transaction that wrote it (`xmin`), which a replica has as it
//! is. After the changes of a user are committed, the row of the user is written anew ([`mark`]), without another value. A
//! replica replays commits in their order: once it has this version of the row, it has all changes before. The request that
//! authenticates the user reads the version on the primary anyway. So no column, no clock and no other store is needed, and
//! a server that is no replica of this database never has the version of a row that was written since.

use crate::{
    schema::users,
    statement::{Sql, sql, statement},
};
use diesel::{
    QueryableByName,
    prelude::*,
    sql_types::{BigInt, Bool, Nullable, Uuid as SqlUuid},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::UserId;

/// The version of a user's row on the primary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UserVersion(Option<i64>);

impl UserVersion {
    /// A version that was not read. No replica has it.
    pub const UNKNOWN: Self = Self(None);

    pub(crate) fn of(xmin: i64) -> Self {
        Self(Some(xmin))
    }
}

/// The version of the user's row, for a statement that reads `users`.
pub(crate) fn version() -> Sql<BigInt> {
    sql("users.xmin::text::bigint")
}

/// Whether this server is a replica that has this version of a user's row, and so all that was committed before it.
pub async fn has(conn: &mut AsyncPgConnection, user: UserId, version: UserVersion) -> QueryResult<bool> {
    let UserVersion(Some(version)) = version else { return Ok(false) };
    let found = statement("SELECT FROM users WHERE id = $1 AND xmin::text::bigint = $2 AND pg_is_in_recovery()")
        .bind::<SqlUuid, _>(user)
        .bind::<BigInt, _>(version)
        .execute(conn)
        .await?;
    Ok(found == 1)
}

/// Writes the row of a user anew, after changes of the user that are committed.
pub async fn mark(conn: &mut AsyncPgConnection, user: UserId) -> QueryResult<()> {
    diesel::update(users::table.find(user)).set(users::name.eq(users::name)).execute(conn).await.map(drop)
}

/// How far a server has replayed what the primary has written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, QueryableByName)]
pub struct Replayed {
    /// Whether it is a replica.
    #[diesel(sql_type = Bool)]
    pub is_replica: bool,
    /// The position in the log of Postgres up to which it has replayed, in bytes.
    #[diesel(sql_type = Nullable<BigInt>)]
    pub position: Option<i64>,
}

/// Asks a replica how far it is.
pub async fn replayed(conn: &mut AsyncPgConnection) -> QueryResult<Replayed> {
    diesel::sql_query(
        "SELECT pg_is_in_recovery() AS is_replica, (pg_last_wal_replay_lsn() - '0/0')::bigint AS position",
    )
    .get_result(conn)
    .await
}

#[derive(QueryableByName)]
struct Written {
    #[diesel(sql_type = BigInt)]
    position: i64,
}

/// Asks the primary up to which position its log is on its disk, which is what replicas can have of it.
pub async fn written(conn: &mut AsyncPgConnection) -> QueryResult<i64> {
    let asked = diesel::sql_query("SELECT (pg_current_wal_flush_lsn() - '0/0')::bigint AS position");
    asked.get_result::<Written>(conn).await.map(|written| written.position)
}
