//! What pages show of an asset, for visitors and for signed-in users.

use super::templates::{AssetView, DownloadView};
use app::files::{AssetFiles, FileName, ReadyProxy};
use chrono::{DateTime, Utc};
use domain::{AssetKind, Preset, ProxyState};
use schema::{assets::Asset, attachments::Attachment, proxies::Proxy};

/// Builds the view of an asset whose files lie below `base`. `offers` says which of them may be downloaded.
pub(super) fn asset_view(
    asset: &Asset,
    files: &AssetFiles,
    base: &str,
    watermarked: bool,
    offers: impl Fn(FileName) -> bool,
) -> AssetView {
    let proxies = files.proxies(asset.id);
    let ready: Vec<ReadyProxy<'_>> =
        proxies.iter().filter(|proxy| proxy.watermarked == watermarked).filter_map(ReadyProxy::of).collect();
    let picture = picture_row(proxies, watermarked).and_then(ReadyProxy::of);
    let video = ready.iter().find(|proxy| proxy.preset == Preset::Video480);
    let url = |preset: Preset| format!("{base}/{preset}");
    AssetView {
        title: asset.title.clone(),
        kind: asset.kind.as_str().to_owned(),
        picture_url: picture.map(|proxy| url(proxy.preset)),
        width: picture.and_then(|proxy| Some(proxy.dimensions?.0)),
        height: picture.and_then(|proxy| Some(proxy.dimensions?.1)),
        video_url: video.map(|proxy| url(proxy.preset)),
        pending: is_pending(proxies, watermarked),
        thumbnail_url: url(thumbnail(asset.kind)),
        downloads: downloads(asset, &ready, files.attachments(asset.id), base, offers),
    }
}

/// The proxy that is the picture of a page.
fn picture_row(proxies: &[Proxy], watermarked: bool) -> Option<&Proxy> {
    proxies.iter().find(|proxy| is_picture(proxy.preset) && proxy.watermarked == watermarked)
}

/// Whether a proxy of this preset is the picture of a page.
fn is_picture(preset: Preset) -> bool {
    matches!(preset, Preset::Preview | Preset::Poster)
}

/// Whether the picture of a page is still being made. A watermarked picture that was not needed before has no row yet;
/// it is made as soon as somebody asks for it.
fn is_pending(proxies: &[Proxy], watermarked: bool) -> bool {
    match picture_row(proxies, watermarked) {
        Some(picture) => picture.state == ProxyState::Pending,
        None => {
            watermarked && proxies.iter().any(|proxy| is_picture(proxy.preset) && proxy.state != ProxyState::Failed)
        }
    }
}

/// The files of an asset that may be downloaded.
fn downloads(
    asset: &Asset,
    ready: &[ReadyProxy<'_>],
    attachments: &[Attachment],
    base: &str,
    offers: impl Fn(FileName) -> bool,
) -> Vec<DownloadView> {
    let mut downloads = Vec::new();
    let mut add = |file: FileName, label: String, media_type: &str, size: Option<i64>| {
        if offers(file) {
            let query = if matches!(file, FileName::Proxy(_)) { "?download" } else { "" };
            let detail = detail(media_type, size);
            downloads.push(DownloadView { label, url: format!("{base}/{file}{query}"), detail });
        }
    };
    add(FileName::Original, "Original".to_owned(), &asset.media_type, asset.byte_size);
    for proxy in ready {
        let label = match proxy.dimensions {
            Some((width, height)) => format!("{} ({width} × {height})", proxy.preset.label()),
            None => proxy.preset.label().to_owned(),
        };
        add(FileName::Proxy(proxy.preset), label, proxy.media_type, Some(proxy.byte_size));
    }
    for file in attachments {
        add(FileName::Attachment(file.id), file.file_name.clone(), &file.media_type, Some(file.byte_size));
    }
    downloads
}

/// The picture that stands for an asset of a kind in a list.
pub(super) const fn thumbnail(kind: AssetKind) -> Preset {
    match kind {
        AssetKind::Video => Preset::Poster,
        _ => Preset::Thumbnail,
    }
}

/// `JPEG, 4.2 MB`.
pub(super) fn detail(media_type: &str, size: Option<i64>) -> String {
    let name = match media_type {
        "text/plain" => "Text".to_owned(),
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

/// `Available until 24 November 2026, 18:00 (Europe/Berlin)`.
pub(super) fn expiry(end: DateTime<Utc>, zone: &str) -> String {
    let zone: chrono_tz::Tz = zone.parse().unwrap_or(chrono_tz::UTC);
    format!("Available until {} ({zone})", end.with_timezone(&zone).format("%-d %B %Y, %H:%M"))
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
        assert_eq!(detail("application/octet-stream", Some(5)), "File, 5 bytes");
    }
}
