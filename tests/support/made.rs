//! Files that other programs write: videos, and pictures in formats that we only read.

use std::{fs, path::Path, process::Command};

/// A video with sound of this many seconds, as `ffmpeg` makes it; the extension of `name` says which container.
pub fn video(name: &str, size: &str, seconds: u32) -> Vec<u8> {
    made(name, |path| {
        let mut command = Command::new("ffmpeg");
        command.args(["-v", "error", "-f", "lavfi", "-i", &format!("testsrc2=size={size}:rate=25")]);
        command.args(["-f", "lavfi", "-i", "sine=frequency=440"]).args(["-t", &seconds.to_string()]);
        command.args(["-metadata", "location=+48.8584+002.2945/"]);
        if path.extension().is_some_and(|extension| extension == "mp4") {
            // This takes a tenth of the time to encode, and as long to decode.
            command.args(["-preset", "ultrafast"]);
        }
        command.arg(path);
        command
    })
}

/// The same video as a file that says when it was taken.
pub fn video_taken(video: &[u8], date: &str) -> Vec<u8> {
    made("taken.mp4", |path| {
        let from = path.with_file_name("from.mp4");
        fs::write(&from, video).expect("a file");
        let mut command = Command::new("ffmpeg");
        command.args(["-v", "error", "-i"]).arg(from).args([
            "-c",
            "copy",
            "-metadata",
            &format!("creation_time={date}"),
        ]);
        command.arg(path);
        command
    })
}

/// A video of 1280 × 720 that is as small as an encoder with much time can make it.
pub fn squeezed_video() -> Vec<u8> {
    made("squeezed.mp4", |path| {
        let mut command = Command::new("ffmpeg");
        command.args(["-v", "error", "-f", "lavfi", "-i", "testsrc2=size=1280x720:rate=25"]);
        command.args(["-f", "lavfi", "-i", "sine=frequency=440", "-t", "2"]);
        command.args(["-preset", "slow", "-crf", "32", "-b:a", "64k"]).arg(path);
        command
    })
}

/// A video with a size in its header and no frames.
pub fn video_without_frames() -> Vec<u8> {
    made("none.avi", |path| {
        let mut command = Command::new("ffmpeg");
        command.args(["-v", "error", "-f", "lavfi", "-i", "testsrc2=size=320x240:rate=25", "-frames:v", "0"]).arg(path);
        command
    })
}

/// A video that shows a picture for this many seconds.
pub fn video_of(picture: &[u8], seconds: u32) -> Vec<u8> {
    made("still.mp4", |path| {
        let from = path.with_file_name("from");
        fs::write(&from, picture).expect("a file");
        let mut command = Command::new("ffmpeg");
        command.args(["-v", "error", "-f", "image2", "-loop", "1", "-framerate", "5", "-i"]).arg(from);
        command.args(["-t", &seconds.to_string(), "-vf", "scale=trunc(iw/2)*2:trunc(ih/2)*2", "-pix_fmt", "yuv420p"]);
        command.args(["-preset", "ultrafast"]).arg(path);
        command
    })
}

/// A sound of this many seconds; the extension of `name` says which format.
pub fn sound(name: &str, seconds: u32) -> Vec<u8> {
    made(name, |path| {
        let mut command = Command::new("ffmpeg");
        command.args(["-v", "error", "-f", "lavfi", "-i", "sine=frequency=440"]).args(["-t", &seconds.to_string()]);
        command.arg(path);
        command
    })
}

/// A sound of a second with a picture as its cover; the extension of `name` says which format.
pub fn sound_with_cover(name: &str, picture: &[u8]) -> Vec<u8> {
    made(name, |path| {
        let from = path.with_file_name("cover");
        fs::write(&from, picture).expect("a file");
        let mut command = Command::new("ffmpeg");
        command.args(["-v", "error", "-f", "lavfi", "-i", "sine=frequency=440:duration=1", "-i"]).arg(from);
        command.args(["-map", "0", "-map", "1", "-c:v", "copy", "-disposition:v", "attached_pic"]).arg(path);
        command
    })
}

/// A picture, converted by `ffmpeg`; the extension of `name` says to which format.
pub fn converted(picture: &[u8], name: &str) -> Vec<u8> {
    made(name, |path| {
        let from = path.with_file_name("from");
        fs::write(&from, picture).expect("a file");
        let mut command = Command::new("ffmpeg");
        command.args(["-v", "error", "-i"]).arg(from).args(["-frames:v", "1"]).arg(path);
        command
    })
}

/// A HEIC or AVIF of a JPEG, as `heif-enc` makes it.
pub fn heif(jpeg: &[u8], avif: bool) -> Vec<u8> {
    made(if avif { "made.avif" } else { "made.heic" }, |path| {
        let from = path.with_file_name("from.jpg");
        fs::write(&from, jpeg).expect("a file");
        let mut command = Command::new("heif-enc");
        command.args(["-q", "90"]).args(avif.then_some("-A")).arg(from).arg("-o").arg(path);
        command
    })
}

/// A frame from the middle of a video, as a picture.
pub fn frame(video: &[u8]) -> Vec<u8> {
    made("frame.png", |path| {
        let from = path.with_file_name("from.mp4");
        fs::write(&from, video).expect("a file");
        let mut command = Command::new("ffmpeg");
        command.args(["-v", "error", "-ss", "0.5", "-i"]).arg(from).args(["-frames:v", "1"]).arg(path);
        command
    })
}

/// The output of `ffprobe` for a video: codecs, pixel format, size and tags, one per line.
pub fn told_of(video: &[u8]) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("video.mp4");
    fs::write(&file, video).expect("a file");
    let entries = "stream=codec_name,pix_fmt,width,height:format_tags:stream_tags:format=duration";
    let told = Command::new("ffprobe").args(["-v", "error", "-show_entries", entries]).arg(&file).output();
    String::from_utf8(told.expect("ffprobe is installed").stdout).expect("text")
}

fn made(name: &str, command: impl FnOnce(&Path) -> Command) -> Vec<u8> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(name);
    let output = command(&path).output().expect("the program is installed; ./dev test sees to that");
    assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
    fs::read(path).expect("what was made")
}
