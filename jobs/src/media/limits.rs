//! How large a picture may be. Checked on what the header claims, before anything is decoded.

use super::MediaError;

/// The largest width and height, in pixels.
const MAX_EDGE: u32 = 30_000;

/// The most pixels that are decoded.
const MAX_PIXELS: u64 = 250_000_000;

/// The most memory that a decoder may ask for, in bytes: the pixels above with four channels of eight bits.
pub(super) const MAX_ALLOC: u64 = 4 * MAX_PIXELS;

/// The largest JPEG file, in bytes; it is read whole, whereas the others are read piece by piece.
pub(super) const MAX_JPEG_BYTES: u64 = 512 * 1024 * 1024;

/// Refuses what is too large on an edge.
pub(super) fn check_edges(width: u32, height: u32) -> Result<(), MediaError> {
    if width == 0 || height == 0 {
        return Err(MediaError::unusable("The picture has no pixels."));
    }
    if width.max(height) > MAX_EDGE {
        return Err(MediaError::unusable(format!(
            "The picture has {width} × {height} pixels; more than {MAX_EDGE} on an edge cannot be handled."
        )));
    }
    Ok(())
}

/// Refuses what has too many pixels to be decoded at this size.
pub(super) fn check_pixels(width: u32, height: u32) -> Result<(), MediaError> {
    if u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(MediaError::unusable(format!(
            "The picture has {width} × {height} pixels; more than {} megapixels cannot be handled.",
            MAX_PIXELS / 1_000_000
        )));
    }
    Ok(())
}

/// Refuses what takes too much memory when decoded.
pub(super) fn check_memory(bytes: u64) -> Result<(), MediaError> {
    if bytes > MAX_ALLOC {
        return Err(MediaError::unusable(format!(
            "The picture takes {} MB of memory; more than {} MB cannot be handled.",
            bytes / 1_000_000,
            MAX_ALLOC / 1_000_000
        )));
    }
    Ok(())
}

/// The size within a longest edge, rounded; what fits is not enlarged.
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
            check_memory(1_000_000_001).unwrap_err().to_string(),
            check_edges(0, 5).unwrap_err().to_string(),
        ];
        for (reason, part) in reasons.iter().zip(["30001 × 1", "250 megapixels", "1000 MB", "no pixels"]) {
            assert!(reason.contains(part), "{reason}");
        }
    }

    #[test]
    fn a_size_fits_and_is_never_enlarged() {
        assert_eq!(fit(6000, 4000, 1280), (1280, 853));
        assert_eq!(fit(3000, 1, 320), (320, 1));
        assert_eq!(fit(7, 5, 320), (7, 5));
    }
}
