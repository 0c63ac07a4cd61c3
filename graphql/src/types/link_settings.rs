//! The settings of a link, as they are asked for and as they stand.

use async_graphql::{InputObject, MaybeUndefined, SimpleObject};
use chrono::{DateTime, Utc};
use domain::settings::{Change, SettingsInput};

/// All fields are optional: a link without settings shows previews, allows no download, and never expires.
/// When a link is changed, what is left out stays as it is, and null goes back to that.
#[derive(InputObject, Default)]
pub(crate) struct LinkSettingsInput {
    /// Left out at first, or null: a default name with date and time in the workspace's time zone.
    name: MaybeUndefined<String>,
    allow_original: MaybeUndefined<bool>,
    allow_proxies: MaybeUndefined<bool>,
    allow_attachments: MaybeUndefined<bool>,
    /// With allowProxies: which presets. Left out at first, or null: all that exist.
    proxy_presets: MaybeUndefined<Vec<String>>,
    /// Open from this instant on.
    starts_at: MaybeUndefined<DateTime<Utc>>,
    /// Dead from this instant on.
    expires_at: MaybeUndefined<DateTime<Utc>>,
    /// How many downloads, counted over all visitors.
    max_downloads: MaybeUndefined<i32>,
    /// Asked of every visitor. It is kept as a hash and shown to nobody again.
    password: MaybeUndefined<String>,
    watermark: MaybeUndefined<bool>,
    person_search: MaybeUndefined<bool>,
}

/// What a client wants of a setting, in the words of the rules.
pub(crate) fn change<T>(value: MaybeUndefined<T>) -> Change<T> {
    match value {
        MaybeUndefined::Undefined => Change::Keep,
        MaybeUndefined::Null => Change::Clear,
        MaybeUndefined::Value(value) => Change::Set(value),
    }
}

impl From<LinkSettingsInput> for SettingsInput {
    fn from(input: LinkSettingsInput) -> Self {
        Self {
            name: change(input.name),
            allow_original: change(input.allow_original),
            allow_proxies: change(input.allow_proxies),
            allow_attachments: change(input.allow_attachments),
            proxy_presets: change(input.proxy_presets),
            starts_at: change(input.starts_at),
            expires_at: change(input.expires_at),
            max_downloads: change(input.max_downloads),
            password: change(input.password),
            watermark: change(input.watermark),
            person_search: change(input.person_search),
        }
    }
}

/// The settings of a link as they stand.
#[derive(SimpleObject)]
pub(crate) struct LinkSettings {
    pub(crate) allow_original: bool,
    pub(crate) allow_proxies: bool,
    pub(crate) allow_attachments: bool,
    /// The presets that may be downloaded.
    pub(crate) proxy_presets: Vec<String>,
    pub(crate) starts_at: Option<DateTime<Utc>>,
    pub(crate) expires_at: Option<DateTime<Utc>>,
    pub(crate) max_downloads: Option<i32>,
    pub(crate) has_password: bool,
    pub(crate) watermark: bool,
    pub(crate) person_search: bool,
}
