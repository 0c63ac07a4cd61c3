//! The form with the settings of a link, as its template shows it.

use super::{covers::CoverView, errors::Mistakes, typed::Typed};
use crate::pages::texts::Texts;
use app::{UserError, UserErrorCode};
use chrono_tz::Tz;
use domain::{AssetKind, LinkKind, MemberOrder, Preset, sharing::Offer};
use schema::links::Link;

/// The mistake at the field of a password that was typed in a form that was refused.
pub(super) const TYPE_AGAIN: &str = "Type the password again: it is not kept in a page.";

/// A preset that a form offers.
pub(super) struct PresetView {
    pub(super) name: &'static str,
    pub(super) label: &'static str,
    pub(super) count: usize,
    pub(super) is_ticked: bool,
}

/// The presets of one kind of asset.
pub(super) struct PresetGroup {
    pub(super) kind: &'static str,
    pub(super) presets: Vec<PresetView>,
}

/// What the template of the form needs.
pub(super) struct LinkForm {
    pub(super) typed: Typed,
    pub(super) mistakes: Mistakes,
    pub(super) kind: LinkKind,
    /// The link that is changed; none, if a new one is made.
    pub(super) has_password: Option<bool>,
    pub(super) offer: Offer,
    /// How many assets are shared.
    pub(super) assets: usize,
    pub(super) preset_groups: Vec<PresetGroup>,
    /// Whether the link leads to several assets, which have an order and a cover.
    pub(super) is_collection: bool,
    /// The assets whose picture can stand for the link; none for a link to one asset.
    pub(super) covers: Vec<CoverView>,
    pub(super) zone: String,
    pub(super) default_name: String,
    /// Whether the link is called like the collection that is made for it, unless it gets a name of its own.
    pub(super) is_named_like_collection: bool,
}

impl LinkForm {
    /// The form for a new link.
    pub(super) fn new(kind: LinkKind, (offer, assets): (Offer, usize), zone: Tz, default_name: String) -> Self {
        Self {
            preset_groups: Vec::new(),
            is_collection: false,
            covers: Vec::new(),
            typed: Typed::nothing(),
            mistakes: Mistakes::default(),
            has_password: None,
            zone: zone.to_string(),
            kind,
            offer,
            assets,
            default_name,
            is_named_like_collection: false,
        }
        .with(Typed::nothing(), Mistakes::default())
    }

    /// The form for the settings of a link.
    pub(super) fn of_link(link: &Link, (offer, assets): (Offer, usize), zone: Tz, default_name: String) -> Self {
        let form = Self::new(link.kind, (offer, assets), zone, default_name);
        let has_password = Some(link.password_hash.is_some());
        Self { has_password, ..form }.with(Typed::of_link(link, zone), Mistakes::default())
    }

    /// The form with what was typed.
    pub(super) fn with(self, typed: Typed, mut mistakes: Mistakes) -> Self {
        if typed.lacks_password() {
            mistakes.add(UserError::new(UserErrorCode::InvalidPassword, &["password"], TYPE_AGAIN));
        }
        Self { preset_groups: preset_groups(&self.offer, &typed), typed, mistakes, ..self }
    }

    /// The form of a link to a new collection, after which the link is called.
    pub(super) fn named_like_collection(self) -> Self {
        Self { is_named_like_collection: true, ..self }
    }

    /// The form of a link to several assets, one of which can be its cover.
    pub(super) fn of_collection(self, covers: Vec<CoverView>) -> Self {
        Self { is_collection: true, covers, ..self }
    }

    /// The orders in which the assets can be shown: value, label, and whether it is chosen.
    pub(super) fn orders(&self) -> Vec<(&'static str, String, bool)> {
        let typed = self.typed.member_order.as_deref().and_then(|name| name.parse().ok());
        let chosen: MemberOrder = typed.unwrap_or_default();
        let label = |order| match order {
            MemberOrder::Captured => "Date taken, with the days for visitors to see".to_owned(),
            other => Texts::english().order_name_of(other),
        };
        MemberOrder::ALL.iter().map(|order| (order.as_str(), label(*order), *order == chosen)).collect()
    }

    /// The text about the link, as it was typed.
    pub(super) fn description(&self) -> &str {
        self.typed.description.as_deref().unwrap_or_default()
    }

    /// Whether a cover can be chosen, or is chosen although it no longer can be.
    pub(super) fn shows_cover(&self) -> bool {
        !self.covers.is_empty() || self.typed.cover.as_deref().is_some_and(|cover| !cover.is_empty())
    }

    /// Whether this cover is chosen.
    pub(super) fn is_cover(&self, id: &str) -> bool {
        self.typed.cover.as_deref() == Some(id)
    }

    /// The chosen cover, if the link does not show it now.
    pub(super) fn cover_that_is_gone(&self) -> Option<&str> {
        let chosen = self.typed.cover.as_deref().filter(|cover| !cover.is_empty())?;
        self.covers.iter().all(|cover| cover.id != chosen).then_some(chosen)
    }

    /// Whether the link has a page.
    pub(super) fn is_public(&self) -> bool {
        self.kind == LinkKind::Public
    }

    /// Whether the link has a password, which stays if none is typed.
    pub(super) fn keeps_password(&self) -> bool {
        self.has_password == Some(true)
    }

    /// Whether the form has a field of this name, to which a mistake can lead.
    pub(super) fn has_field(&self, name: &str) -> bool {
        match name {
            "name" | "startsAt" | "expiresAt" | "maxDownloads" | "password" => true,
            "allowOriginal" => self.shows_original(),
            "allowProxies" | "proxyPresets" => self.shows_proxies(),
            "allowAttachments" => self.shows_attachments(),
            "watermark" => self.shows_watermark(),
            "personSearch" => self.shows_person_search(),
            "coverAssetId" => self.shows_cover(),
            "description" | "showCreator" => self.is_public(),
            "memberOrder" => self.is_collection,
            "collectionName" => self.assets > 0 && self.has_password.is_none(),
            _ => false,
        }
    }

    /// The operation of the API that makes a link to an asset.
    pub(super) fn operation(&self) -> &'static str {
        if self.is_public() { "createPublicLink" } else { "createDownloadLink" }
    }

    /// Whether the form is about several assets, so that it tells how many have each version.
    pub(super) fn has_counts(&self) -> bool {
        self.assets > 1
    }

    /// Whether originals can be allowed, or are allowed although they no longer can be.
    pub(super) fn shows_original(&self) -> bool {
        self.is_public() && (self.offer.originals > 0 || self.typed.allow_original)
    }

    /// The same for smaller versions.
    pub(super) fn shows_proxies(&self) -> bool {
        self.is_public() && (!self.offer.presets.is_empty() || self.typed.allow_proxies)
    }

    /// The same for attachments.
    pub(super) fn shows_attachments(&self) -> bool {
        self.is_public() && (self.offer.attachments > 0 || self.typed.allow_attachments)
    }

    /// The same for the watermark.
    pub(super) fn shows_watermark(&self) -> bool {
        self.is_public() && (self.offer.watermark || self.typed.watermark)
    }

    /// The same for the search by person.
    pub(super) fn shows_person_search(&self) -> bool {
        self.is_public() && (self.offer.person_search || self.typed.person_search)
    }

    /// Whether anything can be allowed to be downloaded.
    pub(super) fn shows_downloads(&self) -> bool {
        self.shows_original() || self.shows_proxies() || self.shows_attachments()
    }
}

/// The presets that are offered, or chosen although they are no longer offered, by kind.
fn preset_groups(offer: &Offer, typed: &Typed) -> Vec<PresetGroup> {
    let mut groups: Vec<PresetGroup> = Vec::new();
    for preset in Preset::ALL {
        let Some((_, count)) = offer.presets.iter().find(|(offered, _)| offered == preset) else { continue };
        let view = PresetView {
            name: preset.as_str(),
            label: preset.label(),
            count: *count,
            is_ticked: typed.presets.iter().any(|name| name == preset.as_str()),
        };
        let kind = match preset.of_kind() {
            AssetKind::Video => "Videos",
            AssetKind::Audio => "Recordings",
            AssetKind::Image | AssetKind::Document | AssetKind::Other => "Images, documents and covers",
        };
        match groups.last_mut().filter(|group| group.kind == kind) {
            Some(group) => group.presets.push(view),
            None => groups.push(PresetGroup { kind, presets: vec![view] }),
        }
    }
    groups
}
