//! What a page shows of an asset, and which of its files it offers for download; the same for our own pages and for
//! those that others build on the API.

use super::{AssetFiles, FileName, ReadyProxy};
use domain::{AssetKind, Preset, ProxyState};
use schema::{assets::Asset, proxies::Proxy};

/// The pictures, the video and the sound of an asset that are ready to be shown.
#[derive(Debug, Clone, Copy)]
pub struct Shown<'a> {
    /// A small picture for lists.
    pub thumbnail: Option<ReadyProxy<'a>>,
    /// The picture of a page.
    pub picture: Option<ReadyProxy<'a>>,
    /// A video to be played.
    pub video: Option<ReadyProxy<'a>>,
    /// Whether the video is still being made.
    pub video_is_pending: bool,
    /// The video for large screens, which only some links show; none if it would be the same one.
    pub large_video: Option<ReadyProxy<'a>>,
    /// The sound of a recording.
    pub sound: Option<ReadyProxy<'a>>,
    /// Whether the sound is still being made.
    pub sound_is_pending: bool,
    /// The picture enlarged, which only some links show.
    pub enlarged: Option<ReadyProxy<'a>>,
    /// Whether the picture is still being made.
    pub is_pending: bool,
}

impl<'a> Shown<'a> {
    /// What is shown of an asset, with or without the watermark.
    pub fn of(asset: &Asset, files: &'a AssetFiles, watermarked: bool) -> Self {
        let proxies = files.proxies(asset.id);
        let find = |preset: Preset| {
            let wanted = preset.in_link(watermarked);
            proxies.iter().find(|proxy| proxy.rendition() == wanted)
        };
        let ready = |preset| find(preset).and_then(ReadyProxy::of);
        let small = find(Preset::Video480);
        let large = find(Preset::Video1080).filter(|large| small.is_none_or(|small| !large.is_same_version(small)));
        Self {
            thumbnail: ready(thumbnail(asset.kind)),
            picture: ready(Preset::Preview).or_else(|| ready(Preset::Poster)),
            video: small.and_then(ReadyProxy::of),
            video_is_pending: is_pending(proxies, watermarked, &[Preset::Video480]),
            large_video: large.and_then(ReadyProxy::of),
            sound: ready(Preset::Audio),
            sound_is_pending: find(Preset::Audio).is_some_and(|sound| sound.state == ProxyState::Pending),
            enlarged: ready(Preset::Fullscreen),
            is_pending: is_pending(proxies, watermarked, &[Preset::Preview, Preset::Poster]),
        }
    }
}

/// Why versions of an original could not be made: one reason for all, because they usually fail alike.
pub fn failure_reason(proxies: &[Proxy]) -> Option<&str> {
    let failed = proxies.iter().find(|proxy| !proxy.watermarked && proxy.state == ProxyState::Failed)?;
    failed.reason.as_deref()
}

/// The preset of the small picture that stands for an asset of this kind in a list.
pub const fn thumbnail(kind: AssetKind) -> Preset {
    match kind {
        AssetKind::Video => Preset::Poster,
        AssetKind::Image | AssetKind::Audio | AssetKind::Document | AssetKind::Other => Preset::Thumbnail,
    }
}

/// Whether the picture or the video of a page, which has one of these presets, is still being made. A watermarked one that
/// was not needed before has no row yet; it is made as soon as somebody asks for it.
fn is_pending(proxies: &[Proxy], watermarked: bool, presets: &[Preset]) -> bool {
    let mut shown = proxies.iter().filter(|proxy| presets.contains(&proxy.preset));
    match shown.clone().find(|proxy| proxy.watermarked == watermarked) {
        Some(proxy) => proxy.state == ProxyState::Pending,
        None => watermarked && shown.any(|proxy| proxy.state != ProxyState::Failed),
    }
}

/// A file of an asset that may be downloaded.
#[derive(Debug, Clone)]
pub struct OfferedFile<'a> {
    /// Which file.
    pub file: FileName,
    /// What people read: `Original`, the name of a preset with its size in pixels, or the name of an attachment.
    pub label: String,
    /// Its size in pixels, if it is a proxy.
    pub dimensions: Option<(i32, i32)>,
    /// Its media type.
    pub media_type: &'a str,
    /// In bytes, if known.
    pub byte_size: Option<i64>,
}

/// The files of an asset that may be downloaded, as `offers` says, and that are ready.
pub fn offered_files<'a>(
    asset: &'a Asset,
    files: &'a AssetFiles,
    watermarked: bool,
    offers: impl Fn(FileName) -> bool,
) -> Vec<OfferedFile<'a>> {
    let original = OfferedFile {
        file: FileName::Original,
        label: "Original".to_owned(),
        dimensions: None,
        media_type: &asset.media_type,
        byte_size: asset.byte_size,
    };
    let proxies = files.proxies(asset.id).iter().filter(|proxy| proxy.is_in_link(watermarked));
    let proxies = proxies.filter_map(ReadyProxy::of).map(|proxy| OfferedFile {
        file: FileName::Proxy(proxy.preset),
        label: match proxy.dimensions {
            Some((width, height)) => format!("{} ({width} × {height})", proxy.preset.label_of((width, height))),
            None => proxy.preset.label().to_owned(),
        },
        dimensions: proxy.dimensions,
        media_type: proxy.media_type,
        byte_size: Some(proxy.byte_size),
    });
    let attachments = files.attachments(asset.id).iter().map(|attachment| OfferedFile {
        file: FileName::Attachment(attachment.id),
        label: attachment.file_name.clone(),
        dimensions: None,
        media_type: &attachment.media_type,
        byte_size: Some(attachment.byte_size),
    });
    let offered = [original].into_iter().chain(proxies).chain(attachments).filter(|offered| offers(offered.file));
    without_repetitions(offered.collect(), asset, files, watermarked)
}

/// Leaves out what is the same version as a smaller one, if that is offered, too: of a small original, all versions are
/// alike.
fn without_repetitions<'a>(
    mut offered: Vec<OfferedFile<'a>>,
    asset: &Asset,
    files: &AssetFiles,
    watermarked: bool,
) -> Vec<OfferedFile<'a>> {
    let names: Vec<FileName> = offered.iter().map(|offered| offered.file).collect();
    let proxies = files.proxies(asset.id).iter().filter(|proxy| names.contains(&FileName::Proxy(proxy.preset)));
    let proxies: Vec<&Proxy> = proxies.filter(|proxy| proxy.is_in_link(watermarked)).collect();
    let is_repeated = |preset: Preset| {
        let this = proxies.iter().find(|proxy| proxy.preset == preset);
        this.is_some_and(|this| proxies.iter().any(|other| other.preset < preset && this.is_same_version(other)))
    };
    offered.retain(|offered| !matches!(offered.file, FileName::Proxy(preset) if is_repeated(preset)));
    offered
}
