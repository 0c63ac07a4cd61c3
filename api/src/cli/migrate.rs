//! `vitrine migrate`.

use super::{exit, output, required_database, runtime};
use crate::{
    config::Config,
    installation::bootstrap::{self, FirstAdmin},
};
use domain::Clock;
use schema::migrations::compare;
use std::process::ExitCode;

pub(super) fn run(config: &Config) -> anyhow::Result<ExitCode> {
    let database = required_database(config)?;
    runtime()?.block_on(async {
        let run = schema::migrations::run(&database).await?;
        let mut conn = database.connect_directly().await?;
        let told = match (run.as_slice(), compare(&mut conn).await?.unknown.last()) {
            ([], None) => "the database is up to date".to_owned(),
            ([], Some(newest)) => {
                format!("nothing to do: the database is newer than this version, and has the migration {newest}")
            }
            (run, _) => format!("ran {}", run.join(", ")),
        };
        output::say(&told);
        if bootstrap::is_done(&mut conn).await? {
            return Ok(ExitCode::SUCCESS);
        }
        match &config.admin_password {
            Some(password) => {
                let admin = FirstAdmin::new(&config.admin_email, password).map_err(exit::configuration)?;
                bootstrap::run(&mut conn, Clock::system().now(), admin).await?;
                output::say(&format!("made the first administrator, {}", config.admin_email));
            }
            None => output::say("there is no administrator yet: set VITRINE_ADMIN_PASSWORD and run this again"),
        }
        Ok(ExitCode::SUCCESS)
    })
}
