//! The database of a command that also works where no server runs.

use super::exit;
use crate::{
    config::Config,
    installation::servers::{Durability, PrivateServers},
};
use schema::Database;

/// A database, which answers as long as this lives.
pub(super) struct OwnDatabase {
    pub(super) database: Database,
    _started: Option<PrivateServers>,
}

impl OwnDatabase {
    /// The one that is configured; without `DATABASE_URL` that of the private server, which is started if it does not run.
    pub(super) fn open(config: &Config) -> anyhow::Result<Self> {
        if let Some(database) = config.database().map_err(exit::configuration)? {
            return Ok(Self { database, _started: None });
        }
        if let Some((url, _)) = PrivateServers::attach(&config.data) {
            return Ok(Self { database: url.parse()?, _started: None });
        }
        anyhow::ensure!(
            config.key_file().exists(),
            "there is no library in {} yet; run `vitrine up` first, or set DATABASE_URL",
            config.data.display()
        );
        let servers = PrivateServers::start(&config.data, Durability::Durable)?;
        Ok(Self { database: servers.database_url().parse()?, _started: Some(servers) })
    }
}
