//! Walks through all directories of a raw file that is a TIFF, or nearly one.
//!
//! The preview can be anywhere: in the chain of directories, below one of them, in the notes of the camera.

use super::{
    found::{Found, OF_SENSORS, Part, Picture},
    notes,
};
use crate::{
    directory::{Directory, Layout},
    exif::says_adobe_rgb,
    source::Source,
};
use image::metadata::Orientation;
use std::collections::VecDeque;

/// The most directories that are read; a file has some ten.
const MAX_DIRECTORIES: usize = 100;

const SUBFILE: u16 = 254;
const WIDTH: u16 = 256;
const HEIGHT: u16 = 257;
const COMPRESSION: u16 = 259;
const INTERPRETATION: u16 = 262;
const MAKER: u16 = 271;
const MODEL: u16 = 272;
const ORIENTATION: u16 = 274;
/// Offsets and lengths of the parts of a picture: strips, tiles, or a JPEG.
const PARTS: [(u16, u16); 3] = [(273, 279), (324, 325), (513, 514)];
const SUB_PICTURES: u16 = 330;
const EXIF: u16 = 34665;
const NOTES: u16 = 37500;
const EXIF_WIDTH: u16 = 40962;
const EXIF_HEIGHT: u16 = 40963;
const DNG_VERSION: u16 = 50706;
const DNG_CROP: u16 = 50720;
const PREVIEW_SPACE: u16 = 50970;
/// Bits of the sort of a picture: a smaller version; a mask, and the distances.
const SMALLER: u64 = 1;
const MASK_OR_DEPTH: u64 = 4 | 8;
/// Interpretations of samples that are no picture: a mask, distances, and a mask of a part of the picture.
const NO_PICTURE: [u64; 3] = [4, 51177, 52527];
/// Of Panasonic: the edges of the picture on the sensor (top, left, bottom, right), and a JPEG.
const SENSOR_EDGES: [u16; 4] = [4, 5, 6, 7];
const PANASONIC_JPEG: u16 = 46;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sort {
    Picture,
    Exif,
}

/// Reads all directories of a file; none if it is no TIFF.
pub(super) fn walk(source: &mut Source) -> Option<Found> {
    let (layout, first) = Layout::read(source, 0)?;
    let mut found = Found::default();
    let mut seen = Vec::new();
    let mut queue = VecDeque::from([(first, Sort::Picture)]);
    while let Some((at, sort)) = queue.pop_front() {
        if seen.len() == MAX_DIRECTORIES || seen.contains(&at) {
            continue;
        }
        seen.push(at);
        let Some(directory) = Directory::read(source, layout, at) else { continue };
        if sort == Sort::Exif {
            exif(source, &directory, &mut found);
            continue;
        }
        if seen.len() == 1 {
            camera(source, &directory, &mut found);
        }
        picture(source, &directory, &mut found);
        queue.extend(directory.next.map(|at| (at, Sort::Picture)));
        for (tag, sort) in [(SUB_PICTURES, Sort::Picture), (EXIF, Sort::Exif)] {
            let offsets = directory.numbers(source, tag);
            queue.extend(offsets.into_iter().filter_map(|offset| Some((layout.place(offset)?, sort))));
        }
    }
    Some(found)
}

/// Reads the first directory, which tells what holds for all pictures.
fn camera(source: &mut Source, directory: &Directory, found: &mut Found) {
    found.maker = directory.text(source, MAKER).unwrap_or_default();
    found.model = directory.text(source, MODEL).unwrap_or_default();
    found.orientation = orientation(source, directory);
    found.is_dng = directory.contains(DNG_VERSION);
    let panasonic = directory.place(PANASONIC_JPEG).filter(|_| !directory.contains(WIDTH));
    found.parts.extend(panasonic.map(|(at, length)| Part::new(at, length)));
    let edges: Vec<u64> = SENSOR_EDGES.iter().filter_map(|tag| directory.number(source, *tag)).collect();
    if let [top, left, bottom, right] = *edges
        && !directory.contains(WIDTH)
        && let (Some(width), Some(height)) = (right.checked_sub(left), bottom.checked_sub(top))
    {
        let size = (width, height);
        found.pictures.push(Picture { size, shown: Some(size), interpretation: None, is_other: false });
    }
}

/// The orientation that a directory tells.
pub(super) fn orientation(source: &mut Source, directory: &Directory) -> Option<Orientation> {
    let number = directory.number(source, ORIENTATION)?;
    Orientation::from_exif(u8::try_from(number).ok()?)
}

fn picture(source: &mut Source, directory: &Directory, found: &mut Found) {
    let mut number = |tag| directory.number(source, tag);
    let (interpretation, sort) = (number(INTERPRETATION), number(SUBFILE).unwrap_or_default());
    if sort & MASK_OR_DEPTH != 0 || interpretation.is_some_and(|number| NO_PICTURE.contains(&number)) {
        return;
    }
    let space = number(PREVIEW_SPACE);
    let size = number(WIDTH).zip(number(HEIGHT));
    let is_of_sensor = interpretation.is_some_and(|number| OF_SENSORS.contains(&number));
    let is_jpeg = matches!(number(COMPRESSION), Some(6 | 7));
    if let Some(size) = size {
        let shown = match *directory.numbers(source, DNG_CROP) {
            [width, height] => Some((width, height)),
            _ => None,
        };
        found.pictures.push(Picture { size, shown, interpretation, is_other: sort & SMALLER != 0 });
    }
    for (at, length) in PARTS {
        let (offsets, lengths) = (directory.numbers(source, at), directory.numbers(source, length));
        // A picture of several JPEGs is not the preview.
        if let ([offset], [length]) = (&*offsets, &*lengths)
            && (is_jpeg && !is_of_sensor || at == PARTS[2].0)
        {
            let part = |at| Part { at, length: *length, space };
            found.parts.extend(directory.layout.place(*offset).map(part));
        }
    }
}

/// Reads what the camera wrote about the picture.
pub(super) fn exif(source: &mut Source, directory: &Directory, found: &mut Found) {
    let size = directory.number(source, EXIF_WIDTH).zip(directory.number(source, EXIF_HEIGHT));
    found.exif_size = found.exif_size.or(size);
    found.is_adobe_rgb |= says_adobe_rgb(source, directory);
    if let Some(place) = directory.place(NOTES) {
        found.parts.extend(notes::parts(source, directory.layout, place).unwrap_or_default());
    }
}
