//! `vitrine up`: everything at once, for trying and for small installations.

mod administrator;
mod command;
mod welcome;

pub(super) use command::Up;
