//! Where a mark is, how much it hides, and that it is always seen.

use super::*;
use crate::{ProxySpec, decoded::Decoded, gray, render::render, segments::Segments, test_files::file};
use domain::Preset;
use image::{GenericImageView, GrayImage, ImageFormat, Rgb, RgbImage, metadata::Orientation};
use moxcms::ColorProfile;

const GREEN: [u8; 4] = [0, 255, 0, 255];

fn mark(width: u32, height: u32, opacity: f64, placement: Placement) -> WatermarkImage {
    let picture = DynamicImage::ImageRgba8(RgbaImage::from_pixel(width, height, Rgba(GREEN)));
    let opacity = Opacity::try_from(opacity).unwrap();
    WatermarkImage::decode(&file(&picture, ImageFormat::Png), opacity, placement).unwrap()
}

fn white(width: u32, height: u32) -> DynamicImage {
    DynamicImage::ImageRgb8(RgbImage::from_pixel(width, height, Rgb([255; 3])))
}

/// The pixels that a mark changed: how many, and the rectangle around them (left, top, right, bottom).
fn changed(picture: &DynamicImage) -> (usize, [u32; 4]) {
    let all: Vec<_> = picture.pixels().filter(|(.., pixel)| pixel.0 != [255; 4]).map(|(x, y, _)| (x, y)).collect();
    let bound = |of: fn(&(u32, u32)) -> u32| (all.iter().map(of).min().unwrap(), all.iter().map(of).max().unwrap() + 1);
    let ((left, right), (top, bottom)) = (bound(|(x, _)| *x), bound(|(_, y)| *y));
    (all.len(), [left, top, right, bottom])
}

fn drawn(mark: &WatermarkImage, mut picture: DynamicImage) -> DynamicImage {
    mark.draw(&mut picture).unwrap();
    picture
}

#[test]
fn a_mark_is_where_it_belongs_and_as_large() {
    let center = drawn(&mark(200, 100, 1.0, Placement::Center), white(1000, 600));
    assert_eq!(changed(&center), (500 * 250, [250, 175, 750, 425]));
    let corner = drawn(&mark(200, 100, 1.0, Placement::BottomRight), white(1000, 600));
    assert_eq!(changed(&corner), (250 * 125, [1000 - 250 - 18, 600 - 125 - 18, 982, 582]));
    let (count, [left, top, right, bottom]) = changed(&drawn(&mark(200, 100, 1.0, Placement::Tile), white(1000, 600)));
    assert!(left < 100 && top < 100 && right > 900 && bottom > 500);
    assert!((200_000..400_000).contains(&count), "there are gaps, and not only gaps: {count}");
    // A high one fits too.
    let (_, [left, top, right, bottom]) = changed(&drawn(&mark(10, 1000, 1.0, Placement::Center), white(1000, 600)));
    assert_eq!((right - left, bottom - top), (3, 300));
}

#[test]
fn it_hides_as_much_as_its_opacity_says() {
    for (opacity, expected) in [(1.0, 0), (0.5, 127), (0.25, 191), (0.001, 254)] {
        let picture = drawn(&mark(20, 20, opacity, Placement::Center), white(100, 100));
        let [red, green, ..] = picture.get_pixel(50, 50).0;
        assert!(red.abs_diff(expected) <= 1 && green == 255, "{opacity}: {red}");
    }
}

#[test]
fn it_is_seen_on_what_is_transparent_and_on_gray() {
    let sheer = drawn(&mark(20, 20, 0.5, Placement::Center), DynamicImage::new_rgba8(100, 100));
    assert_eq!(sheer.get_pixel(50, 50).0, [0, 255, 0, 128]);
    assert_eq!(sheer.get_pixel(5, 5).0[3], 0);
    let half = DynamicImage::ImageRgba8(RgbaImage::from_pixel(100, 100, Rgba([255, 0, 0, 128])));
    let [red, green, blue, alpha] = drawn(&mark(20, 20, 0.5, Placement::Center), half).get_pixel(50, 50).0;
    assert!(red.abs_diff(85) <= 1 && green.abs_diff(170) <= 1 && blue == 0 && alpha.abs_diff(192) <= 1);
    let gray = gray::to_rgb(DynamicImage::new_luma8(100, 100), None);
    assert_eq!(drawn(&mark(20, 20, 1.0, Placement::Center), gray).get_pixel(50, 50).0, GREEN);
}

#[test]
fn a_gray_picture_keeps_its_profile_or_gets_the_colours_that_it_means() {
    // Linear light: a quarter of it is sRGB 137.
    let profile = ColorProfile::new_gray_with_gamma(1.0).encode().unwrap();
    let made = |colour: [u8; 4]| {
        let picture = DynamicImage::ImageRgba8(RgbaImage::from_pixel(20, 20, Rgba(colour)));
        let bytes = file(&picture, ImageFormat::Png);
        let mark = WatermarkImage::decode(&bytes, Opacity::try_from(0.5).unwrap(), Placement::Center).unwrap();
        let still = Decoded {
            picture: DynamicImage::ImageLuma8(GrayImage::from_pixel(200, 200, image::Luma([64]))),
            orientation: Orientation::NoTransforms,
            profile: Some(profile.clone()),
            width: 200,
            height: 200,
            warning: None,
        };
        let wanted = ProxySpec { rendition: Preset::Thumbnail.watermarked(), size: 320 };
        let made = render(still, &[wanted], Some(&mark)).unwrap().proxies.remove(0).bytes;
        (image::load_from_memory(&made).unwrap(), Segments::read(&made).profile)
    };
    let (kept, its_profile) = made([0, 0, 0, 255]);
    assert!(its_profile == Some(profile.clone()) && matches!(kept, DynamicImage::ImageLuma8(_)));
    assert!(kept.get_pixel(5, 5).0[0].abs_diff(64) <= 1 && kept.get_pixel(100, 100).0[0].abs_diff(32) <= 1);
    let (colours, its_profile) = made(GREEN);
    assert_eq!(its_profile, None);
    assert!(
        colours.get_pixel(5, 5).0[..3].iter().all(|value| value.abs_diff(137) <= 3),
        "{:?}",
        colours.get_pixel(5, 5)
    );
    let [red, green, ..] = colours.get_pixel(100, 100).0;
    assert!(red.abs_diff(68) < 8 && green.abs_diff(196) < 8, "{red} {green}");
}

#[test]
fn every_proxy_shows_it_also_the_smallest() {
    for placement in [Placement::Center, Placement::BottomRight, Placement::Tile] {
        for (width, height) in [(16, 16), (16, 1), (1, 16), (3, 3), (320, 213)] {
            for mark in [mark(300, 300, 0.5, placement), mark(1000, 20, 0.5, placement), mark(7, 900, 0.5, placement)] {
                let still = Decoded {
                    picture: white(width, height),
                    orientation: Orientation::NoTransforms,
                    profile: None,
                    width,
                    height,
                    warning: None,
                };
                let wanted = |rendition| ProxySpec { rendition, size: 320 };
                let made = render(
                    still,
                    &[wanted(Preset::Thumbnail.watermarked()), wanted(Preset::Thumbnail.plain())],
                    Some(&mark),
                )
                .unwrap();
                assert_eq!(
                    made.proxies.iter().map(|made| made.rendition.watermarked).collect::<Vec<_>>(),
                    [false, true]
                );
                let [plain, marked] = [0, 1].map(|at| image::load_from_memory(&made.proxies[at].bytes).unwrap());
                let most =
                    plain.pixels().zip(marked.pixels()).map(|((.., one), (.., other))| one.0[0].abs_diff(other.0[0]));
                assert!(most.max().unwrap() > 30, "{placement:?} {width}×{height}");
            }
        }
    }
}

#[test]
fn small_proxies_are_made_of_what_has_no_mark_yet() {
    let still = Decoded {
        picture: white(400, 400),
        orientation: Orientation::NoTransforms,
        profile: None,
        width: 400,
        height: 400,
        warning: None,
    };
    let wanted = |rendition, size| ProxySpec { rendition, size };
    let wanted = [
        wanted(Preset::Preview.watermarked(), 300),
        wanted(Preset::Fullscreen.watermarked(), 2560),
        wanted(Preset::Thumbnail.plain(), 100),
    ];
    let made = render(still, &wanted, Some(&mark(10, 10, 1.0, Placement::Tile))).unwrap();
    let thumbnail = image::load_from_memory(&made.proxies[2].bytes).unwrap();
    assert!(thumbnail.pixels().all(|(.., pixel)| pixel.0 == [255; 4]));
    assert_eq!(made.proxies[0].width, 400);
}

#[test]
fn what_cannot_be_a_mark_is_refused() {
    let clear = file(&DynamicImage::new_rgba8(10, 10), ImageFormat::Png);
    let large = file(&DynamicImage::new_luma8(8000, 6000), ImageFormat::Png);
    for (bytes, part) in [(clear, "transparent"), (large, "megapixels"), (b"text".to_vec(), "no picture")] {
        let refusal = WatermarkImage::decode(&bytes, Opacity::default(), Placement::Center).unwrap_err();
        assert!(matches!(&refusal, MediaError::Unusable(reason) if reason.contains(part)), "{refusal:?}");
    }
}
