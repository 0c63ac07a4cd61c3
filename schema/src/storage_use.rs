//! How many bytes originals and attachments take up, by workspace and by user. Triggers update the counts in the
//! transaction that inserts or deletes a row, so that nothing has to be summed up.

use crate::{
    schema::{user_storage, workspace_storage},
    statement::statement,
};
use diesel::{
    prelude::*,
    sql_types::{BigInt, Nullable, Uuid as SqlUuid},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::{UserId, WorkspaceId};

/// Used storage, in bytes.
#[derive(Debug, Clone, Copy, QueryableByName)]
pub struct StorageUse {
    /// Of a workspace.
    #[diesel(sql_type = BigInt)]
    pub workspace: i64,
    /// Of the files that a user added.
    #[diesel(sql_type = BigInt)]
    pub user: i64,
}

/// The used storage of a workspace and a user. In a transaction that has inserted a file, the counts are locked until
/// the transaction ends.
pub async fn of(conn: &mut AsyncPgConnection, workspace: WorkspaceId, user: Option<UserId>) -> QueryResult<StorageUse> {
    statement(
        "SELECT coalesce((SELECT used FROM workspace_storage WHERE workspace_id = $1), 0) AS workspace,
            coalesce((SELECT used FROM user_storage WHERE user_id = $2), 0) AS user",
    )
    .bind::<SqlUuid, _>(workspace)
    .bind::<Nullable<SqlUuid>, _>(user)
    .get_result(conn)
    .await
}

/// The used storage of a workspace.
pub async fn of_workspace(conn: &mut AsyncPgConnection, id: WorkspaceId) -> QueryResult<i64> {
    let used = workspace_storage::table.find(id).select(workspace_storage::used).first(conn).await.optional()?;
    Ok(used.unwrap_or_default())
}

/// The used storage of each of some users. Users who have added nothing have no row.
pub async fn of_users(conn: &mut AsyncPgConnection, ids: &[UserId]) -> QueryResult<Vec<(UserId, i64)>> {
    user_storage::table
        .filter(user_storage::user_id.eq_any(ids))
        .select((user_storage::user_id, user_storage::used))
        .load(conn)
        .await
}
