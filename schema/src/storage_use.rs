//! How many bytes originals and attachments take up, by workspace and by who added them. Triggers keep the count in the
//! transaction of the row that is added or deleted; nothing is ever summed up.

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

/// What is taken up, in bytes.
#[derive(Debug, Clone, Copy, QueryableByName)]
pub struct StorageUse {
    /// By a workspace.
    #[diesel(sql_type = BigInt)]
    pub workspace: i64,
    /// By what a user added.
    #[diesel(sql_type = BigInt)]
    pub user: i64,
}

/// What a workspace and a user take up now. In a transaction that has added something, nobody else's can come in between
/// until it ends.
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

/// What a workspace takes up.
pub async fn of_workspace(conn: &mut AsyncPgConnection, id: WorkspaceId) -> QueryResult<i64> {
    let used = workspace_storage::table.find(id).select(workspace_storage::used).first(conn).await.optional()?;
    Ok(used.unwrap_or_default())
}

/// What each of some users takes up; those who have added nothing are left out.
pub async fn of_users(conn: &mut AsyncPgConnection, ids: &[UserId]) -> QueryResult<Vec<(UserId, i64)>> {
    user_storage::table
        .filter(user_storage::user_id.eq_any(ids))
        .select((user_storage::user_id, user_storage::used))
        .load(conn)
        .await
}
