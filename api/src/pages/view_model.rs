//! What pages show of an asset, for visitors and for signed-in users.

use super::{
    instant::shown,
    templates::{AssetView, DescriptionView, DownloadView},
};
use app::files::{AssetFiles, FileName, OfferedFile, ReadyProxy, Shown, offered_files};
use chrono::{DateTime, Utc};
use domain::{AssetKind, Preset};
use schema::{Count, assets::Asset, links::Link};

/// Builds the view of an asset whose files lie below `base`. `offers` says which of them may be downloaded.
pub(super) fn asset_view(
    asset: &Asset,
    files: &AssetFiles,
    base: &str,
    watermarked: bool,
    offers: impl Fn(FileName) -> bool,
) -> AssetView {
    let shown = Shown::of(asset, files, watermarked);
    let url = |preset: Preset| format!("{base}/{preset}");
    let dimensions = shown.picture.and_then(|picture| picture.dimensions);
    AssetView {
        title: asset.title.clone(),
        alt: asset.alt().to_owned(),
        description: asset.description.clone(),
        kind: asset.kind.as_str().to_owned(),
        picture_url: shown.picture.map(|picture| url(picture.preset)),
        width: dimensions.map(|(width, _)| width),
        height: dimensions.map(|(_, height)| height),
        sources: None,
        video_url: shown.video.map(|video| url(video.preset)),
        pending: shown.is_pending,
        downloads: offered_files(asset, files, watermarked, offers)
            .into_iter()
            .map(|offered| download_view(base, offered))
            .collect(),
    }
}

/// The same picture in two sizes, as `srcset` lists them; none, if there are not two.
pub(super) fn sources(base: &str, [small, large]: [Option<ReadyProxy<'_>>; 2]) -> Option<String> {
    let source = |proxy: ReadyProxy<'_>| Some(format!("{base}/{} {}w", proxy.preset, proxy.dimensions?.0));
    let (small, large) = small.zip(large).filter(|(small, large)| small.preset != large.preset)?;
    Some(format!("{}, {}", source(small)?, source(large)?))
}

fn download_view(base: &str, offered: OfferedFile<'_>) -> DownloadView {
    let OfferedFile { file, label, media_type, byte_size } = offered;
    let query = if file.is_shown_in_place() { "?download" } else { "" };
    DownloadView { label, url: format!("{base}/{file}{query}"), detail: detail(media_type, byte_size) }
}

/// How many downloads a link has left, if they are limited.
pub(super) fn downloads_left(link: &Link) -> Option<String> {
    Some(match link.downloads_left()? {
        1 => "1 download left".to_owned(),
        left => format!("{left} downloads left"),
    })
}

/// `JPEG, 4.2 MB`.
pub(super) fn detail(media_type: &str, size: Option<i64>) -> String {
    let name = match media_type {
        "text/plain" => "Text".to_owned(),
        "image/svg+xml" => "SVG".to_owned(),
        "image/svg+xml-compressed" => "SVGZ".to_owned(),
        "image/x-win-bitmap" => "Cursor".to_owned(),
        "application/octet-stream" | "" => "File".to_owned(),
        other => other.rsplit(['/', '.', '-']).next().unwrap_or(other).to_uppercase(),
    };
    match size {
        Some(bytes) => format!("{name}, {}", human_size(bytes)),
        None => name,
    }
}

/// Decimal units with one digit, as file managers show them.
pub(super) fn human_size(bytes: i64) -> String {
    const UNITS: [&str; 5] = ["kB", "MB", "GB", "TB", "PB"];
    if bytes < 1000 {
        return format!("{bytes} bytes");
    }
    let (mut unit, mut size) = (0, 1000_i128);
    while i128::from(bytes) >= size * 1000 && unit + 1 < UNITS.len() {
        size *= 1000;
        unit += 1;
    }
    let tenths = (i128::from(bytes) * 10 + size / 2) / size;
    format!("{}.{} {}", tenths / 10, tenths % 10, UNITS[unit])
}

/// How many items a page shows; none: too many to be counted.
pub(super) fn items(count: Option<i64>) -> String {
    match count {
        Some(1) => "1 item".to_owned(),
        Some(count) => format!("{count} items"),
        None => "more than 10,000 items".to_owned(),
    }
}

/// `12 assets`, or `about 20000 assets` for an estimate. The plural of the word ends in `s`.
pub(super) fn counted(count: Count, one: &str) -> String {
    let plural = if count.rows == 1 { "" } else { "s" };
    let about = if count.is_estimate { "about " } else { "" };
    format!("{about}{} {one}{plural}", count.rows)
}

/// `Available until 24 November 2026, 18:00 (Europe/Berlin)`.
pub(super) fn expiry(end: DateTime<Utc>, zone: &str) -> String {
    let zone: chrono_tz::Tz = zone.parse().unwrap_or(chrono_tz::UTC);
    format!("Available until {} ({zone})", shown(end, zone))
}

/// How many characters of the description of a link are shown where there is little room.
const MAX_SHORT: usize = 200;

/// From how many characters and lines on a description is shown shortened first, so that pictures are in the first view.
const LONG_CHARS: usize = 300;
const LONG_LINES: usize = 4;

/// The beginning of a text, in one line.
pub(super) fn shortened(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(MAX_SHORT) {
        Some((end, _)) => format!("{}…", line[..end].trim_end()),
        None => line,
    }
}

/// The description of a link, and its beginning if it is long.
pub(super) fn description(text: &str) -> DescriptionView {
    let is_long = text.chars().count() > LONG_CHARS || text.lines().count() > LONG_LINES;
    DescriptionView { whole: text.to_owned(), short: is_long.then(|| shortened(text)) }
}

/// The name of a kind, for people.
pub(super) fn kind_name(kind: AssetKind) -> &'static str {
    match kind {
        AssetKind::Image => "Image",
        AssetKind::Video => "Video",
        AssetKind::Audio => "Audio",
        AssetKind::Document => "Document",
        AssetKind::Other => "File",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_types_read_well() {
        let sizes = [
            (0, "0 bytes"),
            (999, "999 bytes"),
            (1000, "1.0 kB"),
            (4_249_999, "4.2 MB"),
            (999_999, "1000.0 kB"),
            (2_000_000_000, "2.0 GB"),
        ];
        for (bytes, text) in sizes {
            assert_eq!(human_size(bytes), text);
        }
        assert_eq!(detail("image/jpeg", Some(4_200_000)), "JPEG, 4.2 MB");
        assert_eq!(detail("application/vnd.ms-excel", None), "EXCEL");
        assert_eq!(detail("image/svg+xml-compressed", None), "SVGZ");
        assert_eq!(detail("application/octet-stream", Some(5)), "File, 5 bytes");
    }

    #[test]
    fn long_texts_are_cut_between_characters() {
        assert_eq!(shortened("Three days\n\nin May"), "Three days in May");
        assert_eq!(shortened(&"ä".repeat(MAX_SHORT)), "ä".repeat(MAX_SHORT));
        assert_eq!(shortened(&"ä".repeat(MAX_SHORT + 1)), format!("{}…", "ä".repeat(MAX_SHORT)));
        let short = |text: &str| description(text).short;
        assert_eq!((short("Three days\n\nin May"), short(&"ä".repeat(LONG_CHARS))), (None, None));
        assert!(short(&"ä".repeat(LONG_CHARS + 1)).is_some());
        assert_eq!(short("1\n2\n3\n4\n5").as_deref(), Some("1 2 3 4 5"));
    }
}
