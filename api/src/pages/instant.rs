//! Instants as people read them, in the time zone of a workspace.

use chrono::{DateTime, Datelike, Offset, TimeZone, Utc};
use chrono_tz::Tz;

/// `28 November 2026, 14:30`. Where clocks are set back, an hour comes twice: there, `25 October 2026, 02:30 +01:00`.
pub(super) fn shown(instant: DateTime<Utc>, zone: Tz) -> String {
    let local = instant.with_timezone(&zone);
    let comes_twice = zone.from_local_datetime(&local.naive_local()).single().is_none();
    let offset = if comes_twice { format!(" {}", local.offset().fix()) } else { String::new() };
    // The format of years beyond 9999, which east of UTC is that of the last hours, has a sign in front.
    format!("{} {}, {}{offset}", local.format("%-d %B"), local.year(), local.format("%H:%M"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono_tz::{America, Asia, Australia, Europe};

    #[test]
    fn an_instant_is_told_so_that_it_is_the_only_one() {
        for (utc, zone, is) in [
            ("2026-12-31T17:00:00Z", Europe::Berlin, "31 December 2026, 18:00"),
            ("2026-10-25T00:30:00Z", Europe::Berlin, "25 October 2026, 02:30 +02:00"),
            ("2026-10-25T01:30:00Z", Europe::Berlin, "25 October 2026, 02:30 +01:00"),
            ("2026-10-25T02:00:00Z", Europe::Berlin, "25 October 2026, 03:00"),
            ("2026-03-29T01:00:00Z", Europe::Berlin, "29 March 2026, 03:00"),
            ("2026-04-04T15:15:00Z", Australia::Lord_Howe, "5 April 2026, 01:45 +10:30"),
            ("2026-11-01T05:00:00Z", America::New_York, "1 November 2026, 01:00 -04:00"),
            ("9999-12-31T23:59:00Z", Asia::Tokyo, "1 January 10000, 08:59"),
            ("9999-12-31T23:59:00Z", chrono_tz::UTC, "31 December 9999, 23:59"),
        ] {
            assert_eq!(shown(utc.parse().expect(utc), zone), is, "{utc}");
        }
    }
}
