//! How the form with the settings of a link becomes the input of an operation.
//!
//! The rules are in `domain::settings`. Here, what was typed becomes the same input that the API has; only what cannot
//! become an input is refused here: what is no date or no number, and a password that was typed in a refused form and
//! not again.

use super::{
    link_form::TYPE_AGAIN,
    times,
    typed::{Shown, Typed},
};
use app::{UserError, UserErrorCode};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use domain::{
    AssetId, MemberOrder, Preset,
    node_id::NodeId,
    settings::{self, Change, Settings, SettingsInput},
    sharing::Offer,
};
use std::collections::HashSet;

/// What a form knows besides what was typed.
pub(super) struct Known<'a> {
    pub(super) zone: Tz,
    pub(super) now: DateTime<Utc>,
    pub(super) offer: &'a Offer,
    /// The link, if the form changes one.
    pub(super) before: Option<Before>,
    /// The typed or generated password; none, if there is neither.
    pub(super) password: Option<String>,
}

/// A link that a form changes.
pub(super) struct Before {
    pub(super) shown: Shown,
    /// Its present settings.
    pub(super) current: Settings,
}

/// The input of the operation, or everything that is wrong with the settings.
pub(super) fn input(typed: &Typed, known: Known<'_>) -> Result<SettingsInput, Vec<UserError>> {
    let Known { zone, now, offer, before, password } = known;
    let shown = before.as_ref().map(|before| &before.shown);
    let mut errors = Vec::new();
    let starts_at = time("startsAt", &typed.starts_at, shown.map(|shown| &*shown.starts_at), zone, &mut errors);
    let expires_at = time("expiresAt", &typed.expires_at, shown.map(|shown| &*shown.expires_at), zone, &mut errors);
    let max_downloads = number(&typed.max_downloads, &mut errors);
    let proxy_presets = presets(typed, offer, before.as_ref(), &mut errors);
    let member_order = order(typed.member_order.as_deref(), &mut errors);
    if password.is_none() && typed.lacks_password() {
        errors.push(UserError::new(UserErrorCode::InvalidPassword, &["password"], TYPE_AGAIN));
    }
    // Without `..`, so that a new setting does not compile until the form has it.
    let input = SettingsInput {
        name: match [&typed.name, &typed.default_name].into_iter().find(|name| !name.trim().is_empty()) {
            Some(name) => Change::Set(name.clone()),
            None => Change::Clear,
        },
        description: match &typed.description {
            None => Change::Keep,
            Some(text) if text.trim().is_empty() => Change::Clear,
            Some(text) => Change::Set(text.clone()),
        },
        show_creator: Change::Set(typed.show_creator),
        member_order,
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
        person_search: Change::Set(typed.person_search),
        cover_asset: cover(typed.cover.as_deref(), shown.map(|shown| &*shown.cover)),
    };
    if errors.is_empty() {
        return Ok(input);
    }
    // The rules judge the rest, so that all mistakes are told at once.
    let current = before.map(|before| before.current).unwrap_or_default();
    for error in settings::change(current, input, offer, now).err().unwrap_or_default() {
        let error = UserError::setting(&error, &[]);
        if errors.iter().all(|other: &UserError| other.field != error.field) {
            errors.push(error);
        }
    }
    Err(errors)
}

/// A time. A field shows no seconds: an end that was not touched stays exactly as it is, also if it has passed.
fn time(field: &str, text: &str, shown: Option<&str>, zone: Tz, errors: &mut Vec<UserError>) -> Change<DateTime<Utc>> {
    if shown == Some(text) {
        return Change::Keep;
    }
    if text.trim().is_empty() {
        return Change::Clear;
    }
    let refused = |message| errors.push(UserError::new(UserErrorCode::InvalidExpiration, &[field], message));
    times::parse(text, zone).map_err(refused).map_or(Change::Keep, Change::Set)
}

fn number(text: &str, errors: &mut Vec<UserError>) -> Change<i32> {
    if text.trim().is_empty() {
        return Change::Clear;
    }
    let message = "This is not a number of downloads, as in 25.";
    let refused = |_| errors.push(UserError::new(UserErrorCode::InvalidLimit, &["maxDownloads"], message));
    text.trim().parse().map_err(refused).map_or(Change::Keep, Change::Set)
}

/// All presets that are offered mean all that will ever exist. Ticks that were not touched stay what they are: a link
/// with a list of presets keeps it, also where the form could not show all of them.
fn presets(typed: &Typed, offer: &Offer, before: Option<&Before>, errors: &mut Vec<UserError>) -> Change<Vec<String>> {
    if !typed.allow_proxies {
        return Change::Keep;
    }
    let is_offered = |preset: &Preset| offer.presets.iter().any(|(offered, _)| offered == preset);
    let mut kept = Vec::new();
    if let Some(Before { shown, current }) = before {
        let unseen: Vec<Preset> =
            current.proxy_presets.iter().flatten().copied().filter(|it| !is_offered(it)).collect();
        let ticked: HashSet<&str> = typed.presets.iter().map(String::as_str).collect();
        let untouched = ticked == shown.presets.split_whitespace().collect();
        // Where smaller versions were not allowed before, presets that are no longer offered cannot be allowed again.
        if untouched && (current.allow_proxies || unseen.is_empty()) {
            return Change::Keep;
        }
        if current.allow_proxies {
            kept.extend(unseen.iter().map(ToString::to_string));
        }
    }
    if typed.presets.is_empty() {
        let message = "Tick at least one version, or no smaller versions at all.";
        errors.push(UserError::new(UserErrorCode::InvalidInput, &["proxyPresets"], message));
        return Change::Keep;
    }
    let is_ticked = |preset: &Preset| typed.presets.iter().any(|name| name == preset.as_str());
    if offer.presets.iter().all(|(preset, _)| is_ticked(preset)) {
        Change::Clear
    } else {
        Change::Set(typed.presets.iter().cloned().chain(kept).collect())
    }
}

/// The order of the members; a link to one asset has no field for it.
fn order(chosen: Option<&str>, errors: &mut Vec<UserError>) -> Change<MemberOrder> {
    let Some(name) = chosen else { return Change::Keep };
    let message = "Choose one of these orders.";
    let refused = |_| errors.push(UserError::new(UserErrorCode::InvalidInput, &["memberOrder"], message));
    name.parse().map_err(refused).map_or(Change::Keep, Change::Set)
}

/// The cover; a link to one asset has no field for it.
fn cover(chosen: Option<&str>, shown: Option<&str>) -> Change<Option<AssetId>> {
    match chosen {
        None => Change::Keep,
        Some(_) if chosen == shown => Change::Keep,
        Some("") => Change::Clear,
        Some(id) => Change::Set(AssetId::from_node_id(id)),
    }
}
