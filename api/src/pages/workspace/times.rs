//! Times as people read and type them, in the time zone of the workspace.

use crate::pages::instant::shown;
use chrono::{DateTime, NaiveDateTime, TimeZone, Utc};
use chrono_tz::Tz;
use domain::clock::is_storable;
use schema::links::Link;

/// The formats that browsers send, and that people type where a browser has no field for times.
const FORMATS: [&str; 4] = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S"];

/// `From 28 November 2026, 14:30 (Europe/Berlin)`, if the link opens later, and `Until …`, if it expires: each in a line
/// of its own, for people elsewhere.
pub(super) fn from_and_until(link: &Link, zone: Tz, now: DateTime<Utc>) -> Vec<String> {
    let start = link.settings.starts_at.filter(|start| *start > now).map(|start| ("From", start));
    let end = link.settings.expires_at.map(|end| ("Until", end));
    start.into_iter().chain(end).map(|(word, at)| format!("{word} {} ({zone})", shown(at, zone))).collect()
}

/// The text for a field of type `datetime-local`.
pub(super) fn typed(instant: DateTime<Utc>, zone: Tz) -> String {
    // Years of five digits are written without a sign there.
    instant.with_timezone(&zone).format("%Y-%m-%dT%H:%M").to_string().trim_start_matches('+').to_owned()
}

/// The instant that was typed. Of a time that comes twice because clocks are set back, the first is meant.
pub(super) fn parse(text: &str, zone: Tz) -> Result<DateTime<Utc>, &'static str> {
    let text = text.trim();
    // The last hours of the year 9999 are in the next one east of UTC.
    let text = if text.starts_with("10000-") { &format!("+{text}") } else { text };
    let parsed = FORMATS.iter().find_map(|format| NaiveDateTime::parse_from_str(text, format).ok());
    let local = parsed.ok_or("This is not a date with a time, as in 2026-12-31 18:00.")?;
    let instant = zone.from_local_datetime(&local).earliest();
    let instant = instant.ok_or("There is no such time on this day, because clocks are set forward.")?;
    let instant = instant.with_timezone(&Utc);
    if is_storable(instant) { Ok(instant) } else { Err("This is not a date of the years 1 to 9999.") }
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
        for bad in ["2026-03-29T02:30", "tomorrow", "2026-02-30T10:00", "", "2026-12-31"] {
            assert!(parse(bad, zone).is_err(), "{bad}");
        }
        for far in ["-9999-01-01T00:00", "+262142-12-31T23:59", "+262143-12-31T23:59:59", "10000-01-01T02:00"] {
            assert!(parse(far, zone).is_err(), "{far}");
        }
        let instant = parse("2026-12-31T18:00", zone).unwrap_or_default();
        assert_eq!(
            (typed(instant, zone), shown(instant, zone)),
            ("2026-12-31T18:00".into(), "31 December 2026, 18:00".into())
        );
        let last = parse("9999-12-31T23:59", chrono_tz::UTC).unwrap_or_default();
        let typed = typed(last, chrono_tz::Asia::Tokyo);
        assert_eq!((&*typed, parse(&typed, chrono_tz::Asia::Tokyo)), ("10000-01-01T08:59", Ok(last)));
    }
}
