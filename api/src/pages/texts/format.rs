//! Counts, sizes, times and names as people read them, in each language.

use super::Texts;
use crate::pages::view_model::clock;
use app::files::{FileName, OfferedFile};
use chrono::{DateTime, Datelike, NaiveDate, Offset, TimeZone, Utc};
use chrono_tz::Tz;
use domain::{AssetKind, MemberOrder, Preset};
use schema::assets::Asset;
use std::time::Duration;

impl Texts {
    /// How many items a page shows; none: too many to be counted.
    pub(in crate::pages) fn item_count(self, count: Option<i64>) -> String {
        count.map_or_else(|| self.items_many(), |count| self.items(count))
    }

    /// How many items a search found; none: too many to be counted.
    pub(in crate::pages) fn found_count(self, count: Option<i64>) -> String {
        count.map_or_else(|| self.found_many(), |count| self.found(count))
    }

    /// A size in decimal units with one digit, as file managers show them.
    pub(in crate::pages) fn byte_size(self, bytes: i64) -> String {
        const UNITS: [&str; 5] = ["kB", "MB", "GB", "TB", "PB"];
        if bytes < 1000 {
            return self.bytes(bytes);
        }
        let (mut unit, mut size) = (0, 1000_i128);
        while i128::from(bytes) >= size * 1000 && unit + 1 < UNITS.len() {
            size *= 1000;
            unit += 1;
        }
        let tenths = (i128::from(bytes) * 10 + size / 2) / size;
        let number = format!("{}{}{}", tenths / 10, self.decimal_separator(), tenths % 10);
        self.size(number, UNITS[unit])
    }

    /// `JPEG, 4.2 MB`.
    pub(in crate::pages) fn detail(self, media_type: &str, size: Option<i64>) -> String {
        let name = match media_type {
            "text/plain" => self.type_text(),
            "image/svg+xml" => "SVG".to_owned(),
            "image/svg+xml-compressed" => "SVGZ".to_owned(),
            "image/x-win-bitmap" => "Cursor".to_owned(),
            "application/octet-stream" | "" => self.type_file(),
            other => other.rsplit(['/', '.', '-']).next().unwrap_or(other).to_uppercase(),
        };
        match size {
            Some(bytes) => self.file_detail(name, self.byte_size(bytes)),
            None => name,
        }
    }

    /// What visitors may know of an asset: nothing of where, when and how its original was made, and the size of its file
    /// only where the original may be downloaded.
    pub(in crate::pages) fn facts(self, asset: &Asset, is_original_offered: bool) -> Vec<(String, String)> {
        let kind = match asset.kind {
            AssetKind::Image => self.kind_image(),
            AssetKind::Video => self.kind_video(),
            AssetKind::Audio => self.kind_audio(),
            AssetKind::Document => self.kind_document(),
            AssetKind::Other => self.type_file(),
        };
        let mut facts = vec![(self.fact_kind(), kind), (self.fact_type(), self.detail(&asset.media_type, None))];
        if let Some((width, height)) = asset.width.zip(asset.height) {
            facts.push((self.fact_dimensions(), self.pixels(format!("{width} × {height}"))));
        }
        if let Some(seconds) = asset.duration_seconds.filter(|_| asset.kind != AssetKind::Image) {
            facts.push((self.fact_duration(), clock(seconds)));
        }
        if let Some(bytes) = asset.byte_size.filter(|_| is_original_offered) {
            facts.push((self.fact_byte_size(), self.byte_size(bytes)));
        }
        facts
    }

    /// `28 November 2026, 14:30`. Where clocks are set back, an hour comes twice: there, `25 October 2026, 02:30 +01:00`.
    pub(in crate::pages) fn instant(self, instant: DateTime<Utc>, zone: Tz) -> String {
        let local = instant.with_timezone(&zone);
        let comes_twice = zone.from_local_datetime(&local.naive_local()).single().is_none();
        let offset = if comes_twice { format!(" {}", local.offset().fix()) } else { String::new() };
        let time = format!("{}{offset}", local.format("%H:%M"));
        self.date_time(self.date(local.day(), local.month(), local.year()), time)
    }

    /// `Wednesday, 1 May 2024`.
    pub(in crate::pages) fn day(self, day: NaiveDate) -> String {
        self.weekday_date(day.weekday().number_from_monday(), self.date(day.day(), day.month(), day.year()))
    }

    /// `Available until 24 November 2026, 18:00 (Europe/Berlin)`.
    pub(in crate::pages) fn expiry(self, end: DateTime<Utc>, zone: &str) -> String {
        let zone: Tz = zone.parse().unwrap_or(chrono_tz::UTC);
        self.available_until(self.instant(end, zone), zone.name())
    }

    /// Whole seconds to wait, at least one.
    pub(in crate::pages) fn wait(wait: Duration) -> i64 {
        i64::try_from(app::seconds(wait)).unwrap_or(i64::MAX)
    }

    /// The name of an order.
    pub(in crate::pages) fn order_name_of(self, order: MemberOrder) -> String {
        match order {
            MemberOrder::Position => self.order_position(),
            MemberOrder::Name => self.order_name(),
            MemberOrder::Newest => self.order_newest(),
            MemberOrder::Oldest => self.order_oldest(),
            MemberOrder::Captured => self.order_captured(),
        }
    }

    /// The name of a version of an asset, in this size in pixels if it is known.
    pub(in crate::pages) fn preset(self, preset: Preset, dimensions: Option<(i32, i32)>) -> String {
        match preset {
            Preset::Thumbnail => self.thumbnail(),
            Preset::Preview => self.preview(),
            Preset::Fullscreen => self.full_screen_picture(),
            Preset::Poster => self.poster(),
            Preset::Audio => self.audio(),
            Preset::Video480 | Preset::Video1080 => self.video(preset.video_size(dimensions).unwrap_or_default()),
        }
    }

    /// The name of a file that is offered.
    pub(in crate::pages) fn file_name(self, offered: &OfferedFile<'_>) -> String {
        match (offered.file, offered.dimensions) {
            (FileName::Original, _) => self.original(),
            (FileName::Proxy(preset), Some((width, height))) => {
                self.in_size(self.preset(preset, offered.dimensions), format!("{width} × {height}"))
            }
            (FileName::Proxy(preset), None) => self.preset(preset, None),
            // Its owner named it.
            (FileName::Attachment(_) | FileName::Captions(_), _) => offered.label.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono_tz::{America, Asia, Australia, Europe};

    fn texts(tag: &str) -> Texts {
        Texts::named(tag).expect(tag)
    }

    #[test]
    fn sizes_and_types_read_well() {
        let english = Texts::english();
        let sizes = [
            (0, "0 bytes"),
            (1, "1 byte"),
            (999, "999 bytes"),
            (1000, "1.0 kB"),
            (4_249_999, "4.2 MB"),
            (999_999, "1000.0 kB"),
            (2_000_000_000, "2.0 GB"),
        ];
        for (bytes, text) in sizes {
            assert_eq!(english.byte_size(bytes), text);
        }
        assert_eq!(english.detail("image/jpeg", Some(4_200_000)), "JPEG, 4.2 MB");
        assert_eq!(texts("de").detail("image/jpeg", Some(4_200_000)), "JPEG, 4,2 MB");
        assert_eq!(english.detail("application/vnd.ms-excel", None), "EXCEL");
        assert_eq!(english.detail("image/svg+xml-compressed", None), "SVGZ");
        assert_eq!(english.detail("application/octet-stream", Some(5)), "File, 5 bytes");
    }

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
            assert_eq!(Texts::english().instant(utc.parse().expect(utc), zone), is, "{utc}");
        }
        let end = "2026-03-29T01:00:00Z".parse().expect("an instant");
        assert_eq!(texts("de").instant(end, Europe::Berlin), "29. März 2026, 03:00 Uhr");
        assert_eq!(texts("ar").instant(end, Europe::Berlin), "29 مارس 2026، \u{2068}03:00\u{2069}");
    }

    #[test]
    fn a_day_is_told_with_its_weekday() {
        let days = ["2024-05-01", "2024-05-05", "1861-07-04"].map(|day| day.parse().expect("a day"));
        for (tag, expected) in [
            ("en", ["Wednesday, 1 May 2024", "Sunday, 5 May 2024", "Thursday, 4 July 1861"]),
            ("de", ["Mittwoch, 1. Mai 2024", "Sonntag, 5. Mai 2024", "Donnerstag, 4. Juli 1861"]),
            ("ar", ["الأربعاء، 1 مايو 2024", "الأحد، 5 مايو 2024", "الخميس، 4 يوليو 1861"]),
        ] {
            assert_eq!(days.map(|day| texts(tag).day(day)), expected, "{tag}");
        }
    }

    #[test]
    fn counts_have_the_forms_of_their_language() {
        let counts = [0, 1, 2, 3, 11, 100].map(Some);
        assert_eq!(
            counts.map(|count| texts("ar").item_count(count)),
            ["لا عناصر", "عنصر واحد", "عنصران", "3 عناصر", "11 عنصرًا", "100 عنصر"]
        );
        assert_eq!(counts.map(|count| texts("de").item_count(count))[..2], ["0 Elemente", "1 Element"]);
        assert_eq!(Texts::english().item_count(Some(10_000)), "10000 items");
        assert_eq!(Texts::english().found_count(None), "More than 10,000 items found.");
    }
}
