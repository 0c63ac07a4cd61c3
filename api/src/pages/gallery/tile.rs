//! A member of a gallery: its picture, its shape and its colour, all known before the picture is loaded.

use super::{
    GalleryQuery,
    for_photos::{ForPhotos, for_photos},
};
use crate::pages::{link_path::LinkPath, texts::Texts, view_model};
use app::{
    files::{AssetFiles, FileName, Shown, offered_files, thumbnail},
    visitor::Visit,
};
use domain::{AssetKind, Preset, access::Permit};
use schema::collections::SharedMember;

/// What a page shows of a member.
pub(in crate::pages) struct Tile {
    /// The heading before it, which says the day of it and of those that follow.
    pub(in crate::pages) heading: Option<String>,
    /// Its place in the order, from 1.
    pub(in crate::pages) place: i64,
    /// Its position in the collection, by which archives know it.
    pub(in crate::pages) position: i64,
    pub(in crate::pages) page_url: String,
    pub(in crate::pages) title: String,
    /// What is read out: title, alternative text and place.
    pub(in crate::pages) label: String,
    /// What is read out for the box that selects it.
    pub(in crate::pages) select: String,
    pub(in crate::pages) kind: &'static str,
    pub(in crate::pages) thumbnail_url: String,
    /// The picture in several sizes, as `srcset` lists them.
    pub(in crate::pages) sources: Option<String>,
    /// Whether the thumbnail is a picture of it, and no symbol.
    pub(in crate::pages) has_picture: bool,
    pub(in crate::pages) ratio: Ratio,
    /// The average colour of its picture, as CSS.
    pub(in crate::pages) colour: Option<String>,
    /// The preset of the picture that the viewer shows, if it is made.
    pub(in crate::pages) shown: Option<Preset>,
    /// The preset of the picture that the viewer shows enlarged, if it may.
    pub(in crate::pages) enlarged: Option<Preset>,
    /// How long it is, for people.
    pub(in crate::pages) duration: Option<String>,
    /// Its picture is being made.
    pub(in crate::pages) pending: bool,
    /// The size of all files that may be downloaded, in bytes; none, if there are none.
    pub(in crate::pages) byte_size: Option<i64>,
    /// How many they are.
    pub(in crate::pages) file_count: usize,
    /// The one for a photo library.
    pub(in crate::pages) for_photos: Option<ForPhotos>,
}

/// Width by height, in hundredths, as the page and the script compute with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::pages) struct Ratio(pub(in crate::pages) i64);

impl Ratio {
    /// Of these width and height. Very wide and very high pictures are cut, so that their neighbours keep a fair size.
    pub(in crate::pages) fn of(dimensions: Option<(i32, i32)>) -> Self {
        match dimensions {
            Some((width, height)) if width > 0 && height > 0 => {
                Self((i64::from(width) * 100 / i64::from(height)).clamp(50, 300))
            }
            _ => Self(133),
        }
    }
}

impl std::fmt::Display for Ratio {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{:02}", self.0 / 100, self.0 % 100)
    }
}

/// The tile of a member at a place; `count` is how many there are, if that is known.
pub(super) fn tile(
    (visit, permit): (&Visit<'_>, Permit),
    (member, files): (&SharedMember, &AssetFiles),
    path: LinkPath<'_>,
    query: &GalleryQuery,
    (texts, place, count): (Texts, i64, Option<i64>),
) -> Tile {
    let (asset, watermarked) = (&member.asset, visit.link(permit).settings.watermark);
    let files_url = path.asset(asset.id);
    let shown = Shown::of(asset, files, watermarked);
    let measured = asset.width.zip(asset.height).or_else(|| {
        let small = files.proxies(asset.id).iter().filter(|proxy| !proxy.watermarked);
        let mut small = small.filter(|proxy| matches!(proxy.preset, Preset::Thumbnail | Preset::Poster));
        small.find_map(|proxy| proxy.width.zip(proxy.height))
    });
    let offers = |file: FileName| visit.offers(asset, member.rights, file).is_ok();
    let offered = offered_files(asset, files, watermarked, offers);
    let enlarged = shown.enlarged.filter(|large| visit.shows(asset, member.rights, large.preset));
    Tile {
        heading: None,
        place,
        position: member.position,
        page_url: query.on(&path.asset_here(asset.id), &[]),
        title: asset.title.clone(),
        label: label(texts, (&asset.title, asset.alt_text.as_deref()), place, count),
        select: texts.select_tile(&asset.title),
        kind: asset.kind.as_str(),
        thumbnail_url: format!("{files_url}/{}", thumbnail(asset.kind)),
        sources: view_model::sources(&files_url, [shown.thumbnail, shown.picture]),
        has_picture: shown.thumbnail.is_some(),
        ratio: Ratio::of(measured),
        colour: asset.placeholder.as_deref().and_then(colour),
        shown: shown.picture.map(|picture| picture.preset),
        enlarged: enlarged.map(|large| large.preset),
        duration: asset.duration_seconds.filter(|_| asset.kind != AssetKind::Image).map(view_model::clock),
        pending: shown.is_pending,
        byte_size: (!offered.is_empty()).then(|| offered.iter().filter_map(|file| file.byte_size).sum()),
        file_count: offered.len(),
        for_photos: for_photos(asset.kind, &offered),
    }
}

fn label(texts: Texts, (title, alt_text): (&str, Option<&str>), place: i64, count: Option<i64>) -> String {
    let alt_text = alt_text.filter(|text| *text != title).map_or_else(String::new, |text| format!(": {text}"));
    let place = count.map_or_else(|| place.to_string(), |count| texts.place_of(place, count));
    texts.tile(format!("{title}{alt_text}"), place)
}

/// The average colour of a `ThumbHash`, as CSS.
pub(super) fn colour(hash: &[u8]) -> Option<String> {
    let (red, green, blue, _) = thumbhash::thumb_hash_to_average_rgba(hash).ok()?;
    let byte = |part: f32| (part.clamp(0.0, 1.0) * 255.0).round();
    Some(format!("rgb({} {} {})", byte(red), byte(green), byte(blue)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_are_written_in_hundredths() {
        let ratios = [
            (Some((400, 300)), "1.33"),
            (Some((300, 400)), "0.75"),
            (Some((101, 100)), "1.01"),
            (Some((9000, 1000)), "3.00"),
            (Some((10, 9000)), "0.50"),
            (Some((0, 7)), "1.33"),
            (None, "1.33"),
        ];
        for (dimensions, text) in ratios {
            assert_eq!(Ratio::of(dimensions).to_string(), text, "{dimensions:?}");
        }
    }

    #[test]
    fn labels_read_well() {
        let label = |alt_text, count| label(Texts::english(), ("Harbour", alt_text), 3, count);
        assert_eq!(label(None, Some(12)), "Harbour, 3 of 12");
        assert_eq!(label(Some("Harbour"), None), "Harbour, 3");
        assert_eq!(label(Some("Boats at dusk"), Some(12)), "Harbour: Boats at dusk, 3 of 12");
        assert_eq!(colour(&[]), None);
    }
}
