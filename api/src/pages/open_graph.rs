//! What messengers and other sites show of a public link that is open: its name, and its cover.

use super::{
    link_path::LinkPath,
    oembed,
    templates::{OgImage, OgView},
    view_model,
};
use app::{
    Services,
    visitor::{Cover, Visit},
};
use domain::{AssetId, access::Permit, short_id};

/// What others show of a page of a link, for a visitor who may see it: the description of the link, or else `by`, which
/// says who shared it. `asset` is the member that the page shows, if it
/// shows one of a collection.
pub(super) fn view(
    (visit, permit): (&Visit<'_>, Permit),
    services: &Services,
    path: LinkPath<'_>,
    asset: Option<AssetId>,
    (by, cover): (String, Option<&Cover>),
) -> OgView {
    let page = asset.map_or_else(|| path.page(), |asset| path.asset(asset));
    let link = visit.link(permit);
    let description =
        link.settings.description.as_deref().filter(|_| asset.is_none()).map_or(by, view_model::shortened);
    OgView {
        title: link.settings.name.clone(),
        description,
        image: cover.map(|cover| image(services, path, asset, cover)),
        page_url: format!("{}{page}", services.public_url),
        oembed_url: (asset.is_none() && oembed::answers(visit, permit)).then(|| oembed::url(services, path)),
    }
}

/// The cover under an absolute URL, which changes with the picture: another cover, another watermark.
pub(super) fn image(services: &Services, path: LinkPath<'_>, asset: Option<AssetId>, cover: &Cover) -> OgImage {
    let of = asset.map_or_else(String::new, |asset| format!("asset={}&", short_id::encode(asset)));
    let url = format!("{}{}/cover.jpg?{of}v={}", services.public_url, path.page(), short_id::encode(cover.file));
    let (width, height) = cover.dimensions();
    OgImage { url, width, height, alt: cover.alt.clone() }
}
