//! The administrator of an installation, and what is known of their password.

use crate::{
    cli::exit,
    config::Config,
    installation::{
        bootstrap::{self, FirstAdmin},
        secret_file,
    },
};
use app::{Services, throttle::Source};
use domain::password::{Attempt, Password};
use schema::{users, workspaces};

/// How to sign in, as far as the password is known.
pub(super) struct SignIn {
    pub(super) email: String,
    pub(super) password: KnownPassword,
}

/// What is known of the password.
pub(super) enum KnownPassword {
    /// The password was generated, and is kept in the data folder.
    Generated(String),
    /// The password is the configured one.
    Configured,
    /// The administrator existed before, with another password.
    Unknown,
}

/// Makes the first administrator, if there is none. The password of an administrator who existed before is verified, so
/// that a password which is printed opens.
pub(super) async fn administrator(config: &Config, services: &Services) -> anyhow::Result<SignIn> {
    let file = config.data.join("admin-password");
    let mut conn = services.pool.get().await?;
    let Some(workspace) = workspaces::oldest(&mut conn).await? else {
        let (text, password) = if let Some(text) = &config.admin_password {
            (text.clone(), KnownPassword::Configured)
        } else {
            // An empty file is what a cut-off start left; its password was never printed.
            let text = match secret_file::read(&file)?.filter(|kept| !kept.is_empty()) {
                Some(kept) => kept,
                None => secret_file::write(&file, Password::generate(&mut rand::rng()).expose_secret().to_owned())?,
            };
            (text.clone(), KnownPassword::Generated(text))
        };
        let admin = FirstAdmin::new(&config.admin_email, &text).map_err(exit::configuration)?;
        bootstrap::run(&mut conn, services.now(), admin).await?;
        return Ok(SignIn { email: config.admin_email.clone(), password });
    };
    let user = match users::by_email(&mut conn, &config.admin_email).await? {
        Some(user) => Some(user),
        None => users::first_admin(&mut conn, workspace.id).await?,
    };
    let Some(user) = user else {
        return Ok(SignIn { email: config.admin_email.clone(), password: KnownPassword::Unknown });
    };
    drop(conn);
    let here = Source::Stranger(config.listen.ip());
    let opens = async |text: &str| {
        let checked = services.hasher.verify(Attempt::new(text), Some(user.password_hash.clone()), here).await;
        checked.map_err(|error| anyhow::anyhow!(error.message()))
    };
    let password = match &config.admin_password {
        Some(text) if opens(text).await? => KnownPassword::Configured,
        Some(_) => KnownPassword::Unknown,
        None => match secret_file::read(&file)? {
            Some(kept) if opens(&kept).await? => KnownPassword::Generated(kept),
            _ => KnownPassword::Unknown,
        },
    };
    Ok(SignIn { email: user.email, password })
}
