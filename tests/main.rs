//! All tests over the real parts, by entry point. One binary, because linking many costs more than running them.

mod flows;
mod graphql;
mod jobs;
mod pages;
