//! Where in a recording its covers are, the best one first.

use serde_json::Value;
use std::path::Path;

/// Where a cover is. The numbers are those of streams.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// What the program reads as a video of one frame.
    Stream(u64),
    /// A file within the recording of which the program does not know that it is a picture, such as a WebP.
    Attachment(u64),
}

/// The names of covers in Matroska without their endings, larger ones first, with what is their rank.
const NAMES: [(&str, u8); 4] = [("cover", 0), ("cover_land", 1), ("small_cover", 2), ("small_cover_land", 3)];

/// The rank of pictures of which nothing more is known.
const UNKNOWN: u8 = 4;

/// The rank of pictures that stand for the file in lists.
const ICON: u8 = 5;

/// The covers of a recording by what `ffprobe` tells of it.
pub(super) fn places(told: &Value) -> Vec<Place> {
    let streams = told["streams"].as_array().map(Vec::as_slice).unwrap_or_default();
    let mut all: Vec<_> = streams.iter().filter_map(|stream| Some((rank(stream), place(stream)?))).collect();
    all.sort_by_key(|(rank, _)| *rank);
    all.into_iter().map(|(_, place)| place).collect()
}

fn place(stream: &Value) -> Option<Place> {
    let index = stream["index"].as_u64()?;
    let is_cover = stream["disposition"]["attached_pic"] == 1;
    match stream["codec_type"].as_str()? {
        "video" if is_cover => Some(Place::Stream(index)),
        "attachment" if is_picture(stream) => Some(Place::Attachment(index)),
        _ => None,
    }
}

/// Whether an attachment is a picture by its type, or by its name.
fn is_picture(attachment: &Value) -> bool {
    let is_named_one = NAMES.iter().any(|(name, _)| stem(attachment).as_deref() == Some(name));
    tag(attachment, "mimetype").is_some_and(|told| told.starts_with("image/")) || is_named_one
}

/// Lower for a better cover: the front one, then others, then icons.
fn rank(stream: &Value) -> u8 {
    let stem = stem(stream);
    let named = NAMES.iter().find(|(name, _)| stem.as_deref() == Some(name)).map(|(_, rank)| *rank);
    named.unwrap_or_else(|| match tag(stream, "comment") {
        Some("Cover (front)") => 0,
        // "32x32 pixels 'file icon'" and "Other file icon".
        Some(kind) if kind.ends_with("file icon") || kind.ends_with("file icon'") => ICON,
        _ => UNKNOWN,
    })
}

/// The name of an attachment without its ending, in small letters.
fn stem(stream: &Value) -> Option<String> {
    Some(Path::new(tag(stream, "filename")?).file_stem()?.to_str()?.to_lowercase())
}

fn tag<'a>(stream: &'a Value, name: &str) -> Option<&'a str> {
    stream["tags"][name].as_str()
}
