//! Photoshop files, written by hand as Adobe's specification says.

use crate::{
    MediaError, ProxySpec, Rendered, pictures,
    test_files::{on_disk, profile},
};
use domain::{Preset, media::sniff};
use image::{DynamicImage, GenericImageView};

/// How a file is stored, and a pixel of each half: the left, and the right.
#[derive(Clone)]
struct Psd<'a> {
    mode: u16,
    depth: u16,
    is_large: bool,
    is_packed: bool,
    palette: Vec<u8>,
    resources: Vec<(u16, Vec<u8>)>,
    /// The content of the section of layers.
    layers: Vec<u8>,
    /// Channels, each with a sample for the left and the right.
    channels: &'a [[&'a [u8]; 2]],
}

const EDGE: usize = 40;

fn psd<'a>(mode: u16, depth: u16, channels: &'a [[&'a [u8]; 2]]) -> Psd<'a> {
    let (is_large, is_packed) = (false, false);
    Psd { mode, depth, is_large, is_packed, palette: Vec::new(), resources: Vec::new(), layers: Vec::new(), channels }
}

fn long(number: usize) -> [u8; 4] {
    u32::try_from(number).unwrap().to_be_bytes()
}

impl Psd<'_> {
    fn bytes(&self) -> Vec<u8> {
        let short = |number: usize| u16::try_from(number).unwrap().to_be_bytes();
        let mut bytes = [&b"8BPS"[..], &short(1 + usize::from(self.is_large)), &[0; 6]].concat();
        bytes.extend([short(self.channels.len()), short(0), short(EDGE), short(0), short(EDGE)].concat());
        bytes.extend([self.depth.to_be_bytes(), self.mode.to_be_bytes()].concat());
        bytes.extend([&long(self.palette.len())[..], &self.palette].concat());
        let block = |(id, data): &(u16, Vec<u8>)| {
            let padding = &[0][..data.len() % 2];
            [b"8BIM", &id.to_be_bytes()[..], &[0, 0], &long(data.len()), data, padding].concat()
        };
        let resources: Vec<u8> = self.resources.iter().flat_map(block).collect();
        bytes.extend([&long(resources.len())[..], &resources].concat());
        bytes.extend(self.length(self.layers.len()));
        bytes.extend(&self.layers);
        bytes.extend(short(usize::from(self.is_packed)));
        let rows: Vec<Vec<u8>> = self.channels.iter().flat_map(|halves| vec![self.row(*halves); EDGE]).collect();
        if self.is_packed {
            for row in &rows {
                bytes.extend(if self.is_large { long(row.len()).to_vec() } else { short(row.len()).to_vec() });
            }
        }
        bytes.extend(rows.concat());
        bytes
    }

    fn length(&self, length: usize) -> Vec<u8> {
        if self.is_large { [long(0), long(length)].concat() } else { long(length).to_vec() }
    }

    fn row(&self, [left, right]: [&[u8]; 2]) -> Vec<u8> {
        let half = if self.depth == 1 { EDGE / 16 } else { EDGE / 2 };
        let row = [left.repeat(half), right.repeat(half)].concat();
        if !self.is_packed {
            return row;
        }
        // The left as a run of its first byte, the right as bytes as they are, with nothing between.
        let run = u8::try_from(257 - half * left.len()).unwrap();
        let (run, count) = ([run, left[0], 128], u8::try_from(half * right.len() - 1).unwrap());
        [&run[..], &[count], &row[half * left.len()..]].concat()
    }
}

async fn made(bytes: &[u8]) -> Result<Rendered, MediaError> {
    let wanted = vec![ProxySpec { rendition: Preset::Preview.plain(), size: 1280 }];
    pictures(on_disk(bytes).path(), sniff(bytes).media_type, wanted, None).await
}

fn shown(made: &Rendered) -> DynamicImage {
    image::load_from_memory(&made.proxies[0].bytes).unwrap()
}

async fn assert_halves(what: &str, psd: &Psd<'_>, left: [u8; 3], right: [u8; 3]) {
    let made = made(&psd.bytes()).await.unwrap_or_else(|error| panic!("{what}: {error}"));
    assert_eq!((made.width, made.height), (40, 40), "{what}");
    for (x, colour) in [(8, left), (32, right)] {
        let is = shown(&made).get_pixel(x, 20).0;
        assert!(is.iter().zip(colour).all(|(one, other)| one.abs_diff(other) < 5), "{what}: {is:?}, not {colour:?}");
    }
}

#[tokio::test]
async fn photoshop_files_of_every_mode_are_read() {
    let (orange, blue) = ([200, 100, 50], [10, 20, 220]);
    let rgb: &[[&[u8]; 2]] = &[[&[200], &[10]], [&[100], &[20]], [&[50], &[220]]];
    for (is_large, is_packed) in [(false, false), (false, true), (true, false), (true, true)] {
        assert_halves("RGB", &Psd { is_large, is_packed, ..psd(3, 8, rgb) }, orange, blue).await;
    }
    let deep: &[[&[u8]; 2]] = &[[&[200, 200], &[10, 10]], [&[100, 100], &[20, 20]], [&[50, 50], &[220, 220]]];
    for is_packed in [false, true] {
        assert_halves("RGB of 16 bits", &Psd { is_packed, ..psd(3, 16, deep) }, orange, blue).await;
    }
    // Half of the light is 188 in sRGB.
    let (half, none, more) = (0.5_f32.to_be_bytes(), 0_f32.to_be_bytes(), 7_f32.to_be_bytes());
    let light: &[[&[u8]; 2]] = &[[&half, &more], [&none, &none], [&half, &none]];
    assert_halves("light", &psd(3, 32, light), [188, 0, 188], [255, 0, 0]).await;
    assert_halves("gray", &psd(1, 8, &[[&[200], &[10]]]), [200; 3], [10; 3]).await;
    assert_halves("two inks", &psd(8, 8, &[[&[200], &[10]]]), [200; 3], [10; 3]).await;
    // Bits, of which each row has whole bytes.
    let bits = psd(0, 1, &[[&[0], &[255]]]);
    let bits = [bits.bytes()[..bits.bytes().len() - 4 * EDGE].to_vec(), [0, 0, 0x0f, 255, 255].repeat(EDGE)].concat();
    let bits = shown(&made(&bits).await.unwrap());
    assert_eq!((bits.get_pixel(8, 20).0[0], bits.get_pixel(32, 20).0[0]), (255, 0));
    let mut palette = vec![0; 768];
    for (at, (one, other)) in orange.into_iter().zip(blue).enumerate() {
        (palette[at * 256 + 3], palette[at * 256 + 200]) = (one, other);
    }
    assert_halves("palette", &Psd { palette, ..psd(2, 8, &[[&[3], &[200]]]) }, orange, blue).await;
    // The greatest number is no ink: cyan, and black of four fifths.
    let inks: &[[&[u8]; 2]] = &[[&[0], &[255]], [&[255], &[255]], [&[255], &[255]], [&[255], &[51]]];
    assert_halves("CMYK", &psd(4, 8, inks), [0, 255, 255], [51; 3]).await;
    // By the formulas of CSS Color 4.
    let lab: &[[&[u8]; 2]] = &[[&[138], &[255]], [&[209], &[128]], [&[198], &[128]]];
    assert_halves("L*a*b*", &psd(9, 8, lab), [255, 0, 0], [255; 3]).await;
}

#[tokio::test]
async fn what_a_photoshop_file_shows_through_is_kept() {
    // Half-transparent red lies on white in the merged picture.
    let channels: &[[&[u8]; 2]] = &[[&[255], &[255]], [&[127], &[255]], [&[127], &[255]], [&[128], &[0]]];
    let layers = |is_large: bool| {
        let length = if is_large { vec![0, 0, 0, 0, 0, 0, 0, 12] } else { vec![0, 0, 0, 12] };
        // One layer, and an opacity.
        [&length[..], &[0xff, 0xff], &[0; 10], &[0; 4]].concat()
    };
    // With more bits, the layers are in a block behind the mask.
    let block =
        [&[0; 4][..], &[0; 4], b"8BIMPatt", &[0, 0, 0, 4], &[0; 4], b"8BIMLr16", &[0, 0, 0, 4], &[0xff, 0xff, 0, 0]];
    let deep: &[[&[u8]; 2]] =
        &[[&[255; 2], &[255; 2]], [&[127; 2], &[255; 2]], [&[127; 2], &[255; 2]], [&[128; 2], &[0; 2]]];
    for (what, file) in [
        ("PSD", Psd { layers: layers(false), ..psd(3, 8, channels) }),
        ("PSB", Psd { layers: layers(true), is_large: true, ..psd(3, 8, channels) }),
        ("16 bits", Psd { layers: block.concat(), ..psd(3, 16, deep) }),
    ] {
        let picture = shown(&made(&file.bytes()).await.unwrap());
        let is = picture.get_pixel(8, 20).0;
        assert!(is.iter().zip([255, 0, 0, 128]).all(|(one, other)| one.abs_diff(other) < 3), "{what}: {is:?}");
        assert_eq!(picture.get_pixel(32, 20).0[3], 0, "{what}");
    }
    // A selection that somebody stored is no opacity.
    assert_halves("selection", &psd(3, 8, channels), [255, 127, 127], [255; 3]).await;
}

#[tokio::test]
async fn a_photoshop_file_keeps_its_profile() {
    let file = Psd {
        resources: vec![(1057, vec![0, 0, 0, 1, 1]), (1039, profile(*b"GRAY"))],
        ..psd(1, 8, &[[&[200], &[10]]])
    };
    let made = made(&file.bytes()).await.unwrap();
    let profile = profile(*b"GRAY");
    assert!(made.proxies[0].bytes.windows(profile.len()).any(|part| part == profile));
}

#[tokio::test]
async fn a_photoshop_file_that_cannot_be_shown_is_refused_with_a_reason() {
    let gray = psd(1, 8, &[[&[200], &[10]]]);
    let whole = gray.bytes();
    let unmerged = Psd { resources: vec![(1057, vec![0, 0, 0, 1, 0, 0])], ..gray.clone() };
    let mut huge = whole.clone();
    huge[14..18].copy_from_slice(&50_000_u32.to_be_bytes());
    let mut wide = Psd { is_packed: true, ..gray.clone() }.bytes();
    let at = wide.len() - EDGE * 26;
    wide[at..at + 2].fill(0xff);
    let mut short = Psd { is_packed: true, ..gray.clone() }.bytes();
    let at = short.len() - EDGE * 24;
    short[at] = 250;
    for (bytes, part) in [
        (whole[..10].to_vec(), "ends in the middle"),
        (whole[..whole.len() - 5].to_vec(), "ends in the middle"),
        (unmerged.bytes(), "Maximize compatibility"),
        (huge, "more than 30000 on an edge"),
        (wide, "cannot be decoded"),
        (short, "cannot be decoded"),
        (psd(7, 8, &[[&[200], &[10]]]).bytes(), "multichannel"),
        (psd(3, 8, &[[&[200], &[10]]]).bytes(), "not known"),
        (psd(1, 12, &[[&[200], &[10]]]).bytes(), "not known"),
        (Psd { layers: vec![0xff; 4], ..gray.clone() }.bytes(), ""),
    ] {
        match made(&bytes).await {
            Err(MediaError::Unusable(reason)) => assert!(reason.contains(part), "{part}: {reason}"),
            // Layers that cannot be read do not matter.
            Ok(_) if part.is_empty() => {}
            other => panic!("{part}: {other:?}"),
        }
    }
}
