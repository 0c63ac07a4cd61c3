//! Chooses the stream of a file that is shown, and reads its size.

use serde_json::Value;

/// The video to show. Cover art and other stills look like videos of one frame, and are never shown if there is a
/// moving picture. Among several, a file marks its main one as the default; otherwise the largest is taken.
pub(super) fn shown(streams: &[Value]) -> Option<&Value> {
    let is_video = |stream: &&Value| stream["codec_type"] == "video" && !is_still(stream);
    streams.iter().filter(is_video).max_by_key(|stream| {
        let edge = |name: &str| stream[name].as_u64().unwrap_or_default();
        let area = edge("width").saturating_mul(edge("height"));
        let first = std::cmp::Reverse(stream["index"].as_u64());
        (is_known(stream) && area > 0, !looks_still(stream), is(stream, "default"), area, first)
    })
}

/// Whether the program knows how the stream is encoded.
pub(super) fn is_known(stream: &Value) -> bool {
    !matches!(stream["codec_name"].as_str(), None | Some("none" | "unknown"))
}

fn is(stream: &Value, disposition: &str) -> bool {
    stream["disposition"][disposition] == 1
}

/// Whether the file says that this is a still.
fn is_still(stream: &Value) -> bool {
    ["attached_pic", "timed_thumbnails", "still_image"].into_iter().any(|disposition| is(stream, disposition))
}

/// Whether this is probably a still, or a track of thumbnails as some cameras write: a codec of pictures, beside
/// which there is a video.
fn looks_still(stream: &Value) -> bool {
    let codec = stream["codec_name"].as_str().unwrap_or_default();
    let is_one = stream["nb_frames"].as_str() == Some("1");
    is_one || matches!(codec, "mjpeg" | "png" | "bmp" | "gif" | "webp" | "tiff")
}

/// Whether the duration was written by the program that made the file. Otherwise it may be estimated from the first
/// part of the file, and the video may be longer.
pub(super) fn duration_is_exact(format: &Value, stream: &Value) -> bool {
    let name = format["format_name"].as_str().unwrap_or_default();
    // The table of a fragmented MP4 counts no frames, and its duration is that of the first fragments.
    name.contains("matroska") || name.contains("mp4") && stream["nb_frames"].is_string()
}

/// Whether browsers and phones play a file with this video as it is: H.264 with eight bits and AAC or MP3 in an MP4.
pub(super) fn plays_everywhere(format: &Value, stream: &Value, streams: &[Value]) -> bool {
    let text = |stream: &Value, name: &str| stream[name].as_str().unwrap_or_default().to_owned();
    let sounds = streams.iter().filter(|stream| stream["codec_type"] == "audio");
    text(format, "format_name").contains("mp4")
        && text(stream, "codec_name") == "h264"
        && matches!(&*text(stream, "pix_fmt"), "yuv420p" | "yuvj420p")
        && matches!(&*text(stream, "field_order"), "progressive" | "unknown" | "")
        && sounds.into_iter().all(|sound| matches!(&*text(sound, "codec_name"), "aac" | "mp3"))
}

/// The size in pixels as it is shown: after rotation, and with square pixels.
pub(super) fn shown_size(stream: &Value) -> (u32, u32) {
    let edge = |name: &str| stream[name].as_u64().and_then(|edge| u32::try_from(edge).ok()).unwrap_or_default();
    let (width, height) = (edge("width"), edge("height"));
    let ratio = stream["sample_aspect_ratio"].as_str().and_then(|ratio| ratio.split_once(':'));
    let ratio = ratio.and_then(|(wide, high)| Some((wide.parse::<u64>().ok()?, high.parse::<u64>().ok()?)));
    let width = match ratio {
        Some((wide @ 1.., high @ 1..)) => {
            u32::try_from(u64::from(width).saturating_mul(wide) / high).unwrap_or(u32::MAX)
        }
        _ => width,
    };
    let side_data = stream["side_data_list"].as_array().map(Vec::as_slice).unwrap_or_default();
    let rotation = side_data.iter().find_map(|data| data["rotation"].as_i64()).unwrap_or_default();
    if rotation.rem_euclid(180) == 90 { (height, width) } else { (width, height) }
}
