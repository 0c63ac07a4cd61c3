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
use jobs::{Queue, queue::Server};
use std::time::Duration;
use tokio::time::timeout;

const PART: Part = Part::Redis;

/// How long Redis may take to answer all of it.
const WITHIN: Duration = Duration::from_secs(5);

pub(super) async fn examine(config: &Config, findings: &mut Vec<Finding>) {
    // That it cannot be read is told with the rest of the configuration.
    let Ok(server) = config.redis() else { return };
    let Some(server) = server else {
        findings.push(PART.warning(
            "REDIS_URL is not set",
            "`vitrine up` starts a private server; `serve` and `worker` need one for background jobs.",
        ));
        return;
    };
    let clock = Clock::system();
    let asked = async { Queue::connect(&server, NAMESPACE, clock.clone()).await?.server().await };
    let server = match timeout(WITHIN, asked).await {
        Ok(Ok(server)) => server,
        Ok(Err(error)) => {
            let advice = "Is it running, and does REDIS_URL name its address, user and password?";
            return findings.push(PART.failed(error.to_string(), advice));
        }
        Err(_) => {
            let advice = "Is there a firewall in between? Is the server stopped or overloaded?";
            return findings.push(PART.failed("no answer in time", advice));
        }
    };
    let Server { version, policy, is_replica, now } = server;
    findings.push(PART.good(format!("Redis {version} answers")));
    if is_replica {
        findings.push(PART.failed("the server is a replica, which takes no jobs", "Name the primary in REDIS_URL."));
    }
    if let Some(policy) = policy.filter(|policy| policy != "noeviction") {
        findings.push(PART.warning(
            format!("with a full memory it forgets keys ({policy}), and with them jobs, until they are found again"),
            "Set maxmemory-policy to noeviction.",
        ));
    }
    findings.extend(machine::clock(PART, Other { name: "Redis", now }, clock.now()));
}
