//! The first start: a workspace and its first administrator.

use anyhow::Context;
use diesel_async::AsyncConnection;
use domain::{Role, password::Password};
use graphql::Services;
use schema::{users, workspaces};
use uuid::Uuid;

/// Makes the workspace and its administrator if there is no workspace yet; `true` where it did.
pub async fn run(services: &Services, email: &str, password: &str) -> anyhow::Result<bool> {
    let mut conn = services.pool.get().await?;
    if workspaces::oldest(&mut conn).await?.is_some() {
        return Ok(false);
    }
    let password = Password::for_user(password).context("VITRINE_ADMIN_PASSWORD")?;
    let hash = services.hasher.hash(password).await.map_err(|error| anyhow::anyhow!("{error:?}"))?;
    let now = services.now();
    let workspace = workspaces::Workspace {
        id: Uuid::now_v7(),
        name: "My workspace".to_owned(),
        number_prefix: "VTR".to_owned(),
        time_zone: "UTC".to_owned(),
        last_number: 0,
        created_at: now,
    };
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
        workspaces::insert(conn, &workspace).await?;
        anyhow::ensure!(users::insert(conn, admin).await?, "the address {email} is taken");
        Ok(true)
    })
    .await
}
