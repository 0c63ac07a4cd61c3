//! The first start: a workspace and its first administrator.

use anyhow::Context;
use chrono::{DateTime, Utc};
use diesel_async::{AsyncConnection, AsyncPgConnection};
use domain::{Role, password::Password};
use schema::{
    users,
    workspaces::{self, Workspace},
};
use uuid::Uuid;

/// Whether there is a workspace, and with it an administrator.
pub async fn is_done(conn: &mut AsyncPgConnection) -> anyhow::Result<bool> {
    Ok(workspaces::oldest(conn).await?.is_some())
}

/// Makes the workspace and its administrator.
pub async fn run(conn: &mut AsyncPgConnection, now: DateTime<Utc>, email: &str, password: &str) -> anyhow::Result<()> {
    let hash = Password::for_user(password).context("VITRINE_ADMIN_PASSWORD")?.hash();
    let workspace = Workspace::new("My workspace", "VTR", "UTC", now);
    let admin = users::User {
        id: Uuid::now_v7(),
        workspace_id: workspace.id,
        email: email.trim().to_lowercase(),
        name: "Administrator".to_owned(),
        role: Role::Admin,
        password_hash: hash,
        created_at: now,
    };
    conn.transaction(async |conn| {
        workspaces::insert(conn, workspace).await?;
        anyhow::ensure!(users::insert(conn, admin).await?, "the address {email} is taken");
        Ok(())
    })
    .await
}
