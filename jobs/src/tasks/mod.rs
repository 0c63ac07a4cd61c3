//! The tasks of the jobs, one file for each job.
//!
//! A task returns `Ok` when its work is done, or when it has noted in Postgres why the work can never be done. It
//! returns an error when another attempt may help, and [`Abort`] when it would not.

mod collect_garbage;
mod expire_link;
mod identify;
mod index_faces;
mod ingest_asset;
mod mail_password_link;
mod outcome;
mod prune_logs;
mod reconcile;
mod reingest_asset;
mod render_proxy;
mod render_sound;
mod render_video;
mod run;
mod sweep_expired;
mod wanted;
mod watermark_cache;

pub use outcome::{Abort, Report};
pub use run::{run, run_exclusively};
pub use watermark_cache::WatermarkCache;
