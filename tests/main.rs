//! All tests over the real parts, by entry point. One binary, because linking many costs more than running them.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod browser;
mod connections;
mod flows;
mod graphql;
mod jobs;
mod pages;
mod storage;
