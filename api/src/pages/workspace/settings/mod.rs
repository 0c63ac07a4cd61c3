//! `/settings`: the settings of the workspace, for administrators: its name and time zone, how its links look to
//! visitors, and whether these may search by person.

pub(super) mod change;
pub(super) mod logo;
pub(super) mod overview;
pub(super) mod person_search;
mod templates;
