//! The settings of a link as the rules see them (`domain`) and as a row keeps them (`schema`).
//!
//! Both conversions take the settings apart without `..`, so that a new setting does not compile until both have it.

use domain::{
    password::Password,
    settings::{Change, Settings},
};
use schema::links::{Link, LinkSettings};

/// Settings as a row keeps them, and what becomes of the password, which is still to be hashed.
pub(super) fn to_stored(settings: Settings, default_name: impl FnOnce() -> String) -> (LinkSettings, Change<Password>) {
    let Settings {
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
    } = settings;
    let stored = LinkSettings {
        name: name.unwrap_or_else(default_name),
        description,
        show_creator,
        member_order,
        allow_original,
        allow_proxies,
        allow_attachments,
        proxy_presets: proxy_presets
            .map(|presets| presets.into_iter().map(|preset| Some(preset.as_str().to_owned())).collect()),
        starts_at,
        expires_at,
        max_downloads,
        watermark,
        person_search,
        cover_asset_id: cover_asset,
    };
    (stored, password)
}

/// The settings that a link has now. The password is kept.
pub fn current(link: &Link) -> Settings {
    let LinkSettings {
        name,
        description,
        show_creator,
        member_order,
        allow_original,
        allow_proxies,
        allow_attachments,
        proxy_presets: _,
        starts_at,
        expires_at,
        max_downloads,
        watermark,
        person_search,
        cover_asset_id,
    } = link.settings.clone();
    Settings {
        name: Some(name),
        description,
        show_creator,
        member_order,
        allow_original,
        allow_proxies,
        allow_attachments,
        proxy_presets: link.settings.presets(),
        starts_at,
        expires_at,
        max_downloads,
        password: Change::Keep,
        watermark,
        person_search,
        cover_asset: cover_asset_id,
    }
}
