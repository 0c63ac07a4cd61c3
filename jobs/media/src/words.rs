//! What messages of `ffmpeg` and `ffprobe` mean for people, and what can be done.

/// The beginnings or parts of messages, the more exact ones first.
const KNOWN: [(&str, &str); 9] = [
    ("moov atom not found", INCOMPLETE),
    ("File ended prematurely", INCOMPLETE),
    ("no decoder found for", UNKNOWN_CODEC),
    ("not found for input stream", UNKNOWN_CODEC),
    ("Format not on whitelist", "Files of this format cannot be opened. Export it as MP4, MOV, WebM or MKV."),
    ("streams received no packets", NO_FRAMES),
    ("after EOF", NO_FRAMES),
    (": End of file", NO_FRAMES),
    (
        "Invalid data found when processing input",
        "The file is damaged or incomplete. Upload it again, or export it anew.",
    ),
];

const INCOMPLETE: &str = "The file is incomplete: its end is missing. Upload it again, or export it anew.";
const NO_FRAMES: &str = "The video has no frames.";

/// Nothing here decodes the video, or it is encrypted.
pub(super) const UNKNOWN_CODEC: &str =
    "The video is encoded in a way that cannot be decoded here, or it is protected. Export it as MP4 with H.264.";

/// The sentence for what a program said; none if its cause is not known.
pub(super) fn known(said: &str) -> Option<&'static str> {
    KNOWN.iter().find(|(part, _)| said.contains(part)).map(|(_, sentence)| *sentence)
}
