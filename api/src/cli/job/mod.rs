//! `vitrine job`: runs one job now, for cron, Kubernetes and people, and shows the queue of the workers.

mod command;
mod queue;
mod run;
mod selection;

pub(super) use command::Job;
