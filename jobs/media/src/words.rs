//! What the errors of decoders mean for people, and what they can do.
//!
//! Decoders write for programmers. What they say goes to the log; a person is told what is wrong with the file. All
//! refusals whose cause is a decoder's error are made here.

use super::MediaError;
use std::fmt::Display;

/// The warning for a picture of which the last part is missing.
pub(super) const PART_IS_MISSING: &str =
    "The file ends in the middle, so that a part of its pictures is missing. If there is a whole copy, upload that.";

/// The warning for a picture that was decoded in spite of damaged data.
pub(super) const PART_MAY_BE_WRONG: &str =
    "The file is damaged, so that a part of its pictures may be wrong. If there is a sound copy, upload that.";

/// Nothing here decodes the video, or it is encrypted.
pub(super) const UNKNOWN_CODEC: &str =
    "The video is encoded in a way that cannot be decoded here, or it is protected. Export it as MP4 with H.264.";

/// Decoding was stopped at the limit on time.
pub(super) const TOO_LONG: &str = "The file takes too long to decode.";

const VIDEO_IS_CUT: &str = "The file is incomplete: its end is missing. Upload it again, or export it anew.";
const NO_FRAMES: &str = "The video has no frames.";

/// Parts of what `ffmpeg` and `ffprobe` say, the more exact ones first.
const OF_FFMPEG: [(&str, &str); 9] = [
    ("moov atom not found", VIDEO_IS_CUT),
    ("File ended prematurely", VIDEO_IS_CUT),
    ("no decoder found for", UNKNOWN_CODEC),
    ("not found for input stream", UNKNOWN_CODEC),
    ("Format not on whitelist", "Files of this format cannot be opened. Export it as MP4, MOV, WebM or MKV."),
    ("streams received no packets", NO_FRAMES),
    ("after EOF", NO_FRAMES),
    (": End of file", NO_FRAMES),
    ("", "The file is damaged or incomplete. Upload it again, or export it anew."),
];

/// Parts of what the program of libheif says.
const OF_LIBHEIF: [(&str, &str); 5] = [
    ("outside of file bounds", HEIF_IS_CUT),
    ("end of file", HEIF_IS_CUT),
    (
        "Unsupported",
        "The HEIC or AVIF is of a kind that cannot be shown. Save it as a JPEG in the program that made it.",
    ),
    ("Input file is not", "The file is named or begins like a HEIC or AVIF, and is none. Save it anew, or as a JPEG."),
    ("", "The HEIC or AVIF is damaged and cannot be shown. If there is a sound copy, upload that."),
];

const HEIF_IS_CUT: &str = "The HEIC or AVIF ends in the middle. If there is a whole copy, upload that.";

/// Parts of what `pdftoppm` says.
const OF_POPPLER: [(&str, &str); 2] = [
    ("Incorrect password", "The document is protected by a password. Save it without one to show it."),
    ("", "The PDF is damaged and cannot be shown. If there is a sound copy, upload that, or save it anew."),
];

/// What the program of librsvg says of a damaged SVG, and of one with values that are too long for it.
pub(super) const NOT_WELL_FORMED: &str =
    "The SVG is damaged: it is no well-formed XML. Save it anew, or upload it again.";

/// Parts of what `rsvg-convert` says, the more exact ones first. It says the same of entities that refer to each other in a
/// circle and of those that multiply.
const OF_RSVG: [(&str, &str); 14] = [
    ("has no dimensions", "The SVG has no size: its width or height is 0. Give it a width, a height and a viewBox."),
    ("Excessive depth", NESTED),
    ("overflowed its stack", NESTED),
    ("reference loop", ENTITIES),
    ("amplification", ENTITIES),
    (
        "not defined",
        "The SVG uses names that it does not define: an entity such as &nbsp;, one from another file, or a prefix such as \
         xlink. Replace or define them, or save it as a PNG.",
    ),
    ("memory allocation", MEMORY),
    ("failed to allocate", MEMORY),
    ("NoMemory", MEMORY),
    (
        "referenced elements",
        "The SVG repeats its parts too often to be drawn (more than 500,000 times). Simplify it, or save it as a PNG.",
    ),
    ("cannot load more than", "The SVG has more than a million elements. Simplify it, or save it as a PNG."),
    ("<svg> root", "The file begins like an SVG, and is none. Save it anew, or as a PNG."),
    ("XML parse error", NOT_WELL_FORMED),
    ("", "The SVG cannot be drawn. Save it anew, or as a PNG."),
];

const MEMORY: &str = "The SVG takes more memory to draw than it may use. Simplify it, or save it as a PNG.";
const NESTED: &str = "The SVG is nested too deeply to be drawn. Save it anew, or as a PNG.";
const ENTITIES: &str = "The SVG defines entities that refer to each other in a circle, or that become too long. Save it \
                        without entities, or as a PNG.";

const OF_OTHERS: [(&str, &str); 1] =
    [("", "The file is damaged and cannot be decoded. If there is a sound copy, upload that, or save it anew.")];

/// The sentence for what a program of this package said when it failed.
pub(super) fn of_program(package: &str, said: &str) -> &'static str {
    let known: &[(&str, &str)] = match package {
        "ffmpeg" => &OF_FFMPEG,
        "libheif-examples" => &OF_LIBHEIF,
        "poppler-utils" => &OF_POPPLER,
        "librsvg2-bin" => &OF_RSVG,
        _ => &OF_OTHERS,
    };
    // The last part is in everything.
    known.iter().find(|(part, _)| said.contains(part)).map_or(OF_OTHERS[0].1, |(_, sentence)| *sentence)
}

/// The warning of a recording whose cover is not shown because of its type.
pub(super) const COVER_LEFT_OUT: &str = "The recording has a cover whose type is told wrong, or is of a kind that is not \
                                         shown, such as WebP. Set another one, as a JPEG or PNG.";

/// The refusal of a recording because of that of its cover.
pub(super) fn of_cover(reason: &str) -> MediaError {
    let what = as_part(reason);
    MediaError::unusable(format!("The cover of the recording cannot be shown: {what}. {OTHER_COVER}"))
}

/// The refusal of a recording whose cover is something else.
pub(super) fn cover_is_no_picture() -> MediaError {
    MediaError::unusable(format!("The cover of the recording is no picture that can be read. {OTHER_COVER}"))
}

/// The warning of a recording because of that of its cover.
pub(super) fn warning_of_cover(warning: &str) -> String {
    let what = as_part(warning);
    format!("The cover of the recording is shown, but has a defect: {what}. {OTHER_COVER}")
}

const OTHER_COVER: &str = "Set another one, as a JPEG or PNG.";

/// The first sentence of a text as a part of another: what is wrong with a picture, without what to do. The file that it
/// speaks of is the picture.
fn as_part(text: &str) -> String {
    let first = text.split_once(". ").map_or(text, |(first, _)| first).trim_end_matches('.');
    match (first.strip_prefix("The file "), first.strip_prefix("The ")) {
        (Some(rest), _) => format!("the picture {rest}"),
        (_, Some(rest)) => format!("the {rest}"),
        _ => first.to_owned(),
    }
}

/// The refusal of a file that a decoder cannot decode. `what`: the format, or `file`. `said`: the decoder's words.
pub(super) fn damaged(what: &str, said: &dyn Display) -> MediaError {
    tracing::info!(what, %said, "a damaged file cannot be decoded");
    MediaError::unusable(format!(
        "The {what} is damaged and cannot be decoded. If there is a sound copy, upload that, or save it anew."
    ))
}

/// The refusal of a file of a kind that a decoder does not know.
pub(super) fn of_unknown_kind(what: &str, said: &dyn Display) -> MediaError {
    tracing::info!(what, %said, "a file of this kind cannot be decoded");
    MediaError::unusable(format!("The {what} is of a kind that cannot be shown. Save it anew, or as an ordinary JPEG."))
}

/// The refusal of a file whose end is missing.
pub(super) fn cut(what: &str) -> MediaError {
    MediaError::unusable(format!("The {what} ends in the middle. If there is a whole copy, upload that."))
}

/// The refusal of a file whose decoding takes more memory than a decoder may use.
pub(super) fn too_much_memory() -> MediaError {
    MediaError::unusable("The picture takes more memory than can be handled. Save it smaller, or as an ordinary JPEG.")
}
