//! `/settings`: the settings of the workspace, for administrators: its name and time zone, and how its links look to
//! visitors.

pub(super) mod change;
pub(super) mod logo;
pub(super) mod overview;
mod templates;
