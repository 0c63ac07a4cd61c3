//! The settings of a link, as input and as output.

use crate::types::enums::MemberOrder;
use async_graphql::{ID, InputObject, MaybeUndefined, SimpleObject};
use chrono::{DateTime, Utc};
use domain::{
    AssetId,
    node_id::NodeId,
    settings::{Change, SettingsInput},
};

/// All fields are optional. By default a link shows previews, allows no download, and never expires. When a link is
/// changed, omitted fields stay as they are, and null restores the default.
#[derive(InputObject, Default)]
pub(crate) struct LinkSettingsInput {
    /// By default, a name with date and time in the workspace's time zone.
    name: MaybeUndefined<String>,
    /// What the page says about the link: plain text in several lines, of at most 2,000 characters. By default nothing.
    description: MaybeUndefined<String>,
    /// Whether visitors are told the name of the link's creator; by default they are not.
    show_creator: MaybeUndefined<bool>,
    /// The order in which a link to a collection shows its assets, by default `POSITION`. Visitors of our pages can choose
    /// another. `sharedLink` follows it; a zip does not, because programs sort its files by their names.
    /// With `CAPTURED`, visitors see the days on which pictures were taken.
    member_order: MaybeUndefined<MemberOrder>,
    allow_original: MaybeUndefined<bool>,
    allow_proxies: MaybeUndefined<bool>,
    allow_attachments: MaybeUndefined<bool>,
    /// The presets that may be downloaded if allowProxies is true; by default all that exist.
    proxy_presets: MaybeUndefined<Vec<String>>,
    /// The link opens at this instant.
    starts_at: MaybeUndefined<DateTime<Utc>>,
    /// The link expires at this instant.
    expires_at: MaybeUndefined<DateTime<Utc>>,
    /// How many downloads the link allows, counted over all visitors.
    max_downloads: MaybeUndefined<i32>,
    /// The password that visitors have to enter. It is stored as a hash and never shown again.
    password: MaybeUndefined<String>,
    watermark: MaybeUndefined<bool>,
    /// Whether visitors of a link to a collection may search by person from a photo. Refused where `shareOptions` does not
    /// offer it, and for a link to one asset. While `personSearch` of the workspace is off, it has no effect.
    person_search: MaybeUndefined<bool>,
    /// The asset whose picture stands for the link, on its page, in messengers and in embeds: one of those that the link
    /// shows; by default the first one. If the link does not show it any more, the first one stands for the link.
    cover_asset_id: MaybeUndefined<ID>,
}

/// Converts an optional input field to a change of a setting.
pub(crate) fn change<T>(value: MaybeUndefined<T>) -> Change<T> {
    match value {
        MaybeUndefined::Undefined => Change::Keep,
        MaybeUndefined::Null => Change::Clear,
        MaybeUndefined::Value(value) => Change::Set(value),
    }
}

impl From<LinkSettingsInput> for SettingsInput {
    fn from(input: LinkSettingsInput) -> Self {
        // Without `..`, so that a new field does not compile until it is passed on.
        let LinkSettingsInput {
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
            cover_asset_id,
        } = input;
        Self {
            name: change(name),
            description: change(description),
            show_creator: change(show_creator),
            member_order: match change(member_order) {
                Change::Set(order) => Change::Set(order.into()),
                Change::Clear => Change::Clear,
                Change::Keep => Change::Keep,
            },
            allow_original: change(allow_original),
            allow_proxies: change(allow_proxies),
            allow_attachments: change(allow_attachments),
            proxy_presets: change(proxy_presets),
            starts_at: change(starts_at),
            expires_at: change(expires_at),
            max_downloads: change(max_downloads),
            password: change(password),
            watermark: change(watermark),
            person_search: change(person_search),
            cover_asset: match change(cover_asset_id) {
                Change::Set(id) => Change::Set(AssetId::from_node_id(&id)),
                Change::Clear => Change::Clear,
                Change::Keep => Change::Keep,
            },
        }
    }
}

#[derive(SimpleObject)]
pub(crate) struct LinkSettings {
    /// What the page says about the link: plain text in several lines.
    pub(crate) description: Option<String>,
    /// Whether visitors are told the name of the link's creator.
    pub(crate) show_creator: bool,
    /// The order in which the assets of a collection are shown, unless the visitor chooses another.
    pub(crate) member_order: MemberOrder,
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
    /// Whether visitors may search by person from a photo, as long as `personSearch` of the workspace is on.
    pub(crate) person_search: bool,
    /// The asset whose picture stands for the link, as long as the link shows it; null: the first one.
    pub(crate) cover_asset_id: Option<ID>,
}
