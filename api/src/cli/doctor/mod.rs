//! `vitrine doctor`: tries everything that an installation needs, and says of each part what is wrong and what to do.
//!
//! A part that fails does not keep the others from being tried, so that one run tells all there is to mend. Nothing is
//! changed: the only thing that is written is a probe in the storage, which is deleted again.

mod command;
mod configuration;
mod database;
mod finding;
mod machine;
mod mail;
mod programs;
mod redis;
mod replica;
mod storage;

pub(super) use command::Doctor;
use finding::{Finding, Part};
