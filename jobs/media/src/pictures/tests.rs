//! What goes in and what comes out, by file format.

use super::*;
use crate::test_files::{PLACE, clip, file, gradient, jpeg, made_by, on_disk, pdf, photo, profile, turned, with_facts};
use domain::Preset;
use image::{DynamicImage, GenericImageView, RgbaImage, metadata::Orientation};
use turbojpeg::{Colorspace, Compressor, PixelFormat, Subsamp};

const ALL: [ProxySpec; 3] = [of(Preset::Thumbnail, 320), of(Preset::Fullscreen, 2560), of(Preset::Preview, 1280)];

const fn of(preset: Preset, size: u32) -> ProxySpec {
    ProxySpec { rendition: preset.plain(), size }
}

async fn made(bytes: &[u8], media_type: &str) -> Result<Rendered, MediaError> {
    pictures(on_disk(bytes).path(), media_type, ALL.to_vec(), None).await
}

async fn refused(bytes: &[u8], media_type: &str) -> String {
    match made(bytes, media_type).await {
        Err(MediaError::Unusable(reason)) => reason,
        other => panic!("{media_type}: {other:?}"),
    }
}

fn shown(made: &Rendered, at: usize) -> DynamicImage {
    image::load_from_memory(&made.proxies[at].bytes).unwrap()
}

fn has(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

/// Whether the red edge of the gradient is at the left and the light one at the top.
fn assert_upright(picture: &DynamicImage) {
    let (width, height) = picture.dimensions();
    let at = |x: u32, y: u32| picture.get_pixel(x, y).0;
    let (left, right) = (at(2, height / 2), at(width - 3, height / 2));
    assert!(left[0] > 215 && left[2] < 45 && right[0] < 45 && right[2] > 215, "{left:?} {right:?}");
    assert!(at(width / 2, 2)[1] > at(width / 2, height - 3)[1] + 80);
}

#[tokio::test]
async fn every_format_is_read_and_its_size_is_told() {
    for (format, media_type) in [
        (ImageFormat::Jpeg, "image/jpeg"),
        (ImageFormat::Png, "image/png"),
        (ImageFormat::WebP, "image/webp"),
        (ImageFormat::Gif, "image/gif"),
        (ImageFormat::Tiff, "image/tiff"),
        (ImageFormat::Bmp, "image/bmp"),
    ] {
        let made = made(&file(&gradient(1500, 600), format), media_type).await.unwrap();
        assert_eq!((made.width, made.height, made.duration_seconds), (1500, 600, None), "{media_type}");
        let sizes: Vec<_> = made.proxies.iter().map(|made| (made.rendition.preset, made.width, made.height)).collect();
        let expected = [(Preset::Fullscreen, 1500, 600), (Preset::Preview, 1280, 512), (Preset::Thumbnail, 320, 128)];
        assert_eq!(sizes, expected, "{media_type}");
        assert!(made.proxies.iter().all(|made| made.media_type == "image/jpeg"), "{media_type}");
        for at in 0..3 {
            assert_eq!(shown(&made, at).width(), made.proxies[at].width);
            assert_upright(&shown(&made, at));
        }
    }
}

#[tokio::test]
async fn gray_and_sixteen_bits_are_read() {
    let gray = file(&DynamicImage::ImageLuma8(gradient(400, 300).into_luma8()), ImageFormat::Jpeg);
    assert!(matches!(shown(&made(&gray, "image/jpeg").await.unwrap(), 0), DynamicImage::ImageLuma8(_)));
    let deep = file(&DynamicImage::ImageRgb16(gradient(400, 300).into_rgb16()), ImageFormat::Png);
    assert_upright(&shown(&made(&deep, "image/png").await.unwrap(), 2));
}

#[tokio::test]
async fn heic_and_avif_are_read_and_not_turned_twice() {
    for ending in [".heic", ".avif"] {
        let camera = on_disk(&photo(400, 200, 6, None));
        let source = camera.path().with_extension("jpg");
        std::fs::copy(camera.path(), &source).unwrap();
        let heif = made_by("heif-enc", &format!("-q 95 {} -o %", source.display()), ending);
        std::fs::remove_file(source).unwrap();
        let media_type = domain::media::sniff(&std::fs::read(&heif).unwrap()).media_type;
        assert_eq!(media_type, if ending == ".heic" { "image/heif" } else { "image/avif" });
        let made = pictures(&heif, media_type, ALL.to_vec(), None).await.unwrap();
        // Newer encoders turn the picture as the camera says, older ones only copy what it says, which means nothing
        // in this format. Either way the red edge is where the file puts it, and not turned once more.
        let shown = shown(&made, 2);
        if (made.width, made.height) == (200, 400) {
            assert!(shown.get_pixel(80, 2).0[0] > 200 && shown.get_pixel(80, shown.height() - 3).0[2] > 200);
        } else {
            assert_eq!((made.width, made.height), (400, 200), "{ending}");
            assert_upright(&shown);
        }
        assert!(!has(&made.proxies[0].bytes, b"Exif"));
    }
}

/// What ISO/IEC 23008-12 says: the property `irot` turns the picture by quarters against the clock, and an auxiliary
/// picture is its opacity.
#[tokio::test]
async fn a_heic_is_turned_by_its_property_and_keeps_its_transparency() {
    let source = tempfile::Builder::new().suffix(".png").tempfile().unwrap();
    let mut picture = gradient(128, 64).into_rgba8();
    picture.enumerate_pixels_mut().filter(|(_, y, _)| *y >= 32).for_each(|(_, _, pixel)| pixel.0[3] = 0);
    std::fs::write(source.path(), file(&picture.into(), ImageFormat::Png)).unwrap();
    let mut heic =
        std::fs::read(made_by("heif-enc", &format!("-q 95 {} -o %", source.path().display()), ".heic")).unwrap();
    // The properties that say how many bits there are become ones that turn both pictures.
    let bits: Vec<usize> = (0..heic.len()).filter(|at| heic[*at..].starts_with(b"pixi")).collect();
    let turned = [b"irot", &[1][..]].concat();
    for (turn, size) in [(false, (128, 64)), (true, (64, 128))] {
        if turn {
            for at in &bits {
                heic[*at..at + 5].copy_from_slice(&turned);
            }
        }
        let made = made(&heic, "image/heif").await.unwrap();
        assert_eq!((made.width, made.height), size);
        let shown = shown(&made, 0).into_rgba8();
        // The left end of the picture is red, its right end blue, and its lower half clear.
        let (left, right, below) = if turn { ((16, 120), (16, 8), (48, 64)) } else { ((8, 16), (120, 16), (64, 48)) };
        let at = |(x, y): (u32, u32)| shown.get_pixel(x, y).0;
        assert!(at(left)[0] > 200 && at(left)[3] == 255, "turned: {turn}, left {:?}", at(left));
        assert!(at(right)[2] > 200 && at(right)[3] == 255, "turned: {turn}, right {:?}", at(right));
        assert!(at(below)[3] < 5, "turned: {turn}, below {:?}", at(below));
    }
}

#[tokio::test]
async fn of_several_pictures_in_a_heic_the_main_one_is_shown() {
    let colours = [[200, 10, 10], [10, 200, 10], [10, 10, 200]];
    let pictures = colours.map(|colour| {
        let png = tempfile::Builder::new().suffix(".png").tempfile().unwrap();
        let picture = image::RgbImage::from_pixel(64, 64, image::Rgb(colour));
        std::fs::write(png.path(), file(&DynamicImage::ImageRgb8(picture), ImageFormat::Png)).unwrap();
        png
    });
    let names = pictures.iter().map(|png| png.path().display().to_string()).collect::<Vec<_>>().join(" ");
    let heic = std::fs::read(made_by("heif-enc", &format!("-q 95 {names} -o %"), ".heic")).unwrap();
    // The box with the number of the main picture.
    let main = heic.windows(4).position(|name| name == b"pitm").unwrap() + 9;
    let first = heic[main];
    for (colour, number) in colours.iter().zip(first..) {
        let mut other = heic.clone();
        other[main] = number;
        let shown = shown(&made(&other, "image/heif").await.unwrap(), 0).get_pixel(30, 30).0;
        assert!(shown.iter().zip(colour).all(|(one, other)| one.abs_diff(*other) < 8), "{shown:?}, not {colour:?}");
    }
}

#[tokio::test]
async fn a_document_shows_its_first_page() {
    let made = made(&pdf(), "application/pdf").await.unwrap();
    assert_eq!((made.proxies[0].width, made.proxies[0].height), (2560, 1280));
    let middle = shown(&made, 2).get_pixel(160, 80).0;
    assert!(middle[2] > 240 && middle[0] < 15, "{middle:?}");
    let reason = refused(b"%PDF-1.4\nnothing", "application/pdf").await;
    assert!(reason.contains("PDF"), "{reason}");
}

#[tokio::test]
async fn a_video_shows_a_frame() {
    // Turned by the player, with pixels twice as wide as high.
    let upright = clip("320x240", 2.0, "-shortest", ".mp4");
    let turned = turned(&upright);
    let wide = clip("320x240", 2.0, "-vf setsar=2/1 -c:v libvpx -c:a libvorbis", ".webm");
    for (video, media_type, size) in [
        (&*upright, "video/mp4", (320, 240)),
        (turned.path(), "video/mp4", (240, 320)),
        (&wide, "video/webm", (640, 240)),
    ] {
        let poster = [of(Preset::Poster, 160)].to_vec();
        let made = pictures(video, media_type, poster, None).await.unwrap();
        assert_eq!((made.width, made.height), size);
        assert_eq!(made.proxies[0].width.max(made.proxies[0].height), 160);
        assert!((made.duration_seconds.unwrap() - 2.0).abs() < 0.2);
    }
}

#[tokio::test]
async fn a_picture_is_upright_whichever_way_the_camera_was_held() {
    for orientation in 1..=8_u8 {
        // What is turned back by the orientation was turned by its inverse before.
        let turn = Orientation::from_exif(orientation).unwrap();
        let back = match turn {
            Orientation::Rotate90 => Orientation::Rotate270,
            Orientation::Rotate270 => Orientation::Rotate90,
            other => other,
        };
        let mut stored = gradient(600, 300);
        stored.apply_orientation(back);
        let camera = photo(10, 10, orientation.into(), None);
        let plain = file(&stored, ImageFormat::Jpeg);
        // The EXIF segment of the one before the picture of the other.
        let exif = camera.windows(2).position(|pair| pair == [0xff, 0xe1]).unwrap();
        let length = 2 + usize::from(u16::from_be_bytes([camera[exif + 2], camera[exif + 3]]));
        let bytes = [&plain[..2], &camera[exif..exif + length], &plain[2..]].concat();
        let made = made(&bytes, "image/jpeg").await.unwrap();
        assert_eq!((made.width, made.height), (600, 300), "{orientation}");
        for at in 0..3 {
            assert_upright(&shown(&made, at));
        }
    }
}

#[tokio::test]
async fn a_profile_stays_if_it_fits_and_all_else_that_the_camera_wrote_is_gone() {
    let camera = photo(2000, 1000, 1, Some(profile(*b"RGB ")));
    assert!(has(&camera, b"Exif") && has(&camera, b"II*\0"), "there is something to lose");
    let kept = made(&camera, "image/jpeg").await.unwrap();
    for proxy in &kept.proxies {
        assert!(has(&proxy.bytes, &profile(*b"RGB ")) && !has(&proxy.bytes, b"Exif") && !has(&proxy.bytes, b"II*\0"));
    }
    let wrong = made(&photo(200, 100, 1, Some(profile(*b"GRAY"))), "image/jpeg").await.unwrap();
    assert!(!has(&wrong.proxies[0].bytes, b"ICC_PROFILE"));
}

#[tokio::test]
async fn also_other_formats_are_upright_and_tell_nothing_but_their_colours() {
    // Lying on its side: turned back by the orientation.
    let mut stored = gradient(600, 300);
    stored.apply_orientation(Orientation::Rotate270);
    for (media_type, bytes) in [
        ("image/png", with_facts(&stored, ImageFormat::Png, 6, profile(*b"RGB "))),
        ("image/webp", with_facts(&stored, ImageFormat::WebP, 6, profile(*b"RGB "))),
        ("image/tiff", with_facts(&stored, ImageFormat::Tiff, 6, profile(*b"RGB "))),
    ] {
        assert!(has(&bytes, PLACE), "{media_type}: there is something to lose");
        let made = made(&bytes, media_type).await.unwrap();
        assert_eq!((made.width, made.height), (600, 300), "{media_type}");
        for (at, proxy) in made.proxies.iter().enumerate() {
            assert_upright(&shown(&made, at));
            assert!(has(&proxy.bytes, &profile(*b"RGB ")), "{media_type}");
            for part in [PLACE, b"Exif", b"II*\0", b"eXIf"] {
                assert!(!has(&proxy.bytes, part), "{media_type}");
            }
        }
    }
    // What stays a PNG is written by another encoder.
    let mut sheer = gradient(200, 400).into_rgba8();
    sheer.get_pixel_mut(0, 0).0[3] = 0;
    let bytes = with_facts(&DynamicImage::ImageRgba8(sheer), ImageFormat::Png, 6, profile(*b"RGB "));
    let made = made(&bytes, "image/png").await.unwrap();
    for (at, proxy) in made.proxies.iter().enumerate() {
        assert_eq!((proxy.media_type, shown(&made, at).width() > shown(&made, at).height()), ("image/png", true));
        assert!(has(&proxy.bytes, b"iCCP") && !has(&proxy.bytes, b"eXIf") && !has(&proxy.bytes, PLACE));
    }
}

#[tokio::test]
async fn a_profile_that_is_no_profile_any_more_is_left_out() {
    let mut huge = profile(*b"RGB ");
    huge.resize(5_000_000, 7);
    for (media_type, format) in [("image/png", ImageFormat::Png), ("image/webp", ImageFormat::WebP)] {
        let bytes = with_facts(&gradient(60, 40), format, 1, huge.clone());
        let made = made(&bytes, media_type).await.unwrap();
        assert!(made.proxies.iter().all(|proxy| proxy.bytes.len() < 100_000), "{media_type}");
    }
}

#[tokio::test]
async fn pictures_for_print_become_colours() {
    // Cyan ink alone, as Adobe stores it: inverted.
    let pixels = [0, 255, 255, 255].repeat(64 * 64);
    for colorspace in [Colorspace::CMYK, Colorspace::YCCK] {
        let mut encoder = Compressor::new().unwrap();
        encoder.set_colorspace(colorspace).unwrap();
        encoder.set_subsamp(Subsamp::None).unwrap();
        let image =
            turbojpeg::Image { pixels: &pixels[..], width: 64, pitch: 256, height: 64, format: PixelFormat::CMYK };
        let bytes = encoder.compress_to_vec(image).unwrap();
        let bytes = crate::segments::with_profile(&bytes, &profile(*b"CMYK"));
        let made = made(&bytes, "image/jpeg").await.unwrap();
        let colour = shown(&made, 0).get_pixel(30, 30).0;
        assert!(colour[0] < 20 && colour[1] > 235 && colour[2] > 235, "{colorspace:?}: {colour:?}");
        assert!(!has(&made.proxies[0].bytes, b"ICC_PROFILE"));
    }
}

#[tokio::test]
async fn what_shines_through_is_kept_and_an_idle_channel_is_not() {
    let mut sheer = RgbaImage::from_pixel(700, 400, image::Rgba([200, 10, 10, 255]));
    sheer.pixels_mut().take(700 * 200).for_each(|pixel| pixel.0[3] = 0);
    let made_of = async |picture: RgbaImage| {
        made(&file(&DynamicImage::ImageRgba8(picture), ImageFormat::Png), "image/png").await.unwrap()
    };
    let kept = made_of(sheer).await;
    assert!(kept.proxies.iter().all(|proxy| proxy.media_type == "image/png"));
    let shown = shown(&kept, 2);
    assert_eq!((shown.get_pixel(5, 5).0[3], shown.get_pixel(5, shown.height() - 5).0[3]), (0, 255));
    let idle = made_of(RgbaImage::from_pixel(70, 40, image::Rgba([200, 10, 10, 255]))).await;
    assert_eq!(idle.proxies[0].media_type, "image/jpeg");
}

#[tokio::test]
async fn of_what_moves_only_the_first_frame_is_decoded() {
    let mut bytes = Vec::new();
    let mut encoder = image::codecs::gif::GifEncoder::new(&mut bytes);
    for _ in 0..3 {
        encoder.encode_frame(image::Frame::new(gradient(60, 40).into_rgba8())).unwrap();
    }
    drop(encoder);
    // What follows the first frame cannot be decoded, which only shows to whom tries.
    let first = file(&gradient(60, 40), ImageFormat::Gif).len();
    bytes.truncate(first + 200);
    assert_eq!(made(&bytes, "image/gif").await.unwrap().width, 60);
}

#[tokio::test]
async fn what_hangs_on_a_jpeg_does_not_matter() {
    for tail in [&b"PK\x03\x04 an archive"[..], b"<html><script>alert(1)</script>"] {
        let bytes = [&jpeg(300, 200)[..], tail].concat();
        let made = made(&bytes, "image/jpeg").await.unwrap();
        assert_eq!(made.width, 300);
        assert!(!has(&made.proxies[0].bytes, tail));
    }
}

#[tokio::test]
async fn what_cannot_be_used_is_refused_with_a_reason() {
    let half = |bytes: Vec<u8>| bytes[..bytes.len() / 2].to_vec();
    let huge = |width: u32, height: u32| {
        let mut bytes = file(&gradient(1, 1), ImageFormat::Png);
        bytes[16..20].copy_from_slice(&width.to_be_bytes());
        bytes[20..24].copy_from_slice(&height.to_be_bytes());
        let sum = checksum(&bytes[12..29]);
        bytes[29..33].copy_from_slice(&sum.to_be_bytes());
        bytes
    };
    let mut tall = jpeg(16, 16);
    let frame = tall.windows(2).position(|pair| pair == [0xff, 0xc0]).unwrap();
    tall[frame + 5..frame + 7].copy_from_slice(&65_000_u16.to_be_bytes());
    let table: &[(&str, Vec<u8>, &str)] = &[
        ("image/jpeg", jpeg(800, 600)[..300].to_vec(), "ends before its picture begins"),
        ("image/jpeg", [&b"\xff\xd8\xff\xe0"[..], &[7; 3000]].concat(), "ends before its picture begins"),
        ("image/jpeg", tall, "more than 30000 on an edge"),
        ("image/png", file(&gradient(300, 200), ImageFormat::Png)[..50].to_vec(), "ends in the middle"),
        ("image/png", huge(50_000, 50_000), "more than 30000 on an edge"),
        ("image/png", huge(29_999, 29_999), "more than 250 megapixels"),
        ("image/webp", half(file(&gradient(300, 200), ImageFormat::WebP)), "The WebP is damaged"),
        ("image/tiff", half(file(&gradient(300, 200), ImageFormat::Tiff)), "ends in the middle"),
        ("image/gif", b"GIF89a".to_vec(), "ends in the middle"),
        ("image/heif", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic nothing".to_vec(), "HEIC"),
        ("image/avif", b"\0\0\0\x18ftypavif\0\0\0\0mif1avif nothing".to_vec(), "AVIF"),
        ("video/mp4", b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom".to_vec(), "The file is incomplete: "),
        ("video/mp4", b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n".to_vec(), "The file is damaged or incomplete."),
        ("image/bmp", b"BM".to_vec(), "ends in the middle"),
        ("image/vnd.djvu", b"AT&TFORM".to_vec(), "image/vnd.djvu"),
        ("image/jpeg", Vec::new(), "empty"),
        ("video/mp4", Vec::new(), "empty"),
    ];
    for (media_type, bytes, part) in table {
        let reason = refused(bytes, media_type).await;
        assert!(reason.contains(part) && reason.ends_with('.') && !reason.contains("/tmp"), "{media_type}: {reason}");
    }
}

/// The share of the rows of a picture whose left edge is red as in the gradient.
fn share_of_gradient(picture: &DynamicImage) -> f64 {
    let rows = (0..picture.height()).filter(|y| {
        let pixel = picture.get_pixel(2, *y).0;
        pixel[0] > 215 && pixel[2] < 45
    });
    f64::from(u32::try_from(rows.count()).unwrap()) / f64::from(picture.height())
}

#[tokio::test]
async fn of_a_damaged_png_or_gif_is_shown_what_there_is() {
    let png = file(&gradient(300, 200), ImageFormat::Png);
    let deep = file(&DynamicImage::ImageRgb16(gradient(300, 200).into_rgb16()), ImageFormat::Png);
    let gif = file(&gradient(300, 200), ImageFormat::Gif);
    // Four bytes of its pixels.
    let flipped = |mut bytes: Vec<u8>| {
        let middle = bytes.len() * 2 / 3;
        bytes[middle..middle + 4].iter_mut().for_each(|byte| *byte = !*byte);
        bytes
    };
    let cut = |bytes: &[u8], left: usize| bytes[..bytes.len() * left / 100].to_vec();
    let table = [
        ("only the end is missing", "image/png", png[..png.len() - 12].to_vec(), None, 1.0..=1.0),
        (
            "a wrong checksum",
            "image/png",
            [&png[..png.len() - 14], &[7; 2], &png[png.len() - 12..]].concat(),
            Some("damaged"),
            1.0..=1.0,
        ),
        ("cut", "image/png", cut(&png, 50), Some("ends in the middle"), 0.2..=0.8),
        ("cut, with sixteen bits", "image/png", cut(&deep, 50), Some("ends in the middle"), 0.2..=0.8),
        ("flipped", "image/png", flipped(png.clone()), Some("damaged"), 0.3..=1.0),
        ("cut", "image/gif", cut(&gif, 50), Some("ends in the middle"), 0.2..=0.8),
        ("flipped", "image/gif", flipped(gif.clone()), Some("damaged"), 0.2..=1.0),
    ];
    for (what, media_type, bytes, warning, share) in table {
        let made = made(&bytes, media_type).await.unwrap_or_else(|error| panic!("{what} {media_type}: {error}"));
        assert_eq!((made.width, made.height), (300, 200));
        let is = share_of_gradient(&shown(&made, 0));
        assert!(share.contains(&is), "{what} {media_type}: {is} of the rows");
        match warning {
            Some(part) => {
                assert!(
                    made.warning.as_ref().is_some_and(|text| text.contains(part)),
                    "{what} {media_type}: {:?}",
                    made.warning
                );
            }
            None => assert_eq!(made.warning, None, "{what} {media_type}"),
        }
    }
}

/// Sixteen rows of red in seven passes (Adam7), without compression.
fn interlaced() -> Vec<u8> {
    let passes = [(2, 2), (2, 2), (4, 2), (4, 4), (8, 4), (8, 8), (16, 8)];
    let rows = passes.into_iter().flat_map(|(width, rows): (usize, usize)| {
        std::iter::repeat_n([vec![0], [200, 10, 10].repeat(width)].concat(), rows).flatten()
    });
    let rows: Vec<u8> = rows.collect();
    let length = u16::try_from(rows.len()).unwrap();
    let stored = [&[0x78, 1, 1], &length.to_le_bytes()[..], &(!length).to_le_bytes(), &rows, &[0; 4]].concat();
    let chunk = |name: &[u8], data: &[u8]| {
        let mut bytes = u32::try_from(data.len()).unwrap().to_be_bytes().to_vec();
        bytes.extend([name, data].concat());
        bytes.extend(checksum(&bytes[4..]).to_be_bytes());
        bytes
    };
    let header = chunk(b"IHDR", b"\0\0\0\x10\0\0\0\x10\x08\x02\0\0\x01");
    [b"\x89PNG\r\n\x1a\n".to_vec(), header, chunk(b"IDAT", &stored), chunk(b"IEND", b"")].concat()
}

fn checksum(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0_u32, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| if sum & 1 == 1 { sum >> 1 ^ 0xedb8_8320 } else { sum >> 1 })
    })
}

#[tokio::test]
async fn the_first_passes_of_an_interlaced_png_stand_for_the_others() {
    let whole = interlaced();
    for (cut, is_whole) in [(0, true), (12, true), (300, false), (600, false)] {
        let made = made(&whole[..whole.len() - cut], "image/png").await.unwrap();
        let picture = shown(&made, 0).into_rgb8();
        assert!(picture.pixels().all(|pixel| pixel.0[0].abs_diff(200) < 4 && pixel.0[2] < 14), "{cut}");
        assert_eq!(made.warning.is_none(), is_whole, "{cut}: {:?}", made.warning);
    }
}

/// What only programmers understand, or nobody should see.
const JARGON: [&str; 14] = [
    "{",
    "::",
    "Error",
    "error:",
    "os error",
    "/tmp",
    "TurboJPEG",
    "heif-dec",
    "ffmpeg",
    "ffprobe",
    "pdftoppm",
    "iloc",
    "Chunk",
    "decoder",
];

#[tokio::test]
async fn no_refusal_of_a_damaged_file_needs_a_programmer() {
    let source = tempfile::Builder::new().suffix(".jpg").tempfile().unwrap();
    std::fs::write(source.path(), jpeg(64, 48)).unwrap();
    let heif = |ending| {
        std::fs::read(made_by("heif-enc", &format!("-q 60 {} -o %", source.path().display()), ending)).unwrap()
    };
    let picture = |format| file(&gradient(64, 48), format);
    let video = std::fs::read(clip("64x48", 0.2, "-shortest", ".mp4")).unwrap();
    let files = [
        ("image/jpeg", picture(ImageFormat::Jpeg), 24),
        ("image/png", picture(ImageFormat::Png), 24),
        ("image/gif", picture(ImageFormat::Gif), 24),
        ("image/webp", picture(ImageFormat::WebP), 24),
        ("image/tiff", picture(ImageFormat::Tiff), 24),
        ("image/heif", heif(".heic"), 12),
        ("image/avif", heif(".avif"), 12),
        ("application/pdf", pdf(), 12),
        ("video/mp4", video, 6),
    ];
    let mut refusals = 0;
    for (media_type, whole, places) in files {
        for place in 0..places {
            let at = whole.len() * place / places;
            let mut flipped = whole.clone();
            flipped[at] ^= 0xff;
            // Headers are small, and most of what is wrong with them can be told apart.
            let mut early = whole.clone();
            early[(place * 3 + 1).min(whole.len() - 1)] ^= 0x55;
            for bytes in [whole[..at.max(1)].to_vec(), flipped, early] {
                let Err(MediaError::Unusable(reason)) = made(&bytes, media_type).await else { continue };
                refusals += 1;
                let jargon = JARGON.iter().find(|part| reason.contains(*part));
                assert!(jargon.is_none() && reason.ends_with('.'), "{media_type} at {at}: {reason}");
            }
        }
    }
    assert!(refusals > 100, "{refusals}");
}

#[tokio::test]
async fn a_jpeg_of_twelve_bits_says_so() {
    let mut deep = jpeg(16, 16);
    let frame = deep.windows(2).position(|pair| pair == [0xff, 0xc0]).unwrap();
    (deep[frame + 1], deep[frame + 4]) = (0xc1, 12);
    assert!(refused(&deep, "image/jpeg").await.contains("Save it with 8 bits"));
}

#[tokio::test]
async fn what_is_ours_to_mend_is_no_refusal() {
    let gone = pictures(Path::new("/no/such/file"), "image/jpeg", ALL.to_vec(), None).await;
    assert!(matches!(gone, Err(MediaError::Failed(_))), "{gone:?}");
    let marked = vec![ProxySpec { rendition: Preset::Thumbnail.watermarked(), ..ALL[0] }];
    let without = pictures(on_disk(&jpeg(30, 20)).path(), "image/jpeg", marked, None).await;
    assert!(matches!(without, Err(MediaError::Failed(_))), "{without:?}");
}

#[test]
fn a_jpeg_is_decoded_no_larger_than_needed_and_no_smaller() {
    let bytes = jpeg(1600, 800);
    for (wanted, width) in [(1600, 1600), (1500, 1600), (800, 800), (801, 1000), (320, 400), (200, 200), (10, 200)] {
        let still = jpeg::decode(bytes.clone(), wanted).unwrap();
        assert_eq!((still.picture.width(), still.width), (width, 1600), "{wanted}");
    }
}
