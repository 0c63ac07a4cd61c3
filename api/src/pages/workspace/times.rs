//! Times as people read and type them, in the time zone of the workspace.

use chrono::{DateTime, NaiveDateTime, TimeZone, Utc};
use chrono_tz::Tz;
use schema::links::Link;

/// The formats that browsers send, and that people type where a browser has no field for times.
const FORMATS: [&str; 4] = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S"];

/// `28 November 2026, 14:30`.
pub(super) fn shown(instant: DateTime<Utc>, zone: Tz) -> String {
    instant.with_timezone(&zone).format("%-d %B %Y, %H:%M").to_string()
}

/// `Until 28 November 2026, 14:30 (Europe/Berlin)`, for people elsewhere; none for a link that never expires.
pub(super) fn until(link: &Link, zone: Tz) -> Option<String> {
    link.settings.expires_at.map(|end| format!("Until {} ({zone})", shown(end, zone)))
}

/// The text for a field of type `datetime-local`.
pub(super) fn typed(instant: DateTime<Utc>, zone: Tz) -> String {
    instant.with_timezone(&zone).format("%Y-%m-%dT%H:%M").to_string()
}

/// The instant that was typed. Of a time that comes twice because clocks are set back, the first is meant.
pub(super) fn parse(text: &str, zone: Tz) -> Result<DateTime<Utc>, &'static str> {
    let parsed = FORMATS.iter().find_map(|format| NaiveDateTime::parse_from_str(text.trim(), format).ok());
    let local = parsed.ok_or("This is not a date with a time, as in 2026-12-31 18:00.")?;
    let instant = zone.from_local_datetime(&local).earliest();
    let instant = instant.ok_or("There is no such time on this day, because clocks are set forward.")?;
    Ok(instant.with_timezone(&Utc))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_means_the_time_of_the_workspace() {
        let zone = chrono_tz::Europe::Berlin;
        for (text, utc) in [
            ("2026-12-31T18:00", "2026-12-31T17:00:00+00:00"),
            ("2026-07-01T18:00:30", "2026-07-01T16:00:30+00:00"),
            (" 2026-07-01 18:00 ", "2026-07-01T16:00:00+00:00"),
            // Clocks are set back at three o'clock.
            ("2026-10-25T02:30", "2026-10-25T00:30:00+00:00"),
        ] {
            assert_eq!(parse(text, zone).map(|instant| instant.to_rfc3339()).as_deref(), Ok(utc), "{text}");
        }
        for bad in ["2026-03-29T02:30", "tomorrow", "2026-02-30T10:00", "", "2026-12-31", "+262143-12-31T23:59:59"] {
            assert!(parse(bad, zone).is_err(), "{bad}");
        }
        let instant = parse("2026-12-31T18:00", zone).unwrap_or_default();
        assert_eq!(
            (typed(instant, zone), shown(instant, zone)),
            ("2026-12-31T18:00".into(), "31 December 2026, 18:00".into())
        );
    }
}
