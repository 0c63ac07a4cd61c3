//! `vitrine job queue`, `dead`, `retry` and `discard`: the queue, on the command line.

use super::selection::DeadJobs;
use crate::{
    cli::{output, required_redis, runtime, worker},
    config::Config,
};
use app::{
    backlog::{DeadJob, LaneDepths, RunningJob},
    dead_jobs::DeadJobAction,
};
use domain::Clock;
use jobs::Queue;
use serde_json::{Value, json};
use std::process::ExitCode;

/// How many jobs are read at a time.
const PAGE: usize = 500;

/// Prints how many jobs wait, and which jobs run.
pub(super) fn print_queue(config: &Config, as_json: bool) -> anyhow::Result<ExitCode> {
    runtime()?.block_on(async {
        let queue = connect(config).await?;
        let (lanes, running) = (queue.depths().await?, queue.running().await?);
        if as_json {
            let lanes = lanes.iter().map(|depths| {
                json!({ "lane": depths.lane.name(), "ready": depths.ready, "scheduled": depths.scheduled,
                    "running": depths.running, "dead": depths.dead })
            });
            let running = running.iter().map(|job| {
                json!({ "id": job.id, "job": parsed(&job.args), "worker": job.worker, "since": job.since,
                    "attempt": job.attempt })
            });
            let answer = json!({ "lanes": lanes.collect::<Value>(), "running": running.collect::<Value>() });
            output::say(&answer.to_string());
            return Ok(ExitCode::SUCCESS);
        }
        output::say(&format!("{:<10} {:>8} {:>10} {:>8} {:>6}", "lane", "ready", "scheduled", "running", "dead"));
        for LaneDepths { lane, ready, scheduled, running, dead } in lanes {
            output::say(&format!("{:<10} {ready:>8} {scheduled:>10} {running:>8} {dead:>6}", lane.name()));
        }
        for RunningJob { id, args, worker, since, attempt } in running {
            output::say(&format!("{id}  {args}  attempt {attempt}, since {}, {worker}", since.to_rfc3339()));
        }
        Ok(ExitCode::SUCCESS)
    })
}

/// Prints the dead jobs, and why they failed.
pub(super) fn print_dead_jobs(config: &Config, as_json: bool) -> anyhow::Result<ExitCode> {
    runtime()?.block_on(async {
        let queue = connect(config).await?;
        let (mut all, mut after) = (Vec::new(), None);
        loop {
            let page = queue.dead(after, PAGE).await?;
            let Some(last) = page.last() else { break };
            after = Some(last.place);
            if as_json {
                all.extend(page.iter().map(described));
            } else {
                for DeadJob { id, args, attempts, reason, at, .. } in page {
                    output::say(&format!("{id}  {args}  {attempts} attempts, {}: {reason}", at.to_rfc3339()));
                }
            }
        }
        if as_json {
            output::say(&Value::Array(all).to_string());
        }
        Ok(ExitCode::SUCCESS)
    })
}

/// Retries or discards dead jobs. Fails if a named job is not dead.
pub(super) fn change_dead_jobs(
    config: &Config,
    action: DeadJobAction,
    selection: DeadJobs,
    as_json: bool,
) -> anyhow::Result<ExitCode> {
    runtime()?.block_on(async {
        let queue = connect(config).await?;
        let count = if selection.all {
            change_all(&queue, action).await?
        } else {
            change_those(&queue, action, &selection.ids).await?.len()
        };
        let told = match action {
            DeadJobAction::Retry => "retried",
            DeadJobAction::Discard => "discarded",
        };
        output::say(&if as_json { json!({ told: count }).to_string() } else { format!("{told}: {count}") });
        let missing = selection.ids.len().saturating_sub(count);
        anyhow::ensure!(
            selection.all || missing == 0,
            "{missing} of the ids name no job that was given up on; see `vitrine job dead`"
        );
        Ok(ExitCode::SUCCESS)
    })
}

/// Changes all dead jobs. Jobs that die in the meantime come before the first page, so that the walk ends.
async fn change_all(queue: &Queue, action: DeadJobAction) -> anyhow::Result<usize> {
    let (mut count, mut after) = (0, None);
    loop {
        let page = queue.dead(after, PAGE).await?;
        let Some(last) = page.last() else { return Ok(count) };
        after = Some(last.place);
        let ids: Vec<String> = page.into_iter().map(|job| job.id).collect();
        count += change_those(queue, action, &ids).await?.len();
    }
}

async fn change_those(queue: &Queue, action: DeadJobAction, ids: &[String]) -> anyhow::Result<Vec<String>> {
    Ok(match action {
        DeadJobAction::Retry => queue.retry(ids).await?,
        DeadJobAction::Discard => queue.discard(ids).await?,
    })
}

async fn connect(config: &Config) -> anyhow::Result<Queue> {
    let redis = required_redis(config)?;
    Ok(Queue::connect(&redis, worker::NAMESPACE, Clock::system()).await?)
}

fn described(job: &DeadJob) -> Value {
    json!({ "id": job.id, "job": parsed(&job.args), "attempts": job.attempts, "reason": job.reason, "at": job.at })
}

/// The job as JSON, or the text that is in its place.
fn parsed(args: &str) -> Value {
    serde_json::from_str(args).unwrap_or_else(|_| args.into())
}
