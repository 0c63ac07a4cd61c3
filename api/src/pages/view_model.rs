//! What pages show of an asset, for visitors and for users alike.

use super::PageError;
use super::{
    views::{AssetView, DownloadView},
    visit::FileName,
};
use app::Services;
use domain::{AssetKind, Preset, ProxyState};
use schema::{
    assets::Asset,
    attachments::{self, Attachment},
    proxies::{self, Proxy},
};
use std::collections::HashMap;
use uuid::Uuid;

/// The files of some assets, by asset.
pub(super) struct Files {
    proxies: HashMap<Uuid, Vec<Proxy>>,
    attachments: HashMap<Uuid, Vec<Attachment>>,
}

impl Files {
    /// Loads them, in two statements however many assets there are.
    pub(super) async fn load(services: &Services, ids: &[Uuid]) -> Result<Self, PageError> {
        let mut conn = services.pool.get().await?;
        let mut files = Self { proxies: HashMap::new(), attachments: HashMap::new() };
        for proxy in proxies::of_assets(&mut conn, ids).await? {
            files.proxies.entry(proxy.asset_id).or_default().push(proxy);
        }
        for attachment in attachments::of_assets(&mut conn, ids).await? {
            files.attachments.entry(attachment.asset_id).or_default().push(attachment);
        }
        Ok(files)
    }
}

/// Builds the view of an asset whose files lie below `base`. `offers` says which of them may be downloaded.
pub(super) fn asset_view(
    asset: &Asset,
    files: &Files,
    base: &str,
    watermarked: bool,
    offers: impl Fn(FileName) -> bool,
) -> AssetView {
    let proxies = files.proxies.get(&asset.id).map_or(&[][..], Vec::as_slice);
    let attachments = files.attachments.get(&asset.id).map_or(&[][..], Vec::as_slice);
    let shows = |proxy: &Proxy| matches!(proxy.preset, Preset::Preview | Preset::Poster);
    let picture = proxies.iter().find(|proxy| shows(proxy) && proxy.watermarked == watermarked);
    let ready = picture.filter(|proxy| proxy.state == ProxyState::Ready);
    // A watermarked one that nobody has asked for yet is made as soon as somebody does.
    let to_come = || proxies.iter().any(|proxy| shows(proxy) && proxy.state != ProxyState::Failed);
    let pending = picture.map_or_else(|| watermarked && to_come(), |proxy| proxy.state == ProxyState::Pending);
    let plays = |proxy: &&Proxy| proxy.preset == Preset::Video480 && proxy.watermarked == watermarked;
    let video = proxies.iter().find(plays).filter(|proxy| proxy.state == ProxyState::Ready);
    let mut downloads = Vec::new();
    let mut add = |file: FileName, label: String, media_type: &str, size: Option<i64>| {
        if offers(file) {
            let query = if matches!(file, FileName::Proxy(_)) { "?download" } else { "" };
            let detail = detail(media_type, size);
            downloads.push(DownloadView { label, url: format!("{base}/{file}{query}"), detail });
        }
    };
    add(FileName::Original, "Original".to_owned(), &asset.media_type, asset.byte_size);
    for proxy in proxies.iter().filter(|proxy| proxy.state == ProxyState::Ready && proxy.watermarked == watermarked) {
        let label = match (proxy.width, proxy.height) {
            (Some(width), Some(height)) => format!("{} ({width} × {height})", proxy.preset.label()),
            _ => proxy.preset.label().to_owned(),
        };
        add(FileName::Proxy(proxy.preset), label, proxy.media_type.as_deref().unwrap_or_default(), proxy.byte_size);
    }
    for file in attachments {
        add(FileName::Attachment(file.id), file.file_name.clone(), &file.media_type, Some(file.byte_size));
    }
    AssetView {
        title: asset.title.clone(),
        kind: asset.kind.as_str().to_owned(),
        picture_url: ready.map(|proxy| format!("{base}/{}", proxy.preset)),
        width: ready.and_then(|proxy| proxy.width),
        height: ready.and_then(|proxy| proxy.height),
        video_url: video.map(|proxy| format!("{base}/{}", proxy.preset)),
        pending,
        thumbnail_url: format!("{base}/{}", thumbnail(asset.kind)),
        downloads,
    }
}

/// What stands for an asset of a kind in a list.
const fn thumbnail(kind: AssetKind) -> Preset {
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

/// What a person calls a kind.
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
