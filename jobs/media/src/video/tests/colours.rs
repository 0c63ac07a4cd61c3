//! Colours are compared with those from which the originals are computed here, by the formulas of the ITU.

use super::*;
use crate::test_files::on_disk;

/// The colours of the four quarters of a frame.
const QUARTERS: [[u8; 3]; 4] = [[200, 40, 40], [40, 180, 60], [40, 60, 200], [255, 255, 255]];

/// How a video is written, and what it says of it.
struct Written {
    size: (u32, u32),
    /// The weights of red and blue: 0.299 and 0.114 in BT.601, 0.2126 and 0.0722 in BT.709, 0.2627 and 0.0593 in
    /// BT.2020.
    weights: (f64, f64),
    /// The signal of a colour.
    signal: fn([u8; 3]) -> [f64; 3],
    /// What the filter `setparams` makes it say.
    tags: &'static str,
}

fn plain(colour: [u8; 3]) -> [f64; 3] {
    colour.map(|value| f64::from(value) / 255.0)
}

/// The light of a colour in the primaries of BT.2020 (BT.2087), in cd/m² with a white of 203 (BT.2408).
fn light(colour: [u8; 3]) -> [f64; 3] {
    let linear =
        plain(colour).map(|value| if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) });
    let rows = [[0.6274, 0.3293, 0.0433], [0.0691, 0.9195, 0.0114], [0.0164, 0.0880, 0.8956]];
    rows.map(|row: [f64; 3]| 203.0 * row.iter().zip(linear).map(|(part, light)| part * light).sum::<f64>())
}

/// The inverse of the EOTF of PQ (SMPTE ST 2084).
fn pq(colour: [u8; 3]) -> [f64; 3] {
    light(colour).map(|light| {
        let power = (light / 10_000.0).powf(0.159_301_757_8);
        ((0.835_937_5 + 18.851_562_5 * power) / (1.0 + 18.6875 * power)).powf(78.84375)
    })
}

/// The OETF of HLG after the inverse of its OOTF, with a gamma of 1.2 and a peak of 1000 cd/m² (BT.2100).
fn hlg(colour: [u8; 3]) -> [f64; 3] {
    let shown = light(colour).map(|light| light / 1000.0);
    let bright = 0.2627 * shown[0] + 0.6780 * shown[1] + 0.0593 * shown[2];
    shown.map(|light| {
        let scene = light * bright.powf(-0.2 / 1.2);
        if scene <= 1.0 / 12.0 {
            (3.0 * scene).sqrt()
        } else {
            0.178_832_77 * (12.0 * scene - 0.284_668_92).ln() + 0.559_910_73
        }
    })
}

/// A video without loss, of ten bits with black at 64 and white at 940.
fn original(written: &Written) -> tempfile::TempPath {
    let Written { size: (width, height), weights: (red, blue), signal, tags } = written;
    let codes = QUARTERS.map(|colour| {
        let [r, g, b] = signal(colour);
        let y = red * r + (1.0 - red - blue) * g + blue * b;
        [64.0 + 876.0 * y, 512.0 + 448.0 * (b - y) / (1.0 - blue), 512.0 + 448.0 * (r - y) / (1.0 - red)]
    });
    let mut raw = Vec::new();
    for (plane, small) in [(0, 1), (1, 2), (2, 2)] {
        for y in 0..height / small {
            for x in 0..width / small {
                let quarter = usize::from(y >= height / small / 2) * 2 + usize::from(x >= width / small / 2);
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "it is a code of ten bits"
                )]
                raw.extend((codes[quarter][plane].round() as u16).to_le_bytes());
            }
        }
    }
    let raw = on_disk(&raw.repeat(3));
    let format = format!("-v error -f rawvideo -pix_fmt yuv420p10le -s {width}x{height} -r 10 -i");
    let more = format!("{format} {} -vf setparams={tags} -c:v ffv1 -y %", raw.path().display());
    made_by("ffmpeg", &more, ".mkv")
}

fn quarters(picture: &RgbImage) -> [[u8; 3]; 4] {
    let (width, height) = picture.dimensions();
    [(1, 1), (3, 1), (1, 3), (3, 3)].map(|(x, y)| picture.get_pixel(width * x / 4, height * y / 4).0)
}

async fn come_out_right(written: Written, white: u8, most: u8) {
    let original = original(&written);
    let mut expected = QUARTERS;
    expected[3] = [white; 3];
    let mut all = vec![("poster", quarters(&poster(&original).await))];
    for (name, size) in [("480p", 160), ("1080p", 1920)] {
        let (_, output) = made(&original, ProxySpec { size, ..SMALL }, None).await;
        all.push((name, quarters(&shown(output.path(), 0.0))));
    }
    for (name, found) in all {
        for (found, expected) in found.into_iter().zip(expected) {
            assert!(near(found, expected, most), "{name} of {}: {found:?} {expected:?}", written.tags);
        }
    }
}

const BT601: (f64, f64) = (0.299, 0.114);
const BT709: (f64, f64) = (0.2126, 0.0722);
const BT2020: (f64, f64) = (0.2627, 0.0593);

#[tokio::test]
async fn a_video_that_says_nothing_is_taken_for_what_its_size_means() {
    for (size, weights) in [((320, 240), BT601), ((720, 576), BT601), ((1280, 720), BT709), ((720, 1280), BT709)] {
        come_out_right(Written { size, weights, signal: plain, tags: "range=limited" }, 255, 3).await;
    }
}

#[tokio::test]
async fn a_video_that_says_what_it_is_is_believed() {
    let small = Written { size: (320, 240), weights: BT709, signal: plain, tags: "colorspace=bt709" };
    come_out_right(small, 255, 3).await;
    let large = Written { size: (1280, 720), weights: BT601, signal: plain, tags: "colorspace=smpte170m" };
    come_out_right(large, 255, 3).await;
}

#[tokio::test]
async fn the_white_of_hdr_is_white() {
    let tags = "colorspace=bt2020nc:color_primaries=bt2020:color_trc=smpte2084:range=limited";
    come_out_right(Written { size: (320, 240), weights: BT2020, signal: pq, tags }, 248, 8).await;
    let tags = "colorspace=bt2020nc:color_primaries=bt2020:color_trc=arib-std-b67:range=limited";
    come_out_right(Written { size: (320, 240), weights: BT2020, signal: hlg, tags }, 248, 8).await;
}

/// A Dolby Vision video of an iPhone (profile 8.4) is HLG for programs that do not know Dolby Vision; profile 5 is
/// nothing to them.
#[test]
fn dolby_vision_is_taken_for_what_it_is_compatible_with() {
    let stream = |profile: u8, compatible: u8| {
        let record = json!({"dv_profile": profile, "dv_bl_signal_compatibility_id": compatible});
        json!({"pix_fmt": "yuv420p10le", "side_data_list": [record]})
    };
    let tagged = json!({"pix_fmt": "yuv420p10le", "color_transfer": "arib-std-b67", "color_primaries": "bt2020"});
    assert_eq!(Colour::of(&stream(8, 4)).unwrap(), Colour::of(&tagged).unwrap());
    assert_ne!(Colour::of(&stream(8, 1)).unwrap(), Colour::of(&tagged).unwrap());
    let refusal = Colour::of(&stream(5, 0)).unwrap_err().to_string();
    assert!(refusal.contains("Export it as"), "{refusal}");
}

/// The table of colours is a file whose path is part of a filter.
#[tokio::test]
async fn the_folder_for_temporary_files_may_have_any_name() {
    let colour = Colour::of(&json!({"pix_fmt": "yuv420p10le", "color_transfer": "smpte2084"})).unwrap();
    let folder = tempfile::Builder::new().prefix("it's [a] b:c, d;e\\f").tempdir().unwrap();
    let table = colour.write_table(folder.path()).await.unwrap();
    let filters = colour.filters((64, 48), Target::Rgb, &table);
    let done = Command::new("ffmpeg")
        .args(["-v", "error", "-f", "lavfi", "-i", "color=white:size=64x48:duration=0.1", "-filter_complex"])
        .arg(format!("[0:0]{filters}[shown]"))
        .args(["-map", "[shown]", "-f", "null", "-"])
        .output()
        .unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

/// With another matrix than that of the frames, the mark would be more than ten values off.
#[tokio::test]
async fn a_mark_keeps_its_colour() {
    let mark = DynamicImage::ImageRgba8(RgbaImage::from_pixel(80, 80, Rgba([200, 40, 40, 255])));
    let opaque = Opacity::try_from(1.0).unwrap();
    let mark = WatermarkImage::decode(&file(&mark, ImageFormat::Png), opaque, Placement::Center).unwrap();
    let black = made_by("ffmpeg", "-v error -f lavfi -i color=black:size=320x240:rate=10:duration=0.5 -y %", ".mp4");
    let wanted = ProxySpec { rendition: Preset::Video480.watermarked(), size: 320 };
    let (_, output) = made(&black, wanted, Some(Arc::new(mark))).await;
    let found = shown(output.path(), 0.0).get_pixel(160, 120).0;
    assert!(near(found, [200, 40, 40], 4), "{found:?}");
}
