//! Redis: it carries jobs, so that it must not forget them while it has room for nothing.

use super::{Finding, Part};
use crate::{
    cli::{
        NAMESPACE,
        doctor::machine::{self, Other},
    },
    config::Config,
};
use domain::Clock;
use jobs::{
    Queue,
    queue::{QueueError, Server},
};
use std::time::Duration;
use tokio::time::timeout;

const PART: Part = Part::Redis;

/// How long Redis may take to answer all of it.
const WITHIN: Duration = Duration::from_secs(5);

pub(super) async fn examine(config: &Config, findings: &mut Vec<Finding>) {
    // That it cannot be read is told with the rest of the configuration.
    let Ok(address) = config.redis() else { return };
    let Some(address) = address else {
        findings.push(PART.warning(
            "REDIS_URL is not set",
            "`vitrine up` starts a private server; `serve` and `worker` need one for background jobs.",
        ));
        return;
    };
    let clock = Clock::system();
    let asked = async {
        let queue = Queue::connect(&address, NAMESPACE, clock.clone()).await?;
        let server = queue.server().await?;
        let here = clock.now();
        Ok::<_, QueueError>((server, here, queue.probe().await))
    };
    let (server, here, probed) = match timeout(WITHIN, asked).await {
        Ok(Ok(answers)) => answers,
        Ok(Err(error)) => {
            let advice = "Is it running, and does REDIS_URL name its address, user and password? With Sentinels: the name \
                          of the server, too, and VITRINE_REDIS_SENTINEL_PASSWORD_FILE? A cluster wants \
                          redis+cluster://, and with TLS nodes that tell host names (cluster-announce-hostname).";
            return findings.push(PART.failed(error.to_string(), advice));
        }
        Err(_) => {
            let advice = "Is there a firewall in between? Is the server stopped or overloaded?";
            return findings.push(PART.failed("no answer in time", advice));
        }
    };
    let Server { version, policy, is_replica, is_cluster, now } = server;
    findings.push(PART.good(format!("Redis {version} answers")));
    if is_cluster != address.is_cluster() {
        let found =
            if is_cluster { "the server is a node of a cluster" } else { "the server is not a node of a cluster" };
        findings.push(
            PART.failed(found, "Clusters, and only they, want a REDIS_URL with redis+cluster:// or rediss+cluster://."),
        );
    } else if is_replica {
        findings.push(PART.failed("the server is a replica, which takes no jobs", "Name the primary in REDIS_URL."));
    } else if let Err(error) = probed {
        let of_cluster = "Is the cluster whole (CLUSTER INFO)? Do its nodes tell addresses that this machine reaches, and with TLS \
                          host names (cluster-announce-hostname)? ";
        findings.push(PART.failed(
            format!("it takes no jobs: {error}"),
            format!(
                "{}A user of an ACL needs the keys and channels vitrine:*, and all commands on them; a full server needs memory.",
                if is_cluster { of_cluster } else { "" }
            ),
        ));
    }
    if let Some(policy) = policy.filter(|policy| policy != "noeviction") {
        findings.push(PART.warning(
            format!("with a full memory it forgets keys ({policy}), and with them jobs, until they are found again"),
            "Set maxmemory-policy to noeviction.",
        ));
    }
    findings.extend(machine::clock(PART, Other { name: "Redis", now }, here));
}
