//! What pages show of an asset, for visitors and for signed-in users.

use super::{
    templates::{AssetView, DescriptionView, DownloadView, TrackView, VideoView},
    texts::Texts,
};
use app::files::{AssetFiles, FileName, OfferedFile, ReadyProxy, Shown, Track, offered_files, tracks};
use domain::{AssetKind, Preset, captions::Captions};
use schema::{Count, assets::Asset, links::Link};

/// Builds the view of an asset whose files lie below `base`. `offers` says which of them may be downloaded.
pub(super) fn asset_view(
    texts: Texts,
    (asset, files): (&Asset, &AssetFiles),
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
        videos: videos(base, [shown.video, None]),
        sound_url: shown.sound.map(|sound| url(sound.preset)),
        tracks: tracks(asset, files)
            .into_iter()
            .map(|Track { file, captions: Captions { language, label } }| TrackView {
                url: format!("{base}/{file}"),
                language,
                label,
            })
            .collect(),
        pending: shown.is_pending || shown.sound_is_pending,
        video_pending: shown.video_is_pending,
        downloads: offered_files(asset, files, watermarked, offers)
            .into_iter()
            .map(|offered| download_view(texts, base, &offered))
            .collect(),
    }
}

/// The same picture in two sizes, as `srcset` lists them; none, if there are not two.
pub(super) fn sources(base: &str, [small, large]: [Option<ReadyProxy<'_>>; 2]) -> Option<String> {
    let source = |proxy: ReadyProxy<'_>| Some(format!("{base}/{} {}w", proxy.preset, proxy.dimensions?.0));
    let (small, large) = small.zip(large).filter(|(small, large)| small.preset != large.preset)?;
    Some(format!("{}, {}", source(small)?, source(large)?))
}

/// The screens on which a large video is played. Those of phones are smaller, even across.
const LARGE_SCREENS: &str = "(min-width: 60rem)";

/// The same video in two sizes, the larger one first, as a browser chooses among them.
pub(super) fn videos(base: &str, [small, large]: [Option<ReadyProxy<'_>>; 2]) -> Vec<VideoView> {
    let view = |proxy: ReadyProxy<'_>, screens| VideoView {
        url: format!("{base}/{}", proxy.preset),
        media_type: proxy.media_type.to_owned(),
        quality: proxy.preset.video_size(proxy.dimensions).unwrap_or_default(),
        screens,
    };
    let large = large.map(|large| view(large, small.map(|_| LARGE_SCREENS)));
    large.into_iter().chain(small.map(|small| view(small, None))).collect()
}

/// `4:05`, or `1:04:05`.
pub(super) fn clock(seconds: f64) -> String {
    let whole = std::time::Duration::try_from_secs_f64(seconds.round()).unwrap_or_default().as_secs();
    let (hours, minutes, seconds) = (whole / 3600, whole / 60 % 60, whole % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{seconds:02}") } else { format!("{minutes}:{seconds:02}") }
}

fn download_view(texts: Texts, base: &str, offered: &OfferedFile<'_>) -> DownloadView {
    DownloadView {
        label: texts.file_name(offered),
        url: format!("{base}/{}", offered.file.to_save()),
        detail: texts.detail(offered.media_type, offered.byte_size),
    }
}

/// What is said of a link whose downloads are all used.
pub(super) fn used_up(link: &Link, texts: Texts) -> Option<String> {
    (link.downloads_left() == Some(0)).then(|| texts.used_up())
}

/// How many downloads a link has left, if they are limited.
pub(super) fn downloads_left(link: &Link, texts: Texts) -> Option<String> {
    Some(texts.downloads_left(link.downloads_left()?))
}

/// `12 assets`, or `about 20000 assets` for an estimate. The plural of the word ends in `s`.
pub(super) fn counted(count: Count, one: &str) -> String {
    let plural = if count.rows == 1 { "" } else { "s" };
    let about = if count.is_estimate { "about " } else { "" };
    format!("{about}{} {one}{plural}", count.rows)
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
    fn lengths_read_well() {
        let lengths = [(0.2, "0:00"), (59.6, "1:00"), (245.0, "4:05"), (3845.0, "1:04:05"), (-1.0, "0:00")];
        for (seconds, text) in lengths {
            assert_eq!(clock(seconds), text);
        }
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
