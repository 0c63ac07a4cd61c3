//! Statistics: what visitors did on each day, counted without knowing who they are.
//!
//! A day is that of the workspace's time zone. A visitor is counted once a day and link: their browser keeps a marker
//! ([`Seen`]) that is the same for everybody who saw the same on that day, so that it tells nobody from another. Neither
//! an address nor a browser is stored or compared, and the guests of one network are as many visitors as they are.

use crate::{
    AssetId,
    grant::{Purpose, Scope},
    token::Keyring,
};
use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, Utc};
use chrono_tz::Tz;

/// How many days `lastMonth` has, and a chart.
pub const MONTH: u32 = 30;

/// The most days that are listed one by one.
pub const MAX_DAYS: u32 = 366;

/// How many assets of a link a marker can hold. The oldest make room; who looks at them once more on that day is counted
/// once more. It keeps the cookie, which comes with every picture of the link, below 600 bytes.
const MAX_ASSETS: usize = 100;

/// The length of the tag that stands for an asset in a marker.
const TAG: usize = 4;

/// How many tags there are: all texts of that length in base62.
const TAGS: u32 = 62_u32.pow(4);

/// Stands between the tags and the signature.
const SEPARATOR: char = '~';

/// The day of an instant.
pub fn day(instant: DateTime<Utc>, zone: Tz) -> NaiveDate {
    instant.with_timezone(&zone).date_naive()
}

/// Consecutive days, of which the last is today.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Period {
    /// The first day.
    pub first: NaiveDate,
    /// The last day.
    pub last: NaiveDate,
}

impl Period {
    /// So many days until today.
    pub fn until_today(days: u32, now: DateTime<Utc>, zone: Tz) -> Self {
        let last = day(now, zone);
        let first = last.checked_sub_days(Days::new(days.saturating_sub(1).into())).unwrap_or(last);
        Self { first, last }
    }

    /// Each day, the earliest first.
    pub fn days(self) -> impl Iterator<Item = NaiveDate> {
        self.first.iter_days().take_while(move |day| *day <= self.last)
    }
}

/// For what a visitor was counted on a day under a link: that they came, and which of its assets they saw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    day: NaiveDate,
    /// The tags of the assets, the newest last.
    assets: String,
}

impl Seen {
    /// A visitor who was not counted yet.
    pub fn nothing(day: NaiveDate) -> Self {
        Self { day, assets: String::new() }
    }

    /// Reads a marker that was signed for this link on this day. `scope` is the scope of the link, for any purpose.
    pub fn read(keys: &Keyring, scope: Scope<'_>, marker: &str, day: NaiveDate, now: DateTime<Utc>) -> Option<Self> {
        let (assets, signature) = marker.split_once(SEPARATOR)?;
        let seen = Self { day, assets: assets.to_owned() };
        seen.with_scope(scope, |scope| scope.left(keys, signature, now)).map(|_| seen)
    }

    /// Whether the visitor was counted for an asset.
    pub fn has(&self, asset: AssetId) -> bool {
        let tag = tag(asset);
        self.assets.as_bytes().chunks(TAG).any(|seen| seen == tag.as_bytes())
    }

    /// The same with one more asset.
    #[must_use]
    pub fn with(&self, asset: AssetId) -> Self {
        let all = format!("{}{}", self.assets, tag(asset));
        let surplus = all.len().saturating_sub(MAX_ASSETS * TAG);
        Self { day: self.day, assets: all[surplus..].to_owned() }
    }

    /// The marker, and how long a browser keeps it. It ends at the same instant for everybody, when the day has ended in
    /// every time zone.
    pub fn sign(&self, keys: &Keyring, scope: Scope<'_>, now: DateTime<Utc>) -> (String, TimeDelta) {
        let until = self.day.checked_add_days(Days::new(2)).unwrap_or(self.day).and_time(NaiveTime::MIN).and_utc();
        let signature = self.with_scope(scope, |scope| scope.sign(keys, until));
        (format!("{}{SEPARATOR}{signature}", self.assets), until - now)
    }

    /// Another password does not make another visitor.
    fn with_scope<T>(&self, scope: Scope<'_>, with: impl FnOnce(Scope<'_>) -> T) -> T {
        let text = format!("{} {}", self.day, self.assets);
        with(Scope { password_version: 0, purpose: Purpose::Seen(&text), ..scope })
    }
}

/// The last bytes of an id, which are random. Of the assets that one visitor sees on a day, hardly two have the same.
fn tag(asset: AssetId) -> String {
    let [.., a, b, c, d] = *asset.as_bytes();
    format!("{:0>TAG$}", base62::encode(u32::from_be_bytes([a, b, c, d]) % TAGS))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::LinkId;
    use uuid::Uuid;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn a_day_is_that_of_the_zone() {
        let (berlin, kiritimati) = (chrono_tz::Europe::Berlin, chrono_tz::Pacific::Kiritimati);
        let days = |instant| [chrono_tz::UTC, berlin, kiritimati].map(|zone| day(at(instant), zone).to_string());
        assert_eq!(days("2026-03-28T22:59:59Z"), ["2026-03-28", "2026-03-28", "2026-03-29"]);
        assert_eq!(days("2026-03-28T23:00:00Z"), ["2026-03-28", "2026-03-29", "2026-03-29"]);
        // On the next day, summer time begins.
        assert_eq!(days("2026-03-29T22:00:00Z"), ["2026-03-29", "2026-03-30", "2026-03-30"]);
        let period = Period::until_today(3, at("2026-03-01T00:00:00Z"), berlin);
        let days: Vec<String> = period.days().map(|day| day.to_string()).collect();
        assert_eq!(days, ["2026-02-27", "2026-02-28", "2026-03-01"]);
        let today = Period::until_today(1, at("2026-03-01T00:00:00Z"), berlin);
        assert_eq!((today.first, today.days().count()), (today.last, 1));
    }

    #[test]
    fn a_marker_holds_for_its_link_and_day_and_is_the_same_for_everybody() {
        let keys: Keyring = "0123456789abcdef0123456789abcdef".parse().unwrap();
        let today: NaiveDate = "2026-03-28".parse().unwrap();
        let (morning, evening) = (at("2026-03-28T06:00:00Z"), at("2026-03-28T20:00:00Z"));
        let link = |number| LinkId::from_uuid(Uuid::from_u128(number));
        let scope = Scope { link: link(1), token_version: 1, password_version: 1, purpose: Purpose::Unlocked };
        let [one, two] = [1, 2].map(|number| AssetId::from_uuid(Uuid::from_u128(number)));
        let seen = Seen::nothing(today).with(one);
        let (marker, _) = seen.sign(&keys, scope, morning);
        assert_eq!(marker, seen.sign(&keys, scope, evening).0, "it does not tell when the visitor came");
        let read = |scope, day| Seen::read(&keys, scope, &marker, day, evening);
        assert_eq!(read(scope, today), Some(seen.clone()));
        assert_eq!((seen.has(one), seen.has(two)), (true, false));
        assert_eq!(read(Scope { password_version: 2, ..scope }, today), Some(seen.clone()));
        for other in [Scope { link: link(2), ..scope }, Scope { token_version: 2, ..scope }] {
            assert_eq!(read(other, today), None, "{other:?}");
        }
        assert_eq!(read(scope, today.succ_opt().unwrap()), None);
        for made_up in [&marker[1..], &marker[4..], &format!("AAAA{marker}"), "", "~", "~1.2", "é~1.2"] {
            assert_eq!(Seen::read(&keys, scope, made_up, today, evening), None, "{made_up}");
        }
        let (nothing, lasts) = Seen::nothing(today).sign(&keys, scope, morning);
        assert!(Seen::read(&keys, scope, &nothing, today, morning).is_some_and(|seen| !seen.has(one)));
        assert_eq!(lasts, TimeDelta::hours(42));
    }

    #[test]
    fn a_marker_forgets_the_oldest_of_many_assets() {
        let keys: Keyring = "0123456789abcdef0123456789abcdef".parse().unwrap();
        let today: NaiveDate = "2026-03-28".parse().unwrap();
        let asset = |number| AssetId::from_uuid(Uuid::from_u128(number));
        let seen = (1..=150).fold(Seen::nothing(today), |seen, number| seen.with(asset(number)));
        assert_eq!([1, 50, 51, 150].map(|number| seen.has(asset(number))), [false, false, true, true]);
        let scope = Scope { link: LinkId::nil(), token_version: 1, password_version: 1, purpose: Purpose::Unlocked };
        assert!(seen.sign(&keys, scope, at("2026-03-28T06:00:00Z")).0.len() < 600);
    }
}
