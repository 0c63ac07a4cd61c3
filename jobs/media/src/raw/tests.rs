use super::*;
use crate::{ProxySpec, identify, outcome::Rendered, pictures, test_files::on_disk};
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};

mod chosen;
mod colours;

const RED: [u8; 3] = [230, 30, 30];
const GREEN: [u8; 3] = [30, 200, 30];
const BLUE: [u8; 3] = [30, 30, 220];

/// A JPEG of one colour whose upper left corner is white.
fn jpeg_of(width: u32, height: u32, colour: [u8; 3]) -> Vec<u8> {
    let is_corner = |x: u32, y: u32| x < width / 4 && y < height / 4;
    let pixels = RgbImage::from_fn(width, height, |x, y| Rgb(if is_corner(x, y) { [255; 3] } else { colour }));
    crate::test_files::file(&DynamicImage::ImageRgb8(pixels), ImageFormat::Jpeg)
}

/// Builds a file of directories: parts first, the header last.
struct Builder {
    bytes: Vec<u8>,
    is_big_endian: bool,
}

impl Builder {
    fn new(magic: [u8; 4]) -> Self {
        let mut bytes = magic.to_vec();
        bytes.extend([0; 12]);
        Self { bytes, is_big_endian: magic[0] == b'M' }
    }

    fn number(&self, number: u32, size: usize) -> Vec<u8> {
        if self.is_big_endian {
            number.to_be_bytes()[4 - size..].to_vec()
        } else {
            number.to_le_bytes()[..size].to_vec()
        }
    }

    fn put(&mut self, part: &[u8]) -> u32 {
        let at = self.bytes.len();
        self.bytes.extend(part);
        at.try_into().unwrap()
    }

    /// A JPEG: its place and its length.
    fn jpeg(&mut self, width: u32, height: u32, colour: [u8; 3]) -> [u32; 2] {
        let jpeg = jpeg_of(width, height, colour);
        [self.put(&jpeg), jpeg.len().try_into().unwrap()]
    }

    /// A directory of numbers of four bytes.
    fn directory(&mut self, entries: &[(u16, u32)], next: u32) -> u32 {
        let entries: Vec<_> = entries.iter().map(|(tag, value)| (*tag, 4, 1, *value)).collect();
        self.directory_of(&entries, next)
    }

    fn directory_of(&mut self, entries: &[(u16, u16, u32, u32)], next: u32) -> u32 {
        let mut bytes = self.number(entries.len().try_into().unwrap(), 2);
        for (tag, kind, count, value) in entries {
            bytes.extend(self.number((*tag).into(), 2));
            bytes.extend(self.number((*kind).into(), 2));
            bytes.extend(self.number(*count, 4));
            bytes.extend(self.number(*value, 4));
        }
        bytes.extend(self.number(next, 4));
        self.put(&bytes)
    }

    fn finish(mut self, first: u32) -> Vec<u8> {
        let first = self.number(first, 4);
        self.bytes[4..8].copy_from_slice(&first);
        self.bytes
    }
}

/// A raw picture of this size.
const fn sensor(width: u32, height: u32) -> [(u16, u32); 4] {
    [(254, 0), (256, width), (257, height), (262, 32803)]
}

async fn shown(bytes: &[u8]) -> Result<Rendered, MediaError> {
    let file = on_disk(bytes);
    let wanted = [(Preset::Thumbnail, 320), (Preset::Fullscreen, 2560)];
    let wanted = wanted.map(|(preset, size)| ProxySpec { rendition: preset.plain(), size });
    let media_type = sniff(&bytes[..bytes.len().min(HEAD_BYTES)]).media_type;
    pictures(file.path(), media_type, wanted.to_vec(), None).await
}

/// The largest proxy: its size, and its colour in the middle.
fn largest(made: &Rendered) -> ((u32, u32), [u8; 3]) {
    let proxy = &made.proxies[0];
    let pixels = image::load_from_memory(&proxy.bytes).unwrap().into_rgb8();
    ((proxy.width, proxy.height), pixels.get_pixel(proxy.width / 2, proxy.height / 2).0)
}

fn is_near(one: [u8; 3], other: [u8; 3]) -> bool {
    one.iter().zip(other).all(|(one, other)| one.abs_diff(other) <= 6)
}

async fn media_type(bytes: &[u8]) -> &'static str {
    identify(on_disk(bytes).path()).await.unwrap().media.media_type
}

/// A file of a maker with a thumbnail in the chain, and below the first directory a preview and the raw picture.
fn of_maker(magic: [u8; 4], maker: &str, more: &[(u16, u32)]) -> Vec<u8> {
    let mut file = Builder::new(magic);
    let (thumbnail, preview) = (file.jpeg(160, 120, RED), file.jpeg(800, 600, BLUE));
    let chained = file.directory(&[(513, thumbnail[0]), (514, thumbnail[1])], 0);
    let below = file.directory(&[(254, 1), (513, preview[0]), (514, preview[1])], 0);
    let raw = file.directory(&sensor(3200, 2400), 0);
    let both = [file.number(below, 4), file.number(raw, 4)].concat();
    let both = file.put(&both);
    let name = file.put(format!("{maker}\0").as_bytes());
    let mut entries = vec![(254, 4, 1, 1), (271, 2, u32::try_from(maker.len()).unwrap() + 1, name), (330, 4, 2, both)];
    entries.extend(more.iter().map(|(tag, value)| (*tag, 4, 1, *value)));
    let first = file.directory_of(&entries, chained);
    file.finish(first)
}

#[tokio::test]
async fn the_largest_preview_of_any_directory_is_shown_and_its_size_told() {
    for (magic, maker, more, expected) in [
        (*b"II*\0", "NIKON CORPORATION", vec![], "image/x-nikon-nef"),
        (*b"MM\0*", "NIKON CORPORATION", vec![], "image/x-nikon-nef"),
        (*b"II*\0", "SONY", vec![], "image/x-sony-arw"),
        (*b"II*\0", "Some camera", vec![(50706, 0x0401)], "image/x-adobe-dng"),
        (*b"MM\0*", "PENTAX Corporation", vec![], "image/x-pentax-pef"),
        (*b"II*\0", "SAMSUNG", vec![], "image/x-samsung-srw"),
        (*b"MM\0*", "Hasselblad", vec![], "image/x-hasselblad-3fr"),
        (*b"IIRO", "OLYMPUS CORPORATION", vec![], "image/x-olympus-orf"),
    ] {
        let file = of_maker(magic, maker, &more);
        let made = shown(&file).await.unwrap();
        let (size, colour) = largest(&made);
        assert_eq!((size, (made.width, made.height)), ((800, 600), (3200, 2400)), "{maker}: it is not enlarged");
        assert!(is_near(colour, BLUE), "{maker}: {colour:?}");
        let warning = made.warning.unwrap();
        assert!(warning.contains("800 × 600") && warning.contains("3200 × 2400"), "{warning}");
        assert_eq!(media_type(&file).await, expected, "{maker}");
    }
}

#[tokio::test]
async fn the_orientation_of_the_file_holds_for_its_preview() {
    let made = shown(&of_maker(*b"II*\0", "SONY", &[(274, 6)])).await.unwrap();
    assert_eq!((made.width, made.height), (2400, 3200));
    let proxy = image::load_from_memory(&made.proxies[0].bytes).unwrap().into_rgb8();
    assert_eq!(proxy.dimensions(), (600, 800));
    // The white corner has moved from the upper left to the upper right.
    assert!(is_near(proxy.get_pixel(560, 40).0, [255; 3]) && is_near(proxy.get_pixel(40, 40).0, BLUE));
    // A preview that has its own is turned by that.
    let mut file = Builder::new(*b"II*\0");
    let preview = crate::test_files::photo(800, 600, 1, None);
    let (at, length) = (file.put(&preview), preview.len().try_into().unwrap());
    let below = file.directory(&sensor(800, 600), 0);
    let first = file.directory(&[(254, 1), (274, 6), (330, below), (513, at), (514, length)], 0);
    let made = shown(&file.finish(first)).await.unwrap();
    assert_eq!(((made.width, made.height), largest(&made).0, made.warning), ((800, 600), (800, 600), None));
}

#[tokio::test]
async fn a_strip_that_is_a_jpeg_is_a_preview_and_the_data_of_the_sensor_is_none() {
    // As in CR2: the preview is the strip of the first directory, and the data is a JPEG without loss.
    let mut file = Builder::new(*b"II*\0");
    file.bytes[8..11].copy_from_slice(b"CR\x02");
    let preview = file.jpeg(640, 480, GREEN);
    let mut data = jpeg_of(1300, 980, RED);
    let frame = data.windows(2).position(|pair| pair == [0xff, 0xc0]).unwrap();
    data[frame + 1] = 0xc3;
    let data = [file.put(&data), u32::try_from(data.len()).unwrap()];
    let exif = file.directory(&[(40962, 1280), (40963, 960)], 0);
    let last = file.directory(&[(259, 6), (273, data[0]), (279, data[1])], 0);
    let entries = [(256, 640), (257, 480), (259, 6), (262, 6), (273, preview[0]), (279, preview[1]), (34665, exif)];
    let first = file.directory(&entries, last);
    let file = file.finish(first);
    let made = shown(&file).await.unwrap();
    assert_eq!((largest(&made).0, (made.width, made.height)), ((640, 480), (1280, 960)));
    assert!(is_near(largest(&made).1, GREEN));
    assert_eq!(media_type(&file).await, "image/x-canon-cr2");
}

/// A file whose preview is in the notes of the camera: `notes` gets the file with the notes' place, and the preview.
fn with_notes(magic: [u8; 4], maker: &str, notes: impl FnOnce(&mut Builder, [u32; 2]) -> (u32, u32)) -> Vec<u8> {
    let mut file = Builder::new(magic);
    let thumbnail = file.jpeg(160, 120, RED);
    let preview = file.jpeg(800, 600, BLUE);
    let (at, length) = notes(&mut file, preview);
    let exif = file.directory_of(&[(37500, 7, length, at)], 0);
    let below = file.directory(&sensor(800, 600), 0);
    let name = file.put(format!("{maker}\0").as_bytes());
    let first = file.directory_of(
        &[
            (271, 2, u32::try_from(maker.len()).unwrap() + 1, name),
            (330, 4, 1, below),
            (513, 4, 1, thumbnail[0]),
            (514, 4, 1, thumbnail[1]),
            (34665, 4, 1, exif),
        ],
        0,
    );
    file.finish(first)
}

/// The preview, which is taken out of the file, because the notes hold it themselves.
fn copied(file: &mut Builder, [at, length]: [u32; 2]) -> Vec<u8> {
    let preview = file.bytes[at as usize..][..length as usize].to_vec();
    file.bytes[at as usize] = 0;
    preview
}

#[tokio::test]
async fn a_preview_in_the_notes_of_the_camera_is_found() {
    let nikon = with_notes(*b"II*\0", "NIKON", |file, preview| {
        let jpeg = copied(file, preview);
        let mut inner = Builder::new(*b"MM\0*");
        let at = inner.put(&jpeg);
        let below = inner.directory(&[(513, at), (514, preview[1])], 0);
        let first = inner.directory(&[(0x11, below)], 0);
        let notes = [&b"Nikon\0\x02\x10\0\0"[..], &inner.finish(first)].concat();
        (file.put(&notes), notes.len().try_into().unwrap())
    });
    let olympus = |head: &'static [u8]| {
        with_notes(*b"IIRS", "OLYMPUS", move |file, preview| {
            let jpeg = copied(file, preview);
            let mut inner = Builder::new(*b"II*\0");
            inner.bytes.clear();
            inner.bytes.extend(head);
            let main = head.len() + 2 + 12 + 4;
            let settings = main + 2 + 24 + 4;
            let number = |value: usize| u32::try_from(value).unwrap();
            inner.directory(&[(0x2020, number(main))], 0);
            inner.directory(&[(0x101, number(settings)), (0x102, preview[1])], 0);
            inner.put(&jpeg);
            (file.put(&inner.bytes), number(inner.bytes.len()))
        })
    };
    let pentax = with_notes(*b"MM\0*", "PENTAX", |file, preview| {
        let at = file.put(b"AOC\0MM");
        file.directory(&[(3, preview[1]), (4, preview[0])], 0);
        (at, 40)
    });
    let files = [
        ("Nikon", nikon),
        ("Olympus", olympus(b"OLYMPUS\0II\x03\0")),
        ("OM System", olympus(b"OM SYSTEM\0\0\0II\x04\0")),
        ("Pentax", pentax),
    ];
    for (what, file) in files {
        let made = shown(&file).await.unwrap();
        let (size, colour) = largest(&made);
        assert!(size == (800, 600) && is_near(colour, BLUE) && made.warning.is_none(), "{what}: {size:?} {colour:?}");
    }
}

#[tokio::test]
async fn rw2_has_its_preview_as_a_value_and_the_edges_of_the_sensor() {
    let mut file = Builder::new(*b"IIU\0");
    let [at, length] = file.jpeg(800, 600, BLUE);
    let entries = [(4, 4, 1, 10), (5, 4, 1, 20), (6, 4, 1, 1210), (7, 4, 1, 1620), (46, 7, length, at), (274, 3, 1, 8)];
    let first = file.directory_of(&entries, 0);
    let file = file.finish(first);
    let made = shown(&file).await.unwrap();
    assert_eq!((largest(&made).0, (made.width, made.height)), ((600, 800), (1200, 1600)));
    assert!(is_near(largest(&made).1, BLUE));
    assert_eq!(media_type(&file).await, "image/x-panasonic-rw2");
}

#[tokio::test]
async fn raf_has_its_preview_in_the_header() {
    let preview = crate::test_files::photo(800, 600, 6, None);
    let mut file = b"FUJIFILMCCD-RAW 0201".to_vec();
    file.resize(200, 0);
    let at = u32::try_from(file.len()).unwrap();
    file.extend(&preview);
    let facts = u32::try_from(file.len()).unwrap();
    file.extend(b"\0\0\0\x02\x01\0\0\x02\0\0\x01\x11\0\x04\x0b\xb8\x0f\xa0");
    for (place, number) in [(84, at), (88, preview.len().try_into().unwrap()), (92, facts), (96, 18)] {
        file[place..place + 4].copy_from_slice(&number.to_be_bytes());
    }
    let made = shown(&file).await.unwrap();
    assert_eq!((largest(&made).0, (made.width, made.height)), ((600, 800), (3000, 4000)));
    assert_eq!(media_type(&file).await, "image/x-fuji-raf");
    // Without a header there is no preview.
    let refusal = shown(&file[..90]).await.unwrap_err().to_string();
    assert_eq!(refusal, NO_PREVIEW);
}

fn boxed(kind: [u8; 4], content: &[u8]) -> Vec<u8> {
    [&u32::try_from(content.len() + 8).unwrap().to_be_bytes(), &kind, content].concat()
}

#[tokio::test]
async fn cr3_has_its_preview_in_a_box_and_its_full_picture_in_a_track() {
    let (small, large) = (jpeg_of(800, 600, GREEN), jpeg_of(2800, 2100, BLUE));
    let camera = {
        let mut inner = Builder::new(*b"II*\0");
        let first = inner.directory(&[(256, 2800), (257, 2100), (274, 8)], 0);
        boxed(*b"CMT1", &inner.finish(first))
    };
    let length = |jpeg: &[u8]| u32::try_from(jpeg.len()).unwrap().to_be_bytes();
    let built = |with_track: bool, offset: u64| {
        let sizes = boxed(*b"stsz", &[&[0; 4][..], &length(&large), &[0, 0, 0, 1]].concat());
        let offsets = boxed(*b"co64", &[&[0, 0, 0, 0, 0, 0, 0, 1][..], &offset.to_be_bytes()].concat());
        let table = boxed(*b"minf", &boxed(*b"stbl", &[sizes, offsets].concat()));
        let track = if with_track { boxed(*b"trak", &boxed(*b"mdia", &table)) } else { Vec::new() };
        let facts =
            boxed(*b"uuid", &[&0x85c0_b687_820f_11e0_8111_f4ce_462b_6a48_u128.to_be_bytes()[..], &camera].concat());
        let header = [&[0; 4][..], &[0, 1, 3, 32, 2, 88, 0, 1], &length(&small), &small].concat();
        let preview = [&[0, 0, 0, 0, 0, 0, 0, 1][..], &boxed(*b"PRVW", &header)].concat();
        let preview = [&0xeaf4_2b5e_1c98_4b88_b9fb_b7dc_406e_4d16_u128.to_be_bytes()[..], &preview].concat();
        let before = [
            boxed(*b"ftyp", b"crx \0\0\0\x01crx isom"),
            boxed(*b"moov", &[facts, track].concat()),
            boxed(*b"uuid", &preview),
        ];
        before.concat()
    };
    for (with_track, size, colour) in [(true, (1920, 2560), BLUE), (false, (600, 800), GREEN)] {
        let at = built(with_track, 0).len() as u64 + 8;
        let file = [built(with_track, at), boxed(*b"mdat", &large)].concat();
        let made = shown(&file).await.unwrap();
        assert_eq!((largest(&made).0, (made.width, made.height)), (size, (2100, 2800)));
        assert!(is_near(largest(&made).1, colour));
        assert_eq!(made.warning.is_some(), !with_track);
        assert_eq!(media_type(&file).await, "image/x-canon-cr3");
    }
}

#[tokio::test]
async fn without_a_preview_it_says_what_to_do() {
    let mut file = Builder::new(*b"II*\0");
    let pixels = file.put(&[7; 64]);
    let below = file.directory(&sensor(4000, 3000), 0);
    let entries =
        [(254, 1), (256, 8), (257, 8), (259, 1), (262, 1), (273, pixels), (279, 64), (330, below), (50706, 1)];
    let first = file.directory(&entries, 0);
    let refusal = shown(&file.finish(first)).await.unwrap_err();
    assert!(matches!(&refusal, MediaError::Unusable(reason) if reason == NO_PREVIEW), "{refusal:?}");
}

#[tokio::test]
async fn an_ordinary_tiff_stays_one_and_a_developed_dng_is_shown_itself() {
    let picture = crate::test_files::gradient(300, 200);
    let tiff = crate::test_files::file(&picture, ImageFormat::Tiff);
    assert_eq!(media_type(&tiff).await, "image/tiff");
    // The same picture as a DNG with a smaller preview.
    let mut file = Builder::new(*b"II*\0");
    let preview = file.jpeg(64, 48, RED);
    let below = file.directory(&[(254, 1), (513, preview[0]), (514, preview[1])], 0);
    let pixels = file.put(picture.as_bytes());
    let bits = file.put(&[8, 0, 8, 0, 8, 0]);
    let number = [(254, 0), (256, 300), (257, 200)].map(|(tag, value)| (tag, 4, 1, value));
    let more = [(258, 3, 3, bits), (259, 3, 1, 1), (262, 3, 1, 2), (273, 4, 1, pixels), (277, 3, 1, 3)];
    let last = [(278, 4, 1, 200), (279, 4, 1, 180_000), (330, 4, 1, below), (50706, 1, 4, 0x0401)];
    let first = file.directory_of(&[&number[..], &more, &last].concat(), 0);
    let file = file.finish(first);
    assert_eq!(media_type(&file).await, "image/x-adobe-dng");
    let made = shown(&file).await.unwrap();
    let shown = image::load_from_memory(&made.proxies[0].bytes).unwrap().into_rgb8();
    assert_eq!(shown.dimensions(), (300, 200));
    assert!(shown.get_pixel(4, 100).0[0] > 230 && shown.get_pixel(296, 100).0[2] > 230);
}

#[tokio::test]
async fn a_damaged_preview_gives_way_to_a_smaller_one() {
    let mut file = of_maker(*b"II*\0", "SONY", &[]);
    let large = file.windows(3).rposition(|three| three == [0xff, 0xd8, 0xff]).unwrap();
    let tables = file[large..].windows(2).position(|pair| pair == [0xff, 0xc4]).unwrap();
    file[large + tables + 4..][..16].fill(0xff);
    let made = shown(&file).await.unwrap();
    assert!(largest(&made).0 == (160, 120) && is_near(largest(&made).1, RED));
}

#[tokio::test]
async fn hostile_directories_end_soon() {
    let begun = std::time::Instant::now();
    // A directory that leads to itself, and to thousands of others, all of which lead on.
    let mut file = Builder::new(*b"II*\0");
    let list: Vec<u8> = (0..5000_u32).flat_map(|at| (16 + at * 2).to_le_bytes()).collect();
    let list = file.put(&list);
    let first =
        file.directory_of(&[(256, 4, 1, 9), (257, 4, 1, 9), (262, 3, 1, 32803), (330, 4, 5000, list)], list + 20_000);
    let looping = file.finish(first);
    // Offsets and counts outside of the file, and as large as they can be.
    let mut file = Builder::new(*b"MM\0*");
    let entries = [
        (256, 4, 1, u32::MAX),
        (257, 4, 1, u32::MAX),
        (262, 3, 1, 32803 << 16),
        (271, 2, u32::MAX, u32::MAX),
        (330, 4, u32::MAX, u32::MAX),
        (513, 4, 1, u32::MAX),
        (514, 4, 1, u32::MAX),
        (34665, 4, 1, u32::MAX - 1),
    ];
    let first = file.directory_of(&entries, u32::MAX);
    let outside = file.finish(first);
    let mut big = b"II+\0\x08\0\0\0\x10\0\0\0\0\0\0\0".to_vec();
    big.extend(u64::MAX.to_le_bytes());
    big.extend([0xff; 400]);
    for bytes in [looping, outside, b"IIRO\xff\xff\xff\xff\0\0\0\0".to_vec(), b"IIU\0\x08\0\0\0\xff\xff".to_vec()] {
        let refusal = shown(&bytes).await.unwrap_err();
        assert!(matches!(&refusal, MediaError::Unusable(reason) if reason == NO_PREVIEW), "{refusal:?}");
    }
    assert!(matches!(shown(&big).await, Err(MediaError::Unusable(_))));
    // Any byte of a file may be wrong.
    let file = of_maker(*b"II*\0", "SONY", &[(274, 6)]);
    let from = file.len() - 250;
    for at in (0..8).chain(from..file.len()) {
        let mut damaged = file.clone();
        damaged[at] ^= 0xff;
        let told = find(on_disk(&damaged).path());
        assert!(!matches!(told, Err(MediaError::Failed(_))), "{at}");
    }
    assert!(begun.elapsed().as_secs() < 20);
}
