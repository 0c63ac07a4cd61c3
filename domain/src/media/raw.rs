//! Raw files of cameras: their media types, by their first bytes or by the camera that made them.
//!
//! None of these names is registered; they are those that desktops and browsers use.

use super::Media;

const DNG: &str = "image/x-adobe-dng";
const CR2: &str = "image/x-canon-cr2";
const CR3: &str = "image/x-canon-cr3";
const RAF: &str = "image/x-fuji-raf";
const ORF: &str = "image/x-olympus-orf";
const RW2: &str = "image/x-panasonic-rw2";
const SR2: &str = "image/x-sony-sr2";
const NRW: &str = "image/x-nikon-nrw";

/// A raw file of another maker.
const OTHER: &str = "image/x-dcraw";

/// Beginnings of files that are raw files whatever follows. The `infer` crate knows CR2.
const MAGIC: &[(&[u8], &str)] =
    &[(b"FUJIFILMCCD-RAW", RAF), (b"IIRO", ORF), (b"IIRS", ORF), (b"MMOR", ORF), (b"IIU\0", RW2)];

/// Makers by how their name begins, in lower case.
const MAKERS: &[(&str, &str)] = &[
    ("canon", CR2),
    ("nikon", "image/x-nikon-nef"),
    ("sony", "image/x-sony-arw"),
    ("pentax", "image/x-pentax-pef"),
    ("ricoh", "image/x-pentax-pef"),
    ("samsung", "image/x-samsung-srw"),
    ("hasselblad", "image/x-hasselblad-3fr"),
    ("olympus", ORF),
    ("om digital", ORF),
    ("panasonic", RW2),
    ("fuji", RAF),
];

/// The media type of a raw file that its first bytes tell.
pub(super) fn by_magic(head: &[u8]) -> Option<&'static str> {
    if head.get(4..12) == Some(b"ftypcrx ") {
        return Some(CR3);
    }
    MAGIC.iter().find(|(magic, _)| head.starts_with(magic)).map(|(_, media_type)| *media_type)
}

/// The type of a raw file that is a TIFF, by what it says about itself.
pub fn by_camera(maker: &str, model: &str, is_dng: bool) -> Media {
    let (maker, model) = (maker.trim().to_lowercase(), model.to_lowercase());
    let of_maker = MAKERS.iter().find(|(name, _)| maker.starts_with(name)).map_or(OTHER, |(_, media_type)| media_type);
    Media::of(match () {
        () if is_dng => DNG,
        () if maker.starts_with("nikon") && model.contains("coolpix") => NRW,
        () if maker.starts_with("sony") && model.contains("dsc-r1") => SR2,
        () => of_maker,
    })
}

/// Whether this is the media type of raw files.
pub fn is_raw(media_type: &str) -> bool {
    [DNG, CR3, SR2, NRW, OTHER].contains(&media_type) || MAKERS.iter().any(|(_, of_maker)| *of_maker == media_type)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_camera_has_its_media_type() {
        for (maker, model, is_dng, media_type) in [
            ("NIKON CORPORATION", "NIKON D750", false, "image/x-nikon-nef"),
            ("NIKON", "COOLPIX P7700", false, "image/x-nikon-nrw"),
            ("SONY", "ILCE-7M3", false, "image/x-sony-arw"),
            ("SONY", "DSC-R1", false, "image/x-sony-sr2"),
            ("RICOH IMAGING COMPANY, LTD.", "PENTAX K-3", false, "image/x-pentax-pef"),
            ("Apple", "iPhone 15 Pro", true, "image/x-adobe-dng"),
            ("SEIKO EPSON CORP.", "R-D1", false, "image/x-dcraw"),
            ("", "", false, "image/x-dcraw"),
        ] {
            let media = by_camera(maker, model, is_dng);
            assert_eq!((media.media_type, media.kind), (media_type, crate::AssetKind::Image), "{maker}");
            assert!(is_raw(media_type));
        }
        assert!(!is_raw("image/tiff") && !is_raw("image/jpeg"));
    }
}
