//! Finds out what a file is, by its first bytes and by what a container holds: whether a film has moving pictures,
//! whether a zip archive is a document, whether a text, or what is compressed, is an SVG, and whether a TIFF is the raw file
//! of a camera.

use super::{MediaError, captured, cover, pictures::blocking, probe, raw, svg};
use anyhow::Context;
use domain::{
    AssetKind,
    captured::Captured,
    media::{HEAD_BYTES, Media, Streams, SvgSearch, by_entry, by_streams, by_told, by_unpacked, if_svg, sniff, svg_in},
};
use flate2::read::DeflateDecoder;
use rawzip::{CompressionMethod, RECOMMENDED_BUFFER_SIZE, ReaderAt, ZipArchive, ZipFileHeaderRecord};
use std::{fs::File, io::Read, path::Path};
use tokio::io::AsyncReadExt;

/// The most entries of a zip archive that are looked at. The main part of a document is among the first.
const MAX_ENTRIES: usize = 10_000;

/// What an original is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Identified {
    /// The media type and the kind.
    pub media: Media,
    /// Whether it is a recording with a cover.
    pub has_cover: bool,
    /// What is wrong with the cover of a recording that has one which is of a kind that cannot be taken out.
    pub warning: Option<&'static str>,
    /// The duration of a recording in seconds; none if the file does not say it.
    pub duration_seconds: Option<f64>,
    /// When a picture or a video was taken, if the file says so.
    pub captured: Option<Captured>,
}

impl Identified {
    const fn without_facts(media: Media) -> Self {
        Self { media, has_cover: false, warning: None, duration_seconds: None, captured: None }
    }
}

/// Finds out what an original is, and when it was taken.
pub async fn identify(original: &Path) -> Result<Identified, MediaError> {
    let found = kind_of(original).await?;
    if found.media.kind != AssetKind::Image {
        return Ok(found);
    }
    let original = original.to_path_buf();
    let captured = blocking(move || captured::of_picture(&original, found.media.media_type)).await?;
    Ok(Identified { captured, ..found })
}

async fn kind_of(original: &Path) -> Result<Identified, MediaError> {
    let mut head = Vec::with_capacity(HEAD_BYTES);
    let file = tokio::fs::File::open(original).await.context("the original cannot be read")?;
    file.take(HEAD_BYTES as u64).read_to_end(&mut head).await.context("the original cannot be read")?;
    let sniffed = sniff(&head);
    let search = svg_in(&head);
    // The root of an SVG may come later, and what begins like one may be something else.
    if search != SvgSearch::Other {
        let original = original.to_path_buf();
        let is_svg = blocking(move || svg::is_svg(&original, &search)).await?;
        return Ok(Identified::without_facts(if_svg(sniffed.media_type, is_svg).unwrap_or(sniffed)));
    }
    if sniffed.kind == AssetKind::Audio || may_be_recording(sniffed.media_type) {
        return by_streams_of(original, sniffed).await;
    }
    let found = by_content(original, sniffed.media_type).await?;
    Ok(Identified::without_facts(found.unwrap_or(sniffed)))
}

/// Whether the streams in a container of this type say whether it is a film or a recording.
fn may_be_recording(media_type: &str) -> bool {
    [true, false].into_iter().any(|video| by_streams(media_type, Streams { video, audio: true }).is_some())
}

/// What a film or a recording is. The program is asked once for all that is known of a recording.
async fn by_streams_of(original: &Path, sniffed: Media) -> Result<Identified, MediaError> {
    let (told, doubts) = match probe::ask_and_listen(original).await {
        // A damaged recording is one all the same.
        Err(MediaError::Unusable(_)) if !may_be_recording(sniffed.media_type) => {
            return Ok(Identified::without_facts(sniffed));
        }
        told => told?,
    };
    let media = by_streams(sniffed.media_type, probe::streams(&told)).unwrap_or(sniffed);
    if media.kind != AssetKind::Audio {
        return Ok(Identified { captured: probe::captured(&told), ..Identified::without_facts(media) });
    }
    let has_cover = cover::is_in(&told);
    let warning = if has_cover { None } else { cover::left_out(&doubts) };
    let duration_seconds = probe::playing_time(&told);
    Ok(Identified { media, has_cover, warning, duration_seconds, captured: None })
}

/// The media type of an original by what it holds; none if that is the one that its first bytes say.
async fn by_content(original: &Path, media_type: &str) -> Result<Option<Media>, MediaError> {
    if media_type == "application/zip" {
        let file = File::open(original).context("the original cannot be read")?;
        return blocking(move || Ok(document_in(file))).await;
    }
    if media_type == "image/tiff" {
        let original = original.to_path_buf();
        return blocking(move || Ok(raw::find(&original)?.map(|raw| raw.media))).await;
    }
    if media_type == "application/gzip" {
        let original = original.to_path_buf();
        return blocking(move || Ok(by_unpacked(is_packed_svg(&original)?))).await;
    }
    Ok(None)
}

/// Whether a file that is compressed by gzip is an SVG. What cannot be unpacked is an archive that is damaged.
fn is_packed_svg(original: &Path) -> Result<bool, MediaError> {
    let head = svg::unpacked(original, HEAD_BYTES as u64).context("the original cannot be read")?;
    let search = svg_in(&head);
    Ok(search != SvgSearch::Other && svg::is_svg(original, &search)?)
}

/// What document a zip archive is, if it is one. An archive that cannot be read stays one.
fn document_in(file: File) -> Option<Media> {
    let mut buffer = vec![0; RECOMMENDED_BUFFER_SIZE];
    let archive = ZipArchive::from_file(file, &mut buffer).ok()?;
    let mut entries = archive.entries(&mut buffer);
    for _ in 0..MAX_ENTRIES {
        let entry = entries.next_entry().ok()??;
        let name = String::from_utf8_lossy(entry.file_path().as_ref()).into_owned();
        if let Some(document) = by_entry(&name) {
            return Some(document);
        }
        if name == "mimetype" {
            return by_told(&text_of(&archive, &entry)?);
        }
    }
    None
}

/// The first hundred bytes of an entry as text; none if it cannot be read.
fn text_of<R: ReaderAt>(archive: &ZipArchive<R>, entry: &ZipFileHeaderRecord<'_>) -> Option<String> {
    let packed = archive.get_entry(entry.wayfinder()).ok()?;
    let mut text = String::new();
    let read = match entry.compression_method() {
        CompressionMethod::STORE => packed.reader().take(100).read_to_string(&mut text),
        CompressionMethod::DEFLATE => DeflateDecoder::new(packed.reader()).take(100).read_to_string(&mut text),
        _ => return None,
    };
    read.ok().map(|_| text)
}
