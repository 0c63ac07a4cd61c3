//! The type of a container by what is in it, which its first bytes do not say.

use super::{Media, SVG};

/// Containers of videos, and what they are called when they hold sounds only. Not all of these names are registered.
const WITHOUT_VIDEO: &[(&str, &str)] = &[
    ("video/mp4", "audio/mp4"),
    ("video/mp4", "audio/m4a"),
    ("video/x-m4v", "audio/mp4"),
    ("video/quicktime", "audio/mp4"),
    ("video/webm", "audio/webm"),
    ("video/x-matroska", "audio/x-matroska"),
    ("video/3gpp", "audio/3gpp"),
    ("video/3gpp2", "audio/3gpp2"),
    ("video/x-ms-wmv", "audio/x-ms-wma"),
    ("video/ogg", "audio/ogg"),
    ("video/x-msvideo", "audio/x-msvideo"),
    ("video/mpeg", "audio/mp2p"),
    ("video/mp2t", "audio/mp2t"),
    ("video/x-flv", "audio/x-flv"),
    ("video/mxf", "audio/mxf"),
];

/// The sorts of streams that a container holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Streams {
    /// Moving pictures; the picture of a cover is none.
    pub video: bool,
    /// Sounds.
    pub audio: bool,
}

/// The type of a container of this media type with these streams; none if it stays as it is.
pub fn by_streams(media_type: &str, streams: Streams) -> Option<Media> {
    let mut pairs = WITHOUT_VIDEO.iter();
    let corrected = match streams {
        Streams { video: true, .. } => pairs.find(|(_, audio)| *audio == media_type)?.0,
        Streams { video: false, audio: true } => pairs.find(|(video, _)| *video == media_type)?.1,
        Streams { video: false, audio: false } => return None,
    };
    Some(Media::of(corrected))
}

/// The type of a file that is compressed by gzip, by whether it holds an SVG; none if it stays an archive.
pub fn by_unpacked(is_svg: bool) -> Option<Media> {
    // The name that desktops give it. It is not registered, but `image/svg+xml` would mean that it is text.
    is_svg.then(|| Media::of("image/svg+xml-compressed"))
}

/// The type of a text of this media type, by whether the whole of it is an SVG; none if it stays as it is.
pub fn if_svg(media_type: &str, is_svg: bool) -> Option<Media> {
    match is_svg {
        true => Some(Media::of(SVG)),
        false if media_type == SVG => Some(Media::of("text/plain")),
        false => None,
    }
}

/// Folders of office documents, in which each entry of its kind lies.
const OFFICE: &[(&str, &str)] = &[
    ("word/", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ("ppt/", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
    ("xl/", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
];

/// The type of a zip archive by the name of one of its entries; none if that says nothing.
///
/// Programs write the entries of an office document in any order, and some begin names with a slash, or separate folders
/// by a backslash.
pub fn by_entry(name: &str) -> Option<Media> {
    let name = name.trim_start_matches('/').replace('\\', "/");
    let main = ["document", "presentation", "workbook"];
    // Some programs number them.
    let is_main = |file: &str| {
        let stem = file.strip_suffix(".xml").or_else(|| file.strip_suffix(".bin"));
        stem.is_some_and(|stem| main.contains(&stem.trim_end_matches(|c: char| c.is_ascii_digit())))
    };
    let found = OFFICE.iter().find(|(folder, _)| name.strip_prefix(folder).is_some_and(is_main));
    found.map(|(_, media_type)| Media::of(media_type))
}

/// Types that a zip archive tells in its entry `mimetype`.
const TOLD: &[&str] = &[
    "application/epub+zip",
    "application/vnd.oasis.opendocument.text",
    "application/vnd.oasis.opendocument.text-master",
    "application/vnd.oasis.opendocument.text-template",
    "application/vnd.oasis.opendocument.spreadsheet",
    "application/vnd.oasis.opendocument.spreadsheet-template",
    "application/vnd.oasis.opendocument.presentation",
    "application/vnd.oasis.opendocument.presentation-template",
    "application/vnd.oasis.opendocument.graphics",
    "application/vnd.oasis.opendocument.graphics-template",
    "application/vnd.oasis.opendocument.formula",
];

/// The type that a zip archive tells in its entry `mimetype`, which does not come first in all of them; none if it is no
/// document.
pub fn by_told(mimetype: &str) -> Option<Media> {
    TOLD.iter().find(|told| **told == mimetype.trim()).map(|told| Media::of(told))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_container_without_moving_pictures_is_a_recording() {
        let only_audio = Streams { video: false, audio: true };
        let both = Streams { video: true, audio: true };
        for (media_type, streams, corrected) in [
            ("video/mp4", only_audio, Some("audio/mp4")),
            ("video/quicktime", only_audio, Some("audio/mp4")),
            ("video/x-ms-wmv", only_audio, Some("audio/x-ms-wma")),
            ("video/mp4", both, None),
            ("audio/m4a", both, Some("video/mp4")),
            ("audio/ogg", Streams { video: true, audio: false }, Some("video/ogg")),
            ("audio/mpeg", both, None),
            ("video/mp2t", only_audio, Some("audio/mp2t")),
            ("video/x-flv", only_audio, Some("audio/x-flv")),
            ("video/mp4", Streams { video: false, audio: false }, None),
        ] {
            let found = by_streams(media_type, streams);
            assert_eq!(found.map(|found| found.media_type), corrected, "{media_type} {streams:?}");
            assert!(found.is_none_or(|found| found.kind == Media::of(found.media_type).kind));
        }
    }

    #[test]
    fn a_text_is_a_picture_if_all_of_it_is() {
        let found = by_unpacked(true).unwrap();
        assert_eq!((found.media_type, found.kind), ("image/svg+xml-compressed", crate::AssetKind::Image));
        assert_eq!(by_unpacked(false), None);
        for (media_type, is_svg, found) in [
            ("text/html", true, Some("image/svg+xml")),
            ("image/svg+xml", true, Some("image/svg+xml")),
            ("image/svg+xml", false, Some("text/plain")),
            ("text/html", false, None),
        ] {
            assert_eq!(if_svg(media_type, is_svg).map(|media| media.media_type), found, "{media_type} {is_svg}");
        }
    }

    #[test]
    fn a_document_is_known_by_what_it_tells() {
        for told in TOLD {
            assert_eq!(by_told(&format!("{told}\n")).unwrap().kind, crate::AssetKind::Document, "{told}");
        }
        assert!(by_told("text/html").is_none() && by_told("").is_none());
    }

    #[test]
    fn an_office_document_is_known_by_its_main_part() {
        for (name, end) in [
            ("word/document.xml", Some("wordprocessingml.document")),
            ("/word/document2.xml", Some("wordprocessingml.document")),
            ("word\\document.xml", Some("wordprocessingml.document")),
            ("ppt/presentation.xml", Some("presentationml.presentation")),
            ("xl/workbook.xml", Some("spreadsheetml.sheet")),
            ("xl/workbook.bin", Some("spreadsheetml.sheet")),
            ("backup/word/document.xml", None),
            ("word/media/document.png", None),
            ("words.txt", None),
            ("word/documents-old.txt", None),
            ("xl/workbook-notes.xml", None),
        ] {
            let found = by_entry(name).map(|media| media.media_type.rsplit_once("document.").map(|(_, end)| end));
            assert_eq!(found.flatten(), end, "{name}");
        }
    }
}
