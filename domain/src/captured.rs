//! When a picture was taken, by what its file says.
//!
//! It is kept as the clock showed it there, without a time zone: the day of a picture is the day on which the photographer
//! was there. Cameras write just that, and most of them no time zone beside it.

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc};
use chrono_tz::Tz;

/// What a file says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Captured {
    /// What the clock showed.
    Local(NaiveDateTime),
    /// An instant, without a word of where that was.
    Instant(DateTime<Utc>),
}

/// The year of the oldest photograph that is left.
const FIRST_YEAR: i32 = 1826;

/// The years at whose beginning clocks start to count that were never set.
const CLOCKS_BEGIN: [i32; 2] = [1904, 1970];

impl Captured {
    /// Of EXIF: a date, such as `2024:05:01 18:30:05`, and the digits after its decimal point, if there are any. None if it
    /// is no date.
    pub fn of_exif(text: &str, fraction: Option<&str>) -> Option<Self> {
        let at = wall_clock(text)?;
        Some(Self::Local(fraction.and_then(micros).and_then(|micros| at.checked_add_signed(micros)).unwrap_or(at)))
    }

    /// Of a container of videos: `2024-05-01T16:30:05.000000Z`, or with the time zone of the place. None if it is no date.
    pub fn of_container(text: &str) -> Option<Self> {
        let at = wall_clock(text)?;
        Some(if text.ends_with('Z') { Self::Instant(at.and_utc()) } else { Self::Local(at) })
    }

    /// What is believed of it, as a clock there showed it; none if no picture can have been taken then. An instant is told
    /// in a time zone which is that of the place as far as anybody knows.
    pub fn believed(self, zone: Tz, now: DateTime<Utc>) -> Option<NaiveDateTime> {
        let (said, local) = match self {
            Self::Local(local) => (local, local),
            Self::Instant(instant) => (instant.naive_utc(), instant.with_timezone(&zone).naive_local()),
        };
        let year = |year| NaiveDate::from_ymd_opt(year, 1, 1).unwrap_or_default().and_time(chrono::NaiveTime::MIN);
        let is_of_clock = CLOCKS_BEGIN.into_iter().any(|begin| said == year(begin));
        // No place is a day ahead of another.
        let latest = now.naive_utc().checked_add_signed(TimeDelta::days(1))?;
        (!is_of_clock && local >= year(FIRST_YEAR) && local <= latest).then_some(local)
    }
}

/// A date and a time at the places where the formats have them, whatever is between them: some programs write dashes in
/// EXIF, and some cameras blanks for zeros. What follows is a time zone or a fraction.
fn wall_clock(text: &str) -> Option<NaiveDateTime> {
    let number = |from: usize, to: usize| {
        let digits = text.get(from..to)?.trim_start();
        if digits.bytes().all(|byte| byte.is_ascii_digit()) { digits.parse::<u32>().ok() } else { None }
    };
    let is_apart = |at: usize| text.as_bytes().get(at).is_some_and(|byte| !byte.is_ascii_digit());
    if ![4, 7, 10, 13, 16].into_iter().all(is_apart) {
        return None;
    }
    let date = NaiveDate::from_ymd_opt(number(0, 4)?.cast_signed(), number(5, 7)?, number(8, 10)?)?;
    date.and_hms_opt(number(11, 13)?, number(14, 16)?, number(17, 19)?)
}

/// The digits after a decimal point, as far as the database keeps them.
fn micros(digits: &str) -> Option<TimeDelta> {
    let digits = digits.trim();
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let six: String = digits.chars().chain("000000".chars()).take(6).collect();
    six.parse().ok().map(TimeDelta::microseconds)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono_tz::{America, Europe};

    fn now() -> DateTime<Utc> {
        "2026-11-29T12:00:00Z".parse().unwrap()
    }

    #[test]
    fn what_cameras_write_is_believed_where_it_can_be() {
        for (text, fraction, expected) in [
            ("2024:05:01 18:30:05", None, "2024-05-01T18:30:05"),
            ("2024:05:01 18:30:05", Some("12"), "2024-05-01T18:30:05.120"),
            ("2024:05:01 18:30:05", Some("123456789"), "2024-05-01T18:30:05.123456"),
            ("2024:05:01 18:30:05", Some("  "), "2024-05-01T18:30:05"),
            ("2024:05:01 18:30:05", Some("-5"), "2024-05-01T18:30:05"),
            ("2024-05-01T18:30:05+02:00", None, "2024-05-01T18:30:05"),
            ("2024/05/01 18:30:05", None, "2024-05-01T18:30:05"),
            ("2024:05: 1  8:30: 5", None, "2024-05-01T08:30:05"),
            ("2024:02:29 00:00:00", None, "2024-02-29T00:00:00"),
            ("1861:07:04 10:00:00", None, "1861-07-04T10:00:00"),
            ("1970:01:01 00:00:01", None, "1970-01-01T00:00:01"),
            ("2026:11:30 12:00:00", None, "2026-11-30T12:00:00"),
            ("2026:11:30 12:00:01", None, ""),
            ("9999:12:31 23:59:59", None, ""),
            ("1970:01:01 00:00:00", None, ""),
            ("1904:01:01 00:00:00", None, ""),
            ("1825:12:31 23:59:59", None, ""),
            ("0001:01:01 00:00:00", None, ""),
            ("0000:00:00 00:00:00", None, ""),
            ("    :  :     :  :  ", None, ""),
            ("2024:02:31 10:00:00", None, ""),
            ("2023:02:29 10:00:00", None, ""),
            ("2024:13:01 10:00:00", None, ""),
            ("2024:05:01 24:00:00", None, ""),
            ("2024:05:01 10:60:00", None, ""),
            ("2024:05:01 10:00:60", None, ""),
            ("2024:05:01", None, ""),
            ("2024:05:01 18:30", None, ""),
            ("20240501 18300500000", None, ""),
            ("1 May 2024, 18:30:05", None, ""),
            ("2024:05:01 18:30:-5", None, ""),
            ("2024:05:01 18:30:+5", None, ""),
            ("20é4:05:01 18:30:05", None, ""),
            ("", None, ""),
        ] {
            let found = Captured::of_exif(text, fraction).and_then(|said| said.believed(Europe::Berlin, now()));
            let expected = (!expected.is_empty()).then(|| expected.parse().unwrap());
            assert_eq!(found, expected, "{text:?} {fraction:?}");
        }
    }

    #[test]
    fn an_instant_is_told_in_the_time_zone_and_a_clock_is_not() {
        for (text, zone, expected) in [
            ("2024-05-01T22:30:05.000000Z", Europe::Berlin, "2024-05-02T00:30:05"),
            ("2024-05-01T22:30:05.000000Z", America::New_York, "2024-05-01T18:30:05"),
            ("2024-05-01T22:30:05+0900", Europe::Berlin, "2024-05-01T22:30:05"),
            ("2005-08-10 12:00:05", America::New_York, "2005-08-10T12:00:05"),
            ("1970-01-01T00:00:00.000000Z", America::New_York, ""),
            ("1904-01-01T00:00:00.000000Z", Europe::Berlin, ""),
            ("2036-02-06T06:28:16.000000Z", Europe::Berlin, ""),
            ("yesterday", Europe::Berlin, ""),
        ] {
            let found = Captured::of_container(text).and_then(|said| said.believed(zone, now()));
            let expected = (!expected.is_empty()).then(|| expected.parse().unwrap());
            assert_eq!(found, expected, "{text} {zone}");
        }
    }
}
