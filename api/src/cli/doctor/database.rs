//! Postgres: its version, its extension, the migrations, the keys of links, and its clock.

use super::{Finding, Part};
use crate::{
    cli::doctor::machine::{self, Other},
    config::Config,
    server::most_connections,
};
use diesel_async::AsyncPgConnection;
use domain::{Clock, InstallationId, token::ServerKey};
use schema::{
    Database, blobs, links,
    migrations::{self, Difference},
    server::{self, Server},
    workspaces,
};
use std::time::Duration;
use storage::Blob;
use tokio::time::timeout;

const PART: Part = Part::Postgres;

/// How long Postgres may take to connect, and for each answer.
const WITHIN: Duration = Duration::from_secs(5);

/// What is told of a server that does not answer.
const LATE: &str = "no answer in time";

/// The oldest that is known to work.
const OLDEST: i32 = 140_000;

/// How many of the oldest and of the newest blobs are looked for, of each kind.
const LOOKED_FOR: i64 = 20;

/// What belongs to the database.
pub(super) struct Belongings {
    /// The id of the installation.
    pub(super) installation: InstallationId,
    /// Some of its blobs.
    pub(super) blobs: Vec<Blob>,
}

/// Returns what belongs to the database, if it tells.
pub(super) async fn examine(config: &Config, findings: &mut Vec<Finding>) -> Option<Belongings> {
    // That it cannot be read is told with the rest of the configuration.
    let Some(database) = config.database().ok()? else {
        let advice = "`vitrine up` starts a private server; all other commands need one.";
        findings.push(PART.warning("DATABASE_URL is not set", advice));
        return None;
    };
    let mut conn = match connect(&database).await {
        Ok(conn) => conn,
        Err(error) if error == LATE => {
            let advice = "Is there a firewall in between? Is the server stopped or overloaded?";
            findings.push(PART.failed(error, advice));
            return None;
        }
        Err(error) => {
            let advice = "Is it running, and does DATABASE_URL name its address, database, user and password?";
            findings.push(PART.failed(error, advice));
            return None;
        }
    };
    let asked = timeout(WITHIN, ask(config, &mut conn, findings)).await;
    match asked.unwrap_or_else(|_| Err(anyhow::anyhow!("no answer in time"))) {
        Ok(belongings) => belongings,
        Err(error) => {
            findings.push(PART.failed(format!("{error:#}"), "Look into the log of Postgres."));
            None
        }
    }
}

/// A connection, or why there is none.
pub(super) async fn connect(database: &Database) -> Result<AsyncPgConnection, String> {
    let connected = timeout(WITHIN, database.connect()).await.map_err(|_| LATE.to_owned())?;
    connected.map_err(|error| error.to_string())
}

/// What lets a user create all that migrations create.
const OWN: &str = "Let the user own the database: ALTER DATABASE … OWNER TO …";

async fn ask(
    config: &Config,
    conn: &mut AsyncPgConnection,
    findings: &mut Vec<Finding>,
) -> anyhow::Result<Option<Belongings>> {
    let Server { version, text, encoding, max_connections, has_trigrams, may_create, now } = server::ask(conn).await?;
    let here = Clock::system().now();
    if version < OLDEST {
        findings.push(PART.failed(format!("Postgres {text} is too old"), "Use Postgres 14 or newer."));
    } else {
        findings.push(PART.good(format!("Postgres {text} answers")));
    }
    if encoding != "UTF8" {
        let advice = "Make the database with ENCODING 'UTF8'.";
        findings.push(PART.failed(format!("the database is encoded in {encoding}"), advice));
    }
    if !has_trigrams {
        let advice = "Install the contrib package of Postgres; the user of the database must be allowed to create it.";
        findings.push(PART.failed("the extension pg_trgm is not available", advice));
    }
    let needed = most_connections(std::thread::available_parallelism().map_or(2, usize::from));
    if usize::try_from(max_connections).unwrap_or_default() < needed {
        findings.push(PART.warning(
            format!("it takes {max_connections} connections, and one process needs up to {needed}"),
            "Raise max_connections to that for each `serve` and `worker`, and a few.",
        ));
    }
    findings.extend(machine::clock(PART, Other { name: "Postgres", now }, here));
    let Difference { missing, unknown } = migrations::compare(conn).await?;
    if !missing.is_empty() {
        let text = format!("{} migrations have not run, the next of them {}", missing.len(), missing[0]);
        if !may_create {
            findings.push(PART.failed("the user of the database may not create tables and the extension pg_trgm", OWN));
        }
        findings.push(PART.failed(text, "Run `vitrine migrate`."));
        return Ok(None);
    }
    if let Some(newest) = unknown.last() {
        let text = format!("the database has migrations that this version does not know, the last of them {newest}");
        findings.push(PART.warning(
            text,
            "Use the version that has them; of the older ones, only the one before works with it, too.",
        ));
    }
    if workspaces::oldest(conn).await?.is_none() {
        let advice = "Set VITRINE_ADMIN_PASSWORD and run `vitrine migrate`.";
        findings.push(PART.warning("there is no administrator", advice));
    }
    if let Ok(keys) = config.keyring() {
        let known: Vec<&str> = keys.all().map(ServerKey::id).collect();
        let lost = links::count_with_other_keys(conn, &known).await?;
        if lost > 0 {
            findings.push(PART.warning(
                format!("{lost} links have a key that is not configured: they open, and nobody can copy their URL"),
                "Add the former key to VITRINE_SECRET_KEY, behind the new one.",
            ));
        }
    }
    let (files, proxies) = blobs::oldest_and_newest(conn, LOOKED_FOR).await?;
    let blobs = files.into_iter().map(Blob::File).chain(proxies.into_iter().map(Blob::Proxy)).collect();
    Ok(Some(Belongings { installation: blobs::owner(conn).await?, blobs }))
}
