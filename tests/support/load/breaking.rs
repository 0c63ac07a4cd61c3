//! Breaks one part after the other, and mends it.

use super::{Length, Load, Plan, owners, parts::Part, private::Private, report::Sample};
use crate::{Fault, Process};
use rand::{RngExt, seq::SliceRandom};
use std::{
    fmt,
    time::{Duration, Instant},
};
use tokio::time::sleep;

/// How a part breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum How {
    /// It is killed in the middle of its work, and started again.
    Kill,
    /// It is there and does nothing.
    Pause,
    /// It is told to end, and started again.
    End,
}

impl fmt::Display for How {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Kill => "a kill",
            Self::Pause => "a pause",
            Self::End => "an orderly end",
        })
    }
}

/// Whether a part can break like this.
fn can(part: Part, how: How) -> bool {
    match part {
        Part::Serve(_) | Part::Worker(_) => true,
        Part::Postgres | Part::Redis | Part::Storage => how != How::End,
    }
}

/// Longer than any timeout of requests and than the leases of jobs.
const LONG_FAULT: Duration = Duration::from_secs(35);

/// Breaks everything, in an order that is chance, until the plan is done. Returns the figures of half-way.
pub(super) async fn break_all(load: &Load, private: &Private, plan: &Plan) -> Option<Sample> {
    let begun = Instant::now();
    let all: Vec<(Part, How)> = Part::ALL
        .into_iter()
        .flat_map(|part| [How::Kill, How::Pause, How::End].map(|how| (part, how)))
        .filter(|(part, how)| can(*part, *how))
        .collect();
    let (mut half, mut done) = (None, 0);
    loop {
        let mut round = all.clone();
        round.shuffle(&mut *load.chance.borrow_mut());
        for (part, how) in round {
            let (is_half, is_over) = match plan.length {
                Length::Round => (done >= all.len() / 2, done >= all.len()),
                Length::Time(time) => (begun.elapsed() >= time / 2, begun.elapsed() >= time),
            };
            if is_over {
                return half;
            }
            if is_half && half.is_none() {
                half = Some(Sample::take(load, "half-way").await);
            }
            let hold = match plan.length {
                Length::Round => Duration::from_secs(1),
                Length::Time(_) if load.chance(10) == 0 => LONG_FAULT,
                Length::Time(_) => Duration::from_millis(load.chance.borrow_mut().random_range(200..5_000)),
            };
            eprintln!("{how} of {part}");
            break_and_mend(load, private, (part, how), hold).await;
            load.until_all_go_on(&format!("{how} of {part}")).await;
            // The server remembers what it was asked.
            load.installation.s3.seen();
            done += 1;
        }
        if matches!(plan.length, Length::Round) {
            return half;
        }
    }
}

async fn break_and_mend(load: &Load, private: &Private, (part, how): (Part, How), hold: Duration) {
    load.outages.begin(part);
    match part {
        Part::Serve(index) => break_process(load, &load.installation.serves[index], how, hold).await,
        Part::Worker(index) => {
            // So that it breaks in the middle of its work.
            futures::join!(owners::upload(load), owners::upload(load), owners::upload(load), owners::upload(load));
            break_process(load, &load.installation.workers[index], how, hold).await;
        }
        Part::Postgres if how == How::Pause => {
            let _paused = private.pause_postgres();
            sleep(hold).await;
        }
        Part::Postgres => {
            private.kill_postgres();
            sleep(hold).await;
            private.restart_postgres().await;
        }
        Part::Redis if how == How::Pause => {
            let _paused = private.pause_redis().await;
            sleep(hold).await;
        }
        Part::Redis => {
            private.kill_redis().await;
            sleep(hold).await;
            private.restart_redis().await;
        }
        Part::Storage => {
            let fault = if how == How::Pause { Fault::Slow(hold) } else { Fault::Away };
            load.installation.s3.fail("", "", fault, usize::MAX);
            sleep(hold).await;
            load.installation.s3.heal();
        }
    }
    for process in load.installation.processes() {
        process.until_ready().await;
    }
    load.outages.end(part);
}

async fn break_process(load: &Load, process: &Process, how: How, hold: Duration) {
    match how {
        How::Kill => process.kill().await,
        How::Pause => {
            let _paused = process.pause();
            return sleep(hold).await;
        }
        How::End => {
            process.tell_to_end();
            let status = process.ended().await;
            if !status.success() {
                load.tally.wrong(format!("a process that was told to end ended with {status}"));
            }
        }
    }
    sleep(hold).await;
    process.start();
}
