//! The replica of Postgres: whether it answers, whether it is one of this database, and how far it is behind.

use super::{Finding, Part, database::connect};
use crate::{config::Config, server::REPLICA_POOL_SIZE};
use anyhow::Context;
use diesel_async::AsyncPgConnection;
use domain::InstallationId;
use schema::{
    blobs,
    replica::{self, Replayed},
    server::{self, Server},
};
use std::time::Duration;
use tokio::time::{Instant, sleep, timeout};

const PART: Part = Part::Replica;

/// How long the replica may take to replay what the primary has written by now, to be as it should be.
const REPLAYS_WITHIN: Duration = Duration::from_secs(5);

/// How often it is asked meanwhile.
const ASKED_EVERY: Duration = Duration::from_millis(100);

/// Examines the replica, if there is one. What is wrong with it is never a failure, because the primary does its work.
pub(super) async fn examine(config: &Config, installation: Option<InstallationId>, findings: &mut Vec<Finding>) {
    // That they cannot be read is told with the rest of the configuration.
    let (Ok(Some(primary)), Ok(Some(replica))) = (config.database(), config.replica()) else { return };
    let mut conn = match connect(&replica).await {
        Ok(conn) => conn,
        Err(error) => {
            let advice = "Does DATABASE_REPLICA_URL name its address, database, user and password? Until it answers, \
                          listings are read from the primary.";
            findings.push(PART.warning(error, advice));
            return;
        }
    };
    // That it does not answer was told before.
    let Ok(mut primary) = connect(&primary).await else { return };
    let asked = ask((&mut conn, &mut primary), installation, findings).await;
    if let Err(error) = asked {
        findings.push(PART.warning(format!("{error:#}"), "Look into the log of the replica."));
    }
}

async fn ask(
    (conn, primary): (&mut AsyncPgConnection, &mut AsyncPgConnection),
    installation: Option<InstallationId>,
    findings: &mut Vec<Finding>,
) -> anyhow::Result<()> {
    if !replica::replayed(conn).await?.is_replica {
        let advice = "Is DATABASE_REPLICA_URL the address of the primary, or was the replica promoted? It is not read \
                      until it follows the primary again.";
        findings.push(PART.warning("it takes writes, so that it is no replica", advice));
        return Ok(());
    }
    if installation.is_some() && blobs::owner(conn).await.ok() != installation {
        let advice = "DATABASE_REPLICA_URL names another database than DATABASE_URL. It is not read.";
        findings.push(PART.warning("it is no replica of this database", advice));
        return Ok(());
    }
    let Server { max_connections, .. } = server::ask(conn).await?;
    if usize::try_from(max_connections).unwrap_or_default() < REPLICA_POOL_SIZE {
        findings.push(PART.warning(
            format!("it takes {max_connections} connections, and one `serve` needs up to {REPLICA_POOL_SIZE}"),
            "Raise max_connections there to that for each `serve`, and a few.",
        ));
    }
    let written = replica::written(primary).await?;
    let start = Instant::now();
    let behind = loop {
        let Replayed { is_replica: _, position } = timeout(REPLAYS_WITHIN, replica::replayed(conn)).await??;
        let position = position.context("it does not tell how far it is")?;
        if position > written && position > replica::written(primary).await? {
            let advice = "DATABASE_REPLICA_URL names a replica of another server. It is not read.";
            findings.push(PART.warning("it is ahead of the primary", advice));
            return Ok(());
        }
        if position >= written || start.elapsed() > REPLAYS_WITHIN {
            break (written - position).max(0);
        }
        sleep(ASKED_EVERY).await;
    };
    findings.push(if behind == 0 {
        PART.good(format!("it replays what the primary writes, within {:.1} seconds", start.elapsed().as_secs_f64()))
    } else {
        PART.warning(
            format!("it was {behind} bytes behind after {} seconds", REPLAYS_WITHIN.as_secs()),
            "Is its replay paused (pg_wal_replay_pause), its connection to the primary broken (pg_stat_wal_receiver), or \
             a long query there in the way? Listings are read from the primary while it is ten seconds behind or more.",
        )
    });
    Ok(())
}
