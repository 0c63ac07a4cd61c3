//! Kinds of TIFF, each with patches of known colours side by side.

use crate::{
    MediaError, ProxySpec, Rendered, pictures,
    test_files::{on_disk, profile},
};
use domain::{Preset, media::sniff};
use image::{DynamicImage, ImageFormat, Rgb, RgbImage, RgbaImage};
use std::{collections::HashMap, fmt::Write};

/// The edge of a patch.
const EDGE: usize = 32;

/// Types of values in a directory.
const SHORT: u16 = 3;
const LONG: u16 = 4;
const UNDEFINED: u16 = 7;

const RED: [u8; 3] = [255, 0, 0];
const GREEN: [u8; 3] = [0, 255, 0];
const BLUE: [u8; 3] = [0, 0, 255];
const WHITE: [u8; 3] = [255; 3];
const MIDDLE: [u8; 3] = [128; 3];

/// A page: how its samples are stored, beside the usual tags, and its pixels.
#[derive(Clone)]
struct Page {
    interpretation: u16,
    bits: u16,
    channels: u16,
    compression: u16,
    size: (usize, usize),
    more: Vec<(u16, u16, Vec<u8>)>,
    pixels: Vec<u8>,
}

fn shorts(all: &[u16]) -> Vec<u8> {
    all.iter().flat_map(|number| number.to_le_bytes()).collect()
}

/// Patches of which each has these bytes in a pixel.
fn patches(interpretation: u16, bits: u16, channels: u16, colours: &[&[u8]]) -> Page {
    let row: Vec<u8> = colours.iter().flat_map(|colour| colour.repeat(EDGE)).collect();
    let size = (EDGE * colours.len(), EDGE);
    Page { interpretation, bits, channels, compression: 1, size, more: Vec::new(), pixels: row.repeat(EDGE) }
}

impl Page {
    fn with(mut self, tag: u16, kind: u16, value: Vec<u8>) -> Self {
        self.more.push((tag, kind, value));
        self
    }

    fn entries(&self, pixels_at: usize) -> Vec<(u16, u16, Vec<u8>)> {
        let long = |number: usize| u32::try_from(number).unwrap().to_le_bytes().to_vec();
        let mut all = vec![
            (256, LONG, long(self.size.0)),
            (257, LONG, long(self.size.1)),
            (258, SHORT, shorts(&vec![self.bits; self.channels.into()])),
            (259, SHORT, shorts(&[self.compression])),
            (262, SHORT, shorts(&[self.interpretation])),
            (277, SHORT, shorts(&[self.channels])),
        ];
        all.extend(self.more.clone());
        if self.more.iter().all(|entry| entry.0 != 322) {
            all.push((273, LONG, long(pixels_at)));
            all.push((278, LONG, long(self.size.1)));
            all.push((279, LONG, long(self.pixels.len())));
        }
        all.sort_by_key(|entry| entry.0);
        all
    }
}

/// A file of these pages; `is_big`: as `BigTIFF`.
fn file(pages: &[Page], is_big: bool) -> Vec<u8> {
    let offset = |number: usize| {
        let bytes = (number as u64).to_le_bytes();
        bytes[..if is_big { 8 } else { 4 }].to_vec()
    };
    let count = |number: usize, bytes: usize| (number as u64).to_le_bytes()[..bytes].to_vec();
    let mut bytes = if is_big { b"II+\0\x08\0\0\0".to_vec() } else { b"II*\0".to_vec() };
    let mut link = bytes.len();
    bytes.extend(offset(0));
    for page in pages {
        let pixels_at = bytes.len();
        bytes.extend(&page.pixels);
        let mut directory = count(page.entries(pixels_at).len(), if is_big { 8 } else { 2 });
        for (tag, kind, value) in page.entries(pixels_at) {
            let size = if kind == SHORT {
                2
            } else if kind == LONG {
                4
            } else {
                1
            };
            directory.extend([tag.to_le_bytes(), kind.to_le_bytes()].concat());
            directory.extend(offset(value.len() / size));
            let room = offset(0).len();
            if value.len() <= room {
                directory.extend([&value[..], &vec![0; room - value.len()]].concat());
            } else {
                directory.extend(offset(bytes.len()));
                bytes.extend(value);
            }
        }
        let place = offset(bytes.len());
        bytes[link..link + place.len()].copy_from_slice(&place);
        link = bytes.len() + directory.len();
        bytes.extend(directory);
        bytes.extend(offset(0));
    }
    bytes
}

async fn made(bytes: &[u8]) -> Result<Rendered, MediaError> {
    assert_eq!(sniff(bytes).media_type, "image/tiff");
    let wanted = vec![ProxySpec { rendition: Preset::Fullscreen.plain(), size: 2560 }];
    pictures(on_disk(bytes).path(), "image/tiff", wanted, None).await
}

async fn shown(bytes: &[u8]) -> RgbaImage {
    image::load_from_memory(&made(bytes).await.unwrap().proxies[0].bytes).unwrap().into_rgba8()
}

fn assert_shows(what: &str, picture: &RgbaImage, colours: &[[u8; 3]], most: u8) {
    assert_eq!(picture.width() as usize, EDGE * colours.len(), "{what}");
    for (colour, patch) in colours.iter().zip(0_u32..) {
        let middle = u32::try_from(EDGE / 2).unwrap();
        let is = picture.get_pixel(patch * middle * 2 + middle, middle).0;
        assert!(
            is.iter().zip(colour).all(|(one, other)| one.abs_diff(*other) <= most),
            "{what}: {is:?}, not {colour:?}"
        );
    }
}

fn gray(values: &[u8]) -> Vec<[u8; 3]> {
    values.iter().map(|value| [*value; 3]).collect()
}

#[tokio::test]
async fn samples_of_every_size_are_read() {
    let of = |bits: u16, format: u16, all: &[Vec<u8>]| {
        let all: Vec<&[u8]> = all.iter().map(Vec::as_slice).collect();
        patches(1, bits, 1, &all).with(339, SHORT, shorts(&[format]))
    };
    let half = |number: u16| number.to_le_bytes().to_vec();
    let table: Vec<(&str, Page, Vec<u8>)> = vec![
        ("half floats", of(16, 3, &[half(0), half(0x3800), half(0x3c00)]), vec![0, 128, 255]),
        ("floats", of(32, 3, &[0.0_f32, 0.5, 1.0].map(|value| value.to_le_bytes().to_vec())), vec![0, 128, 255]),
        ("doubles", of(64, 3, &[0.0_f64, 0.2, 1.0].map(|value| value.to_le_bytes().to_vec())), vec![0, 51, 255]),
        // What is no light is shown from the lowest to the highest.
        (
            "measurements",
            of(32, 3, &[-40.0_f32, 0.0, 60.0].map(|value| value.to_le_bytes().to_vec())),
            vec![0, 102, 255],
        ),
        ("not a number", of(32, 3, &[f32::NAN, 0.4, 1.0].map(|value| value.to_le_bytes().to_vec())), vec![0, 102, 255]),
        ("bytes that are called signed", of(8, 2, &[vec![0], vec![102], vec![255]]), vec![0, 102, 255]),
        ("signed", of(16, 2, &[0_i16, 13107, i16::MAX].map(|value| value.to_le_bytes().to_vec())), vec![0, 102, 255]),
        ("negative", of(16, 2, &[-300_i16, 0, 200].map(|value| value.to_le_bytes().to_vec())), vec![0, 153, 255]),
        (
            "32 bits",
            of(32, 1, &[0, 0x6666_6666, u32::MAX].map(|value| value.to_le_bytes().to_vec())),
            vec![0, 102, 255],
        ),
        (
            "64 bits",
            of(64, 1, &[0, u64::MAX / 5, u64::MAX].map(|value| value.to_le_bytes().to_vec())),
            vec![0, 51, 255],
        ),
    ];
    for (what, page, values) in table {
        assert_shows(what, &shown(&file(&[page], false)).await, &gray(&values), 1);
    }
    // A highlight darkens nothing else, and opacity is no measurement.
    let floats = |all: [f32; 4]| all.map(f32::to_le_bytes).concat();
    let (bright, middle) = (floats([7.0, 0.0, 0.0, 1.0]), floats([0.502, 0.502, 0.502, 1.0]));
    let page = |channels: u16| {
        let length = usize::from(channels) * 4;
        patches(2, 32, channels, &[&bright[..length], &middle[..length]]).with(339, SHORT, shorts(&[3]))
    };
    for page in [page(3), page(4).with(338, SHORT, shorts(&[2]))] {
        let picture = shown(&file(&[page], false)).await;
        assert_shows("highlight", &picture, &[RED, MIDDLE], 2);
        assert!(picture.pixels().all(|pixel| pixel[3] == 255));
    }
    // Two and eight numbers in a byte; a row has whole bytes.
    let four = Page { size: (EDGE * 3, EDGE), ..patches(1, 4, 1, &[&[0x00], &[0x66], &[0xff]]) };
    let row = [[0x00; EDGE / 2], [0x66; EDGE / 2], [0xff; EDGE / 2]].concat();
    let four = Page { pixels: row.repeat(EDGE), ..four };
    assert_shows("four bits", &shown(&file(std::slice::from_ref(&four), false)).await, &gray(&[0, 102, 255]), 1);
    let inverted = Page { interpretation: 0, ..four };
    assert_shows("0 is white", &shown(&file(&[inverted], false)).await, &gray(&[255, 153, 0]), 1);
}

/// L*a*b* of the primaries of sRGB under D50, from Bruce Lindbloom's calculator.
const LAB: [[f32; 3]; 4] = [[54.29, 80.80, 69.89], [87.82, -79.27, 80.99], [29.57, 68.30, -112.03], [53.59, 0.0, 0.0]];

/// The nearest number that fits into a byte, with a sign if it is negative.
fn byte(number: f32) -> u8 {
    #[expect(clippy::cast_possible_truncation, reason = "the numbers of the tests are small")]
    let number = number.round() as i16;
    number.to_le_bytes()[0]
}

/// L*a*b* as bytes; `shift` is added to a* and b*.
fn lab(shift: f32) -> Vec<[u8; 3]> {
    LAB.iter().map(|[light, a, b]| [byte(light * 2.55), byte(a + shift), byte(b + shift)]).collect()
}

#[tokio::test]
async fn colours_of_every_kind_become_srgb() {
    let map = shorts(
        &[[0xffff, 0, 0, 0xffff], [0, 0xffff, 0, 0xffff], [0, 0, 0xffff, 0xffff]]
            .map(|part| [&part[..], &[0; 252]].concat())
            .concat(),
    );
    let small = shorts(
        &[[255, 0, 0, 255], [0, 255, 0, 255], [0, 0, 255, 255]].map(|part| [&part[..], &[0; 252]].concat()).concat(),
    );
    let (signed, shifted) = (lab(0.0), lab(128.0));
    let lab_of = |all: &[[u8; 3]], kind| patches(kind, 8, 3, &all.iter().map(<[u8; 3]>::as_slice).collect::<Vec<_>>());
    let all = [RED, GREEN, BLUE, WHITE];
    let table: Vec<(&str, Page, Vec<[u8; 3]>, u8)> = vec![
        ("palette", patches(3, 8, 1, &[&[0], &[1], &[2], &[3]]).with(320, SHORT, map), all.to_vec(), 2),
        ("palette of bytes", patches(3, 8, 1, &[&[0], &[1], &[2], &[3]]).with(320, SHORT, small), all.to_vec(), 2),
        // The values of JFIF for the primaries.
        (
            "YCbCr",
            patches(6, 8, 3, &[&[76, 85, 255], &[150, 44, 21], &[29, 255, 107], &[255, 128, 128]]).with(
                530,
                SHORT,
                shorts(&[1, 1]),
            ),
            all.to_vec(),
            3,
        ),
        ("L*a*b*", lab_of(&signed, 8), vec![RED, GREEN, BLUE, MIDDLE], 9),
        ("L*a*b* of ICC", lab_of(&shifted, 9), vec![RED, GREEN, BLUE, MIDDLE], 9),
        (
            "inks",
            patches(5, 8, 4, &[&[0, 255, 255, 0], &[255, 0, 255, 0], &[255, 255, 0, 0], &[0; 4]]),
            all.to_vec(),
            2,
        ),
        (
            "inks with a profile",
            patches(5, 8, 4, &[&[255, 0, 0, 0], &[0, 255, 0, 0], &[0, 0, 255, 0], &[0; 4]]).with(
                34675,
                UNDEFINED,
                inks(),
            ),
            all.to_vec(),
            // Near the edge of sRGB, steps of L*a*b* with eight bits are large.
            24,
        ),
        (
            "a channel more",
            patches(2, 8, 4, &[&[255, 0, 0, 9], &[0, 255, 0, 9]]).with(338, SHORT, shorts(&[0])),
            vec![RED, GREEN],
            2,
        ),
    ];
    for (what, page, colours, most) in table {
        let picture = shown(&file(&[page], false)).await;
        assert_shows(what, &picture, &colours, most);
    }
}

/// A profile for four inks by which cyan prints red, magenta green and yellow blue, so that it shows whether it is
/// applied. It is a table of two steps for each ink (`lut8Type` of the ICC specification) in L*a*b*.
fn inks() -> Vec<u8> {
    let mut table = b"mft1\0\0\0\0\x04\x03\x02\0".to_vec();
    for value in [1, 0, 0, 0, 1, 0, 0, 0, 1_u32] {
        table.extend((value << 16).to_be_bytes());
    }
    let line: Vec<u8> = (0..=u8::MAX).collect();
    table.extend(line.repeat(4));
    for [cyan, magenta, yellow] in (0..16_u8).map(|corner| [corner & 8, corner & 4, corner & 2]) {
        let [light, a, b] = match (cyan, magenta, yellow) {
            (0, 0, 0) => [100.0, 0.0, 0.0],
            (_, 0, 0) => LAB[0],
            (0, _, 0) => LAB[1],
            (0, 0, _) => LAB[2],
            _ => [0.0; 3],
        };
        table.extend([light * 2.55, a + 128.0, b + 128.0].map(byte));
    }
    table.extend(line.repeat(3));
    let mut bytes = vec![0; 128];
    bytes[8] = 2;
    bytes[12..24].copy_from_slice(b"prtrCMYKLab ");
    bytes[36..40].copy_from_slice(b"acsp");
    // The white of the connection space.
    bytes[68..80].copy_from_slice(&[0, 0, 0xf6, 0xd6, 0, 1, 0, 0, 0, 0, 0xd3, 0x2d]);
    bytes.extend(1_u32.to_be_bytes());
    bytes.extend(b"A2B0");
    bytes.extend(144_u32.to_be_bytes());
    bytes.extend(u32::try_from(table.len()).unwrap().to_be_bytes());
    bytes.extend(table);
    let length = u32::try_from(bytes.len()).unwrap().to_be_bytes();
    bytes[..4].copy_from_slice(&length);
    bytes
}

#[tokio::test]
async fn opacity_is_kept_also_where_colours_were_multiplied_with_it() {
    for (kind, stored, pixel) in
        [(2_u16, [200, 100, 50, 128], [200, 100, 50, 128]), (1, [100, 50, 25, 128], [199, 100, 50, 128])]
    {
        let page = patches(2, 8, 4, &[&stored, &[0; 4]]).with(338, SHORT, shorts(&[kind]));
        assert_eq!(shown(&file(&[page], false)).await.get_pixel(9, 9).0, pixel);
    }
    let page = patches(1, 8, 2, &[&[200, 128], &[0; 2]]).with(338, SHORT, shorts(&[2]));
    assert_eq!(shown(&file(&[page], false)).await.get_pixel(9, 9).0, [200, 200, 200, 128]);
    // The colours of a palette are as they are, of eight bits and of four.
    let map = |count: usize| {
        [[200_u16 << 8, 0], [100 << 8, 0], [50 << 8, 0]]
            .map(|part| [part.to_vec(), vec![0; count - 2]].concat())
            .concat()
    };
    for kind in [1, 2] {
        let page = patches(3, 8, 2, &[&[0, 128], &[1, 0]]).with(320, SHORT, shorts(&map(256)));
        let page = page.with(338, SHORT, shorts(&[kind]));
        assert_eq!(shown(&file(&[page], false)).await.get_pixel(9, 9).0, [200, 100, 50, 128]);
        let page = patches(3, 4, 2, &[&[0x08], &[0x10]]).with(320, SHORT, shorts(&map(16)));
        let page = page.with(338, SHORT, shorts(&[kind]));
        assert_eq!(shown(&file(&[page], false)).await.get_pixel(9, 9).0, [200, 100, 50, 136]);
    }
}

#[tokio::test]
async fn the_first_page_that_is_no_thumbnail_is_shown() {
    let thumbnail = patches(2, 8, 3, &[&GREEN]).with(254, LONG, vec![1, 0, 0, 0]);
    let (red, blue) = (patches(2, 8, 3, &[&RED, &RED]), patches(2, 8, 3, &[&BLUE, &BLUE]));
    for is_big in [false, true] {
        for pages in [
            &[red.clone(), blue.clone()][..],
            &[thumbnail.clone(), red.clone()],
            &[thumbnail.clone(), thumbnail.clone(), red.clone()],
        ] {
            assert_shows("pages", &shown(&file(pages, is_big)).await, &[RED, RED], 2);
        }
        assert_shows("nothing else", &shown(&file(std::slice::from_ref(&thumbnail), is_big)).await, &[GREEN], 2);
    }
    // The same page again and again.
    let mut endless = file(std::slice::from_ref(&thumbnail), false);
    let end = endless.len() - 4;
    let first: [u8; 4] = endless[4..8].try_into().unwrap();
    endless[end..].copy_from_slice(&first);
    assert_shows("endless", &shown(&endless).await, &[GREEN], 2);
    // A page below the thumbnail, as cameras have it.
    let mut below = file(&[thumbnail.with(330, LONG, vec![0; 4]), red], false);
    let thumbnail_at = u32::from_le_bytes(below[4..8].try_into().unwrap()) as usize;
    let count = usize::from(u16::from_le_bytes([below[thumbnail_at], below[thumbnail_at + 1]]));
    let next = thumbnail_at + 2 + count * 12;
    let red_at: [u8; 4] = below[next..next + 4].try_into().unwrap();
    below[next..next + 4].fill(0);
    let entry =
        (0..count).map(|place| thumbnail_at + 2 + place * 12).find(|at| below[*at..at + 2] == 330_u16.to_le_bytes());
    let entry = entry.unwrap();
    below[entry + 8..entry + 12].copy_from_slice(&red_at);
    assert_shows("below", &shown(&below).await, &[RED, RED], 2);
}

/// Lines of a fax of 64 pixels, white above and black below, each after its beginning (ITU-T T.4, one dimension).
fn fax() -> Vec<u8> {
    let (begin, white, black) = ("000000000001", "1101100110101", "0011010100000011110000110111");
    let line = |line| [begin, if line < EDGE / 2 { white } else { black }].concat();
    let bits: String = (0..EDGE).map(line).collect();
    let bytes = bits.as_bytes().chunks(8);
    bytes.map(|bits| bits.iter().zip(0..).fold(0, |byte, (bit, place)| byte | (bit - b'0') << (7 - place))).collect()
}

#[tokio::test]
async fn compressions_that_the_library_lacks_are_read() {
    let page = Page {
        interpretation: 0,
        bits: 1,
        channels: 1,
        compression: 3,
        size: (64, EDGE),
        more: Vec::new(),
        pixels: fax(),
    };
    let page = page.with(292, LONG, vec![0; 4]);
    let picture = shown(&file(&[page], false)).await;
    assert_eq!([picture.get_pixel(30, 4).0[0], picture.get_pixel(30, 28).0[0]], [255, 0]);

    // A frame of Zstandard with one block that is not compressed (RFC 8878).
    let plain = patches(2, 8, 3, &[&RED, &BLUE]);
    let length = u32::try_from(plain.pixels.len()).unwrap();
    let mut frame = vec![0x28, 0xb5, 0x2f, 0xfd, 0x60];
    frame.extend(u16::try_from(length - 256).unwrap().to_le_bytes());
    frame.extend(&(length << 3 | 1).to_le_bytes()[..3]);
    frame.extend(&plain.pixels);
    let page = Page { compression: 50_000, pixels: frame, ..plain };
    assert_shows("Zstandard", &shown(&file(&[page], false)).await, &[RED, BLUE], 2);

    // Colours of half the resolution: two rows of two, their blue and their red, for each four pixels.
    let four = [76, 76, 76, 76, 85, 255];
    let page = Page { pixels: four.repeat(EDGE * EDGE / 4), ..patches(6, 8, 3, &[&RED]) };
    let page = page.with(530, SHORT, shorts(&[2, 2]));
    assert_shows("halved colours", &shown(&file(&[page], false)).await, &[RED], 3);
}

/// Codes of LZW as in TIFF, for data so short that the table never becomes full.
fn lzw(data: &[u8]) -> Vec<u8> {
    let mut table: HashMap<Vec<u8>, u16> = (0..=u8::MAX).map(|byte| (vec![byte], byte.into())).collect();
    let (mut bits, mut size, mut known) = (format!("{:09b}", 256), 9, Vec::new());
    for byte in data {
        let longer = [&known[..], &[*byte]].concat();
        if table.contains_key(&longer) {
            known = longer;
            continue;
        }
        write!(bits, "{:0size$b}", table[&known]).unwrap();
        let code = u16::try_from(table.len() + 2).unwrap();
        table.insert(longer, code);
        // The codes become longer one earlier than they must.
        size = if code == (1 << size) - 1 { size + 1 } else { size };
        known = vec![*byte];
    }
    write!(bits, "{:0size$b}{:0size$b}0000000", table[&known], 257).unwrap();
    let whole = bits.as_bytes().chunks_exact(8);
    whole.map(|bits| bits.iter().fold(0, |byte, bit| byte << 1 | (bit - b'0'))).collect()
}

#[tokio::test]
async fn tiles_beyond_the_edge_are_cut_off() {
    // Two tiles of 64 × 64 pixels, of which 96 × 32 are shown. Each pixel is the difference to the one before.
    let tile = |[red, green, blue]: [u8; 3]| [vec![red, green, blue], vec![0; 63 * 3]].concat().repeat(64);
    let (left, right) = (lzw(&tile(RED)), lzw(&tile(BLUE)));
    let pixels = [&left[..], &right].concat();
    let at = |bytes: [usize; 2]| bytes.map(|number| u32::try_from(number).unwrap().to_le_bytes()).concat();
    let page = Page { compression: 5, pixels, ..patches(2, 8, 3, &[&RED, &RED, &BLUE]) };
    let page = page.with(317, SHORT, shorts(&[2])).with(322, SHORT, shorts(&[64])).with(323, SHORT, shorts(&[64]));
    let page = page.with(324, LONG, at([8, 8 + left.len()])).with(325, LONG, at([left.len(), right.len()]));
    assert_shows("tiles", &shown(&file(&[page], false)).await, &[RED, RED, BLUE], 2);
}

#[tokio::test]
async fn a_jpeg_in_a_tiff_is_as_large_as_its_part() {
    let jpeg = |width, height| crate::test_files::file(&DynamicImage::new_luma8(width, height), ImageFormat::Jpeg);
    let of = |pixels| Page { compression: 7, pixels, ..patches(1, 8, 1, &[&[0]]) };
    assert_shows("as large", &shown(&file(&[of(jpeg(32, 32))], false)).await, &gray(&[0]), 1);
    for (width, height) in [(2000, 32), (32, 2000)] {
        let Err(MediaError::Unusable(reason)) = made(&file(&[of(jpeg(width, height))], false)).await else { panic!() };
        assert!(reason.contains("another size than it says"), "{reason}");
    }
}

#[tokio::test]
async fn what_cannot_be_read_says_what_to_do() {
    let plain = patches(2, 8, 3, &[&RED]);
    let of = |compression| Page { compression, ..plain.clone() };
    for (what, page) in [
        ("old kind of JPEG", of(6)),
        ("JPEG 2000", of(34712)),
        ("LZMA", of(34925)),
        ("raw data of a camera", Page { interpretation: 32803, ..plain.clone() }),
        ("samples of a kind", Page { bits: 33, ..plain.clone() }),
    ] {
        let Err(MediaError::Unusable(reason)) = made(&file(&[page], false)).await else { panic!("{what}") };
        assert!(
            reason.contains(what) && (reason.contains("Save it as") || reason.contains("upload a JPEG")),
            "{reason}"
        );
    }
}

#[tokio::test]
async fn damaged_data_is_the_fault_of_the_file() {
    let pixels = b"no frame of Zstandard".repeat(9);
    let page = Page { compression: 50000, pixels, ..patches(1, 8, 1, &[&[7]]) };
    let made = made(&file(&[page], false)).await;
    let Err(MediaError::Unusable(reason)) = made else { panic!("{made:?}") };
    assert!(reason.contains("damaged"), "{reason}");
}

/// Numbers of so many bits one after the other, in rows of whole bytes.
fn packed(row: &[u32], bits: usize) -> Vec<u8> {
    let mut text = String::new();
    for number in row {
        write!(text, "{number:0bits$b}").unwrap();
    }
    let byte = |bits: &[u8]| bits.iter().zip(0..).fold(0, |byte, (bit, place)| byte | (bit - b'0') << (7 - place));
    text.as_bytes().chunks(8).map(byte).collect()
}

#[tokio::test]
async fn samples_of_unusual_sizes_are_read() {
    for bits in [2_u16, 3, 6, 10, 12, 14, 24] {
        let most = (1_u32 << bits) - 1;
        let (gray_row, colours): (Vec<u32>, Vec<u32>) = (
            [0, most / 3 * 2, most].iter().flat_map(|number| [*number; EDGE]).collect(),
            [[most, 0, 0], [0, most, 0]].iter().flat_map(|colour| colour.repeat(EDGE)).collect(),
        );
        for (interpretation, channels, row, shows) in [
            (
                1,
                1,
                gray_row.clone(),
                gray(&[0, u8::try_from(u64::from(most / 3 * 2) * 255 / u64::from(most)).unwrap(), 255]),
            ),
            (2, 3, colours, vec![RED, GREEN]),
        ] {
            let mut row_bytes = packed(&row, bits.into());
            if bits == 24 {
                // The lowest byte comes first in this file.
                row_bytes.chunks_exact_mut(3).for_each(<[u8]>::reverse);
            }
            let size = (row.len() / usize::from(channels), EDGE);
            let page = Page { size, pixels: row_bytes.repeat(EDGE), ..patches(interpretation, bits, channels, &[]) };
            assert_shows(&format!("{bits} bits"), &shown(&file(&[page], false)).await, &shows, 2);
        }
    }
}

#[tokio::test]
async fn bits_in_the_opposite_order_are_turned() {
    let page = Page { size: (64, EDGE), pixels: vec![0x0f; 8 * EDGE], ..patches(1, 1, 1, &[]) };
    let picture = shown(&file(&[page.with(266, SHORT, shorts(&[2]))], false)).await;
    assert!(picture.get_pixel(1, 9).0[0] > 200 && picture.get_pixel(6, 9).0[0] < 55);
    // A fax after a thumbnail, which a program decodes.
    let turned = fax().iter().map(|byte| byte.reverse_bits()).collect();
    let page = Page { compression: 3, size: (64, EDGE), pixels: turned, ..patches(0, 1, 1, &[]) };
    let page = page.with(292, LONG, vec![0; 4]).with(266, SHORT, shorts(&[2]));
    let thumbnail = patches(2, 8, 3, &[&GREEN]).with(254, LONG, vec![1, 0, 0, 0]);
    let picture = shown(&file(&[thumbnail, page], false)).await;
    assert_eq!([picture.get_pixel(30, 4).0[0], picture.get_pixel(30, 28).0[0]], [255, 0]);
}

#[tokio::test]
async fn a_damaged_fax_is_shown_with_a_warning() {
    // Lines without their beginnings (compression 2) that mean nothing.
    let pixels = (0..2000_u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 13).to_le_bytes()[0]).collect();
    let page = Page { compression: 2, size: (64, EDGE), pixels, ..patches(0, 1, 1, &[]) };
    let made = made(&file(&[page], false)).await.unwrap();
    assert!(made.warning.as_ref().is_some_and(|text| text.contains("damaged")), "{:?}", made.warning);
}

#[tokio::test]
async fn what_a_directory_leaves_out_or_writes_in_another_type_is_read() {
    let colours: [&[u8]; 2] = [&RED, &BLUE];
    let mut bytes = file(&[patches(2, 8, 3, &colours)], false);
    // The entry with the length of the only strip means nothing any more.
    let at = bytes.windows(4).rposition(|part| part == [0x17, 1, 4, 0]).unwrap();
    bytes[at..at + 2].copy_from_slice(&65_000_u16.to_le_bytes());
    assert_shows("no lengths", &shown(&bytes).await, &[RED, BLUE], 2);

    let pixels = [RED.repeat(EDGE), BLUE.repeat(EDGE)].concat().repeat(EDGE);
    let entries =
        [(256, 64), (257, 32), (258, 8), (259, 1), (262, 2), (273, 8), (277, 3), (278, 32), (279, pixels.len())];
    let mut bytes = b"MM\0*".to_vec();
    bytes.extend(u32::try_from(8 + pixels.len()).unwrap().to_be_bytes());
    bytes.extend(&pixels);
    bytes.extend([0, 9]);
    for (tag, value) in entries {
        bytes.extend([u16::to_be_bytes(tag), LONG.to_be_bytes()].concat());
        bytes.extend([1_u32.to_be_bytes(), u32::try_from(value).unwrap().to_be_bytes()].concat());
    }
    bytes.extend([0; 4]);
    assert_shows("all as LONG", &shown(&bytes).await, &[RED, BLUE], 2);
}

#[tokio::test]
async fn planes_in_tiles_beyond_the_edge_are_read() {
    // Three planes of two tiles each, of 64 × 64 pixels, of which 96 × 32 are shown.
    let tiles: Vec<Vec<u8>> = [[255, 0], [0, 0], [0, 255]].concat().iter().map(|value| vec![*value; 64 * 64]).collect();
    let at = |number: usize| u32::try_from(8 + number * 64 * 64).unwrap().to_le_bytes();
    let page = Page { pixels: tiles.concat(), ..patches(2, 8, 3, &[&RED, &RED, &BLUE]) };
    let page = page.with(284, SHORT, shorts(&[2])).with(322, SHORT, shorts(&[64])).with(323, SHORT, shorts(&[64]));
    let page = page.with(324, LONG, (0..6).flat_map(at).collect());
    let page = page.with(325, LONG, 4096_u32.to_le_bytes().repeat(6));
    assert_shows("planes", &shown(&file(&[page], false)).await, &[RED, RED, BLUE], 2);
}

#[tokio::test]
async fn lab_of_floating_point_numbers_is_read() {
    let numbers: Vec<Vec<u8>> = LAB.iter().map(|lab| lab.map(f32::to_le_bytes).concat()).collect();
    let page = patches(8, 32, 3, &numbers.iter().map(Vec::as_slice).collect::<Vec<_>>());
    let page = page.with(339, SHORT, shorts(&[3, 3, 3]));
    assert_shows("L*a*b*", &shown(&file(&[page], false)).await, &[RED, GREEN, BLUE, MIDDLE], 4);
}

#[tokio::test]
async fn a_profile_of_gray_or_colours_stays() {
    for (page, space) in [(patches(1, 8, 1, &[&[7]]), *b"GRAY"), (patches(2, 16, 3, &[&[7; 6]]), *b"RGB ")] {
        let bytes = file(&[page.with(34675, UNDEFINED, profile(space))], false);
        let made = made(&bytes).await.unwrap().proxies.remove(0).bytes;
        assert_eq!(crate::segments::Segments::read(&made).profile, Some(profile(space)));
    }
}

#[tokio::test]
async fn the_old_kind_of_jpeg_is_read_in_one_piece_or_apart_from_its_pixels() {
    let jpeg = crate::test_files::file(&RgbImage::from_pixel(64, 48, Rgb([200, 60, 20])).into(), ImageFormat::Jpeg);
    let long = |number: usize| u32::try_from(number).unwrap().to_le_bytes().to_vec();
    // What comes before the pixels ends with the header of the scan.
    let scan = jpeg.windows(2).position(|pair| pair == [0xff, 0xda]).unwrap();
    let pixels_at = scan + 2 + usize::from(u16::from_be_bytes([jpeg[scan + 2], jpeg[scan + 3]]));
    let page = |offset: Option<usize>, length: usize, pixels: Vec<u8>| {
        let page = Page { compression: 6, size: (64, 48), pixels, ..patches(6, 8, 3, &[]) };
        let page = page.with(274, SHORT, shorts(&[6])).with(514, LONG, long(length));
        offset.into_iter().fold(page, |page, offset| page.with(513, LONG, long(offset)))
    };
    let upright = async |bytes: &[u8], what: &str| {
        let made = made(bytes).await.unwrap();
        assert_eq!((made.width, made.height, &made.warning), (48, 64, &None), "{what}");
        let shown = image::load_from_memory(&made.proxies[0].bytes).unwrap().into_rgb8();
        let found = shown.get_pixel(20, 30).0;
        assert!(found.iter().zip([200, 60, 20]).all(|(one, other)| one.abs_diff(other) < 6), "{what}: {found:?}");
    };
    // The pixels come behind the header of the file.
    upright(&file(&[page(Some(8), jpeg.len(), jpeg.clone())], false), "in one piece").await;
    // The pixels as the strip, and what comes before them at the end of the file.
    let apart = |at: usize| file(&[page(Some(at), pixels_at, jpeg[pixels_at..].to_vec())], false);
    let end = apart(0).len();
    upright(&[apart(end), jpeg[..pixels_at].to_vec()].concat(), "apart").await;
    for (bytes, what) in [
        (file(&[page(None, 0, jpeg[pixels_at..].to_vec())], false), "without its beginning"),
        (
            file(&[page(Some(usize::try_from(u32::MAX).unwrap()), 9, jpeg[pixels_at..].to_vec())], false),
            "beyond the end",
        ),
    ] {
        match made(&bytes).await {
            Err(MediaError::Unusable(reason)) => assert!(reason.contains("an old kind of JPEG"), "{what}: {reason}"),
            other => panic!("{what}: {other:?}"),
        }
    }
}
