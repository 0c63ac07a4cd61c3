//! Shades of a workspace's colour that can be read, on light pages and on dark ones.
//!
//! A button has the colour itself, with black or white text, whichever is read more easily: one of them always reaches the
//! contrast that WCAG 2 asks of text. Links, borders and outlines have a darker or a lighter shade where the colour itself
//! does not reach it on the ground of the page.

use domain::branding::Colour;
use std::fmt;

/// The least contrast of text (WCAG 2, level AA).
const READABLE: f64 = 4.5;

/// The darkest ground of light pages, and the lightest one of dark pages, as `pages.css` has them.
const LIGHT_GROUND: Colour = Colour([0xed, 0xea, 0xe3]);
const DARK_GROUND: Colour = Colour([0x1d, 0x20, 0x23]);

const BLACK: Colour = Colour([0, 0, 0]);
const WHITE: Colour = Colour([255, 255, 255]);

/// In how many steps a colour becomes black or white.
const STEPS: u16 = 64;

/// The shades, as the custom properties of the style sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::pages) struct Shades {
    /// Of links, borders and outlines.
    accent: Colour,
    /// The same, pointed at.
    accent_strong: Colour,
    /// Of buttons.
    fill: Colour,
    /// The same, pointed at.
    fill_strong: Colour,
    /// Of the text on buttons.
    on_fill: Colour,
}

impl Shades {
    /// The shades for light pages.
    pub(in crate::pages) fn light(colour: Colour) -> Self {
        Self::on(colour, LIGHT_GROUND, BLACK)
    }

    /// The shades for dark pages.
    pub(in crate::pages) fn dark(colour: Colour) -> Self {
        Self::on(colour, DARK_GROUND, WHITE)
    }

    /// The shades for a ground. `away` is black or white, whichever is further from the ground.
    fn on(colour: Colour, ground: Colour, away: Colour) -> Self {
        let mut shades = (0..=STEPS).map(|step| mixed(colour, away, step));
        let accent = shades.find(|shade| contrast(*shade, ground) >= READABLE).unwrap_or(away);
        let on_fill = if contrast(colour, WHITE) >= READABLE { WHITE } else { BLACK };
        // Away from the text, so that it stays as readable.
        let from_text = if on_fill == WHITE { BLACK } else { WHITE };
        Self {
            accent,
            accent_strong: mixed(accent, away, STEPS / 4),
            fill: colour,
            fill_strong: mixed(colour, from_text, STEPS / 4),
            on_fill,
        }
    }
}

impl fmt::Display for Shades {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { accent, accent_strong, fill, fill_strong, on_fill } = self;
        write!(
            f,
            "--accent:{accent};--accent-strong:{accent_strong};--fill:{fill};--fill-strong:{fill_strong};--on-fill:{on_fill}"
        )
    }
}

/// A colour on its way to another one.
fn mixed(Colour(from): Colour, Colour(to): Colour, step: u16) -> Colour {
    let part = |from: u8, to: u8| {
        let sum = u16::from(from) * (STEPS - step) + u16::from(to) * step;
        u8::try_from(sum / STEPS).unwrap_or(u8::MAX)
    };
    Colour([part(from[0], to[0]), part(from[1], to[1]), part(from[2], to[2])])
}

/// The contrast of two colours, from 1 to 21, by <https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio>.
fn contrast(one: Colour, other: Colour) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

/// By <https://www.w3.org/TR/WCAG22/#dfn-relative-luminance>.
fn luminance(Colour(parts): Colour) -> f64 {
    let [red, green, blue] = parts.map(|part| {
        let part = f64::from(part) / 255.0;
        if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
    });
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

#[cfg(test)]
mod tests {
    use super::*;

    static PARTS: [u8; 6] = [0, 51, 102, 153, 204, 255];

    #[test]
    fn every_colour_becomes_readable_on_every_ground() {
        let all = PARTS.iter().flat_map(|r| PARTS.iter().flat_map(move |g| PARTS.iter().map(move |b| [*r, *g, *b])));
        for colour in all.map(Colour) {
            for (shades, grounds) in [
                (Shades::light(colour), ["#f7f5f1", "#edeae3", "#ffffff"]),
                (Shades::dark(colour), ["#141618", "#0d0f10", "#1d2023"]),
            ] {
                assert_eq!(shades.fill, colour);
                for text in [shades.accent, shades.accent_strong] {
                    for ground in grounds {
                        assert!(contrast(text, ground.parse().unwrap()) >= READABLE, "{colour}: {text} on {ground}");
                    }
                }
                for fill in [shades.fill, shades.fill_strong] {
                    assert!(contrast(shades.on_fill, fill) >= READABLE, "{colour}: {} on {fill}", shades.on_fill);
                }
            }
        }
        // What can be read stays as it is.
        assert_eq!(Shades::light(Colour([0x1f, 0x5f, 0x5b])).accent, Colour([0x1f, 0x5f, 0x5b]));
        assert_eq!(Shades::dark(Colour([0x8f, 0xd0, 0xc8])).accent, Colour([0x8f, 0xd0, 0xc8]));
    }

    #[test]
    fn the_grounds_are_those_of_the_style_sheet() {
        let css = include_str!("../../../assets/pages.css");
        for ground in ["--ground: #f7f5f1", "--case: #edeae3", "--card: #ffffff"] {
            assert_eq!(css.matches(ground).count(), 1, "{ground}");
        }
        for ground in ["--ground: #141618", "--case: #0d0f10", "--card: #1d2023"] {
            assert_eq!(
                css.matches(ground).count(),
                2,
                "for dark systems, and for pages that are always dark: {ground}"
            );
        }
    }

    #[test]
    fn contrast_is_that_of_wcag() {
        assert!((contrast(BLACK, WHITE) - 21.0).abs() < 0.001);
        assert!((contrast("#777777".parse().unwrap(), WHITE) - 4.478).abs() < 0.001);
    }
}
