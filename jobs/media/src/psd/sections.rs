//! What lies between the header and the merged picture of a Photoshop file: a palette, resources and layers.

use super::header::Header;
use domain::media::MAX_METADATA_BYTES;
use std::io::{self, Read, Seek, SeekFrom};

/// The most resources or blocks that are looked at.
const MAX_BLOCKS: usize = 10_000;

/// Blocks whose length has eight bytes in a PSB.
const LONG_BLOCKS: [&[u8; 4]; 13] = [
    b"LMsk", b"Lr16", b"Lr32", b"Layr", b"Mt16", b"Mt32", b"Mtrn", b"Alph", b"FMsk", b"lnk2", b"FEid", b"FXid", b"PxSD",
];

/// The colours of a palette: all of red, then green, then blue. Empty if there is none.
pub(super) fn palette(file: &mut (impl Read + Seek)) -> io::Result<Vec<u8>> {
    let length = long(file)?;
    // Other modes have other data here.
    if length != 768 {
        skip(file, length.into())?;
        return Ok(Vec::new());
    }
    let mut palette = vec![0; 768];
    file.read_exact(&mut palette)?;
    Ok(palette)
}

/// What the resources say of the merged picture.
pub(super) struct Resources {
    /// Whether there is one.
    pub(super) is_merged: bool,
    pub(super) profile: Option<Vec<u8>>,
    /// The colour of a palette that is not shown.
    pub(super) transparent: Option<u16>,
}

pub(super) fn resources(file: &mut (impl Read + Seek)) -> io::Result<Resources> {
    let end = u64::from(long(file)?) + file.stream_position()?;
    let mut found = Resources { is_merged: true, profile: None, transparent: None };
    for _ in 0..MAX_BLOCKS {
        if file.stream_position()? + 12 > end {
            break;
        }
        skip(file, 4)?;
        let id = short(file)?;
        // The name and the padding after its length.
        let name = u64::from(byte(file)?);
        skip(file, name | 1)?;
        let length = u64::from(long(file)?);
        match id {
            1039 if length <= MAX_METADATA_BYTES => {
                let mut profile = Vec::new();
                file.take(length).read_to_end(&mut profile)?;
                found.profile = Some(profile);
                skip(file, length % 2)?;
            }
            1047 if length == 2 => {
                found.transparent = Some(short(file)?);
            }
            1057 if length >= 5 => {
                skip(file, 4)?;
                found.is_merged = byte(file)? != 0;
                skip(file, length - 5 + length % 2)?;
            }
            _ => skip(file, length + length % 2)?,
        }
    }
    file.seek(SeekFrom::Start(end))?;
    Ok(found)
}

/// Whether the first channel after the colours is the opacity of the merged picture. Passes by the layers.
pub(super) fn has_opacity(file: &mut (impl Read + Seek), header: &Header) -> io::Result<bool> {
    let end = length(file, header.is_large)?.saturating_add(file.stream_position()?);
    let has_opacity = first_layers(file, header, end)?;
    file.seek(SeekFrom::Start(end))?;
    Ok(has_opacity)
}

/// A count of layers below zero says that there is an opacity. With more than eight bits, they are in a block.
fn first_layers(file: &mut (impl Read + Seek), header: &Header, end: u64) -> io::Result<bool> {
    let is_in = |file: &mut dyn Seek| Ok::<_, io::Error>(file.stream_position()? + 12 <= end);
    if !is_in(file)? {
        return Ok(false);
    }
    let layers = length(file, header.is_large)?;
    if layers >= 2 {
        return Ok(short(file)?.cast_signed() < 0);
    }
    skip(file, layers)?;
    if !is_in(file)? {
        return Ok(false);
    }
    let mask = long(file)?;
    skip(file, mask.into())?;
    for _ in 0..MAX_BLOCKS {
        if !is_in(file)? {
            break;
        }
        skip(file, 4)?;
        let mut key = [0; 4];
        file.read_exact(&mut key)?;
        let length = length(file, header.is_large && LONG_BLOCKS.contains(&&key))?;
        match &key {
            b"Lr16" | b"Lr32" | b"Layr" if length >= 2 => return Ok(short(file)?.cast_signed() < 0),
            // It says the same, where there are no layers.
            b"Mtrn" | b"Mt16" | b"Mt32" => return Ok(true),
            _ => skip(file, length.saturating_add(length.wrapping_neg() % 4))?,
        }
    }
    Ok(false)
}

fn length(file: &mut impl Read, is_large: bool) -> io::Result<u64> {
    if is_large { Ok(u64::from(long(file)?) << 32 | u64::from(long(file)?)) } else { Ok(long(file)?.into()) }
}

pub(super) fn long(file: &mut impl Read) -> io::Result<u32> {
    let mut bytes = [0; 4];
    file.read_exact(&mut bytes)?;
    Ok(u32::from_be_bytes(bytes))
}

pub(super) fn short(file: &mut impl Read) -> io::Result<u16> {
    let mut bytes = [0; 2];
    file.read_exact(&mut bytes)?;
    Ok(u16::from_be_bytes(bytes))
}

fn byte(file: &mut impl Read) -> io::Result<u8> {
    let mut bytes = [0];
    file.read_exact(&mut bytes)?;
    Ok(bytes[0])
}

pub(super) fn skip(file: &mut impl Seek, bytes: u64) -> io::Result<()> {
    let bytes = i64::try_from(bytes).map_err(|_| io::ErrorKind::UnexpectedEof)?;
    file.seek(SeekFrom::Current(bytes)).map(|_| ()).map_err(|_| io::ErrorKind::UnexpectedEof.into())
}
