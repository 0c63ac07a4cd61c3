//! `vitrine password-link`: a way in for somebody whom nobody else can let in.

use super::{database::OwnDatabase, output, runtime, services};
use crate::{config::Config, installation::refusal::reason};
use app::password_links::make_for_operator;
use clap::Args;
use domain::Clock;
use std::process::ExitCode;

#[derive(Debug, Args)]
pub(super) struct PasswordLink {
    /// The e-mail address of the account.
    email: String,
}

impl PasswordLink {
    pub(super) fn run(&self, config: &Config) -> anyhow::Result<ExitCode> {
        let own = OwnDatabase::open(config)?;
        runtime()?.block_on(async {
            let services = services(config, &own.database, None, Clock::system())?;
            // Its failure tells an outage, which has an exit code of its own.
            schema::ping(&mut *services.pool.get().await?).await?;
            let (user, link) = make_for_operator(&services, &self.email).await.map_err(reason)?;
            // The link alone is on standard output, for scripts.
            output::say(&link.url);
            output::note(&format!(
                "{} ({}) chooses another password there, once, until {}. Earlier links have ended, and the present password \
                 is valid until then.{}",
                user.name,
                user.email,
                link.expires_at.format("%-d %B %Y, %H:%M UTC"),
                if link.is_mailed { " The link is mailed to them, too." } else { "" },
            ));
            Ok(ExitCode::SUCCESS)
        })
    }
}
