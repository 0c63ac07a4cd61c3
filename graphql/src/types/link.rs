//! `Link`, its connection and its filter.

use crate::{
    context,
    loaders::{LinksTo, Loaders},
    paging::{LinkCursor, PageArgs, connect_counted},
    types::{
        asset::Asset,
        collection::Collection,
        enums::{LinkKind, LinkOrderField, LinkState, OrderDirection, QrFormat},
        link_settings::LinkSettings,
        qr_code::QrCode,
        quick::{self, PlainFields, Quick},
        statistics::Statistics,
        total::{Listing, Total},
        user::User,
    },
};
use app::{
    Error,
    links::{EMBED_SIZE, embed_code},
    search,
    visitor::Preparation,
};
use async_graphql::{
    Context, ContextSelectionSet, ID, InputObject, Object, OutputType, Positioned, ServerResult, SimpleObject, Union,
    Value, connection::Connection, parser::types::Field, registry::Registry,
};
use chrono::{DateTime, Utc};
use domain::{AssetId, CollectionId, Preset, ProxyState, clock::is_storable, node_id::NodeId};
use schema::{
    link_listing::{self, Target},
    links,
    statistics::Counted,
};
use std::borrow::Cow;
use uuid::Uuid;

/// A public link or a download link.
pub(crate) struct Link(pub(crate) links::Link);

/// Links in the requested order.
pub(crate) type LinkConnection = Connection<LinkCursor, Quick<Link>, Total>;

/// What a link leads to: an asset or a collection.
#[derive(Union)]
pub(crate) enum LinkTarget {
    Asset(Asset),
    Collection(Collection),
}

impl LinkTarget {
    /// Loads the asset or the collection of the id that is given.
    pub(crate) async fn load(
        ctx: &Context<'_>,
        asset: Option<AssetId>,
        collection: Option<CollectionId>,
    ) -> Result<Option<Self>, Error> {
        let loaders = context::loaders(ctx);
        Ok(match (asset, collection) {
            (Some(id), _) => loaders.asset(id).await?.map(|asset| Self::Asset(Asset(asset))),
            (None, Some(id)) => loaders.collection(id).await?.map(|row| Self::Collection(Collection(row))),
            (None, None) => None,
        })
    }
}

/// A target of which a page has many.
pub(crate) struct QuickTarget(LinkTarget);

impl OutputType for QuickTarget {
    fn type_name() -> Cow<'static, str> {
        LinkTarget::type_name()
    }

    fn introspection_type_name(&self) -> Cow<'static, str> {
        self.0.introspection_type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        LinkTarget::create_type_info(registry)
    }

    async fn resolve(&self, ctx: &ContextSelectionSet<'_>, field: &Positioned<Field>) -> ServerResult<Value> {
        if let LinkTarget::Asset(asset) = &self.0
            && let Some(object) = quick::resolve(ctx, asset).await?
        {
            return Ok(object);
        }
        self.0.resolve(ctx, field).await
    }
}

/// How many of the proxies that a link needs are made.
#[derive(SimpleObject, Clone, Copy, PartialEq, Eq)]
pub(crate) struct LinkPreparation {
    total: i32,
    ready: i32,
    failed: i32,
}

impl From<Preparation> for LinkPreparation {
    fn from(counted: Preparation) -> Self {
        let [total, ready, failed] =
            [counted.total, counted.ready, counted.failed].map(|count| i32::try_from(count).unwrap_or(i32::MAX));
        Self { total, ready, failed }
    }
}

impl LinkPreparation {
    /// Whether no proxy is still to be made.
    pub(crate) fn is_complete(self) -> bool {
        self.ready + self.failed >= self.total
    }
}

impl PlainFields for Link {
    const PLAIN: &'static [&'static str] = &[
        "id",
        "kind",
        "name",
        "state",
        "url",
        "embedCode",
        "createdAt",
        "updatedAt",
        "viewCount",
        "downloadCount",
        "lastAccessedAt",
    ];
}

#[Object]
impl Link {
    pub(crate) async fn id(&self) -> ID {
        self.0.id.node_id().into()
    }

    async fn kind(&self) -> LinkKind {
        self.0.kind.into()
    }

    async fn name(&self) -> &str {
        &self.0.settings.name
    }

    async fn state(&self, ctx: &Context<'_>) -> LinkState {
        self.0.lifetime().state(context::services(ctx).now()).into()
    }

    /// The URL to send to people.
    async fn url(&self, ctx: &Context<'_>) -> Result<String, Error> {
        context::services(ctx).link_url(&self.0)
    }

    /// The HTML of an iframe that embeds the link's page; null for a download link. With `responsive`, the frame takes
    /// the width that there is, up to `width`, and keeps its shape.
    async fn embed_code(
        &self,
        ctx: &Context<'_>,
        #[graphql(default_with = "Some(640)")] width: Option<i32>,
        #[graphql(default_with = "Some(480)")] height: Option<i32>,
        #[graphql(default_with = "Some(false)")] responsive: Option<bool>,
    ) -> Option<Result<String, Error>> {
        let size = (width.unwrap_or(EMBED_SIZE.0), height.unwrap_or(EMBED_SIZE.1));
        embed_code(context::services(ctx), &self.0, size, responsive.unwrap_or(false)).transpose()
    }

    /// The URL as a QR code with an edge of `size` pixels.
    async fn qr_code(
        &self,
        ctx: &Context<'_>,
        #[graphql(default_with = "Some(QrFormat::Svg)")] format: Option<QrFormat>,
        #[graphql(default_with = "Some(256)")] size: Option<i32>,
    ) -> Result<QrCode, Error> {
        let (format, size) = (format.unwrap_or(QrFormat::Svg), size.unwrap_or(256));
        let url = context::services(ctx).link_url(&self.0)?;
        Ok(app::links::qr_code(url, format.into(), size).await?.into())
    }

    /// What the link leads to. An asset that is in the bin has a `deletedAt`, and the link answers like one that does not
    /// exist.
    async fn target(&self, ctx: &Context<'_>) -> Result<QuickTarget, Error> {
        let found = LinkTarget::load(ctx, self.0.asset_id, self.0.collection_id).await?;
        found.map(QuickTarget).ok_or(Error::NotFound)
    }

    async fn settings(&self, ctx: &Context<'_>) -> Result<LinkSettings, Error> {
        // Without `..`, so that a new setting does not compile until the API shows it.
        let links::LinkSettings {
            name: _,
            description: _,
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
        } = self.0.settings;
        let proxy_presets = match self.0.settings.presets() {
            _ if !allow_proxies => Vec::new(),
            Some(chosen) => chosen,
            None => {
                let proxies = self.proxies(context::loaders(ctx)).await?;
                let exist = proxies.iter().filter(|proxy| !proxy.watermarked && proxy.state != ProxyState::Failed);
                let mut presets: Vec<Preset> = exist.map(|proxy| proxy.preset).collect();
                presets.dedup();
                presets
            }
        };
        Ok(LinkSettings {
            description: self.0.settings.description.clone(),
            show_creator,
            member_order: member_order.into(),
            allow_original,
            allow_proxies,
            allow_attachments,
            proxy_presets: proxy_presets.into_iter().map(Preset::as_str).map(str::to_owned).collect(),
            starts_at,
            expires_at,
            max_downloads,
            has_password: self.0.password_hash.is_some(),
            watermark,
            person_search,
            cover_asset_id: cover_asset_id.map(|id| id.node_id().into()),
        })
    }

    async fn created_by(&self, ctx: &Context<'_>) -> Option<Result<Quick<User>, Error>> {
        let found = context::loaders(ctx).user(self.0.created_by).await;
        found.map(|user| user.map(|user| Quick(User(user)))).transpose()
    }

    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }

    /// When the settings were last changed.
    async fn updated_at(&self) -> DateTime<Utc> {
        self.0.updated_at
    }

    /// How many of the pictures that the link's page shows or offers are made.
    async fn preparation(&self, ctx: &Context<'_>) -> Result<LinkPreparation, Error> {
        self.count_proxies(context::loaders(ctx)).await
    }

    /// How often the page was opened, also by visitors who ask not to be tracked; `statistics` leave them out.
    async fn view_count(&self) -> i32 {
        self.0.view_count
    }

    /// How many downloads were counted, of which `maxDownloads` is the limit. Like `viewCount`, it counts everybody.
    async fn download_count(&self) -> i32 {
        self.0.download_count
    }

    /// The last view or download.
    async fn last_accessed_at(&self) -> Option<DateTime<Utc>> {
        self.0.last_accessed_at
    }

    /// Views, visitors and downloads by day.
    async fn statistics(&self) -> Statistics {
        Statistics(Counted::Link(self.0.id))
    }
}

/// The proxies of a link's assets, counted by preset and state.
struct Proxies {
    preset: Preset,
    watermarked: bool,
    state: ProxyState,
    count: i64,
}

impl Link {
    /// Counts the proxies that the link needs.
    pub(crate) async fn count_proxies(&self, loaders: &Loaders) -> Result<LinkPreparation, Error> {
        let mut preparation = Preparation::default();
        let proxies = self.proxies(loaders).await?;
        let wanted =
            |proxy: &&Proxies| proxy.preset.in_link(self.0.settings.watermark).watermarked == proxy.watermarked;
        for proxy in proxies.iter().filter(wanted) {
            preparation.add(proxy.state, proxy.count);
        }
        Ok(preparation.into())
    }

    /// The proxies of all assets that the link leads to, small ones first.
    async fn proxies(&self, loaders: &Loaders) -> Result<Vec<Proxies>, Error> {
        match (self.0.asset_id, self.0.collection_id) {
            (Some(asset), _) => {
                // Nothing is shown of what is in the bin.
                if loaders.asset(asset).await?.is_none_or(|asset| asset.deleted_at.is_some()) {
                    return Ok(Vec::new());
                }
                let rows = loaders.proxies(asset).await?.into_iter();
                let one = |row: schema::proxies::Proxy| Proxies {
                    preset: row.preset,
                    watermarked: row.watermarked,
                    state: row.state,
                    count: 1,
                };
                Ok(rows.map(one).collect())
            }
            (None, Some(collection)) => {
                let rows = loaders.collection_proxies(collection).await?.into_iter();
                let counted = |row: schema::collections::ProxyCount| {
                    let (preset, state) = (row.preset()?, row.state()?);
                    Some(Proxies { preset, watermarked: row.watermarked, state, count: row.count })
                };
                Ok(rows.filter_map(counted).collect())
            }
            (None, None) => Ok(Vec::new()),
        }
    }
}

/// The order of a list of links.
#[derive(InputObject)]
pub(crate) struct LinkOrder {
    field: LinkOrderField,
    /// By default: newest first, first to expire first, A to Z, most downloads first.
    direction: Option<OrderDirection>,
}

impl LinkOrder {
    fn parse(order: Option<Self>, filter: &link_listing::LinkFilter) -> link_listing::LinkOrder {
        let Some(Self { field, direction }) = order else { return filter.default_order() };
        let (field, usual) = match field {
            LinkOrderField::Created => (link_listing::LinkField::Created, OrderDirection::Desc),
            LinkOrderField::Expires => (link_listing::LinkField::Expires, OrderDirection::Asc),
            LinkOrderField::Name => (link_listing::LinkField::Name, OrderDirection::Asc),
            LinkOrderField::Downloads => (link_listing::LinkField::Downloads, OrderDirection::Desc),
        };
        link_listing::LinkOrder { field, descending: direction.unwrap_or(usual) == OrderDirection::Desc }
    }
}

/// A page of the links that the viewer may see, filtered and sorted.
pub(crate) async fn list_links(
    ctx: &Context<'_>,
    page: PageArgs,
    filter: link_listing::LinkFilter,
    order: Option<LinkOrder>,
) -> Result<LinkConnection, Error> {
    let (visible, order) = (context::viewer(ctx)?.visible_links(), LinkOrder::parse(order, &filter));
    let (page, now) = (page.links(order)?, context::services(ctx).now());
    let slice = link_listing::list(&mut *context::connection(ctx).await?, visible, &filter, order, page, now).await?;
    load_ahead(ctx, &slice.rows).await?;
    Ok(connect_counted(
        slice,
        Listing::Links(visible, filter, now),
        |row| LinkCursor(order.position(row)),
        |row| Quick(Link(row)),
    ))
}

/// Loads what the fields of these links will ask for.
async fn load_ahead(ctx: &Context<'_>, links: &[links::Link]) -> Result<(), Error> {
    let connection = ctx.look_ahead();
    let nodes = [connection.field("nodes"), connection.field("edges").field("node")];
    let whose = |name| if nodes.iter().any(|nodes| nodes.field(name).exists()) { links } else { &[] };
    let targets = whose("target").iter().filter_map(|link| link.asset_id);
    let creators = whose("createdBy").iter().map(|link| link.created_by);
    let loaded = context::loaders(ctx).load_ahead(targets, creators).await;
    // Where Postgres is away, the fields would wait for it once more. Where one of the rows cannot be read, only its fields fail.
    if let Err(error @ Error::Unavailable(_)) = loaded { Err(error) } else { Ok(()) }
}

/// A page of the links to an asset or a collection that the viewer may see, filtered and sorted.
pub(crate) async fn list_links_to(
    ctx: &Context<'_>,
    (target, id): (Target, Uuid),
    page: PageArgs,
    filter: link_listing::LinkFilter,
    order: Option<LinkOrder>,
) -> Result<LinkConnection, Error> {
    let order = LinkOrder::parse(order, &filter);
    let wanted = LinksTo { filter: filter.clone(), order, page: page.links(order)? };
    let slice = context::loaders(ctx).links_to(target, id, wanted).await?;
    Ok(connect_counted(
        slice,
        Listing::LinksTo(target, id, filter),
        |row| LinkCursor(order.position(row)),
        |row| Quick(Link(row)),
    ))
}

/// Which links to list; all conditions hold at once.
#[derive(InputObject, Default)]
pub(crate) struct LinkFilter {
    /// Only links that lead to this asset, directly or through a collection.
    asset_id: Option<ID>,
    collection_id: Option<ID>,
    created_by_id: Option<ID>,
    kind: Option<LinkKind>,
    state: Option<LinkState>,
    /// A part of the name.
    search: Option<String>,
    expires_before: Option<DateTime<Utc>>,
    /// Only links that expire at this instant or later; links that never expire do not match.
    expires_after: Option<DateTime<Utc>>,
    /// Only links that have the watermark on, or with `false`, only those that have not.
    watermark: Option<bool>,
}

impl LinkFilter {
    pub(crate) fn parse(filter: Option<Self>) -> Result<link_listing::LinkFilter, Error> {
        let filter = filter.unwrap_or_default();
        for (name, instant) in [("expiresBefore", filter.expires_before), ("expiresAfter", filter.expires_after)] {
            if instant.is_some_and(|instant| !is_storable(instant)) {
                return Err(Error::BadInput(format!("{name} lies in the years 1 to 9999.")));
            }
        }
        Ok(link_listing::LinkFilter {
            watermark: filter.watermark,
            asset: crate::node_id::parse_optional(filter.asset_id)?,
            collection: crate::node_id::parse_optional(filter.collection_id)?,
            created_by: crate::node_id::parse_optional(filter.created_by_id)?,
            kind: filter.kind.map(Into::into),
            state: filter.state.map(Into::into),
            search: search(filter.search)?,
            expires_before: filter.expires_before,
            expires_after: filter.expires_after,
        })
    }
}

/// Fails if the client's filter names another id than that of the node to which the listing belongs.
pub(crate) fn is_same<Id: PartialEq>(condition: Option<Id>, id: Id, refusal: &str) -> Result<(), Error> {
    match condition {
        Some(other) if other != id => Err(Error::BadInput(refusal.into())),
        _ => Ok(()),
    }
}
