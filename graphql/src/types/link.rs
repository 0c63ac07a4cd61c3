//! `Link`, its connection and its filter.

use crate::{
    Error, context,
    loaders::Loaders,
    node_id::NodeKind,
    paging::Cursor,
    types::{
        asset::{Asset, existing},
        enums::{LinkKind, LinkState, QrFormat},
        link_settings::LinkSettings,
        qr_code::QrCode,
        user::User,
    },
};
use async_graphql::{Context, ID, InputObject, Object, SimpleObject, Union, connection::Connection};
use chrono::{DateTime, Utc};
use domain::{Preset, clock::is_storable};
use schema::links;

/// The largest width and height of an embedded page, in pixels.
const MAX_EMBED: i32 = 10_000;

/// A public link or a download link.
pub(crate) struct Link(pub(crate) links::Link);

/// Links, newest first.
pub(crate) type LinkConnection = Connection<Cursor, Link, LinkTotal>;

/// What a link leads to.
#[derive(Union)]
pub(crate) enum LinkTarget {
    Asset(Asset),
}

/// How far the proxies are that a link needs.
#[derive(SimpleObject)]
pub(crate) struct LinkPreparation {
    total: i32,
    ready: i32,
    failed: i32,
}

#[Object]
impl Link {
    pub(crate) async fn id(&self) -> ID {
        NodeKind::Link.id(self.0.id)
    }

    async fn kind(&self) -> LinkKind {
        self.0.kind.into()
    }

    async fn name(&self) -> &str {
        &self.0.name
    }

    async fn state(&self, ctx: &Context<'_>) -> LinkState {
        self.0.lifetime().state(context::services(ctx).now()).into()
    }

    /// What to send to people.
    async fn url(&self, ctx: &Context<'_>) -> Result<String, Error> {
        context::services(ctx).link_url(&self.0)
    }

    /// An iframe to paste into a page; null for a download link.
    async fn embed_code(
        &self,
        ctx: &Context<'_>,
        #[graphql(default_with = "Some(640)")] width: Option<i32>,
        #[graphql(default_with = "Some(480)")] height: Option<i32>,
    ) -> Option<Result<String, Error>> {
        let (width, height) = (width.unwrap_or(640), height.unwrap_or(480));
        if self.0.kind == domain::LinkKind::Download {
            return None;
        }
        if !(1..=MAX_EMBED).contains(&width) || !(1..=MAX_EMBED).contains(&height) {
            return Some(Err(Error::BadInput(format!("Width and height are between 1 and {MAX_EMBED} pixels."))));
        }
        // The address has no character that an attribute would need escaped; the name may have any, and is left out.
        Some(context::services(ctx).link_url(&self.0).map(|url| {
            format!(r#"<iframe src="{url}/embed" width="{width}" height="{height}" title="Shared media" loading="lazy" allowfullscreen style="border:0"></iframe>"#)
        }))
    }

    /// The URL as a QR code with an edge of `size` pixels.
    async fn qr_code(
        &self,
        ctx: &Context<'_>,
        #[graphql(default_with = "Some(QrFormat::Svg)")] format: Option<QrFormat>,
        #[graphql(default_with = "Some(256)")] size: Option<i32>,
    ) -> Result<QrCode, Error> {
        let (format, size) = (format.unwrap_or(QrFormat::Svg), size.unwrap_or(256));
        QrCode::draw(&context::services(ctx).link_url(&self.0)?, format, size)
    }

    async fn target(&self, ctx: &Context<'_>) -> Result<LinkTarget, Error> {
        let asset = ctx.data_unchecked::<Loaders>().asset(self.0.asset_id).await?;
        asset.map(|asset| LinkTarget::Asset(Asset(asset))).ok_or(Error::NotFound)
    }

    async fn settings(&self, ctx: &Context<'_>) -> Result<LinkSettings, Error> {
        let row = &self.0;
        let proxy_presets = match row.presets() {
            _ if !row.allow_proxies => Vec::new(),
            Some(chosen) => chosen,
            None => {
                let proxies = ctx.data_unchecked::<Loaders>().proxies(row.asset_id).await?;
                existing(&proxies)
            }
        };
        Ok(LinkSettings {
            allow_original: row.allow_original,
            allow_proxies: row.allow_proxies,
            allow_attachments: row.allow_attachments,
            proxy_presets: proxy_presets.into_iter().map(Preset::as_str).map(str::to_owned).collect(),
            starts_at: row.starts_at,
            expires_at: row.expires_at,
            max_downloads: row.max_downloads,
            has_password: row.password_hash.is_some(),
            watermark: row.watermark,
            person_search: row.person_search,
        })
    }

    async fn created_by(&self, ctx: &Context<'_>) -> Option<Result<User, Error>> {
        let found = ctx.data_unchecked::<Loaders>().user(self.0.created_by).await;
        found.map(|user| user.map(User)).transpose()
    }

    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }

    /// When its settings were last changed.
    async fn updated_at(&self) -> DateTime<Utc> {
        self.0.updated_at
    }

    /// How far the pictures are that its page shows and hands out.
    async fn preparation(&self, ctx: &Context<'_>) -> Result<LinkPreparation, Error> {
        let proxies = ctx.data_unchecked::<Loaders>().proxies(self.0.asset_id).await?;
        let needed = proxies.iter().filter(|proxy| proxy.watermarked == self.0.watermark);
        let mut preparation = LinkPreparation { total: 0, ready: 0, failed: 0 };
        for proxy in needed {
            preparation.total += 1;
            preparation.ready += i32::from(proxy.state == "READY");
            preparation.failed += i32::from(proxy.state == "FAILED");
        }
        Ok(preparation)
    }

    /// How often its page was opened.
    async fn view_count(&self) -> i32 {
        self.0.view_count
    }

    async fn download_count(&self) -> i32 {
        self.0.download_count
    }

    /// The last view or download.
    async fn last_accessed_at(&self) -> Option<DateTime<Utc>> {
        self.0.last_accessed_at
    }
}

/// Which links to list; all conditions hold at once.
#[derive(InputObject, Default)]
pub(crate) struct LinkFilter {
    asset_id: Option<ID>,
    created_by_id: Option<ID>,
    kind: Option<LinkKind>,
    state: Option<LinkState>,
    /// Part of the name.
    search: Option<String>,
    expires_before: Option<DateTime<Utc>>,
}

impl LinkFilter {
    pub(crate) fn parse(filter: Option<Self>) -> Result<links::LinkFilter, Error> {
        let filter = filter.unwrap_or_default();
        if filter.expires_before.is_some_and(|end| !is_storable(end)) {
            return Err(Error::BadInput("expiresBefore lies in the years 1 to 9999.".into()));
        }
        let id = |id: Option<ID>, kind: NodeKind| {
            id.map(|id| kind.parse(&id).ok_or_else(|| Error::BadInput(format!("{:?} is not an id of this kind.", *id))))
                .transpose()
        };
        Ok(links::LinkFilter {
            asset: id(filter.asset_id, NodeKind::Asset)?,
            created_by: id(filter.created_by_id, NodeKind::User)?,
            kind: filter.kind.map(Into::into),
            state: filter.state.map(Into::into),
            search: filter.search,
            expires_before: filter.expires_before,
        })
    }
}

/// The field `totalCount`, which counts only when it is asked for.
pub(crate) struct LinkTotal {
    pub(crate) visible: links::Visible,
    pub(crate) filter: links::LinkFilter,
    pub(crate) now: DateTime<Utc>,
}

#[Object]
impl LinkTotal {
    async fn total_count(&self, ctx: &Context<'_>) -> Result<i32, Error> {
        let mut conn = context::connection(ctx).await?;
        let count = links::count(&mut conn, self.visible, &self.filter, self.now).await?;
        i32::try_from(count).map_err(Error::internal)
    }
}
