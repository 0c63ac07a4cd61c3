//! Limits on the size of pictures and the time to decode them, checked on the header before anything is decoded.
//!
//! A decoder in this process cannot be stopped from outside. So its memory is limited by what the decoder is known to
//! use, and its time by the number of pixels, by the number of scans of a JPEG, and by a limit on processor time, after
//! which reading the file fails.

use super::MediaError;
use nix::time::{ClockId, clock_gettime};
use std::{
    io::{self, Read, Seek, SeekFrom},
    time::Duration,
};

/// The largest width and height, in pixels.
pub(super) const MAX_EDGE: u32 = 30_000;

/// The most pixels that are decoded.
const MAX_PIXELS: u64 = 250_000_000;

/// The most memory that decoding a picture may take, in bytes.
pub(super) const MAX_MEMORY: u64 = 640_000_000;

/// The most processor time for decoding a file; afterwards, reading it fails.
const MAX_TIME: Duration = Duration::from_mins(1);

/// Refuses pictures that are too wide or too high.
pub(super) fn check_edges(width: u32, height: u32) -> Result<(), MediaError> {
    if width == 0 || height == 0 {
        return Err(MediaError::unusable("The picture has no pixels. Save it anew."));
    }
    if width.max(height) > MAX_EDGE {
        return Err(MediaError::unusable(format!(
            "The picture has {width} × {height} pixels; more than {MAX_EDGE} on an edge cannot be handled. Save it smaller."
        )));
    }
    Ok(())
}

/// Refuses pictures with too many pixels at the decoded size.
pub(super) fn check_pixels(width: u32, height: u32) -> Result<(), MediaError> {
    if u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(MediaError::unusable(format!(
            "The picture has {width} × {height} pixels; more than {} megapixels cannot be handled. Save it smaller.",
            MAX_PIXELS / 1_000_000
        )));
    }
    Ok(())
}

/// Refuses pictures that take too much memory to decode.
pub(super) fn check_memory(bytes: u64) -> Result<(), MediaError> {
    if bytes > MAX_MEMORY {
        return Err(MediaError::unusable(format!(
            "The picture takes {} MB of memory to decode; more than {} MB cannot be handled. Save it smaller, or as an ordinary JPEG.",
            bytes.div_ceil(1_000_000),
            MAX_MEMORY / 1_000_000
        )));
    }
    Ok(())
}

/// A file whose reading fails after the thread has used too much processor time.
pub(super) struct Timed<R> {
    file: R,
    /// The limit, in processor time of the thread.
    end: Duration,
}

impl<R> Timed<R> {
    /// A file that may be read for [`MAX_TIME`] from now on.
    pub(super) fn new(file: R) -> Self {
        Self::until(file, worked().saturating_add(MAX_TIME))
    }

    const fn until(file: R, end: Duration) -> Self {
        Self { file, end }
    }

    /// Another file, or the same one opened again, which may be read until the same end.
    pub(super) const fn with<Other>(&self, file: Other) -> Timed<Other> {
        Timed::until(file, self.end)
    }
}

/// The processor time of this thread; zero if the system does not report it.
pub(super) fn worked() -> Duration {
    clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID).map(Duration::from).unwrap_or_default()
}

impl<R: Read> Read for Timed<R> {
    fn read(&mut self, piece: &mut [u8]) -> io::Result<usize> {
        if worked() > self.end {
            return Err(io::ErrorKind::TimedOut.into());
        }
        self.file.read(piece)
    }
}

impl<R: Seek> Seek for Timed<R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.file.seek(to)
    }
}

/// The size that fits within a longest edge, rounded. Smaller pictures are not enlarged.
pub(super) fn fit(width: u32, height: u32, longest_edge: u32) -> (u32, u32) {
    let longest = width.max(height);
    if longest <= longest_edge {
        return (width, height);
    }
    let scaled = |edge: u32| {
        let exact = (u64::from(edge) * u64::from(longest_edge) + u64::from(longest) / 2) / u64::from(longest);
        u32::try_from(exact).unwrap_or(longest_edge).max(1)
    };
    (scaled(width), scaled(height))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_large_is_refused_with_its_size() {
        assert!(check_edges(30_000, 1).is_ok() && check_pixels(25_000, 10_000).is_ok());
        let reasons = [
            check_edges(30_001, 1).unwrap_err().to_string(),
            check_pixels(25_000, 10_001).unwrap_err().to_string(),
            check_memory(640_000_001).unwrap_err().to_string(),
            check_edges(0, 5).unwrap_err().to_string(),
        ];
        for (reason, part) in reasons.iter().zip(["30001 × 1", "250 megapixels", "641 MB", "no pixels"]) {
            assert!(reason.contains(part), "{reason}");
        }
    }

    #[test]
    fn nothing_is_read_when_the_time_is_over() {
        let mut some = [0; 4];
        assert_eq!(Timed::new(&b"picture"[..]).read(&mut some).unwrap(), 4);
        let late = Timed::until(&b"picture"[..], Duration::ZERO).read(&mut some).unwrap_err();
        let refusal = MediaError::of_io(late, "");
        assert!(matches!(&refusal, MediaError::Unusable(reason) if reason.contains("too long")), "{refusal:?}");
    }

    #[test]
    fn a_size_fits_and_is_never_enlarged() {
        assert_eq!(fit(6000, 4000, 1280), (1280, 853));
        assert_eq!(fit(3000, 1, 320), (320, 1));
        assert_eq!(fit(7, 5, 320), (7, 5));
    }
}
