//! The settings of a link, as they are asked for and as they stand.

use async_graphql::{InputObject, SimpleObject};
use chrono::{DateTime, Utc};
use domain::settings::SettingsInput;

/// All fields are optional: a link without settings shows previews, allows no download, and never expires.
#[derive(InputObject, Default)]
pub(crate) struct LinkSettingsInput {
    /// Left out: a default name with date and time in the workspace's time zone.
    name: Option<String>,
    allow_original: Option<bool>,
    allow_proxies: Option<bool>,
    allow_attachments: Option<bool>,
    /// With allowProxies: which presets. Left out: all that exist.
    proxy_presets: Option<Vec<String>>,
    /// Open from this instant on.
    starts_at: Option<DateTime<Utc>>,
    /// Dead from this instant on.
    expires_at: Option<DateTime<Utc>>,
    /// How many downloads, counted over all visitors.
    max_downloads: Option<i32>,
    /// Asked of every visitor. It is kept as a hash and shown to nobody again.
    password: Option<String>,
    watermark: Option<bool>,
    person_search: Option<bool>,
}

impl From<LinkSettingsInput> for SettingsInput {
    fn from(input: LinkSettingsInput) -> Self {
        Self {
            name: input.name,
            allow_original: input.allow_original,
            allow_proxies: input.allow_proxies,
            allow_attachments: input.allow_attachments,
            proxy_presets: input.proxy_presets,
            starts_at: input.starts_at,
            expires_at: input.expires_at,
            max_downloads: input.max_downloads,
            password: input.password,
            watermark: input.watermark,
            person_search: input.person_search,
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
