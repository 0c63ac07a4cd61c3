//! The archive of a link: what it contains, how it is sent, how it is counted, and when it ends early.

mod contents;
mod counting;
mod every_setting;
mod page;
mod parts;
mod stopped;
pub(crate) mod zips;
