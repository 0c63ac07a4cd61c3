//! Instants as the pages of signed-in users show them, in the time zone of a workspace.

use super::texts::Texts;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;

/// `28 November 2026, 14:30`.
pub(super) fn shown(instant: DateTime<Utc>, zone: Tz) -> String {
    Texts::english().instant(instant, zone)
}
