//! What is typed and ticked in the form with the settings of a link.

use super::{Fields, times};
use chrono_tz::Tz;
use domain::{Preset, node_id::NodeId, sharing::Offer};
use schema::links::Link;

/// What is typed and ticked in a form. A typed password is not kept, so that no page contains it.
#[derive(Debug, Clone, Default)]
pub(super) struct Typed {
    pub(super) name: String,
    /// The name that the form said the link gets without one; empty in a form that said none.
    pub(super) default_name: String,
    /// None in a form without this field.
    pub(super) description: Option<String>,
    pub(super) show_creator: bool,
    /// The name of the order; none in a form without this field.
    pub(super) member_order: Option<String>,
    pub(super) allow_original: bool,
    pub(super) allow_proxies: bool,
    pub(super) allow_attachments: bool,
    pub(super) presets: Vec<String>,
    pub(super) starts_at: String,
    pub(super) expires_at: String,
    pub(super) max_downloads: String,
    /// Whether a password was typed, in this form or in one before it that was refused.
    pub(super) had_password: bool,
    /// Whether the user chose to go on without the password that was typed before.
    pub(super) no_password: bool,
    pub(super) generate_password: bool,
    pub(super) remove_password: bool,
    pub(super) watermark: bool,
    pub(super) person_search: bool,
    /// The id of the asset that is the cover, or empty for the first picture; none in a form without this field.
    pub(super) cover: Option<String>,
}

impl Typed {
    /// A form in which nobody has typed yet: nothing may be downloaded, and all smaller versions if any.
    pub(super) fn nothing() -> Self {
        Self { presets: Preset::ALL.iter().map(ToString::to_string).collect(), ..Self::default() }
    }

    /// What was sent. A password outweighs the boxes that say that there is none.
    pub(super) fn sent(fields: &Fields) -> Self {
        let has_password = !fields.text("password").is_empty();
        Self {
            name: fields.text("name").to_owned(),
            default_name: fields.text("defaultName").to_owned(),
            description: fields.first("description").map(str::to_owned),
            show_creator: fields.has("showCreator"),
            member_order: fields.first("memberOrder").map(str::to_owned),
            allow_original: fields.has("allowOriginal"),
            allow_proxies: fields.has("allowProxies"),
            allow_attachments: fields.has("allowAttachments"),
            presets: fields.all("proxyPresets").map(str::to_owned).collect(),
            starts_at: fields.text("startsAt").to_owned(),
            expires_at: fields.text("expiresAt").to_owned(),
            max_downloads: fields.text("maxDownloads").to_owned(),
            had_password: has_password || fields.has("passwordTyped"),
            no_password: fields.has("noPassword") && !has_password,
            generate_password: fields.has("generatePassword"),
            remove_password: fields.has("removePassword") && !has_password,
            watermark: fields.has("watermark"),
            person_search: fields.has("personSearch"),
            cover: fields.has("coverAssetId").then(|| fields.text("coverAssetId").to_owned()),
        }
    }

    /// The settings of a link.
    pub(super) fn of_link(link: &Link, zone: Tz) -> Self {
        let settings = &link.settings;
        let presets = settings.presets().unwrap_or_else(|| Preset::ALL.to_vec());
        Self {
            name: settings.name.clone(),
            default_name: String::new(),
            description: Some(settings.description.clone().unwrap_or_default()),
            show_creator: settings.show_creator,
            member_order: link.collection_id.map(|_| settings.member_order.as_str().to_owned()),
            allow_original: settings.allow_original,
            allow_proxies: settings.allow_proxies,
            allow_attachments: settings.allow_attachments,
            presets: presets.iter().map(ToString::to_string).collect(),
            starts_at: settings.starts_at.map(|start| times::typed(start, zone)).unwrap_or_default(),
            expires_at: settings.expires_at.map(|end| times::typed(end, zone)).unwrap_or_default(),
            max_downloads: settings.max_downloads.map(|max| max.to_string()).unwrap_or_default(),
            had_password: false,
            no_password: false,
            generate_password: false,
            remove_password: false,
            watermark: settings.watermark,
            person_search: settings.person_search,
            cover: link.collection_id.map(|_| settings.cover_asset_id.map(NodeId::node_id).unwrap_or_default()),
        }
    }

    /// Whether a password was typed that is not kept, and nothing was chosen in its place: a link that was to have it
    /// must not be made without.
    pub(super) fn lacks_password(&self) -> bool {
        self.had_password && !(self.no_password || self.generate_password || self.remove_password)
    }
}

/// What the form of a link showed first. It comes back with the form, because the link and what it offers may have been
/// changed since: what the user did not touch stays as it is.
#[derive(Debug, Clone)]
pub(super) struct Shown {
    pub(super) starts_at: String,
    pub(super) expires_at: String,
    /// The names of the ticked presets, with spaces between them.
    pub(super) presets: String,
    pub(super) cover: String,
}

impl Shown {
    /// What came back with a form, and what a form without it shows now.
    pub(super) fn of(fields: &Fields, link: &Link, offer: &Offer, zone: Tz) -> Self {
        let now = Typed::of_link(link, zone);
        let ticked =
            now.presets.iter().filter(|name| offer.presets.iter().any(|(offered, _)| offered.as_str() == *name));
        let presets = ticked.map(String::as_str).collect::<Vec<_>>().join(" ");
        let shown = |name: &str, now: String| if fields.has(name) { fields.text(name).to_owned() } else { now };
        Self {
            starts_at: shown("shownStartsAt", now.starts_at),
            expires_at: shown("shownExpiresAt", now.expires_at),
            presets: shown("shownProxyPresets", presets),
            cover: shown("shownCoverAssetId", now.cover.unwrap_or_default()),
        }
    }
}
