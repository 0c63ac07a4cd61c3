//! Converts CMYK pictures, which are made for print, to sRGB.

use super::srgb;
use moxcms::{DataColorSpace, Layout};

/// The sRGB pixels of CMYK inks. `full_is_none`: 255 stands for no ink, as in files of Adobe programs. Uses the
/// picture's own profile if it can be read.
pub(super) fn to_rgb(mut inks: Vec<u8>, full_is_none: bool, profile: Option<&[u8]>) -> Vec<u8> {
    if full_is_none {
        for ink in &mut inks {
            *ink = u8::MAX - *ink;
        }
    }
    let layouts = (Layout::Rgba, Layout::Rgb);
    let by_profile = profile.and_then(|profile| srgb::by_profile(&inks, profile, DataColorSpace::Cmyk, layouts));
    by_profile.unwrap_or_else(|| by_arithmetic(&inks))
}

fn by_arithmetic(inks: &[u8]) -> Vec<u8> {
    let mut pixels = Vec::with_capacity(inks.len() / 4 * 3);
    for ink in inks.chunks_exact(4) {
        let light = u16::from(u8::MAX - ink[3]);
        pixels.extend(ink[..3].iter().map(|ink| {
            let value = u16::from(u8::MAX - ink) * light / 255;
            u8::try_from(value).unwrap_or(u8::MAX)
        }));
    }
    pixels
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inks_become_the_colours_they_print() {
        let inks = vec![0, 0, 0, 0, 255, 0, 0, 0, 0, 255, 255, 0, 0, 0, 0, 255];
        let colours = [255, 255, 255, 0, 255, 255, 255, 0, 0, 0, 0, 0];
        assert_eq!(to_rgb(inks.clone(), false, None), colours);
        assert_eq!(to_rgb(inks.iter().map(|ink| 255 - ink).collect(), true, Some(b"no profile")), colours);
    }
}
