//! The settings of a link: what a client may ask for, checked against what a share can offer.

use crate::{
    Preset, clock,
    name::{self, InvalidName},
    password::{InvalidPassword, Password},
    sharing::Offer,
};
use chrono::{DateTime, Utc};

/// What a client asks for. Left out means: the default.
#[derive(Debug, Clone, Default)]
pub struct SettingsInput {
    /// The link's name.
    pub name: Option<String>,
    /// Hand out originals.
    pub allow_original: Option<bool>,
    /// Hand out proxies.
    pub allow_proxies: Option<bool>,
    /// Hand out attachments.
    pub allow_attachments: Option<bool>,
    /// Which proxies; left out: all that exist.
    pub proxy_presets: Option<Vec<String>>,
    /// Open from then on.
    pub starts_at: Option<DateTime<Utc>>,
    /// Dead from then on.
    pub expires_at: Option<DateTime<Utc>>,
    /// How many downloads.
    pub max_downloads: Option<i32>,
    /// Asked of every visitor.
    pub password: Option<String>,
    /// Put the watermark on every picture.
    pub watermark: Option<bool>,
    /// Let visitors search by a person's photo.
    pub person_search: Option<bool>,
}

/// Settings that may be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The link's name; none: the default one.
    pub name: Option<String>,
    /// Hand out originals.
    pub allow_original: bool,
    /// Hand out proxies.
    pub allow_proxies: bool,
    /// Hand out attachments.
    pub allow_attachments: bool,
    /// Which proxies; none: all that exist.
    pub proxy_presets: Option<Vec<Preset>>,
    /// Open from then on.
    pub starts_at: Option<DateTime<Utc>>,
    /// Dead from then on.
    pub expires_at: Option<DateTime<Utc>>,
    /// How many downloads.
    pub max_downloads: Option<i32>,
    /// Asked of every visitor; still to be hashed.
    pub password: Option<Password>,
    /// Put the watermark on every picture.
    pub watermark: bool,
    /// Let visitors search by a person's photo.
    pub person_search: bool,
}

/// Why a setting is refused. Each says which.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingError {
    /// The name cannot be kept.
    #[error("{0}")]
    Name(InvalidName),
    /// The password cannot be taken.
    #[error("{0}")]
    Password(InvalidPassword),
    /// None of the assets offers it, or the user may not hand it out.
    #[error("{1}")]
    NotOffered(&'static str, &'static str),
    /// A preset that no asset of this share has.
    #[error("None of these assets has the proxy {0:?}, or you may not hand it out.")]
    PresetNotOffered(String),
    /// A preset that does not exist.
    #[error("There is no proxy preset {0:?}.")]
    UnknownPreset(String),
    /// The link would never open.
    #[error("{0}")]
    Expiration(&'static str),
    /// Beyond all calendars.
    #[error("The start lies outside of the years 1 to 9999.")]
    Start,
    /// A limit below one.
    #[error("maxDownloads is at least 1; leave it out for no limit.")]
    Limit,
}

impl SettingError {
    /// The name of the refused field in the API's input.
    pub fn field(&self) -> &'static str {
        match self {
            Self::Name(_) => "name",
            Self::Password(_) => "password",
            Self::NotOffered(field, _) => field,
            Self::PresetNotOffered(_) | Self::UnknownPreset(_) => "proxyPresets",
            Self::Expiration(_) => "expiresAt",
            Self::Start => "startsAt",
            Self::Limit => "maxDownloads",
        }
    }
}

/// Checks every setting; all that is wrong is told at once.
pub fn parse(input: SettingsInput, offer: &Offer, now: DateTime<Utc>) -> Result<Settings, Vec<SettingError>> {
    let mut errors = Vec::new();
    let wanted = |flag: Option<bool>| flag.unwrap_or(false);

    let name = input.name.and_then(|text| name::parse(&text).map_err(|e| errors.push(SettingError::Name(e))).ok());
    let password = input
        .password
        .and_then(|text| Password::for_link(&text).map_err(|e| errors.push(SettingError::Password(e))).ok());

    let options = [
        (
            wanted(input.allow_original),
            offer.originals > 0,
            "allowOriginal",
            "None of these assets has an original that you may hand out.",
        ),
        (
            wanted(input.allow_proxies),
            !offer.presets.is_empty(),
            "allowProxies",
            "None of these assets has a proxy that you may hand out.",
        ),
        (
            wanted(input.allow_attachments),
            offer.attachments > 0,
            "allowAttachments",
            "None of these assets has an attachment that you may hand out.",
        ),
        (wanted(input.watermark), offer.watermark, "watermark", "This workspace has no watermark to put on pictures."),
        (wanted(input.person_search), offer.person_search, "personSearch", "This workspace cannot search by person."),
    ];
    errors.extend(
        options
            .iter()
            .filter(|(wanted, offered, ..)| *wanted && !offered)
            .map(|(_, _, field, text)| SettingError::NotOffered(field, text)),
    );

    let proxy_presets = input.proxy_presets.map(|names| parse_presets(&names, offer, &mut errors));

    if let Some(end) = input.expires_at {
        if !clock::is_storable(end) {
            errors.push(SettingError::Expiration("The expiration lies beyond the year 9999; leave it out for none."));
        } else if end <= now {
            errors.push(SettingError::Expiration("The expiration lies in the past."));
        } else if input.starts_at.is_some_and(|start| end <= start) {
            errors.push(SettingError::Expiration("The link would expire before it starts."));
        }
    }
    if input.starts_at.is_some_and(|start| !clock::is_storable(start)) {
        errors.push(SettingError::Start);
    }
    if input.max_downloads.is_some_and(|max| max < 1) {
        errors.push(SettingError::Limit);
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    Ok(Settings {
        name,
        allow_original: wanted(input.allow_original),
        allow_proxies: wanted(input.allow_proxies),
        allow_attachments: wanted(input.allow_attachments),
        proxy_presets,
        starts_at: input.starts_at,
        expires_at: input.expires_at,
        max_downloads: input.max_downloads,
        password,
        watermark: wanted(input.watermark),
        person_search: wanted(input.person_search),
    })
}

fn parse_presets(names: &[String], offer: &Offer, errors: &mut Vec<SettingError>) -> Vec<Preset> {
    let mut presets = Vec::new();
    for name in names {
        match name.parse::<Preset>() {
            Err(_) => errors.push(SettingError::UnknownPreset(name.clone())),
            Ok(preset) if !offer.presets.iter().any(|(offered, _)| *offered == preset) => {
                errors.push(SettingError::PresetNotOffered(name.clone()));
            }
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
        assert_eq!((settings.expires_at, settings.password, settings.max_downloads), (None, None, None));
    }

    #[test]
    fn what_is_not_offered_is_refused_by_name() {
        let all = SettingsInput {
            allow_original: Some(true),
            allow_proxies: Some(true),
            allow_attachments: Some(true),
            watermark: Some(true),
            person_search: Some(true),
            ..SettingsInput::default()
        };
        assert!(fields(all.clone(), &rich_offer()).is_empty());
        let refused = ["allowOriginal", "allowProxies", "allowAttachments", "watermark", "personSearch"];
        assert_eq!(fields(all, &Offer::default()), refused);
    }

    #[test]
    fn presets_are_known_offered_and_counted_once() {
        let presets = |names: &[&str]| SettingsInput {
            proxy_presets: Some(names.iter().map(ToString::to_string).collect()),
            ..SettingsInput::default()
        };
        assert_eq!(fields(presets(&["huge", "thumbnail"]), &rich_offer()), ["proxyPresets", "proxyPresets"]);
        let settings = parse(presets(&["preview", "preview"]), &rich_offer(), DateTime::UNIX_EPOCH).unwrap();
        assert_eq!(settings.proxy_presets, Some(vec![Preset::Preview]));
    }

    #[test]
    fn times_limits_names_and_passwords_are_checked() {
        let at = |seconds: i64| DateTime::from_timestamp(1_800_000_000 + seconds, 0);
        let input = SettingsInput {
            expires_at: at(0),
            max_downloads: Some(0),
            name: Some(" ".into()),
            password: Some("abc".into()),
            ..SettingsInput::default()
        };
        assert_eq!(fields(input, &Offer::default()), ["name", "password", "expiresAt", "maxDownloads"]);
        let backwards = SettingsInput { starts_at: at(20), expires_at: at(10), ..SettingsInput::default() };
        assert_eq!(fields(backwards, &Offer::default()), ["expiresAt"]);
        let (first, last) = (Some(DateTime::<Utc>::MIN_UTC), Some(DateTime::<Utc>::MAX_UTC));
        let absurd = SettingsInput { starts_at: first, expires_at: last, ..SettingsInput::default() };
        assert_eq!(fields(absurd, &Offer::default()), ["expiresAt", "startsAt"]);
        let fine =
            SettingsInput { starts_at: at(-5), expires_at: at(1), max_downloads: Some(1), ..SettingsInput::default() };
        assert!(fields(fine, &Offer::default()).is_empty());
    }
}
