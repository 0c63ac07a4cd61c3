//! `ShareOptions`.

use crate::{
    count::saturating,
    types::enums::{AssetKind, NotShareableReason},
};
use async_graphql::{ID, SimpleObject};
use domain::sharing::{self, Offer};

/// What a share offers you: the counter, and every option.
#[derive(SimpleObject)]
pub(crate) struct ShareOptions {
    /// How many different assets were requested: the 5 of 3/5.
    pub(crate) requested: i32,
    /// How many of them you may share: the 3 of 3/5.
    pub(crate) shareable: i32,
    /// The assets that you may not share, and why.
    pub(crate) not_shareable: Vec<NotShareable>,
    pub(crate) original: DownloadOption,
    pub(crate) attachments: DownloadOption,
    /// Every proxy preset that exists for the assets, grouped by kind.
    pub(crate) proxies: Vec<ProxyOptionGroup>,
    pub(crate) watermark_available: bool,
    /// Whether a link to these assets together, or to the collection, can have `personSearch`: the workspace has it on, and one
    /// of them is a picture or a video that can be searched, or will be as soon as a background job has looked at it.
    pub(crate) person_search_available: bool,
    /// The name of a link for which you give none.
    pub(crate) default_link_name: String,
    /// The name of a bulk share's collection for which you give none.
    pub(crate) default_collection_name: String,
}

/// An asset that a share skips.
#[derive(SimpleObject, Clone)]
pub(crate) struct NotShareable {
    pub(crate) asset_id: ID,
    pub(crate) reason: NotShareableReason,
}

impl From<(String, sharing::NotShareable)> for NotShareable {
    fn from((asset_id, reason): (String, sharing::NotShareable)) -> Self {
        Self { asset_id: asset_id.into(), reason: reason.into() }
    }
}

/// `available` is false if no asset has this version or you lack the right; `count` is how many assets offer it.
#[derive(SimpleObject)]
pub(crate) struct DownloadOption {
    available: bool,
    count: i32,
}

/// The proxies of one kind of asset.
#[derive(SimpleObject)]
pub(crate) struct ProxyOptionGroup {
    kind: AssetKind,
    presets: Vec<ProxyOption>,
}

/// A proxy preset that visitors of a link could download.
#[derive(SimpleObject)]
pub(crate) struct ProxyOption {
    preset: String,
    /// The name that people read.
    label: String,
    /// How many assets have it.
    count: i32,
}

impl From<usize> for DownloadOption {
    fn from(count: usize) -> Self {
        Self { available: count > 0, count: saturating(count) }
    }
}

impl ProxyOptionGroup {
    /// The presets of an offer, grouped by kind, in the order of definition.
    pub(crate) fn of(offer: &Offer) -> Vec<Self> {
        let mut groups: Vec<Self> = Vec::new();
        for (preset, count) in &offer.presets {
            let kind = AssetKind::from(preset.of_kind());
            let (name, label) = (preset.as_str().to_owned(), preset.label().to_owned());
            let option = ProxyOption { preset: name, label, count: saturating(*count) };
            match groups.last_mut().filter(|group| group.kind == kind) {
                Some(group) => group.presets.push(option),
                None => groups.push(Self { kind, presets: vec![option] }),
            }
        }
        groups
    }
}
