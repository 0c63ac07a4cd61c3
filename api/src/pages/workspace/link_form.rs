//! The form with the settings of a link: what it shows, and how it becomes the input of an operation.
//!
//! The rules are in `domain::settings`. Here, what was typed becomes the same input that the API has; only what is no
//! date or no number is refused here, because it cannot become an input.

use super::{Fields, errors::Mistakes, times};
use app::{UserError, UserErrorCode};
use chrono_tz::Tz;
use domain::{
    AssetKind, LinkKind, Preset,
    settings::{Change, SettingsInput},
    sharing::Offer,
};
use schema::links::Link;

/// What is typed and ticked in a form. A typed password is not kept, so that no page contains it.
#[derive(Debug, Clone, Default)]
pub(super) struct Typed {
    pub(super) name: String,
    pub(super) allow_original: bool,
    pub(super) allow_proxies: bool,
    pub(super) allow_attachments: bool,
    pub(super) presets: Vec<String>,
    pub(super) starts_at: String,
    pub(super) expires_at: String,
    pub(super) max_downloads: String,
    pub(super) generate_password: bool,
    pub(super) remove_password: bool,
    pub(super) watermark: bool,
}

impl Typed {
    /// A form in which nobody has typed yet: nothing may be downloaded, and all smaller versions if any.
    pub(super) fn nothing() -> Self {
        Self { presets: Preset::ALL.iter().map(ToString::to_string).collect(), ..Self::default() }
    }

    /// What was sent.
    pub(super) fn sent(fields: &Fields) -> Self {
        Self {
            name: fields.text("name").to_owned(),
            allow_original: fields.has("allowOriginal"),
            allow_proxies: fields.has("allowProxies"),
            allow_attachments: fields.has("allowAttachments"),
            presets: fields.all("proxyPresets").map(str::to_owned).collect(),
            starts_at: fields.text("startsAt").to_owned(),
            expires_at: fields.text("expiresAt").to_owned(),
            max_downloads: fields.text("maxDownloads").to_owned(),
            generate_password: fields.has("generatePassword"),
            remove_password: fields.has("removePassword"),
            watermark: fields.has("watermark"),
        }
    }

    /// The settings of a link.
    pub(super) fn of_link(link: &Link, zone: Tz) -> Self {
        let settings = &link.settings;
        let presets = settings.presets().unwrap_or_else(|| Preset::ALL.to_vec());
        Self {
            name: settings.name.clone(),
            allow_original: settings.allow_original,
            allow_proxies: settings.allow_proxies,
            allow_attachments: settings.allow_attachments,
            presets: presets.iter().map(ToString::to_string).collect(),
            starts_at: settings.starts_at.map(|start| times::typed(start, zone)).unwrap_or_default(),
            expires_at: settings.expires_at.map(|end| times::typed(end, zone)).unwrap_or_default(),
            max_downloads: settings.max_downloads.map(|max| max.to_string()).unwrap_or_default(),
            generate_password: false,
            remove_password: false,
            watermark: settings.watermark,
        }
    }
}

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
    pub(super) zone: String,
    pub(super) default_name: String,
}

impl LinkForm {
    /// The form for a new link.
    pub(super) fn new(kind: LinkKind, (offer, assets): (Offer, usize), zone: Tz, default_name: String) -> Self {
        Self {
            preset_groups: Vec::new(),
            typed: Typed::nothing(),
            mistakes: Mistakes::default(),
            has_password: None,
            zone: zone.to_string(),
            kind,
            offer,
            assets,
            default_name,
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
    pub(super) fn with(self, typed: Typed, mistakes: Mistakes) -> Self {
        Self { preset_groups: preset_groups(&self.offer, &typed), typed, mistakes, ..self }
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
            _ => "Images and documents",
        };
        match groups.last_mut().filter(|group| group.kind == kind) {
            Some(group) => group.presets.push(view),
            None => groups.push(PresetGroup { kind, presets: vec![view] }),
        }
    }
    groups
}

/// What a form knows besides what was typed.
pub(super) struct Known<'a> {
    pub(super) zone: Tz,
    pub(super) offer: &'a Offer,
    /// The settings that the form showed first, if it changes a link.
    pub(super) before: Option<Typed>,
    /// The typed or generated password; none, if there is neither.
    pub(super) password: Option<String>,
}

/// The input of the operation, or what cannot become one.
pub(super) fn input(typed: &Typed, known: Known<'_>) -> Result<SettingsInput, Vec<UserError>> {
    let Known { zone, offer, before, password } = known;
    let mut errors = Vec::new();
    let mut time = |field: &str, text: &str, before: Option<&str>| {
        // A field shows no seconds: an end that was not touched stays exactly as it is, also if it has passed.
        if before == Some(text) {
            return Change::Keep;
        }
        if text.trim().is_empty() {
            return Change::Clear;
        }
        let parsed = times::parse(text, zone);
        parsed.map_or_else(
            |message| {
                errors.push(UserError::new(UserErrorCode::InvalidExpiration, &[field], message));
                Change::Keep
            },
            Change::Set,
        )
    };
    let starts_at = time("startsAt", &typed.starts_at, before.as_ref().map(|before| before.starts_at.as_str()));
    let expires_at = time("expiresAt", &typed.expires_at, before.as_ref().map(|before| before.expires_at.as_str()));
    let max_downloads = match typed.max_downloads.trim() {
        "" => Change::Clear,
        text => text.parse().map_or_else(
            |_| {
                let message = "This is not a number of downloads, as in 25.";
                errors.push(UserError::new(UserErrorCode::InvalidLimit, &["maxDownloads"], message));
                Change::Keep
            },
            Change::Set,
        ),
    };
    let proxy_presets = presets(typed, offer, &mut errors);
    if !errors.is_empty() {
        return Err(errors);
    }
    // Without `..`, so that a new setting does not compile until the form has it.
    Ok(SettingsInput {
        name: if typed.name.trim().is_empty() { Change::Clear } else { Change::Set(typed.name.clone()) },
        allow_original: Change::Set(typed.allow_original),
        allow_proxies: Change::Set(typed.allow_proxies),
        allow_attachments: Change::Set(typed.allow_attachments),
        proxy_presets,
        starts_at,
        expires_at,
        max_downloads,
        password: match password {
            Some(password) => Change::Set(password),
            None if typed.remove_password => Change::Clear,
            None => Change::Keep,
        },
        watermark: Change::Set(typed.watermark),
        // No window has it before there is a search.
        person_search: Change::Keep,
        // No window has it yet; it is set by the API.
        cover_asset: Change::Keep,
    })
}

/// All presets that are offered mean all that will ever exist.
fn presets(typed: &Typed, offer: &Offer, errors: &mut Vec<UserError>) -> Change<Vec<String>> {
    if !typed.allow_proxies {
        return Change::Keep;
    }
    if typed.presets.is_empty() {
        let message = "Tick at least one version, or no smaller versions at all.";
        errors.push(UserError::new(UserErrorCode::InvalidInput, &["proxyPresets"], message));
    }
    let is_ticked = |preset: &Preset| typed.presets.iter().any(|name| name == preset.as_str());
    if offer.presets.iter().all(|(preset, _)| is_ticked(preset)) {
        Change::Clear
    } else {
        Change::Set(typed.presets.clone())
    }
}
