//! The settings of a link: checks what a client asks for against what the shared assets offer.

use crate::{
    AssetId, MemberOrder, Preset, clock,
    link_description::{self, InvalidLinkDescription},
    name::{self, InvalidName},
    password::{InvalidPassword, Password},
    sharing::Offer,
};
use chrono::{DateTime, Utc};

/// A client's change of one setting.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Change<T> {
    /// The setting was not sent, and stays as it is.
    #[default]
    Keep,
    /// The setting was sent as null, and goes back to its default.
    Clear,
    /// The new value.
    Set(T),
}

impl<T> Change<T> {
    /// The value of a setting after the change.
    pub fn apply(self, current: Option<T>) -> Option<T> {
        match self {
            Self::Keep => current,
            Self::Clear => None,
            Self::Set(value) => Some(value),
        }
    }
}

impl<T> From<Option<T>> for Change<T> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Keep, Self::Set)
    }
}

/// The settings as a client sends them.
#[derive(Debug, Clone, Default)]
pub struct SettingsInput {
    /// The link's name.
    pub name: Change<String>,
    /// What its page says about it.
    pub description: Change<String>,
    /// Whether its page names the creator.
    pub show_creator: Change<bool>,
    /// The order of the members, unless the visitor chooses another.
    pub member_order: Change<MemberOrder>,
    /// Whether originals may be downloaded.
    pub allow_original: Change<bool>,
    /// Whether proxies may be downloaded.
    pub allow_proxies: Change<bool>,
    /// Whether attachments may be downloaded.
    pub allow_attachments: Change<bool>,
    /// Which proxies may be downloaded; by default all that exist.
    pub proxy_presets: Change<Vec<String>>,
    /// The link opens at this instant.
    pub starts_at: Change<DateTime<Utc>>,
    /// The link expires at this instant.
    pub expires_at: Change<DateTime<Utc>>,
    /// How many downloads the link allows.
    pub max_downloads: Change<i32>,
    /// The password that visitors have to enter.
    pub password: Change<String>,
    /// Whether every picture carries the watermark.
    pub watermark: Change<bool>,
    /// Whether visitors may search by a person's photo.
    pub person_search: Change<bool>,
    /// The asset whose picture stands for the link; inside, none: the client sent no id of an asset.
    pub cover_asset: Change<Option<AssetId>>,
}

/// Checked settings that may be stored. The default is that of a link for which no settings are sent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settings {
    /// The link's name; none: the default name.
    pub name: Option<String>,
    /// What its page says about it.
    pub description: Option<String>,
    /// Whether its page names the creator.
    pub show_creator: bool,
    /// The order of the members, unless the visitor chooses another.
    pub member_order: MemberOrder,
    /// Whether originals may be downloaded.
    pub allow_original: bool,
    /// Whether proxies may be downloaded.
    pub allow_proxies: bool,
    /// Whether attachments may be downloaded.
    pub allow_attachments: bool,
    /// Which proxies may be downloaded; none: all that exist.
    pub proxy_presets: Option<Vec<Preset>>,
    /// The link opens at this instant.
    pub starts_at: Option<DateTime<Utc>>,
    /// The link expires at this instant.
    pub expires_at: Option<DateTime<Utc>>,
    /// How many downloads the link allows.
    pub max_downloads: Option<i32>,
    /// The change of the password; a new password is not hashed yet.
    pub password: Change<Password>,
    /// Whether every picture carries the watermark.
    pub watermark: bool,
    /// Whether visitors may search by a person's photo.
    pub person_search: bool,
    /// The asset whose picture stands for the link; none: the first one.
    pub cover_asset: Option<AssetId>,
}

/// Why a setting is refused. Each error names the setting.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingError {
    /// The name is invalid.
    #[error("{0}")]
    Name(InvalidName),
    /// The description is invalid.
    #[error("{0}")]
    Description(InvalidLinkDescription),
    /// The password is refused.
    #[error("{0}")]
    Password(InvalidPassword),
    /// No asset offers this option, or the user may not let others download it.
    #[error("{1}")]
    NotOffered(&'static str, &'static str),
    /// No shared asset has this preset.
    #[error("None of these assets has the proxy {0:?}, or you may not hand it out.")]
    PresetNotOffered(String),
    /// There is no such preset.
    #[error("There is no proxy preset {0:?}; there are {list}.", list = Preset::ALL.iter().map(|preset| preset.as_str()).collect::<Vec<_>>().join(", "))]
    UnknownPreset(String),
    /// The link would never be open.
    #[error("{0}")]
    Expiration(&'static str),
    /// The instant cannot be stored.
    #[error("The start lies outside of the years 1 to 9999.")]
    Start,
    /// The link does not show this asset.
    #[error("The cover is one of the assets that the link shows; null is for the first one.")]
    Cover,
    /// A limit below one.
    #[error("A link allows at least one download; without this limit, any number.")]
    Limit,
}

impl SettingError {
    /// The name of the refused field in the API's input.
    pub fn field(&self) -> &'static str {
        match self {
            Self::Name(_) => "name",
            Self::Description(_) => "description",
            Self::Password(_) => "password",
            Self::NotOffered(field, _) => field,
            Self::PresetNotOffered(_) | Self::UnknownPreset(_) => "proxyPresets",
            Self::Expiration(_) => "expiresAt",
            Self::Start => "startsAt",
            Self::Cover => "coverAssetId",
            Self::Limit => "maxDownloads",
        }
    }
}

/// Checks the settings of a new link, and returns all errors at once.
pub fn parse(input: SettingsInput, offer: &Offer, now: DateTime<Utc>) -> Result<Settings, Vec<SettingError>> {
    change(Settings::default(), input, offer, now)
}

/// Applies a client's changes to the present settings, and checks what differs from them: a client may send back all that
/// it has read, of an old link, too. What is left of settings may stay although it would be refused anew: an expiration in
/// the past, downloads and presets that no asset has any more, a cover that is no longer shown, all presets while no
/// proxies may be downloaded, and the search by person while the workspace has that off. (Not the watermark: a link shows nothing without the picture that it asks for.)
pub fn change(
    current: Settings,
    input: SettingsInput,
    offer: &Offer,
    now: DateTime<Utc>,
) -> Result<Settings, Vec<SettingError>> {
    // Without `..`, so that a new setting does not compile until it is applied.
    let SettingsInput {
        name,
        description,
        show_creator,
        member_order,
        allow_original,
        allow_proxies,
        allow_attachments,
        proxy_presets,
        starts_at,
        expires_at,
        max_downloads,
        password,
        watermark,
        person_search,
        cover_asset,
    } = input;
    let mut errors = Vec::new();
    let flag = |change: Change<bool>, current: bool| change.apply(Some(current)).unwrap_or(false);
    let starts_at = starts_at.apply(current.starts_at).map(clock::as_stored);
    let expires_at = expires_at.apply(current.expires_at).map(clock::as_stored);
    let ends_anew = expires_at != current.expires_at;
    let times_differ = ends_anew || starts_at != current.starts_at;
    let before = current.proxy_presets.clone();
    let allowed_before =
        [current.allow_original, current.allow_proxies, current.allow_attachments, current.person_search];
    // Presets that are allowed now may stay. Whether visitors get them is decided at each access.
    let allowed_now = current.proxy_presets.clone().filter(|_| current.allow_proxies).unwrap_or_default();

    let name = match name {
        Change::Keep => current.name,
        Change::Clear => None,
        Change::Set(text) => name::parse(&text).map_err(|error| errors.push(SettingError::Name(error))).ok(),
    };
    let description = match description {
        Change::Keep => current.description,
        Change::Clear => None,
        Change::Set(text) => link_description::parse(&text).unwrap_or_else(|error| {
            errors.push(SettingError::Description(error));
            None
        }),
    };
    let password = match password {
        Change::Keep => Change::Keep,
        Change::Clear => Change::Clear,
        Change::Set(text) => Password::for_link(&text)
            .map_err(|error| errors.push(SettingError::Password(error)))
            .map_or(Change::Keep, Change::Set),
    };
    let proxy_presets = match proxy_presets {
        Change::Keep => current.proxy_presets,
        Change::Clear => None,
        Change::Set(names) => Some(parse_presets(&names, &mut errors)),
    };
    let presets_anew = !is_same(proxy_presets.as_deref(), before.as_deref());
    let cover_asset = match cover_asset {
        // An asset that is no longer shown may stay: the link shows another cover in its place.
        Change::Keep => current.cover_asset,
        Change::Clear => None,
        Change::Set(asset) => {
            let shown = asset.filter(|asset| offer.covers.contains(asset) || current.cover_asset == Some(*asset));
            if shown.is_none() {
                errors.push(SettingError::Cover);
            }
            shown
        }
    };
    let settings = Settings {
        name,
        description,
        show_creator: flag(show_creator, current.show_creator),
        member_order: member_order.apply(Some(current.member_order)).unwrap_or_default(),
        password,
        cover_asset,
        proxy_presets,
        allow_original: flag(allow_original, current.allow_original),
        allow_proxies: flag(allow_proxies, current.allow_proxies),
        allow_attachments: flag(allow_attachments, current.allow_attachments),
        starts_at,
        expires_at,
        max_downloads: max_downloads.apply(current.max_downloads),
        watermark: flag(watermark, current.watermark),
        person_search: flag(person_search, current.person_search),
    };
    check_options(&settings, allowed_before, offer, &mut errors);
    // While no proxies may be downloaded, the presets have no effect; they are checked when proxies are allowed again.
    if settings.allow_proxies || presets_anew {
        check_presets(&settings, &allowed_now, offer, &mut errors);
    }
    if times_differ {
        check_times(&settings, ends_anew, now, &mut errors);
    }
    if settings.max_downloads.is_some_and(|max| max < 1) {
        errors.push(SettingError::Limit);
    }
    if errors.is_empty() { Ok(settings) } else { Err(errors) }
}

fn check_options(settings: &Settings, before: [bool; 4], offer: &Offer, errors: &mut Vec<SettingError>) {
    let [original, proxies, attachments, person_search] = before;
    let options = [
        (
            settings.allow_original && !original,
            offer.originals > 0,
            "allowOriginal",
            "None of these assets has an original that you may hand out.",
        ),
        (
            settings.allow_proxies && !proxies,
            !offer.presets.is_empty(),
            "allowProxies",
            "None of these assets has a proxy that you may hand out.",
        ),
        (
            settings.allow_attachments && !attachments,
            offer.attachments > 0,
            "allowAttachments",
            "None of these assets has an attachment that you may hand out.",
        ),
        (settings.watermark, offer.watermark, "watermark", "This workspace has no watermark to put on pictures."),
        (
            settings.person_search && !person_search,
            offer.person_search,
            "personSearch",
            "Visitors cannot search by person here: the workspace has that off, the link leads to one asset only, or there is \
             no picture to be searched.",
        ),
    ];
    let refused = options.iter().filter(|(wanted, offered, ..)| *wanted && !offered);
    errors.extend(refused.map(|(_, _, field, text)| SettingError::NotOffered(field, text)));
}

fn check_presets(settings: &Settings, allowed_now: &[Preset], offer: &Offer, errors: &mut Vec<SettingError>) {
    for preset in settings.proxy_presets.iter().flatten() {
        let is_offered = offer.presets.iter().any(|(offered, _)| offered == preset);
        if !is_offered && !allowed_now.contains(preset) {
            errors.push(SettingError::PresetNotOffered(preset.to_string()));
        }
    }
}

fn check_times(settings: &Settings, ends_anew: bool, now: DateTime<Utc>, errors: &mut Vec<SettingError>) {
    if let Some(end) = settings.expires_at {
        if !clock::is_storable(end) {
            errors.push(SettingError::Expiration(
                "The expiration lies beyond the year 9999; without one, the link stays open.",
            ));
        } else if ends_anew && end <= now {
            errors.push(SettingError::Expiration("The expiration lies in the past."));
        } else if settings.starts_at.is_some_and(|start| end <= start) {
            errors.push(SettingError::Expiration("The link would expire before it starts."));
        }
    }
    if settings.starts_at.is_some_and(|start| !clock::is_storable(start)) {
        errors.push(SettingError::Start);
    }
}

/// Whether these are the same presets, in any order.
fn is_same(one: Option<&[Preset]>, other: Option<&[Preset]>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => one.len() == other.len() && one.iter().all(|preset| other.contains(preset)),
        (one, other) => one.is_none() && other.is_none(),
    }
}

fn parse_presets(names: &[String], errors: &mut Vec<SettingError>) -> Vec<Preset> {
    let mut presets = Vec::new();
    for name in names {
        match name.parse::<Preset>() {
            Err(_) => errors.push(SettingError::UnknownPreset(name.clone())),
            Ok(preset) if !presets.contains(&preset) => presets.push(preset),
            Ok(_) => {}
        }
    }
    presets
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rich_offer() -> Offer {
        Offer {
            originals: 1,
            attachments: 1,
            presets: vec![(Preset::Preview, 1)],
            watermark: true,
            person_search: true,
            covers: vec![AssetId::nil()],
        }
    }

    fn fields(input: SettingsInput, offer: &Offer) -> Vec<&'static str> {
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        parse(input, offer, now).err().unwrap_or_default().iter().map(SettingError::field).collect()
    }

    #[test]
    fn left_out_means_nothing_is_allowed() {
        let settings = parse(SettingsInput::default(), &Offer::default(), DateTime::UNIX_EPOCH).unwrap();
        assert!(!settings.allow_original && !settings.allow_proxies && !settings.allow_attachments);
        assert_eq!((settings.expires_at, settings.password, settings.max_downloads), (None, Change::Keep, None));
    }

    #[test]
    fn what_is_not_offered_is_refused_by_name() {
        let all = SettingsInput {
            allow_original: Change::Set(true),
            allow_proxies: Change::Set(true),
            allow_attachments: Change::Set(true),
            watermark: Change::Set(true),
            person_search: Change::Set(true),
            ..SettingsInput::default()
        };
        assert!(fields(all.clone(), &rich_offer()).is_empty());
        let refused = ["allowOriginal", "allowProxies", "allowAttachments", "watermark", "personSearch"];
        assert_eq!(fields(all, &Offer::default()), refused);
    }

    #[test]
    fn downloads_that_are_not_offered_any_more_may_stay_and_the_watermark_may_not() {
        let now = DateTime::UNIX_EPOCH;
        let all = SettingsInput {
            allow_original: Change::Set(true),
            allow_proxies: Change::Set(true),
            allow_attachments: Change::Set(true),
            ..SettingsInput::default()
        };
        let set = parse(all.clone(), &rich_offer(), now).unwrap();
        for sent in [all.clone(), SettingsInput { max_downloads: Change::Set(3), ..SettingsInput::default() }] {
            assert!(change(set.clone(), sent, &Offer::default(), now).is_ok());
        }
        assert_eq!(change(Settings::default(), all, &Offer::default(), now).map_err(|errors| errors.len()), Err(3));
        let marked = Settings { watermark: true, ..Settings::default() };
        let errors = change(marked, SettingsInput::default(), &Offer::default(), now).unwrap_err();
        assert_eq!(errors.iter().map(SettingError::field).collect::<Vec<_>>(), ["watermark"]);
    }

    #[test]
    fn presets_are_known_offered_and_counted_once() {
        let presets = |names: &[&str]| SettingsInput {
            proxy_presets: Change::Set(names.iter().map(ToString::to_string).collect()),
            ..SettingsInput::default()
        };
        assert_eq!(fields(presets(&["huge", "thumbnail"]), &rich_offer()), ["proxyPresets", "proxyPresets"]);
        let settings = parse(presets(&["preview", "preview"]), &rich_offer(), DateTime::UNIX_EPOCH).unwrap();
        assert_eq!(settings.proxy_presets, Some(vec![Preset::Preview]));
    }

    #[test]
    fn a_cover_is_an_asset_that_is_shown_and_may_stay_when_it_is_not_any_more() {
        let now = DateTime::UNIX_EPOCH;
        let cover = |asset| SettingsInput { cover_asset: asset, ..SettingsInput::default() };
        let set = parse(cover(Change::Set(Some(AssetId::nil()))), &rich_offer(), now).unwrap();
        assert_eq!(set.cover_asset, Some(AssetId::nil()));
        for other in [None, Some(AssetId::new())] {
            assert_eq!(fields(cover(Change::Set(other)), &rich_offer()), ["coverAssetId"]);
        }
        assert_eq!(change(set.clone(), cover(Change::Keep), &Offer::default(), now), Ok(set.clone()));
        assert_eq!(change(set, cover(Change::Clear), &Offer::default(), now), Ok(Settings::default()));
    }

    #[test]
    fn what_the_page_says_is_kept_changed_and_cleared() {
        let now = DateTime::UNIX_EPOCH;
        let said = SettingsInput {
            description: Change::Set(" Three days\r\nin May ".into()),
            show_creator: Change::Set(true),
            member_order: Change::Set(MemberOrder::Newest),
            ..SettingsInput::default()
        };
        let set = parse(said, &Offer::default(), now).unwrap();
        assert_eq!(set.description.as_deref(), Some("Three days\nin May"));
        assert!(set.show_creator);
        assert_eq!(set.member_order, MemberOrder::Newest);
        assert_eq!(change(set.clone(), SettingsInput::default(), &Offer::default(), now), Ok(set.clone()));
        let clear = SettingsInput {
            description: Change::Clear,
            show_creator: Change::Clear,
            member_order: Change::Clear,
            ..SettingsInput::default()
        };
        assert_eq!(change(set, clear, &Offer::default(), now), Ok(Settings::default()));
        let long = SettingsInput { description: Change::Set("a".repeat(2_001)), ..SettingsInput::default() };
        assert_eq!(fields(long, &Offer::default()), ["description"]);
    }

    #[test]
    fn times_limits_names_and_passwords_are_checked() {
        let at = |seconds: i64| Change::from(DateTime::from_timestamp(1_800_000_000 + seconds, 0));
        let input = SettingsInput {
            expires_at: at(0),
            max_downloads: Change::Set(0),
            name: Change::Set(" ".into()),
            password: Change::Set("abc".into()),
            ..SettingsInput::default()
        };
        assert_eq!(fields(input, &Offer::default()), ["name", "password", "expiresAt", "maxDownloads"]);
        let backwards = SettingsInput { starts_at: at(20), expires_at: at(10), ..SettingsInput::default() };
        assert_eq!(fields(backwards, &Offer::default()), ["expiresAt"]);
        let (first, last) = (Change::Set(DateTime::<Utc>::MIN_UTC), Change::Set(DateTime::<Utc>::MAX_UTC));
        let absurd = SettingsInput { starts_at: first, expires_at: last, ..SettingsInput::default() };
        assert_eq!(fields(absurd, &Offer::default()), ["expiresAt", "startsAt"]);
        let fine = SettingsInput {
            starts_at: at(-5),
            expires_at: at(1),
            max_downloads: Change::Set(1),
            ..SettingsInput::default()
        };
        assert!(fields(fine, &Offer::default()).is_empty());
    }

    #[test]
    fn a_change_keeps_clears_and_checks_all_of_it() {
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let current = Settings {
            name: Some("Old".into()),
            allow_original: true,
            allow_proxies: true,
            proxy_presets: Some(vec![Preset::Preview]),
            expires_at: Some(now - chrono::TimeDelta::hours(1)),
            max_downloads: Some(5),
            ..Settings::default()
        };
        let kept = change(current.clone(), SettingsInput::default(), &rich_offer(), now).unwrap();
        assert_eq!(kept, current);
        let clear = SettingsInput {
            name: Change::Clear,
            allow_original: Change::Clear,
            allow_proxies: Change::Clear,
            proxy_presets: Change::Clear,
            expires_at: Change::Clear,
            max_downloads: Change::Clear,
            password: Change::Clear,
            ..SettingsInput::default()
        };
        let cleared = change(current.clone(), clear, &rich_offer(), now).unwrap();
        assert_eq!(cleared, Settings { password: Change::Clear, ..Settings::default() });
        let refused = |current: Settings, input: SettingsInput, offer: &Offer| -> Vec<&'static str> {
            change(current, input, offer, now).unwrap_err().iter().map(SettingError::field).collect()
        };
        // What is not there any more may stay allowed.
        assert_eq!(change(current.clone(), SettingsInput::default(), &Offer::default(), now), Ok(current.clone()));
        // A preset that no asset has any more may stay, but no other one may be added.
        let other = Offer { presets: vec![(Preset::Thumbnail, 1)], ..rich_offer() };
        let presets = |names: &[&str]| SettingsInput {
            proxy_presets: Change::Set(names.iter().map(ToString::to_string).collect()),
            ..SettingsInput::default()
        };
        assert_eq!(change(current.clone(), SettingsInput::default(), &other, now), Ok(current.clone()));
        assert!(change(current.clone(), presets(&["preview", "thumbnail"]), &other, now).is_ok());
        assert_eq!(refused(current.clone(), presets(&["preview", "fullscreen"]), &other), ["proxyPresets"]);
        let off = Settings { allow_original: false, allow_proxies: false, ..current.clone() };
        assert_eq!(change(off.clone(), SettingsInput::default(), &Offer::default(), now), Ok(off.clone()));
        assert_eq!(refused(off, presets(&["thumbnail"]), &Offer::default()), ["proxyPresets"]);
        let late = SettingsInput { starts_at: Change::Set(now), ..SettingsInput::default() };
        assert_eq!(refused(current, late, &rich_offer()), ["expiresAt"]);
    }

    #[test]
    fn what_was_read_can_be_sent_back() {
        let now = DateTime::from_timestamp(1_800_000_000, 123_456_000).unwrap();
        let hour = chrono::TimeDelta::hours(1);
        // Times, presets and a cover that would be refused of a new link.
        let current = Settings {
            name: Some("Old".into()),
            proxy_presets: Some(vec![Preset::Fullscreen, Preset::Preview]),
            starts_at: Some(now - hour),
            expires_at: Some(now - hour),
            cover_asset: Some(AssetId::nil()),
            ..Settings::default()
        };
        let read = SettingsInput {
            name: Change::Set("New".into()),
            proxy_presets: Change::Set(vec!["preview".into(), "fullscreen".into(), "preview".into()]),
            starts_at: current.starts_at.into(),
            expires_at: current.expires_at.into(),
            cover_asset: Change::Set(current.cover_asset),
            ..SettingsInput::default()
        };
        let changed = change(current.clone(), read.clone(), &Offer::default(), now).unwrap();
        assert_eq!(changed.name.as_deref(), Some("New"));
        assert_eq!((changed.starts_at, changed.expires_at), (current.starts_at, current.expires_at));
        assert_eq!(changed.cover_asset, current.cover_asset);
        let later = |by| Change::from(current.expires_at.map(|end| end + by));
        for (input, field) in [
            (SettingsInput { expires_at: later(hour / 2), ..read.clone() }, "expiresAt"),
            (SettingsInput { starts_at: later(hour * 3), ..read.clone() }, "expiresAt"),
            (SettingsInput { proxy_presets: Change::Set(vec!["thumbnail".into()]), ..read.clone() }, "proxyPresets"),
            (SettingsInput { cover_asset: Change::Set(Some(AssetId::new())), ..read }, "coverAssetId"),
        ] {
            let refused = change(current.clone(), input, &Offer::default(), now).unwrap_err();
            assert_eq!(refused.iter().map(SettingError::field).collect::<Vec<_>>(), [field]);
        }
    }
}
