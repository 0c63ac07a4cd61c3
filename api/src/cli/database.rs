//! The database of a command that also works where no server runs.

use crate::{
    config::Config,
    installation::servers::{Durability, PrivateServers},
};

/// A database, which answers as long as this lives.
pub(super) struct Database {
    pub(super) url: String,
    _started: Option<PrivateServers>,
}

impl Database {
    /// The one that is configured; without `DATABASE_URL` that of the private server, which is started if it does not run.
    pub(super) fn open(config: &Config) -> anyhow::Result<Self> {
        if let Some(url) = &config.database_url {
            return Ok(Self { url: url.clone(), _started: None });
        }
        if let Some((url, _)) = PrivateServers::attach(&config.data) {
            return Ok(Self { url, _started: None });
        }
        anyhow::ensure!(
            config.key_file().exists(),
            "there is no library in {} yet; run `vitrine up` first, or set DATABASE_URL",
            config.data.display()
        );
        let servers = PrivateServers::start(&config.data, Durability::Durable)?;
        Ok(Self { url: servers.database_url().to_owned(), _started: Some(servers) })
    }
}
