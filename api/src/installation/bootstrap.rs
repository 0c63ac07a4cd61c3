//! The first start: a workspace and its first administrator.

use anyhow::Context;
use chrono::{DateTime, Utc};
use diesel_async::{AsyncConnection, AsyncPgConnection};
use domain::{Role, UserId, email, password::Password};
use schema::{
    users,
    workspaces::{self, Workspace},
};

/// The first name of the workspace.
const WORKSPACE_NAME: &str = "My workspace";
/// The first name of its administrator.
const ADMIN_NAME: &str = "Administrator";

/// Whether a workspace exists, and with it an administrator.
pub async fn is_done(conn: &mut AsyncPgConnection) -> anyhow::Result<bool> {
    Ok(workspaces::oldest(conn).await?.is_some())
}

/// The first administrator, as configured.
pub struct FirstAdmin {
    email: String,
    password: Password,
}

impl FirstAdmin {
    /// Fails if the address or the password cannot be used to sign in.
    pub fn new(email: &str, password: &str) -> anyhow::Result<Self> {
        let email = email::parse(email).context("VITRINE_ADMIN_EMAIL is not an e-mail address")?;
        let password =
            Password::for_user(password, &[&email, ADMIN_NAME, WORKSPACE_NAME]).context("VITRINE_ADMIN_PASSWORD")?;
        Ok(Self { email, password })
    }
}

/// Makes the workspace and its administrator.
pub async fn run(conn: &mut AsyncPgConnection, now: DateTime<Utc>, admin: FirstAdmin) -> anyhow::Result<()> {
    let workspace = Workspace::new(WORKSPACE_NAME, "VTR", "UTC", now);
    let admin = users::User {
        id: UserId::new(),
        workspace_id: workspace.id,
        email: admin.email,
        name: ADMIN_NAME.to_owned(),
        role: Role::Admin,
        password_hash: admin.password.hash(),
        created_at: now,
        disabled_at: None,
        deleted_at: None,
        invited_at: None,
    };
    conn.transaction(async |conn| {
        workspaces::insert(conn, workspace).await?;
        let taken = format!("the address {} is taken", admin.email);
        anyhow::ensure!(users::insert(conn, admin).await?, taken);
        Ok(())
    })
    .await
}
